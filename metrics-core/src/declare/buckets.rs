//! Bucket bounds of histograms: the default ones, and the rule that every list of bounds obeys.
//! The layouts `linear` and `exponential` are computed by the derive; here they are plain numbers.

/// The bounds of a histogram that names none, in seconds: from 5 ms to 10 s.
///
/// They are the defaults that every Prometheus client library shares, so that histograms of several
/// languages can be added up.
pub const DEFAULT_BUCKETS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// The most bounds a histogram may have, `+Inf` not counted.
///
/// Each bound is a series of its own for whoever stores the metric.
pub const MAX_BUCKETS: usize = 200;

/// What is wrong with a list of bounds, if anything is.
pub(crate) const fn check_bounds(bounds: &[f64]) -> Option<&'static str> {
    if bounds.is_empty() {
        return Some("a histogram needs at least one bucket bound");
    }
    if bounds.len() > MAX_BUCKETS {
        return Some("a histogram may have at most 200 bucket bounds");
    }
    let mut i = 0;
    while i < bounds.len() {
        if !bounds[i].is_finite() {
            return Some(
                "a bucket bound must be a finite number; `+Inf` is added to every histogram",
            );
        }
        if i > 0 && bounds[i] <= bounds[i - 1] {
            return Some("bucket bounds must grow from each to the next");
        }
        i += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_bounds_obey_the_rule() {
        assert_eq!(check_bounds(DEFAULT_BUCKETS), None);
    }

    #[test]
    fn each_breach_is_named() {
        assert!(check_bounds(&[]).is_some_and(|why| why.contains("at least one")));
        assert!(check_bounds(&[1.0, 1.0]).is_some_and(|why| why.contains("grow")));
        assert!(check_bounds(&[f64::INFINITY]).is_some_and(|why| why.contains("finite")));
        assert!(check_bounds(&[0.0; 201]).is_some_and(|why| why.contains("200")));
    }
}
