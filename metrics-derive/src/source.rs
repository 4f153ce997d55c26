//! Where something was declared, as the expansion says it.
//! The standard macros, with the span of the declared thing, find its file and line by themselves.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// The place of `span`, as a `Source`.
pub(crate) fn source(private: &TokenStream, span: Span) -> TokenStream {
    let line = line(span);
    quote_spanned! {span=>
        #private::Source {
            file: ::core::file!(),
            line: #line,
            package: ::core::env!("CARGO_PKG_NAME"),
            module: ::core::module_path!(),
        }
    }
}

/// The line of `span`.
///
/// Better than asking `span` itself: in code that a `macro_rules` wrote, this is the line where the user
/// called it, which belongs to the file that `file!` names.
pub(crate) fn line(span: Span) -> TokenStream {
    quote_spanned!(span=> ::core::line!())
}
