//! Which format a client gets, by its `Accept`: what it likes best of what there is.
//! Rules: RFC 9110, section 12.5.1; parameters as Prometheus 2.42 to 3.x send them.

use actix_web::http::header::{HeaderValue, Quality, QualityItem, from_comma_delimited};
use actix_web::mime::{self, Mime};

use crate::own::Format;

/// A format and its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// The text format that everybody reads.
    Text0_0_4,
    /// The same with names of any characters in quotes, which ours never need: the bytes are the same.
    Text1_0_0,
    OpenMetrics1_0_0,
    /// For our content the same as 1.0.0, under its first name.
    OpenMetrics0_0_1,
    /// Length-delimited `io.prometheus.client.MetricFamily`.
    Protobuf,
}

/// How names that are not of letters, digits, `_` and `:` are written; of ours there is none, so that they obey
/// all of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escaping {
    AllowUtf8,
    Underscores,
    Values,
}

/// What a client gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exposition {
    pub(crate) version: Version,
    /// Told only to those who ask.
    pub(crate) escaping: Option<Escaping>,
}

impl Exposition {
    /// What suits these `Accept` headers best: the highest q, then what is named most exactly, then what is named
    /// first, then the first of [`Version::ALL`].
    ///
    /// Without anything that suits it is the text format: an answer that is not asked for can be read, a 406 cannot.
    pub(crate) fn of<'h>(accept: impl Iterator<Item = &'h HeaderValue> + 'h) -> Self {
        // what is no media range is passed over; a header that is no text says nothing
        let ranges: Vec<QualityItem<Mime>> = from_comma_delimited(accept).unwrap_or_default();
        let mut best: Option<(Match, Self)> = None;
        for version in Version::ALL {
            let Some((found, range)) = version.quality(&ranges) else {
                continue;
            };
            if found.quality > Quality::ZERO && best.is_none_or(|(other, _)| found.beats(other)) {
                let escaping = Escaping::asked_for(range);
                best = Some((found, Self { version, escaping }));
            }
        }
        best.map_or(Self::DEFAULT, |(_, exposition)| exposition)
    }

    /// What clients get that ask for nothing.
    pub(crate) const DEFAULT: Self = Self {
        version: Version::Text0_0_4,
        escaping: None,
    };

    /// The label of the scrape in our own metrics.
    pub(crate) fn format(self) -> Format {
        match self.version {
            Version::Text0_0_4 | Version::Text1_0_0 => Format::Text,
            Version::OpenMetrics1_0_0 | Version::OpenMetrics0_0_1 => Format::OpenMetrics,
            Version::Protobuf => Format::Protobuf,
        }
    }

    /// The value of `Content-Type`.
    pub(crate) fn content_type(self) -> String {
        let mut content_type = self.version.content_type().to_owned();
        if let Some(escaping) = self.escaping {
            content_type.push_str("; escaping=");
            content_type.push_str(escaping.as_str());
        }
        content_type
    }
}

/// How well a range fits a version; a range that comes earlier is preferred.
#[derive(Clone, Copy)]
struct Match {
    quality: Quality,
    exactness: u8,
    position: usize,
}

impl Match {
    fn beats(self, other: Self) -> bool {
        let key = |of: Self| (of.quality, of.exactness, std::cmp::Reverse(of.position));
        key(self) > key(other)
    }
}

impl Version {
    /// All, in our order of preference: what a person can read and every scraper knows, for those who take anything.
    const ALL: [Self; 5] = [
        Self::Text0_0_4,
        Self::OpenMetrics1_0_0,
        Self::OpenMetrics0_0_1,
        Self::Text1_0_0,
        Self::Protobuf,
    ];

    const fn content_type(self) -> &'static str {
        match self {
            Self::Text0_0_4 => metrics_core::TEXT_CONTENT_TYPE,
            Self::Text1_0_0 => "text/plain; version=1.0.0; charset=utf-8",
            Self::OpenMetrics1_0_0 => metrics_core::OPEN_METRICS_CONTENT_TYPE,
            Self::OpenMetrics0_0_1 => metrics_core::OPEN_METRICS_0_0_1_CONTENT_TYPE,
            Self::Protobuf => metrics_core::PROTOBUF_CONTENT_TYPE,
        }
    }

    /// What the most exact of the ranges that cover this version says of it: so `text/plain;q=0, */*` refuses text.
    fn quality(self, ranges: &[QualityItem<Mime>]) -> Option<(Match, &Mime)> {
        let mut best: Option<(Match, &Mime)> = None;
        for (position, range) in ranges.iter().enumerate() {
            let Some(exactness) = self.exactness(&range.item) else {
                continue;
            };
            let found = Match {
                quality: range.quality,
                exactness,
                position,
            };
            if best.is_none_or(|(other, _)| exactness > other.exactness) {
                best = Some((found, &range.item));
            }
        }
        best
    }

    /// How exactly a range names this version, from `*/*` to type, version and all; `None` if it does not cover it.
    fn exactness(self, range: &Mime) -> Option<u8> {
        let (kind, subtype) = match self {
            Self::Text0_0_4 | Self::Text1_0_0 => ("text", "plain"),
            Self::OpenMetrics1_0_0 | Self::OpenMetrics0_0_1 => ("application", "openmetrics-text"),
            Self::Protobuf => ("application", "vnd.google.protobuf"),
        };
        let any = mime::STAR;
        if range.type_() == any && range.subtype() == any {
            return Some(0);
        }
        if range.type_() != kind {
            return None;
        }
        if range.subtype() == any {
            return Some(1);
        }
        if range.essence_str() != format!("{kind}/{subtype}") {
            return None;
        }
        self.exactness_of_parameters(range)
    }

    fn exactness_of_parameters(self, range: &Mime) -> Option<u8> {
        let parameter = |name| range.get_param(name).map(|value| value.as_str());
        let version = parameter("version");
        match self {
            Self::Text0_0_4 => match version {
                None => Some(2),
                Some(version) => (version == "0.0.4").then_some(3),
            },
            Self::Text1_0_0 => (version == Some("1.0.0")).then_some(3),
            // who names no version gets the oldest that is a standard: OpenMetrics 1.0, "Text format / Version"
            Self::OpenMetrics1_0_0 => match version {
                None => Some(2),
                Some(version) => (version == "1.0.0").then_some(3),
            },
            Self::OpenMetrics0_0_1 => (version == Some("0.0.1")).then_some(3),
            // other messages and other encodings of this one are asked for by the same type
            Self::Protobuf => {
                let ours = parameter("proto") == Some("io.prometheus.client.MetricFamily")
                    && parameter("encoding") == Some("delimited");
                ours.then_some(3)
            }
        }
    }
}

impl Escaping {
    /// `dots` writes `_` as `__`, which we do not: it is answered by a scheme that our names obey. A word that is not
    /// known is passed over. Source: `model.EscapeName` in `prometheus/common`.
    fn asked_for(range: &Mime) -> Option<Self> {
        match range.get_param("escaping")?.as_str() {
            "allow-utf-8" => Some(Self::AllowUtf8),
            "underscores" | "dots" => Some(Self::Underscores),
            "values" => Some(Self::Values),
            _ => None,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::AllowUtf8 => "allow-utf-8",
            Self::Underscores => "underscores",
            Self::Values => "values",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
    const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    const OPEN_METRICS_UTF8: &str =
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8";
    const PROTOBUF: &str = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

    fn answer(headers: &[&[u8]]) -> String {
        let headers: Vec<_> = headers
            .iter()
            .map(|bytes| HeaderValue::from_bytes(bytes).expect("what a header may hold"))
            .collect();
        Exposition::of(headers.iter()).content_type()
    }

    fn assert_all(cases: &[(&str, &str)]) {
        for (accept, content_type) in cases {
            assert_eq!(answer(&[accept.as_bytes()]), *content_type, "{accept}");
        }
    }

    /// As their sources build them: `scrape/scrape.go` and `config/config.go` of each version.
    #[test]
    fn prometheus_gets_what_it_likes_best() {
        assert_all(&[
            // 2.42 to 2.48
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                OPEN_METRICS,
            ),
            // 2.42 to 2.48 with native histograms
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                PROTOBUF,
            ),
            // 2.53
            (
                "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                OPEN_METRICS,
            ),
            // 2.53 with native histograms
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.5,application/openmetrics-text;version=1.0.0;q=0.4,application/openmetrics-text;version=0.0.1;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
                PROTOBUF,
            ),
            // 3.0, which says the escaping of the text format twice
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2",
                OPEN_METRICS_UTF8,
            ),
            // 3.5, and the same in 3.9
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                OPEN_METRICS_UTF8,
            ),
            // 3.5 with native histograms
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
                PROTOBUF,
            ),
            // 3.5, `scrape_protocols: [PrometheusText1.0.0, PrometheusText0.0.4]`
            (
                "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.4",
                "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
            ),
            // 2.53 and later, `scrape_protocols: [PrometheusText0.0.4]`
            ("text/plain;version=0.0.4;q=0.5,*/*;q=0.4", TEXT),
        ]);
    }

    #[test]
    fn other_clients_get_what_they_read() {
        assert_all(&[
            // vmagent and Netdata
            ("text/plain;version=0.0.4;q=1,*/*;q=0.1", TEXT),
            // Prometheus before 2.42
            (
                "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                "application/openmetrics-text; version=0.0.1; charset=utf-8",
            ),
            // Telegraf
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
                PROTOBUF,
            ),
            // curl, Go and Python programs
            ("*/*", TEXT),
            // Chrome and Firefox
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
                TEXT,
            ),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                TEXT,
            ),
            // Java's HttpURLConnection, whose last ranges are none
            ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", TEXT),
            ("", TEXT),
        ]);
        assert_eq!(answer(&[]), TEXT);
    }

    #[test]
    fn the_most_exact_range_says_how_much_a_format_is_liked() {
        assert_all(&[
            ("text/*", TEXT),
            ("application/*", OPEN_METRICS),
            ("text/*;q=0.5, application/*;q=0.6", OPEN_METRICS),
            ("text/plain;q=0, */*", OPEN_METRICS),
            ("text/plain;version=0.0.4;q=0.1, text/plain, */*;q=0", TEXT),
            (
                "application/openmetrics-text;version=1.0.0;q=0, application/*, */*;q=0.1",
                "application/openmetrics-text; version=0.0.1; charset=utf-8",
            ),
            // all are refused, and still it is better to answer than not to
            ("*/*;q=0", TEXT),
            ("text/plain;q=0", TEXT),
            ("application/openmetrics-text;q=0", TEXT),
        ]);
    }

    #[test]
    fn among_equals_the_exact_name_wins_then_the_first() {
        let protobuf_first = format!("{PROTOBUF}, application/openmetrics-text;version=1.0.0");
        let protobuf_last = format!("application/openmetrics-text;version=1.0.0, {PROTOBUF}");
        assert_all(&[
            (&protobuf_first, PROTOBUF),
            (&protobuf_last, OPEN_METRICS),
            (
                "*/*, application/openmetrics-text;version=1.0.0",
                OPEN_METRICS,
            ),
            ("application/*, text/plain", TEXT),
        ]);
    }

    #[test]
    fn parameters_are_part_of_the_name() {
        assert_all(&[
            ("text/plain", TEXT),
            ("TEXT/Plain ; VERSION=0.0.4", TEXT),
            ("text/plain;charset=utf-8;version=\"0.0.4\"", TEXT),
            (
                "text/plain;version=2.0.0, application/openmetrics-text;version=1.0.0;q=0.1",
                OPEN_METRICS,
            ),
            ("application/openmetrics-text", OPEN_METRICS),
            (
                "application/openmetrics-text;charset=utf-8;q=0.5",
                OPEN_METRICS,
            ),
            ("application/openmetrics-text;version=2.0.0", TEXT),
            // messages that are not ours
            ("application/vnd.google.protobuf", TEXT),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
                TEXT,
            ),
            (
                "application/vnd.google.protobuf;proto=other.Message;encoding=delimited",
                TEXT,
            ),
        ]);
    }

    #[test]
    fn escaping_is_answered_by_a_scheme_that_our_names_obey() {
        let asked =
            |escaping: &str| answer(&[format!("text/plain;escaping={escaping}").as_bytes()]);
        for known in ["allow-utf-8", "underscores", "values"] {
            assert_eq!(asked(known), format!("{TEXT}; escaping={known}"));
        }
        assert_eq!(asked("dots"), format!("{TEXT}; escaping=underscores"));
        assert_eq!(asked("unheard-of"), TEXT);
        assert_eq!(
            answer(&[format!("{PROTOBUF};escaping=values").as_bytes()]),
            format!("{PROTOBUF}; escaping=values")
        );
    }

    #[test]
    fn repeated_headers_are_one_list_and_what_cannot_be_read_is_passed_over() {
        assert_eq!(
            answer(&[b"text/plain;q=0.5", b"application/openmetrics-text"]),
            OPEN_METRICS
        );
        assert_eq!(
            answer(&[b",,;, /, text, a/b;q=x, application/openmetrics-text;q=0.1,"]),
            OPEN_METRICS
        );
        for strange in [
            b"\xff\xfe".as_slice(),
            b";;;;",
            b"application/openmetrics-text;q=1e9",
            b"\"",
        ] {
            assert_eq!(answer(&[strange]), TEXT);
        }
    }
}
