//! The families that an objective names, as they are exposed.

use metrics_core::{Declarations, DeclaredFamily, Descriptor, Measured, Objective};

use crate::artifacts::families::is_declared_by;

/// An objective with its families as they are exposed.
pub(super) struct Measure<'a> {
    pub(super) objective: &'static Objective,
    /// The matchers that choose the function's series.
    pub(super) matchers: Vec<(String, String)>,
    pub(super) time: Option<&'a DeclaredFamily>,
    /// Those of the histogram, or of what the function feeds of it.
    pub(super) bounds: &'a [f64],
    pub(super) calls: Option<&'a DeclaredFamily>,
    pub(super) errors: Option<&'a DeclaredFamily>,
}

impl<'a> Measure<'a> {
    pub(super) fn of(
        objective: &'static Objective,
        declarations: &'a Declarations,
    ) -> Result<Self, Vec<String>> {
        let (time, calls, errors) = match objective.measured {
            Measured::Function => return Self::of_function(objective, declarations),
            Measured::Families {
                time,
                calls,
                errors,
            } => (time, calls, errors),
        };
        let mut missing = Vec::new();
        let mut find = |of: Option<&'static Descriptor>| {
            let found = exposed(of?, declarations);
            if found.is_none() {
                missing.extend(of.map(is_missing));
            }
            found
        };
        let (time, calls, errors) = (find(time), find(calls), find(errors));
        if !missing.is_empty() {
            return Err(missing);
        }
        Ok(Self {
            objective,
            matchers: Vec::new(),
            time,
            bounds: time
                .map(|time| time.descriptor().bounds())
                .unwrap_or_default(),
            calls,
            errors,
        })
    }

    fn of_function(
        objective: &'static Objective,
        declarations: &'a Declarations,
    ) -> Result<Self, Vec<String>> {
        let of_all = |name: &str| {
            let mut families = declarations.families.iter();
            families
                .find(|family| family.sets().next().is_none() && family.descriptor().name() == name)
        };
        let is_it = |name, module| (name, module) == (objective.function, objective.module);
        let mut functions = declarations.functions.iter();
        let function = functions.find(|function| is_it(function.name, function.module));
        let feeds = |name: &'static str| {
            let feeds = function.is_some_and(|function| function.families.contains(&name));
            feeds.then(|| of_all(name)).flatten()
        };
        let this = Self {
            objective,
            matchers: [
                ("function", objective.function),
                ("module", objective.module),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
            time: feeds("function_duration_seconds"),
            bounds: function.map(|function| function.bounds).unwrap_or_default(),
            calls: feeds("function_calls_total"),
            errors: None,
        };
        if this.calls.is_none() {
            let what = "`function_calls_total` is not exposed with this function; generate the rules of the registry that exposes it, `Registry::global()`";
            return Err(vec![what.to_owned()]);
        }
        Ok(this)
    }
}

/// The family of a descriptor as it is exposed: of several, that of the set which stands alone, and not in another.
fn exposed<'a>(
    descriptor: &'static Descriptor,
    declarations: &'a Declarations,
) -> Option<&'a DeclaredFamily> {
    let families = declarations.families.iter();
    families
        .filter(|family| is_declared_by(family, descriptor))
        .min_by_key(|family| family.sets().count())
}

fn is_missing(descriptor: &Descriptor) -> String {
    format!(
        "`{}`, declared at {}, is not exposed: another family has its name, which `Registry::check` tells, or its set is in another registry; add the set with `Artifacts::include`",
        descriptor.name(),
        descriptor.source()
    )
}
