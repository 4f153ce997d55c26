//! From a model to code; nothing here can fail.
//! The signature stays as it is. The body runs, untouched, in a closure or an async block of its own, so that
//! `?` and `return` end it and not the timing around it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{ReceiverKind, Signature};

use super::model::{Function, LabelValue, Recorder, Target, Timed};
use super::returns::Returns;

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
        asynchronous(&timed.function, &private)
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

/// The statements that put `timing` and its recorder into place.
fn start(timed: &Timed, private: &TokenStream) -> TokenStream {
    let signature = &timed.function.signature;
    let (timing, histogram, labels, gauge) = (
        local("timing"),
        local("histogram"),
        local("labels"),
        local("gauge"),
    );
    let (find_gauge, guard) = match &timed.in_flight {
        Some(target) => {
            let found = metric(target, signature, private);
            let span = written(target).span();
            (
                quote_spanned!(span=> let #gauge = #found;),
                quote_spanned!(span=> #private::Gauge::inc_guard(#gauge)),
            )
        }
        None => (TokenStream::new(), quote!(())),
    };
    let mutable = signature.asyncness.map(|_| quote!(mut));
    match &timed.recorder {
        Recorder::Function => {
            let name = signature.ident.unraw().to_string();
            quote! {
                #find_gauge
                let #mutable #timing = #private::Timing::start(
                    {
                        static FUNCTION: #private::TimedFunction =
                            #private::TimedFunction::new(#name, ::core::module_path!());
                        #private::inventory::submit! { #private::Registration::function(&FUNCTION) }
                        &FUNCTION
                    },
                    #guard,
                );
            }
        }
        Recorder::Histogram(target, values) => {
            let found = metric(target, signature, private);
            let span = written(target).span();
            let values = values
                .iter()
                .map(|LabelValue { label, value }| quote!(.#label(#value)));
            let labels_of = quote_spanned!(span=> #private::labels_of(#histogram));
            let bound = quote_spanned!(span=> #private::Bound::new(#histogram, #labels));
            quote! {
                let #histogram = #found;
                let #labels = #labels_of #(#values)*;
                #find_gauge
                let #mutable #timing = #private::Timing::start(#bound, #guard);
            }
        }
    }
}

/// A reference to the metric, which does not stand in the way of a body that owns its arguments.
fn metric(target: &Target, signature: &Signature, private: &TokenStream) -> TokenStream {
    match target {
        Target::Global { set, field } => {
            quote_spanned!(target_span(target)=> &#set::global().#field)
        }
        Target::Expression(expression) if self_is_shared(signature) && starts_with_self(target) => {
            quote!(&#expression)
        }
        // a clone is the same metric
        Target::Expression(expression) => quote_spanned! {target_span(target)=>
            &#private::Clone::clone(&#expression)
        },
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
        Returns::Never => body.to_token_stream(),
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

fn asynchronous(function: &Function, private: &TokenStream) -> TokenStream {
    let (timing, result) = (local("timing"), local("result"));
    let body = &function.body;
    // an async block cannot be given a type: a `return` that is never reached tells it
    let watched = |ty: TokenStream| {
        let told = quote!(if false { return #private::never::<#ty>(); });
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

/// The outcome of `result`, whose type may be a `Result` under any name.
fn outcome(result: &Ident, private: &TokenStream) -> TokenStream {
    quote! {
        {
            use #private::{AnyOutcome as _, ResultOutcome as _};
            (&#private::Probe(&#result)).outcome()
        }
    }
}
