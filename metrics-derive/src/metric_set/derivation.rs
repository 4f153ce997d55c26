//! The code of a value that is computed of other fields, which are made before it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;

use super::expand::metrics;
use super::model::{Derived, Form, Linear, Set};

/// Whether another field is computed of this one.
pub(super) fn is_source(set: &Set, field: &Ident) -> bool {
    let mut derived = metrics(set).filter_map(|(_, metric)| metric.derived.as_ref());
    derived.any(|derived| derived.sources.contains(field))
}

/// The variable that holds such a field until the set is put together.
pub(super) fn made(field: &Ident) -> Ident {
    format_ident!("__{}", field.unraw())
}

/// How the descriptor says so.
pub(super) fn kind(derived: &Derived, private: &TokenStream) -> TokenStream {
    let kind = match derived.form {
        Form::Rate { .. } => quote!(Rate),
        Form::Ratio { .. } => quote!(Ratio),
        Form::Quantile { .. } => quote!(Quantile),
    };
    quote!(.derived(#private::Derived::#kind))
}

/// The formula, and what it is computed of.
pub(super) fn formula(
    set: &Set,
    derived: &Derived,
    private: &TokenStream,
) -> (TokenStream, TokenStream) {
    let window = derived.window_nanos;
    let linear = |linear: &Linear| {
        let Linear { constant, times } = linear;
        quote!(#private::Linear::new(#constant, &[#(#times),*]))
    };
    let formula = match &derived.form {
        Form::Rate { per_seconds } => quote!(rate(#per_seconds, #window)),
        Form::Ratio {
            numerator,
            denominator,
        } => {
            let (numerator, denominator) = (linear(numerator), linear(denominator));
            match window {
                Some(nanos) => quote!(ratio_within(#numerator, #denominator, #nanos)),
                None => quote!(ratio(#numerator, #denominator)),
            }
        }
        Form::Quantile { q } => quote!(quantile(#q, #window)),
    };
    let field = |source: &Ident| set.fields.iter().find(|field| field.ident == *source);
    // the fields and not the words of the expression, of which a `macro_rules` may have one and not the other
    let sources = derived.sources.iter().filter_map(field).map(|field| {
        let (made, ty) = (made(&field.ident), &field.ty);
        quote!(<#ty as #private::MetricField>::handle(&#made))
    });
    let sources = quote!(&[#(#sources),*]);
    (quote!(#private::Formula::#formula), sources)
}
