//! From a model to code; nothing here can fail. The labels themselves are in `labels`, what `#[timed]` fills label by
//! label in `builder`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::visit_mut::{VisitMut, visit_lifetime_mut};
use syn::{Data, DeriveInput, Lifetime, Type, parse_quote};

use super::model::{Label, Set, Values};
use super::{builder, labels};
use crate::krate::Krate;

pub(super) fn expand(set: &Set) -> TokenStream {
    let private = set.krate.private();
    let Set { ident, .. } = set;
    let owner = set.lifetime.as_ref().map(|_| quote!(<'static>));
    let borrowed = set.lifetime.as_ref().map(|_| quote!(<'q>));
    let (parts, labels, checks) = labels::expand(set, &private);
    let (finite_labels, index) = finite_index(set, &private);
    let (open_labels, visit, visits) = open_values(set, &private);
    let set_outcome = set_outcome(set, &private);
    let aliases = aliases(set);
    let (builder_ty, builder) = builder::expand(set, &private);
    quote! {
        const _: () = {
            #(#aliases)*
            #parts

            #[automatically_derived]
            impl #private::LabelSet for #ident #owner {
                type Borrowed<'q> = #ident #borrowed;
                type Builder = #builder_ty;
                const LABELS: &'static [#private::LabelDescriptor] = &#labels;

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

                #set_outcome
            }
            #checks
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
    // with a bound, which is a mistake, there is none but the longest
    let is_bound = input.generics.lifetimes().any(|l| !l.bounds.is_empty())
        || input.generics.where_clause.is_some();
    let borrowed = if is_bound { "'static" } else { "'q" };
    let borrowed = arguments(Lifetime::new(borrowed, Span::call_site()));
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
            #[derive(::core::clone::Clone, ::core::default::Default)]
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

/// The trait that a field's type has, as written at the type, where an error shows that it has not.
pub(super) fn field_trait(label: &Label, private: &TokenStream) -> TokenStream {
    let (lifetime, bound): (Lifetime, _) = match &label.values {
        Values::Finite => (parse_quote!('_), quote!(Label)),
        Values::Open(open) if open.display => (parse_quote!('_), quote!(DisplayLabel<_>)),
        Values::Open(_) => (parse_quote!('_), quote!(OpenLabel)),
        Values::Nested => {
            let ty = nested_type(label);
            return quote!(<#ty as #private::LabelSet>);
        }
    };
    let ty = with_lifetime(&label.ty, &lifetime).0;
    quote!(<#ty as #private::#bound>)
}

/// A call of that trait's `method` with the field, borrowed by `borrow`, and more.
fn call(
    label: &Label,
    private: &TokenStream,
    method: &str,
    borrow: &TokenStream,
    more: Option<TokenStream>,
) -> TokenStream {
    let field = &label.field;
    if !matches!(label.values, Values::Nested) {
        let of = field_trait(label, private);
        let method = Ident::new(method, Span::call_site());
        return quote!(#of::#method(#borrow labels.#field #more));
    }
    // What is wrong with the type of a nested set the compiler says at the type, and at the call once more if that is
    // elsewhere. Where a macro wrote the type, the parameter's name would be another there.
    let labels = quote!(labels);
    let place = label
        .alias
        .as_ref()
        .map_or_else(|| label.ty.span(), Ident::span);
    let method = Ident::new(method, place);
    let ty = nested_type(label);
    quote_spanned!(place=> {
        let __nested = #borrow #labels.#field;
        <#ty as #private::LabelSet>::#method(__nested #more)
    })
}

/// A label set is one that borrows for ever, and is looked up with others.
fn nested_type(label: &Label) -> TokenStream {
    match &label.alias {
        Some(alias) => alias.to_token_stream(),
        None => written_nested_type(label).to_token_stream(),
    }
}

fn written_nested_type(label: &Label) -> Type {
    with_lifetime(&label.ty, &parse_quote!('static)).0
}

fn aliases(set: &Set) -> impl Iterator<Item = TokenStream> {
    set.labels.iter().filter_map(|label| {
        let (alias, ty) = (label.alias.as_ref()?, written_nested_type(label));
        Some(quote!(type #alias = #ty;))
    })
}

/// The parameter's name, and the index counted with the last label fastest.
fn finite_index(set: &Set, private: &TokenStream) -> (TokenStream, TokenStream) {
    let mut index = quote!(0);
    let mut parameter = quote!(_);
    for label in &set.labels {
        let of = field_trait(label, private);
        let (method, count) = match label.values {
            Values::Finite => ("index", quote!(COUNT)),
            Values::Nested => ("finite_index", quote!(SERIES)),
            Values::Open(_) => continue,
        };
        let own = call(label, private, method, &quote!(&), None);
        index = quote!(#private::place(#index, #own, #of::#count));
        parameter = quote!(labels);
    }
    (parameter, index)
}

/// The parameters' names, and a call for each open label.
fn open_values(set: &Set, private: &TokenStream) -> (TokenStream, TokenStream, Vec<TokenStream>) {
    let calls = set.labels.iter().filter_map(|label| {
        let method = match label.values {
            Values::Open(_) => "with_text",
            Values::Nested => "open_values",
            Values::Finite => return None,
        };
        let visit = quote!(, &mut *visit);
        Some(call(label, private, method, &quote!(&), Some(visit)))
    });
    let visits: Vec<TokenStream> = calls.collect();
    if visits.is_empty() {
        (quote!(_), quote!(_), visits)
    } else {
        (quote!(labels), quote!(visit), visits)
    }
}

/// The method that hands an outcome to every label that may be for it; none where all are open.
fn set_outcome(set: &Set, private: &TokenStream) -> Option<TokenStream> {
    let may_be = |label: &&Label| !matches!(label.values, Values::Open(_));
    let calls = set.labels.iter().filter(may_be).map(|label| {
        let outcome = quote!(, outcome);
        call(label, private, "set_outcome", &quote!(&mut), Some(outcome))
    });
    let calls: Vec<TokenStream> = calls.collect();
    (!calls.is_empty()).then(|| {
        quote! {
            #[inline]
            fn set_outcome(labels: &mut Self::Borrowed<'_>, outcome: #private::Outcome) {
                #(#calls;)*
            }
        }
    })
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
