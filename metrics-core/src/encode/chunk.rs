//! The bytes of an exposition on their way out: short pieces, put together by copies of fixed lengths.
//! Most of what an exposition costs is such copies; as calls of `memcpy` they take twice the time.

/// The longest piece that is not copied by a call.
const SHORT: usize = 128;

/// Bytes put together.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// As long as it has ever been, and [`SHORT`] bytes more at most.
    bytes: Vec<u8>,
    len: usize,
}

/// A piece that is pushed often. A short one is padded, so that it is copied without a look at its length.
#[derive(Debug, Default)]
pub(super) struct Often {
    bytes: Vec<u8>,
    padded: Option<[u8; OFTEN]>,
}

/// As long as most names are.
const OFTEN: usize = 64;

impl Often {
    pub(super) fn new(bytes: &[u8]) -> Self {
        let mut padded = [0; OFTEN];
        let fits = padded.get_mut(..bytes.len());
        let padded = fits
            .map(|room| room.copy_from_slice(bytes))
            .map(|()| padded);
        Self {
            bytes: bytes.to_vec(),
            padded,
        }
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

    #[inline]
    pub(super) fn push_byte(&mut self, byte: u8) {
        self.push_array([byte]);
    }

    /// A piece whose length is known while compiling.
    #[inline]
    pub(super) fn push_array<const N: usize>(&mut self, bytes: [u8; N]) {
        let room = self.push_room(N);
        if let Some(room) = room.first_chunk_mut() {
            *room = bytes;
        }
    }

    /// A piece that is pushed often, and so was prepared for it.
    #[inline]
    pub(super) fn push_often(&mut self, piece: &Often) {
        let Some(room) = self.bytes.get_mut(self.len..self.len + SHORT) else {
            return self.push(&piece.bytes);
        };
        let (short, room) = (piece.padded.as_ref(), room.first_chunk_mut());
        let (Some(padded), Some(room)) = (short, room) else {
            return self.push(&piece.bytes);
        };
        *room = *padded;
        self.len += piece.bytes.len();
    }

    #[inline]
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let start = self.len;
        self.len += bytes.len();
        let room = self.bytes.get_mut(start..start + SHORT);
        let copied = room.and_then(|room| room.first_chunk_mut());
        if !copied.is_some_and(|room| copy(room, bytes)) {
            self.push_slowly(start, bytes);
        }
    }

    /// Room for so many bytes, which the caller writes.
    #[inline]
    pub(super) fn push_room(&mut self, len: usize) -> &mut [u8] {
        let start = self.len;
        self.len += len;
        if self.bytes.len() < self.len {
            self.grow();
        }
        self.bytes.get_mut(start..self.len).unwrap_or_default()
    }

    /// A piece that is long, or for which there is no room.
    #[cold]
    #[inline(never)]
    fn push_slowly(&mut self, start: usize, bytes: &[u8]) {
        if self.bytes.len() < self.len + SHORT {
            self.grow();
        }
        if let Some(room) = self.bytes.get_mut(start..self.len) {
            room.copy_from_slice(bytes);
        }
    }

    #[cold]
    fn grow(&mut self) {
        let len = (self.len + SHORT).next_power_of_two();
        self.bytes.resize(len, 0);
    }
}

/// Copies `bytes` to the beginning of `room`, if they are short: the first so many of them, and the last so many, which
/// may be the same.
#[inline]
fn copy(room: &mut [u8; SHORT], bytes: &[u8]) -> bool {
    match bytes.len() {
        0 => {}
        len @ 1..=3 => {
            room[0] = bytes[0];
            room[len / 2] = bytes[len / 2];
            room[len - 1] = bytes[len - 1];
        }
        4..=7 => copy_ends::<4>(room, bytes),
        8..=15 => copy_ends::<8>(room, bytes),
        16..=31 => copy_ends::<16>(room, bytes),
        32..=63 => copy_ends::<32>(room, bytes),
        64..=SHORT => copy_ends::<64>(room, bytes),
        _ => return false,
    }
    true
}

#[inline]
fn copy_ends<const N: usize>(room: &mut [u8; SHORT], bytes: &[u8]) {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) {
        room[..N].copy_from_slice(first);
        let rest = bytes.len().min(SHORT) - N;
        room[rest..rest + N].copy_from_slice(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_all_lengths() {
        let piece: Vec<u8> = (0..1000).map(|i| (i % 251) as u8).collect();
        let (mut chunk, mut expected) = (Chunk::default(), Vec::new());
        for round in 0..3 {
            for len in (0..300).chain([1000, 0, 1, 999]) {
                let piece = &piece[round..(round + len).min(piece.len())];
                chunk.push(piece);
                expected.extend_from_slice(piece);
                assert!(chunk.as_bytes() == expected, "{len}");
            }
            assert_eq!(chunk.len(), expected.len());
            chunk.clear();
            expected.clear();
        }
        assert_eq!(chunk.as_bytes(), b"");
    }
}
