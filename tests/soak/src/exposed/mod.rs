//! What is exposed in any format, as samples that can be compared: named as in the text format, with labels in the order of
//! their names.

mod json;
mod protobuf;
mod text;

use std::collections::BTreeMap;
use std::io::Read;

pub(crate) use json::{histogram, number};

/// Every sample by its name with labels.
pub(crate) type Samples = BTreeMap<String, f64>;

/// A format, and how it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Format {
    Text,
    OpenMetrics,
    Protobuf,
    Json,
}

impl Format {
    pub(crate) const ALL: [Self; 4] = [Self::Text, Self::OpenMetrics, Self::Protobuf, Self::Json];

    pub(crate) fn accept(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::OpenMetrics => "application/openmetrics-text;version=1.0.0",
            Self::Protobuf => {
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
            }
            Self::Json => "application/json",
        }
    }

    /// Where it is asked for: the families of the soak, which are small, or all there are.
    pub(crate) fn path(self, everything: bool) -> &'static str {
        match (self, everything) {
            (Self::Json, false) => "/metrics/json?match=soak_*",
            (Self::Json, true) => "/metrics/json",
            (_, false) => "/metrics?name[]=soak_*",
            (_, true) => "/metrics",
        }
    }

    /// All samples of a body.
    ///
    /// # Errors
    ///
    /// A sentence, if it is not whole, or not of the format.
    pub(crate) fn read(self, body: &[u8]) -> Result<Samples, String> {
        match self {
            Self::Text => text::read(body),
            Self::OpenMetrics => {
                let lines = body.strip_suffix(b"# EOF\n");
                text::read(lines.ok_or("OpenMetrics does not end with `# EOF`")?)
            }
            Self::Protobuf => protobuf::read(body),
            Self::Json => json::read(body),
        }
    }

    /// One sample of a body, which is looked at whether it is whole.
    pub(crate) fn sample(self, body: &[u8], name: &str) -> Result<f64, String> {
        let value = match self {
            Self::Text | Self::OpenMetrics => text::find(body, name)?,
            Self::Protobuf | Self::Json => self.read(body)?.get(name).copied(),
        };
        if self == Self::OpenMetrics && !body.ends_with(b"\n# EOF\n") {
            return Err("OpenMetrics does not end with `# EOF`".to_owned());
        }
        value.ok_or_else(|| format!("{name} is not exposed"))
    }
}

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    Zstd,
}

impl Coding {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    pub(crate) fn decode(self, body: &[u8]) -> Result<Vec<u8>, String> {
        let mut decoded = Vec::new();
        let read = match self {
            Self::Identity => return Ok(body.to_vec()),
            Self::Gzip => flate2::read::GzDecoder::new(body).read_to_end(&mut decoded),
            Self::Zstd => zstd::stream::read::Decoder::new(body)
                .and_then(|mut decoder| decoder.read_to_end(&mut decoded)),
        };
        match read {
            Ok(_) => Ok(decoded),
            Err(error) => Err(format!("{} that is not whole: {error}", self.name())),
        }
    }
}

/// The name of a sample.
pub(crate) fn sample_name<'l>(
    name: &str,
    labels: impl IntoIterator<Item = (&'l str, &'l str)>,
) -> String {
    let mut labels: Vec<_> = labels.into_iter().collect();
    if labels.is_empty() {
        return name.to_owned();
    }
    labels.sort_unstable();
    let labels: Vec<String> = labels
        .into_iter()
        .map(|(label, value)| format!(r#"{label}="{value}""#))
        .collect();
    format!("{name}{{{}}}", labels.join(","))
}

/// The text of a bound, as the text format has it.
pub(crate) fn bound_text(bound: f64) -> String {
    if bound == f64::INFINITY {
        "+Inf".to_owned()
    } else {
        bound.to_string()
    }
}
