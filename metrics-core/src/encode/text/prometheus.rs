//! The text format, version 0.0.4.
//! Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::io::{self, Write};
use std::ops::ControlFlow;

use super::chunk::{Chunk, Line};
use super::lines::Lines;
use super::{Dialect, number};
use crate::gather::{FamilyView, SeriesView, Visitor};
use crate::register::Registry;

/// The `Content-Type` of the text format.
pub const TEXT_CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A [`Visitor`] that writes the text format, in chunks of about [`CHUNK_LEN`](crate::CHUNK_LEN) bytes of whole lines.
///
/// ```
/// use metrics_core::{Registry, TextEncoder};
///
/// let mut encoder = TextEncoder::new(Vec::new());
/// let _ = Registry::new().gather(&mut encoder);
/// let text = encoder.finish()?;
/// assert!(text.is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// The format has no place for exemplars, for native buckets (such a histogram shows its count as the bucket `+Inf`), for
/// units and for times of creation, and shows infos and state sets as gauges.
#[derive(Debug)]
pub struct TextEncoder<W>(Lines<W, Prometheus>);

impl<W: Write> TextEncoder<W> {
    /// An encoder that hands its chunks to `out`, one `write_all` each.
    pub fn new(out: W) -> Self {
        Self(Lines::new(out, Prometheus))
    }

    /// Hands on the last chunk and gives `out` back.
    ///
    /// # Errors
    ///
    /// The first error of `out`, which has also ended the walk.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish(b"")
    }
}

impl<W: Write> Visitor for TextEncoder<W> {
    fn family(&mut self, family: &FamilyView<'_>) -> ControlFlow<()> {
        self.0.family(family)
    }

    fn series(&mut self, series: &SeriesView<'_>) -> ControlFlow<()> {
        self.0.series(series)
    }
}

/// The dialect of version 0.0.4.
#[derive(Debug)]
struct Prometheus;

impl Dialect for Prometheus {
    fn head(&mut self, family: &FamilyView<'_>, out: &mut Chunk) {
        for part in ["# HELP ", family.name, " "] {
            out.push(part.as_bytes());
        }
        push_help(out, family.help);
        for part in [
            "\n# TYPE ",
            family.name,
            " ",
            family.kind.as_text_type(),
            "\n",
        ] {
            out.push(part.as_bytes());
        }
    }

    fn push_bound(line: &mut Line<'_>, bound: f64) -> Option<()> {
        number::push_f64(line, bound)
    }
}

/// In help texts only backslash and newline are escaped; a quote stands as it is.
fn push_help(out: &mut Chunk, help: &str) {
    for byte in help.bytes() {
        match byte {
            b'\\' => out.push(b"\\\\"),
            b'\n' => out.push(b"\\n"),
            byte => out.push(&[byte]),
        }
    }
}

impl Registry {
    /// The whole exposition as text, for tests and tools; a server streams it in chunks instead.
    pub fn encode_text(&self) -> String {
        let mut encoder = TextEncoder::new(Vec::new());
        // the walk ends early only on an error of the writer, and a `Vec` has none
        let _ = self.gather(&mut encoder);
        let bytes = encoder.finish().unwrap_or_default();
        // every part was a `str`
        String::from_utf8(bytes).unwrap_or_default()
    }
}
