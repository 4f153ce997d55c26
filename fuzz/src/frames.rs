//! The bytes of a WebSocket, after a first one that says how they are cut: the same is heard however they come, no more is
//! kept than may be, and what is heard is what RFC 6455 says, read once more below by the letter.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metrics_server::fuzzing::{LONGEST_MESSAGE, MOST_FRAMES, Said, frames};

fuzz_target!(|input: &[u8]| {
    let Some((cut, bytes)) = input.split_first() else {
        return;
    };
    let whole = frames(bytes, bytes.len().max(1));
    for piece in [1, usize::from(*cut).max(2)] {
        let (said, end) = frames(bytes, piece);
        assert_eq!(said, whole.0, "pieces of {piece} bytes");
        // of two mistakes in the head of a frame, that is told which is seen first
        let same = |code| if code == 1002 { 1009 } else { code };
        assert_eq!(end.map(same), whole.1.map(same), "pieces of {piece} bytes");
    }

    let (said, end) = whole;
    let mut letter = Letter {
        bytes,
        message: None,
        said: Vec::new(),
    };
    let expected = letter.end();
    assert_eq!(said, letter.said);
    match expected {
        End::Open => assert_eq!(end, None),
        End::Closed(code) => assert_eq!(end, Some(code)),
        End::Wrong => assert!(end.is_some_and(|code| [1002, 1009].contains(&code))),
    }
});

enum End {
    /// By the end of the bytes, or by a close.
    Open,
    Closed(u16),
    /// There are several mistakes, and each may be told.
    Wrong,
}

/// The frames by the letter: slowly, and of whole frames alone.
struct Letter<'b> {
    bytes: &'b [u8],
    /// Whether it is a text, its bytes, and in how many frames they came.
    message: Option<(bool, Vec<u8>, u32)>,
    said: Vec<Said>,
}

impl<'b> Letter<'b> {
    fn end(&mut self) -> End {
        loop {
            match self.frame() {
                Ok(true) => {}
                Ok(false) => return End::Open,
                Err(end) => return end,
            }
        }
    }

    fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Some(taken)
    }

    /// Reads a frame; whether there may be another.
    fn frame(&mut self) -> Result<bool, End> {
        let Some(&[first, second]) = self.take(2) else {
            return Ok(false);
        };
        let (last, reserved, opcode) = (first >> 7 == 1, first >> 4 & 7, first & 15);
        let (masked, short) = (second >> 7 == 1, second & 127);
        let is_control = opcode >= 8;
        let len = match short {
            126 => self
                .take(2)
                .map(|len| u64::from(u16::from_be_bytes([len[0], len[1]]))),
            127 => self
                .take(8)
                .map(|len| len.iter().fold(0, |all, byte| all << 8 | u64::from(*byte))),
            len => Some(len.into()),
        };
        // what is no message has no long length, however it is written
        let is_wrong = reserved != 0
            || !masked
            || !matches!(opcode, 0..=2 | 8..=10)
            || is_control && short > 125;
        let Some(len) = len else {
            return if is_wrong {
                Err(End::Closed(1002))
            } else {
                Ok(false)
            };
        };
        let room = LONGEST_MESSAGE - self.message.as_ref().map_or(0, |(_, bytes, _)| bytes.len());
        let is_long = !is_control && len > room as u64;
        if is_wrong && is_long {
            return Err(End::Wrong);
        }
        if is_wrong {
            return Err(End::Closed(1002));
        }
        if is_long {
            return Err(End::Closed(1009));
        }
        let payload = self.take(4).zip(self.take(len as usize));
        let Some((mask, payload)) = payload else {
            return Ok(false);
        };
        let payload = payload
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, mask)| byte ^ mask);
        let payload: Vec<u8> = payload.collect();
        match opcode {
            0..=2 => self.data(opcode, last, &payload),
            _ if !last => Err(End::Closed(1002)),
            8 => self.close(&payload),
            9 => {
                self.said.push(Said::Ping(payload));
                Ok(true)
            }
            _ => {
                self.said.push(Said::Pong);
                Ok(true)
            }
        }
    }

    fn data(&mut self, opcode: u8, last: bool, payload: &[u8]) -> Result<bool, End> {
        let (is_text, mut bytes, frames) = match (opcode, self.message.take()) {
            (0, Some(message)) => message,
            (1 | 2, None) => (opcode == 1, Vec::new(), 0),
            _ => return Err(End::Closed(1002)),
        };
        bytes.extend_from_slice(payload);
        if is_text {
            // a character may be cut by the end of a frame that is not the last
            match String::from_utf8(bytes.clone()) {
                Err(error) if last || error.utf8_error().error_len().is_some() => {
                    return Err(End::Closed(1007));
                }
                Ok(text) if last => {
                    self.said.push(Said::Text(text));
                    return Ok(true);
                }
                _ => {}
            }
        } else if last {
            self.said.push(Said::Binary(bytes));
            return Ok(true);
        }
        if frames + 1 >= MOST_FRAMES {
            return Err(End::Closed(1009));
        }
        self.message = Some((is_text, bytes, frames + 1));
        Ok(true)
    }

    fn close(&mut self, payload: &[u8]) -> Result<bool, End> {
        let code = match payload {
            [] => None,
            [high, low, reason @ ..] => {
                let code = u16::from_be_bytes([*high, *low]);
                let is_code = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
                if !is_code || std::str::from_utf8(reason).is_err() {
                    return Err(End::Closed(1002));
                }
                Some(code)
            }
            _ => return Err(End::Closed(1002)),
        };
        self.said.push(Said::Close(code));
        Ok(false)
    }
}
