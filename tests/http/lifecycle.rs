//! How a server starts, refuses to start, and stops.

use std::net::{TcpListener, TcpStream};

use metrics_server::{Error, Server};

use crate::client::{Running, wait_for};
use crate::shop::{exporter, shop};
use crate::stream_client::Stream;

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let error = Server::bind(&address).expect_err("the port is in use");
    assert!(
        matches!(&error, Error::Bind { address: named, .. } if *named == address),
        "{error:?}"
    );
    let told = error.to_string();
    assert!(
        told.contains(&address) && told.contains("choose another port"),
        "{told}"
    );
}

#[test]
fn what_is_no_address_is_named() {
    let error = Server::bind("127.0.0.1").expect_err("it has no port");
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
}

#[test]
fn stop_ends_the_thread_and_frees_the_port() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let address = running.authority();
    assert_eq!(running.get("/health").status, 200);
    running.stop();
    assert!(
        TcpStream::connect(&address).is_err(),
        "nobody listens any more"
    );
    let _ = Server::bind(&address).expect("the port is free again");
}

#[test]
fn stop_says_goodbye_to_stream_clients() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let url = format!("ws://{}/metrics/stream", running.authority());
    let mut streams = [(); 3].map(|()| Stream::connect(&url));
    for stream in &mut streams {
        stream.next_of("metrics:snapshot");
    }
    running.stop();
    for mut stream in streams {
        stream.next_of("metrics:bye");
        assert_eq!(stream.close_code(), Some(1001));
    }
}

#[test]
fn a_dropped_handle_lets_the_server_go_on() {
    let (registry, _shop) = shop();
    let server = Server::bind("127.0.0.1:0")
        .expect("a free port")
        .registry(&registry);
    let url = format!("http://{}/health", server.address());
    drop(server.spawn().expect("a server"));
    assert_eq!(crate::client::get(&url).status, 200);
}

#[test]
fn one_registry_can_be_served_twice() {
    let (registry, _shop) = shop();
    let exporter = exporter(&registry);
    let (first, second) = (Running::new(&exporter), Running::new(&exporter));
    assert_eq!(first.get("/metrics").body, second.get("/metrics").body);
}

#[test]
fn a_server_in_a_program_with_a_runtime_does_not_mind() {
    let (registry, _shop) = shop();
    let body = actix_web::rt::System::new().block_on(async {
        let running = Running::new(&exporter(&registry));
        wait_for("an answer", || Some(running.get("/metrics").body))
    });
    assert_eq!(body, registry.encode_text());
}
