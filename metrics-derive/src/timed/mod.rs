//! `#[timed]`: parse, validate, expand, over a plain model.
//! After a mistake the item stays as it was, so that its users see no second error.

mod expand;
mod function;
mod model;
mod parse;
mod returns;
mod validate;

use proc_macro2::TokenStream;

use crate::report::Report;

pub(crate) fn timed(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut report = Report::default();
    let arguments = parse::parse(arguments, &mut report);
    let function = function::parse(item.clone(), &mut report);
    let model = function.map(|function| validate::validate(arguments, function, &mut report));
    match (report.finish(), model) {
        (Ok(()), Some(model)) => expand::expand(&model),
        (Ok(()), None) => item,
        (Err(mut mistakes), _) => {
            mistakes.extend(item);
            mistakes
        }
    }
}
