//! A café that serves drinks over HTTP, and is measured: the whole framework in one file.
//!
//! `cargo run --example quickstart`, and then look at the addresses that it prints. It puts load on itself,
//! so that every number moves.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, rt, web};
use clap::Parser;
use metrics_core::{
    Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, Registry, timed,
};
use metrics_examples::{Load, Options};
use metrics_server::{Artifacts, Error, Exporter, HttpMetrics};

#[derive(Clone, Copy, Debug, Label)]
enum Drink {
    Espresso,
    FlatWhite,
    Tea,
}

#[derive(Clone, Copy, LabelSet)]
struct ByDrink {
    drink: Drink,
}

#[derive(Clone, Copy, LabelSet)]
struct ByOutcome {
    drink: Drink,
    outcome: Outcome,
}

#[derive(Clone, Copy, LabelSet)]
struct ByGuest<'a> {
    #[label(open, max = 5)]
    guest: &'a str,
}

/// A café.
#[derive(MetricSet)]
#[metrics(prefix = "cafe")]
struct Cafe {
    /// Orders taken.
    orders: Counter<ByDrink>,
    /// Orders by guest; guests are many, so all but the first few are counted as one.
    orders_by_guest: Counter<ByGuest<'static>>,
    /// Money taken.
    #[metric(unit = "euros")]
    takings: Counter<(), f64>,
    /// Time to make a drink.
    #[metric(unit = "seconds", buckets = exponential(0.001, 2.0, 8))]
    brewing: Histogram<ByOutcome>,
    /// Drinks being made.
    brewing_now: Gauge,
    /// Coffee beans left, weighed when somebody asks.
    #[metric(unit = "grams", read = beans_left)]
    #[metric(alert(
        name = "FewBeans",
        expr = "< 1000",
        for = "1m",
        severity = "ticket",
        summary = "{{ $value }} grams of beans are left.",
    ))]
    beans: Gauge,
}

/// The grams of a sack.
const SACK: u64 = 1_000_000;

static BEANS: AtomicU64 = AtomicU64::new(SACK);

fn beans_left() -> u64 {
    BEANS.load(Relaxed)
}

/// Makes a drink. This annotation counts how each call ended, how long it took, and how many run.
#[timed(
    Cafe::brewing,
    labels(drink),
    in_flight = Cafe::brewing_now,
    slo(p99 < "32ms", success > 95)
)]
async fn brew(drink: Drink) -> Result<&'static str, &'static str> {
    let (beans, millis) = match drink {
        Drink::Espresso => (9, 4),
        Drink::FlatWhite => (18, 8),
        Drink::Tea => (0, 12),
    };
    rt::time::sleep(Duration::from_millis(millis + fastrand::u64(..millis))).await;
    // who empties the sack opens the next
    let left = |left: u64| Some(left.checked_sub(beans).unwrap_or(SACK));
    let _ = BEANS.fetch_update(Relaxed, Relaxed, left);
    match fastrand::u8(..100) {
        0..5 => Err("the milk has gone off"),
        // a panic, without the message of one
        5 => std::panic::resume_unwind(Box::new("spilt")),
        _ => Ok("here you are"),
    }
}

/// Takes an order. Without a set, calls and durations go to families of their own.
#[timed]
fn take_order(guest: &str, drink: Drink) {
    let cafe = Cafe::global();
    cafe.orders.with(ByDrink { drink }).inc();
    cafe.orders_by_guest.with(ByGuest { guest }).inc();
    cafe.takings.inc_by(2.5);
}

async fn order(path: web::Path<(String, String)>) -> HttpResponse {
    let (guest, drink) = path.into_inner();
    let drink = match drink.as_str() {
        "espresso" => Drink::Espresso,
        "flat_white" => Drink::FlatWhite,
        "tea" => Drink::Tea,
        _ => return HttpResponse::NotFound().body("we have espresso, flat_white and tea\n"),
    };
    take_order(&guest, drink);
    // a task of its own, so that a panic spills one drink and no more
    let brewed = rt::spawn(async move {
        // guests do not wait for ever, and what they gave up is counted as cancelled
        rt::time::timeout(Duration::from_millis(20), brew(drink)).await
    });
    match brewed.await {
        Ok(Ok(Ok(drink))) => HttpResponse::Ok().body(drink),
        Ok(Ok(Err(why))) => HttpResponse::ServiceUnavailable().body(why),
        Ok(Err(_)) => HttpResponse::GatewayTimeout().body("the guest has left"),
        Err(_) => HttpResponse::InternalServerError().body("spilt"),
    }
}

/// Orders drinks over HTTP, one after the other; returns how many.
fn guests(base: &str, load: Load) -> u64 {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut orders = 0;
    while load.goes_on() {
        let guest =
            fastrand::choice(["ada", "bea", "cem", "dan", "eve", "fay", "gus"]).unwrap_or("ada");
        let drink = fastrand::choice(["espresso", "flat_white", "tea"]).unwrap_or("tea");
        match agent
            .post(format!("{base}/order/{guest}/{drink}"))
            .send_empty()
        {
            Ok(_) => orders += 1,
            // the café has closed
            Err(_) => break,
        }
    }
    orders
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `quickstart metrics export --out DIR`: a dashboard, rules, manifests, a catalogue
    Artifacts::global().with_http_metrics().port(8080).cli();

    let options = Options::parse();
    let listen = options.listen("127.0.0.1:8080");
    // a clash of names is told before anything is served
    Registry::global().check()?;

    let server = HttpServer::new(|| {
        App::new()
            .route("/order/{guest}/{drink}", web::post().to(order))
            .configure(metrics_server::routes())
            // every request by method, route and status, without a line in any handler
            .wrap(HttpMetrics::new())
    })
    // clients that take nothing of what is sent to them are let go
    .on_connect(metrics_server::bound_writes)
    .workers(2)
    .disable_signals()
    .shutdown_timeout(5)
    .bind(&listen)
    .map_err(|source| Error::Bind {
        address: listen.clone(),
        source,
    })?;

    let base = format!("http://{}", server.addrs()[0]);
    println!("metrics     {base}/metrics");
    println!("live page   {base}/metrics/live");
    println!("as JSON     {base}/metrics/json");
    println!("as stream   {}/metrics/stream", base.replace("http", "ws"));
    println!("health      {base}/health");
    println!("order       curl -X POST {base}/order/ada/espresso");

    let server = server.run();
    let handle = server.handle();
    let serving = rt::spawn(server);
    let load = options.load();
    let guests: Vec<_> = (0..4)
        .map(|_| {
            let base = base.clone();
            std::thread::spawn(move || guests(&base, load))
        })
        .collect();

    options.end().await?;
    Exporter::global().close();
    handle.stop(true).await;
    serving.await??;
    let orders: u64 = guests
        .into_iter()
        .filter_map(|guest| guest.join().ok())
        .sum();
    println!("orders made {orders}");
    Ok(())
}
