//! Which rules come of the sample, to the letter, and what is said of declarations that no right rules come of.

mod expected;
mod wrong;
