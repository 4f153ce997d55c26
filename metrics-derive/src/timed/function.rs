//! Reads the item under `#[timed]`: a function with a body, which is left unread.
//! Anything else is told apart here, so that each gets its own mend.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::{AttrStyle, Attribute, Signature, Token, Visibility};

use super::model::Function;
use crate::report::Report;

pub(super) fn parse(item: TokenStream, report: &mut Report) -> Option<Function> {
    match function.parse2(item) {
        Ok(function) => Some(function),
        Err(mistake) => {
            report.add(mistake);
            None
        }
    }
}

fn function(input: ParseStream<'_>) -> syn::Result<Function> {
    let mut attrs = input.call(Attribute::parse_outer)?;
    let vis: Visibility = input.parse()?;
    not_another_item(input)?;
    let signature: Signature = input.parse()?;
    if input.peek(Token![;]) {
        let semi: Token![;] = input.parse()?;
        return Err(syn::Error::new_spanned(
            semi,
            "`#[timed]` needs a body to time; put it where the function is implemented, or on what calls it",
        ));
    }
    let body: Group = input.parse()?;
    let body = without_inner_attributes(&body, &mut attrs)?;
    Ok(Function {
        attrs,
        vis,
        signature,
        body,
    })
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
fn not_another_item(input: ParseStream<'_>) -> syn::Result<()> {
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
        return Ok(());
    }
    let found: TokenTree = match first {
        // `unsafe impl`: the second word says more
        Some(qualifier) if !ahead.peek(Token![impl]) && !ahead.peek(Token![trait]) => qualifier,
        _ => ahead.parse()?,
    };
    let message = match found.to_string().as_str() {
        "impl" | "trait" => {
            "`#[timed]` is for functions; put it on each method that is to be timed"
        }
        "mod" | "extern" => "`#[timed]` is for functions; put it on each that is to be timed",
        "struct" | "enum" | "union" => {
            "`#[timed]` is for functions; metrics are declared by `#[derive(MetricSet)]`"
        }
        _ => "`#[timed]` is for functions; move what is to be timed into one",
    };
    Err(syn::Error::new_spanned(found, message))
}
