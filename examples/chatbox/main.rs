//! A chat back end whose answers come from language models, token by token.
//!
//! `cargo run --example chatbox`, and then `curl 127.0.0.1:8081/metrics`, or talk to it at the address that it prints.
//! Its providers, users and administrators are its own, all on loopback.
//!
//! What is measured is declared in `metrics`; `provider` shows an answer timed until its first token.

mod admin;
mod answer;
mod chat;
mod fake_provider;
mod metrics;
mod provider;
mod sessions;
mod sse;
mod users;

use actix_web::{App, HttpServer, rt, web};
use clap::Parser;
use metrics_examples::Options;
use metrics_server::{Exporter, Server};

use crate::provider::Providers;
use crate::sessions::Sessions;

const USERS: usize = 12;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let exporter = Exporter::builder()
        .artifacts(|artifacts| artifacts.name("chatbox").port(8081))
        .build()?;
    exporter.artifacts().cli();

    let options = Options::parse();
    let metrics = Server::bind(options.listen("127.0.0.1:8081"))?;
    let metrics = metrics.exporter(exporter).spawn()?;

    let fakes = fake_provider::start()?;
    let sessions = web::Data::new(Sessions::default());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(Providers::at(fakes)))
            .app_data(sessions.clone())
            .route("/chat", web::get().to(chat::connect))
            .route("/sessions", web::get().to(admin::list))
            .route("/sessions/{id}/takeover", web::post().to(admin::take_over))
    })
    .workers(2)
    .disable_signals()
    .shutdown_timeout(1)
    .bind("127.0.0.1:0")?;
    let address = server.addrs()[0];
    println!("metrics   http://{}/metrics", metrics.address());
    println!("chat      ws://{address}/chat");
    println!("sessions  http://{address}/sessions");

    let server = server.run();
    let handle = server.handle();
    let serving = rt::spawn(server);
    let load = options.load();
    for _ in 0..USERS {
        rt::spawn(users::chat(format!("ws://{address}/chat"), load));
    }
    rt::spawn(users::administrate(format!("http://{address}"), load));

    options.end().await?;
    handle.stop(true).await;
    serving.await??;
    metrics.stop()?;
    Ok(())
}
