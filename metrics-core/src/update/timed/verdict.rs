//! How a call that returned went: by its type if it is a `Result`, or by what `ok_if`, `error_if` or `error_label`
//! say of its value.

use crate::declare::Outcome;

/// How a call went, and what its error says for a label.
#[derive(Clone, Copy, Debug)]
pub struct Verdict<X = NoFailure> {
    pub(super) outcome: Outcome,
    pub(super) failure: X,
}

impl<X: Default> Verdict<X> {
    /// A verdict that says no more than the outcome.
    #[inline]
    pub fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            failure: X::default(),
        }
    }
}

/// The verdict on what returned and is no result.
#[inline]
pub fn done() -> Verdict {
    Verdict::of(Outcome::Ok)
}

/// What is left when a verdict was taken: a call that is dropped again is over.
impl<X: Default> Default for Verdict<X> {
    fn default() -> Self {
        Self::of(Outcome::Cancelled)
    }
}

/// Nobody asked the error.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFailure;

/// What the error says for a label; nothing if there was no error.
#[derive(Clone, Copy, Debug)]
pub struct Failure<K>(pub(super) Option<K>);

impl<K> Default for Failure<K> {
    fn default() -> Self {
        Self(None)
    }
}

/// Asks a result for its outcome: by [`ResultOutcome`] if it is a `Result`, else by [`AnyResult`], which
/// method look-up finds one reference later.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

/// The outcome of a `Result`. A trait of the user's may have any method for any type, but hardly one of this name.
pub trait ResultOutcome {
    /// Ok or an error.
    fn metrics_core_verdict(&self) -> Verdict;
}

impl<T, E> ResultOutcome for Probe<'_, Result<T, E>> {
    #[inline]
    fn metrics_core_verdict(&self) -> Verdict {
        result_outcome(self.0)
    }
}

/// The outcome of anything else.
pub trait AnyResult {
    /// Always ok.
    fn metrics_core_verdict(&self) -> Verdict;
}

impl<T> AnyResult for &Probe<'_, T> {
    #[inline]
    fn metrics_core_verdict(&self) -> Verdict {
        Verdict::of(Outcome::Ok)
    }
}

/// A `Result`, under any name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `Result`",
    label = "`result` and `error_label` are for what returns a `Result`",
    note = "leave it out, or say what an error is by `error_if = |value| …`"
)]
pub trait IsResult {
    /// What it holds if it is an error.
    type Error;

    /// The error.
    fn error(&self) -> Option<&Self::Error>;
}

#[diagnostic::do_not_recommend]
impl<T, E> IsResult for Result<T, E> {
    type Error = E;

    #[inline]
    fn error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

fn ok(ok: bool) -> Verdict {
    Verdict::of(if ok { Outcome::Ok } else { Outcome::Error })
}

/// The outcome of what must be a `Result`.
#[inline]
pub fn result_outcome<T: IsResult>(result: &T) -> Verdict {
    ok(result.error().is_none())
}

/// Ok if `predicate` says so.
#[inline]
pub fn ok_if<T>(result: &T, predicate: impl FnOnce(&T) -> bool) -> Verdict {
    ok(predicate(result))
}

/// An error if `predicate` says so.
#[inline]
pub fn error_if<T>(result: &T, predicate: impl FnOnce(&T) -> bool) -> Verdict {
    ok(!predicate(result))
}

/// The outcome of a `Result`, with what `label` says of its error.
#[inline]
pub fn error_label<T: IsResult, K>(
    result: &T,
    label: impl FnOnce(&T::Error) -> K,
) -> Verdict<Failure<K>> {
    let failure = result.error().map(label);
    Verdict {
        outcome: ok(failure.is_none()).outcome,
        failure: Failure(failure),
    }
}
