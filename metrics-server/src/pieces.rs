//! A body on its way from the blocking thread that writes it to the connection: a bounded channel of pieces.
//! Whether it ended or broke is told apart, so that no client takes a part for the whole.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::Instant;

use bytes::Bytes;
use futures_core::Stream;
use metrics_core::CHUNK_LEN;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// Pieces that may wait for the connection; with the one being filled, 320 KiB a scrape.
const WAITING_PIECES: usize = 4;

/// A part of a body. A channel that ends without `End` has failed.
enum Piece {
    Bytes(Bytes),
    End,
}

/// A writer, and the body that it writes, which must be taken before the deadline. Called where a runtime is.
pub(crate) fn channel(deadline: Instant) -> (Pieces, Body) {
    let (sender, pieces) = mpsc::channel(WAITING_PIECES);
    let writer = Pieces {
        sender,
        runtime: Handle::current(),
        deadline,
        filling: Vec::new(),
        broken: false,
    };
    let ready = [const { None }; 2];
    (writer, Body { ready, pieces })
}

/// Hands pieces from a blocking thread to the connection, and waits for it no longer than the deadline.
pub(crate) struct Pieces {
    sender: mpsc::Sender<Piece>,
    runtime: Handle,
    deadline: Instant,
    /// What is too short to be a piece yet: compressors write little at a time.
    filling: Vec<u8>,
    broken: bool,
}

impl Pieces {
    /// Sends what is left and says that this is the end.
    pub(crate) fn end(mut self) -> io::Result<()> {
        if !self.filling.is_empty() {
            let rest = std::mem::take(&mut self.filling);
            self.send(Piece::Bytes(rest.into()))?;
        }
        self.send(Piece::End)
    }

    fn send(&mut self, piece: Piece) -> io::Result<()> {
        // a compressor that is dropped early writes its end all the same (`GzEncoder` does): after an error or in a
        // panic it must not reach the client, who would take a part for the whole
        if self.broken || thread::panicking() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let left = self.deadline.saturating_duration_since(Instant::now());
        let sent = self.runtime.block_on(self.sender.send_timeout(piece, left));
        self.broken = sent.is_err();
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.filling.is_empty() && bytes.len() >= CHUNK_LEN {
            self.send(Piece::Bytes(Bytes::copy_from_slice(bytes)))?;
            return Ok(bytes.len());
        }
        self.filling.extend_from_slice(bytes);
        if self.filling.len() >= CHUNK_LEN {
            let full = std::mem::take(&mut self.filling);
            self.send(Piece::Bytes(full.into()))?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How a body begins.
pub(crate) enum Begun {
    /// Nothing came: the writer failed.
    Failed,
    /// It is all there.
    Whole(Bytes),
    /// There is more to come than one piece.
    First(Body),
}

/// A body whose pieces come from the channel.
pub(crate) struct Body {
    /// What was taken from the channel to see how it begins.
    ready: [Option<Piece>; 2],
    pieces: mpsc::Receiver<Piece>,
}

impl Body {
    /// Waits for the first piece, and for what comes behind it.
    pub(crate) async fn begin(mut self) -> Begun {
        let first = match self.pieces.recv().await {
            None => return Begun::Failed,
            Some(Piece::End) => return Begun::Whole(Bytes::new()),
            Some(Piece::Bytes(first)) => first,
        };
        match self.pieces.recv().await {
            Some(Piece::End) => Begun::Whole(first),
            second => {
                self.ready = [Some(Piece::Bytes(first)), second];
                Begun::First(self)
            }
        }
    }
}

impl Stream for Body {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let ready = self.ready.iter_mut().find_map(Option::take);
        let piece = match ready {
            Some(piece) => Some(piece),
            None => std::task::ready!(self.pieces.poll_recv(cx)),
        };
        Poll::Ready(match piece {
            Some(Piece::Bytes(bytes)) => Some(Ok(bytes)),
            Some(Piece::End) => None,
            // the connection is cut, so that the client does not take a part for the whole
            None => Some(Err(io::ErrorKind::UnexpectedEof.into())),
        })
    }
}
