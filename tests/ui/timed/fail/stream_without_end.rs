use metrics_core::{timed};

use futures_util::stream::{self, Stream};

#[timed]
fn tokens() -> impl Stream<Item = u32> {
    stream::iter([1])
}

fn main() {}
