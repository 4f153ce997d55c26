//! A terminal client of the live stream: every series with its value, its rate and its last minute.
//!
//! `cargo run --example watch -- 127.0.0.1:9090`, beside a program that serves its metrics there. In a pipe it prints
//! a plain table once a tick, or one table with `--once`.
//!
//! `connection` follows a server over restarts, `state` keeps what it says, `screen` and `plain` show it.

mod address;
mod connection;
mod format;
mod frame;
mod keys;
mod plain;
mod reading;
mod row;
mod screen;
mod state;
mod view;

use std::io::{self, IsTerminal};

use actix_web::rt;
use clap::Parser;
use tokio::sync::{mpsc, watch};

/// The options of the command line.
#[derive(Parser)]
#[command(about = "Shows the metrics of a running program, live")]
struct Arguments {
    /// The stream: `ws://HOST:PORT/metrics/stream`, or the host and port alone
    #[arg(default_value = "127.0.0.1:9090", value_parser = address::stream_of)]
    address: String,

    /// Only families whose names match, `*` any text; may be repeated
    #[arg(long = "match", value_name = "GLOB")]
    globs: Vec<String>,

    /// Milliseconds between two looks at the numbers
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(100..=60_000))]
    interval_ms: u64,

    /// Print one table and end
    #[arg(long)]
    once: bool,
}

#[actix_web::main]
async fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let url = address::with_query(&arguments.address, &arguments.globs, arguments.interval_ms);
    // frames that have come and are not shown yet; beyond these the server waits, and merges what changes
    let (tell, news) = mpsc::channel(16);
    let (pause, paused) = watch::channel(false);
    rt::spawn(connection::follow(url, paused, tell));
    if arguments.once {
        plain::print_once(news).await
    } else if io::stdout().is_terminal() {
        screen::run(&arguments.address, news, &pause).await
    } else {
        plain::print(news).await
    }
}
