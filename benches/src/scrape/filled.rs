//! A library with its series registered, as the scrape rows use it.

use std::io;

/// Takes the pieces of a body, in order.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(&[u8]);

/// A registry of some library that holds the series. Registries are leaked: the process has no other task.
pub(crate) struct Filled {
    /// Makes one body, in the library's best idiom. What a program would keep for its next scrape, it keeps.
    pub(crate) scrape: Box<dyn FnMut(Sink<'_>)>,
    /// One update of a series, found by its labels; the next call takes another series.
    pub(crate) write: Box<dyn FnMut() + Send>,
}

/// A library in one idiom of scraping.
pub(crate) struct Exposer {
    pub(crate) library: &'static str,
    pub(crate) idiom: &'static str,
    pub(crate) counters: fn(&'static [super::series::Labels]) -> Filled,
    pub(crate) histograms: fn(&'static [super::series::Labels]) -> Filled,
}

/// A writer that hands everything on at once.
pub(crate) struct Stream<'s>(pub(crate) Sink<'s>);

impl io::Write for Stream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.0)(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps a value for as long as the process lives.
pub(crate) fn keep<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
