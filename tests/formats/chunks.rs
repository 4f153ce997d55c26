//! Expositions that are larger than a chunk, and those that break off.

use std::io::{self, Write};

use metrics_core::{
    CHUNK_LEN, FamilySnapshot, Kind, Number, OpenMetricsEncoder, ProtobufEncoder, SeriesSnapshot,
    TextEncoder, ValueSnapshot,
};

use crate::made::Made;
use crate::made_set::{self, registry};
use crate::messages::decode;

/// A gauge of so many series that no chunk holds them all.
fn large() -> Vec<Made> {
    let series = (0..10_000_u64).map(|id| SeriesSnapshot {
        labels: vec![("id".to_owned(), format!("{id:030}"))],
        value: ValueSnapshot::Number(Number::Unsigned(id)),
        exemplars: Vec::new(),
    });
    let family = |name: &str| Made {
        family: FamilySnapshot {
            name: name.to_owned(),
            kind: Kind::Gauge,
            unit: String::new(),
            help: "Large.".to_owned(),
            series: series.clone().collect(),
        },
        created: vec![0; 10_000],
    };
    vec![family("large_a"), family("large_b")]
}

/// Takes so many chunks and then no more.
#[derive(Debug)]
struct Chunks {
    taken: Vec<Vec<u8>>,
    room: usize,
}

impl Chunks {
    fn with_room(room: usize) -> Self {
        Self {
            taken: Vec::new(),
            room,
        }
    }

    #[track_caller]
    fn assert_bounded(&self) {
        assert!(self.taken.len() > 10, "{} chunks", self.taken.len());
        let longest = self.taken.iter().map(Vec::len).max();
        assert!(
            longest < Some(CHUNK_LEN + 1024),
            "{longest:?} bytes in a chunk"
        );
    }
}

impl Write for Chunks {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        if self.taken.len() == self.room {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.taken.push(chunk.to_vec());
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn chunks_are_bounded_and_of_whole_lines_or_messages() {
    let registry = registry(large());

    let mut text = TextEncoder::new(Chunks::with_room(usize::MAX));
    assert!(registry.gather(&mut text).is_continue());
    let text = text.finish().expect("room for all");
    text.assert_bounded();
    assert!(text.taken.iter().all(|chunk| chunk.ends_with(b"\n")));

    let mut open = OpenMetricsEncoder::new(Chunks::with_room(usize::MAX));
    assert!(registry.gather(&mut open).is_continue());
    let open = open.finish().expect("room for all");
    open.assert_bounded();
    assert!(open.taken.iter().all(|chunk| chunk.ends_with(b"\n")));

    let mut protobuf = ProtobufEncoder::new(Chunks::with_room(usize::MAX));
    assert!(registry.gather(&mut protobuf).is_continue());
    let protobuf = protobuf.finish().expect("room for all");
    protobuf.assert_bounded();
    // each chunk is whole, and the messages of one name are neighbours that hold all of its series
    let messages: Vec<_> = protobuf
        .taken
        .iter()
        .flat_map(|chunk| decode(chunk))
        .collect();
    for name in ["large_a", "large_b"] {
        let of = messages.iter().filter(|m| m.name.as_deref() == Some(name));
        let series: Vec<_> = of.map(|message| message.metric.len()).collect();
        assert!(series.len() > 5);
        assert_eq!(series.iter().sum::<usize>(), 10_000);
    }
    assert!(messages.iter().map(|m| m.name.as_ref()).is_sorted());
}

#[test]
fn what_breaks_off_is_not_whole() {
    let registry = registry(large());
    let mut open = OpenMetricsEncoder::new(Chunks::with_room(3));
    assert!(registry.gather(&mut open).is_break());
    let error = open.finish().expect_err("an error of the writer");
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);

    let mut protobuf = ProtobufEncoder::new(Chunks::with_room(3));
    assert!(registry.gather(&mut protobuf).is_break());
    let error = protobuf.finish().expect_err("an error of the writer");
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);

    // the last chunk may be the one that is refused
    let mut open = OpenMetricsEncoder::new(Chunks::with_room(0));
    assert!(
        made_set::registry(Vec::new())
            .gather(&mut open)
            .is_continue()
    );
    assert!(open.finish().is_err());
}
