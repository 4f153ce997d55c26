//! How long the kernel waits for a peer that takes nothing, and how much it keeps for one: what a server sets on each
//! connection when it begins.

use std::any::Any;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;

#[cfg(target_os = "linux")]
use crate::listen::STALL;

/// How many bytes the kernel keeps for a peer before they can be sent. Its own measure is megabytes, which to a client of
/// the stream that reads slowly are minutes of what is no longer true.
#[cfg(target_os = "linux")]
const MAX_UNSENT: u32 = 128 * 1024;

/// Bounds what a peer that reads slowly, or not at all, can hold of an actix-web server: for its
/// [`HttpServer::on_connect`](actix_web::HttpServer::on_connect), where the metrics are served by an app of yours. A
/// [`Server`](crate::Server) does it by itself.
///
/// Neither actix-web nor a blocked write has a deadline of its own: without this a connection whose peer takes nothing
/// stays until the peer leaves, with all that is queued for it. With it the kernel ends such a connection after 30 seconds,
/// and queues little, so that clients of the stream that fall behind are told what is true now. It acts on plain TCP on
/// Linux, and elsewhere does nothing.
///
/// ```
/// use actix_web::{App, HttpServer};
///
/// let app = || App::new().configure(metrics_server::routes());
/// let server = HttpServer::new(app).on_connect(metrics_server::bound_writes);
/// # drop(server);
/// ```
pub fn bound_writes(connection: &dyn Any, _data: &mut Extensions) {
    if let Some(stream) = connection.downcast_ref::<TcpStream>() {
        bound_kernel(stream);
    }
}

/// What the kernel can be told of a connection; without it the connection works, and only lasts longer and takes more than
/// it should.
pub(crate) fn bound_kernel(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    {
        let socket = socket2::SockRef::from(stream);
        let _ = socket.set_tcp_user_timeout(Some(STALL));
        let _ = socket.set_tcp_notsent_lowat(MAX_UNSENT);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}
