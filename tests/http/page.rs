//! The live page as files over HTTP: where it is, what it is allowed to do, and that nothing else is served with it.
//! What it does in a browser is asked in `tests/e2e/test_page.py`.

use actix_web::{App, HttpServer};
use metrics_server::Exporter;

use crate::client::{Answer, Running, get, get_with, head};
use crate::raw;
use crate::serving::Serving;
use crate::shop::{exporter, shop};

/// The addresses, relative to the page, of all files that it names.
fn files(page: &Answer) -> Vec<&str> {
    let quoted = page.body.split('"');
    let files: Vec<_> = quoted
        .filter(|text| text.ends_with(".js") || text.ends_with(".css") || text.ends_with(".svg"))
        .collect();
    assert!(files.len() > 5, "{}", page.body);
    files
}

fn running() -> Running {
    let (registry, _shop) = shop();
    Running::new(&exporter(&registry))
}

#[test]
fn a_server_of_its_own_has_the_page_at_its_root_and_below_the_metrics() {
    let running = running();
    for (path, folder) in [("/", "/"), ("/metrics/live", "/metrics/")] {
        let page = running.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        for file in files(&page) {
            let address = format!("{folder}{file}");
            let answer = running.get(&address);
            assert_eq!(answer.status, 200, "{address}");
            let wanted = match address.rsplit('.').next() {
                Some("js") => "text/javascript; charset=utf-8",
                Some("css") => "text/css; charset=utf-8",
                _ => "image/svg+xml",
            };
            assert_eq!(answer.header("content-type"), wanted, "{address}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(answer.body.len() > 100, "{address}");
        }
    }
}

#[test]
fn the_page_may_load_nothing_from_elsewhere_and_nobody_may_frame_it() {
    let page = running().get("/metrics/live");
    let policy = page.header("content-security-policy");
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ] {
        assert!(policy.split("; ").any(|of| of == directive), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
}

#[test]
fn a_browser_that_has_a_file_is_not_sent_it_again() {
    let running = running();
    for path in ["/", "/metrics/live", "/metrics/live/main.js"] {
        let first = running.get(path);
        let tag = first.header("etag");
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        assert_eq!(first.header("cache-control"), "no-cache", "{path}");
        let again = get_with(&running.url(path), "if-none-match", tag);
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        assert_eq!(again.header("etag"), tag, "{path}");
        let older = get_with(&running.url(path), "if-none-match", "W/\"0\"");
        assert_eq!((older.status, older.body), (200, first.body), "{path}");
    }
    assert_ne!(
        running.get("/").header("etag"),
        running.get("/metrics/live").header("etag"),
        "they name their files by other paths"
    );
}

#[test]
fn a_file_is_compressed_for_who_asks() {
    let running = running();
    let path = "/metrics/live/uPlot.js";
    let plain = raw::get(&running, path, &[]);
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(plain.header("vary"), "Accept-Encoding");
    for coding in ["gzip", "zstd"] {
        let answer = raw::get(&running, path, &[&format!("Accept-Encoding: {coding}")]);
        assert_eq!(answer.header("content-encoding"), coding);
        assert_eq!(answer.decoded(), plain.body, "{coding}");
        let (less, all) = (answer.body.len(), plain.body.len());
        assert!(less * 3 < all * 2, "{coding}: {less} of {all}");
    }
}

#[test]
fn what_is_no_file_of_the_page_is_404_with_a_sentence() {
    let running = running();
    for path in [
        "/metrics/live/secret.js",
        "/metrics/live/%2e%2e%2fmod.rs",
        "/metrics/live/index.html",
        "/metrics/live/vendor%2fuplot%2fLICENSE",
    ] {
        let answer = running.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert!(answer.body.contains("no such file"), "{}", answer.body);
    }
}

#[test]
fn the_licence_of_what_others_wrote_is_served_with_it() {
    let answer = running().get("/metrics/live/uPlot-LICENSE.txt");
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("Leon Sorokin"), "{}", answer.body);
}

#[test]
fn head_tells_of_the_page_and_leaves_it_out() {
    let running = running();
    for path in ["/", "/metrics/live", "/metrics/live/main.js"] {
        let answer = head(&running.url(path));
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{path}");
        assert_ne!(answer.header("etag"), "", "{path}");
    }
}

#[test]
fn an_app_that_mounts_the_routes_has_the_page_below_them_and_keeps_its_root() {
    let (registry, _shop) = shop();
    let of_app = exporter(&registry);
    let app = Serving::start(move || {
        let server = HttpServer::new(move || {
            App::new()
                .service(of_app.scope("/api/metrics"))
                .configure(of_app.routes())
        })
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .expect("a free port");
        (server.addrs()[0], server.run())
    });
    let url = |path: &str| format!("http://{}{path}", app.address);
    for folder in ["/api/metrics/", "/metrics/"] {
        let page = get(&url(&format!("{folder}live")));
        assert_eq!(page.status, 200, "{folder}");
        for file in files(&page) {
            assert_eq!(get(&url(&format!("{folder}{file}"))).status, 200, "{file}");
        }
    }
    assert_eq!(get(&url("/")).status, 404);
}

#[test]
fn an_exporter_can_be_without_the_page() {
    let (registry, _shop) = shop();
    let exporter = Exporter::builder()
        .registry(&registry)
        .without_page()
        .build()
        .expect("good settings");
    let running = Running::new(&exporter);
    for path in ["/", "/metrics/live", "/metrics/live/main.js"] {
        let answer = running.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.body.contains("/metrics/live,"), "{}", answer.body);
    }
    assert_eq!(running.get("/metrics").status, 200);
}
