//! Which labels an expression's series have, from what they are chosen by up to what is left of them.

use std::collections::BTreeSet;

use metrics_core::promql::{Grouping, Matching, MetricName, Promql, Selector};

use super::matchers::check_value;
use super::mend;
use super::series::{Named, Series};

/// The labels that series can have; of those of somebody else, any.
type Labels = Option<BTreeSet<String>>;

/// A way through an expression that gathers what is wrong.
pub(super) struct Walk<'a> {
    series: &'a Series<'a>,
    own: &'a str,
    found: Vec<String>,
}

impl<'a> Walk<'a> {
    /// Through an expression of the family that is exposed as `own`.
    pub(super) fn new(series: &'a Series<'a>, own: &'a str) -> Self {
        Self {
            series,
            own,
            found: Vec::new(),
        }
    }

    pub(super) fn into_found(self) -> Vec<String> {
        self.found
    }

    /// The labels of what an expression gives; a few more than there are where that makes no difference.
    pub(super) fn labels_of(&mut self, expression: &Promql) -> Labels {
        match expression {
            Promql::Number(_) | Promql::Text(_) => Some(BTreeSet::new()),
            Promql::Selector(selector) => self.chosen(selector),
            Promql::Call {
                function,
                arguments,
            } => {
                let mut all = Some(BTreeSet::new());
                for argument in *arguments {
                    all = both(all, self.labels_of(argument));
                }
                match *function {
                    // they make labels
                    "label_replace" | "label_join" => None,
                    _ => all,
                }
            }
            Promql::Aggregation {
                operator,
                grouping,
                parameter,
                of,
            } => {
                if let Some(parameter) = parameter {
                    self.labels_of(parameter);
                }
                let inner = self.labels_of(of);
                self.grouped(operator, *grouping, inner)
            }
            Promql::Binary {
                operator,
                matching,
                left,
                right,
                ..
            } => {
                let (left, right) = (self.labels_of(left), self.labels_of(right));
                let all = both(left.clone(), right);
                if let Some(matching) = matching {
                    self.matched(*matching, &all);
                }
                match *operator {
                    // what is left is of the left side
                    "and" | "unless" => left,
                    _ => all,
                }
            }
            Promql::Negative(of) | Promql::Group(of) => self.labels_of(of),
        }
    }

    fn chosen(&mut self, selector: &Selector) -> Labels {
        let name = match selector.metric {
            MetricName::Own(suffix) => format!("{}{suffix}", self.own),
            // it is chosen by labels alone
            MetricName::Named("") => return None,
            MetricName::Named(name) => name.to_owned(),
        };
        let series = self.series;
        let (own, family) = match series.find(&name) {
            Ok(Named::Family(of)) => (of.labels(), Some(of)),
            Ok(Named::Labelled(labels)) => (
                labels.iter().map(|label| (*label).to_owned()).collect(),
                None,
            ),
            Ok(Named::Other) => return None,
            Err(what) => {
                self.found.push(what);
                return None;
            }
        };
        let target = series.target_labels().map(str::to_owned);
        let all: BTreeSet<String> = own.into_iter().chain(target).collect();
        for matcher in selector.matchers {
            let label = matcher.label;
            if label == "__name__" {
                continue;
            }
            if !all.contains(label) {
                let known: Vec<_> = all.iter().map(String::as_str).collect();
                self.found.push(format!(
                    "`{name}` has no label `{label}`; {}",
                    mend(label, &known)
                ));
            } else if let Some(of) = family {
                self.found.extend(check_value(matcher, of, &name));
            }
        }
        Some(all)
    }

    fn grouped(&mut self, operator: &str, grouping: Option<Grouping>, inner: Labels) -> Labels {
        if let Some(grouping) = grouping {
            self.known(grouping.labels, &inner);
        }
        match (operator, grouping) {
            // series stay what they are
            ("topk" | "bottomk", _) => inner,
            ("count_values", _) => None,
            (_, None) => Some(BTreeSet::new()),
            (_, Some(Grouping { without, labels })) => {
                let is_named = |label: &String| labels.contains(&label.as_str());
                if without {
                    inner.map(|inner| inner.into_iter().filter(|one| !is_named(one)).collect())
                } else {
                    Some(labels.iter().map(|label| (*label).to_owned()).collect())
                }
            }
        }
    }

    fn matched(&mut self, matching: Matching, all: &Labels) {
        self.known(matching.labels, all);
        if let Some((_, taken)) = matching.group {
            self.known(taken, all);
        }
    }

    /// A label that no series has makes one group of all, or matches nothing.
    fn known(&mut self, labels: &[&str], there: &Labels) {
        let Some(there) = there else { return };
        for label in labels.iter().filter(|label| !there.contains(**label)) {
            let known: Vec<_> = there.iter().map(String::as_str).collect();
            self.found.push(format!(
                "no series that is grouped has the label `{label}`; {}",
                mend(label, &known)
            ));
        }
    }
}

fn both(one: Labels, other: Labels) -> Labels {
    let mut all = one?;
    all.extend(other?);
    Some(all)
}
