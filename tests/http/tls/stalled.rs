//! Clients that do not go on: in their handshake, or with an answer. They take no place from others, and end.

use std::io::{self, Write};
use std::net::TcpStream;
use std::thread;

use metrics_core::{Counter, LabelSet, MetricSet, Registry};
use metrics_server::{Listener, Server};
use socket2::{Domain, Socket, Type};
use tungstenite::client::IntoClientRequest;

use super::client::ask;
use super::{Scene, Served, handshakes};
use crate::client::{get, wait_for};

/// More than a listener has places for, and than actix-web's own acceptor.
const SILENT: usize = 600;

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByCell {
    #[label(open, max = 40_000)]
    cell: usize,
}

/// More than the kernel keeps for one connection.
#[derive(Debug, MetricSet)]
#[metrics(register = false)]
struct Large {
    /// What each cell of a very large table has counted since this was made, in words that take some room.
    cells: Counter<ByCell>,
}

fn large() -> Registry {
    let registry = Registry::new();
    let table = Large::register(&registry).expect("an empty registry");
    for cell in 0..40_000 {
        table.cells.with(ByCell { cell }).inc_by(1_000_000_007);
    }
    registry
}

/// A connection from this address of loopback, for which little is kept here.
fn connect(from: [u8; 4], to: std::net::SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a size");
    socket
        .bind(&std::net::SocketAddr::from((from, 0)).into())
        .expect("an address of this machine");
    socket.connect(&to.into()).expect("a server that listens");
    socket.into()
}

/// Waits, without reading, until the server has broken the connection off.
fn wait_until_reset(tcp: &TcpStream) {
    wait_for("the server's reset", || {
        let error = tcp.take_error().expect("a socket");
        error.map(|error| assert_eq!(error.kind(), io::ErrorKind::ConnectionReset))
    });
}

#[test]
fn handshakes_that_do_not_go_on_keep_nobody_waiting_from_wherever_he_comes() {
    let scene = Scene::new();
    let server = Server::bind(Listener::tcp("127.0.0.1:0").tls(scene.tls()))
        .and_then(|server| server.and_bind("127.0.0.1:0"))
        .expect("two listeners");
    let plain = server.addresses()[1].clone();
    let served = Served::of(server, &Registry::new());
    let before = handshakes("timeout") + handshakes("displaced");
    // half of them say nothing, half begin
    let silent: Vec<_> = (0..SILENT)
        .map(|n| {
            let mut tcp = TcpStream::connect(served.address()).expect("a server that listens");
            if n % 2 == 0 {
                tcp.write_all(b"\x16\x03\x01").expect("a server that reads");
            }
            tcp
        })
        .collect();
    assert_eq!(get(&format!("http://{plain}/health")).status, 200);
    // one who shares their address, and one who does not
    for from in [[127, 0, 0, 1], [127, 0, 0, 2]] {
        let tcp = connect(from, served.address());
        let mut connection = scene.client().over(tcp).expect("a handshake");
        ask(&mut connection, "/health", "close").expect("a connection");
        let mut answer = String::new();
        io::Read::read_to_string(&mut connection, &mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    wait_for("the end of them all", || {
        let ended = handshakes("timeout") + handshakes("displaced") - before;
        (ended >= SILENT as f64).then_some(())
    });
    drop(silent);
    // those who said nothing are in no line; those who began in one each of two reasons
    assert!(served.warnings().len() <= 2, "{:?}", served.warnings());
}

#[test]
fn over_tls_too_a_client_that_reads_nothing_of_a_scrape_is_ended() {
    let scene = Scene::new();
    let server = Server::bind(Listener::tcp("127.0.0.1:0").tls(scene.tls())).expect("a listener");
    let served = Served::of(server, &large());
    let tcp = connect([127, 0, 0, 1], served.address());
    let mut connection = scene.client().over(tcp).expect("a handshake");
    ask(&mut connection, "/metrics", "keep-alive").expect("a connection");
    wait_until_reset(&connection.sock);
    assert!(scene.client().get(served.address(), "/health").is_ok());
}

#[test]
fn over_tls_too_a_stream_client_that_reads_nothing_is_ended() {
    let scene = Scene::new();
    let server = Server::bind(Listener::tcp("127.0.0.1:0").tls(scene.tls())).expect("a listener");
    let registry = large();
    let served = Served::of(server, &registry);
    let connection = scene
        .client()
        .over(connect([127, 0, 0, 1], served.address()))
        .expect("a handshake");
    let request = "wss://localhost/metrics/stream?interval_ms=100"
        .into_client_request()
        .expect("a WebSocket URL");
    let (socket, _) = tungstenite::client(request, connection).expect("a stream");
    wait_until_reset(&socket.get_ref().sock);
}

#[test]
fn a_client_that_leaves_without_a_word_of_tls_is_no_warning() {
    let scene = Scene::new();
    let served = Served::start(scene.tls());
    let mut connection = scene
        .client()
        .connect(served.address())
        .expect("a connection");
    ask(&mut connection, "/health", "keep-alive").expect("a connection");
    // the socket is closed, and no close_notify was sent
    let (_, tcp) = connection.into_parts();
    drop(tcp);
    thread::spawn(move || drop(served)).join().expect("a stop");
}
