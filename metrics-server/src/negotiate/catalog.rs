//! Whether a client wants the catalogue for people or for tools, by its `Accept`.
//! Rules: RFC 9110, section 12.5.1.

use actix_web::http::header::{ACCEPT, HeaderMap, Quality, QualityItem, from_comma_delimited};
use actix_web::mime::{self, Mime};

/// Whether JSON is wanted more than Markdown, which is what those get who do not say.
pub(crate) fn prefers_json(headers: &HeaderMap) -> bool {
    // what is no media range is passed over; a header that is no text says nothing
    let ranges = from_comma_delimited(headers.get_all(ACCEPT)).unwrap_or_default();
    let markdown =
        wanted(&ranges, mime::TEXT, "markdown").max(wanted(&ranges, mime::TEXT, "plain"));
    wanted(&ranges, mime::APPLICATION, "json") > markdown
}

/// How much a type is wanted, and how exactly it is named: of the most exact range that covers it.
fn wanted(
    ranges: &[QualityItem<Mime>],
    of: mime::Name<'_>,
    subtype: &str,
) -> Option<(Quality, u8)> {
    let covering = ranges.iter().filter_map(|range| {
        let (any, item) = (mime::STAR, &range.item);
        let exactness = match (item.type_(), item.subtype()) {
            (of_range, sub) if of_range == of && sub == subtype => 2,
            (of_range, sub) if of_range == of && sub == any => 1,
            (of_range, sub) if of_range == any && sub == any => 0,
            _ => return None,
        };
        Some((range.quality, exactness))
    });
    let best = covering.max_by_key(|(_, exactness)| *exactness);
    best.filter(|(quality, _)| *quality > Quality::ZERO)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn tools_get_json_and_people_get_text() {
        let wants = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            prefers_json(&headers)
        };
        for accept in [
            "application/json",
            "application/*",
            "application/json, text/plain;q=0.9, */*;q=0.1",
            "application/json, */*",
            "text/markdown;q=0, */*;q=0.1, text/plain;q=0",
        ] {
            assert!(wants(accept), "{accept}");
        }
        for accept in [
            "*/*",
            "",
            "text/markdown",
            "text/plain, application/json",
            "application/json;q=0",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "nonsense",
            "\t",
        ] {
            assert!(!wants(accept), "{accept}");
        }
        assert!(!prefers_json(&HeaderMap::new()));
    }
}
