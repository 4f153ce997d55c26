//! As much of WebSocket as a client needs. It is lean, as the clients share the machine with what is measured.

/// A frame. The server does not split its messages.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'b> {
    /// What it is: [`TEXT`], [`CLOSE`] or [`PING`].
    pub opcode: u8,
    /// Its content.
    pub payload: &'b [u8],
}

/// The opcode of a text.
pub const TEXT: u8 = 1;
/// The opcode of a goodbye, whose payload begins with the [code](Frame::close_code).
pub const CLOSE: u8 = 8;
/// The opcode of a ping, which wants a [`PONG`].
pub const PING: u8 = 9;

/// The answer to an empty ping: a frame of a client is masked, here by zeros.
pub const PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];

impl Frame<'_> {
    /// Why the server closes, if this frame says so.
    pub fn close_code(&self) -> Option<u16> {
        let code = self.payload.first_chunk().filter(|_| self.opcode == CLOSE);
        code.map(|code| u16::from_be_bytes(*code))
    }
}

/// The first frame of what has arrived, and how many bytes it takes; `None` until it is whole.
pub fn split(bytes: &[u8]) -> Option<(Frame<'_>, usize)> {
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

/// A frame of a client, masked by zeros.
pub fn masked(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode];
    match payload.len() {
        len @ 0..126 => frame.push(0x80 | len as u8),
        len @ 126..0x1_0000 => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&(len as u16).to_be_bytes());
        }
        len => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(payload);
    frame
}

/// What asks to be let in at this path; `more` are whole header lines beside those that there must be.
pub fn handshake(path: &str, more: &str) -> Vec<u8> {
    let request = format!(
        "GET {path} HTTP/1.1\r\n\
         Host: localhost\r\n\
         Connection: Upgrade\r\n\
         Upgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         {more}\r\n"
    );
    request.into_bytes()
}
