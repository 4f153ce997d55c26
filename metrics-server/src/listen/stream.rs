//! The bytes of a connection, whatever carries them, and how long the other end may take with them. actix-web waits without
//! end for a peer that takes nothing, and for the rest of a head that is not a connection's first.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
#[cfg(unix)]
use actix_web::rt::net::UnixStream;
use actix_web::rt::time::{Instant, Sleep, sleep_until};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::connection::{Connection, Phase};

/// How long a peer may take nothing of what is sent to it; the longest scrape timeout that is heeded.
pub(crate) const STALL: Duration = Duration::from_secs(30);

/// How long a head may take from its first byte to its last.
pub(super) const HEAD: Duration = Duration::from_secs(5);

/// How long a connection may be silent after an answer. actix-web ends it after its keep-alive of 5 s, but for one that owes
/// the rest of a request's body.
const IDLE: Duration = Duration::from_secs(10);

const TOO_SLOW: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A connection that ends when its peer takes too long.
#[derive(Debug)]
pub(crate) struct Stream {
    carrier: Carrier,
    connection: Connection,
    writing: Option<Pin<Box<Sleep>>>,
    reading: Option<Pin<Box<Sleep>>>,
    /// When something of what is written was last taken, while not all is.
    pending_since: Option<Instant>,
}

/// What carries the bytes.
#[derive(Debug)]
pub(super) enum Carrier {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    #[cfg(feature = "tls")]
    Tls(Box<tokio_rustls::server::TlsStream<TcpStream>>),
}

impl Stream {
    pub(super) fn new(carrier: Carrier, connection: Connection) -> Self {
        Self {
            carrier,
            connection,
            writing: None,
            reading: None,
            pending_since: None,
        }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// What came of an attempt to write: what is pending for too long is an error, which ends the connection.
    fn bounded<T>(
        &mut self,
        cx: &mut Context<'_>,
        attempt: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if attempt.is_ready() {
            if self.pending_since.take().is_some() {
                // for what is read has a deadline again
                self.connection.wake();
            }
            return attempt;
        }
        self.connection.is_polled_by(cx.waker());
        let since = *self.pending_since.get_or_insert_with(Instant::now);
        let stalled = since + STALL;
        let deadline = self
            .connection
            .deadline()
            .map_or(stalled, |by| by.min(stalled));
        if !has_come(&mut self.writing, deadline, cx) {
            return Poll::Pending;
        }
        // what the kernel still has for this peer goes with the connection
        self.carrier.forget_unsent();
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// The end of a connection whose next head does not come to its end, or does not begin.
    fn end_of_silence(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.connection.is_polled_by(cx.waker());
        if self.pending_since.is_some() {
            // an answer is still being taken, for which there is another deadline
            return Poll::Pending;
        }
        let (by, word) = match self.connection.phase() {
            Phase::Head { since } => (since + HEAD, Some(TOO_SLOW)),
            Phase::Idle { since } => (since + IDLE, None),
            Phase::First | Phase::Answering { .. } => return Poll::Pending,
        };
        if !has_come(&mut self.reading, by, cx) {
            return Poll::Pending;
        }
        if let Some(word) = word {
            // nothing else is on its way; if there is no room for this, it ends without a word
            let _ = self.carrier.bytes().poll_write(cx, word);
            let _ = self.carrier.bytes().poll_flush(cx);
        }
        Poll::Ready(Ok(()))
    }
}

/// Whether this moment has come; else the task is woken when it does.
fn has_come(sleep: &mut Option<Pin<Box<Sleep>>>, moment: Instant, cx: &mut Context<'_>) -> bool {
    let sleep = sleep.get_or_insert_with(|| Box::pin(sleep_until(moment)));
    if sleep.deadline() != moment {
        sleep.as_mut().reset(moment);
    }
    sleep.as_mut().poll(cx).is_ready()
}

trait Bytes: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Bytes for T {}

impl Carrier {
    fn bytes(&mut self) -> Pin<&mut dyn Bytes> {
        let bytes: &mut dyn Bytes = match self {
            Self::Tcp(stream) => stream,
            #[cfg(unix)]
            Self::Unix(stream) => stream,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => &mut **stream,
        };
        Pin::new(bytes)
    }

    /// Has the kernel drop what it could not send, when this is closed.
    fn forget_unsent(&self) {
        let tcp = match self {
            Self::Tcp(stream) => stream,
            #[cfg(unix)]
            // what is not read of a Unix socket is the reader's, and costs nobody else
            Self::Unix(_) => return,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.get_ref().0,
        };
        #[cfg(unix)]
        let _ = socket2::SockRef::from(tcp).set_linger(Some(Duration::ZERO));
        #[cfg(not(unix))]
        let _ = tcp;
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = self.carrier.bytes().poll_read(cx, buf);
        if read.is_pending() {
            return self.end_of_silence(cx);
        }
        if buf.filled().len() > before {
            self.connection.heard();
        }
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = self.carrier.bytes().poll_write(cx, buf);
        self.bounded(cx, wrote)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = self.carrier.bytes().poll_flush(cx);
        self.bounded(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = self.carrier.bytes().poll_shutdown(cx);
        self.bounded(cx, shut)
    }
}
