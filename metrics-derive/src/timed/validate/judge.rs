//! Who says how a call went: one key at most, and only of what is returned.

use proc_macro2::Ident;

use crate::report::Report;
use crate::timed::model::{Function, Judge, Returns};
use crate::timed::parse::{Arguments, Given};

pub(super) fn judge(arguments: &Arguments, function: &Function, report: &mut Report) -> Judge {
    let mut given: Vec<(&Ident, Judge)> = Vec::new();
    if let Some(key) = &arguments.result {
        given.push((key, Judge::Result(key.clone())));
    }
    if let Some(Given { key, value }) = &arguments.ok_if {
        given.push((key, Judge::OkIf(value.clone())));
    }
    if let Some(Given { key, value }) = &arguments.error_if {
        given.push((key, Judge::ErrorIf(value.clone())));
    }
    if let Some(Given { key, value }) = &arguments.error_label {
        given.push((key, Judge::ErrorLabel(value.clone())));
        error_labels_have_a_metric(key, arguments, report);
    }
    let Some((first, _)) = given.first() else {
        return Judge::ByType;
    };
    for (key, _) in given.iter().skip(1) {
        report.mistake(
            key,
            format_args!("`{first}` says already how a call went; leave `{key}` or `{first}` out"),
        );
    }
    let has_metric = arguments.histogram.is_some() || arguments.counter.is_some();
    let told = arguments.error_label.is_some() && !has_metric;
    if !told
        && matches!(
            Returns::of(&function.signature.output),
            Returns::Unit | Returns::Never
        )
    {
        report.mistake(
            first,
            format_args!("`{first}` is about what a function returns, and this one returns nothing; leave it out"),
        );
    }
    given.swap_remove(0).1
}

fn error_labels_have_a_metric(key: &Ident, arguments: &Arguments, report: &mut Report) {
    if arguments.histogram.is_none() && arguments.counter.is_none() {
        let attribute = arguments.attribute.name();
        report.mistake(
            key,
            format_args!(
                "`error_label` fills a label of a metric of yours; name it first: `#[{attribute}(Set::field, error_label = …)]`"
            ),
        );
    }
}
