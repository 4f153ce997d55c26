//! Samples of the text formats. Label values of the soak need no escapes; of others the text stays as it is.

use super::{Samples, sample_name};

pub(super) fn read(body: &[u8]) -> Result<Samples, String> {
    let text = whole(body)?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(line).collect()
}

/// One sample, which stands in one way only: without labels.
pub(super) fn find(body: &[u8], name: &str) -> Result<Option<f64>, String> {
    let text = whole(body)?;
    let mut found = text.match_indices(name);
    let at = found.find(|(at, _)| {
        let begins = text[..*at].ends_with('\n');
        begins && text[at + name.len()..].starts_with(' ')
    });
    let Some((at, _)) = at else { return Ok(None) };
    let rest = text[at..].lines().next().unwrap_or_default();
    line(rest).map(|(_, value)| Some(value))
}

fn whole(body: &[u8]) -> Result<&str, String> {
    if !body.ends_with(b"\n") {
        return Err("the text does not end with a line".to_owned());
    }
    std::str::from_utf8(body).map_err(|error| error.to_string())
}

fn line(line: &str) -> Result<(String, f64), String> {
    let no_sample = || format!("no sample: {line}");
    // what stands behind `#` is an exemplar
    let line = line.split(" # ").next().unwrap_or_default();
    let (series, value) = match line.rsplit_once("} ") {
        Some((series, value)) => (series, value),
        None => line.split_once(' ').ok_or_else(no_sample)?,
    };
    let value = value.split(' ').next().and_then(|value| value.parse().ok());
    let value = value.ok_or_else(no_sample)?;
    let Some((name, labels)) = series.split_once('{') else {
        return Ok((series.to_owned(), value));
    };
    let mut pairs = Vec::new();
    let mut rest = labels;
    while let Some((label, behind)) = rest.split_once("=\"") {
        let end = end_of_value(behind).ok_or_else(no_sample)?;
        let value = &behind[..end];
        // OpenMetrics writes every bound as a float
        let value = match (label, value.strip_suffix(".0")) {
            ("le", Some(whole)) => whole,
            _ => value,
        };
        pairs.push((label, value));
        rest = behind[end + 1..].trim_start_matches(',');
    }
    Ok((sample_name(name, pairs), value))
}

/// Where the quotation mark is that ends a label value.
fn end_of_value(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_named_alike_in_both_texts() {
        let text = "# HELP a b\na_bucket{route=\"x\",le=\"1\"} 3\nb 2.5\nc{t=\"a\\\"} 1\"} 7\n";
        let open = "a_bucket{le=\"1.0\",route=\"x\"} 3 # {trace=\"1\"} 0.5\nb 2.5\nc{t=\"a\\\"} 1\"} 7 12.5\n";
        let samples = read(text.as_bytes()).expect("text");
        assert_eq!(samples["a_bucket{le=\"1\",route=\"x\"}"], 3.0);
        assert_eq!(Ok(&samples), read(open.as_bytes()).as_ref());
        assert_eq!(find(text.as_bytes(), "b"), Ok(Some(2.5)));
        assert_eq!(find(text.as_bytes(), "a_bucket"), Ok(None));
        assert!(read(&text.as_bytes()[..20]).is_err());
    }
}
