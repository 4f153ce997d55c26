//! The HorizontalPodAutoscaler of what gauges ask for by `#[metric(hpa(…))]`, and how prometheus-adapter gives Kubernetes the
//! numbers.

use metrics_core::{Declarations, DeclaredFamily, Kind, Scaling};

use super::{headed, object};
use crate::Error;
use crate::artifacts::settings::Settings;
use crate::artifacts::yaml::Yaml;

/// The families that ask for replicas, by name.
fn scaled(declarations: &Declarations) -> impl Iterator<Item = (&DeclaredFamily, Scaling)> {
    let families = declarations.families.iter();
    families.filter_map(|family| Some((family, family.descriptor().scaling()?)))
}

/// One for all of them, if there are any: of the numbers of replicas that its metrics ask for, Kubernetes takes the largest.
pub(super) fn autoscaler(
    declarations: &Declarations,
    settings: &Settings,
) -> Result<Option<String>, Error> {
    let Some((first, bounds)) = scaled(declarations).next() else {
        return Ok(None);
    };
    let mistakes: Vec<_> = scaled(declarations)
        .filter_map(|(family, scaling)| mistake(family, scaling, first, bounds))
        .collect();
    if !mistakes.is_empty() {
        return Err(Error::Artifacts(mistakes));
    }
    let target = Yaml::map([
        ("apiVersion", Yaml::from("apps/v1")),
        ("kind", Yaml::from("Deployment")),
        ("name", Yaml::from(settings.object_name())),
    ]);
    let metrics = scaled(declarations).map(|(family, scaling)| metric(family, scaling));
    let spec = Yaml::map([
        (
            "scaleTargetRef",
            target.remarked("The Deployment is taken to be called like the service."),
        ),
        ("minReplicas", Yaml::plain(bounds.min)),
        ("maxReplicas", Yaml::plain(bounds.max)),
        ("metrics", Yaml::list(metrics)),
    ]);
    Ok(Some(object(
        settings,
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        "",
        "Kubernetes asks prometheus-adapter for the metrics, which needs the rules of by-hand/prometheus-adapter.yaml.",
        ("spec", spec),
    )))
}

/// What is wrong with what a family asks for, beside what the first one asked for.
fn mistake(
    family: &DeclaredFamily,
    scaling: Scaling,
    first: &DeclaredFamily,
    bounds: Scaling,
) -> Option<String> {
    let source = |family: &DeclaredFamily| family.descriptor().source().to_string();
    if family.descriptor().kind() != Kind::Gauge {
        return Some(format!(
            "`hpa` of `{}` at {}: a number of replicas is kept by a gauge; ask for it by a gauge with `rate_of`",
            family.name(),
            source(family)
        ));
    }
    ((scaling.min, scaling.max) != (bounds.min, bounds.max)).then(|| {
        format!(
            "`hpa(min = {}, max = {})` of `{}` at {}, but `hpa(min = {}, max = {})` of `{}` at {}: one service has one number \
             of replicas; write the same `min` and `max`",
            scaling.min,
            scaling.max,
            family.name(),
            source(family),
            bounds.min,
            bounds.max,
            first.name(),
            source(first)
        )
    })
}

fn metric(family: &DeclaredFamily, scaling: Scaling) -> Yaml {
    // a quantity of Kubernetes is a text
    let average = Yaml::from(scaling.average.to_string());
    let target = Yaml::map([
        ("type", Yaml::from("AverageValue")),
        ("averageValue", average),
    ]);
    let metric = Yaml::map([("name", Yaml::from(family.name()))]);
    Yaml::map([
        ("type", Yaml::from("Pods")),
        ("pods", Yaml::map([("metric", metric), ("target", target)])),
    ])
}

/// Rules of prometheus-adapter, each for one gauge under its own name. The adapter's usual rules would take a name that ends
/// in `_total` for a counter, and give its rate.
pub(super) fn adapter_rules(declarations: &Declarations, settings: &Settings) -> Option<String> {
    let rules: Vec<_> = scaled(declarations)
        .map(|(family, _)| adapter_rule(family))
        .collect();
    if rules.is_empty() {
        return None;
    }
    let document = Yaml::map([("rules", Yaml::list(rules))]);
    Some(headed(
        settings,
        "No manifest: rules for the configuration of prometheus-adapter, before its own; with Helm, under rules.custom.\n\
         A pod's value is the sum of the children of the gauge.",
        document,
    ))
}

fn adapter_rule(family: &DeclaredFamily) -> Yaml {
    let name = family.name();
    let resource = |name: &str| Yaml::map([("resource", Yaml::from(name))]);
    let overrides = ["namespace", "pod"].map(|name| (name, resource(name)));
    let renamed = Yaml::map([
        ("matches", Yaml::from(format!("^{name}$"))),
        ("as", Yaml::from(name)),
    ]);
    Yaml::map([
        (
            "seriesQuery",
            Yaml::from(format!("{name}{{namespace!=\"\",pod!=\"\"}}")),
        ),
        (
            "resources",
            Yaml::map([("overrides", Yaml::map(overrides))]),
        ),
        ("name", renamed),
        (
            "metricsQuery",
            Yaml::from("sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)"),
        ),
    ])
}
