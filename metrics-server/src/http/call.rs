//! One request under way, and what is counted when it ends, however it ends.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use actix_web::HttpRequest;
use actix_web::dev::{ResourceMap, ServiceRequest, Url};
use actix_web::http::{StatusCode, Uri};

use super::families::{ByMethod, ByRoute, Http, Status, UNMATCHED};
use super::method::Method;
use super::received::Received;

/// What the requests of one worker's app share.
pub(super) struct Worker {
    pub(super) http: Arc<Http>,
    /// The app's routes, from its first request.
    routes: OnceCell<ResourceMap>,
}

impl Worker {
    pub(super) fn new(http: Arc<Http>) -> Self {
        Self {
            http,
            routes: OnceCell::new(),
        }
    }

    fn routes(&self, request: &ServiceRequest) -> &ResourceMap {
        self.routes.get_or_init(|| request.resource_map().clone())
    }
}

/// A request under way. Dropped, it has ended.
pub(super) struct Call {
    worker: Rc<Worker>,
    method: Method,
    started: Instant,
    received: Option<Received>,
    answer: Answer,
    /// Whether code of the app is running in it: then it is dropped by a panic.
    running: bool,
}

/// What the client knows of the answer.
enum Answer {
    /// Nothing; the path that was asked for, since the request is with the handler.
    None { uri: Uri },
    /// The head, and so many bytes of the body.
    Begun {
        /// The pattern; `None` if no route matched.
        route: Option<String>,
        status: Status,
        sent: u64,
    },
}

impl Call {
    /// A request that has come in.
    pub(super) fn begin(
        worker: &Rc<Worker>,
        request: &ServiceRequest,
        received: Option<Received>,
    ) -> Self {
        let method = Method::of(request.method());
        worker.routes(request);
        let active = &worker.http.active_requests;
        active.with(ByMethod { method }).inc();
        Self {
            worker: Rc::clone(worker),
            method,
            started: Instant::now(),
            received,
            answer: Answer::None {
                // the router will not let the request be held here, but a copy of this is no allocation
                uri: request.uri().clone(),
            },
            running: false,
        }
    }

    /// Runs code of the app for the request. If it panics, the call is dropped with the future or body that it is in.
    pub(super) fn run<T>(this: &mut Option<Self>, code: impl FnOnce() -> T) -> T {
        if let Some(call) = this {
            call.running = true;
        }
        let result = code();
        if let Some(call) = this {
            call.running = false;
        }
        result
    }

    /// There is an answer, whose body is still to be sent.
    pub(super) fn answered(&mut self, request: &HttpRequest, status: StatusCode) {
        self.answer = Answer::Begun {
            // by now the request knows the resource that it went to, also where others match the path
            route: request.match_pattern(),
            status: Status::of(status.as_u16()),
            sent: 0,
        };
    }

    /// There is an answer, made of an error, which has lost the request; and this is all of it.
    pub(super) fn failed(&mut self, status: StatusCode, sent: u64) {
        self.answer = Answer::Begun {
            route: self.route(),
            status: Status::of(status.as_u16()),
            sent: if self.method == Method::Head { 0 } else { sent },
        };
    }

    /// More of the body was handed to the connection.
    pub(super) fn sent(&mut self, bytes: usize) {
        // the connection drops what a handler answers to HEAD
        if let Answer::Begun { sent, .. } = &mut self.answer
            && self.method != Method::Head
        {
            *sent += bytes as u64;
        }
    }

    /// The body failed, and the connection is cut.
    pub(super) fn cut(&mut self) {
        if let Answer::Begun { status, .. } = &mut self.answer {
            *status = Status::ServerError;
        }
    }

    fn route(&self) -> Option<String> {
        match &self.answer {
            Answer::Begun { route, .. } => route.clone(),
            // the router, too, matches what is written as `%61` like the letter
            Answer::None { uri } => {
                let url = Url::new(uri.clone());
                self.worker.routes.get()?.match_pattern(url.path())
            }
        }
    }

    fn end(&self) -> (Status, u64) {
        let (status, sent) = match self.answer {
            Answer::None { .. } => (Status::Cancelled, 0),
            Answer::Begun { status, sent, .. } => (status, sent),
        };
        // the connection is cut, and whatever stands before this server makes a 502 of it
        let status = if self.running {
            Status::ServerError
        } else {
            status
        };
        (status, sent)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let http = &self.worker.http;
        let method = self.method;
        http.active_requests.with(ByMethod { method }).dec();
        let (status, sent) = self.end();
        let found;
        let route = match &self.answer {
            Answer::Begun { route, .. } => route.as_deref(),
            Answer::None { .. } => {
                found = self.route();
                found.as_deref()
            }
        };
        let labels = ByRoute {
            method: method.text(),
            route: route.unwrap_or(UNMATCHED),
            status,
        };
        http.requests.with(labels).inc();
        // exposed from now on, at zero: `rate()` would miss the first error
        let _ = http.requests.with(ByRoute {
            status: Status::ServerError,
            ..labels
        });
        let duration = http.request_duration.with(labels);
        duration.observe_duration(self.started.elapsed());
        let received = self.received.as_ref().map_or(0, |bytes| bytes.get());
        http.request_body_size.with(labels).observe(received);
        http.response_body_size.with(labels).observe(sent);
    }
}
