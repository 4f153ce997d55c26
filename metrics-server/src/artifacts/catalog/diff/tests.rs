//! One change of a catalogue a case, and what is said of it.
