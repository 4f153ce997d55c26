//! The variables at the top of the dashboard: which Prometheus, which jobs of it, and which instances of those.

use metrics_core::{Declarations, DeclaredFamily, Kind, LabelValues};
use serde::Serialize;

use super::model::DataSource;

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Variable {
    DataSource(DataSourceVariable),
    Query(Box<QueryVariable>),
}

#[derive(Debug, Serialize)]
pub(super) struct DataSourceVariable {
    name: &'static str,
    label: &'static str,
    r#type: &'static str,
    query: &'static str,
    /// 1: when the dashboard is loaded.
    refresh: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueryVariable {
    name: &'static str,
    label: &'static str,
    r#type: &'static str,
    datasource: DataSource,
    query: String,
    /// 2: whenever the range of time changes.
    refresh: u32,
    /// 1: by the alphabet.
    sort: u32,
    multi: bool,
    include_all: bool,
    all_value: &'static str,
    current: Current,
}

#[derive(Debug, Serialize)]
struct Current {
    text: [&'static str; 1],
    value: [&'static str; 1],
}

/// All of them; jobs are those that have one of these families.
pub(super) fn variables(declarations: &Declarations) -> Vec<Variable> {
    let witness = witness(declarations);
    vec![
        Variable::DataSource(DataSourceVariable {
            name: "datasource",
            label: "Data source",
            r#type: "datasource",
            query: "prometheus",
            refresh: 1,
        }),
        query("job", "Job", format!("label_values({witness}, job)")),
        query(
            "instance",
            "Instance",
            format!("label_values({witness}{{job=~\"$job\"}}, instance)"),
        ),
    ]
}

fn query(name: &'static str, label: &'static str, query: String) -> Variable {
    Variable::Query(Box::new(QueryVariable {
        name,
        label,
        r#type: "query",
        datasource: DataSource::CHOSEN,
        query,
        refresh: 2,
        sort: 1,
        multi: true,
        include_all: true,
        all_value: ".+",
        current: Current {
            text: ["All"],
            value: ["$__all"],
        },
    }))
}

/// The series that tells of which jobs this dashboard is: one of the program's own, which is there from the first scrape
/// on, on every platform. `up`, which all jobs have, where there is none.
fn witness(declarations: &Declarations) -> &str {
    let families = declarations.families.iter();
    let best = families.filter_map(|family| Some((fitness(family)?, family.name())));
    best.min().map_or("up", |(_, name)| name)
}

/// How far a family is from being there from the first scrape on; none if it may never be.
fn fitness(family: &DeclaredFamily) -> Option<usize> {
    let descriptor = family.descriptor();
    let set = family.sets().next()?;
    let mut labels = descriptor.labels().iter();
    // every combination of finite values is there at once, and none of open ones
    let is_there = matches!(descriptor.kind(), Kind::Counter | Kind::Gauge)
        && !labels.any(|label| matches!(label.values, LabelValues::Open { .. }))
        && descriptor.derived().is_none()
        && descriptor.idle().is_none();
    // what this crate tells, other programs tell too, and some of it not on every platform
    let is_ours = set.source.package == env!("CARGO_PKG_NAME");
    let distance = match (is_ours, set.linked) {
        (false, true) => 0,
        (false, false) => 1,
        (true, true) => 2,
        (true, false) => return None,
    };
    let has_labels = !descriptor.labels().is_empty();
    is_there.then_some(2 * distance + usize::from(has_labels))
}
