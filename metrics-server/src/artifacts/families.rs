//! What several artefacts ask of a family.

use metrics_core::{DeclaredFamily, Descriptor, Kind, Label as _, LabelValues, Outcome};

/// Whether it is the family of this declaration. Of sets that a macro made, all may be in one line, with the same fields: the
/// name tells them apart.
pub(crate) fn is_declared_by(family: &DeclaredFamily, descriptor: &Descriptor) -> bool {
    let place = |of: &Descriptor| (of.source(), of.field(), of.name().to_owned());
    place(family.descriptor()) == place(descriptor)
}

/// The label that tells how a call ended, if there is one: its values are those of [`Outcome`].
pub(crate) fn outcome_label(family: &DeclaredFamily) -> Option<&'static str> {
    let labels = family.descriptor().labels().iter();
    let mut outcomes = labels.filter(|label| label.values == LabelValues::Finite(Outcome::VALUES));
    outcomes.next().map(|label| label.name)
}

/// Whether its series have this label, constant ones included.
pub(crate) fn has_label(family: &DeclaredFamily, name: &str) -> bool {
    let mut constant = family.constant_labels().iter();
    let mut labels = family.descriptor().labels().iter();
    labels.any(|label| label.name == name) || constant.any(|(label, _)| label == name)
}

/// A label of the program as it is called once it is scraped: where Prometheus has one of that name for the target, the
/// program's is renamed.
pub(crate) fn scraped_label(name: &str) -> String {
    match name {
        "job" | "instance" => format!("exported_{name}"),
        _ => name.to_owned(),
    }
}

/// What the names of a family's series end in.
pub(crate) fn series_suffixes(family: &DeclaredFamily) -> &'static [&'static str] {
    let descriptor = family.descriptor();
    match descriptor.kind() {
        Kind::Histogram if descriptor.bounds().is_empty() => &[""],
        Kind::Histogram if descriptor.native().is_some() => &["", "_bucket", "_sum", "_count"],
        Kind::Histogram => &["_bucket", "_sum", "_count"],
        _ => &[""],
    }
}

#[cfg(test)]
mod tests {
    use metrics_core::{Histogram, MetricSet};

    use super::*;

    macro_rules! in_one_line {
        ($($set:ident $prefix:literal),*) => {$(
            /// A set.
            #[derive(MetricSet)]
            #[metrics(prefix = $prefix, register = false)]
            struct $set {
                /// Time of calls.
                #[metric(unit = "seconds")]
                latency: Histogram,
            }
        )*};
    }
    in_one_line!(Blue "blue", Green "green");

    #[test]
    fn sets_that_a_macro_made_in_one_line_are_told_apart() {
        let families = Blue::SET.all_families().chain(Green::SET.all_families());
        let families: Vec<_> = families.map(DeclaredFamily::of_set).collect();
        let of = |place: usize| {
            let descriptor = families[place].descriptor();
            let is = families
                .iter()
                .map(|family| is_declared_by(family, descriptor));
            is.collect::<Vec<_>>()
        };
        let [blue, green] = [&families[0], &families[1]].map(DeclaredFamily::descriptor);
        assert_eq!(
            (blue.source(), blue.field()),
            (green.source(), green.field())
        );
        assert_eq!([of(0), of(1)], [[true, false], [false, true]]);
    }
}
