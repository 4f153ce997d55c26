//! The objective of a function: a static before its body, its entry in the program's list, and what the compiler is to check.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;
use syn::ext::IdentExt as _;

use super::model::{Field, Fields, Objective, Timed};
use super::slo::{Quantile, Successes};
use crate::buckets::Buckets;
use crate::krate::Krate;
use crate::source::source;

pub(super) fn objective(timed: &Timed, objective: &Objective) -> TokenStream {
    let private = timed.krate.private();
    let function = &timed.own.name;
    let latency = objective.slo.latency.iter().map(|quantile| {
        let Quantile { percent, nanos, .. } = quantile;
        let (percent, budget) = (percent.value(), percent.budget());
        quote! {
            #private::Latency {
                percent: #percent,
                budget: #budget,
                threshold: ::core::time::Duration::from_nanos(#nanos),
            }
        }
    });
    let success = objective.slo.success.as_ref();
    let success = option(success.map(|success| {
        let (percent, budget) = (success.percent.value(), success.percent.budget());
        quote!(#private::Success { percent: #percent, budget: #budget })
    }));
    let measured = measured(timed, objective);
    let source = source(&private, timed.function.signature.ident.span());
    let checks = checks(timed, objective);
    quote! {
        const _: () = {
            const __MEASURED: #private::Measured = #measured;
            static __OBJECTIVE: #private::Objective = #private::Objective {
                function: #function,
                module: ::core::module_path!(),
                latency: &[#(#latency),*],
                success: #success,
                measured: __MEASURED,
                source: #source,
            };
            #private::inventory::submit! { #private::Registration::objective(&__OBJECTIVE) }
            #(const _: () = #checks;)*
        };
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        None => quote!(::core::option::Option::None),
        Some(value) => quote!(::core::option::Option::Some(#value)),
    }
}

fn measured(timed: &Timed, objective: &Objective) -> TokenStream {
    let private = timed.krate.private();
    let Some(Fields {
        time,
        calls,
        errors,
    }) = &objective.fields
    else {
        return quote!(#private::Measured::Function);
    };
    let declared = |field: &Option<Field>| {
        let Some(Field { set, field }) = field else {
            return option(None);
        };
        let span = field.span();
        let (private, name) = (timed.krate.private_at(span), field.unraw().to_string());
        quote_spanned!(span=> #private::declared(<#set as #private::GlobalSet>::DECLARED, #name))
    };
    let (time, calls, errors) = (declared(time), declared(calls), declared(errors));
    quote!(#private::Measured::Families { time: #time, calls: #calls, errors: #errors })
}

/// Whether the metrics tell what is promised depends on their types.
fn checks(timed: &Timed, objective: &Objective) -> Vec<TokenStream> {
    let shown = |promise: &str, span: Span| LitStr::new(&format!("`{promise}`"), span);
    let latency = objective.slo.latency.iter().map(|quantile| {
        let (span, nanos) = (quantile.threshold.span(), quantile.nanos);
        let private = timed.krate.private_at(span);
        let promise = shown(&quantile.written(), span);
        if objective.fields.is_some() {
            quote_spanned!(span=> #private::check_threshold(&__MEASURED, #nanos, #promise))
        } else {
            let bounds = own_bounds(timed, &timed.krate);
            quote_spanned!(span=> #private::check_threshold_of_function(#bounds, #nanos, #promise))
        }
    });
    let success = objective.slo.success.as_ref().map(|success| {
        let Successes { written, span, .. } = success;
        let (private, promise) = (timed.krate.private_at(*span), shown(written, *span));
        quote_spanned!(*span=> #private::check_success(&__MEASURED, #promise))
    });
    // what all functions share tells it of each
    let success = success.filter(|_| objective.fields.is_some());
    latency.chain(success).collect()
}

/// The bounds that the function gives the histogram which all functions share.
fn own_bounds(timed: &Timed, krate: &Krate) -> TokenStream {
    let private = krate.private();
    option(timed.own.buckets.as_ref().map(|buckets| match buckets {
        Buckets::Bounds(bounds) => quote!(&[#(#bounds),*]),
        // wrong ones are told where they are used
        Buckets::Constant(bounds) => quote!(#private::sound_buckets(#bounds)),
    }))
}
