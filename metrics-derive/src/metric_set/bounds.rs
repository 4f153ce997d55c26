//! Bounds that the implementation for a generic set has.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Generics, parse_quote};

use super::model::{Field, Role};

/// `generics`, with what the trait asks for as a bound where it hangs on a type.
pub(super) fn lasting(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    if generics.type_params().next().is_some() {
        generics
            .make_where_clause()
            .predicates
            .push(parse_quote!(Self: ::core::marker::Send + ::core::marker::Sync + 'static));
    }
    generics
}

/// `generics`, with the bound that each field of a generic type must be a metric.
pub(super) fn bounded(generics: &Generics, fields: &[Field], private: &TokenStream) -> Generics {
    let mut generics = lasting(generics);
    let params: Vec<Ident> = generics
        .type_params()
        .map(|param| param.ident.clone())
        .collect();
    for field in fields {
        let ty = &field.ty;
        if !mentions(ty.to_token_stream(), &params) {
            continue;
        }
        let bound: TokenStream = match &field.role {
            Role::Skipped => quote!(#private::Default),
            Role::Nested(_) => quote!(#private::MetricSet),
            Role::Metric(_, metric) if metric.read.is_some() => quote!(#private::ReadField),
            Role::Metric(_, metric) if metric.derived.is_some() => quote!(#private::DerivedField),
            Role::Metric(..) => quote!(#private::MetricField),
        };
        generics
            .make_where_clause()
            .predicates
            .push(parse_quote!(#ty: #bound));
    }
    generics
}

fn mentions(tokens: TokenStream, params: &[Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => params.contains(&ident),
        TokenTree::Group(group) => mentions(group.stream(), params),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
