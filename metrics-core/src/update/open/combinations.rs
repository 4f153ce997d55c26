//! Combinations of open values, each with the children of all combinations of finite ones: what is let in is let in
//! with all its methods, outcomes and so on. They are exposed as they come into use.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{BuildHasher, Hasher};
use std::ops::ControlFlow;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

#[cfg(not(all(loom, test)))]
use foldhash::fast::RandomState;

#[cfg(all(loom, test))]
use super::model::OneHash as RandomState;

use super::found::{Found, Row};
use super::idle::Idle;
use super::index::Index;
use super::key::{self, FITS, GONE, Kept, REMOVED};
use super::leaving::Leaving;
use super::pages::{Child, Pages};
use super::rows::{CellRows, Rows};
use super::texts::{Place, Stock, Texts};
use crate::declare::{Descriptor, Kind, LabelDescriptor, LabelSet};
use crate::update::cell::{Lane, Lookers, Looking};
use crate::update::clock::{Stamp, now_millis};
use crate::update::family::{ChildId, Read, Reader, Shape, Values};
use crate::update::sync::{AtomicU64, AtomicUsize, Mutex, clear};

/// All combinations of open values that a family keeps apart, at most `cap`.
///
/// A combination is a row of numbers: its state, where its cells are, its key (the open values), which of its children
/// are in use, what it needs to idle, and the marks of its children. In another row, because a scrape needs no more, are
/// the cells of its children. Rows and texts never move, and are not used for anything else while somebody looks, so that
/// they can be read without a lock.
///
/// The life of a row: it is *live* while it can be found; then it is *leaving*, and is shown until a scrape has
/// delivered it; then it is *gone*, but kept for those who have it in hand; then it is free.
#[derive(Debug)]
pub(in crate::update) struct Combinations {
    pub(super) cap: usize,
    shape: Shape,
    /// Whether the children say since when they count.
    counts: bool,
    /// How many labels are open.
    open_labels: usize,
    /// Where in a row the marks of its children begin.
    pub(super) marks: usize,
    pub(super) idle: Option<Idle>,
    /// Since when the family measures time.
    pub(super) clock: Stamp,
    pub(super) lane: Lane,
    hasher: RandomState,
    pub(super) index: Index,
    pub(super) rows: Rows,
    pub(super) cells: CellRows,
    /// Keys that do not fit into rows.
    texts: Texts,
    /// The labels of the children in use.
    pub(super) pages: Pages,
    /// How many combinations can be found.
    pub(super) live: AtomicUsize,
    writer: Mutex<Writer>,
    #[cfg(feature = "tracing")]
    warning: super::warning::Warning,
}

/// What only one thread at a time works on.
#[derive(Debug, Default)]
pub(super) struct Writer {
    texts: Stock,
    /// How many rows have been in use.
    pub(super) used: u32,
    /// Rows that have been in use and are zero again.
    free: Vec<u32>,
    /// Rows that cannot be found any more, and are still shown.
    pub(super) leaving: Leaving,
    /// Rows that are not even shown any more, in the order in which they went, with those who may have found them
    /// before.
    pub(super) removed: VecDeque<(Vec<u32>, Lookers)>,
    /// How many own a row, of those that have owners.
    pub(super) owners: BTreeMap<u32, u64>,
    /// The tick in which a row that is made now is in use; see `idle`.
    pub(super) tick: u64,
}

/// The number of a row that says what the row is: free at 0, else what its key is like; see `key`.
pub(super) const STATE: usize = 0;

/// The number that says where the cells of the combination begin in the threads' tables.
pub(super) const CELLS: usize = 1;

/// From here on is the key, if it fits.
const KEY: usize = 2;

/// From here on a row says which of its children are in use, a bit each.
pub(super) const IN_USE: usize = KEY + FITS;

/// So many rows, besides as many as the cap that are live and as many that leave, may be gone and wait until nobody
/// looks. A thread that the
/// system has stopped while it looked goes on within some milliseconds, in which others remove ten thousand rows.
#[cfg(not(all(loom, test)))]
const WAITING: usize = 32 * 1024;
#[cfg(all(loom, test))]
const WAITING: usize = 1;

/// The most bytes of open values that are let in together.
const LONGEST: usize = 32 * 1000;

impl Combinations {
    /// At most `cap` combinations of open values of these labels, of so many children each.
    pub(in crate::update) fn new(
        cap: usize,
        labels: &[LabelDescriptor],
        children: usize,
        shape: Shape,
        family: &'static Descriptor,
    ) -> Self {
        // a row has a number of 32 bits
        let cap = cap.min(1 << 30);
        let rows = 3 * cap + WAITING;
        let words = children.div_ceil(u64::BITS as usize);
        let in_use = IN_USE + words;
        let idle = family.idle().map(|after| Idle::new(after, in_use, words));
        let marks = idle.as_ref().map_or(in_use, Idle::end);
        Self {
            cap,
            shape,
            counts: counts(family.kind()),
            open_labels: labels
                .iter()
                .filter(|label| label.values.overflow().is_some())
                .count(),
            marks,
            idle,
            clock: Stamp::now(),
            lane: Lane::next(),
            hasher: RandomState::default(),
            index: Index::new(),
            rows: Rows::new(marks + children * shape.marks, rows),
            cells: CellRows::new(children * shape.width, shape.storage, rows),
            texts: Texts::new(rows),
            pages: Pages::default(),
            live: AtomicUsize::new(0),
            writer: Mutex::new(Writer::default()),
            #[cfg(feature = "tracing")]
            warning: super::warning::Warning::new(family),
        }
    }

    /// The combination of these labels' open values, made if it is new and there is room. `None` past the cap, for
    /// what is spelt like the overflow, and for what is too long.
    #[inline]
    pub(in crate::update) fn get_or_make<L: LabelSet>(
        &self,
        labels: &L::Borrowed<'_>,
    ) -> Option<Found<'_>> {
        let looking = Looking::begin(self.lane);
        let hash = self.hash::<L>(labels);
        let version = self.index.version();
        // asked before: what comes while this looks is not to be taken for what stands in its way
        let full = self.is_full();
        let (row, numbers) = match self.find::<L>(hash, labels) {
            Some(found) => found,
            None if full && self.index.is_still(version) => {
                // a subscriber is code of a user's, which may look here again
                drop(looking);
                #[cfg(feature = "tracing")]
                self.warning.of_cap(self.cap);
                return None;
            }
            None => self.find_or_make::<L>(labels)?,
        };
        let row = Row {
            of: self,
            row,
            numbers,
        };
        Some(Found::new(row, looking))
    }

    /// Removes the combination of these labels' open values, with all its children; returns whether there was one.
    /// It is shown until it has been [delivered](Self::delivered), with what those add who have found it before.
    pub(in crate::update) fn remove<L: LabelSet>(&self, labels: &L::Borrowed<'_>) -> bool {
        self.remove_kept(&Kept::of::<L>(labels))
    }

    fn remove_kept(&self, texts: &Vec<String>) -> bool {
        let hash = self.hash::<Kept>(texts);
        let mut writer = self.writer();
        let found = self.find::<Kept>(hash, texts);
        if let Some((row, _)) = found {
            self.leave(row, hash, &mut writer);
        }
        found.is_some()
    }

    /// Shows every child in use, with the numbers that `read` has put into the buffer for it; first those leave
    /// that have not been used for too long.
    pub(in crate::update) fn for_each(
        &self,
        values: Values,
        read: impl FnMut(Reader<'_>, &mut Vec<u64>),
        show: impl FnMut(Read<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.leave_idle();
        self.show(values, read, show)?;
        self.let_go_late();
        ControlFlow::Continue(())
    }

    fn show(
        &self,
        values: Values,
        mut read: impl FnMut(Reader<'_>, &mut Vec<u64>),
        mut show: impl FnMut(Read<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        // what is made meanwhile may have been shown before, and removed
        let added = self.pages.added();
        let mut buffer = Vec::new();
        for number in 0.. {
            // before the page is taken, so that the rows in it are not reused; over before anything is shown, because
            // who is shown it may take its time
            let looking = Looking::begin(self.lane);
            let Some(page) = self.pages.get(number) else {
                break;
            };
            buffer.clear();
            for child in page.children(added) {
                let reader = self.reader(child.row, child.child as usize, values.marks);
                read(reader, &mut buffer);
            }
            drop(looking);
            let read = buffer.chunks(values.each.max(1));
            for ((child, labels), values) in page.labelled(added).zip(read) {
                show(Read {
                    id: ChildId::Open(child.row, child.child as usize),
                    labels,
                    values,
                    created_millis: child.created_millis,
                })?;
            }
        }
        ControlFlow::Continue(())
    }

    fn reader(&self, row: u32, child: usize, with_marks: bool) -> Reader<'_> {
        let marks = || {
            let start = self.marks + child * self.shape.marks;
            self.rows.get(row).get(start..start + self.shape.marks)
        };
        Reader {
            cells: self.cells.get(row),
            start: child * self.shape.width,
            // a row for itself, which most families need not look for
            marks: with_marks.then(marks).flatten().unwrap_or_default(),
        }
    }

    fn is_full(&self) -> bool {
        self.live.load(Acquire) >= self.cap
    }

    #[inline]
    fn hash<L: LabelSet>(&self, labels: &L::Borrowed<'_>) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        L::open_values(labels, &mut |value| hasher.write(value.as_bytes()));
        hasher.finish()
    }

    /// The row of these labels' open values: which, and what it holds.
    #[inline]
    fn find<L: LabelSet>(
        &self,
        hash: u64,
        labels: &L::Borrowed<'_>,
    ) -> Option<(u32, &[AtomicU64])> {
        self.index.find(hash, |row| {
            let numbers = self.rows.get(row);
            self.is::<L>(numbers, labels).then_some((row, numbers))
        })
    }

    /// Whether a row has these labels' open values.
    #[inline(never)]
    fn is<L: LabelSet>(&self, row: &[AtomicU64], labels: &L::Borrowed<'_>) -> bool {
        let state = state_of(row);
        match row.get(KEY..KEY + FITS) {
            Some(words) if key::fits(state) => key::is_short::<L>(labels, state, words),
            _ if is_live(state) => {
                let words = self.texts.words(Place::from_bits(state));
                key::is_long::<L>(labels, words)
            }
            _ => false,
        }
    }

    /// The hash of a row that has not been removed.
    pub(super) fn hash_of(&self, row: &[AtomicU64]) -> u64 {
        self.hash::<Kept>(&self.texts_of(row))
    }

    /// The open values that a row was made for.
    pub(super) fn texts_of(&self, row: &[AtomicU64]) -> Vec<String> {
        // whoever asks is looking, or knows that the row is not free, so that it has its key even if it was removed
        let state = state_of(row) & !(REMOVED | GONE);
        match row.get(KEY..KEY + FITS) {
            Some(words) if key::fits(state) => {
                let mut texts = key::short_texts(state, words);
                texts.truncate(self.open_labels);
                texts
            }
            _ => key::long_texts(self.texts.words(Place::from_bits(state))),
        }
    }

    #[cold]
    #[inline(never)]
    fn find_or_make<L: LabelSet>(&self, labels: &L::Borrowed<'_>) -> Option<(u32, &[AtomicU64])> {
        // asked before they are copied, because they may be long
        if overflows::<L>(L::LABELS, labels) {
            return None;
        }
        let texts = Kept::of::<L>(labels);
        if overflows::<Kept>(L::LABELS, &texts) {
            return None;
        }
        self.find_or_make_kept(&texts)
    }

    fn find_or_make_kept(&self, texts: &Vec<String>) -> Option<(u32, &[AtomicU64])> {
        let hash = self.hash::<Kept>(texts);
        let mut writer = self.writer();
        // another thread may have been here, or what was sought was just being moved
        let found = self.find::<Kept>(hash, texts);
        if found.is_some() || self.is_full() {
            return found;
        }
        self.let_go_like(hash, texts, &mut writer);
        self.clear_removed(&mut writer);
        let row = self.take_row(&mut writer)?;
        let state = self.keep_key(row, texts, &mut writer);
        let made = state.filter(|_| self.index.insert(hash, row, self.live.load(Relaxed)));
        let Some(state) = made else {
            writer.free.push(row);
            return None;
        };
        let numbers = self.rows.get(row);
        if let Some(idle) = &self.idle {
            idle.stamp(numbers, &writer);
        }
        numbers.get(STATE)?.store(state, Release);
        self.live.fetch_add(1, Release);
        Some((row, numbers))
    }

    /// Puts a key where it can be compared; returns the state of its row.
    fn keep_key(&self, row: u32, texts: &Vec<String>, writer: &mut Writer) -> Option<u64> {
        let Some((state, words)) = key::short::<Kept>(texts) else {
            let words = key::long::<Kept>(texts);
            return Some(self.texts.keep(&words, &mut writer.texts)?.bits());
        };
        let places = self.rows.get(row).iter().skip(KEY);
        for (place, word) in places.zip(words) {
            place.store(word, Relaxed);
        }
        Some(state)
    }

    /// A row that nobody uses.
    fn take_row(&self, writer: &mut Writer) -> Option<u32> {
        if let Some(row) = writer.free.pop() {
            return Some(row);
        }
        let row = writer.used;
        if !(self.rows.make(row) && self.cells.make(row)) {
            return None;
        }
        let first = self.cells.get(row).short() as u64;
        self.rows.get(row).get(CELLS)?.store(first, Relaxed);
        writer.used += 1;
        Some(row)
    }

    /// Keeps the rendered labels of a child that comes into use: also in a row that leaves, so that what is added to it
    /// is shown.
    #[cold]
    #[inline(never)]
    pub(super) fn name(&self, row: u32, child: usize, labels: &str) {
        // the lock keeps the row from going meanwhile
        let _writer = self.writer();
        let numbers = self.rows.get(row);
        let (in_use, bit) = in_use(child);
        let idle = self.idle.as_ref();
        let named = idle.map_or(in_use, |idle| idle.named(child).0);
        let (Some(in_use), Some(named)) = (numbers.get(in_use), numbers.get(named)) else {
            return;
        };
        let state = state_of(numbers);
        if state == 0 || state & GONE != 0 || named.load(Relaxed) & bit != 0 {
            return;
        }
        let created_millis = if self.counts { now_millis() } else { 0 };
        let child = Child::new(row, child as u32, created_millis);
        if self.pages.add(child, labels) {
            named.fetch_or(bit, Relaxed);
            in_use.fetch_or(bit, Relaxed);
        }
    }

    /// Makes rows free that are gone, and that nobody can have in hand any more.
    pub(super) fn clear_removed(&self, writer: &mut Writer) {
        while let Some((_, lookers)) = writer.removed.front_mut()
            && lookers.are_gone()
            && let Some((rows, _)) = writer.removed.pop_front()
        {
            for row in &rows {
                self.clear(*row, writer);
            }
            writer.free.extend(rows);
        }
    }

    fn clear(&self, row: u32, writer: &mut Writer) {
        let numbers = self.rows.get(row);
        let state = state_of(numbers) & !(REMOVED | GONE);
        if !key::fits(state) {
            self.texts.free(Place::from_bits(state), &mut writer.texts);
        }
        for (place, number) in numbers.iter().enumerate() {
            // the row keeps its cells
            if place != CELLS {
                number.store(0, Relaxed);
            }
        }
        self.cells.clear(row);
    }

    /// Makes zero what was counted; see [`Family::forget`](crate::update::family::Family::forget). The rows stay, which
    /// somebody may have in hand, or own.
    pub(in crate::update) fn forget(&self) {
        for row in 0.. {
            let numbers = self.rows.get(row);
            if numbers.is_empty() {
                break;
            }
            self.cells.clear(row);
            clear(numbers.get(self.marks..).unwrap_or_default());
        }
    }

    pub(super) fn writer(&self) -> impl std::ops::DerefMut<Target = Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether such metrics count since some time.
pub(in crate::update) fn counts(kind: Kind) -> bool {
    matches!(kind, Kind::Counter | Kind::Histogram)
}

/// Whether these open values belong into the overflow series: because they are too long, or spelt like it, so that a
/// series of their own would be that series a second time. `declared` are the labels that they are the values of.
fn overflows<L: LabelSet>(declared: &[LabelDescriptor], labels: &L::Borrowed<'_>) -> bool {
    let mut overflow = declared.iter().filter_map(|label| label.values.overflow());
    let (mut spelt_overflow, mut len) = (true, 0);
    L::open_values(labels, &mut |value| {
        spelt_overflow &= overflow.next() == Some(value);
        len += value.len();
    });
    spelt_overflow || len > LONGEST
}

/// Which number of a row, and which bit of it, says whether a child is in use.
#[inline]
pub(super) fn in_use(child: usize) -> (usize, u64) {
    let bits = u64::BITS as usize;
    (IN_USE + child / bits, 1 << (child % bits))
}

#[inline]
pub(super) fn state_of(row: &[AtomicU64]) -> u64 {
    row.get(STATE).map_or(0, |state| state.load(Acquire))
}

#[inline]
pub(super) fn is_live(state: u64) -> bool {
    state != 0 && state & REMOVED == 0
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::declare::{Declaration, Source};
    use crate::update::cell::Storage;
    use crate::update::poison;

    static FAMILY: Descriptor = {
        let source = Source {
            file: file!(),
            line: line!(),
            package: env!("CARGO_PKG_NAME"),
            module: module_path!(),
        };
        let declared = Declaration::new("", "steps", "Steps.", source);
        Descriptor::new(declared, Kind::Counter, &[])
    };

    #[test]
    fn a_poisoned_lock_is_locked() {
        let shape = Shape::of_cells(1, Storage::Summed);
        let labels = [LabelDescriptor::open("key", 10)];
        let combinations = Combinations::new(10, &labels, 1, shape, &FAMILY);
        poison(&combinations.writer);
        let texts = vec!["a".to_owned()];
        for _ in 0..2 {
            let found = combinations.get_or_make::<Kept>(&texts);
            found.expect("it is made").row.cells().add(0, 1_u64);
            assert!(combinations.remove::<Kept>(&texts), "it is live");
        }
    }
}
