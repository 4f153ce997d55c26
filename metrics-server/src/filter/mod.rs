//! Which families and series a client asks for: globs over names, equality of labels.
//! A pure reading of the query; the scrape, the JSON and the stream all use it.

mod filtered;
mod quoted;
mod selector;

use std::borrow::Cow;

use metrics_core::Kind;
use wildmatch::WildMatch;

pub(crate) use filtered::Filtered;

/// The most names, globs and selectors of one request: more than anybody writes, and few enough that comparing every
/// family with all of them costs nothing to speak of.
pub(crate) const MAX_PATTERNS: usize = 100;

/// The most labels that one filter asks for; they are counted in the bits of a number.
pub(crate) const MAX_LABELS: usize = 32;

/// The longest glob or selector, in bytes: some names and label values of the greatest lengths in use.
pub(crate) const MAX_PATTERN_LEN: usize = 2048;

/// A choice of families by any of its globs, and in them of the series with all of its labels; an empty one chooses all.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    globs: Vec<WildMatch>,
    labels: Vec<(String, String)>,
}

impl Filter {
    /// Chooses also the families that `glob` matches.
    pub(crate) fn add_glob(&mut self, glob: &str) -> Result<(), String> {
        check_len(glob)?;
        if self.globs.len() == MAX_PATTERNS {
            return Err(too_many_patterns());
        }
        let known = |c: char| c.is_ascii_alphanumeric() || "_:*?".contains(c);
        if glob.is_empty() || !glob.chars().all(known) {
            return Err(format!(
                "`{glob}` is no pattern for metric names: use letters, digits, `_` and `:`, with `*` for any text and `?` for any character"
            ));
        }
        self.globs.push(WildMatch::new(glob));
        Ok(())
    }

    /// Chooses only series that have the label `name` with this value; one without it has it empty, as Prometheus sees it.
    pub(crate) fn add_label(&mut self, name: &str, value: &str) -> Result<(), String> {
        if self.labels.len() == MAX_LABELS {
            return Err(format!(
                "more than {MAX_LABELS} labels are asked for; ask for fewer"
            ));
        }
        self.labels.push((name.to_owned(), value.to_owned()));
        // filters that say the same are equal, and share what is encoded for them
        self.labels.sort();
        Ok(())
    }

    /// The same from a query's `name=value`.
    pub(crate) fn add_label_pair(&mut self, pair: &str) -> Result<(), String> {
        match pair.split_once('=') {
            Some((name, value)) if !name.is_empty() => self.add_label(name, value),
            _ => Err(format!(
                "`{pair}` chooses no label: write `labels=name=value`"
            )),
        }
    }

    /// Whether it chooses the family of this name, or any of its series by theirs.
    ///
    /// People know a histogram as `x_bucket`, and where they read OpenMetrics a counter as `x`, so those names choose the
    /// family too; the last only without wildcards, which would else find what is nowhere in the text format.
    pub(crate) fn chooses_family(&self, name: &str, kind: Kind) -> bool {
        self.globs.is_empty() || self.globs.iter().any(|glob| is_called(glob, name, kind))
    }

    /// Whether these labels, as pairs, hold every one that was asked for.
    pub(crate) fn chooses_labels<'l, V: AsRef<str>>(
        &self,
        labels: impl Iterator<Item = (&'l str, V)>,
    ) -> bool {
        if self.labels.is_empty() {
            return true;
        }
        // a bit for each that was found
        let mut found = 0_u64;
        for (bit, (_, value)) in self.labels.iter().enumerate() {
            found |= u64::from(value.is_empty()) << bit;
        }
        for (name, value) in labels {
            for (bit, (wanted, wanted_value)) in self.labels.iter().enumerate() {
                if wanted == name {
                    found &= !(1 << bit);
                    found |= u64::from(wanted_value == value.as_ref()) << bit;
                }
            }
        }
        found.count_ones() as usize == self.labels.len()
    }
}

/// Whether a glob matches a family or one of its series, under a name that an exposition shows.
fn is_called(glob: &WildMatch, name: &str, kind: Kind) -> bool {
    if glob.matches(name) {
        return true;
    }
    let stem = name.strip_suffix(suffix(kind)).unwrap_or(name);
    let called = |suffix: &str| glob.matches(&format!("{stem}{suffix}"));
    let series: &[&str] = match kind {
        Kind::Histogram => &["_bucket", "_sum", "_count"],
        Kind::Summary => &["_sum", "_count"],
        _ => &[],
    };
    let open_metrics: &[&str] = match kind {
        Kind::Counter => &["", "_created"],
        Kind::Histogram | Kind::Summary => &["_created"],
        Kind::Info => &[""],
        _ => &[],
    };
    let is_exact = !glob.pattern_chars().iter().any(|c| matches!(c, '*' | '?'));
    series.iter().any(|suffix| called(suffix))
        || is_exact && open_metrics.iter().any(|suffix| called(suffix))
}

/// What the text format adds to the name that OpenMetrics gives a family.
fn suffix(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "_total",
        Kind::Info => "_info",
        _ => "",
    }
}

fn check_len(pattern: &str) -> Result<(), String> {
    if pattern.len() > MAX_PATTERN_LEN {
        return Err(format!(
            "a pattern of {} bytes is longer than {MAX_PATTERN_LEN}; write it shorter",
            pattern.len()
        ));
    }
    Ok(())
}

fn too_many_patterns() -> String {
    format!(
        "more than {MAX_PATTERNS} names or selectors are asked for; ask for fewer, with `*` and `?`"
    )
}

/// What a scrape chooses: all that any of its filters does, or everything if there is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Selection(Vec<Filter>);

impl Selection {
    /// Reads `name[]=` with a name or glob, and `match[]=` with a selector. Together they are a union, as in Prometheus'
    /// federation.
    pub(crate) fn from_query(pairs: &[(String, String)]) -> Result<Self, String> {
        let mut selection = Self::default();
        for (key, value) in pairs {
            let filter = match key.as_str() {
                "name[]" => {
                    let mut filter = Filter::default();
                    filter.add_glob(value)?;
                    filter
                }
                "match[]" => {
                    check_len(value)?;
                    selector::parse(value).map_err(|mistake| mistake.in_text(value))?
                }
                // they would choose nothing here, and everything would come
                "name" | "match" | "labels" => {
                    return Err(format!(
                        "`{key}` chooses nothing here; write `name[]=cafe_*` or `match[]=cafe_*{{drink=\"tea\"}}`"
                    ));
                }
                _ => continue,
            };
            if selection.0.len() == MAX_PATTERNS {
                return Err(too_many_patterns());
            }
            selection.0.push(filter);
        }
        Ok(selection)
    }

    /// Whether everything is chosen.
    pub(crate) fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// What chooses in this family; `None` if nothing does.
    pub(crate) fn of_family(&self, name: &str, kind: Kind) -> Option<Choice<'_>> {
        if self.0.is_empty() {
            return Some(Choice::All);
        }
        let mut choosing = Vec::new();
        for filter in self.0.iter().filter(|f| f.chooses_family(name, kind)) {
            if filter.labels.is_empty() {
                return Some(Choice::All);
            }
            choosing.push(filter);
        }
        (!choosing.is_empty()).then_some(Choice::ByLabels(choosing))
    }

    /// The query that says the same.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn to_pairs(&self) -> Vec<(String, String)> {
        let pair = |filter| ("match[]".to_owned(), selector::print(filter));
        self.0.iter().map(pair).collect()
    }
}

/// Which series of a family are chosen.
#[derive(Clone, Debug, Default)]
pub(crate) enum Choice<'s> {
    #[default]
    All,
    /// Those that any of these chooses.
    ByLabels(Vec<&'s Filter>),
}

impl Choice<'_> {
    /// Whether a series with these labels is chosen; `pairs` gives them anew for each filter.
    pub(crate) fn chooses<'l, P>(&self, pairs: impl Fn() -> P) -> bool
    where
        P: Iterator<Item = (&'l str, Cow<'l, str>)>,
    {
        match self {
            Self::All => true,
            Self::ByLabels(filters) => filters.iter().any(|f| f.chooses_labels(pairs())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(globs: &[&str]) -> Filter {
        let mut filter = Filter::default();
        for glob in globs {
            filter.add_glob(glob).expect("a good glob");
        }
        filter
    }

    fn selection(pairs: &[(&str, &str)]) -> Result<Selection, String> {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Selection::from_query(&pairs)
    }

    #[test]
    fn globs_choose_families() {
        let chooses = |filter: &Filter, name| filter.chooses_family(name, Kind::Gauge);
        assert!(chooses(&Filter::default(), "anything"));
        let filter = globs(&["chatbox_*", "up"]);
        assert!(chooses(&filter, "chatbox_sessions") && chooses(&filter, "up"));
        assert!(!chooses(&filter, "upper"));
        for bad in ["", "[", "a b", "{x}"] {
            assert!(Filter::default().add_glob(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn families_go_by_the_names_of_their_series_too() {
        let cases: &[(&str, &str, Kind, bool)] = &[
            ("x_bucket", "x", Kind::Histogram, true),
            ("x_sum", "x", Kind::Histogram, true),
            ("x_count", "x", Kind::Histogram, true),
            ("x_created", "x", Kind::Histogram, true),
            ("*_bucket", "x", Kind::Histogram, true),
            ("x_bucket", "x", Kind::Summary, false),
            ("x_count", "x", Kind::Summary, true),
            ("x_count", "x", Kind::Gauge, false),
            ("x", "x_total", Kind::Counter, true),
            ("x_created", "x_total", Kind::Counter, true),
            ("x", "x_info", Kind::Info, true),
            ("x", "x_total", Kind::Gauge, false),
            // of the text format, wildcards see what is there
            ("x?", "x_total", Kind::Counter, false),
            ("x_to*", "x_total", Kind::Counter, true),
            ("*_created", "x_total", Kind::Counter, false),
        ];
        for (glob, name, kind, chosen) in cases {
            let found = globs(&[glob]).chooses_family(name, *kind);
            assert_eq!(found, *chosen, "{glob} {name} {kind:?}");
        }
    }

    #[test]
    fn every_label_asked_for_must_be_there() {
        let mut filter = Filter::default();
        for pair in ["a=1", "b=x=y", "none="] {
            filter.add_label_pair(pair).expect("a good pair");
        }
        let chooses = |labels: &[(&str, &str)]| filter.chooses_labels(labels.iter().copied());
        assert!(chooses(&[("a", "1"), ("b", "x=y"), ("c", "")]));
        assert!(chooses(&[("none", ""), ("a", "1"), ("b", "x=y")]));
        assert!(!chooses(&[("a", "1")]));
        assert!(!chooses(&[("a", "1"), ("b", "x")]));
        assert!(!chooses(&[("a", "1"), ("b", "x=y"), ("none", "some")]));
        assert!(filter.add_label_pair("a").is_err() && filter.add_label_pair("=1").is_err());
    }

    #[test]
    fn what_is_asked_for_is_a_union() {
        let chosen = selection(&[
            ("name[]", "a"),
            ("match[]", "b*{l=\"1\"}"),
            ("match[]", "{l=\"2\"}"),
            ("other", "{"),
        ])
        .expect("a good query");
        assert_eq!(
            Selection::from_query(&chosen.to_pairs()),
            Ok(chosen.clone())
        );
        let chooses = |family: &str, value: &'static str| {
            let choice = chosen.of_family(family, Kind::Gauge);
            choice.is_some_and(|c| c.chooses(|| [("l", Cow::Borrowed(value))].into_iter()))
        };
        assert!(chooses("a", "1") && chooses("a", "3"));
        assert!(chooses("bb", "1") && chooses("bb", "2") && !chooses("bb", "3"));
        assert!(!chooses("c", "1") && chooses("c", "2"));
        assert!(
            selection(&[])
                .expect("nothing")
                .of_family("c", Kind::Gauge)
                .is_some()
        );
        let by_name = selection(&[("name[]", "a")]).expect("a good query");
        assert!(by_name.of_family("b", Kind::Gauge).is_none());
    }

    #[test]
    fn no_request_asks_for_too_much() {
        let long = "a".repeat(MAX_PATTERN_LEN + 1);
        let many = vec![("name[]", "a"); MAX_PATTERNS + 1];
        let labels = vec!["l=\"1\""; MAX_LABELS + 1].join(",");
        for (pairs, mend) in [
            (vec![("name[]", long.as_str())], "longer than"),
            (vec![("match[]", long.as_str())], "longer than"),
            (many.clone(), "ask for fewer"),
            (
                vec![("match[]", &format!("{{{labels}}}"))],
                "more than 32 labels",
            ),
        ] {
            let message = selection(&pairs).expect_err("too much");
            assert!(message.contains(mend), "{message}");
        }
        assert!(selection(&many[1..]).is_ok());
        let mut filter = globs(&["a"; MAX_PATTERNS]);
        assert!(filter.add_glob("a").is_err());
    }
}
