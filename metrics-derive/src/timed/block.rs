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
use super::validate;
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
    rules(arguments, &header, report);
    // it was reported, and is not to be again of each method
    let arguments = &Arguments {
        slo: None,
        ..arguments.clone()
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

/// What makes no sense for all methods at once.
fn rules(arguments: &Arguments, header: &TokenStream, report: &mut Report) {
    let attrs = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<TokenStream>()?;
        Ok(attrs)
    };
    validate::stands_alone(&attrs.parse2(header.clone()).unwrap_or_default(), report);
    if let Some(name) = &arguments.name {
        report.mistake(
            &name.key,
            "`name` here would give all methods the same name; write it on one of them, or leave it out: methods are called `Type::method`",
        );
    }
    if let Some(slo) = &arguments.slo {
        report.mistake(
            &slo.key,
            "`slo` here would promise the same of all methods; write it on those that are meant: `#[timed(slo(…))]`",
        );
    }
    if let Some(skip) = arguments.skip {
        report.add(syn::Error::new(
            skip,
            "`skip` is for a method of the block; remove the attribute from the block",
        ));
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
    conditional(&attrs, report);
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

/// What a condition hides is not seen by the attribute of the block, which comes first.
fn conditional(attrs: &[Attribute], report: &mut Report) {
    for attr in attrs.iter().filter(|attr| is_conditional(&attr.meta)) {
        report.mistake(
            attr,
            "in a block that has the attribute itself, that of a method cannot be conditional; put it on the methods one by one, and on the block no more",
        );
    }
}

fn is_conditional(meta: &Meta) -> bool {
    let Meta::List(list) = meta else {
        return false;
    };
    let mut tokens = list.tokens.clone().into_iter();
    list.path.is_ident("cfg_attr")
        && tokens.any(|token| match token {
            TokenTree::Ident(ident) => ident == "timed" || ident == "counted",
            _ => false,
        })
}

/// What the attribute of the method itself says, which is taken off.
fn own_arguments(
    attrs: &mut Vec<Attribute>,
    of_block: &Arguments,
    report: &mut Report,
) -> Option<Arguments> {
    let mut own = None;
    attrs.retain(|attr| {
        let Some(of) = Macro::of(attr.path()) else {
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
                let meta = syn::parse2::<Meta>(group.stream()).ok();
                meta.is_some_and(|meta| Macro::of(meta.path()).is_some() || is_conditional(&meta))
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
