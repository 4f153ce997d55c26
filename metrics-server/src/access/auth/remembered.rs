//! Passwords that were verified, by their code, so that a scraper costs one slow verification in ten minutes. Wrong ones
//! are not remembered: they would push out the right ones.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::mac::Code;

/// For so long; the password of a user whose hash is replaced is forgotten at once, for the hash is in the code.
const KEPT: Duration = Duration::from_secs(600);

/// So many at most; then the oldest goes.
const MOST: usize = 64;

/// The codes, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Remembered(Mutex<Vec<(Code, Instant)>>);

impl Remembered {
    /// Whether this was verified not long ago.
    pub(super) fn has(&self, code: &Code, now: Instant) -> bool {
        let kept = self.kept(now);
        code.is_among(kept.iter().map(|(code, _)| code))
    }

    /// This was verified now.
    pub(super) fn add(&self, code: Code, now: Instant) {
        let mut kept = self.kept(now);
        kept.retain(|(other, _)| !other.is(&code));
        if kept.len() == MOST {
            kept.remove(0);
        }
        kept.push((code, now));
    }

    /// All that are not too old.
    fn kept(&self, now: Instant) -> MutexGuard<'_, Vec<(Code, Instant)>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, since)| now.saturating_duration_since(*since) < KEPT);
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::super::mac::Key;
    use super::*;

    #[test]
    fn a_password_is_remembered_for_ten_minutes() {
        let key = Key::random().expect("a key");
        let remembered = Remembered::default();
        let (code, start) = (key.code(&[b"a"]), Instant::now());
        assert!(!remembered.has(&code, start));
        remembered.add(code.clone(), start);
        assert!(remembered.has(&code, start + KEPT - Duration::from_secs(1)));
        assert!(!remembered.has(&key.code(&[b"b"]), start));
        assert!(!remembered.has(&code, start + KEPT));
    }

    #[test]
    fn it_is_bounded_and_the_oldest_goes() {
        let key = Key::random().expect("a key");
        let remembered = Remembered::default();
        let start = Instant::now();
        for n in 0..=MOST {
            let code = key.code(&[&n.to_be_bytes()]);
            remembered.add(code.clone(), start);
            remembered.add(code, start);
        }
        let has = |n: usize| remembered.has(&key.code(&[&n.to_be_bytes()]), start);
        assert!(!has(0));
        assert!((1..=MOST).all(has));
    }
}
