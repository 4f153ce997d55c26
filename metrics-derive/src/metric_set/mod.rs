//! `#[derive(MetricSet)]`: parse, validate, expand, over a plain model.
//! After a mistake the set still gets its trait, so that its users see no second error.

mod alert;
mod bounds;
mod checks;
mod constant_labels;
mod derivation;
mod derived;
mod expand;
mod family;
mod formula;
mod hint;
mod kind;
mod lint;
mod model;
mod parse;
mod validate;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::report::Report;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut report = Report::default();
    let parsed = parse::parse(input, &mut report);
    let krate = parsed.krate.clone();
    let model = validate::validate(parsed, &mut report);
    match report.finish() {
        Ok(()) => expand::expand(&model),
        Err(mut mistakes) => {
            mistakes.extend(expand::stub(input, &krate));
            mistakes
        }
    }
}
