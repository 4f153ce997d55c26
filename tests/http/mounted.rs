//! The routes inside an actix app of the user's own: under a prefix, or beside the app's own routes.

use actix_web::{App, HttpResponse, HttpServer, web};
use metrics_server::Exporter;

use crate::client::{Answer, get};
use crate::serving::Serving;
use crate::shop::{exporter, shop};
use crate::stream_client::Stream;

/// An app that mounts the routes.
struct Mounted {
    authority: String,
    exporter: Exporter,
    _serving: Serving,
}

impl Mounted {
    fn new(exporter: &Exporter, configure: fn(&Exporter, &mut web::ServiceConfig)) -> Self {
        let of_app = exporter.clone();
        let serving = Serving::start(move || {
            let server = HttpServer::new(move || {
                App::new()
                    .route(
                        "/",
                        web::get().to(async || HttpResponse::Ok().body("the app's own")),
                    )
                    .configure(|config| configure(&of_app, config))
            })
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .expect("a free port");
            (server.addrs()[0], server.run())
        });
        Self {
            authority: serving.address.to_string(),
            exporter: exporter.clone(),
            _serving: serving,
        }
    }

    fn get(&self, path: &str) -> Answer {
        get(&format!("http://{}{path}", self.authority))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.exporter.close();
    }
}

#[test]
fn a_scope_serves_everything_under_its_prefix() {
    let (registry, _shop) = shop();
    let app = Mounted::new(&exporter(&registry), |exporter, config| {
        config.service(exporter.scope("/api/metrics"));
    });
    assert_eq!(app.get("/api/metrics").body, registry.encode_text());
    assert!(app.get("/api/metrics/json").json()["families"].is_array());
    for below in ["dashboard", "rules", "catalog"] {
        let path = format!("/api/metrics/{below}");
        assert_eq!(app.get(&path).status, 200, "{path}");
    }
    assert_eq!(app.get("/api/metrics/health").status, 200);
    assert_eq!(app.get("/api/metrics/health/ready").status, 200);
    let mut stream = Stream::connect(&format!("ws://{}/api/metrics/stream", app.authority));
    assert_eq!(stream.next_frame()["type"], "metrics:hello");
    assert_eq!(app.get("/").body, "the app's own");
    assert_eq!(app.get("/metrics").status, 404);
}

#[test]
fn configured_routes_live_beside_the_apps_own() {
    let (registry, _shop) = shop();
    let app = Mounted::new(&exporter(&registry), |exporter, config| {
        exporter.routes()(config);
    });
    assert_eq!(app.get("/metrics").body, registry.encode_text());
    assert!(app.get("/metrics/json").json()["families"].is_array());
    assert_eq!(app.get("/health").status, 200);
    let mut stream = Stream::connect(&format!("ws://{}/metrics/stream", app.authority));
    assert_eq!(stream.next_frame()["type"], "metrics:hello");
    assert_eq!(app.get("/").body, "the app's own");
}

#[test]
fn the_short_forms_serve_the_global_registry() {
    // not stopped by `Mounted::drop` closing the global exporter: other tests serve it too
    let global = Exporter::builder().build().expect("no settings");
    let app = Mounted::new(&global, |_, config| {
        config.configure(metrics_server::routes());
        config.service(metrics_server::scope("/api/metrics"));
    });
    for path in ["/metrics", "/api/metrics"] {
        assert!(
            app.get(path).sample("metrics_stream_clients").is_some(),
            "{path}"
        );
    }
}
