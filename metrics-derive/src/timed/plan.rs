//! The statements before the body: what is to be recorded, with labels that are evaluated while the arguments are there.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::expand::local;
use super::model::{Judge, LabelValue, Metric, Own, Records, Target, Timed};
use super::validate::span;
use crate::buckets::Buckets;

/// The statements that put `plan` into place.
pub(super) fn plan(timed: &Timed) -> TokenStream {
    let private = timed.krate.private();
    let mut statements = TokenStream::new();
    let mut recorders = Vec::new();
    for (place, metric) in timed.metrics.iter().enumerate() {
        let (find, recorder) = bound(timed, metric, place);
        statements.extend(find);
        recorders.push(recorder);
    }
    let function = own_function(timed);
    recorders.extend(own_recorders(&timed.own, &function, &private));
    if recorders.len() > timed.metrics.len() + 1 {
        // the static is written once, and named by what follows it
        let name = local("function");
        statements.extend(quote!(let #name = #function;));
        recorders.truncate(timed.metrics.len());
        recorders.extend(own_recorders(&timed.own, &quote!(#name), &private));
    }
    let recorder = paired(recorders);
    let in_flight = in_flight(timed, &mut statements);
    let plan = local("plan");
    // said here, since an error that is told of an unknown type is told again when it is known
    let failure = match timed.judge {
        Judge::ErrorLabel(_) => quote!(_),
        _ => quote!(#private::NoFailure),
    };
    quote! {
        #statements
        let #plan = #private::Plan::<_, _, #failure>::new(#recorder, #in_flight);
    }
}

fn paired(recorders: Vec<TokenStream>) -> TokenStream {
    let mut recorders = recorders.into_iter().rev();
    let last = recorders.next().unwrap_or_default();
    recorders.fold(last, |rest, recorder| quote!((#recorder, #rest)))
}

fn own_recorders(own: &Own, function: &TokenStream, private: &TokenStream) -> Vec<TokenStream> {
    let mut recorders = Vec::new();
    if own.duration {
        recorders.push(function.clone());
    } else if own.calls {
        recorders.push(quote!(#private::Calls(#function)));
    }
    if own.busy {
        recorders.push(quote!(#private::Busy(#function)));
    }
    if own.slow_nanos.is_some() {
        recorders.push(quote!(#private::Slow(#function)));
    }
    recorders
}

/// The function's entry in the program's list of functions.
fn own_function(timed: &Timed) -> TokenStream {
    let private = timed.krate.private();
    let own = &timed.own;
    let name = &own.name;
    let buckets = own.buckets.as_ref().map(|buckets| match buckets {
        Buckets::Bounds(bounds) => quote!(.buckets(&[#(#bounds),*])),
        Buckets::Constant(bounds) => {
            let private = timed.krate.private_at(bounds.span());
            quote_spanned!(bounds.span()=> .buckets(#private::checked_buckets(#bounds)))
        }
    });
    let parts = match (own.duration, own.calls) {
        (true, _) => quote!(.timed()),
        (false, true) => quote!(.counted()),
        (false, false) => quote!(),
    };
    let busy = own.busy.then(|| quote!(.busy()));
    let slow = own.slow_nanos.map(|nanos| quote!(.slow(#nanos)));
    quote! {
        {
            static FUNCTION: #private::TimedFunction =
                #private::TimedFunction::new(#name, ::core::module_path!()) #parts #busy #slow #buckets;
            #private::inventory::submit! { #private::Registration::function(&FUNCTION) }
            &FUNCTION
        }
    }
}

/// The statements that find a metric and its labels, and the recorder of both.
fn bound(timed: &Timed, metric: &Metric, place: usize) -> (TokenStream, TokenStream) {
    let span = span(&metric.target);
    let private = timed.krate.private_at(span);
    let at = |name: String| Ident::new(&name, Span::mixed_site().located_at(span));
    let (kind, name) = match metric.records {
        Records::Time => (quote_spanned!(span=> Histogram<_>), "histogram"),
        Records::Calls => (quote_spanned!(span=> Counter<_, _>), "counter"),
        Records::Errors => (quote_spanned!(span=> Counter<_, _>), "errors"),
        Records::BusyTime => (quote_spanned!(span=> Histogram<_>), "busy"),
    };
    let (found, labels) = (at(name.to_owned()), at(format!("{name}_labels")));
    let only = timed.metrics.len() == 1 && timed.in_flight.is_none();
    let needs_all = only || place == 0 && metric.records == Records::Time;
    let values = labels_of(timed, &found, needs_all, span);
    let metric_at = reference(timed, &metric.target);
    let failure = matches!(timed.judge, Judge::ErrorLabel(_)) && place == 0;
    let failure = failure.then(|| quote_spanned!(span=> #private::takes_failure(#found);));
    let find = quote_spanned! {span=>
        let #found: &#private::#kind = #metric_at;
        let #labels = #values;
        #failure
    };
    let recorder = quote_spanned!(span=> #private::Bound::new(#found, #labels));
    let recorder = match metric.records {
        Records::Time | Records::Calls => recorder,
        Records::Errors => quote_spanned!(span=> #private::Errors(#recorder)),
        Records::BusyTime => quote_spanned!(span=> #private::BusyTime(#recorder)),
    };
    (find, recorder)
}

/// The labels of the metric in `found`, with the values that were given. Where there is another metric for them, it may
/// be without labels, and is then given none.
fn labels_of(timed: &Timed, found: &Ident, needs_all: bool, span: Span) -> TokenStream {
    let private = timed.krate.private_at(span);
    let values = timed
        .labels
        .iter()
        .map(|LabelValue { label, value }| quote!(.#label(#value)));
    let empty = quote_spanned!(span=> #private::labels_of(#found));
    if needs_all || timed.labels.is_empty() {
        return quote!(#empty #(#values)*);
    }
    // at their places, but not as names of the user's, which lints would look at
    let ignored = timed.labels.iter().map(|LabelValue { label, .. }| {
        let mut label = label.clone();
        label.set_span(Span::call_site().located_at(label.span()));
        quote!(fn #label<T>(self, _: T) -> Self { self })
    });
    let ignore = format_ident!("__Ignore", span = Span::call_site());
    let private = timed.krate.private();
    quote! {
        {
            trait #ignore: ::core::marker::Sized { #(#ignored)* }
            impl #ignore for #private::WithoutLabels {}
            #empty #(#values)*
        }
    }
}

/// What holds the in-flight gauge up, or `()`.
fn in_flight(timed: &Timed, statements: &mut TokenStream) -> TokenStream {
    let Some(target) = &timed.in_flight else {
        return quote!(());
    };
    let span = span(target);
    let private = timed.krate.private_at(span);
    let gauge = Ident::new("gauge", Span::mixed_site().located_at(span));
    let labels = Ident::new("gauge_labels", Span::mixed_site().located_at(span));
    let found = reference(timed, target);
    let only = timed.metrics.is_empty();
    let values = labels_of(timed, &gauge, only, span);
    statements.extend(quote_spanned! {span=>
        let #gauge: &#private::Gauge<_, _> = #found;
        let #labels = #values;
    });
    quote_spanned!(span=> #private::Bound::<_, _, _, #private::Begin>::new(#gauge, #labels))
}

/// A reference to the metric, which does not stand in the way of a body that owns its arguments.
fn reference(timed: &Timed, target: &Target) -> TokenStream {
    let span = span(target);
    let private = timed.krate.private_at(span);
    match target {
        Target::Global { set, field } => {
            quote_spanned!(span=> &<#set as #private::GlobalSet>::global().#field)
        }
        Target::Expression {
            written,
            borrowed: true,
        } => {
            let written = written.to_token_stream();
            quote_spanned!(span=> &#written)
        }
        // a clone is the same metric
        Target::Expression { written, .. } => {
            quote_spanned!(span=> &#private::Clone::clone(&#written))
        }
    }
}
