//! What the scrapes of the load ask for, drawn in the shares in which scrapers do.

use std::time::Instant;

use fastrand::Rng;

use super::scraper::{Ask, Purpose};
use crate::exposed::{Coding, Format};

/// One of so many asks for everything.
const EVERYTHING: u32 = 100;

/// One of so many compressed bodies is unpacked: the driver shares the machine with what it measures.
const UNPACKED: u32 = 10;

/// The request that is due then.
pub(super) fn ask(due: Instant, rng: &mut Rng) -> Ask {
    if rng.u32(..EVERYTHING) == 0 {
        return everything(due);
    }
    let (format, coding) = match rng.u8(..10) {
        0..4 => (Format::OpenMetrics, Coding::Gzip),
        4..6 => (Format::Text, Coding::Identity),
        6..8 => (Format::Protobuf, Coding::Gzip),
        8 => (Format::Text, Coding::Zstd),
        _ => (Format::Json, Coding::Identity),
    };
    Ask {
        due,
        format,
        coding,
        everything: false,
        purpose: Purpose::Load,
        is_unpacked: coding == Coding::Identity || rng.u32(..UNPACKED) == 0,
    }
}

/// A scrape of all families.
pub(super) fn everything(due: Instant) -> Ask {
    Ask {
        due,
        format: Format::Text,
        coding: Coding::Identity,
        everything: true,
        purpose: Purpose::Load,
        is_unpacked: true,
    }
}

/// One of a flood.
pub(super) fn of_flood(due: Instant) -> Ask {
    Ask {
        purpose: Purpose::Flood,
        everything: false,
        ..everything(due)
    }
}

/// One of many at once that ask for everything, in all that there is of formats and codings.
pub(super) fn of_heat(number: usize) -> Ask {
    let formats = [Format::Text, Format::OpenMetrics, Format::Protobuf];
    let codings = [Coding::Identity, Coding::Gzip, Coding::Zstd];
    Ask {
        format: formats[number % 3],
        coding: codings[number / 3 % 3],
        purpose: Purpose::Flood,
        ..everything(Instant::now())
    }
}

/// One whose samples are wanted.
pub(super) fn to_keep(format: Format, everything: bool) -> Ask {
    Ask {
        due: Instant::now(),
        format,
        coding: Coding::Identity,
        everything,
        purpose: Purpose::Keep,
        is_unpacked: true,
    }
}
