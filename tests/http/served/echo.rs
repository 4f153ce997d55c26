//! A WebSocket server that echoes, over the connection that the stream has too, for the fuzzing client of `tests/e2e`. It
//! prints its address, and ends when its input does.

use std::io;
use std::time::Duration;

use actix_web::{App, HttpServer, rt, web};
use metrics_server::testing::echo;

#[actix_web::main]
async fn main() -> io::Result<()> {
    let server = HttpServer::new(|| App::new().route("/", web::get().to(echo)))
        .workers(2)
        .disable_signals()
        .shutdown_timeout(1)
        // how long `actix_http` waits for the client to hang up first; the fuzzing client waits for the server
        .client_disconnect_timeout(Duration::ZERO)
        .bind("127.0.0.1:0")?;
    println!("ws://{}/", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    let serving = rt::spawn(server);
    let read = web::block(|| io::copy(&mut io::stdin(), &mut io::sink())).await;
    handle.stop(true).await;
    serving.await??;
    read.map_err(io::Error::other)?.map(drop)
}
