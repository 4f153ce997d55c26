//! `#[derive(LabelSet)]`: parse, validate, expand, over a plain model.
//! After a mistake the struct still gets its trait, so that its users see no second error.

mod builder;
mod elided;
mod expand;
mod labels;
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
        // the compiler says that lifetimes are missing, and would say it of each copy of the type
        Ok(()) if model.labels.iter().any(|label| elided::in_type(&label.ty)) => {
            expand::stub(input, &krate)
        }
        Ok(()) => expand::expand(&model),
        Err(mut mistakes) => {
            mistakes.extend(expand::stub(input, &krate));
            mistakes
        }
    }
}
