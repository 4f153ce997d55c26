//! What compiles, and what is refused with which words: `tests/ui/<macro>/{pass,fail}/*.rs`.
//!
//! A refusal is compared with the `.stderr` beside it. After a change on purpose write the new words with
//! `TRYBUILD=overwrite tests/run ui`, and read them as a user would.

/// Apart from `pass`, because trybuild checks all failing programs in one go if none is to be run.
#[test]
fn mistakes_are_refused_with_their_mend() {
    trybuild::TestCases::new().compile_fail("ui/*/fail/*.rs");
}

#[test]
fn what_is_right_compiles_and_runs() {
    trybuild::TestCases::new().pass("ui/*/pass/*.rs");
}
