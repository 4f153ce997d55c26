//! The server whose pages are asked for: small, and always well.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::{App, HttpServer, rt, web};

/// Starts it on a free port; it ends with the process.
pub(crate) fn start() -> io::Result<SocketAddr> {
    let server = HttpServer::new(|| App::new().route("/{page}", web::get().to(page)))
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")?;
    let address = server.addrs()[0];
    rt::spawn(server.run());
    Ok(address)
}

async fn page(page: web::Path<String>) -> String {
    rt::time::sleep(Duration::from_millis(fastrand::u64(1..5))).await;
    format!("this is {page}\n").repeat(fastrand::usize(1..200))
}
