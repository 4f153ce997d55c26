//! From a model to code; nothing here can fail.
//! The signature stays as it is. The body runs, untouched, in a closure or an async block of its own, so that
//! `?` and `return` end it and not the timing around it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, Type};

use super::body::{in_place, with_head};
use super::model::{Boxing, Function, Judge, Returns, Shape, StreamMode, Timed};
use super::{objective, plan};

pub(super) fn expand(timed: &Timed) -> TokenStream {
    let promised = timed.objective.as_ref();
    let objective = promised.map(|promised| objective::objective(timed, promised));
    let plan = plan::plan(timed);
    let run = match &timed.shape {
        Shape::Body(returns) if timed.function.signature.asyncness.is_some() => {
            asynchronous(timed, returns)
        }
        Shape::Body(returns) => synchronous(timed, returns),
        Shape::Future(boxing, output) => future(timed, boxing, output),
        Shape::Stream {
            mode,
            boxing,
            item,
            in_result,
        } => stream(timed, *mode, boxing, item.as_ref(), *in_result),
    };
    let Function {
        attrs,
        vis,
        defaultness,
        signature,
        body,
    } = &timed.function;
    // with braces that are the user's own, lints see a function of the user's
    let mut whole = Group::new(Delimiter::Brace, quote!(#objective #plan #run));
    whole.set_span(body.span());
    quote!(#(#attrs)* #vis #defaultness #signature #whole)
}

/// A local variable that the body cannot see.
pub(super) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn synchronous(timed: &Timed, returns: &Returns) -> TokenStream {
    let private = timed.krate.private();
    let (plan, timing, result) = (local("plan"), local("timing"), local("result"));
    let body = &timed.function.body;
    let headed = with_head(&timed.function, &TokenStream::new());
    let value = |ty: &TokenStream| {
        let run = quote_spanned!(body.span()=> move || -> #ty #headed);
        let verdict = verdict(timed, &result);
        quote! {
            let #timing = #private::Plan::start(#plan);
            let #result = #private::call(#run);
            #private::Timing::finish(#timing, #verdict, #result)
        }
    };
    match returns {
        // in its own place the body's type is told by the traits; nobody sees the value, which is no error
        Returns::Opaque if matches!(timed.judge, Judge::ByType) => {
            let body = in_place(&timed.function);
            quote! {
                let #timing = #private::Scoped::new(#private::Plan::start(#plan));
                #body
            }
        }
        Returns::Opaque => value(&quote!(_)),
        // it cannot return: the guard records how it ends, if it does
        Returns::Never => {
            let body = in_place(&timed.function);
            quote! {
                let #timing = #private::Plan::start(#plan);
                #body
            }
        }
        Returns::Unit => {
            let run = quote_spanned!(body.span()=> move || #headed);
            quote! {
                let #timing = #private::Plan::start(#plan);
                #private::call::<()>(#run);
                #private::Timing::finish(#timing, #private::done(), ());
            }
        }
        Returns::Value(ty) => value(&ty.to_token_stream()),
    }
}

fn asynchronous(timed: &Timed, returns: &Returns) -> TokenStream {
    let private = timed.krate.private();
    let finish = |verdict: TokenStream| {
        let (timing, result) = (local("timing"), local("result"));
        quote!(|#timing, #result| #private::Timing::finish(#timing, #verdict, #result))
    };
    let value = |ty: &TokenStream| {
        let future = block(timed, ty);
        let finish = finish(verdict(timed, &local("result")));
        let watched = watched(timed, &future, &finish);
        quote!(#watched.await)
    };
    match returns {
        Returns::Never => {
            let future = block(timed, &quote!(::core::convert::Infallible));
            let watched = watched(timed, &future, &finish(quote!(#private::done())));
            quote!(match #watched.await {})
        }
        Returns::Unit => {
            let span = timed.function.signature.span();
            let future = block(timed, &quote_spanned!(span=> ()));
            let watched = watched(timed, &future, &finish(quote!(#private::done())));
            quote!(#watched.await)
        }
        Returns::Opaque => value(&quote!(_)),
        Returns::Value(ty) => value(&ty.to_token_stream()),
    }
}

/// The body as an `async` block. It cannot be given a type: a `return` that is never reached tells it.
fn block(timed: &Timed, ty: &TokenStream) -> TokenStream {
    let private = timed.krate.private_at(ty.span());
    let told = quote_spanned!(ty.span()=> if false { return #private::never::<#ty>(); });
    let body = with_head(&timed.function, &told);
    quote_spanned!(body.span()=> async move #body)
}

fn watched(timed: &Timed, future: &TokenStream, finish: &TokenStream) -> TokenStream {
    let private = timed.krate.private();
    let plan = local("plan");
    quote!(#private::TimedFuture::new(#plan, #future, #finish))
}

/// A function that returns a future.
fn future(timed: &Timed, boxing: &Boxing, output: &Type) -> TokenStream {
    let private = timed.krate.private();
    let (timing, result) = (local("timing"), local("result"));
    let body = &timed.function.body;
    let verdict = verdict(timed, &result);
    let finish =
        quote!(move |#timing, #result| #private::Timing::finish(#timing, #verdict, #result));
    // an error in the body is told there, for the call is at its place
    let at_body = timed.krate.private_at(body.span());
    let future_of =
        |run: TokenStream| quote_spanned!(body.span()=> #at_body::future_of::<#output, _>(#run));
    match boxing {
        Boxing::No => {
            let run = quote_spanned!(body.span()=> move || #body);
            watched(timed, &future_of(run), &finish)
        }
        Boxing::Yes => {
            let ty = &timed.function.signature.output;
            let run = quote_spanned!(body.span()=> move || #ty #body);
            let future = quote!(#private::call(#run));
            let watched = watched(timed, &future, &finish);
            quote!(#private::Box::pin(#watched))
        }
        Boxing::AtTheEnd {
            before,
            pin,
            argument,
        } => {
            let run = quote_spanned!(body.span()=> move || { #before #argument });
            let watched = watched(timed, &future_of(run), &finish);
            quote!(#pin(#watched))
        }
    }
}

/// A function that returns a stream, whose call goes on in it.
fn stream(
    timed: &Timed,
    mode: StreamMode,
    boxing: &Boxing,
    item: Option<&Type>,
    in_result: bool,
) -> TokenStream {
    let private = timed.krate.private();
    let (timing, result) = (local("timing"), local("result"));
    let body = &timed.function.body;
    let ty = match Returns::of(&timed.function.signature.output) {
        Returns::Value(ty) => *ty,
        _ => syn::parse_quote!(_),
    };
    let go_on = go_on(timed, mode, boxing, in_result.then_some(&ty));
    if timed.function.signature.asyncness.is_some() {
        let future = block(timed, &ty.to_token_stream());
        let watched = watched(timed, &future, &quote!(move |#timing, #result| #go_on));
        return quote!(#watched.await);
    }
    let plan = local("plan");
    let run = match (boxing, item, in_result) {
        (Boxing::No, Some(item), false) => {
            let run = quote_spanned!(body.span()=> move || #body);
            quote!(#private::stream_of::<#item, _>(#run))
        }
        _ => {
            let run = quote_spanned!(body.span()=> move || -> #ty #body);
            quote!(#private::call(#run))
        }
    };
    quote! {
        let #timing = #private::Plan::start(#plan);
        let #result = #run;
        #go_on
    }
}

/// The stream in `result`, which takes `timing` along; or, of a `Result` of that type, the end of the call, if there is no
/// stream but an error.
fn go_on(
    timed: &Timed,
    mode: StreamMode,
    boxing: &Boxing,
    in_result: Option<&Type>,
) -> TokenStream {
    let private = timed.krate.private();
    let (timing, result, item) = (local("timing"), local("result"), local("item"));
    let mode = Ident::new(
        match mode {
            StreamMode::FirstItem => "first_item",
            StreamMode::EachItem => "each_item",
            StreamMode::Lifetime => "lifetime",
        },
        Span::call_site(),
    );
    let of_item = match &timed.judge {
        // what must be a `Result` is that which the stream comes in
        Judge::Result(_) if in_result.is_some() => by_type(timed, &item.to_token_stream()),
        _ => judged(timed, &item.to_token_stream()),
    };
    let go_on = |stream: &Ident| {
        let timed = quote!(#private::#mode(#stream, #timing, move |#item: &_| #of_item));
        match boxing {
            Boxing::No => timed,
            Boxing::Yes | Boxing::AtTheEnd { .. } => quote!(#private::Box::pin(#timed)),
        }
    };
    let Some(ty) = in_result else {
        return go_on(&result);
    };
    let (stream, error) = (local("stream"), local("error"));
    let verdict = match &timed.judge {
        // what is said of items is not said of the result that they come in
        Judge::OkIf(_) | Judge::ErrorIf(_) => by_type(timed, &quote!(&#result)),
        Judge::ByType | Judge::Result(_) | Judge::ErrorLabel(_) => verdict(timed, &result),
    };
    let (verdict_of_result, timed_result) = (local("verdict"), local("timed"));
    let stream_goes_on = go_on(&stream);
    // the type is said once more, for a boxed stream to become one of any type
    quote! {{
        let #verdict_of_result = #verdict;
        let #timed_result: #ty = match #result {
            ::core::result::Result::Ok(#stream) => ::core::result::Result::Ok(#stream_goes_on),
            ::core::result::Result::Err(#error) => ::core::result::Result::Err(
                #private::Timing::finish(#timing, #verdict_of_result, #error),
            ),
        };
        #timed_result
    }}
}

/// How the call went that came to `result`.
fn verdict(timed: &Timed, result: &Ident) -> TokenStream {
    judged(timed, &quote!(&#result))
}

/// How it went, by a reference to what it came to.
fn judged(timed: &Timed, result: &TokenStream) -> TokenStream {
    let asked = |function: &str, at: Span, expression: Option<&Expr>| {
        let private = timed.krate.private_at(at);
        let function = Ident::new(function, at);
        let expression = expression.map(|expression| quote!(, #expression));
        quote_spanned!(at=> #private::#function(#result #expression))
    };
    match &timed.judge {
        Judge::ByType => by_type(timed, result),
        Judge::Result(key) => asked("result_outcome", key.span(), None),
        Judge::OkIf(predicate) => asked("ok_if", predicate.span(), Some(predicate)),
        Judge::ErrorIf(predicate) => asked("error_if", predicate.span(), Some(predicate)),
        Judge::ErrorLabel(label) => asked("error_label", label.span(), Some(label)),
    }
}

/// How it went by its type, which may be a `Result` under any name.
fn by_type(timed: &Timed, result: &TokenStream) -> TokenStream {
    let private = timed.krate.private();
    quote! {
        {
            use #private::{AnyResult as _, ResultOutcome as _};
            (&#private::Probe(#result)).metrics_core_verdict()
        }
    }
}
