//! From a model to code; nothing here can fail.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::model::Label;
use crate::krate::Krate;

pub(super) fn expand(label: &Label) -> TokenStream {
    let private = label.krate.private();
    let ident = &label.ident;
    let (impl_generics, ty_generics, where_clause) = label.generics.split_for_impl();
    let values = label.variants.iter().map(|variant| &variant.value);
    let arms = label.variants.iter().enumerate().map(|(index, variant)| {
        let ident = &variant.ident;
        quote!(Self::#ident => #index)
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::Label for #ident #ty_generics #where_clause {
            const VALUES: &'static [&'static ::core::primitive::str] = &[#(#values),*];

            #[inline]
            fn index(&self) -> ::core::primitive::usize {
                match self { #(#arms,)* }
            }
        }
    }
}

/// The trait with nothing behind it, for an item with mistakes.
pub(super) fn stub(input: &DeriveInput, krate: &Krate) -> TokenStream {
    let private = krate.private();
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::Label for #ident #ty_generics #where_clause {
            const VALUES: &'static [&'static ::core::primitive::str] = &["mistake"];
            fn index(&self) -> ::core::primitive::usize { 0 }
        }
    }
}
