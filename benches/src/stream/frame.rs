//! As much of WebSocket and of the protocol of the stream as a client must read to know what it has got. It is lean, as
//! the clients share the machine with what is measured.

use super::served::WALKED;

/// A WebSocket frame. The server does not split its messages.
pub(super) struct Frame<'b> {
    pub(super) opcode: u8,
    pub(super) payload: &'b [u8],
}

pub(super) const TEXT: u8 = 1;
pub(super) const CLOSE: u8 = 8;
pub(super) const PING: u8 = 9;

/// The first frame of what has arrived, and how many bytes it takes; `None` until it is whole.
pub(super) fn split(bytes: &[u8]) -> Option<(Frame<'_>, usize)> {
    let (head, rest) = bytes.split_first_chunk::<2>()?;
    let (len, rest) = match head[1] & 0x7f {
        126 => {
            let (len, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(*len)), rest)
        }
        127 => {
            let (len, rest) = rest.split_first_chunk()?;
            (usize::try_from(u64::from_be_bytes(*len)).ok()?, rest)
        }
        len => (usize::from(len), rest),
    };
    let payload = rest.get(..len)?;
    let frame = Frame {
        opcode: head[0] & 0x0f,
        payload,
    };
    Some((frame, bytes.len() - rest.len() + len))
}

/// The answer to an empty ping: a frame of a client is masked, here by zeros.
pub(super) const PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];

/// A frame of the protocol.
pub(super) struct Told<'b> {
    /// What stands after `metrics:`.
    pub(super) kind: &'b str,
    pub(super) seq: u64,
    text: &'b str,
}

impl<'b> Told<'b> {
    pub(super) fn read(payload: &'b [u8]) -> Option<Self> {
        let text = std::str::from_utf8(payload).ok()?;
        let rest = text.strip_prefix(r#"{"type":"metrics:"#)?;
        let (kind, rest) = rest.split_once(r#"","seq":"#)?;
        let (seq, _) = rest.split_once(',')?;
        Some(Self {
            kind,
            seq: seq.parse().ok()?,
            text,
        })
    }

    /// Whether it ends a snapshot.
    pub(super) fn is_last_part(&self) -> bool {
        self.kind == "snapshot" && self.text.contains(r#""last":true"#)
    }

    /// In a delta, the value of the series with this key.
    pub(super) fn value(&self, key: &str) -> Option<f64> {
        let (_, rest) = self.text.split_once(key)?;
        let end = rest.find([',', '}'])?;
        rest[..end].parse().ok()
    }
}

/// How deltas name the series of [`WALKED`], as it is learned from a snapshot, which may come in parts.
#[derive(Default)]
pub(super) struct Walked {
    family: Option<u64>,
    key: Option<String>,
}

impl Walked {
    /// `"7":`
    pub(super) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Learns it from a part of a snapshot, if it does not know it.
    pub(super) fn learn(&mut self, told: &Told<'_>) {
        if self.key.is_some() || told.kind != "snapshot" {
            return;
        }
        let frame: serde_json::Value = serde_json::from_str(told.text).unwrap_or_default();
        let found = |list: &str, field: &str, value: serde_json::Value| {
            let mut items = frame["data"][list].as_array()?.iter();
            items.find(|item| item[field] == value)?["id"].as_u64()
        };
        self.family = self
            .family
            .or_else(|| found("families", "name", WALKED.into()));
        let family = self.family;
        let series = family.and_then(|family| found("series", "family", family.into()));
        self.key = series.map(|id| format!(r#""{id}":"#));
    }
}
