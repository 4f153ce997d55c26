//! Reads the item under `#[timed]` or `#[counted]`: a function with a body, which is left unread.
//! Anything else is told apart here, so that each gets its own mend.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{AttrStyle, Attribute, Signature, Token, Visibility};

use super::keys::Attribute as Macro;
use super::model::Function;
use crate::report::Report;

pub(super) fn parse(of: Macro, item: TokenStream, report: &mut Report) -> Option<Function> {
    let read = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_outer)?;
        function(of, attrs, input)
    };
    match read.parse2(item) {
        Ok(function) => Some(function),
        Err(mistake) => {
            report.add(mistake);
            None
        }
    }
}

/// The function below `attrs`.
pub(super) fn function(
    of: Macro,
    mut attrs: Vec<Attribute>,
    input: ParseStream<'_>,
) -> syn::Result<Function> {
    let vis: Visibility = input.parse()?;
    let defaultness = defaultness(input)?;
    not_another_item(of, input)?;
    let signature: Signature = input.parse()?;
    if input.peek(Token![;]) {
        let semi: Token![;] = input.parse()?;
        let of = of.name();
        return Err(syn::Error::new_spanned(
            semi,
            format_args!(
                "`#[{of}]` needs a body; put it where the function is implemented, or on what calls it"
            ),
        ));
    }
    let body = body(input)?;
    let body = without_inner_attributes(&body, &mut attrs)?;
    Ok(Function {
        attrs,
        vis,
        defaultness,
        signature,
        body,
    })
}

/// The braces, around which a `$body:block` of a `macro_rules` has invisible ones.
fn body(input: ParseStream<'_>) -> syn::Result<Group> {
    let at = input.span();
    match input.parse()? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => Ok(body),
        TokenTree::Group(body) if body.delimiter() == Delimiter::None => body_parser(body.stream()),
        _ => Err(syn::Error::new(at, "expected the body of a function")),
    }
}

fn body_parser(tokens: TokenStream) -> syn::Result<Group> {
    body.parse2(tokens)
}

/// `default`, which is a word like any other but before a function.
fn defaultness(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if !input.peek(Token![default]) || input.peek2(Token![!]) {
        return Ok(TokenStream::new());
    }
    let default: Token![default] = input.parse()?;
    Ok(default.into_token_stream())
}

/// Attributes at the start of the body are those of the function, and stay so when the body moves.
fn without_inner_attributes(body: &Group, attrs: &mut Vec<Attribute>) -> syn::Result<Group> {
    let split = |input: ParseStream<'_>| {
        let inner = input.call(Attribute::parse_inner)?;
        Ok((inner, input.parse::<TokenStream>()?))
    };
    let (inner, rest) = split.parse2(body.stream())?;
    if inner.is_empty() {
        return Ok(body.clone());
    }
    attrs.extend(inner.into_iter().map(|attr| Attribute {
        style: AttrStyle::Outer,
        ..attr
    }));
    let mut group = Group::new(Delimiter::Brace, rest);
    group.set_span(body.span());
    Ok(group)
}

/// Says what to do instead where something that is no function stands under the attribute.
fn not_another_item(of: Macro, input: ParseStream<'_>) -> syn::Result<()> {
    let Some(found) = ahead(input)? else {
        return Ok(());
    };
    let of = of.name();
    let mend = match found.to_string().as_str() {
        "trait" => "put it on each method with a body",
        "mod" | "extern" => "put it on each that is meant",
        "struct" | "enum" | "union" => "metrics are declared by `#[derive(MetricSet)]`",
        _ => "move what is meant into one",
    };
    Err(syn::Error::new_spanned(
        found,
        format_args!("`#[{of}]` is for functions and `impl` blocks; {mend}"),
    ))
}

/// The word that tells what item this is, unless it is a function.
fn ahead(input: ParseStream<'_>) -> syn::Result<Option<TokenTree>> {
    let ahead = input.fork();
    let mut first = None;
    // qualifiers that functions share with other items
    while ahead.peek(Token![async])
        || ahead.peek(Token![unsafe])
        || ahead.peek(Token![const])
        || ahead.peek(Token![extern])
        || ahead.peek(syn::LitStr)
    {
        let token: TokenTree = ahead.parse()?;
        first.get_or_insert(token);
    }
    if ahead.peek(Token![fn]) {
        return Ok(None);
    }
    Ok(Some(match first {
        // `unsafe trait`: the second word says more
        Some(qualifier) if !ahead.peek(Token![trait]) => qualifier,
        _ => ahead.parse()?,
    }))
}
