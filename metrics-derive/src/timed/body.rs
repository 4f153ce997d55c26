//! The body of a function, untouched, behind what the expansion puts at its head: in such braces that its errors, lints and
//! the order in which it drops are those of the body alone.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use super::model::Function;
use super::signature;

/// The body in a block with `more` at its head, and before that, what it owns, named: a closure drops what it captured in
/// that order, which is to be the order in which a function drops its arguments.
pub(super) fn with_head(function: &Function, more: &TokenStream) -> Group {
    let body = function.body.stream();
    let owned = signature::owned(&function.signature);
    let owned = owned.iter().rev();
    let owned: Vec<_> = owned
        .filter(|name| signature::mentions(body.clone(), &name.to_string()))
        .collect();
    let capture = (owned.len() > 1).then(|| quote!(let _ = (#(&#owned),*);));
    in_users_braces(function, &quote!(#capture #more))
}

/// `head` and the body, in the user's own braces: of the expansion's, the body's last expression would have the rules of
/// another edition, and lints would not see code of the user's.
fn in_users_braces(function: &Function, head: &TokenStream) -> Group {
    let body = if head.is_empty() {
        function.body.stream()
    } else {
        in_place(function)
    };
    let mut whole = Group::new(Delimiter::Brace, quote!(#head #body));
    whole.set_span(function.body.span());
    whole
}

/// The body behind statements of the expansion's. Of items in it, lints would say that they come after statements: so it is
/// in braces, which are the expansion's, for lints would say of the user's that they are one pair too many.
pub(super) fn in_place(function: &Function) -> TokenStream {
    let body = function.body.stream();
    if !has_items(&body) {
        return body;
    }
    let mut nested = Group::new(Delimiter::Brace, body);
    nested.set_span(Span::call_site().located_at(function.body.span()));
    nested.to_token_stream()
}

fn has_items(body: &TokenStream) -> bool {
    const ITEMS: [&str; 13] = [
        "use",
        "fn",
        "const",
        "static",
        "struct",
        "enum",
        "union",
        "trait",
        "impl",
        "type",
        "mod",
        "extern",
        "macro_rules",
    ];
    let mut tokens = body.clone().into_iter();
    tokens.any(
        |token| matches!(token, TokenTree::Ident(ident) if ITEMS.iter().any(|item| ident == item)),
    )
}
