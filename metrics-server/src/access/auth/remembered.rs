//! Passwords that were verified, by their code, so that a scraper costs one slow verification. Wrong ones are not remembered:
//! they would push out the right ones.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::mac::Code;

/// For so long since it was last used: one that is in use is not verified again, or who guesses at its address could have it
/// wait then. The password of a user whose hash is replaced is forgotten at once, for the hash is in the code.
const KEPT: Duration = Duration::from_secs(600);

/// So many at most; then the one that was not used for longest goes.
const MOST: usize = 64;

/// The codes, and when each was last used.
#[derive(Debug, Default)]
pub(super) struct Remembered(Mutex<Vec<(Code, Instant)>>);

impl Remembered {
    /// Whether this was verified, and used not long ago.
    pub(super) fn has(&self, code: &Code, now: Instant) -> bool {
        let mut kept = self.kept(now);
        let mut found = false;
        // all are compared, whichever it is
        for (other, used) in kept.iter_mut() {
            if other.is(code) {
                *used = now;
                found = true;
            }
        }
        found
    }

    /// This was verified now.
    pub(super) fn add(&self, code: Code, now: Instant) {
        let mut kept = self.kept(now);
        kept.retain(|(other, _)| !other.is(&code));
        if kept.len() == MOST {
            let oldest = kept.iter().enumerate().min_by_key(|(_, (_, used))| *used);
            if let Some((at, _)) = oldest {
                kept.swap_remove(at);
            }
        }
        kept.push((code, now));
    }

    /// All that are not too old.
    fn kept(&self, now: Instant) -> MutexGuard<'_, Vec<(Code, Instant)>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, used)| now.saturating_duration_since(*used) < KEPT);
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::super::mac::Key;
    use super::*;

    #[test]
    fn a_password_is_remembered_until_it_is_not_used_for_ten_minutes() {
        let key = Key::random().expect("a key");
        let remembered = Remembered::default();
        let (code, start) = (key.code(&[b"a"]), Instant::now());
        assert!(!remembered.has(&code, start));
        remembered.add(code.clone(), start);
        assert!(!remembered.has(&key.code(&[b"b"]), start));
        let later = start + KEPT - Duration::from_secs(1);
        assert!(remembered.has(&code, later));
        let much_later = later + KEPT - Duration::from_secs(1);
        assert!(remembered.has(&code, much_later));
        assert!(!remembered.has(&code, much_later + KEPT));
    }

    #[test]
    fn it_is_bounded_and_what_is_not_used_goes() {
        let key = Key::random().expect("a key");
        let remembered = Remembered::default();
        let start = Instant::now();
        let code = |n: usize| key.code(&[&n.to_be_bytes()]);
        let after = |n: usize| start + Duration::from_secs(n as u64);
        for n in 0..MOST {
            remembered.add(code(n), after(n));
            remembered.add(code(n), after(n));
        }
        assert!(remembered.has(&code(0), after(MOST)));
        remembered.add(code(MOST), after(MOST));
        let has = |n: usize| remembered.has(&code(n), after(MOST));
        assert!(!has(1));
        assert!(has(0) && (2..=MOST).all(has));
    }
}
