//! One server at several addresses, which serve what each is for.

use metrics_server::{Listener, Server, Serves};

use crate::client;
use crate::shop::{exporter, shop};

#[test]
fn each_listener_serves_what_it_is_for() {
    let (registry, _shop) = shop();
    let at = |serves| Listener::tcp("127.0.0.1:0").serves(serves);
    let server = Server::bind(at(Serves::Scrape))
        .and_then(|server| server.and_bind(at(Serves::Page)))
        .and_then(|server| server.and_bind(at(Serves::All)))
        .expect("free ports");
    let handle = server.exporter(exporter(&registry)).spawn();
    let handle = handle.expect("a server");
    // a request for the stream that is no handshake is wrong where there is one
    for (path, statuses) in [
        ("/", [404, 200, 200]),
        ("/metrics", [200, 404, 200]),
        ("/metrics/json", [200, 200, 200]),
        ("/metrics/stream", [404, 400, 400]),
        ("/metrics/dashboard", [200, 404, 200]),
        ("/metrics/rules", [200, 404, 200]),
        ("/metrics/catalog", [200, 404, 200]),
        ("/metrics/live", [404, 200, 200]),
        ("/metrics/live/main.js", [404, 200, 200]),
        ("/health", [200, 200, 200]),
        ("/health/ready", [200, 200, 200]),
    ] {
        let addresses = handle.addresses().iter();
        let answers = addresses.map(|address| client::get(&format!("http://{address}{path}")));
        let answered: Vec<_> = answers.map(|answer| answer.status).collect();
        assert_eq!(answered, statuses, "{path}");
    }
    handle.stop().expect("a server that ran well");
}
