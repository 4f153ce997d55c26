//! A frame of the stream's protocol, as much of it as can be read without reading all of it.

/// What every frame begins with.
#[derive(Clone, Copy, Debug)]
pub struct Told<'b> {
    /// What stands after `metrics:`.
    pub kind: &'b str,
    /// Its number on its connection.
    pub seq: u64,
    /// All of it.
    pub text: &'b str,
}

impl<'b> Told<'b> {
    /// `None` if it is no frame of the protocol.
    pub fn read(payload: &'b [u8]) -> Option<Self> {
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
    pub fn is_last_part(&self) -> bool {
        self.kind == "snapshot" && self.text.contains(r#""last":true"#)
    }

    /// In a delta, the value of the series with this key: `"7":`.
    pub fn value(&self, key: &str) -> Option<f64> {
        let (_, rest) = self.text.split_once(key)?;
        let end = rest.find([',', '}'])?;
        rest[..end].parse().ok()
    }
}
