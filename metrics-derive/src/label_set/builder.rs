//! The builder through which `#[timed]` gives labels their values, each a type parameter of its own.
//! So a label that is missing is an error with the label's name, and the outcome fills itself in.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::parse_quote;

use super::expand::with_lifetime;
use super::model::{Label, Set, Values};

/// The builder's type before anything is filled, and the items that make it.
pub(super) fn expand(set: &Set, private: &TokenStream) -> (TokenStream, TokenStream) {
    let fields: Vec<Ident> = set.labels.iter().map(|label| quiet(&label.field)).collect();
    // names that no type of a label has, since they stand between it and its declaration
    let slots: Vec<Ident> = (0..fields.len()).map(|i| format_ident!("__S{i}")).collect();
    let builder = format_ident!("__LabelsOf{}", set.ident.unraw());
    let unset = fields.iter().map(|_| quote!(#private::Unset));
    let empty = quote!(#builder<#(#unset),*>);
    let setters = (0..fields.len()).map(|place| setter(set, place, &builder, &slots, private));
    let finish = finish(set, &builder, &slots, private);
    let items = quote! {
        mod __label {
            #(pub struct #fields;)*
        }

        #[derive(::core::clone::Clone)]
        pub struct #builder<#(#slots),*> {
            #(#fields: #slots,)*
        }

        #[automatically_derived]
        impl #private::Default for #empty {
            fn default() -> Self {
                Self { #(#fields: #private::Default::default(),)* }
            }
        }

        #[automatically_derived]
        impl<#(#slots),*> #builder<#(#slots),*> {
            #(#setters)*
        }

        #finish
    };
    (empty, items)
}

/// The method that gives the label at `place` its value.
fn setter(
    set: &Set,
    place: usize,
    builder: &Ident,
    slots: &[Ident],
    private: &TokenStream,
) -> TokenStream {
    let label = &set.labels[place];
    let field = quiet(&label.field);
    let (ty, borrows) = with_lifetime(&label.ty, &parse_quote!('q));
    let generics = borrows.then(|| quote!(<'q>));
    let given = slots.iter().enumerate().map(|(i, slot)| {
        if i == place {
            quote!(#private::Given<#ty>)
        } else {
            quote!(#slot)
        }
    });
    let moved = set.labels.iter().enumerate().map(|(i, label)| {
        let field = quiet(&label.field);
        if i == place {
            quote!(#field: #private::Given(value))
        } else {
            quote!(#field: self.#field)
        }
    });
    quote! {
        pub fn #field #generics (self, value: #ty) -> #builder<#(#given),*> {
            #builder { #(#moved,)* }
        }
    }
}

/// What makes a label set of a builder in which nothing is missing.
fn finish(set: &Set, builder: &Ident, slots: &[Ident], private: &TokenStream) -> TokenStream {
    let ident = &set.ident;
    let lifetime = set.lifetime.as_ref().map(|_| quote!('q,));
    let owner = set.lifetime.as_ref().map(|_| quote!(<'q>));
    // each is followed by what is behind it, so that one label without a value leaves no type at all; parameters, for the
    // types of labels may be less public than a type of the trait's may name
    let rests: Vec<Ident> = (0..slots.len()).map(|i| format_ident!("__R{i}")).collect();
    let behind = rests.iter().skip(1).map(|rest| quote!(#rest));
    let behind = behind.chain([quote!(Self)]);
    let bounds = set.labels.iter().zip(slots).zip(rests.iter().zip(behind));
    let bounds = bounds.map(|((label, slot), (rest, behind))| {
        let ty = with_lifetime(&label.ty, &parse_quote!('q)).0;
        let field = quiet(&label.field);
        quote!(#slot: #private::Slot<#ty, __label::#field, __E, #behind, And = #rest>)
    });
    let filled = slots.iter().rev();
    let filled = filled.fold(quote!(self), |behind, slot| quote!(#slot::and(#behind)));
    let first = rests.first();
    let fields = set.labels.iter().zip(slots).map(|(label, slot)| {
        let (field, quiet) = (&label.field, quiet(&label.field));
        quote!(#field: #slot::fill(self.#quiet, of))
    });
    let filled_set = quote!(#ident { #(#fields,)* });
    let is_nested = |label: &Label| matches!(label.values, Values::Nested);
    let (of_call, filled_set) = if set.labels.iter().any(is_nested) {
        let owner = set.lifetime.as_ref().map(|_| quote!(<'static>));
        (
            quote!(: #private::OfCall),
            quote!(#private::with_outcome::<#ident #owner>(#filled_set, of)),
        )
    } else {
        (TokenStream::new(), filled_set)
    };
    quote! {
        #[automatically_derived]
        impl<#lifetime __E #of_call, #(#slots,)* #(#rests),*> #private::TimedLabels<#ident #owner, __E>
            for #builder<#(#slots),*>
        where
            #(#bounds,)*
        {
            type Filled = #first;
            #[inline]
            fn filled(self) -> #first { #filled }
            #[inline]
            fn finish(self, of: &__E) -> #ident #owner {
                #filled_set
            }
        }
    }
}

/// `field`, at its place and as a part of this expansion: lints on the user's names are silent about it, which
/// an `allow` in the expansion would not achieve where a crate forbids allowing.
fn quiet(field: &Ident) -> Ident {
    let span = Span::call_site().located_at(field.span());
    let mut field = field.clone();
    field.set_span(span);
    field
}
