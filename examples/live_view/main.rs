//! A live web framework: pages live on the server, browsers are sent what changes of them.
//!
//! `cargo run --example live_view`, and then look at the addresses that it prints. Visitors of its own keep it busy.
//!
//! The framework's metrics are in `metrics`, the database has its own in a registry of its own, `application` shows
//! what else a registry can do, and `reactions` is a plug-in whose metrics come and go with it.

mod application;
mod component;
mod database;
mod diff;
mod framework;
mod metrics;
mod page;
mod plugin;
mod presence;
mod pubsub;
mod reactions;
mod socket;
mod visitors;

use actix_web::web::{self, Html};
use actix_web::{App, HttpServer, rt};
use clap::Parser;
use metrics_core::Registry;
use metrics_examples::Options;
use metrics_server::{Artifacts, Error, Exporter};

use crate::application::Application;
use crate::database::Database;
use crate::framework::Framework;
use crate::plugin::Plugins;
use crate::reactions::ReactionMetrics;

const VISITORS: usize = 10;

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,

    /// Word to count in a metric of its own, `board_goal_WORD_total`; may be repeated
    #[arg(long, value_name = "WORD", default_values_t = ["thanks".to_owned()], value_parser = word)]
    goal: Vec<String>,
}

/// A word that may stand in the name of a metric.
fn word(goal: &str) -> Result<String, &'static str> {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if goal.is_empty() || !goal.chars().all(is_word) {
        return Err("a goal is a word of lower-case letters, digits and `_`");
    }
    Ok(goal.to_owned())
}

async fn index() -> Html {
    Html::new(include_str!("page.html"))
}

/// As what and where it runs, for the dashboard, the rules and the manifests; with the metrics of the plug-in, which come
/// only when it is loaded.
fn described(artifacts: Artifacts) -> Artifacts {
    let artifacts = artifacts.include::<ReactionMetrics>();
    artifacts.name("live_view").port(3000)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let exporter = Exporter::builder().artifacts(described).build()?;
    exporter.artifacts().cli();

    let Arguments { options, goal } = Arguments::parse();
    let listen = options.listen("127.0.0.1:3000");
    // a clash of names is told before anything is served
    Registry::global().check()?;

    let (database, application) = (Database::open()?, Application::start(&goal)?);
    // the process is told of where the framework is
    let of_database = Exporter::builder()
        .registry(database.registry())
        .without_default_collectors()
        .artifacts(|artifacts| artifacts.name("live_view_database").path("/db/metrics"))
        .build()?;
    let of_application = Exporter::builder()
        .registry(application.registry())
        .build()?;
    let exporters = [
        exporter.clone(),
        of_database.clone(),
        of_application.clone(),
    ];

    let plugins = web::Data::new(Plugins::default());
    plugins.load("reactions")?;
    let framework = web::Data::new(Framework::new(database, application, plugins.clone()));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(framework.clone())
            .app_data(plugins.clone())
            .route("/", web::get().to(index))
            .route("/live", web::get().to(socket::connect))
            .route("/plugins/{name}", web::post().to(plugin::load))
            .route("/plugins/{name}", web::delete().to(plugin::unload))
            .configure(exporter.routes())
            .service(of_database.scope("/db/metrics"))
            .service(of_application.scope("/board/metrics"))
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
    println!("metrics      http://{address}/metrics");
    println!("live         ws://{address}/metrics/stream");
    println!("database     http://{address}/db/metrics");
    println!("application  http://{address}/board/metrics");
    println!("page         http://{address}/");
    println!(
        "plug-in      curl -X DELETE http://{address}/plugins/reactions, and -X POST to load it again"
    );

    let server = server.run();
    let handle = server.handle();
    let serving = rt::spawn(server);
    let load = options.load();
    for _ in 0..VISITORS {
        tokio::spawn(visitors::visit(format!("ws://{address}/live"), load));
    }

    options.end().await?;
    for exporter in exporters {
        exporter.close();
    }
    handle.stop(true).await;
    serving.await??;
    Ok(())
}
