//! The statements before the body: what is to be recorded, with labels that are evaluated while the arguments are there.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::expand::local;
use super::model::{Judge, LabelValue, Metric, Own, Records, Shape, Target, Timed};
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
    let (kind, name) = match metric.records {
        Records::Time => (quote_spanned!(span=> Histogram<_>), "histogram"),
        Records::Calls => (quote_spanned!(span=> Counter<_, _>), "counter"),
        Records::Errors => (quote_spanned!(span=> Counter<_, _>), "errors"),
        Records::BusyTime => (quote_spanned!(span=> Histogram<_>), "busy"),
    };
    let only = timed.metrics.len() == 1 && timed.in_flight.is_none();
    let needs_all = only || place == 0 && metric.records == Records::Time;
    let found = Found::new(timed, &metric.target, &kind, name, needs_all);
    let Found {
        statements,
        metric: variable,
        ..
    } = &found;
    let asked = matches!(timed.judge, Judge::ErrorLabel(_));
    let failure =
        (asked && place == 0).then(|| quote_spanned!(span=> #private::takes_failure(&*#variable);));
    // in full, for an error that is told of an unknown type is told again when it is known
    let end = if asked {
        quote_spanned!(span=> #private::End<#private::Failure<_>>)
    } else {
        quote_spanned!(span=> #private::End)
    };
    let recorder = found.bound(&private, &end);
    let recorder = match metric.records {
        Records::Time | Records::Calls => recorder,
        Records::Errors => quote_spanned!(span=> #private::Errors(#recorder)),
        Records::BusyTime => quote_spanned!(span=> #private::BusyTime(#recorder)),
    };
    (quote!(#statements #failure), recorder)
}

/// What holds the in-flight gauge up, or `()`.
fn in_flight(timed: &Timed, statements: &mut TokenStream) -> TokenStream {
    let Some(target) = &timed.in_flight else {
        return quote!(());
    };
    let span = span(target);
    let private = timed.krate.private_at(span);
    let only = timed.metrics.is_empty();
    let kind = quote_spanned!(span=> Gauge<_, _>);
    let found = Found::new(timed, target, &kind, "gauge", only);
    let recorder = found.bound(&private, &quote_spanned!(span=> #private::Begin));
    statements.extend(found.statements);
    recorder
}

/// A metric in a variable, and its labels in another.
struct Found {
    statements: TokenStream,
    metric: Ident,
    labels: Ident,
    span: Span,
}

impl Found {
    fn new(
        timed: &Timed,
        target: &Target,
        kind: &TokenStream,
        name: &str,
        needs_all: bool,
    ) -> Self {
        let span = span(target);
        let at = |name: String| Ident::new(&name, Span::mixed_site().located_at(span));
        let (metric, labels) = (at(name.to_owned()), at(format!("{name}_labels")));
        let find = find(timed, target, &metric, kind);
        let (values, given) = labels_of(timed, &metric, needs_all, span);
        let statements = quote_spanned! {span=>
            #find
            #values
            let #labels = #given;
        };
        Self {
            statements,
            metric,
            labels,
            span,
        }
    }

    /// Both; `end` is what fills in the labels that have no value.
    fn bound(&self, private: &TokenStream, end: &TokenStream) -> TokenStream {
        let Self { metric, labels, .. } = self;
        quote_spanned!(self.span=> #private::Bound::<_, _, _, #end>::new(#metric, #labels))
    }
}

/// The labels of the metric in `found`, after the statements that evaluate what they are given: each value has one of its
/// own, so that it may borrow from a temporary. Where there is another metric for them, this one may be without labels,
/// and is then given none.
fn labels_of(
    timed: &Timed,
    found: &Ident,
    needs_all: bool,
    span: Span,
) -> (TokenStream, TokenStream) {
    let private = timed.krate.private_at(span);
    let (mut values, mut setters) = (TokenStream::new(), TokenStream::new());
    for (place, LabelValue { label, value }) in timed.labels.iter().enumerate() {
        let span = Span::mixed_site().located_at(value.span());
        let name = Ident::new(&format!("value_{place}"), span);
        values.extend(quote!(let #name = #value;));
        setters.extend(quote!(.#label(#name)));
    }
    let empty = quote_spanned!(span=> #private::labels_of(&*#found));
    if needs_all || timed.labels.is_empty() {
        return (values, quote!(#empty #setters));
    }
    // at their places, but not as names of the user's, which lints would look at
    let ignored = timed.labels.iter().map(|LabelValue { label, .. }| {
        let mut label = label.clone();
        label.set_span(Span::call_site().located_at(label.span()));
        quote!(fn #label<T>(self, _: T) -> Self { self })
    });
    let ignore = format_ident!("__Ignore", span = Span::call_site());
    let private = timed.krate.private();
    let given = quote! {
        {
            trait #ignore: ::core::marker::Sized { #(#ignored)* }
            impl #ignore for #private::WithoutLabels {}
            #empty #setters
        }
    };
    (values, given)
}

/// The statement that puts a metric of the `kind` into a variable, as a reference which does not stand in the way of a body
/// that owns its arguments, or as a clone, which is the same metric.
fn find(timed: &Timed, target: &Target, variable: &Ident, kind: &TokenStream) -> TokenStream {
    let span = span(target);
    let private = timed.krate.private_at(span);
    let reference = match target {
        Target::Global { set, field } => {
            quote_spanned!(span=> &<#set as #private::GlobalSet>::global().#field)
        }
        // what is returned and goes on may outlive what the metric is in
        Target::Expression { written, .. } if !matches!(timed.shape, Shape::Body(_)) => {
            return quote_spanned! {span=>
                let #variable: #private::Owned<#private::#kind> =
                    #private::Owned(#private::Clone::clone(&#written));
            };
        }
        Target::Expression {
            written,
            borrowed: true,
        } => quote_spanned!(span=> &#written),
        Target::Expression { written, .. } => {
            quote_spanned!(span=> &#private::Clone::clone(&#written))
        }
    };
    quote_spanned!(span=> let #variable: &#private::#kind = #reference;)
}
