//! `#[timed] impl …`: every method with a body, each with the arguments of the block unless it has its own, and with
//! the name of the type before its name. What else stands in the block stays as it is.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, ItemImpl, Meta, Token, Type, Visibility};

use super::function;
use super::keys::Attribute as Macro;
use super::model::Function;
use super::one;
use super::parse::{self, Arguments};
use crate::report::Report;

/// Whether the item is an `impl` block.
pub(super) fn is_impl(item: &TokenStream) -> bool {
    let read = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Option<Token![default]>>()?;
        input.parse::<Option<Token![unsafe]>>()?;
        let found = input.peek(Token![impl]);
        input.parse::<TokenStream>()?;
        Ok(found)
    };
    read.parse2(item.clone()).unwrap_or(false)
}

pub(super) fn expand(
    arguments: &Arguments,
    item: &TokenStream,
    report: &mut Report,
) -> TokenStream {
    let Some((header, body)) = split(item) else {
        return item.clone();
    };
    let of_type = type_name(&header);
    let read = |input: ParseStream<'_>| {
        let mut items = input
            .call(Attribute::parse_inner)
            .map(|inner| quote!(#(#inner)*))?;
        while !input.is_empty() {
            items.extend(associated(arguments, of_type.as_deref(), input, report)?);
        }
        Ok(items)
    };
    match read.parse2(body.stream()) {
        Ok(items) => {
            let mut whole = Group::new(Delimiter::Brace, items);
            whole.set_span(body.span());
            quote!(#header #whole)
        }
        Err(mistake) => {
            report.add(mistake);
            TokenStream::new()
        }
    }
}

/// What stands before the braces, and the braces.
fn split(item: &TokenStream) -> Option<(TokenStream, Group)> {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    match tokens.pop()? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
            Some((tokens.into_iter().collect(), body))
        }
        _ => None,
    }
}

/// The name of the type that the block is for, without its generics.
fn type_name(header: &TokenStream) -> Option<String> {
    let block: ItemImpl = syn::parse2(quote!(#header {})).ok()?;
    let mut ty = &*block.self_ty;
    loop {
        ty = match ty {
            Type::Path(path) => return Some(path.path.segments.last()?.ident.to_string()),
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            Type::Reference(reference) => &reference.elem,
            _ => return None,
        };
    }
}

/// The next item of the block.
fn associated(
    arguments: &Arguments,
    of_type: Option<&str>,
    input: ParseStream<'_>,
    report: &mut Report,
) -> syn::Result<TokenStream> {
    let mut attrs = input.call(Attribute::parse_outer)?;
    if !is_function(input) {
        let rest = other_item(input)?;
        return Ok(quote!(#(#attrs)* #rest));
    }
    let own = own_arguments(&mut attrs, arguments, report);
    let arguments = own.unwrap_or_else(|| arguments.clone());
    let function = function::function(arguments.attribute, attrs, input)?;
    if arguments.skip.is_some() {
        let Function {
            attrs,
            vis,
            defaultness,
            signature,
            body,
        } = function;
        return Ok(quote!(#(#attrs)* #vis #defaultness #signature #body));
    }
    Ok(one(arguments, function, of_type, report))
}

fn is_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    if ahead.parse::<Visibility>().is_err() {
        return false;
    }
    loop {
        if ahead.peek(Token![fn]) {
            return true;
        }
        let qualifier = ahead.peek(Token![default])
            || ahead.peek(Token![const])
            || ahead.peek(Token![async])
            || ahead.peek(Token![unsafe])
            || ahead.peek(Token![extern])
            || ahead.peek(syn::LitStr);
        if !qualifier || ahead.parse::<TokenTree>().is_err() {
            return false;
        }
    }
}

/// A constant, a type or a macro: to its `;` or its braces.
fn other_item(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut assigned = false;
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let ends = match &token {
            TokenTree::Punct(punct) => {
                assigned |= punct.as_char() == '=';
                punct.as_char() == ';'
            }
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !assigned,
            _ => false,
        };
        tokens.extend([token]);
        if ends {
            break;
        }
    }
    Ok(tokens)
}

/// What the attribute of the method itself says, which is taken off.
fn own_arguments(
    attrs: &mut Vec<Attribute>,
    of_block: &Arguments,
    report: &mut Report,
) -> Option<Arguments> {
    let mut own = None;
    attrs.retain(|attr| {
        let Some(of) = attribute(attr) else {
            return true;
        };
        let tokens = match &attr.meta {
            Meta::List(list) => list.tokens.clone(),
            _ => TokenStream::new(),
        };
        let mut arguments = parse::parse(of, tokens, report);
        if own.is_some() {
            report.mistake(
                attr,
                "this method has such an attribute already; leave one of them out",
            );
        }
        arguments.krate = arguments.krate.or(&of_block.krate);
        own = Some(arguments);
        false
    });
    own
}

fn attribute(attr: &Attribute) -> Option<Macro> {
    let last = attr.path().segments.last()?;
    [Macro::Timed, Macro::Counted]
        .into_iter()
        .find(|of| last.ident == of.name())
}

/// The item without the attributes on methods of a block, which would be expanded by themselves and tell their mistakes
/// again.
pub(super) fn without_attributes(item: TokenStream) -> TokenStream {
    if !is_impl(&item) {
        return item;
    }
    let Some((header, body)) = split(&item) else {
        return item;
    };
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in body.stream() {
        let ours = match &token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                let attr = syn::parse2::<Meta>(group.stream()).ok();
                let last = attr.as_ref().and_then(|meta| meta.path().segments.last());
                last.is_some_and(|last| {
                    last.ident == Macro::Timed.name() || last.ident == Macro::Counted.name()
                })
            }
            _ => false,
        };
        let after_pound =
            matches!(kept.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#');
        if ours && after_pound {
            kept.pop();
        } else {
            kept.push(token);
        }
    }
    let mut whole = Group::new(Delimiter::Brace, kept.into_iter().collect());
    whole.set_span(body.span());
    quote!(#header #whole)
}
