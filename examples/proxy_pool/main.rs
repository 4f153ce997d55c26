//! A load generator that drives requests through a pool of proxies.
//!
//! `cargo run --example proxy_pool`, and then look at the addresses that it prints. Its hits are real HTTP requests, to
//! an origin of its own, through proxies of its own, all on loopback: one is slow, and one fails at times.
//!
//! What is measured is declared in `metrics`, and what is told live in `events`; `timer` shows a guard whose end says whether it went well.

mod events;
mod forward_proxy;
mod hit;
mod metrics;
mod origin;
mod proxies;
mod sessions;
mod summary;
mod timer;

use std::time::Duration;

use actix_web::web::{self, Html};
use actix_web::{App, HttpServer, rt};
use clap::Parser;
use metrics_core::Registry;
use metrics_examples::Options;
use metrics_server::{Artifacts, Error, Exporter};

use crate::proxies::{Proxies, Proxy};
use crate::summary::Summary;

async fn index() -> Html {
    Html::new(include_str!("page.html"))
}

/// As what and where it runs, for the dashboard, the rules and the manifests.
fn described(artifacts: Artifacts) -> Artifacts {
    artifacts
        .name("proxy_pool")
        .port(8080)
        .path("/api/metrics")
        .scrape_interval(Duration::from_secs(5))
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let exporter = Exporter::builder()
        .summary(Summary::now)
        .artifacts(described)
        .build()?;
    exporter.artifacts().cli();

    let options = Options::parse();
    let listen = options.listen("127.0.0.1:8080");
    // a clash of names is told before anything is served
    Registry::global().check()?;

    let mounted = exporter.clone();
    let server = HttpServer::new(move || {
        App::new()
            .route("/", web::get().to(index))
            .service(mounted.scope("/api/metrics"))
    })
    .on_connect(metrics_server::bound_writes)
    .workers(2)
    .disable_signals()
    .shutdown_timeout(1)
    .bind(&listen)
    .map_err(|source| Error::Bind {
        address: listen.clone(),
        source,
    })?;

    let address = server.addrs()[0];
    println!("metrics  http://{address}/api/metrics");
    println!("json     http://{address}/api/metrics/json");
    println!("stream   ws://{address}/api/metrics/stream");
    println!("live     http://{address}/api/metrics/live");
    println!("Grafana  http://{address}/api/metrics/dashboard");
    println!("page     http://{address}/");

    let server = server.run();
    let handle = server.handle();
    let serving = rt::spawn(server);
    let (origin, forward_proxies) = (origin::start()?, forward_proxy::start()?);
    println!("origin   http://{origin}/home");
    for (proxy, address) in Proxy::ALL.iter().zip(forward_proxies) {
        println!("proxy    http://{address} ({proxy:?})");
    }
    let proxies = Proxies::at(forward_proxies)?;
    let (load, used) = (options.load(), proxies.clone());
    rt::spawn(async move {
        sessions::visit(used, origin, load).await;
        println!("the load is over");
    });

    options.end().await?;
    exporter.close();
    handle.stop(true).await;
    serving.await??;
    Ok(())
}
