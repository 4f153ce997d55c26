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
        #[cfg(feature = "_testing")]
        fails_after: None,
    };
    let body = Body {
        ready: [const { None }; 2],
        pieces,
        taken: None,
    };
    (writer, body)
}

/// Hands pieces from a blocking thread to the connection, and waits for it no longer than the deadline.
pub(crate) struct Pieces {
    sender: mpsc::Sender<Piece>,
    runtime: Handle,
    deadline: Instant,
    /// What is too short to be a piece yet: compressors write little at a time.
    filling: Vec<u8>,
    broken: bool,
    /// How many bytes may still be written, if a test has it fail then.
    #[cfg(feature = "_testing")]
    fails_after: Option<usize>,
}

/// Whether what went wrong is that nobody takes the pieces, or not in time.
pub(crate) fn was_left(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

impl Pieces {
    #[cfg(feature = "_testing")]
    pub(crate) fn failing_after(mut self, bytes: Option<usize>) -> Self {
        self.fails_after = bytes;
        self
    }

    #[cfg(feature = "_testing")]
    fn fail_if_asked(&mut self, len: usize) -> io::Result<()> {
        let Some(bytes) = self.fails_after else {
            return Ok(());
        };
        self.fails_after = bytes.checked_sub(len).or(Some(0));
        self.broken |= len > bytes;
        if len > bytes {
            return Err(io::Error::other("as a test asks"));
        }
        Ok(())
    }

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
        #[cfg(feature = "_testing")]
        self.fail_if_asked(bytes.len())?;
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
    /// What happens when the connection has taken all of it.
    taken: Option<Box<dyn FnOnce()>>,
}

impl Body {
    /// Waits for the first piece, and for what comes behind it. Once the connection has taken all, `taken` is called;
    /// never if something is missing.
    pub(crate) async fn begin(mut self, taken: impl FnOnce() + 'static) -> Begun {
        let first = match self.pieces.recv().await {
            None => return Begun::Failed,
            Some(Piece::End) => {
                taken();
                return Begun::Whole(Bytes::new());
            }
            Some(Piece::Bytes(first)) => first,
        };
        match self.pieces.recv().await {
            Some(Piece::End) => {
                taken();
                Begun::Whole(first)
            }
            second => {
                self.ready = [Some(Piece::Bytes(first)), second];
                self.taken = Some(Box::new(taken));
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
            Some(Piece::End) => {
                if let Some(taken) = self.taken.take() {
                    taken();
                }
                None
            }
            // the connection is cut, so that the client does not take a part for the whole
            None => Some(Err(io::ErrorKind::UnexpectedEof.into())),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Duration;

    use super::*;
    use crate::compress::Compressed;
    use crate::negotiate::Coding;

    const CODINGS: &[Coding] = &[
        Coding::Gzip,
        #[cfg(feature = "zstd")]
        Coding::Zstd,
    ];

    fn runtime() -> tokio::runtime::Runtime {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().build().expect("a runtime")
    }

    /// What a client gets of a body that `write` writes on a thread of its own: the bytes, and whether they ended well.
    fn received(
        coding: Coding,
        write: impl FnOnce(Compressed<Pieces>) -> io::Result<()> + Send,
    ) -> (Vec<u8>, bool) {
        let runtime = runtime();
        let (pieces, mut body) = {
            let _entered = runtime.enter();
            channel(Instant::now() + Duration::from_secs(60))
        };
        thread::scope(|scope| {
            scope.spawn(move || {
                let writer = Compressed::new(coding, pieces).expect("a compressor");
                // how it ends is what the other side sees
                let _ = catch_unwind(AssertUnwindSafe(|| write(writer)));
            });
            runtime.block_on(async {
                let mut bytes = Vec::new();
                loop {
                    match body.pieces.recv().await {
                        Some(Piece::Bytes(piece)) => bytes.extend_from_slice(&piece),
                        Some(Piece::End) => return (bytes, true),
                        None => return (bytes, false),
                    }
                }
            })
        })
    }

    /// How much can be read, and whether that is said to be all.
    fn read(coding: Coding, bytes: &[u8]) -> (Vec<u8>, bool) {
        let mut plain = Vec::new();
        let read = match coding {
            Coding::Identity => unreachable!("not among those that are tried"),
            Coding::Gzip => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain),
            #[cfg(feature = "zstd")]
            Coding::Zstd => zstd::Decoder::new(bytes).and_then(|mut d| d.read_to_end(&mut plain)),
        };
        (plain, read.is_ok())
    }

    /// Bytes that no compressor shortens.
    fn noise(len: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        std::iter::repeat_with(next).take(len).collect()
    }

    #[test]
    fn a_body_that_ends_is_whole() {
        let plain = noise(5 * CHUNK_LEN + 1);
        for coding in CODINGS {
            let (bytes, ended) = received(*coding, |mut writer| {
                writer.write_all(&plain)?;
                writer.finish()?.end()
            });
            assert!(ended, "{coding:?}");
            assert!(read(*coding, &bytes) == (plain.clone(), true), "{coding:?}");
        }
    }

    /// How many bytes are written of noise of this length, the end included.
    fn written(coding: Coding, len: usize) -> usize {
        let mut writer = Compressed::new(coding, Vec::new()).expect("a compressor");
        writer.write_all(&noise(len)).expect("a vector takes all");
        writer.flush().expect("a vector takes all");
        writer.finish().expect("a vector takes all").len()
    }

    #[test]
    fn what_is_cut_by_a_panic_does_not_decode_as_whole() {
        for coding in CODINGS {
            // so long that the last bytes, which an encoder writes when it is dropped, would fill a piece
            let mut len = CHUNK_LEN;
            while let excess @ 4.. = written(*coding, len) - CHUNK_LEN {
                len -= (excess - 2) / 2;
            }
            let (bytes, ended) = received(*coding, |mut writer| {
                writer.write_all(&noise(len))?;
                // neither a hook nor its message, which are the same for all tests
                std::panic::resume_unwind(Box::new(writer.flush()))
            });
            assert!(!ended && !read(*coding, &bytes).1, "{coding:?} {len}");
        }
    }

    #[test]
    fn nothing_is_sent_after_an_error() {
        let runtime = runtime();
        let (mut pieces, mut body) = {
            let _entered = runtime.enter();
            // over before it begins: a send fails where nobody takes what waits
            channel(Instant::now())
        };
        let (done, wait) = tokio::sync::oneshot::channel::<()>();
        thread::scope(|scope| {
            let writer = scope.spawn(move || {
                let results = [0; WAITING_PIECES + 1].map(|_| pieces.write_all(&noise(CHUNK_LEN)));
                assert!(results[..WAITING_PIECES].iter().all(Result::is_ok));
                assert!(results[WAITING_PIECES].is_err());
                for _ in 0..WAITING_PIECES {
                    assert!(matches!(body.pieces.try_recv(), Ok(Piece::Bytes(_))));
                }
                // now there is room again
                assert!(pieces.write_all(&noise(CHUNK_LEN)).is_err());
                assert!(pieces.end().is_err());
                assert!(body.pieces.try_recv().is_err());
                drop(done);
            });
            // the runtime's clock ticks while it waits
            let _ = runtime.block_on(wait);
            writer.join().expect("what should fail fails");
        });
    }
}
