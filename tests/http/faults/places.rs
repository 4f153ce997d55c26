//! Many clients of the stream from one address, and from many.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};

use metrics_server::Exporter;
use socket2::{Domain, Socket, Type};
use tungstenite::WebSocket;
use tungstenite::handshake::HandshakeError;

use crate::client::{DEADLINE, Running, wait_for};
use crate::shop::{exporter, shop};

/// Joins from this address, or gives the answer.
fn join(running: &Running, from: Ipv4Addr) -> Result<WebSocket<TcpStream>, (u16, String)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let own = SocketAddr::V4(SocketAddrV4::new(from, 0));
    socket.bind(&own.into()).expect("an address of loopback");
    let connected = socket.connect(&running.address().into());
    connected.expect("a server");
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
    let url = format!("ws://{}/metrics/stream", running.authority());
    match tungstenite::client(url, stream) {
        Ok((socket, _)) => Ok(socket),
        Err(HandshakeError::Failure(tungstenite::Error::Http(answer))) => {
            let body = answer.body().clone().unwrap_or_default();
            let body = String::from_utf8(body).expect("a sentence");
            Err((answer.status().as_u16(), body))
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn eight_of_one_address_are_let_in_and_others_beside_them() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let (one, other) = (Ipv4Addr::new(127, 0, 0, 2), Ipv4Addr::new(127, 0, 0, 3));
    let mut clients: Vec<_> = (0..8).map(|_| join(&running, one).expect("room")).collect();
    let (status, sentence) = join(&running, one).expect_err("no room");
    assert_eq!(status, 503);
    assert!(sentence.contains("of this address, 8"), "{sentence}");
    assert!(
        sentence.contains("max_stream_clients_per_address"),
        "{sentence}"
    );
    let _other = join(&running, other).expect("room for others");
    drop(clients.pop());
    wait_for("the place of who left", || join(&running, one).ok());
}

#[test]
fn the_hundred_and_first_is_refused_and_told_when_to_come_again() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let mut clients = Vec::new();
    for of in 0..100 {
        let from = Ipv4Addr::new(127, 0, 1, of / 8);
        clients.push(join(&running, from).expect("room"));
    }
    let (status, sentence) = join(&running, Ipv4Addr::new(127, 0, 2, 1)).expect_err("no room");
    assert_eq!(status, 503);
    assert!(sentence.contains("its most clients, 100"), "{sentence}");
}

#[test]
fn the_most_of_an_address_can_be_said() {
    let (registry, _shop) = shop();
    let exporter = Exporter::builder()
        .registry(&registry)
        .max_stream_clients_per_address(1)
        .build()
        .expect("good settings");
    let running = Running::new(&exporter);
    let _first = join(&running, Ipv4Addr::LOCALHOST).expect("room");
    let refused = join(&running, Ipv4Addr::LOCALHOST).expect_err("no room");
    assert_eq!(refused.0, 503);
}
