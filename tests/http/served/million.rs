//! A program to be scraped: about as many series as it is told to have, a million if nothing is said.
//! It prints how many there are and its address, and ends when its input does. See `tests/e2e/test_size.py`.

use std::io;

use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet};
use metrics_server::Server;

/// Ten values, so that labels of five of them have a hundred thousand combinations.
#[derive(Clone, Copy, Debug, Label)]
#[expect(
    dead_code,
    reason = "values that are not named are series all the same"
)]
enum Digit {
    Zero,
    One,
    Two,
    Three,
    Four,
    Five,
    Six,
    Seven,
    Eight,
    Nine,
}

/// Finite labels: every combination is a series from the start.
#[derive(Clone, Copy, Debug, LabelSet)]
#[labels(max_series = 10_000)]
struct Place {
    region: Digit,
    zone: Digit,
    rack: Digit,
    unit: Digit,
}

#[derive(Clone, Copy, Debug, LabelSet)]
#[labels(max_series = 100_000)]
struct Shelf {
    #[label(flatten)]
    place: Place,
    shelf: Digit,
}

#[derive(Clone, Copy, Debug, LabelSet)]
struct ByUser {
    #[label(open, max = 1_000_000)]
    user: usize,
}

/// Finite labels, and open ones for what is left of the number that is wanted.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "many")]
struct Many {
    /// Units delivered, by shelf.
    delivered: Counter<Shelf>,
    /// Units in stock, by shelf.
    stock: Gauge<Shelf>,
    /// Time to deliver a unit, by place; with its sum and its count, ten series each.
    #[metric(unit = "seconds", buckets = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0])]
    delivery: Histogram<Place>,
    /// Clicks, by user.
    clicks: Counter<ByUser>,
    /// The number of each user.
    user_number: Gauge<ByUser>,
}

/// A histogram of eight buckets, a sum and a count for each place; a counter and a gauge for each shelf.
const FINITE: usize = 10_000 * 10 + 100_000 * 2;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wanted: usize = std::env::args()
        .nth(1)
        .map_or(Ok(1_000_000), |n| n.parse())?;
    // two series each
    let users = wanted.saturating_sub(FINITE) / 2;
    let many = Many::global();
    for user in 0..users {
        many.clicks.with(ByUser { user }).inc_by(user as u64);
        many.user_number.with(ByUser { user }).set(user as i64);
    }
    let place = Place {
        region: Digit::Zero,
        zone: Digit::One,
        rack: Digit::Two,
        unit: Digit::Three,
    };
    let shelf = Digit::Nine;
    many.delivered.with(Shelf { place, shelf }).inc_by(7);
    many.stock.with(Shelf { place, shelf }).set(-7);
    many.delivery.with(place).observe(0.75);
    let server = Server::bind("127.0.0.1:0")?.spawn()?;
    println!("series {}", users * 2 + FINITE);
    println!("http://{}/metrics", server.address());
    io::copy(&mut io::stdin(), &mut io::sink())?;
    server.stop()?;
    Ok(())
}
