//! The list of faults: what goes wrong, when, and what must come of it. Another one is a variant here, and its script.

use std::time::Duration;

use fastrand::Rng;
use metrics_load::connect::Connect;
use metrics_load::websocket::{handshake, masked};

use super::crowd::{self, loopback};
use super::script::{Expects, Reads, Script};
use crate::exposed::Format;
use crate::served;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// A scraper that resets its connection in the middle of a large body.
    ResetScrape,
    /// A scraper that never reads a large body.
    StalledScrape,
    /// A scraper that reads a large body little by little, and has it in the end.
    SlowScrape,
    /// A stream client that resets its connection.
    ResetStream,
    /// A stream client that never reads, when there is much to read.
    StalledStream,
    /// A request head, a byte at a time.
    TrickledHead,
    /// A connection on which nothing is said, or half a head: hundreds at once.
    Mute,
    /// Three hundred scrapes at once.
    ScrapeFlood,
    /// A stream client of an address that has as many as one may have.
    CrowdedAddress,
    /// A handshake without a key that is one.
    BadKey,
    ForeignOrigin,
    OldVersion,
    /// Of a stream client, which is closed.
    BadUtf8,
    Unmasked,
    LongMessage,
    MessageFlood,
    /// Code of a user's, in the scrape.
    HangingCollector,
    PanickingCollector,
    /// A second server, which is killed and started again.
    KilledServer,
}

/// What the process that serves is told, or the driver does, at a second of a cycle.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    Connect(Box<Script>),
    /// So many scrapes at once.
    Scrapes(usize),
    /// A line to the process that serves.
    Tell(Fault, &'static str),
}

/// Twice what the server promises, and more: other work may run on the machine.
const HEAD_WITHIN: Duration = Duration::from_secs(5 + 15);
const SOON: Duration = Duration::from_secs(20);

/// How long the server waits for a stream client that takes nothing, and for his taking the word that it has waited.
const GIVEN_UP: Duration = Duration::from_secs(5 + 2);
/// What a scraper that reads nothing says it would wait.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the kernel keeps for a client that does not read.
const SMALL_BUFFER: usize = 16 * 1024;

/// How long a slow scraper pauses between what that holds: it needs some seconds for a large body.
const SLOW: Duration = Duration::from_millis(100);
/// The longest that a scrape may take.
const LONGEST: Duration = Duration::from_secs(30);

const BULK: &str = "/metrics?name[]=bulk_*";
const STREAM: &str = "/metrics/stream?match=soak_depth";
const BULK_STREAM: &str = "/metrics/stream?match=bulk_*";

const FLOOD: usize = 300;
const MUTES: usize = 200;
const MESSAGES: usize = 500;

/// What is done in this second of a cycle with faults.
pub(super) fn deeds(place: u64, cycle: u64, rng: &mut Rng) -> Vec<Deed> {
    let mut faults = vec![Fault::ResetScrape, Fault::ResetScrape, Fault::ResetStream];
    faults.extend([
        Fault::StalledStream,
        Fault::TrickledHead,
        Fault::CrowdedAddress,
    ]);
    let handshakes = [Fault::BadKey, Fault::ForeignOrigin, Fault::OldVersion];
    faults.push(handshakes[rng.usize(..handshakes.len())]);
    let frames = [Fault::BadUtf8, Fault::Unmasked, Fault::LongMessage];
    faults.push(frames[rng.usize(..frames.len())]);
    // these hold one of forty scrapes for fifteen seconds; more would keep the others out
    if place.is_multiple_of(5) {
        faults.extend([Fault::StalledScrape, Fault::SlowScrape]);
    }
    if place == 2 {
        faults.push(Fault::MessageFlood);
    }
    if place == 8 {
        faults.extend([Fault::Mute; MUTES]);
    }
    let mut deeds: Vec<Deed> = faults
        .into_iter()
        .filter_map(|fault| Some(Deed::Connect(Box::new(script(fault, rng)?))))
        .collect();
    if place.is_multiple_of(5) {
        deeds.push(Deed::Scrapes(FLOOD));
    }
    if place == 3 {
        deeds.push(Deed::Tell(Fault::PanickingCollector, served::PANIC_NEXT));
    }
    if place == 6 && cycle.is_multiple_of(2) {
        deeds.push(Deed::Tell(Fault::HangingCollector, served::HANG_NEXT));
    }
    deeds
}

/// How one connection does it; `None` of what is none.
fn script(fault: Fault, rng: &mut Rng) -> Option<Script> {
    let plain = Script {
        fault,
        connect: Connect::from(loopback(2, rng.usize(..60_000))),
        sends: Vec::new(),
        trickle: None,
        then: Vec::new(),
        reads: Reads::All,
        expects: Expects::Nothing,
        within: SOON,
    };
    let reset = Connect {
        reset: true,
        ..plain.connect
    };
    let small = Connect {
        receive_buffer: Some(SMALL_BUFFER),
        ..plain.connect
    };
    let in_stream = |then: Vec<u8>, code| Script {
        sends: handshake(STREAM, ""),
        then,
        expects: Expects::Close(code),
        ..plain.clone()
    };
    let answered = |sends: Vec<u8>, status| Script {
        sends,
        expects: Expects::Status(status),
        ..plain.clone()
    };
    Some(match fault {
        Fault::ResetScrape => Script {
            connect: reset,
            sends: scrape(BULK),
            reads: Reads::Only(rng.usize(..1_000_000)),
            expects: Expects::Nothing,
            ..plain
        },
        Fault::StalledScrape => Script {
            connect: small,
            sends: scrape_for(BULK, PATIENCE),
            reads: Reads::Nothing,
            expects: Expects::Reset,
            within: PATIENCE + SOON,
            ..plain
        },
        Fault::SlowScrape => Script {
            connect: small,
            reads: Reads::Slowly(SLOW),
            within: LONGEST + SOON,
            ..answered(scrape(BULK), &[200, 503])
        },
        Fault::ResetStream => Script {
            connect: reset,
            sends: handshake(STREAM, ""),
            reads: Reads::Only(rng.usize(..1_000)),
            expects: Expects::Nothing,
            ..plain
        },
        Fault::StalledStream => Script {
            connect: small,
            sends: handshake(BULK_STREAM, ""),
            reads: Reads::Nothing,
            expects: Expects::Reset,
            within: GIVEN_UP + SOON,
            ..plain
        },
        Fault::TrickledHead => Script {
            sends: scrape(BULK),
            trickle: Some(Duration::from_millis(500)),
            within: HEAD_WITHIN,
            expects: Expects::Status(&[408]),
            ..plain
        },
        Fault::Mute => Script {
            sends: scrape(BULK)[..rng.usize(..30)].to_vec(),
            within: HEAD_WITHIN,
            expects: Expects::Status(&[408]),
            ..plain
        },
        Fault::CrowdedAddress => Script {
            connect: Connect::from(crowd::address(0)),
            ..answered(handshake(STREAM, ""), &[503])
        },
        Fault::BadKey => answered(with(&handshake(STREAM, ""), "dGhl", "???"), &[400]),
        Fault::OldVersion => answered(
            with(&handshake(STREAM, ""), "Version: 13", "Version: 8"),
            &[426],
        ),
        Fault::ForeignOrigin => {
            let origin = "Origin: https://elsewhere.example\r\n";
            answered(handshake(STREAM, origin), &[403])
        }
        Fault::BadUtf8 => in_stream(masked(1, b"{\"op\":\"\xff\xfe\"}"), 1007),
        Fault::Unmasked => in_stream(vec![0x81, 2, b'{', b'}'], 1002),
        Fault::LongMessage => in_stream(masked(1, &vec![b' '; 70_000]), 1009),
        Fault::MessageFlood => in_stream(masked(1, b"{}").repeat(MESSAGES), 1008),
        Fault::ScrapeFlood
        | Fault::HangingCollector
        | Fault::PanickingCollector
        | Fault::KilledServer => return None,
    })
}

fn scrape(path: &str) -> Vec<u8> {
    scrape_for(path, LONGEST)
}

fn scrape_for(path: &str, patience: Duration) -> Vec<u8> {
    let (accept, seconds) = (Format::Text.accept(), patience.as_secs());
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\
         X-Prometheus-Scrape-Timeout-Seconds: {seconds}\r\n\r\n"
    );
    request.into_bytes()
}

/// The same with one text in it replaced.
fn with(request: &[u8], old: &str, new: &str) -> Vec<u8> {
    String::from_utf8_lossy(request)
        .replace(old, new)
        .into_bytes()
}
