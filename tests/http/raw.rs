//! HTTP as bytes: a request line by line, and an answer whose body is what came over the wire.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, ToSocketAddrs};

use socket2::{Domain, Socket, Type};

use crate::client::{DEADLINE, Running};

/// What came, with the body put together from its chunks but not decoded.
#[derive(Debug)]
pub(crate) struct RawAnswer {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// Whether the server said that this was all.
    pub(crate) whole: bool,
}

impl RawAnswer {
    pub(crate) fn status(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or("")
    }

    /// The header's value, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(of, _)| of.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value)
    }

    /// The body as it was before it was compressed.
    pub(crate) fn decoded(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        let read = match self.header("content-encoding") {
            "" => return self.body.clone(),
            "gzip" => flate2::read::GzDecoder::new(&*self.body).read_to_end(&mut plain),
            "zstd" => zstd::Decoder::new(&*self.body)
                .expect("a decoder")
                .read_to_end(&mut plain),
            other => panic!("an unknown coding: {other}"),
        };
        read.expect("a whole body");
        plain
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.decoded()).expect("a body of text")
    }
}

/// A connection on which nothing is waited for for ever.
pub(crate) fn connect(address: impl ToSocketAddrs) -> TcpStream {
    let connection = TcpStream::connect(address).expect("a server that listens");
    let deadline = connection.set_read_timeout(Some(DEADLINE));
    deadline.expect("a deadline");
    connection
}

/// Sends a request and hands back the connection, from which the answer can be read.
pub(crate) fn send(running: &Running, method: &str, path: &str, headers: &[&str]) -> TcpStream {
    send_from(Ipv4Addr::LOCALHOST, running, method, path, headers)
}

/// As [`send`], from this address of loopback.
pub(crate) fn send_from(
    from: Ipv4Addr,
    running: &Running,
    method: &str,
    path: &str,
    headers: &[&str],
) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let own = SocketAddr::from((from, 0));
    socket.bind(&own.into()).expect("an address of loopback");
    let connected = socket.connect(&running.address().into());
    connected.expect("a server that listens");
    let mut connection = TcpStream::from(socket);
    connection
        .set_read_timeout(Some(DEADLINE))
        .expect("a deadline");
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
        running.authority()
    );
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    connection
        .write_all(request.as_bytes())
        .expect("a server that reads");
    connection
}

/// Whether an answer has begun, or the connection has ended.
pub(crate) fn is_answered(connection: &TcpStream) -> bool {
    let wait = |no| connection.set_nonblocking(no).expect("an open connection");
    wait(true);
    let peeked = connection.peek(&mut [0]);
    wait(false);
    !peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// The answer to a request with these header lines.
pub(crate) fn request(running: &Running, method: &str, path: &str, headers: &[&str]) -> RawAnswer {
    answer_of(send(running, method, path, headers), method)
}

/// The answer to who asks from this address of loopback.
pub(crate) fn get_from(
    from: Ipv4Addr,
    running: &Running,
    path: &str,
    headers: &[&str],
) -> RawAnswer {
    answer_of(send_from(from, running, "GET", path, headers), "GET")
}

fn answer_of(mut connection: TcpStream, method: &str) -> RawAnswer {
    let mut bytes = Vec::new();
    connection
        .read_to_end(&mut bytes)
        .expect("an answer that ends");
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head that ends");
    let head = String::from_utf8(bytes[..end].to_vec()).expect("a head of text");
    let rest = &bytes[end + 4..];
    let mut answer = RawAnswer {
        head,
        body: rest.to_vec(),
        whole: false,
    };
    if answer.header("transfer-encoding") == "chunked" && method != "HEAD" {
        (answer.body, answer.whole) = unchunked(rest);
    } else {
        let len = answer.header("content-length").parse();
        answer.whole = len.is_ok_and(|len: usize| rest.len() == len);
    }
    answer
}

/// The chunks put together, and whether the last one came.
fn unchunked(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let len = std::str::from_utf8(&rest[..end]).expect("a length of text");
        let len = usize::from_str_radix(len, 16).expect("a length");
        if len == 0 {
            return (body, true);
        }
        let start = end + 2;
        let Some(chunk) = rest.get(start..start + len) else {
            break;
        };
        body.extend_from_slice(chunk);
        rest = rest.get(start + len + 2..).unwrap_or_default();
    }
    (body, false)
}

pub(crate) fn get(running: &Running, path: &str, headers: &[&str]) -> RawAnswer {
    request(running, "GET", path, headers)
}
