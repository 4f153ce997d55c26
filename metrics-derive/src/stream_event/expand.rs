//! From a model to code; nothing here can fail.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Generics, parse_quote};

use super::model::Event;
use crate::krate::Krate;
use crate::source::source;

pub(super) fn expand(event: &Event) -> TokenStream {
    let private = event.krate.private();
    let Event { ident, name, .. } = event;
    let source = source(&private, ident.span());
    let generics = serialized(&event.generics, &private);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        const _: () = {
            // outside of the trait's function, because of all instances of a generic struct there is one type
            static __TYPE: #private::EventType = #private::EventType::new(#name, #source);

            #[automatically_derived]
            impl #impl_generics #private::StreamEvent for #ident #ty_generics #where_clause {
                #[inline]
                fn event_type() -> &'static #private::EventType {
                    &__TYPE
                }
            }
            #private::inventory::submit! { #private::LinkedEvent::new(&__TYPE) }
        };
    }
}

/// The trait with nothing behind it, for an item with mistakes. Without its feature there is no trait, and what it is
/// for stands alone.
pub(super) fn stub(input: &DeriveInput, krate: &Krate) -> TokenStream {
    let private = krate.private();
    let DeriveInput { ident, vis, .. } = input;
    if !cfg!(feature = "events") {
        let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
        return quote! {
            #[automatically_derived]
            impl #impl_generics #ident #ty_generics #where_clause {
                #[doc = ""]
                #vis fn emit(&self) {}
            }
        };
    }
    let generics = serialized(&input.generics, &private);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::StreamEvent for #ident #ty_generics #where_clause {
            fn event_type() -> &'static #private::EventType { #private::never() }
        }
    }
}

/// `generics`, with the bound that the struct serializes where that hangs on a type.
fn serialized(generics: &Generics, private: &TokenStream) -> Generics {
    let mut generics = generics.clone();
    if generics.type_params().next().is_some() {
        let predicates = &mut generics.make_where_clause().predicates;
        predicates.push(parse_quote!(Self: #private::Serialize));
    }
    generics
}
