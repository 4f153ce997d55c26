//! `#[timed]` and `#[counted]`: parse, validate, expand, over a plain model.
//! After a mistake the item stays as it was, so that its users see no second error.

mod block;
mod body;
mod expand;
mod function;
mod keys;
mod model;
mod objective;
mod parse;
mod percent;
mod plan;
mod returns;
mod signature;
mod slo;
mod validate;

use proc_macro2::TokenStream;

use crate::report::Report;
pub(crate) use keys::Attribute;
use model::Function;
use parse::Arguments;

pub(crate) fn attribute(
    attribute: Attribute,
    arguments: TokenStream,
    item: TokenStream,
) -> TokenStream {
    let mut report = Report::default();
    let arguments = parse::parse(attribute, arguments, &mut report);
    let expanded = if block::is_impl(&item) {
        block::expand(&arguments, &item, &mut report)
    } else {
        let function = function::parse(attribute, item.clone(), &mut report);
        function.map_or_else(TokenStream::new, |function| {
            one(arguments, function, None, &mut report)
        })
    };
    match report.finish() {
        Ok(()) => expanded,
        Err(mut mistakes) => {
            mistakes.extend(block::without_attributes(item));
            mistakes
        }
    }
}

/// One function, of an `impl` block for the type of that name.
fn one(
    arguments: Arguments,
    function: Function,
    of_type: Option<&str>,
    report: &mut Report,
) -> TokenStream {
    match validate::validate(arguments, function, of_type, report) {
        Some(timed) => expand::expand(&timed),
        None => TokenStream::new(),
    }
}
