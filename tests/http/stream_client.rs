//! A client of the stream, by a WebSocket library that the server does not use.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::time::Instant;

use jsonschema::Validator;
use serde_json::Value;
use socket2::{Domain, Socket, Type};
use tungstenite::client::IntoClientRequest;
use tungstenite::handshake::client::{Request, Response};
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

use crate::client::DEADLINE;

/// The schema of frames, from the documentation of the protocol.
static FRAMES: LazyLock<Validator> = LazyLock::new(|| schema_of("frame"));

/// The schema of `frame` or `request`.
pub(crate) fn schema_of(definition: &str) -> Validator {
    let mut schema: Value =
        serde_json::from_str(metrics_server::stream_protocol::SCHEMA).expect("JSON");
    let schema = schema.as_object_mut().expect("an object");
    // the whole is a frame or a request
    schema.remove("oneOf");
    schema.insert("$ref".to_owned(), format!("#/$defs/{definition}").into());
    jsonschema::validator_for(&Value::Object(schema.clone())).expect("a schema")
}

/// Fails with every sentence of the schema that `value` breaks.
pub(crate) fn assert_valid(schema: &Validator, value: &Value) {
    let mistakes: Vec<_> = schema
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

/// A connection to the stream that holds every frame to the schema.
pub(crate) struct Stream {
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    pub(crate) response: Response,
    frames: u64,
    epoch: Option<Value>,
}

/// A request that tells the page it comes from, as browsers do.
pub(crate) fn from_origin(url: &str, origin: &str) -> Request {
    let mut request = url.into_client_request().expect("a WebSocket URL");
    request
        .headers_mut()
        .insert("Origin", origin.parse().expect("a header"));
    request
}

impl Stream {
    pub(crate) fn connect(url: &str) -> Self {
        let request = url.into_client_request().expect("a WebSocket URL");
        Self::try_connect(request).unwrap_or_else(|(status, body)| panic!("{url}: {status} {body}"))
    }

    /// A client for which the kernel takes little that it has not read.
    pub(crate) fn connect_with_little_room(authority: &str, query: &str) -> Self {
        let address = authority.parse::<SocketAddr>().expect("an address");
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None);
        let socket = socket.expect("a socket");
        // before it connects, as the size of the window is told then
        let small = socket.set_recv_buffer_size(64 * 1024);
        small.expect("a smaller buffer");
        socket.connect(&address.into()).expect("a server");
        let stream = TcpStream::from(socket);
        let timeout = stream.set_read_timeout(Some(DEADLINE));
        timeout.expect("a timeout above 0");
        let url = format!("ws://{authority}/metrics/stream?{query}");
        let (socket, response) = tungstenite::client(url, MaybeTlsStream::Plain(stream))
            .expect("a stream that takes clients");
        Self {
            socket,
            response,
            frames: 0,
            epoch: None,
        }
    }

    /// Connects, or gives the status and the sentence with which the server refuses.
    pub(crate) fn try_connect(request: Request) -> Result<Self, (u16, String)> {
        match tungstenite::connect(request) {
            Ok((socket, response)) => {
                if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
                    stream
                        .set_read_timeout(Some(DEADLINE))
                        .expect("a timeout above 0");
                }
                Ok(Self {
                    socket,
                    response,
                    frames: 0,
                    epoch: None,
                })
            }
            Err(tungstenite::Error::Http(response)) => {
                let (parts, body) = response.into_parts();
                let body = String::from_utf8(body.unwrap_or_default()).expect("a sentence");
                Err((parts.status.as_u16(), body))
            }
            Err(error) => panic!("no answer: {error}"),
        }
    }

    pub(crate) fn say(&mut self, text: &str) {
        self.socket
            .send(Message::text(text))
            .expect("an open connection");
    }

    /// As `say`, where the server may have had enough already.
    pub(crate) fn say_unless_closed(&mut self, text: &str) {
        let _ = self.socket.send(Message::text(text));
    }

    pub(crate) fn say_message(&mut self, message: Message) {
        self.socket.send(message).expect("an open connection");
    }

    /// A read that goes on after the process was stopped and continued.
    fn read(&mut self) -> tungstenite::Result<Message> {
        loop {
            match self.socket.read() {
                Err(tungstenite::Error::Io(error)) if error.kind() == ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    /// The next frame, which must be of the schema and in its place.
    pub(crate) fn next_frame(&mut self) -> Value {
        let text = loop {
            match self.read().expect("a frame before the deadline") {
                Message::Text(text) => break text,
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?} instead of a frame"),
            }
        };
        let frame: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e} in: {text}"));
        assert_valid(&FRAMES, &frame);
        assert_eq!(
            frame["seq"].as_u64(),
            Some(self.frames),
            "frames are counted from 0: {text}"
        );
        self.frames += 1;
        assert!(frame["ts"].as_u64().is_some_and(|ts| ts > 0), "{text}");
        let epoch = self.epoch.get_or_insert_with(|| frame["epoch"].clone());
        assert_eq!(frame["epoch"], *epoch, "{text}");
        frame
    }

    /// The data of the next frame of this type; those of other types are passed over.
    pub(crate) fn next_of(&mut self, kind: &str) -> Value {
        let deadline = Instant::now() + DEADLINE;
        loop {
            // heartbeats would keep it waiting for ever
            assert!(Instant::now() < deadline, "waited in vain for {kind}");
            let mut frame = self.next_frame();
            if frame["type"] == kind {
                return frame["data"].take();
            }
        }
    }

    /// As `next_of`, where the server may have had enough already.
    pub(crate) fn next_of_unless_closed(&mut self, kind: &str) -> Option<Value> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            assert!(Instant::now() < deadline, "waited in vain for {kind}");
            let text = match self.read().expect("a frame before the deadline") {
                Message::Text(text) => text,
                Message::Close(_) => return None,
                _ => continue,
            };
            let mut frame: Value = serde_json::from_str(&text).expect("a frame of JSON");
            self.frames += 1;
            if frame["type"] == kind {
                return Some(frame["data"].take());
            }
        }
    }

    /// How much text comes until the server closes, and the code with which it does.
    pub(crate) fn bytes_until_closed(&mut self) -> (usize, Option<u16>) {
        let mut bytes = 0;
        loop {
            match self.read() {
                Ok(Message::Text(text)) => bytes += text.len(),
                Ok(Message::Close(reason)) => return (bytes, reason.map(|r| r.code.into())),
                Ok(_) => {}
                Err(error) => panic!("no close frame after {bytes} bytes: {error}"),
            }
        }
    }

    /// The frames, but for heartbeats, up to an answer to a message that no server understands: messages before it have been
    /// heard by then, and what was sent before it has come.
    pub(crate) fn frames_until_heard(&mut self) -> Vec<Value> {
        let id = 1_000_000 + self.frames;
        self.say(&format!(r#"{{"op":"are you there","id":{id}}}"#));
        let mut frames = Vec::new();
        let deadline = Instant::now() + DEADLINE;
        loop {
            assert!(Instant::now() < deadline, "waited in vain for an answer");
            let frame = self.next_frame();
            if frame["type"] == "metrics:error" && frame["data"]["id"] == id {
                return frames;
            }
            if frame["type"] != "metrics:heartbeat" {
                frames.push(frame);
            }
        }
    }

    /// The code with which the server closes, after whatever it still sends.
    pub(crate) fn close_code(&mut self) -> Option<u16> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            assert!(
                Instant::now() < deadline,
                "waited in vain for a close frame"
            );
            match self.read() {
                Ok(Message::Close(reason)) => return reason.map(|reason| reason.code.into()),
                Ok(_) => {}
                Err(error) => panic!("no close frame: {error}"),
            }
        }
    }
}
