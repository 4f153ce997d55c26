//! The rules of values that are computed of other fields: `rate_of`, `ratio`, `quantile_of`, and the keys beside them.
//! What is written in the expressions, `formula` reads.

use proc_macro2::{Ident, Span};
use syn::{Expr, LitStr, Type};

use super::formula::{self, Sum};
use super::kind::check;
use super::model::{Derived, Form, KindCheck, KindRule, Linear};
use super::parse::ParsedField;
use crate::attr::listed;
use crate::buckets::number;
use crate::length::nanos;
use crate::report::Report;

/// What a field says of it.
#[derive(Default)]
pub(super) struct Written {
    pub(super) rate_of: Option<Expr>,
    pub(super) per: Option<LitStr>,
    pub(super) ratio: Option<Expr>,
    pub(super) quantile_of: Option<Expr>,
    pub(super) q: Option<Expr>,
    pub(super) window: Option<LitStr>,
}

/// A field, to somebody who computes of it.
pub(super) struct Source {
    ident: Ident,
    ty: Type,
    what: What,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Metric,
    /// A metric that is read from a function.
    Read,
    /// A histogram without bounds.
    NativeAlone,
    Derived,
    Set,
    Skipped,
}

/// The keys that make a value, of which a field has at most one.
const MAKERS: [&str; 3] = ["rate_of", "ratio", "quantile_of"];

const PER: [(&str, f64); 3] = [("second", 1.0), ("minute", 60.0), ("hour", 3600.0)];

/// The window where none is given: as long as most dashboards look back at least.
const MINUTE: u64 = 60_000_000_000;
/// In a shorter one there would be hardly any samples.
const SHORTEST: u64 = 1_000_000_000;
/// A longer one is for a database.
const LONGEST: u64 = 24 * 60 * MINUTE;

/// All fields of a set.
pub(super) fn sources(fields: &[ParsedField]) -> Vec<Source> {
    let source = |field: &ParsedField| Source {
        ident: field.ident.clone(),
        ty: field.ty.clone(),
        what: What::of(field),
    };
    fields.iter().map(source).collect()
}

impl What {
    fn of(field: &ParsedField) -> Self {
        if field.flatten.is_some() {
            Self::Set
        } else if field.skip.is_some() {
            Self::Skipped
        } else if maker(field).is_some() {
            Self::Derived
        } else if field.read.is_some() {
            Self::Read
        } else if field.native.is_some() && field.buckets.is_none() {
            Self::NativeAlone
        } else {
            Self::Metric
        }
    }
}

fn maker(field: &ParsedField) -> Option<(&'static str, Span)> {
    let is_maker = |(key, _): &&(&str, Span)| MAKERS.contains(key);
    field.keys.iter().find(is_maker).copied()
}

/// How the value of a field is computed, if it is, and what the compiler is to check of the fields that it is computed of.
pub(super) fn derived(
    field: &ParsedField,
    sources: &[Source],
    report: &mut Report,
) -> Option<(Derived, Vec<KindCheck>)> {
    keys_belong_together(field, report);
    let (maker, _) = maker(field)?;
    let written = &field.derived;
    let window = written.window.as_ref();
    let window_nanos = window.and_then(|window| self::window(window, report));
    let mut terms = Terms {
        maker,
        of: &field.ident,
        has_window: window.is_some() || maker != "ratio",
        sources,
        used: Vec::new(),
        checks: Vec::new(),
    };
    let form = terms.form(written, report)?;
    let window_nanos = window_nanos.or((maker != "ratio").then_some(MINUTE));
    let derived = Derived {
        form,
        sources: terms.used,
        window_nanos,
    };
    Some((derived, terms.checks))
}

/// A value comes from one place, and each key beside it has its own.
fn keys_belong_together(field: &ParsedField, report: &mut Report) {
    let has = |key: &str| field.keys.iter().any(|(found, _)| *found == key);
    let mut mistake = |span: Span, message: String| report.add(syn::Error::new(span, message));
    let first = maker(field);
    for (key, span) in &field.keys {
        match (*key, first) {
            (key, Some((first, _))) if key != first && (MAKERS.contains(&key) || key == "read") => {
                mistake(
                    *span,
                    format!(
                        "`{first}` and `{key}` both say where the value comes from; leave one of them out"
                    ),
                );
            }
            ("per", _) if !has("rate_of") => mistake(
                *span,
                "`per` is for a rate: `rate_of = hits, per = \"minute\"`; leave it out".to_owned(),
            ),
            ("q", _) if !has("quantile_of") => mistake(
                *span,
                "`q` is for a quantile: `quantile_of = latency, q = 0.99`; leave it out".to_owned(),
            ),
            ("window", None) => mistake(
                *span,
                "`window` is for `rate_of`, `ratio` and `quantile_of`; leave it out".to_owned(),
            ),
            ("quantile_of", _) if !has("q") => mistake(
                *span,
                "which quantile is not said; write it beside: `q = 0.99`".to_owned(),
            ),
            _ => {}
        }
    }
}

fn window(written: &LitStr, report: &mut Report) -> Option<u64> {
    let nanos = read(nanos(written, "window", "60s"), report)?;
    if (SHORTEST..=LONGEST).contains(&nanos) {
        return Some(nanos);
    }
    let mend = if nanos < SHORTEST {
        "write `window = \"1s\"` or a longer one"
    } else {
        "write `window = \"24h\"` or a shorter one; what was longer ago, a database like Prometheus knows"
    };
    report.mistake(
        written,
        format_args!(
            "`window = {:?}`: a window is at least a second and at most a day; {mend}",
            written.value()
        ),
    );
    None
}

/// The seconds that a rate is told for.
fn per(written: Option<&LitStr>, report: &mut Report) -> Option<f64> {
    let Some(written) = written else {
        return Some(1.0);
    };
    let unit = PER.iter().find(|(unit, _)| *unit == written.value());
    if unit.is_none() {
        report.mistake(
            written,
            format_args!(
                "`per = {:?}`: a rate is told per `\"second\"`, `\"minute\"` or `\"hour\"`; write `per = \"minute\"`",
                written.value()
            ),
        );
    }
    unit.map(|(_, seconds)| *seconds)
}

fn q(written: &Expr, report: &mut Report) -> Option<f64> {
    let q = number(written);
    let right = q.filter(|q| *q > 0.0 && *q < 1.0);
    if right.is_none() {
        let percent = q.filter(|q| *q > 1.0 && *q < 100.0).map(|q| q / 100.0);
        let mend = percent.unwrap_or(0.99);
        report.mistake(
            written,
            format_args!(
                "a quantile is a number between 0 and 1, below which so much of all observations lies; write `q = {mend}`"
            ),
        );
    }
    right
}

/// What could be read.
fn read<T>(found: syn::Result<T>, report: &mut Report) -> Option<T> {
    found.map_err(|mistake| report.add(mistake)).ok()
}

/// The fields that an expression names.
struct Terms<'s> {
    maker: &'static str,
    of: &'s Ident,
    /// Whether it is about what the fields grew by, and not what they are.
    has_window: bool,
    sources: &'s [Source],
    used: Vec<Ident>,
    checks: Vec<KindCheck>,
}

impl Terms<'_> {
    fn form(&mut self, written: &Written, report: &mut Report) -> Option<Form> {
        match self.maker {
            "rate_of" => {
                let counters = formula::counters(written.rate_of.as_ref()?);
                let per_seconds = per(written.per.as_ref(), report);
                for counter in read(counters, report)? {
                    if self.used.contains(&counter) {
                        report.mistake(
                            &counter,
                            format_args!("`{counter}` is there twice; leave one of them out"),
                        );
                    }
                    self.is_of(&counter, report)?;
                }
                Some(Form::Rate {
                    per_seconds: per_seconds?,
                })
            }
            "ratio" => {
                let ratio = formula::ratio(written.ratio.as_ref()?);
                let (above, below) = read(ratio, report)?;
                let above = self.linear(&above, report);
                let below = self.linear(&below, report);
                Some(Form::Ratio {
                    numerator: above?,
                    denominator: below?,
                })
            }
            _ => {
                let of = formula::histogram(written.quantile_of.as_ref()?);
                let q = q(written.q.as_ref()?, report);
                self.is_of(&read(of, report)?, report)?;
                Some(Form::Quantile { q: q? })
            }
        }
    }

    /// `sum`, of which every field is one to compute of.
    fn linear(&mut self, sum: &Sum, report: &mut Report) -> Option<Linear> {
        let mut times = Vec::new();
        let mut right = true;
        for (n, field) in &sum.fields {
            let Some(place) = self.is_of(field, report) else {
                right = false;
                continue;
            };
            if times.len() <= place {
                times.resize(place + 1, 0.0);
            }
            if let Some(times) = times.get_mut(place) {
                *times += n;
            }
        }
        right.then_some(Linear {
            constant: sum.constant,
            times,
        })
    }

    /// The place of a field among the sources. `None` if nothing can be computed of it, which is then reported.
    fn is_of(&mut self, field: &Ident, report: &mut Report) -> Option<usize> {
        let Some(source) = self.sources.iter().find(|source| source.ident == *field) else {
            report.mistake(field, self.unknown(field));
            return None;
        };
        if let Some(mistake) = self.mistake(source) {
            report.mistake(field, mistake);
            return None;
        }
        if let Some(place) = self.used.iter().position(|used| used == field) {
            return Some(place);
        }
        self.checks.push(self.kind(field, source));
        self.used.push(field.clone());
        Some(self.used.len() - 1)
    }

    fn unknown(&self, field: &Ident) -> String {
        let known = self.sources.iter().filter(|source| {
            source.ident != *self.of && matches!(source.what, What::Metric | What::Read)
        });
        let known: Vec<String> = known.map(|source| source.ident.to_string()).collect();
        if known.is_empty() {
            return format!(
                "`{field}` is no field of this set; a value is computed of metrics beside it, and here is none"
            );
        }
        format!(
            "`{field}` is no field of this set; a value is computed of metrics beside it, which are {}",
            listed(known.iter().map(String::as_str))
        )
    }

    /// What is wrong with a field to compute of, as far as it can be seen.
    fn mistake(&self, source: &Source) -> Option<String> {
        let field = &source.ident;
        if field == self.of {
            return Some(format!(
                "`{field}` cannot be computed of itself; name the metrics that the program updates"
            ));
        }
        match source.what {
            What::Derived => Some(format!(
                "`{field}` is itself computed of others; name what it is computed of"
            )),
            What::Set => Some(format!(
                "`{field}` is a set, and a value is computed of metrics beside it; declare this one in that set, beside what it is computed of"
            )),
            What::Skipped => Some(format!(
                "`{field}` is skipped and so no metric; name a metric of this set"
            )),
            What::Read if self.has_window => Some(format!(
                "`{field}` is read from a function when it is gathered, so that nobody knows what it was before; {}",
                if self.maker == "ratio" {
                    "leave `window` out, or name what the program updates"
                } else {
                    "name what the program updates"
                }
            )),
            What::NativeAlone if self.maker == "quantile_of" => Some(format!(
                "`{field}` has native buckets alone, and quantiles of a window are estimated from bounds; give it some: `native, buckets = exponential(0.001, 2.0, 14)`"
            )),
            What::Metric | What::Read | What::NativeAlone => None,
        }
    }

    /// What only the compiler knows of it.
    fn kind(&self, field: &Ident, source: &Source) -> KindCheck {
        let (rule, message) = match (self.maker, self.has_window) {
            ("rate_of", _) => (
                KindRule::Must("Counter"),
                format!(
                    "`{field}` is not a counter, and only counters have a rate; name a counter"
                ),
            ),
            ("quantile_of", _) => (
                KindRule::Must("Histogram"),
                format!(
                    "`{field}` is not a histogram, and only histograms have quantiles; name a histogram"
                ),
            ),
            (_, true) => (
                KindRule::Must("Counter"),
                format!(
                    "`{field}` is not a counter, and with `window` a ratio is that of what counters grew by; name a counter, or leave `window` out"
                ),
            ),
            (_, false) => (
                KindRule::MustNot(&["Histogram", "Summary", "Info", "StateSet"]),
                format!("`{field}` is not one number; name counters and gauges"),
            ),
        };
        KindCheck {
            of: Some(source.ty.clone()),
            ..check(field.span(), rule, &message)
        }
    }
}
