//! The HTTP metrics of an app: which requests are counted, under which labels, and when they end.

use std::io::{self, Read};
use std::sync::{Arc, Mutex};

use actix_web::middleware::{Next, from_fn};
use actix_web::{HttpResponse, body::MessageBody, dev, error, guard, web};
use metrics_core::Registry;
use metrics_server::{Exporter, HttpMetrics};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::app::Metered;
use crate::stream_client::Stream;

/// A handler for any method.
fn hello() -> actix_web::Route {
    web::to(async || HttpResponse::Ok().body("hello"))
}

#[test]
fn requests_are_told_apart_by_method_pattern_and_class() {
    let app = Metered::new(|config| {
        config
            .route("/users/{id}", web::get().to(HttpResponse::NoContent))
            .route("/old", web::get().to(HttpResponse::Found))
            .service(
                web::scope("/api/{version}")
                    .service(web::scope("/shop").route("/items/{item}", hello())),
            );
    });
    for (method, path) in [
        ("GET", "/users/7"),
        ("GET", "/users/8"),
        ("POST", "/users/8"),
        ("GET", "/old"),
        ("PUT", "/api/v1/shop/items/9?colour=red"),
        ("BREW", "/api/v1/shop/items/tea"),
    ] {
        app.ask(method, path);
    }
    app.counted(&[
        "{method=\"GET\",route=\"/users/{id}\",status=\"2xx\"} 2",
        "{method=\"POST\",route=\"/users/{id}\",status=\"4xx\"} 1",
        "{method=\"GET\",route=\"/old\",status=\"3xx\"} 1",
        "{method=\"PUT\",route=\"/api/{version}/shop/items/{item}\",status=\"2xx\"} 1",
        "{method=\"other\",route=\"/api/{version}/shop/items/{item}\",status=\"2xx\"} 1",
    ]);
    let errors = "http_server_requests_total{method=\"GET\",route=\"/old\",status=\"5xx\"} 0\n";
    assert!(app.registry.encode_text().contains(errors));
}

#[test]
fn a_request_goes_to_the_resource_that_answers_and_not_to_one_that_looks_like_it() {
    let app = Metered::new(|config| {
        config
            .service(
                web::resource("/purl/{key}")
                    .guard(guard::Get())
                    .route(hello()),
            )
            .service(web::resource("/purl/recommend").route(hello()));
    });
    app.ask("POST", "/purl/recommend");
    app.counted(&["{method=\"POST\",route=\"/purl/recommend\",status=\"2xx\"} 1"]);
}

#[test]
fn paths_that_nothing_matches_are_one_route() {
    let app = Metered::new(|config| {
        config
            .service(web::scope("/api").route("/there", hello()))
            .default_service(web::to(HttpResponse::NotFound));
    });
    for path in ["/.env", "/wp-admin", "/api/.git/config", "/api"] {
        app.ask("GET", path);
    }
    app.counted(&["{method=\"GET\",route=\"unmatched\",status=\"4xx\"} 4"]);
}

#[test]
fn a_handler_that_fails_has_the_status_of_its_error() {
    let app = Metered::new(|config| {
        let refuses = async |_: dev::ServiceRequest, _: Next<actix_web::body::BoxBody>| {
            Err::<dev::ServiceResponse, _>(error::ErrorForbidden("not you"))
        };
        config
            .route(
                "/taken",
                web::to(async || Err::<HttpResponse, _>(error::ErrorConflict("taken"))),
            )
            .route(
                "/broken",
                web::to(async || Err::<HttpResponse, _>(error::ErrorBadGateway("broken"))),
            )
            .service(
                web::scope("/door")
                    .route("/{name}", hello())
                    .wrap(from_fn(refuses)),
            );
    });
    assert!(app.ask("GET", "/taken").starts_with("HTTP/1.1 409 "));
    assert!(app.ask("GET", "/broken").starts_with("HTTP/1.1 502 "));
    // an error that no handler made: it never becomes an answer before the connection
    assert!(app.ask("GET", "/door/front").ends_with("not you"));
    app.counted(&[
        "{method=\"GET\",route=\"/taken\",status=\"4xx\"} 1",
        "{method=\"GET\",route=\"/broken\",status=\"5xx\"} 1",
        "{method=\"GET\",route=\"/door/{name}\",status=\"4xx\"} 1",
    ]);
    app.expect(
        &["response_body_size_bytes_sum"],
        &[
            "response_body_size_bytes_sum{method=\"GET\",route=\"/taken\",status=\"4xx\"} 5",
            "response_body_size_bytes_sum{method=\"GET\",route=\"/broken\",status=\"5xx\"} 6",
            "response_body_size_bytes_sum{method=\"GET\",route=\"/door/{name}\",status=\"4xx\"} 7",
        ],
    );
}

#[test]
fn a_handler_that_panics_is_an_error_of_the_server() {
    let app = Metered::new(|config| {
        config.route(
            "/{word}",
            web::to(async |_: web::Path<String>| -> HttpResponse {
                panic!("as the test wants it")
            }),
        );
    });
    assert_eq!(app.ask("GET", "/boom"), "");
    app.counted(&["{method=\"GET\",route=\"/{word}\",status=\"5xx\"} 1"]);
}

#[test]
fn a_client_that_leaves_before_the_answer_has_cancelled() {
    let app = Metered::new(|config| {
        config.route("/slow/{n}", web::to(std::future::pending::<HttpResponse>));
    });
    let client = app.begin("GET /slow/1 HTTP/1.1\r\n", "");
    app.expect(
        &["active_requests", "requests_total"],
        &["active_requests{method=\"GET\"} 1"],
    );
    drop(client);
    app.counted(&["{method=\"GET\",route=\"/slow/{n}\",status=\"cancelled\"} 1"]);
}

/// As one that is answered.
#[test]
fn a_path_in_percent_signs_has_its_route_without_an_answer_too() {
    let app = Metered::new(|config| {
        config.route("/slow/{n}", web::to(std::future::pending::<HttpResponse>));
    });
    let client = app.begin("GET /sl%6Fw/1 HTTP/1.1\r\n", "");
    app.expect(
        &["active_requests", "requests_total"],
        &["active_requests{method=\"GET\"} 1"],
    );
    drop(client);
    app.counted(&["{method=\"GET\",route=\"/slow/{n}\",status=\"cancelled\"} 1"]);
}

/// What a streamed answer sends; the answer ends when the sender is dropped.
type Chunks = UnboundedSender<io::Result<web::Bytes>>;

/// An app whose `/stream` sends what the test puts into the channel.
fn streaming() -> (Metered, Chunks) {
    let (sender, receiver) = unbounded_channel();
    let receiver = Arc::new(Mutex::new(Some(receiver)));
    let app = Metered::new(move |config| {
        let receiver = Arc::clone(&receiver);
        let handler = move || {
            let chunks = receiver.lock().expect("no panic").take();
            let chunks = Receiver(chunks.expect("one request"));
            async move { HttpResponse::Ok().streaming(chunks) }
        };
        config.route("/stream", web::to(handler));
    });
    (app, sender)
}

struct Receiver(UnboundedReceiver<io::Result<web::Bytes>>);

impl futures_core::Stream for Receiver {
    type Item = io::Result<web::Bytes>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}

fn chunk(text: &'static str) -> io::Result<web::Bytes> {
    Ok(web::Bytes::from_static(text.as_bytes()))
}

/// Reads until the answer has this text.
fn read_until(client: &mut impl Read, text: &str) {
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains(text) {
        let mut byte = [0];
        client.read_exact(&mut byte).expect("more of the answer");
        answer.extend(byte);
    }
}

#[test]
fn a_streamed_answer_lasts_until_its_last_byte() {
    let (app, sender) = streaming();
    let mut client = app.begin("GET /stream HTTP/1.1\r\n", "");
    sender.send(chunk("some, ")).expect("a body");
    read_until(&mut client, "some, ");
    app.expect(
        &["requests_total", "active_requests"],
        &["active_requests{method=\"GET\"} 1"],
    );
    sender.send(chunk("and more")).expect("a body");
    drop(sender);
    app.counted(&["{method=\"GET\",route=\"/stream\",status=\"2xx\"} 1"]);
    app.expect(
        &["response_body_size_bytes_sum"],
        &["response_body_size_bytes_sum{method=\"GET\",route=\"/stream\",status=\"2xx\"} 14"],
    );
    let count = "http_server_request_duration_seconds_count{method=\"GET\",route=\"/stream\",status=\"2xx\"} 1\n";
    assert!(app.registry.encode_text().contains(count));
}

#[test]
fn a_client_that_leaves_a_streamed_answer_had_its_status() {
    let (app, sender) = streaming();
    let mut client = app.begin("GET /stream HTTP/1.1\r\n", "");
    sender.send(chunk("some")).expect("a body");
    read_until(&mut client, "some");
    drop(client);
    app.counted(&["{method=\"GET\",route=\"/stream\",status=\"2xx\"} 1"]);
    app.expect(
        &["response_body_size_bytes_sum"],
        &["response_body_size_bytes_sum{method=\"GET\",route=\"/stream\",status=\"2xx\"} 4"],
    );
    assert!(sender.is_closed(), "the body is dropped");
}

#[test]
fn an_answer_that_breaks_on_the_way_is_an_error_of_the_server() {
    let (app, sender) = streaming();
    let mut client = app.begin("GET /stream HTTP/1.1\r\n", "");
    sender.send(chunk("some")).expect("a body");
    read_until(&mut client, "some");
    let broken = Err(io::ErrorKind::BrokenPipe.into());
    sender.send(broken).expect("a body");
    app.counted(&["{method=\"GET\",route=\"/stream\",status=\"5xx\"} 1"]);
}

#[test]
fn an_answer_of_known_size_keeps_its_length_and_head_sends_none_of_it() {
    let app = Metered::new(|config| {
        config.route("/hello", hello());
    });
    for method in ["GET", "HEAD"] {
        let answer = app.ask(method, "/hello");
        assert!(answer.contains("\r\ncontent-length: 5\r\n"), "{answer}");
        assert_eq!(answer.ends_with("\r\n\r\nhello"), method == "GET");
    }
    app.counted(&[
        "{method=\"GET\",route=\"/hello\",status=\"2xx\"} 1",
        "{method=\"HEAD\",route=\"/hello\",status=\"2xx\"} 1",
    ]);
    app.expect(
        &["response_body_size_bytes_sum"],
        &["response_body_size_bytes_sum{method=\"GET\",route=\"/hello\",status=\"2xx\"} 5"],
    );
}

#[test]
fn bytes_of_a_request_are_those_that_were_read() {
    let app = Metered::new(|config| {
        config
            .route(
                "/read",
                web::to(async |body: web::Bytes| HttpResponse::Ok().body(body)),
            )
            .route("/unread", hello());
    });
    let answer = app.send(
        "POST /read HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
        "6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n",
    );
    assert!(answer.ends_with("hello world"), "{answer}");
    app.send("PUT /read HTTP/1.1\r\nContent-Length: 3\r\n", "abc");
    app.send("POST /unread HTTP/1.1\r\nContent-Length: 3\r\n", "abc");
    app.counted(&[
        "{method=\"POST\",route=\"/read\",status=\"2xx\"} 1",
        "{method=\"PUT\",route=\"/read\",status=\"2xx\"} 1",
        "{method=\"POST\",route=\"/unread\",status=\"2xx\"} 1",
    ]);
    app.expect(
        &["request_body_size_bytes_sum"],
        &[
            "request_body_size_bytes_sum{method=\"POST\",route=\"/read\",status=\"2xx\"} 11",
            "request_body_size_bytes_sum{method=\"PUT\",route=\"/read\",status=\"2xx\"} 3",
        ],
    );
}

#[test]
fn a_websocket_has_ended_with_its_handshake() {
    let served = Exporter::builder().registry(&Registry::new());
    let served = served.build().expect("no settings");
    let app = Metered::new({
        let served = served.clone();
        move |config| served.routes()(config)
    });
    let mut socket = Stream::connect(&format!("ws://{}/metrics/stream", app.address()));
    app.counted(&["{method=\"GET\",route=\"/metrics/stream\",status=\"1xx\"} 1"]);
    // it is open for all that
    assert_eq!(socket.next_frame()["type"], "metrics:hello");
    served.close();
}

#[test]
fn a_request_is_counted_once_in_a_registry() {
    let other = Registry::new();
    let app = Metered::new({
        let other = other.clone();
        move |config| {
            let twice = web::scope("/twice").route("/{n}", hello());
            let twice = twice
                .wrap(HttpMetrics::of(&other))
                .wrap(HttpMetrics::of(&other));
            config.service(twice);
        }
    });
    app.ask("GET", "/twice/1");
    let counted = "{method=\"GET\",route=\"/twice/{n}\",status=\"2xx\"} 1";
    app.counted(&[counted]);
    let elsewhere = other.encode_text();
    let counted = format!("http_server_requests_total{counted}\n");
    assert!(elsewhere.contains(&counted), "{elsewhere}");
}

/// Also where those of another one stand in between.
#[test]
fn a_request_is_counted_once_in_each_of_several_registries() {
    let other = Registry::new();
    let again = Registry::new();
    let app = Metered::new({
        let (other, again) = (other.clone(), again.clone());
        move |config| {
            let scope = web::scope("/often").route("/{n}", hello());
            let scope = scope
                .wrap(HttpMetrics::of(&other))
                .wrap(HttpMetrics::of(&again))
                .wrap(HttpMetrics::of(&other));
            config.service(scope);
        }
    });
    app.ask("GET", "/often/1");
    let counted = "{method=\"GET\",route=\"/often/{n}\",status=\"2xx\"} 1";
    app.counted(&[counted]);
    for registry in [other, again] {
        let elsewhere = registry.encode_text();
        let counted = format!("http_server_requests_total{counted}\n");
        assert!(elsewhere.contains(&counted), "{elsewhere}");
    }
}

#[test]
fn middleware_of_one_registry_counts_together_and_is_no_clash() {
    let registry = Registry::new();
    let _first = HttpMetrics::of(&registry);
    let _second = HttpMetrics::of(&registry);
    registry.check().expect("no clash");
    let families = registry.encode_text();
    let types = families.matches("# TYPE http_server_").count();
    assert_eq!(types, 5, "{families}");
}

/// The body type of the middleware is one that other middleware can work with.
#[allow(dead_code, reason = "it has to compile")]
fn stays_a_body(
    response: dev::ServiceResponse<impl MessageBody + 'static>,
) -> dev::ServiceResponse {
    response.map_into_boxed_body()
}
