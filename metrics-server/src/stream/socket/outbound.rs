//! What goes out: the body of the answer to the handshake, and the one frame that waits in it until the connection has
//! taken it.

use std::cell::RefCell;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;

use super::End;

/// How much the connection gets before it must flush: a little less than the 8 KiB that its buffer has from the
/// beginning. With more at once the buffer grows, and `actix_http` keeps one of up to 128 KiB for every client.
const PIECE: usize = 8_000;

/// A line of one frame, between the session and the connection. Both are on one thread.
#[derive(Default)]
struct Line {
    /// A ping or a pong. It may go before a frame, but not within one.
    control: Bytes,
    /// What is left of the frame.
    frame: Bytes,
    /// Part of the frame has been taken.
    begun: bool,
    /// How often something was taken.
    taken: u64,
    /// The last frame.
    close: Bytes,
    /// The session has ended: nothing more comes.
    ended: bool,
    /// The connection has ended: nothing more is taken.
    gone: bool,
    session: Option<Waker>,
    connection: Option<Waker>,
}

impl Line {
    fn next_piece(&mut self) -> Option<Bytes> {
        self.taken += 1;
        if !self.begun && !self.control.is_empty() {
            return Some(std::mem::take(&mut self.control));
        }
        if !self.frame.is_empty() {
            let piece = self.frame.split_to(self.frame.len().min(PIECE));
            self.begun = !self.frame.is_empty();
            return Some(piece);
        }
        Some(std::mem::take(&mut self.close)).filter(|close| !close.is_empty())
    }
}

/// The session's end of the line. Dropped, it ends the answer after what has begun.
pub(super) struct Outbound(Rc<RefCell<Line>>);

impl Outbound {
    /// Both ends; the connection keeps `held` for as long as it lives.
    pub(super) fn new<H>(held: H) -> (Self, Body<H>) {
        let line = Rc::<RefCell<Line>>::default();
        let body = Body {
            line: Rc::clone(&line),
            handed: 0,
            _held: held,
        };
        (Self(line), body)
    }

    /// Waits until the connection has taken the whole frame, which ends with `true`, or one more piece of it than `taken`.
    pub(super) fn poll_taken(&self, cx: &Context<'_>, taken: &mut u64) -> Poll<Result<bool, End>> {
        let now = self.0.borrow().taken;
        let more = std::mem::replace(taken, now) != now;
        match self.poll_empty(cx, |line| line.frame.is_empty()) {
            Poll::Pending if more => Poll::Ready(Ok(false)),
            whole => whole.map_ok(|()| true),
        }
    }

    /// Waits until the connection has taken the ping or pong.
    pub(super) fn poll_control_taken(&self, cx: &Context<'_>) -> Poll<Result<(), End>> {
        self.poll_empty(cx, |line| line.control.is_empty())
    }

    fn poll_empty(&self, cx: &Context<'_>, empty: impl Fn(&Line) -> bool) -> Poll<Result<(), End>> {
        let mut line = self.0.borrow_mut();
        // also when it is empty: the session must hear when the connection ends
        line.session = Some(cx.waker().clone());
        match (line.gone, empty(&line)) {
            (true, _) => Poll::Ready(Err(End::Gone)),
            (false, true) => Poll::Ready(Ok(())),
            (false, false) => Poll::Pending,
        }
    }

    /// Puts a frame in the place of one that has been taken.
    pub(super) fn put(&self, frame: Bytes) {
        self.change(|line| line.frame = frame);
    }

    /// Puts a ping or pong in the place of one that has been taken.
    pub(super) fn put_control(&self, frame: Bytes) {
        self.change(|line| line.control = frame);
    }

    /// Puts the last frame, in the place of all that has not begun.
    pub(super) fn put_close(&self, frame: Bytes) {
        self.change(|line| {
            line.close = frame;
            line.control.clear();
            if !line.begun {
                line.frame.clear();
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Line)) {
        let mut line = self.0.borrow_mut();
        change(&mut line);
        let connection = line.connection.take();
        // a waker may run anything, so that nothing is borrowed meanwhile
        drop(line);
        connection.map(Waker::wake).unwrap_or_default();
    }
}

impl Drop for Outbound {
    fn drop(&mut self) {
        self.change(|line| line.ended = true);
    }
}

/// The connection's end of the line.
pub(super) struct Body<H> {
    line: Rc<RefCell<Line>>,
    /// Bytes since the connection was last made to flush.
    handed: usize,
    /// Only for its drop: what a client holds it holds until its connection has ended.
    _held: H,
}

impl<H: Unpin> MessageBody for Body<H> {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        if self.handed >= PIECE {
            self.handed = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let mut line = self.line.borrow_mut();
        let Some(piece) = line.next_piece() else {
            if line.ended {
                return Poll::Ready(None);
            }
            line.connection = Some(cx.waker().clone());
            drop(line);
            self.handed = 0;
            return Poll::Pending;
        };
        let session = line.session.take();
        drop(line);
        session.map(Waker::wake).unwrap_or_default();
        self.handed += piece.len();
        Poll::Ready(Some(Ok(piece)))
    }
}

impl<H> Drop for Body<H> {
    fn drop(&mut self) {
        let mut line = self.line.borrow_mut();
        line.gone = true;
        line.frame.clear();
        let session = line.session.take();
        drop(line);
        session.map(Waker::wake).unwrap_or_default();
    }
}
