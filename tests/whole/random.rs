//! Random cases, none of whose families clash.

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::case::{Case, Declared, LABELS, Native, Of, Op, Shape, Verb};

/// Which texts labels and help may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Texts {
    /// Any.
    Any,
    /// None that a reader of lines stumbles over which looks for commas, braces and quotes alone, nor a colon in names.
    Plain,
}

impl Texts {
    fn values(self) -> BoxedStrategy<String> {
        match self {
            Self::Any => prop_oneof![any::<String>(), "[\"\\\\\nn,={} #]{0,6}"].boxed(),
            Self::Plain => "[a-z0-9/ éß漢😀]{0,6}".boxed(),
        }
    }

    fn namespaces(self) -> Vec<&'static str> {
        match self {
            Self::Any => vec!["", "app", "a:b"],
            Self::Plain => vec!["", "app"],
        }
    }

    fn help(self) -> BoxedStrategy<String> {
        match self {
            Self::Any => any::<String>().boxed(),
            Self::Plain => "[a-z\"é]{1,8}".boxed(),
        }
    }
}

/// Cases in which each thread does at most so much.
pub(crate) fn cases(texts: Texts, acts: usize) -> impl Strategy<Value = Case> {
    (
        select(texts.namespaces()),
        option::of(texts.values()),
        btree_set(texts.values(), LABELS).prop_map(|texts| texts.into_iter().collect()),
        vec(declared(texts), 1..5),
        vec(vec(op(), 0..acts), 1..5),
    )
        .prop_map(|(namespace, zone, texts, families, threads)| Case {
            namespace,
            zone,
            texts,
            families,
            threads,
        })
}

fn declared(texts: Texts) -> impl Strategy<Value = Declared> {
    let of = vec![
        Of::Count,
        Of::Amount,
        Of::Level,
        Of::Fill,
        Of::Sizes,
        Of::Sizes,
        Of::Lengths,
        Of::Info,
        Of::States,
        Of::Read,
    ];
    let shapes = vec![
        Shape::Bare,
        Shape::Finite,
        Shape::Open,
        Shape::Capped,
        Shape::Mixed,
        Shape::Two,
    ];
    (
        (select(of), select(shapes)),
        "[a-z][a-z_]{0,4}",
        select(vec!["", "seconds", "bytes"]),
        texts.help(),
        btree_set(-8..64_i32, 1..5),
        native(),
        (any::<bool>(), option::of(-64..64_i32)),
    )
        .prop_map(
            |((of, shape), word, unit, help, bounds, native, (apart, begins))| {
                let has_unit = !matches!(of, Of::Info | Of::States);
                Declared {
                    of,
                    shape,
                    word,
                    unit: if has_unit { unit } else { "" },
                    help,
                    bounds: bounds.into_iter().collect(),
                    native,
                    apart,
                    begins,
                }
            },
        )
}

fn native() -> impl Strategy<Value = Native> {
    let which = select(vec![(true, false), (false, true), (true, true)]);
    let most = prop_oneof![Just(160_u32), 1..12_u32];
    let zero = select(vec![0.0, 2.938_735_877_055_719e-39, 0.25]);
    (which, -4..9_i32, most, zero).prop_map(
        |((classic, native), schema, max_buckets, zero_threshold)| Native {
            classic,
            native,
            schema,
            max_buckets,
            zero_threshold,
        },
    )
}

fn op() -> impl Strategy<Value = Op> {
    let verbs = prop_oneof![
        12 => Just(Verb::Update),
        2 => Just(Verb::Kept),
        2 => Just(Verb::Exemplar),
        2 => Just(Verb::Duration),
        2 => Just(Verb::Set),
        1 => Just(Verb::Edge),
        2 => Just(Verb::Bad),
        2 => Just(Verb::Guard),
        1 => Just(Verb::Remove),
        1 => Just(Verb::Own),
    ];
    let n = prop_oneof![-64..64_i32, Just(1), -4000..4000_i32];
    (0..4_usize, verbs, 0..LABELS, n).prop_map(|(family, verb, label, n)| Op {
        family,
        verb,
        label,
        n,
    })
}
