//! A case: what is declared, and what each thread does to it. `random` makes some up, `live` does what they say to
//! metrics, and `model` works out what should come of it.

use std::fmt;

/// What is declared of one family.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) of: Of,
    pub(crate) shape: Shape,
    /// The name, without what its place in the set, the unit, the kind and the registry add.
    pub(crate) word: String,
    pub(crate) unit: &'static str,
    pub(crate) help: String,
    /// Of a classic histogram, in eighths.
    pub(crate) bounds: Vec<i32>,
    pub(crate) native: Native,
    /// Whether each series is for one thread alone, so that what does not commute has one outcome.
    pub(crate) apart: bool,
    /// What a gauge is set to before the threads begin, if it is: all of them share its cells then.
    pub(crate) begins: Option<i32>,
}

/// Which metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// A counter of whole numbers, and one of floats.
    Count,
    Amount,
    /// A gauge of whole numbers, and one of floats.
    Level,
    Fill,
    /// A histogram of floats, and one of whole numbers.
    Sizes,
    Lengths,
    Info,
    States,
    /// A gauge that is read from a function.
    Read,
}

/// Which label set: see `shapes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Bare,
    Finite,
    Open,
    Capped,
    Mixed,
    Two,
}

/// Which buckets a histogram has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Native {
    pub(crate) classic: bool,
    pub(crate) native: bool,
    pub(crate) schema: i32,
    pub(crate) max_buckets: u32,
    pub(crate) zero_threshold: f64,
}

/// What is done; where it does not fit the family, it is an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Update,
    /// The same three times, with the child in hand.
    Kept,
    /// The same with an exemplar.
    Exemplar,
    /// An observation of a length of time.
    Duration,
    Set,
    /// A number at the edge of what there is.
    Edge,
    /// A number that is refused.
    Bad,
    /// A guard that is let go.
    Guard,
    Remove,
    /// An update by an owner, who leaves.
    Own,
}

#[derive(Clone, Copy)]
pub(crate) struct Op {
    /// Which of the families, in the order of their declaration and again from the beginning.
    pub(crate) family: usize,
    pub(crate) verb: Verb,
    /// Which of the label values.
    pub(crate) label: usize,
    pub(crate) n: i32,
}

/// In a line: a case has many.
impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            family,
            verb,
            label,
            n,
        } = self;
        write!(f, "family {family}, label {label}: {verb:?} {n}")
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) namespace: &'static str,
    /// The value of a constant label, if there is one.
    pub(crate) zone: Option<String>,
    /// The values of open labels.
    pub(crate) texts: Vec<String>,
    pub(crate) families: Vec<Declared>,
    /// What each thread does.
    pub(crate) threads: Vec<Vec<Op>>,
}

/// How many label sets each shape has in a case, but for that without labels.
pub(crate) const LABELS: usize = 6;

/// An operation that fits its family.
#[derive(Clone, Debug)]
pub(crate) struct Act<'c> {
    pub(crate) family: usize,
    pub(crate) verb: Verb,
    pub(crate) label: usize,
    n: i32,
    pub(crate) texts: &'c [String],
    /// Which act it is, to be told by an exemplar.
    pub(crate) trace: String,
}

/// What floats are hard to write or to add.
const EDGES: [f64; 9] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    -0.0,
    5e-324,
    9_007_199_254_740_993.0,
    1.797_693_134_862_315_7e308,
    0.1,
    1e21,
];

impl Act<'_> {
    /// Adding it to others is exact in any order.
    pub(crate) fn eighths(&self) -> f64 {
        f64::from(self.n) / 8.0
    }

    pub(crate) fn whole(&self) -> u64 {
        self.n.unsigned_abs().into()
    }

    pub(crate) fn signed(&self) -> i64 {
        self.n.into()
    }

    pub(crate) fn edge(&self) -> f64 {
        EDGES[self.n.unsigned_abs() as usize % EDGES.len()]
    }

    /// What a counter of floats refuses.
    pub(crate) fn bad(&self) -> f64 {
        [f64::NAN, -0.125, f64::INFINITY, f64::NEG_INFINITY][self.n.unsigned_abs() as usize % 4]
    }
}

impl Case {
    /// What is done before the threads begin.
    pub(crate) fn first_acts(&self) -> impl Iterator<Item = Act<'_>> {
        let families = self.families.iter().enumerate();
        families.filter_map(|(family, declared)| {
            let is_set = matches!(declared.of, Of::Level | Of::Fill);
            declared.begins.filter(|_| is_set).map(|n| Act {
                family,
                verb: Verb::Set,
                label: 0,
                n,
                texts: &self.texts,
                trace: String::new(),
            })
        })
    }

    /// What a thread does.
    pub(crate) fn acts(&self, thread: usize) -> impl Iterator<Item = Act<'_>> {
        let ops = self.threads[thread].iter().enumerate();
        ops.filter_map(move |(at, op)| {
            let family = op.family.checked_rem(self.families.len())?;
            let declared = &self.families[family];
            let label = if declared.shape == Shape::Bare && declared.of != Of::States {
                0
            } else {
                op.label % LABELS
            };
            let is_its_own = declared.one_at(label) % self.threads.len() == thread;
            (!declared.is_apart() || is_its_own).then(|| Act {
                family,
                verb: declared.fitting(op.verb),
                label,
                n: op.n,
                texts: &self.texts,
                trace: format!("thread {thread} act {at}"),
            })
        })
    }

    /// The name that a family is exposed by.
    pub(crate) fn name(&self, family: usize) -> String {
        let Declared { of, unit, .. } = &self.families[family];
        let parts = [self.namespace, &self.families[family].field(family), unit];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        let name = parts.collect::<Vec<_>>().join("_");
        match of {
            Of::Count | Of::Amount => name + "_total",
            Of::Info => name + "_info",
            _ => name,
        }
    }
}

impl Declared {
    /// What the field would be called; no two fields are called the same.
    pub(crate) fn field(&self, family: usize) -> String {
        format!("{}{family}", self.word)
    }

    /// Its bounds, in the number that they are.
    pub(crate) fn bounds(&self) -> Vec<f64> {
        self.bounds.iter().map(|n| f64::from(*n) / 8.0).collect()
    }

    pub(crate) fn is_histogram(&self) -> bool {
        matches!(self.of, Of::Sizes | Of::Lengths)
    }

    fn is_apart(&self) -> bool {
        // of which there is one number, or what comes and goes
        self.apart && self.shape != Shape::Capped || self.is_one()
    }

    /// Whether all that is done to it is done to one thing.
    fn is_one(&self) -> bool {
        matches!(self.of, Of::Info | Of::States | Of::Read)
    }

    /// What leaves at once when a series of this label is removed.
    pub(crate) fn one_at(&self, label: usize) -> usize {
        match self.shape {
            _ if self.is_one() => 0,
            // a combination of open values with all finite ones
            Shape::Mixed => label % 3,
            _ => label,
        }
    }

    fn fitting(&self, verb: Verb) -> Verb {
        let open = matches!(self.shape, Shape::Open | Shape::Mixed | Shape::Two);
        let fits = match verb {
            Verb::Update => true,
            Verb::Kept => !self.is_one(),
            Verb::Exemplar => self.is_histogram() || matches!(self.of, Of::Count | Of::Amount),
            Verb::Duration => self.of == Of::Sizes,
            Verb::Set => self.is_apart() && matches!(self.of, Of::Level | Of::Fill),
            Verb::Edge => {
                self.of == Of::Count || self.is_apart() && matches!(self.of, Of::Level | Of::Fill)
            }
            Verb::Bad => matches!(self.of, Of::Amount | Of::Sizes),
            Verb::Guard => self.of == Of::Level && !open && self.shape != Shape::Capped,
            Verb::Remove => self.is_apart() && open && !self.is_one(),
            Verb::Own => self.is_apart() && open && self.of == Of::Count,
        };
        if fits { verb } else { Verb::Update }
    }
}
