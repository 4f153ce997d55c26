//! The WebSocket connection under clients that break its rules, do not answer, or do not read.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use actix_web::{App, HttpServer, web};
use metrics_server::testing::{echo, impatient_echo};
use tungstenite::Message;

use crate::client::Running;
use crate::raw;
use crate::serving::Serving;
use crate::shop::{exporter, shop};
use crate::stream_client::Stream;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// Opcodes, with the bit that says that this is the whole message.
const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
/// The bit alone, taken off: more frames follow.
const MORE: u8 = !0x80;

/// A server with the echoes of the tests.
fn echoes() -> Serving {
    Serving::start(|| {
        let app = || {
            App::new()
                .route("/", web::get().to(echo))
                .route("/impatient", web::get().to(impatient_echo))
        };
        let server = HttpServer::new(app).workers(1).disable_signals();
        let server = server.bind("127.0.0.1:0").expect("a free port");
        (server.addrs()[0], server.run())
    })
}

/// A frame's first byte, and its payload.
type Frame<'f> = (u8, &'f [u8]);

/// A connection whose frames are made by hand.
struct Frames(TcpStream);

impl Frames {
    fn connect(authority: &str, path: &str) -> Self {
        let (frames, head) = Self::shake_hands(authority, path, "13", KEY);
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        frames
    }

    /// A handshake, and the head of its answer.
    fn shake_hands(authority: &str, path: &str, version: &str, key: &str) -> (Self, String) {
        let mut connection = raw::connect(authority);
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: {key}\r\n\r\n"
        );
        connection
            .write_all(request.as_bytes())
            .expect("a server that reads");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            connection.read_exact(&mut byte).expect("an answer");
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).expect("a head of text");
        (Self(connection), head)
    }

    /// Sends a frame, masked with zeros, which is a mask as any other.
    fn say(&mut self, first: u8, payload: &[u8]) {
        let mut frame = vec![first];
        match payload.len() {
            len @ 0..126 => frame.push(0x80 | len as u8),
            len => {
                frame.push(0x80 | 127);
                frame.extend((len as u64).to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        self.say_bytes(&frame);
    }

    fn say_bytes(&mut self, bytes: &[u8]) {
        // whoever has been told enough has closed, and what it said is read all the same
        let _ = self.0.write_all(bytes);
    }

    /// The next frame: its first byte and its payload; `None` at the end.
    fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut head = [0; 2];
        match self.0.read_exact(&mut head) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("waited in vain"),
            Err(_) => return None,
        }
        let mut read = |len: usize| {
            let mut bytes = vec![0; len];
            self.0.read_exact(&mut bytes).expect("a whole frame");
            bytes
        };
        let len = match head[1] {
            126 => read(2),
            127 => read(8),
            len => vec![len],
        };
        let len = len
            .iter()
            .fold(0, |len, byte| len << 8 | usize::from(*byte));
        Some((head[0], read(len)))
    }

    /// The code with which the server closes, after whatever it still sends.
    fn close_code(&mut self) -> u16 {
        loop {
            let (first, payload) = self.next().expect("a close frame");
            if first == CLOSE {
                return u16::from_be_bytes([payload[0], payload[1]]);
            }
        }
    }
}

fn connect(echo: &Serving, path: &str) -> Frames {
    Frames::connect(&echo.address.to_string(), path)
}

#[test]
fn what_is_no_frame_closes_with_a_code_that_says_why_and_neighbours_go_on() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let connect = || Frames::connect(&running.authority(), "/metrics/stream");
    let mut neighbour = connect();
    let long = vec![b' '; 40 * 1024];
    let halves: &[Frame<'_>] = &[(TEXT & MORE, &long), (0x80, &long)];
    let crumbs = vec![(0, b"".as_slice()); 2_000];
    let crumbs = [&[(TEXT & MORE, b"".as_slice())], crumbs.as_slice()].concat();
    let breaches: [(&str, &[Frame<'_>], u16); 12] = [
        ("a reserved bit", &[(TEXT | 0x40, b"{}")], 1002),
        ("a reserved opcode", &[(0x83, b"{}")], 1002),
        ("a reserved control opcode", &[(0x8b, b"{}")], 1002),
        ("a ping in parts", &[(PING & MORE, b"")], 1002),
        ("a ping of 126 bytes", &[(PING, &[0; 126])], 1002),
        ("an end without a beginning", &[(0x80, b"{}")], 1002),
        (
            "two beginnings",
            &[(TEXT & MORE, b"{"), (TEXT, b"{}")],
            1002,
        ),
        ("a close code that is none", &[(CLOSE, &[3, 237])], 1002),
        ("text that is not UTF-8", &[(TEXT, b"\xff")], 1007),
        // the second part is wrong by itself; the third is never waited for
        (
            "a part that is not UTF-8",
            &[(TEXT & MORE, b"\xe2\x82"), (0, b"\xff")],
            1007,
        ),
        ("parts that are too long together", halves, 1009),
        ("parts without end", &crumbs, 1009),
    ];
    for (what, frames, code) in breaches {
        let mut client = connect();
        for (first, payload) in frames {
            client.say(*first, payload);
        }
        assert_eq!(client.close_code(), code, "{what}");
    }
    let mut unmasked = connect();
    unmasked.say_bytes(&[TEXT, 2, b'{', b'}']);
    assert_eq!(unmasked.close_code(), 1002, "no mask");

    neighbour.say(TEXT, br#"{"op":"are you there"}"#);
    let answered = |(_, frame): (u8, Vec<u8>)| {
        let text = String::from_utf8(frame).expect("text");
        text.contains("metrics:error")
    };
    while !neighbour.next().is_some_and(answered) {}
}

#[test]
fn a_frame_that_is_too_long_is_refused_when_its_length_is_told_and_not_read() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    // what is no message is never so long, and no length of it is right
    for (first, code) in [
        (TEXT, 1009),
        (BINARY, 1009),
        (TEXT & MORE, 1009),
        (PING, 1002),
    ] {
        let mut client = Frames::connect(&running.authority(), "/metrics/stream");
        // a head alone: 4 GiB are to follow
        let mut head = vec![first, 0x80 | 127];
        head.extend((4_u64 << 30).to_be_bytes());
        head.extend([0; 4]);
        client.say_bytes(&head);
        assert_eq!(client.close_code(), code);
    }
}

#[test]
fn a_character_may_be_cut_by_the_end_of_a_frame() {
    let echo = echoes();
    let mut client = connect(&echo, "/");
    client.say(TEXT & MORE, b"\xe2\x82");
    client.say(PING, b"between");
    client.say(0x80, b"\xac");
    assert_eq!(client.next(), Some((0x8a, b"between".to_vec())));
    assert_eq!(client.next(), Some((TEXT, "€".into())));
}

#[test]
fn a_goodbye_is_answered_with_the_same_and_the_connection_ends() {
    let echo = echoes();
    for goodbye in [&b""[..], &1000_u16.to_be_bytes(), &4321_u16.to_be_bytes()] {
        let mut client = connect(&echo, "/");
        client.say(CLOSE, goodbye);
        assert_eq!(client.next(), Some((CLOSE, goodbye.to_vec())));
        assert_eq!(client.next(), None);
    }
}

#[test]
fn a_client_that_does_not_answer_a_ping_is_left() {
    let echo = echoes();
    let mut silent = connect(&echo, "/impatient");
    assert_eq!(silent.next(), Some((PING, Vec::new())));
    assert_eq!(silent.next(), None);
}

#[test]
fn a_client_that_answers_pings_and_says_nothing_stays() {
    let echo = echoes();
    let url = format!("ws://{}/impatient", echo.address);
    let (mut socket, _) = tungstenite::connect(url.as_str()).expect("an echo");
    let mut pings = 0;
    while pings < 8 {
        // reading answers them
        if socket.read().expect("a ping") == Message::Ping("".into()) {
            pings += 1;
        }
    }
    socket.send(Message::text("still here")).expect("an echo");
    let mut heard = socket.read();
    while matches!(heard, Ok(Message::Ping(_))) {
        heard = socket.read();
    }
    assert_eq!(heard.expect("an echo"), Message::text("still here"));
}

#[test]
fn a_handshake_of_another_version_is_426_and_one_with_a_bad_key_400() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let shake = |version: &str, key: &str| {
        let authority = running.authority();
        Frames::shake_hands(&authority, "/metrics/stream", version, key).1
    };
    for version in ["8", "14", "thirteen"] {
        let refusal = shake(version, KEY);
        assert!(refusal.starts_with("HTTP/1.1 426 "), "{refusal}");
        assert!(
            refusal.contains("sec-websocket-version: 13\r\n"),
            "{refusal}"
        );
    }
    for bad in [
        "",
        "short",
        "dGhlIHNhbXBsZSBub25j",
        "!!!!IHNhbXBsZSBub25jZQ==",
    ] {
        let refusal = shake("13", bad);
        assert!(refusal.starts_with("HTTP/1.1 400 "), "{refusal}");
    }
    Stream::connect(&format!("ws://{}/metrics/stream", running.authority()))
        .next_of("metrics:hello");
}
