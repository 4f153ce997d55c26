//! The exemplars of a child under loom's model checker: kept while it is read, and while the next one is in its place.

use loom::sync::Arc;

use super::family::Exemplars;
use crate::update::family::ChildId;
use crate::update::model::{EXEMPLARS, check, join, spawn};
use crate::update::sync::AtomicU64;
use crate::update::{Labels, Number, Point, Value};

const CHILD: ChildId = ChildId::Dense(0);

/// A child, and who comes after it in its place.
struct Place {
    exemplars: Exemplars,
    marks: [AtomicU64; 1],
}

impl Place {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            exemplars: Exemplars::new(&EXEMPLARS, Exemplars::MARKS),
            marks: [AtomicU64::new(0)],
        })
    }

    fn keep(&self, bucket: usize, who: &str) {
        self.exemplars
            .keep(CHILD, &self.marks, bucket, 1.0, &[("who", who)]);
    }

    /// As `combinations` does it when nobody has the child in hand any more.
    fn clear(&self) {
        self.marks[0].store(0, std::sync::atomic::Ordering::Relaxed);
    }

    /// The owner, which a walk reads while it looks.
    fn owner(&self) -> u64 {
        let gathering = self.exemplars.gathering();
        gathering.map_or(0, |gathering| gathering.owner(&self.marks))
    }

    /// Whose exemplars are shown under it, which a walk does when it looks no more.
    fn shown(&self, owner: u64) -> Vec<String> {
        let point = Point::new(Labels::NONE, Value::Number(Number::Unsigned(1)));
        let Some(gathering) = self.exemplars.gathering() else {
            return Vec::new();
        };
        gathering.show(CHILD, owner, point, |point| {
            let labels = point.exemplars.iter().flat_map(|one| one.labels.pairs());
            labels.map(|(_, who)| who.into_owned()).collect()
        })
    }
}

/// Fails if `read` does not ask for the owner, or if `with` does not clear what it finds of another.
#[test]
fn no_exemplar_is_shown_of_another_child_in_the_same_place() {
    check(|| {
        let place = Place::new();
        place.keep(0, "first");
        let walked = Arc::clone(&place);
        // over before the place is another's; what was read of it is shown later
        let owner = place.owner();
        let shows = spawn(move || walked.shown(owner));
        place.clear();
        place.keep(1, "second");
        let now = place.owner();
        let second = place.shown(now);
        let first = join(shows);
        assert!(first.iter().all(|who| who == "first"), "{first:?}");
        assert!(second.iter().all(|who| who == "second"), "{second:?}");
        assert_ne!(owner, now);
    });
}

/// Fails if `owner` forgets who it is with the bits that it clears.
#[test]
fn an_exemplar_that_is_kept_during_a_walk_is_in_that_or_the_next() {
    check(|| {
        let place = Place::new();
        let [one, two] = [Arc::clone(&place), Arc::clone(&place)];
        let threads =
            [(one, "one"), (two, "two")].map(|(place, who)| spawn(move || place.keep(0, who)));
        // its buckets may take others from now on
        place.owner();
        for thread in threads {
            join(thread);
        }
        let owner = place.owner();
        assert_eq!(place.owner(), owner, "it is the same in the next walk");
        assert!(!place.shown(owner).is_empty());
    });
}
