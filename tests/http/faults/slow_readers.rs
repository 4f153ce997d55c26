//! Clients that take nothing of what they asked for, or so slowly that it comes to the same: their connections end, and with
//! them what was kept for them.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use metrics_server::{Exporter, Listener, Server};
use socket2::{Domain, Socket, Type};
use tungstenite::client::IntoClientRequest;

use crate::client::{DEADLINE, Running, wait_for};
use crate::folder::Folder;
use crate::large;
use crate::restless::Restless;
use crate::shop::exporter;
use crate::stream_client::Stream;

/// A connection for which the kernel takes little that is not read.
fn with_little_room(address: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("a socket");
    let small = socket.set_recv_buffer_size(4 * 1024);
    small.expect("a smaller buffer");
    socket.connect(&address.into()).expect("a server");
    socket.into()
}

fn ask(connection: &mut impl Write, timeout: &str) {
    let request = format!(
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Prometheus-Scrape-Timeout-Seconds: {timeout}\r\n\r\n"
    );
    let asked = connection.write_all(request.as_bytes());
    asked.expect("a server that reads");
}

/// One who reads nothing for as long as anyone may, which is as long as the kernel waits as well: what ends before this has
/// ended sooner than it would by the kernel alone.
fn patient(running: &Running) -> TcpStream {
    let mut patient = with_little_room(running.address());
    ask(&mut patient, "30");
    patient
        .set_read_timeout(Some(DEADLINE))
        .expect("a deadline");
    let mut first = [0];
    patient.read_exact(&mut first).expect("an answer");
    patient
}

/// Whether the other end has gone, with all that it had to send.
fn is_reset(connection: &TcpStream) -> bool {
    let error = connection.take_error().expect("an open socket");
    error.is_some_and(|error| error.kind() == ErrorKind::ConnectionReset)
}

#[test]
fn a_scraper_that_reads_nothing_is_left_when_its_timeout_is_over() {
    let running = Running::new(&exporter(large::registry()));
    let patient = patient(&running);
    // one after the other: the kernel alone would leave the first together with the patient one
    for _ in 0..2 {
        let mut silent = with_little_room(running.address());
        let asked = Instant::now();
        ask(&mut silent, "2");
        wait_for("a connection that ends", || is_reset(&silent).then_some(()));
        let waited = asked.elapsed();
        assert!(waited >= Duration::from_secs(2), "{waited:?}");
    }
    assert!(!is_reset(&patient), "it was left by the kernel, as all are");
}

#[test]
fn a_scraper_that_reads_a_little_now_and_then_is_left_too() {
    let running = Running::new(&exporter(large::registry()));
    let mut slow = with_little_room(running.address());
    slow.set_read_timeout(Some(DEADLINE)).expect("a deadline");
    ask(&mut slow, "2");
    let deadline = Instant::now() + DEADLINE;
    let mut some = [0; 2048];
    // it takes as much as keeps the connection alive to the kernel, and would need an hour
    let end = loop {
        assert!(Instant::now() < deadline, "it is still served");
        match slow.read(&mut some) {
            Ok(0) => break None,
            Ok(_) => thread::sleep(Duration::from_millis(200)),
            Err(error) => break Some(error.kind()),
        }
    };
    assert_eq!(end, Some(ErrorKind::ConnectionReset));
}

#[test]
fn a_scraper_that_reads_steadily_has_it_all() {
    let running = Running::new(&exporter(large::registry()));
    let mut steady = with_little_room(running.address());
    steady.set_read_timeout(Some(DEADLINE)).expect("a deadline");
    ask(&mut steady, "30");
    let mut body = Vec::new();
    let mut some = [0; 64 * 1024];
    while !body.ends_with(b"\r\n0\r\n\r\n") {
        let read = steady.read(&mut some).expect("more of it");
        assert_ne!(read, 0, "it is cut after {} bytes", body.len());
        body.extend_from_slice(&some[..read]);
        // as over a line of a few megabits
        thread::sleep(Duration::from_millis(2));
    }
    assert!(body.len() > 5 << 20, "{}", body.len());
}

#[cfg(unix)]
#[test]
fn a_scraper_behind_a_unix_socket_is_left_as_well() {
    use std::os::unix::net::UnixStream;

    let folder = Folder::new("slow");
    let path = folder.path().join("metrics.sock");
    let server = Server::bind(Listener::unix(&path)).expect("a free path");
    let server = server.exporter(exporter(large::registry()));
    let handle = server.spawn().expect("a server");
    let mut silent = UnixStream::connect(&path).expect("a server that listens");
    ask(&mut silent, "1");
    // what is said to one who has gone is an error
    wait_for("a connection that ends", || {
        let said = silent.write_all(b"\r\n");
        said.is_err().then_some(())
    });
    handle.stop().expect("a server that ran well");
}

#[test]
fn a_stream_client_that_reads_nothing_leaves_its_place_soon() {
    let restless = Restless::new();
    let one_place = Exporter::builder()
        .registry(restless.registry())
        .max_stream_clients(1)
        .build()
        .expect("good settings");
    let running = Running::new(&one_place);
    // it stays, and never reads again
    let mut silent = with_little_room(running.address());
    let handshake = format!(
        "GET /metrics/stream?interval_ms=100 HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        running.authority()
    );
    let asked = silent.write_all(handshake.as_bytes());
    asked.expect("a server that reads");
    let mut head = [0; 12];
    silent.read_exact(&mut head).expect("an answer");
    assert_eq!(&head, b"HTTP/1.1 101");
    let large = Running::new(&exporter(large::registry()));
    let patient = patient(&large);
    let url = format!("ws://{}/metrics/stream", running.authority());
    let mut next = wait_for("a place", || {
        let request = url.as_str().into_client_request().expect("a URL");
        Stream::try_connect(request).ok()
    });
    next.next_of("metrics:hello");
    assert!(is_reset(&silent));
    assert!(!is_reset(&patient), "it was left by the kernel, as all are");
}
