//! The bytes of an exposition on their way out: short lines, put together by copies of fixed lengths.
//! As calls of `memcpy`, and with a look at the room for each piece, they would take twice the time.

/// Bytes put together.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// As long as it has ever been, and room for a line.
    bytes: Vec<u8>,
    len: usize,
}

/// Room for a short line: a name, labels, a bound and a number.
const LINE: usize = 512;

/// The longest text in a short line.
const TEXT: usize = 128;

/// The longest piece that can be copied without a look at its length, as long as most names are.
const PIECE: usize = 64;

/// A text that many lines have, prepared for that.
#[derive(Debug, Default)]
pub(super) struct Piece {
    bytes: Vec<u8>,
    padded: Option<[u8; PIECE]>,
}

impl Piece {
    pub(super) fn new(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let mut padded = [0; PIECE];
        let fits = padded.get_mut(..bytes.len());
        let padded = fits
            .map(|room| room.copy_from_slice(&bytes))
            .map(|()| padded);
        Self { bytes, padded }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Chunk {
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Takes back the end of the line that was written last.
    pub(super) fn reopen_line(&mut self) {
        if self.as_bytes().ends_with(b"\n") {
            self.len -= 1;
        }
    }

    /// Any bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        if let Some(room) = self.bytes.get_mut(self.len..self.len + bytes.len()) {
            room.copy_from_slice(bytes);
            self.len += bytes.len();
        }
    }

    /// Room for a short line, which counts once it is [`Chunk::add`]ed.
    #[inline(always)]
    pub(super) fn line(&mut self) -> Option<Line<'_>> {
        self.reserve(LINE);
        let room = self.bytes.get_mut(self.len..self.len + LINE)?;
        let room = room.first_chunk_mut()?;
        Some(Line { room, len: 0 })
    }

    /// Adds what was written in [`Chunk::line`], so many bytes.
    #[inline]
    pub(super) fn add(&mut self, len: usize) {
        self.len += len.min(LINE);
    }

    /// What `write` writes, if all of it is short; else nothing, and `false`.
    #[inline]
    pub(super) fn push_line(&mut self, write: impl FnOnce(&mut Line<'_>) -> Option<()>) -> bool {
        let Some(mut line) = self.line() else {
            return false;
        };
        let written = write(&mut line).is_some();
        if written {
            let len = line.len;
            self.add(len);
        }
        written
    }

    #[inline]
    fn reserve(&mut self, len: usize) {
        if self.bytes.len() < self.len + len {
            self.grow(len);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, len: usize) {
        let len = (self.len + len).next_power_of_two();
        self.bytes.resize(len, 0);
    }
}

/// A short line being written. What is too long for it ends it with `None`.
#[derive(Debug)]
pub(super) struct Line<'c> {
    room: &'c mut [u8; LINE],
    pub(super) len: usize,
}

impl Line<'_> {
    #[inline]
    pub(super) fn push_piece(&mut self, piece: &Piece) -> Option<()> {
        *self.room()? = piece.padded?;
        self.len += piece.bytes.len();
        Some(())
    }

    /// A few bytes, whose number is known while compiling.
    #[inline]
    pub(super) fn push_array<const N: usize>(&mut self, bytes: [u8; N]) -> Option<()> {
        self.push_first(bytes, N)
    }

    /// The first `len` of some bytes; what is behind them is overwritten.
    #[inline]
    pub(super) fn push_first<const N: usize>(&mut self, bytes: [u8; N], len: usize) -> Option<()> {
        *self.room()? = bytes;
        self.len += len;
        Some(())
    }

    #[inline]
    pub(super) fn push_text(&mut self, text: &[u8]) -> Option<()> {
        let room = self.room::<TEXT>()?;
        // as long as labels mostly are: asked first
        if (32..64).contains(&text.len()) {
            copy_ends::<32>(room, text);
        } else {
            copy_other(room, text)?;
        }
        self.len += text.len();
        Some(())
    }

    #[inline]
    fn room<const N: usize>(&mut self) -> Option<&mut [u8; N]> {
        self.room.get_mut(self.len..)?.first_chunk_mut()
    }
}

#[inline(never)]
fn copy_other(room: &mut [u8; TEXT], text: &[u8]) -> Option<()> {
    match text.len() {
        0 => {}
        len @ 1..=3 => {
            room[0] = text[0];
            room[len / 2] = text[len / 2];
            room[len - 1] = text[len - 1];
        }
        4..=7 => copy_ends::<4>(room, text),
        8..=15 => copy_ends::<8>(room, text),
        16..=31 => copy_ends::<16>(room, text),
        32..=63 => copy_ends::<32>(room, text),
        64..=TEXT => copy_ends::<64>(room, text),
        _ => return None,
    }
    Some(())
}

/// Copies a short text: the first `N` bytes, and the last `N`, which may be the same.
#[inline]
fn copy_ends<const N: usize>(room: &mut [u8; TEXT], text: &[u8]) {
    if let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) {
        room[..N].copy_from_slice(first);
        let rest = text.len().min(TEXT) - N;
        room[rest..rest + N].copy_from_slice(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_all_lengths() {
        let text: Vec<u8> = (0..1000).map(|i| (i % 251) as u8).collect();
        let (mut chunk, mut expected) = (Chunk::default(), Vec::new());
        for round in 0..3 {
            for len in (0..300).chain([1000, 0, 1, 999]) {
                let text = &text[round..(round + len).min(text.len())];
                let short = chunk.push_line(|line| line.push_text(text));
                assert_eq!(short, len <= TEXT);
                if !short {
                    chunk.push(text);
                }
                expected.extend_from_slice(text);
                assert!(chunk.as_bytes() == expected, "{len}");
            }
            assert_eq!(chunk.len(), expected.len());
            chunk.clear();
            expected.clear();
        }
        assert_eq!(chunk.as_bytes(), b"");
    }

    #[test]
    fn a_line_is_written_whole_or_not_at_all() {
        let mut chunk = Chunk::default();
        let (short, long) = (Piece::new(*b"name"), Piece::new(vec![b'x'; PIECE + 1]));
        assert!(chunk.push_line(|line| {
            line.push_piece(&short)?;
            line.push_array(*b" 1")
        }));
        assert!(!chunk.push_line(|line| {
            line.push_piece(&short)?;
            line.push_piece(&long)
        }));
        assert!(!chunk.push_line(|line| {
            while line.push_text(b"0123456789").is_some() {}
            None
        }));
        assert!(chunk.push_line(|line| line.push_first(*b"\n   ", 1)));
        assert_eq!(chunk.as_bytes(), b"name 1\n");
    }
}
