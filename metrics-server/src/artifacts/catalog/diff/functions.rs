//! What changed in the functions that feed the shared families, and in what is promised of functions.

use super::pairs::Pairs;
use super::{Changes, buckets};
use crate::artifacts::catalog::model::{Catalog, Function, Objective};
use crate::artifacts::length::of_seconds;

pub(super) fn compare(old: &Catalog, new: &Catalog, changes: &mut Changes) {
    let is = |a: &Function, b: &Function| (&a.module, &a.name) == (&b.module, &b.name);
    let is_in = |one: &Function, all: &[Function]| all.iter().any(|other| is(one, other));
    for function in &old.functions {
        let Function {
            name,
            module,
            families,
            ..
        } = function;
        let mut changes = changes.of(of(module, name));
        if let Some(same) = new.functions.iter().find(|other| is(function, other)) {
            for family in families
                .iter()
                .filter(|family| !same.families.contains(family))
            {
                changes.breaks(
                    format!("does not feed `{family}` any more"),
                    "queries that select it there find nothing",
                );
            }
            let came = same.families.iter();
            for family in came.filter(|family| !families.contains(family)) {
                changes.keeps(format!("feeds `{family}` now"));
            }
            // a function without histograms has none, which has been told
            if !function.buckets.is_empty() && !same.buckets.is_empty() {
                buckets::bounds(&function.buckets, &same.buckets, &mut changes);
            }
            continue;
        }
        let came = new
            .functions
            .iter()
            .filter(|other| other.name == *name && !is_in(other, &old.functions));
        match came.collect::<Vec<_>>()[..] {
            [moved] => changes.breaks(
                format!("is in the module `{}` now", moved.module),
                "queries that select the label `module` find nothing",
            ),
            _ => changes.breaks(
                "not measured any more",
                "queries that select the label `function` find nothing",
            ),
        }
    }
    for function in new
        .functions
        .iter()
        .filter(|one| !is_in(one, &old.functions))
    {
        let is_moved = old
            .functions
            .iter()
            .any(|other| other.name == function.name && !is_in(other, &new.functions));
        if !is_moved {
            changes
                .of(of(&function.module, &function.name))
                .keeps("measured now");
        }
    }
}

fn of(module: &str, name: &str) -> String {
    format!("function {module}::{name}")
}

pub(super) fn compare_objectives(
    old: &Catalog,
    new: &Catalog,
    pairs: &Pairs<'_>,
    changes: &mut Changes,
) {
    let is = |a: &Objective, b: &Objective| (&a.module, &a.function) == (&b.module, &b.function);
    for before in &old.objectives {
        let mut changes = changes.of(format!(
            "objective of {}::{}",
            before.module, before.function
        ));
        let Some(after) = new.objectives.iter().find(|other| is(before, other)) else {
            changes.breaks(
                "removed",
                "its alerts and recorded series are not there any more",
            );
            continue;
        };
        for latency in &before.latency {
            let mut latencies = after.latency.iter();
            match latencies.find(|other| other.percent == latency.percent) {
                None => changes.breaks(
                    format!("promises nothing for {} % any more", latency.percent),
                    "its alerts and recorded series are not there any more",
                ),
                Some(other) if other.seconds != latency.seconds => changes.keeps(format!(
                    "promises {} % in less than {} now, and did in less than {}",
                    latency.percent,
                    of_seconds(other.seconds),
                    of_seconds(latency.seconds)
                )),
                Some(_) => {}
            }
        }
        match (before.success_percent, after.success_percent) {
            (Some(_), None) => changes.breaks(
                "promises no success any more",
                "its alerts and recorded series are not there any more",
            ),
            (Some(was), Some(is)) if was != is => {
                changes.keeps(format!(
                    "promises that {is} % go well now, and did that {was} % do"
                ));
            }
            _ => {}
        }
        let families = before.families.iter().map(|name| pairs.new_name(name));
        if families.ne(after.families.iter().map(String::as_str)) {
            changes.keeps(format!("measured by `{}` now", after.families.join("`, `")));
        }
    }
    for after in &new.objectives {
        if !old.objectives.iter().any(|before| is(before, after)) {
            let of = format!("objective of {}::{}", after.module, after.function);
            changes.of(of).keeps("added");
        }
    }
}
