//! How the bound of a bucket may be spelt in `le`: the text format 0.0.4 and Prometheus 2 have `1` where OpenMetrics, protobuf
//! and Prometheus 3 have `1.0`. A matcher of one spelling alone would find nothing in the other, and say nothing of it.

use super::tree::Matcher;

/// The matcher `le=value` (or `!=`) for every spelling of the value; `None` if that is no bound.
pub(super) fn matcher(operator: &'static str, value: &str) -> Option<Matcher> {
    let exact = matches!(operator, "=" | "!=");
    let written: Vec<&str> = if exact {
        vec![value]
    } else {
        value.split('|').collect()
    };
    let numbers: Option<Vec<f64>> = written.into_iter().map(bound).collect();
    let Some(mut numbers) = numbers else {
        // a regular expression may be more than a list of bounds
        return (!exact).then(|| Matcher {
            label: "le".to_owned(),
            operator,
            value: value.to_owned(),
            bounds: Vec::new(),
        });
    };
    // both spellings, where they were written
    numbers.dedup();
    let spellings: Vec<String> = numbers.iter().flat_map(|n| spellings(*n)).collect();
    let (operator, value) = match spellings.as_slice() {
        [only] if exact => (operator, only.clone()),
        several => {
            let operator = match operator {
                "=" => "=~",
                "!=" => "!~",
                other => other,
            };
            let escaped = several.join("|").replace('.', "[.]").replace('+', "[+]");
            (operator, escaped)
        }
    };
    let finite = numbers.into_iter().filter(|n| n.is_finite());
    Some(Matcher {
        label: "le".to_owned(),
        operator,
        value,
        bounds: finite.collect(),
    })
}

fn bound(text: &str) -> Option<f64> {
    // as it may be read back from what was printed
    let text = text.replace("[.]", ".").replace("[+]", "+");
    text.parse().ok().filter(|n: &f64| !n.is_nan())
}

/// As `metrics_core` writes it in the text format 0.0.4, and as in the others.
fn spellings(n: f64) -> Vec<String> {
    if n.is_infinite() {
        return vec![if n > 0.0 { "+Inf" } else { "-Inf" }.to_owned()];
    }
    let scientific = format!("{n:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return vec![scientific];
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let plain = if (-5..16).contains(&exponent) {
        n.to_string()
    } else {
        scientific.clone()
    };
    let canonical = if (-4..6).contains(&exponent) {
        let plain = n.to_string();
        let point = if plain.contains('.') { "" } else { ".0" };
        plain + point
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
    };
    let mut both = vec![plain, canonical];
    both.dedup();
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_bounds_are_found_in_both_spellings() {
        let shown = |operator, value| {
            let Matcher {
                operator, value, ..
            } = matcher(operator, value).expect("a bound");
            format!("le{operator}\"{value}\"")
        };
        assert_eq!(shown("=", "1"), r#"le=~"1|1[.]0""#);
        assert_eq!(shown("=", "1.0"), r#"le=~"1|1[.]0""#);
        assert_eq!(shown("!=", "10"), r#"le!~"10|10[.]0""#);
        assert_eq!(shown("=", "0.250"), r#"le="0.25""#);
        assert_eq!(shown("=", "1e6"), r#"le=~"1000000|1e[+]06""#);
        assert_eq!(shown("=", "0.00001"), r#"le=~"0[.]00001|1e-05""#);
        assert_eq!(shown("=", "+Inf"), r#"le="+Inf""#);
        assert_eq!(shown("=~", "1|0.5"), r#"le=~"1|1[.]0|0[.]5""#);
        assert_eq!(shown("=~", "1|1[.]0"), r#"le=~"1|1[.]0""#);
        assert_eq!(shown("=~", "0[.].*"), r#"le=~"0[.].*""#);
        assert!(matcher("=", "fast").is_none());
    }
}
