//! One request to the routes of a server that has a name, and the answer to it, for the target `ask`.

use std::cell::OnceCell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode, Uri};
use actix_web::rt::time::timeout;
use actix_web::rt::{System, SystemRunner};
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{App, body};

use crate::access::{Hosts, Networks, Origins, Policy};
use crate::exporter::Exporter;
use crate::listen::Serves;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Empty where the answer is another protocol.
    pub body: Vec<u8>,
}

impl Answer {
    /// The header of this name, if there is one.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(of, _)| of == name)?;
        Some(value)
    }
}

type Answering = Pin<Box<dyn Future<Output = Answer>>>;
type Service = Box<dyn Fn(TestRequest) -> Answering>;

/// What is answered to this request; `None` where HTTP does not let it through.
pub fn ask(method: &str, target: &[u8], headers: &[(&[u8], &[u8])]) -> Option<Answer> {
    thread_local! {
        // it outlives the thread, with whose end the runtime's own variables end first
        static SERVICE: OnceCell<&'static (SystemRunner, Service)> = const { OnceCell::new() };
    }
    let target = Uri::try_from(target).ok()?;
    let mut request = TestRequest::default()
        .method(Method::from_bytes(method.as_bytes()).ok()?)
        .uri(&target.to_string());
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name).ok()?;
        request = request.append_header((name, HeaderValue::from_bytes(value).ok()?));
    }
    Some(SERVICE.with(|service| {
        let (system, service) = service.get_or_init(|| Box::leak(Box::new(service_of_all())));
        system.block_on(async {
            let answer = timeout(Duration::from_secs(15), service(request)).await;
            answer.expect("every answer ends")
        })
    }))
}

fn service_of_all() -> (SystemRunner, Service) {
    let system = System::new();
    let exporter = Exporter::global();
    let policy = Policy {
        hosts: Hosts::only(vec!["metrics.example.com".to_owned()]),
        networks: Networks::any(),
        origins: Origins::default(),
        #[cfg(feature = "auth")]
        credentials: None,
        hsts: None,
    };
    let routes = exporter.all(&Arc::new(policy), Serves::All);
    let service = Rc::new(system.block_on(init_service(App::new().configure(routes))));
    let answering = move |request: TestRequest| -> Answering {
        let service = Rc::clone(&service);
        Box::pin(async move {
            let answer = try_call_service(&*service, request.to_request()).await;
            let answer = answer.unwrap_or_else(|error| panic!("no answer, but {error}"));
            let (head, body) = answer.into_parts().1.into_parts();
            let headers = head.headers().iter();
            let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().into()));
            Answer {
                status: head.status().as_u16(),
                headers: headers.collect(),
                body: whole(head.status(), body).await,
            }
        })
    };
    (system, Box::new(answering))
}

async fn whole(status: StatusCode, body: impl MessageBody) -> Vec<u8> {
    if status == StatusCode::SWITCHING_PROTOCOLS {
        return Vec::new();
    }
    // of a scrape that had no time the end is missing
    body::to_bytes(body).await.unwrap_or_default().into()
}
