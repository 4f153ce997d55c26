//! The wire format of protocol buffers: fields with their numbers, varints, and messages in messages.
//! Format: <https://protobuf.dev/programming-guides/encoding/>.

/// How many bytes a varint has at most.
const LONGEST_VARINT: usize = 10;

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const DELIMITED: u32 = 2;

/// A message being written: fields one after the other.
#[derive(Debug, Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// `uint64`, `uint32`, an enum, and an `int64` that is not negative.
    #[inline]
    pub(super) fn unsigned(&mut self, field: u32, n: u64) {
        self.key(field, VARINT);
        push_varint(&mut self.0, n);
    }

    /// `sint64`, `sint32`: the sign in the lowest bit, so that what is near 0 is short.
    #[inline]
    pub(super) fn zigzag(&mut self, field: u32, n: i64) {
        self.unsigned(field, ((n << 1) ^ (n >> 63)).cast_unsigned());
    }

    /// `double`.
    #[inline]
    pub(super) fn double(&mut self, field: u32, n: f64) {
        self.key(field, FIXED64);
        self.0.extend_from_slice(&n.to_le_bytes());
    }

    /// `string`.
    #[inline]
    pub(super) fn string(&mut self, field: u32, text: &str) {
        self.key(field, DELIMITED);
        push_varint(&mut self.0, text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// A message, which `write` writes.
    ///
    /// Its length stands before it and is known after it: one byte is left free, as most need, and what is longer is
    /// moved.
    #[inline]
    pub(super) fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        self.key(field, DELIMITED);
        self.0.push(0);
        let start = self.0.len();
        write(self);
        let len = self.0.len() - start;
        if let (Ok(short @ 0..0x80), Some(place)) = (u8::try_from(len), self.0.get_mut(start - 1)) {
            *place = short;
        } else {
            self.insert_len(start, len);
        }
    }

    #[inline(never)]
    fn insert_len(&mut self, start: usize, len: usize) {
        let mut prefix = Vec::with_capacity(LONGEST_VARINT);
        push_varint(&mut prefix, len as u64);
        self.0.splice(start - 1..start, prefix);
    }

    #[inline]
    fn key(&mut self, field: u32, wire_type: u32) {
        push_varint(&mut self.0, u64::from(field << 3 | wire_type));
    }
}

/// Seven bits a byte, the lowest first; the highest bit of a byte says that more follow.
#[inline]
pub(super) fn push_varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the format's documentation, and the edges.
    #[test]
    fn fields_are_those_of_the_format() {
        let bytes = |write: fn(&mut Message)| {
            let mut message = Message::default();
            write(&mut message);
            message.0
        };
        assert_eq!(bytes(|m| m.unsigned(1, 150)), [0x08, 0x96, 0x01]);
        assert_eq!(bytes(|m| m.string(2, "testing")), *b"\x12\x07testing");
        assert_eq!(
            bytes(|m| m.message(3, |m| m.unsigned(1, 150))),
            [0x1a, 0x03, 0x08, 0x96, 0x01]
        );
        assert_eq!(bytes(|m| m.unsigned(16, 0)), [0x80, 0x01, 0x00]);
        for (n, expected) in [(0, 0), (-1, 1), (1, 2), (-2, 3)] {
            let mut message = Message::default();
            message.zigzag(1, n);
            assert_eq!(message.0, [0x08, expected]);
        }
        let max = bytes(|m| m.zigzag(1, i64::MIN));
        assert_eq!(max.len(), 1 + LONGEST_VARINT);
        assert_eq!(
            bytes(|m| m.double(1, -0.0)),
            [0x09, 0, 0, 0, 0, 0, 0, 0, 0x80]
        );
    }

    #[test]
    fn a_message_of_any_length_has_its_length_before_it() {
        for len in [0, 1, 125, 126, 127, 128, 129, 20_000] {
            let text = "x".repeat(len);
            let mut inner = Message::default();
            inner.string(1, &text);
            let mut outer = Message::default();
            outer.unsigned(1, 7);
            outer.message(2, |m| m.string(1, &text));
            let mut expected = vec![0x08, 7, 0x12];
            push_varint(&mut expected, inner.len() as u64);
            expected.extend_from_slice(inner.as_bytes());
            assert_eq!(outer.as_bytes(), expected, "{len}");
        }
    }
}
