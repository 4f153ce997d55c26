//! An answer over HTTP/1.1, read from bytes as they come.

/// What has come of an answer.
#[derive(Debug, Default)]
pub struct Answer {
    bytes: Vec<u8>,
    head: Option<Head>,
    /// Where the next chunk's size stands, if the body is chunked.
    at: usize,
    body: Vec<u8>,
    is_whole: bool,
}

#[derive(Debug)]
struct Head {
    len: usize,
    status: u16,
    body: Length,
}

#[derive(Clone, Copy, Debug)]
enum Length {
    Known(usize),
    Chunked,
}

impl Answer {
    /// Takes what has come. `true` once the answer is whole.
    ///
    /// # Errors
    ///
    /// A sentence, if it is no HTTP.
    pub fn take(&mut self, bytes: &[u8]) -> Result<bool, String> {
        self.bytes.extend_from_slice(bytes);
        if self.head.is_none() {
            self.head = Head::read(&self.bytes)?;
            self.at = self.head.as_ref().map_or(0, |head| head.len);
        }
        match &self.head {
            None => {}
            Some(head) => match head.body {
                Length::Known(len) if self.bytes.len() >= head.len + len => {
                    self.body = self.bytes[head.len..head.len + len].to_vec();
                    self.is_whole = true;
                }
                Length::Known(_) => {}
                Length::Chunked => while !self.is_whole && self.take_chunk()? {},
            },
        }
        Ok(self.is_whole)
    }

    /// Moves a chunk into the body, if it is there as a whole.
    fn take_chunk(&mut self) -> Result<bool, String> {
        let rest = &self.bytes[self.at..];
        let Some(end) = rest.windows(2).position(|two| two == b"\r\n") else {
            return Ok(false);
        };
        let size = std::str::from_utf8(&rest[..end]).ok();
        let size = size.and_then(|size| usize::from_str_radix(size, 16).ok());
        let size = size.ok_or("a chunk without a size")?;
        let whole = end + 2 + size + 2;
        if rest.len() < whole {
            return Ok(false);
        }
        if rest[whole - 2..whole] != *b"\r\n" {
            return Err("a chunk that does not end where it says".to_owned());
        }
        self.body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        self.at += whole;
        self.is_whole = size == 0;
        Ok(true)
    }

    /// Its status, once the head has come.
    pub fn status(&self) -> Option<u16> {
        self.head.as_ref().map(|head| head.status)
    }

    /// Whether the head, which has come, has this text in it.
    pub fn head_has(&self, text: &str) -> bool {
        let head = self
            .head
            .as_ref()
            .and_then(|head| self.bytes.get(..head.len));
        head.is_some_and(|head| String::from_utf8_lossy(head).contains(text))
    }

    /// What has come behind the head, of an answer that is none: of a connection that was upgraded.
    pub fn rest(&self) -> &[u8] {
        self.head
            .as_ref()
            .map_or(&[], |head| &self.bytes[head.len..])
    }

    /// Its body, once it is whole.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// How many bytes have come.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing has come.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl Head {
    fn read(bytes: &[u8]) -> Result<Option<Self>, String> {
        const END: &[u8] = b"\r\n\r\n";
        let Some(end) = bytes.windows(END.len()).position(|window| window == END) else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&bytes[..end]);
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 "));
        let status = status.and_then(|line| line.get(..3)?.parse().ok());
        let status = status.ok_or_else(|| format!("no HTTP: {text}"))?;
        let mut body = Length::Known(0);
        for line in lines {
            let Some((name, value)) = line.split_once(':') else {
                return Err(format!("no header: {line}"));
            };
            if name.eq_ignore_ascii_case("content-length") {
                let len = value.trim().parse();
                body = Length::Known(len.map_err(|_| format!("no length: {line}"))?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                body = Length::Chunked;
            }
        }
        Ok(Some(Self {
            len: end + END.len(),
            status,
            body,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_from_pieces_of_any_size() {
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n";
        let counted =
            b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 4\r\n\r\nfull";
        for step in 1..counted.len() {
            for (bytes, status, body) in
                [(&chunked[..], 200, "abc0123456789"), (counted, 503, "full")]
            {
                let mut answer = Answer::default();
                let whole: Vec<bool> = bytes
                    .chunks(step)
                    .map(|piece| answer.take(piece).expect("HTTP"))
                    .collect();
                assert_eq!(whole.iter().filter(|whole| **whole).count(), 1, "{step}");
                assert_eq!(whole.last(), Some(&true));
                assert_eq!(answer.status(), Some(status));
                assert_eq!(answer.body(), body.as_bytes());
                assert_eq!(answer.head_has("retry-after"), status == 503);
            }
        }
        assert!(Answer::default().take(b"SSH-2.0\r\n\r\n").is_err());
    }
}
