//! What the requests of a connection share: who is at its other end, and what holds for it now. [`Stream`](super::Stream)
//! keeps to it, handlers find it at their request.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::rc::Rc;
use std::task::Waker;

use actix_web::HttpRequest;
use actix_web::rt::time::Instant;

use super::stream::STALL;

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Peer {
    /// By TCP. An IPv4 address is one, however it came.
    Ip(IpAddr),
    /// By a Unix socket: a process of this user, if the system tells.
    User(Option<u32>),
}

/// What is known of the client beside its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "tls"),
    expect(dead_code, reason = "only TLS knows more")
)]
pub(crate) enum Client {
    /// Nothing.
    Unknown,
    /// Its certificate is verified, and of a name that may read.
    Certified,
    /// Its certificate is verified, and of another name than those that may read.
    NotNamed,
}

impl Peer {
    /// Who sent this request.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        match Connection::of(request) {
            Some(connection) => Some(connection.peer().clone()),
            // in an app, whose listeners are not ours
            None => request
                .peer_addr()
                .map(|address| Self::Ip(address.ip().to_canonical())),
        }
    }

    /// All that are the same owner's are one: the owner of an IPv6 address has its whole /64 (RFC 6177).
    pub(crate) fn owner(&self) -> Self {
        match self {
            Self::Ip(address) => Self::Ip(match address.to_canonical() {
                IpAddr::V6(address) => {
                    let [a, b, c, d, ..] = address.segments();
                    Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
                }
                of_v4 @ IpAddr::V4(_) => of_v4,
            }),
            user @ Self::User(_) => user.clone(),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => write!(f, "{address}"),
            Self::User(Some(user)) => write!(f, "user {user} of this machine"),
            Self::User(None) => f.write_str("a user of this machine"),
        }
    }
}

/// A connection of a [`Server`](crate::Server). A clone is the same.
#[derive(Clone, Debug)]
pub(crate) struct Connection(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    peer: Peer,
    client: Client,
    phase: Cell<Phase>,
    /// What is to be written must be taken by then.
    write_by: Cell<Option<Instant>>,
    /// Whether the one who answers has said how long.
    is_said: Cell<bool>,
    /// Of the connection's task, which is woken when one of these changes.
    waker: RefCell<Option<Waker>>,
}

/// Where a connection is between requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The first head is read, which actix-web gives a time of its own.
    First,
    /// An answer is on its way; `more` if something came meanwhile.
    Answering { more: bool },
    /// Nothing of the next request has come since then.
    Idle { since: Instant },
    /// A part of the next head has come, the first of it then.
    Head { since: Instant },
}

impl Connection {
    pub(super) fn new(peer: Peer, client: Client) -> Self {
        Self(Rc::new(Inner {
            peer,
            client,
            phase: Cell::new(Phase::First),
            write_by: Cell::new(None),
            is_said: Cell::new(false),
            waker: RefCell::new(None),
        }))
    }

    /// The connection of a request; none where another server's listener is the owner.
    pub(crate) fn of(request: &HttpRequest) -> Option<&Self> {
        request.conn_data()
    }

    pub(crate) fn peer(&self) -> &Peer {
        &self.0.peer
    }

    pub(crate) fn client(&self) -> Client {
        self.0.client
    }

    /// A request has come; it is answered until what this returns is dropped.
    pub(crate) fn answering(&self) -> Answering {
        self.0.phase.set(Phase::Answering { more: false });
        self.0.is_said.set(false);
        self.0.write_by.set(Some(Instant::now() + STALL));
        Answering(self.clone())
    }

    /// Whoever has not taken the answer by then is left, with what is left of it. Without a moment he is waited for as long
    /// as he goes on taking.
    pub(crate) fn write_by(&self, deadline: Option<Instant>) {
        self.0.is_said.set(true);
        self.0.write_by.set(deadline);
        self.wake();
    }

    /// There is an answer, which may have taken long. It is to be taken in [`STALL`] if nothing else was said.
    pub(crate) fn answer_begins(&self) {
        if !self.0.is_said.get() {
            self.0.write_by.set(Some(Instant::now() + STALL));
        }
    }

    pub(super) fn wake(&self) {
        if let Some(waker) = self.0.waker.borrow().as_ref() {
            waker.wake_by_ref();
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.write_by.get()
    }

    pub(super) fn phase(&self) -> Phase {
        self.0.phase.get()
    }

    /// Bytes have come from the client.
    pub(super) fn heard(&self) {
        let phase = match self.phase() {
            Phase::Idle { .. } => Phase::Head {
                since: Instant::now(),
            },
            Phase::Answering { .. } => Phase::Answering { more: true },
            same @ (Phase::First | Phase::Head { .. }) => same,
        };
        self.0.phase.set(phase);
    }

    pub(super) fn is_polled_by(&self, waker: &Waker) {
        let mut kept = self.0.waker.borrow_mut();
        match kept.as_mut() {
            Some(kept) => kept.clone_from(waker),
            None => *kept = Some(waker.clone()),
        }
    }
}

/// An answer on its way; from [`Connection::answering`].
#[derive(Debug)]
pub(crate) struct Answering(Connection);

impl Drop for Answering {
    fn drop(&mut self) {
        let since = Instant::now();
        let phase = match self.0.phase() {
            Phase::Answering { more: true } => Phase::Head { since },
            _ => Phase::Idle { since },
        };
        self.0.0.phase.set(phase);
        self.0.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_time_to_take_an_answer_counts_from_its_beginning() {
        let connection = Connection::new(Peer::User(None), Client::Unknown);
        let _answering = connection.answering();
        let asked = connection.deadline();
        // it was long in the making
        sleep(Duration::from_millis(2));
        connection.answer_begins();
        assert!(connection.deadline() > asked);
        let said = asked.map(|by| by - Duration::from_secs(1));
        connection.write_by(said);
        connection.answer_begins();
        assert_eq!(connection.deadline(), said);
        drop(connection.answering());
        assert!(
            connection.deadline() > asked,
            "what was said was of the last"
        );
    }
}
