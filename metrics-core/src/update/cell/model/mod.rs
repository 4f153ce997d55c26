//! Cells and the threads' tables under loom's model checker, which tries every order of their steps.

mod block;
mod tables;
