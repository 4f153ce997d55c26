//! From a model to code; nothing here can fail. What `#[timed]` fills label by label is in `builder`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::visit_mut::{VisitMut, visit_lifetime_mut};
use syn::{Data, DeriveInput, Lifetime, Type, parse_quote};

use super::builder;
use super::model::{Set, Values};
use crate::krate::Krate;

pub(super) fn expand(set: &Set) -> TokenStream {
    let private = set.krate.private();
    let Set { ident, .. } = set;
    let owner = set.lifetime.as_ref().map(|_| quote!(<'static>));
    let borrowed = set.lifetime.as_ref().map(|_| quote!(<'q>));
    let labels = set.labels.iter().map(|label| {
        let name = &label.name;
        match label.values {
            Values::Finite => {
                let ty = with_lifetime(&label.ty, &parse_quote!('_)).0;
                quote!(#private::LabelDescriptor {
                    name: #name,
                    values: #private::LabelValues::Finite(<#ty as #private::Label>::VALUES),
                })
            }
            Values::Open(max) => quote!(#private::LabelDescriptor::open(#name, #max)),
        }
    });
    let (finite_labels, index) = finite_index(set, &private);
    let (open_labels, visit, visits) = open_values(set, &private);
    let series_check = series_check(set);
    let (builder_ty, builder) = builder::expand(set, &private);
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #private::LabelSet for #ident #owner {
                type Borrowed<'q> = #ident #borrowed;
                type Builder = #builder_ty;
                const LABELS: &'static [#private::LabelDescriptor] = &[#(#labels,)*];

                #[inline]
                fn finite_index(#finite_labels: &Self::Borrowed<'_>) -> ::core::primitive::usize {
                    #index
                }

                #[inline]
                fn open_values(
                    #open_labels: &Self::Borrowed<'_>,
                    #visit: &mut impl ::core::ops::FnMut(&::core::primitive::str),
                ) {
                    #(#visits;)*
                }
            }
            #series_check
            #builder
        };
    }
}

/// The trait with nothing behind it, for an item with mistakes.
pub(super) fn stub(input: &DeriveInput, krate: &Krate) -> TokenStream {
    let private = krate.private();
    let ident = &input.ident;
    let lifetimes = input.generics.lifetimes().count();
    if input.generics.params.len() > lifetimes {
        // no instance of it could be a label set, which the compiler would say again and again
        return TokenStream::new();
    }
    let arguments = |lifetime: Lifetime| {
        let lifetimes = std::iter::repeat_n(lifetime, lifetimes);
        (lifetimes.len() > 0).then(|| quote!(<#(#lifetimes),*>))
    };
    let owner = arguments(parse_quote!('static));
    let borrowed = arguments(parse_quote!('q));
    let fields: Vec<&Ident> = match &input.data {
        Data::Struct(data) => data
            .fields
            .iter()
            .filter_map(|f| f.ident.as_ref())
            .collect(),
        Data::Enum(_) | Data::Union(_) => Vec::new(),
    };
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #private::LabelSet for #ident #owner {
                type Borrowed<'q> = #ident #borrowed;
                type Builder = __Labels;
                const LABELS: &'static [#private::LabelDescriptor] = &[];
                fn finite_index(_: &Self::Borrowed<'_>) -> ::core::primitive::usize { 0 }
                fn open_values(
                    _: &Self::Borrowed<'_>,
                    _: &mut impl ::core::ops::FnMut(&::core::primitive::str),
                ) {}
            }
            #[derive(::core::default::Default)]
            pub struct __Labels;
            impl __Labels {
                #(pub fn #fields<T>(self, _: T) -> Self { self })*
            }
            impl<T, E> #private::TimedLabels<T, E> for __Labels {
                type Filled = Self;
                fn filled(self) -> Self { self }
                fn finish(self, _: &E) -> T { #private::never() }
            }
        };
    }
}

/// The parameter's name, and the index counted with the last label fastest.
fn finite_index(set: &Set, private: &TokenStream) -> (TokenStream, TokenStream) {
    let mut index = quote!(0);
    let mut parameter = quote!(_);
    for label in &set.labels {
        if matches!(label.values, Values::Finite) {
            let field = &label.field;
            let ty = with_lifetime(&label.ty, &parse_quote!('_)).0;
            index = quote! {
                #private::place(
                    #index,
                    <#ty as #private::Label>::index(&labels.#field),
                    <#ty as #private::Label>::VALUES,
                )
            };
            parameter = quote!(labels);
        }
    }
    (parameter, index)
}

/// The parameters' names, and a call for each open label.
fn open_values(set: &Set, private: &TokenStream) -> (TokenStream, TokenStream, Vec<TokenStream>) {
    let open = set
        .labels
        .iter()
        .filter(|label| matches!(label.values, Values::Open(_)));
    let visits: Vec<TokenStream> = open
        .map(|label| {
            let field = &label.field;
            let ty = with_lifetime(&label.ty, &parse_quote!('_)).0;
            quote!(<#ty as #private::OpenLabel>::with_text(&labels.#field, &mut *visit))
        })
        .collect();
    if visits.is_empty() {
        (quote!(_), quote!(_), visits)
    } else {
        (quote!(labels), quote!(visit), visits)
    }
}

/// How many values a label has, only the compiler knows.
fn series_check(set: &Set) -> TokenStream {
    let Set {
        ident, max_series, ..
    } = set;
    let owner = set.lifetime.as_ref().map(|_| quote!(<'static>));
    let message = format!(
        "the labels of `{ident}` have more than {max_series} combinations, each a series of every family with these labels; use fewer labels, or raise the limit: `#[labels(max_series = N)]`"
    );
    let private = set.krate.private_at(ident.span());
    quote_spanned! {ident.span()=>
        const _: () = #private::check_series(
            <#ident #owner as #private::LabelSet>::LABELS,
            #max_series,
            #message,
        );
    }
}

/// `ty` with `lifetime` in the place of the set's own, and whether there was any.
pub(super) fn with_lifetime(ty: &Type, lifetime: &Lifetime) -> (Type, bool) {
    struct Replace<'a>(&'a Lifetime, bool);

    impl VisitMut for Replace<'_> {
        fn visit_lifetime_mut(&mut self, found: &mut Lifetime) {
            visit_lifetime_mut(self, found);
            if found.ident != "static" {
                *found = self.0.clone();
                self.1 = true;
            }
        }
    }

    let mut ty = ty.clone();
    let mut replace = Replace(lifetime, false);
    replace.visit_type_mut(&mut ty);
    (ty, replace.1)
}
