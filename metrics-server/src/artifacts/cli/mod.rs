//! `my-app metrics export|check|diff`: artefacts from a user's own binary, without starting what it does.

/// Answers `metrics export`, `metrics check` and `metrics diff` on the command line, and ends the process then; returns at
/// once where the program was called in another way.
pub fn artifacts_cli() {}
