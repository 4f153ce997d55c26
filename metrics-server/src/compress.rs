//! A writer that compresses what passes through it, or does not.
//! Memory is that of one compressor, however much is written.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::negotiate::Coding;

/// The level of gzip. Of an exposition of 100,000 lines (7.1 MB), level 1 takes 12 ms of a processor's time and leaves
/// 1/8.5; level 3, 44 ms and 1/10.3; level 6, 143 ms and 1/11.2. The rest is not worth a multiple of the encoder's time.
const GZIP_LEVEL: u32 = 1;

/// The level of zstd: of the same, level 1 takes 8 ms and leaves 1/9.3; level 3, 12 ms and 1/9.4; level 6, 50 ms and
/// 1/10.8.
#[cfg(feature = "zstd")]
const ZSTD_LEVEL: i32 = 1;

/// How far zstd looks back, as a power of two: lines are like those just before, so that 128 KiB find what the 512 KiB
/// of level 1 would, with a compressor of 250 KiB in place of 720.
#[cfg(feature = "zstd")]
const ZSTD_WINDOW: u32 = 17;

/// A writer in one of the codings.
pub(crate) enum Compressed<W: Write> {
    Identity(W),
    Gzip(GzEncoder<W>),
    #[cfg(feature = "zstd")]
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Compressed<W> {
    /// A writer to `out`.
    pub(crate) fn new(coding: Coding, out: W) -> io::Result<Self> {
        Ok(match coding {
            Coding::Identity => Self::Identity(out),
            Coding::Gzip => Self::Gzip(GzEncoder::new(out, Compression::new(GZIP_LEVEL))),
            #[cfg(feature = "zstd")]
            Coding::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(out, ZSTD_LEVEL)?;
                encoder.window_log(ZSTD_WINDOW)?;
                Self::Zstd(encoder)
            }
        })
    }

    /// Writes what says that this is the end. Without it what was written does not decode as a whole.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self {
            Self::Identity(out) => Ok(out),
            Self::Gzip(encoder) => encoder.finish(),
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Compressed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Identity(out) => out.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Identity(out) => out.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::io::Read;
    use std::rc::Rc;

    use super::*;

    const CODINGS: &[Coding] = &[
        Coding::Identity,
        Coding::Gzip,
        #[cfg(feature = "zstd")]
        Coding::Zstd,
    ];

    fn read(coding: Coding, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        match coding {
            Coding::Identity => plain.extend_from_slice(bytes),
            Coding::Gzip => drop(flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain)?),
            #[cfg(feature = "zstd")]
            Coding::Zstd => drop(zstd::Decoder::new(bytes)?.read_to_end(&mut plain)?),
        }
        Ok(plain)
    }

    /// Lines as an exposition has them, longer than every buffer on the way.
    fn lines() -> Vec<u8> {
        let line = |n: u64| {
            format!(
                "requests_total{{path=\"/item/{n}\",status=\"200\"}} {}\n",
                n * n
            )
        };
        (0..50_000).map(line).collect::<String>().into_bytes()
    }

    #[test]
    fn what_was_written_is_read() {
        for coding in CODINGS {
            for plain in [Vec::new(), b"short".to_vec(), lines()] {
                let mut writer = Compressed::new(*coding, Vec::new()).expect("a compressor");
                for chunk in plain.chunks(64 * 1024) {
                    writer.write_all(chunk).expect("a vector takes all");
                }
                let written = writer.finish().expect("a vector takes all");
                assert_eq!(
                    read(*coding, &written).expect("a whole body"),
                    plain,
                    "{coding:?}"
                );
                let smaller = *coding != Coding::Identity && plain.len() > 1000;
                assert!(!smaller || written.len() < plain.len() / 5, "{coding:?}");
            }
        }
    }

    /// A vector that is still there when the writer is gone.
    struct Shared(Rc<RefCell<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn it_comes_out_while_it_goes_in() {
        for coding in CODINGS {
            let out = Rc::new(RefCell::new(Vec::new()));
            let mut writer = Compressed::new(*coding, Shared(out.clone())).expect("a compressor");
            writer.write_all(&lines()).expect("a vector takes all");
            assert!(
                out.borrow().len() > 64 * 1024,
                "{coding:?}: {}",
                out.borrow().len()
            );
        }
    }
}
