//! Conventions that a field may break on purpose: `allow(…)`.

use proc_macro2::Ident;
use syn::parse::ParseStream;

use crate::attr::{Entry, listed, separated};
use crate::report::Report;

/// A convention that a field may break on purpose.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lint {
    GaugeTotal,
    GaugeInfo,
    CounterWithoutTotal,
    BaseUnit,
    KindInName,
    SeriesSuffix,
}

const LINTS: [(&str, Lint); 6] = [
    ("gauge_total", Lint::GaugeTotal),
    ("gauge_info", Lint::GaugeInfo),
    ("counter_without_total", Lint::CounterWithoutTotal),
    ("base_unit", Lint::BaseUnit),
    ("kind_in_name", Lint::KindInName),
    ("series_suffix", Lint::SeriesSuffix),
];

/// Reads what stands in `allow(…)`.
pub(super) fn read(
    entry: &Entry,
    input: ParseStream<'_>,
    allow: &mut Vec<Lint>,
    report: &mut Report,
) -> syn::Result<()> {
    let content = entry.list(input)?;
    separated(&content, report, |input, _| {
        let known = || listed(LINTS.iter().map(|(name, _)| *name));
        let found: Ident = input
            .parse()
            .map_err(|_| input.error(format_args!("`allow(…)` takes any of {}", known())))?;
        let lint = LINTS.iter().find(|(name, _)| found == name);
        let Some((_, lint)) = lint else {
            return Err(syn::Error::new(
                found.span(),
                format_args!("`{found}` cannot be allowed; known are {}", known()),
            ));
        };
        allow.push(*lint);
        Ok(())
    });
    Ok(())
}
