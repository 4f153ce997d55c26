//! What stands before every handler and behind it: the rules, in the order in which they cost; the handler, whose panic is
//! an answer; headers; and the word to the connection that an answer is on its way.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::{HttpRequest, HttpResponse, Route};
use bytes::Bytes;

#[cfg(feature = "auth")]
use super::Credentials;
use super::contain::{Panicked, contain};
use super::{Policy, Refusal, headers, origins};
use crate::listen::{Answering, Client, Connection};
use crate::own::Reason;

/// What is guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guarded {
    /// What tells of the application.
    Metrics,
    /// What tells orchestrators one word, and carries no secret of theirs.
    Health,
}

/// The route, for those whom the policy lets in.
pub(crate) fn guarded(route: Route, of: Guarded, policy: &Arc<Policy>) -> Route {
    let policy = Arc::clone(policy);
    route.wrap(from_fn(
        move |request: ServiceRequest, next: Next<BoxBody>| {
            let policy = Arc::clone(&policy);
            async move {
                let asked = request.request().clone();
                let answering = Connection::of(&asked).map(Connection::answering);
                let mut answer = match policy.admit(&asked, of).await {
                    Ok(Admitted::Request) => answer_of(request, next).await?,
                    Ok(Admitted::Preflight) => request.into_response(origins::preflighted()),
                    Err(refusal) => request.into_response(refusal.answer()),
                };
                if let Some(connection) = Connection::of(&asked) {
                    connection.answer_begins();
                }
                let origin = policy.origins.allowed(asked.headers());
                headers::complete(answer.headers_mut(), origin, policy.hsts.as_ref());
                Ok(answer.map_body(|_, body| Kept { body, answering }))
            }
        },
    ))
}

async fn answer_of(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> actix_web::Result<ServiceResponse> {
    let failed = request.request().clone();
    let handled = async move {
        #[cfg(feature = "_testing")]
        crate::testing::panic_if_asked(request.request());
        next.call(request).await
    };
    match contain(handled).await {
        Ok(answer) => answer,
        Err(Panicked) => {
            let answer = HttpResponse::InternalServerError()
                .content_type("text/plain; charset=utf-8")
                .body("this could not be answered; the process's log says why\n");
            Ok(ServiceResponse::new(failed, answer))
        }
    }
}

/// What may be answered.
enum Admitted {
    Request,
    /// The question of a browser whether a page may ask, with which it sends no credentials.
    Preflight,
}

impl Policy {
    /// Whether the request may be answered.
    async fn admit(&self, request: &HttpRequest, of: Guarded) -> Result<Admitted, Refusal> {
        if let Some(connection) = Connection::of(request) {
            self.networks.admit(connection.peer())?;
            names_admit(connection.client())?;
        }
        if of == Guarded::Health && !self.protects_health() {
            return Ok(Admitted::Request);
        }
        self.hosts.admit(request)?;
        self.origins.admit(request)?;
        if self.origins.is_preflight(request) {
            return Ok(Admitted::Preflight);
        }
        self.admit_by_credentials(request).await?;
        Ok(Admitted::Request)
    }

    #[cfg(feature = "auth")]
    fn protects_health(&self) -> bool {
        let credentials = self.credentials.as_ref();
        credentials.is_some_and(Credentials::protect_health)
    }

    #[cfg(not(feature = "auth"))]
    fn protects_health(&self) -> bool {
        false
    }

    #[cfg(feature = "auth")]
    async fn admit_by_credentials(&self, request: &HttpRequest) -> Result<(), Refusal> {
        match &self.credentials {
            Some(credentials) => credentials.admit(request).await,
            None => Ok(()),
        }
    }

    #[cfg(not(feature = "auth"))]
    #[expect(
        clippy::unused_async,
        reason = "it waits where there is a feature `auth`"
    )]
    async fn admit_by_credentials(&self, _: &HttpRequest) -> Result<(), Refusal> {
        Ok(())
    }
}

/// A certificate alone is not enough where names were given; its owner learns why here, and not in the handshake.
fn names_admit(client: Client) -> Result<(), Refusal> {
    match client {
        Client::Unknown | Client::Certified => Ok(()),
        Client::NotNamed => Err(Refusal::new(
            Reason::ClientName,
            "this certificate is valid, and for none of the `client_names` that may read here"
                .to_owned(),
        )),
    }
}

/// A body while which is sent an answer is on its way.
struct Kept {
    body: BoxBody,
    #[expect(dead_code, reason = "it is dropped with the body")]
    answering: Option<Answering>,
}

impl MessageBody for Kept {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.body.as_pin_mut().poll_next(cx)
    }
}
