//! What is measured of one library at one size, and how a process tells it to the one that started it.

/// A library's figures in a scrape row.
pub(crate) struct ScrapeCase {
    pub(crate) row: &'static str,
    pub(crate) library: &'static str,
    pub(crate) idiom: &'static str,
    pub(crate) scraped: Scraped,
}

/// The figures.
#[derive(Clone, Copy)]
pub(crate) struct Scraped {
    /// How many scrapes the median is of.
    pub(crate) rounds: f64,
    pub(crate) milliseconds: f64,
    pub(crate) lines: f64,
    /// The most memory resident while scraping, above what was before the first scrape.
    pub(crate) peak_mib: f64,
    pub(crate) bytes_a_series: f64,
    /// Nanoseconds to register a series and give it its value.
    pub(crate) registration: f64,
    /// Nanoseconds an update by another thread while nothing is scraped, and while scrapes run.
    pub(crate) writer_idle: f64,
    pub(crate) writer_scraping: f64,
    /// The longest that some updates in a row took while scrapes ran, in microseconds.
    pub(crate) stall: f64,
}

impl Scraped {
    pub(crate) fn nanoseconds_a_line(&self) -> f64 {
        self.milliseconds * 1e6 / self.lines
    }

    /// The figures with their names, in the order of [`Scraped::line`].
    pub(crate) fn named(&self) -> [(&'static str, f64); 9] {
        [
            ("rounds", self.rounds),
            ("ms", self.milliseconds),
            ("lines", self.lines),
            ("peak_mib", self.peak_mib),
            ("bytes_a_series", self.bytes_a_series),
            ("registration_ns", self.registration),
            ("writer_idle_ns", self.writer_idle),
            ("writer_scraping_ns", self.writer_scraping),
            ("longest_stall_us", self.stall),
        ]
    }

    /// One line of text.
    pub(super) fn line(&self) -> String {
        self.named().map(|(_, value)| value.to_string()).join(" ")
    }

    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut values = line.split_whitespace().map_while(|text| text.parse().ok());
        Some(Self {
            rounds: values.next()?,
            milliseconds: values.next()?,
            lines: values.next()?,
            peak_mib: values.next()?,
            bytes_a_series: values.next()?,
            registration: values.next()?,
            writer_idle: values.next()?,
            writer_scraping: values.next()?,
            stall: values.next()?,
        })
    }
}
