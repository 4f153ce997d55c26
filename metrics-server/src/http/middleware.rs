//! The middleware as actix-web runs it: a service for each worker, and a future for each request.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::{Error, HttpMessage};
use pin_project_lite::pin_project;

use super::body::Metered;
use super::call::{Call, Worker};
use super::families::Http;
use super::received::counted;

/// The service of a worker.
pub struct Meter<S> {
    service: S,
    worker: Rc<Worker>,
}

/// In the extensions of a request: the families that count it already, the innermost first. A list without allocation
/// for the one that there mostly is.
struct CountedIn {
    http: Arc<Http>,
    outer: Option<Box<CountedIn>>,
}

impl CountedIn {
    fn is_in(&self, http: &Arc<Http>) -> bool {
        Arc::ptr_eq(&self.http, http) || self.outer.as_ref().is_some_and(|outer| outer.is_in(http))
    }
}

impl<S> Meter<S> {
    pub(super) fn new(service: S, worker: Rc<Worker>) -> Self {
        Self { service, worker }
    }

    /// Takes note of a request; `None` if it is counted further out.
    fn begin(&self, request: &mut ServiceRequest) -> Option<Call> {
        let http = &self.worker.http;
        let outer = request.extensions_mut().remove::<CountedIn>();
        let counted_already = outer.as_ref().is_some_and(|outer| outer.is_in(http));
        let counted_in = match outer {
            Some(outer) if counted_already => outer,
            outer => CountedIn {
                http: Arc::clone(http),
                outer: outer.map(Box::new),
            },
        };
        request.extensions_mut().insert(counted_in);
        if counted_already {
            return None;
        }
        let (payload, received) = counted(request.take_payload());
        request.set_payload(payload);
        Some(Call::begin(&self.worker, request, received))
    }
}

impl<S, B> Service<ServiceRequest> for Meter<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<Metered<B>>;
    type Error = Error;
    type Future = Answering<S::Future>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(cx)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let mut call = self.begin(&mut request);
        // middleware may run code here already
        let answer = Call::run(&mut call, || self.service.call(request));
        Answering { answer, call }
    }
}

pin_project! {
    /// A request under way, until it is answered.
    pub struct Answering<F> {
        #[pin]
        answer: F,
        call: Option<Call>,
    }
}

impl<F, B> Future for Answering<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    B: MessageBody,
{
    type Output = Result<ServiceResponse<Metered<B>>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(Call::run(this.call, || this.answer.poll(cx)));
        let mut call = this.call.take();
        match answer {
            Ok(response) => {
                let status = response.status();
                if let Some(call) = &mut call {
                    call.answered(response.request(), status);
                }
                // what follows on the connection is no HTTP any more
                let call = call.filter(|_| status != StatusCode::SWITCHING_PROTOCOLS);
                Poll::Ready(Ok(response.map_body(|_, body| Metered::new(body, call))))
            }
            // the connection makes the same answer of it, out of reach of any middleware
            Err(error) => {
                if let Some(call) = &mut call {
                    let answer = error.error_response();
                    let sent = match answer.body().size() {
                        BodySize::Sized(bytes) => bytes,
                        BodySize::None | BodySize::Stream => 0,
                    };
                    call.failed(answer.status(), sent);
                }
                Poll::Ready(Err(error))
            }
        }
    }
}
