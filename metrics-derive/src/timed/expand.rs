//! From a model to code; nothing here can fail.
//! The signature stays as it is. The body runs, untouched, in a closure or an async block of its own, so that
//! `?` and `return` end it and not the timing around it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{ReceiverKind, Signature};

use super::model::{Function, LabelValue, Recorder, Target, Timed};
use super::returns::Returns;
use crate::krate::Krate;

pub(super) fn expand(timed: &Timed) -> TokenStream {
    let private = timed.krate.private();
    let Function {
        attrs,
        vis,
        signature,
        ..
    } = &timed.function;
    let start = start(timed, &private);
    let run = if signature.asyncness.is_some() {
        asynchronous(&timed.function, &timed.krate, &private)
    } else {
        synchronous(&timed.function, &private)
    };
    quote! {
        #(#attrs)* #vis #signature {
            #start
            #run
        }
    }
}

/// A local variable that the body cannot see.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The same, for errors that are to be shown at `span`.
fn local_at(name: &str, span: Span) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(span))
}

/// The statements that put `timing` and its recorder into place.
fn start(timed: &Timed, private: &TokenStream) -> TokenStream {
    let timing = local("timing");
    let mutable = timed.function.signature.asyncness.map(|_| quote!(mut));
    let (find_gauge, guard) = in_flight(timed);
    let (find_recorder, recorder) = match &timed.recorder {
        Recorder::Function => (TokenStream::new(), own_function(timed, private)),
        Recorder::Histogram(target, values) => histogram(timed, target, values),
    };
    quote! {
        #find_recorder
        #find_gauge
        let #mutable #timing = #private::Timing::start(#recorder, #guard);
    }
}

/// The function's own entry in the program's list of timed functions.
fn own_function(timed: &Timed, private: &TokenStream) -> TokenStream {
    let name = timed.function.signature.ident.unraw().to_string();
    quote! {
        {
            static FUNCTION: #private::TimedFunction =
                #private::TimedFunction::new(#name, ::core::module_path!());
            #private::inventory::submit! { #private::Registration::function(&FUNCTION) }
            &FUNCTION
        }
    }
}

fn histogram(timed: &Timed, target: &Target, values: &[LabelValue]) -> (TokenStream, TokenStream) {
    let span = target_span(target);
    let private = timed.krate.private_at(span);
    let (histogram, labels) = (local_at("histogram", span), local_at("labels", span));
    let found = metric(timed, target);
    let values = values
        .iter()
        .map(|LabelValue { label, value }| quote!(.#label(#value)));
    let empty = quote_spanned!(span=> #private::labels_of(#histogram));
    let find = quote_spanned! {span=>
        let #histogram: &#private::Histogram<_> = #found;
        let #labels = #empty #(#values)*;
    };
    (
        find,
        quote_spanned!(span=> #private::Bound::new(#histogram, #labels)),
    )
}

/// The statement that finds the in-flight gauge, and the guard that holds it up.
fn in_flight(timed: &Timed) -> (TokenStream, TokenStream) {
    let Some(target) = &timed.in_flight else {
        return (TokenStream::new(), quote!(()));
    };
    let span = target_span(target);
    let private = timed.krate.private_at(span);
    let gauge = local_at("gauge", span);
    let found = metric(timed, target);
    (
        quote_spanned!(span=> let #gauge: &#private::Gauge<(), _> = #found;),
        quote_spanned!(span=> #private::Gauge::inc_guard(#gauge)),
    )
}

/// A reference to the metric, which does not stand in the way of a body that owns its arguments.
fn metric(timed: &Timed, target: &Target) -> TokenStream {
    let span = target_span(target);
    let private = timed.krate.private_at(span);
    match target {
        Target::Global { set, field } => {
            quote_spanned!(span=> &<#set as #private::GlobalSet>::global().#field)
        }
        Target::Expression(expression)
            if self_is_shared(&timed.function.signature) && starts_with_self(target) =>
        {
            quote_spanned!(span=> &#expression)
        }
        // a clone is the same metric
        Target::Expression(expression) => {
            quote_spanned!(span=> &#private::Clone::clone(&#expression))
        }
    }
}

fn written(target: &Target) -> TokenStream {
    match target {
        Target::Global { set, field } => quote!(#set::#field),
        Target::Expression(expression) => expression.to_token_stream(),
    }
}

fn target_span(target: &Target) -> Span {
    written(target).span()
}

fn starts_with_self(target: &Target) -> bool {
    let first = written(target).into_iter().next();
    first.is_some_and(|token| token.to_string() == "self")
}

fn self_is_shared(signature: &Signature) -> bool {
    let kind = signature.receiver().map(|receiver| &receiver.kind);
    matches!(kind, Some(ReceiverKind::Reference(_, _, None)))
}

fn synchronous(function: &Function, private: &TokenStream) -> TokenStream {
    let (timing, result) = (local("timing"), local("result"));
    let body = &function.body;
    match Returns::of(&function.signature.output) {
        // it cannot return: the guard records how it ends, if it does
        Returns::Never => nested(body).to_token_stream(),
        Returns::Unit => quote! {
            #private::call::<()>(move || #body);
            #private::Timing::finish(#timing, #private::Outcome::Ok);
        },
        Returns::Value(ty) => {
            let outcome = outcome(&result, private);
            quote! {
                let #result = #private::call(move || -> #ty #body);
                #private::Timing::finish(#timing, #outcome);
                #result
            }
        }
    }
}

fn asynchronous(function: &Function, krate: &Krate, private: &TokenStream) -> TokenStream {
    let (timing, result) = (local("timing"), local("result"));
    let body = nested(&function.body);
    // an async block cannot be given a type: a `return` that is never reached tells it
    let watched = |ty: TokenStream| {
        let span = ty.span();
        let private = krate.private_at(span);
        let told = quote_spanned!(span=> if false { return #private::never::<#ty>(); });
        quote!(#private::Timing::watch(&mut #timing, async move { #told #body }).await)
    };
    match Returns::of(&function.signature.output) {
        Returns::Never => {
            let watched = watched(quote!(::core::convert::Infallible));
            quote!(match #watched {})
        }
        Returns::Unit => {
            let watched = watched(quote!(()));
            quote! {
                #watched;
                #private::Timing::finish(#timing, #private::Outcome::Ok);
            }
        }
        Returns::Value(ty) => {
            let watched = watched(ty.to_token_stream());
            let outcome = outcome(&result, private);
            quote! {
                let #result = #watched;
                #private::Timing::finish(#timing, #outcome);
                #result
            }
        }
    }
}

/// `body` as a block inside of a block, with braces of the expansion's own: of the user's, the compiler would
/// say that they are one pair too many.
fn nested(body: &Group) -> Group {
    let mut nested = Group::new(Delimiter::Brace, body.stream());
    nested.set_span(Span::call_site().located_at(body.span()));
    nested
}

/// The outcome of `result`, whose type may be a `Result` under any name.
fn outcome(result: &Ident, private: &TokenStream) -> TokenStream {
    quote! {
        {
            use #private::{AnyOutcome as _, ResultOutcome as _};
            (&#private::Probe(&#result)).outcome()
        }
    }
}
