//! The labels of a set as constants, with those of nested sets in their places, and what only the compiler can check of
//! them.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::expand::field_trait;
use super::model::{Label, Set, Values};

/// The items that the labels are put together from, the array of labels, and the checks.
pub(super) fn expand(set: &Set, private: &TokenStream) -> (TokenStream, TokenStream, TokenStream) {
    let is_nested = |label: &Label| matches!(label.values, Values::Nested);
    if !set.labels.iter().any(is_nested) {
        let labels = set.labels.iter().map(|label| descriptor(label, private));
        let labels = quote!([#(#labels),*]);
        return (TokenStream::new(), labels, check_labels(set));
    }
    let mut parts: Vec<TokenStream> = Vec::new();
    let mut checks = check_parts(set);
    for labels in set.labels.chunk_by(|a, b| !is_nested(a) && !is_nested(b)) {
        match labels {
            [label] if is_nested(label) => {
                let of = field_trait(label, private);
                checks.extend(check_nested(set, label, parts.len()));
                parts.push(quote!(#private::Part::Nested(#of::LABELS)));
            }
            labels => {
                let own = labels.iter().map(|label| descriptor(label, private));
                parts.push(quote!(#private::Part::Own(&[#(#own),*])));
            }
        }
    }
    let items = quote! {
        const __PARTS: &[#private::Part] = &[#(#parts),*];
    };
    let all = quote!(#private::joined::<{ #private::joined_len(__PARTS) }>(__PARTS));
    (items, all, checks)
}

fn descriptor(label: &Label, private: &TokenStream) -> TokenStream {
    let name = &label.name;
    match &label.values {
        Values::Open(open) => {
            let max = open.max;
            let overflow = open.overflow.as_ref();
            let overflow = overflow.map(|overflow| quote!(.with_overflow(#overflow)));
            quote!(#private::LabelDescriptor::open(#name, #max) #overflow)
        }
        Values::Finite | Values::Nested => {
            let of = field_trait(label, private);
            quote!(#private::LabelDescriptor { name: #name, values: #of::TAKES })
        }
    }
}

/// How many values a label has, and which, only the compiler knows.
fn check_labels(set: &Set) -> TokenStream {
    let Set {
        ident, max_series, ..
    } = set;
    let owner = set.lifetime.as_ref().map(|_| quote!(<'static>));
    let message = too_many(set);
    let private = set.krate.private_at(ident.span());
    quote_spanned! {ident.span()=>
        const _: () = #private::check_labels(
            <#ident #owner as #private::LabelSet>::LABELS,
            #max_series,
            #message,
        );
    }
}

/// The same where there are nested sets.
fn check_parts(set: &Set) -> TokenStream {
    let Set {
        ident, max_series, ..
    } = set;
    let message = too_many(set);
    let private = set.krate.private_at(ident.span());
    quote_spanned! {ident.span()=>
        const _: () = #private::check_parts(__PARTS, #max_series, #message);
    }
}

fn too_many(set: &Set) -> String {
    let Set {
        ident, max_series, ..
    } = set;
    format!(
        "the labels of `{ident}` have more than {max_series} combinations, each a series of every family with these labels; use fewer labels, or raise the limit: `#[labels(max_series = N)]`"
    )
}

/// Which names a nested set brings, only the compiler knows.
fn check_nested(set: &Set, label: &Label, part: usize) -> TokenStream {
    let span = label.field.span();
    let private = set.krate.private_at(span);
    quote_spanned! {span=>
        const _: () = #private::check_nested(__PARTS, #part);
    }
}
