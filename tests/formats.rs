//! The same content in every format: random registries are encoded in all of them, and what decoders that are not ours
//! read is compared with what was put in. (OpenMetrics' strict parser reads what `http` serves.)

#[path = "formats/made.rs"]
mod made;
#[path = "formats/messages.rs"]
mod messages;
#[path = "formats/random.rs"]
mod random;
#[path = "formats/samples.rs"]
mod samples;

use std::io::{self, Write};

use made::{Made, registry};
use messages::{
    Bucket, BucketSpan, Exemplar, LabelPair, MetricFamily, MetricType, Timestamp, decode,
};
use metrics_core::{
    CHUNK_LEN, ExemplarSnapshot, FamilySnapshot, Kind, Number, OpenMetricsEncoder, ProtobufEncoder,
    SeriesSnapshot, Snapshot, TextEncoder, ValueSnapshot,
};
use proptest::prelude::*;
use random::{Texts, families};
use samples::{Lines, expected, help_of, is_short, newest, parsed};

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_snapshot_is_what_was_put_in(made in families(Texts::Any)) {
        let families = made.iter().map(|made| made.family.clone()).collect();
        let shown = registry(made).snapshot();
        // in words, because NaN is not equal to itself
        prop_assert_eq!(format!("{shown:?}"), format!("{:?}", Snapshot { families }));
    }

    #[test]
    fn protobuf_holds_what_was_put_in(made in families(Texts::Any)) {
        let messages = decode(&registry(made.clone()).encode_protobuf());
        let filled: Vec<_> = made.iter().filter(|made| !made.family.series.is_empty()).collect();
        prop_assert_eq!(messages.len(), filled.len());
        for (message, made) in messages.iter().zip(filled) {
            assert_holds(message, made);
        }
    }

    #[test]
    fn text_holds_what_was_put_in(made in families(Texts::Plain)) {
        let text = registry(made.clone()).encode_text();
        prop_assert_eq!(parsed(&text), expected(&made, Lines::Text), "{}", text);
        for made in &made {
            prop_assert_eq!(help_of(&text, &made.family.name), Some(made.family.help.clone()));
        }
    }

    #[test]
    fn open_metrics_holds_what_was_put_in(made in families(Texts::Plain)) {
        let text = registry(made.clone()).encode_open_metrics();
        prop_assert_eq!(parsed(&text), expected(&made, Lines::OpenMetrics), "{}", text);
        prop_assert!(text.ends_with("# EOF\n") && text.matches("# EOF").count() == 1);
        prop_assert_eq!(exemplars_in(&text), exemplars_of(&made), "{}", text);
    }

    /// Whatever labels and help hold, every format has one sample a line, and the same ones.
    #[test]
    fn no_text_breaks_a_line(made in families(Texts::Any)) {
        let registry = registry(made.clone());
        let samples = |text: &str| text.lines_of_samples().count();
        prop_assert_eq!(samples(&registry.encode_text()), expected(&made, Lines::Text).len());
        let open = registry.encode_open_metrics();
        prop_assert_eq!(samples(&open), expected(&made, Lines::OpenMetrics).len());
    }
}

trait LinesOfSamples {
    fn lines_of_samples(&self) -> impl Iterator<Item = &str>;
}

impl LinesOfSamples for str {
    fn lines_of_samples(&self) -> impl Iterator<Item = &str> {
        let lines = self.split_terminator('\n');
        lines.filter(|line| !line.starts_with('#'))
    }
}

/// Fails unless the message is that of the family.
fn assert_holds(message: &MetricFamily, Made { family, created }: &Made) {
    assert_eq!(message.name.as_ref(), Some(&family.name));
    assert_eq!(message.help.as_ref(), Some(&family.help));
    assert_eq!(message.unit.clone().unwrap_or_default(), family.unit);
    let kind = match family.kind {
        Kind::Counter => MetricType::Counter,
        Kind::Histogram => MetricType::Histogram,
        Kind::Summary => MetricType::Summary,
        _ => MetricType::Gauge,
    };
    assert_eq!(message.r#type, Some(kind.into()));
    assert_eq!(message.metric.len(), family.series.len());
    let each = message.metric.iter().zip(&family.series).zip(created);
    for ((metric, series), created) in each {
        assert_eq!(pairs(&metric.label), series.labels);
        let told = match &series.value {
            ValueSnapshot::Number(number) if family.kind == Kind::Counter => {
                let counter = metric.counter.as_ref().expect("a counter");
                same(counter.value, number.as_f64());
                same_exemplar(
                    counter.exemplar.as_ref(),
                    newest(&series.exemplars, |_| true),
                );
                counter.created_timestamp
            }
            ValueSnapshot::Number(number) => {
                let gauge = metric.gauge.as_ref().expect("a gauge");
                same(gauge.value, number.as_f64());
                continue;
            }
            ValueSnapshot::Summary {
                quantiles,
                count,
                sum,
            } => {
                let summary = metric.summary.as_ref().expect("a summary");
                assert_eq!(summary.sample_count, Some(*count));
                same(summary.sample_sum, *sum);
                let read = summary.quantile.iter().map(|q| (q.quantile, q.value));
                let put = quantiles.iter().map(|(q, v)| (Some(*q), Some(*v)));
                assert_eq!(read.collect::<Vec<_>>(), put.collect::<Vec<_>>());
                summary.created_timestamp
            }
            value => {
                let histogram = metric.histogram.as_ref().expect("a histogram");
                assert_histogram(histogram, value, &series.exemplars);
                histogram.created_timestamp
            }
        };
        assert_eq!(told.map_or(0, millis), *created);
    }
}

fn assert_histogram(
    read: &messages::Histogram,
    put: &ValueSnapshot,
    exemplars: &[ExemplarSnapshot],
) {
    let ValueSnapshot::Histogram {
        bounds,
        cumulative,
        count,
        sum,
        native,
    } = put
    else {
        panic!("{put:?} is no histogram");
    };
    assert_eq!(read.sample_count, Some(*count));
    same(read.sample_sum, *sum);
    let last = bounds.last().copied();
    let above = newest(exemplars, |value| {
        last.is_none_or(|last| value > last) && value <= f64::INFINITY
    });
    let mut buckets: Vec<_> = bounds
        .iter()
        .copied()
        .zip(cumulative.iter().copied())
        .collect();
    // the last one is there for its exemplar alone
    buckets.extend(above.map(|_| (f64::INFINITY, *count)));
    assert_eq!(read.bucket.len(), buckets.len());
    let mut below = None;
    for (
        Bucket {
            cumulative_count,
            upper_bound,
            exemplar,
            ..
        },
        (bound, count),
    ) in read.bucket.iter().zip(buckets)
    {
        assert_eq!(
            (*upper_bound, *cumulative_count),
            (Some(bound), Some(count))
        );
        let inside = |value: f64| value <= bound && below.is_none_or(|below| value > below);
        same_exemplar(exemplar.as_ref(), newest(exemplars, inside));
        below = Some(bound);
    }
    let Some(native) = native else {
        let spans = read.positive_span.len() + read.negative_span.len() + read.exemplars.len();
        assert_eq!(
            (read.schema, read.zero_threshold, read.zero_count, spans),
            (None, None, None, 0)
        );
        return;
    };
    assert_eq!(read.schema, Some(native.schema));
    same(read.zero_threshold, native.zero_threshold);
    assert_eq!(read.zero_count, Some(native.zero_count));
    assert_eq!(
        counts(&read.positive_span, &read.positive_delta),
        native.positive
    );
    assert_eq!(
        counts(&read.negative_span, &read.negative_delta),
        native.negative
    );
    // Prometheus, `isNativeHistogram`
    assert!(
        !read.positive_span.is_empty()
            || !read.negative_span.is_empty()
            || native.zero_threshold > 0.0
            || native.zero_count > 0,
        "looks like a classic histogram"
    );
    let short: Vec<_> = exemplars.iter().filter(|e| is_short(e)).collect();
    assert_eq!(read.exemplars.len(), short.len());
    for (read, put) in read.exemplars.iter().zip(short) {
        same_exemplar(Some(read), Some(put));
    }
}

/// The buckets that hold anything, as a reader of the format finds them.
fn counts(spans: &[BucketSpan], deltas: &[i64]) -> Vec<(i32, u64)> {
    let (mut all, mut index, mut count) = (Vec::new(), 0, 0);
    let mut deltas = deltas.iter();
    for span in spans {
        index += span.offset.expect("an offset");
        for _ in 0..span.length.expect("a length") {
            count += deltas.next().expect("a difference for each bucket");
            all.push((index, u64::try_from(count).expect("no count is below 0")));
            index += 1;
        }
    }
    assert_eq!(deltas.next(), None);
    all.retain(|(_, count)| *count > 0);
    all
}

#[track_caller]
fn same(read: Option<f64>, put: f64) {
    let read = read.expect("a number");
    assert!(
        read.to_bits() == put.to_bits() || (read.is_nan() && put.is_nan()),
        "{read} is not {put}"
    );
}

#[track_caller]
fn same_exemplar(read: Option<&Exemplar>, put: Option<&ExemplarSnapshot>) {
    assert_eq!(read.is_some(), put.is_some(), "{read:?} is not {put:?}");
    if let (Some(read), Some(put)) = (read, put) {
        assert_eq!(pairs(&read.label), put.labels);
        same(read.value, put.value);
        assert_eq!(read.timestamp.map(millis), Some(put.millis));
    }
}

fn pairs(labels: &[LabelPair]) -> Vec<(String, String)> {
    let text = |text: &Option<String>| text.clone().expect("a text");
    labels
        .iter()
        .map(|pair| (text(&pair.name), text(&pair.value)))
        .collect()
}

fn millis(time: Timestamp) -> u64 {
    assert_eq!(time.nanos % 1_000_000, 0);
    u64::try_from(time.seconds * 1000 + i64::from(time.nanos / 1_000_000)).expect("after 1970")
}

/// What stands behind ` # ` in each line of samples, behind the sample's name.
fn exemplars_in(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for line in text.lines_of_samples() {
        if let Some((sample, exemplar)) = line.split_once(" # ") {
            let (name, _) = sample.split_once(['{', ' ']).expect("a value");
            let mut parts = exemplar.rsplitn(3, ' ');
            let (seconds, value) = (parts.next(), parts.next());
            let value: f64 = value.and_then(|text| text.parse().ok()).expect("a number");
            let (seconds, labels) = (seconds.expect("a time"), parts.next().expect("labels"));
            all.push(format!("{name} {labels} {value:?} {seconds}"));
        }
    }
    all
}

fn exemplars_of(families: &[Made]) -> Vec<String> {
    let mut all = Vec::new();
    let mut push = |name: &str, exemplar: Option<&ExemplarSnapshot>| {
        if let Some(ExemplarSnapshot {
            labels,
            value,
            millis,
        }) = exemplar
        {
            let (seconds, millis) = (millis / 1000, millis % 1000);
            let labels = made::rendered(labels);
            let labels = labels.labels().as_str();
            all.push(format!(
                "{name} {{{labels}}} {value:?} {seconds}.{millis:03}"
            ));
        }
    };
    for Made { family, .. } in families {
        for series in &family.series {
            match &series.value {
                ValueSnapshot::Number(number)
                    if family.kind == Kind::Counter
                        && family.name.ends_with("_total")
                        && number.as_f64() >= 0.0 =>
                {
                    push(&family.name, newest(&series.exemplars, |_| true));
                }
                ValueSnapshot::Histogram { bounds, .. } => {
                    let mut below = None;
                    for bound in bounds.iter().copied().chain([f64::INFINITY]) {
                        let inside = |v: f64| v <= bound && below.is_none_or(|below| v > below);
                        push(
                            &format!("{}_bucket", family.name),
                            newest(&series.exemplars, inside),
                        );
                        below = Some(bound);
                    }
                }
                _ => {}
            }
        }
    }
    all
}

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
    assert!(made::registry(Vec::new()).gather(&mut open).is_continue());
    assert!(open.finish().is_err());
}
