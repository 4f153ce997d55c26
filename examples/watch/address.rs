//! What a person types to say where the stream is, and the address of the stream with what is asked of it.

/// Where the stream is when only a host is given.
const PATH: &str = "/metrics/stream";

/// The address of the stream for what was typed: a whole one, a page of the same server, or a host and port.
pub(crate) fn stream_of(typed: &str) -> Result<String, String> {
    let rest = match typed.split_once("://") {
        None => typed,
        Some(("ws" | "http", rest)) => rest,
        Some((scheme, _)) => {
            return Err(format!(
                "`{scheme}` is not spoken here; give ws://HOST:PORT{PATH}"
            ));
        }
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if authority.is_empty() || authority.contains(char::is_whitespace) {
        return Err(format!(
            "there is no host; give HOST:PORT or ws://HOST:PORT{PATH}"
        ));
    }
    let path = match path.split(['?', '#']).next().unwrap_or_default() {
        "" | "/" => PATH.to_owned(),
        path if path.ends_with("/stream") => path.to_owned(),
        // the address of the exposition, as programs print it
        path => format!("{}/stream", path.trim_end_matches('/')),
    };
    Ok(format!("ws://{authority}{path}"))
}

/// The address with what to send.
pub(crate) fn with_query(stream: &str, globs: &[String], interval_ms: u64) -> String {
    let mut url = format!(
        "{stream}?type=metrics:snapshot&type=metrics:delta&type=metrics:performance&interval_ms={interval_ms}"
    );
    for glob in globs {
        url.push_str("&match=");
        for byte in glob.bytes() {
            match byte {
                b'*' | b'_' | b':' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                    url.push(byte.into());
                }
                byte => url.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_names_a_server_leads_to_its_stream() {
        for (typed, stream) in [
            ("127.0.0.1:9090", "ws://127.0.0.1:9090/metrics/stream"),
            ("[::1]:9090", "ws://[::1]:9090/metrics/stream"),
            (
                "http://localhost:8080/",
                "ws://localhost:8080/metrics/stream",
            ),
            (
                "http://localhost:8080/metrics",
                "ws://localhost:8080/metrics/stream",
            ),
            (
                "localhost:8080/api/metrics/",
                "ws://localhost:8080/api/metrics/stream",
            ),
            (
                "ws://localhost:8080/x/stream?type=a",
                "ws://localhost:8080/x/stream",
            ),
        ] {
            assert_eq!(stream_of(typed).as_deref(), Ok(stream));
        }
        for (typed, mend) in [
            ("wss://localhost", "`wss` is not spoken here; give ws://"),
            ("", "give HOST:PORT"),
            ("http:///metrics", "give HOST:PORT"),
        ] {
            let message = stream_of(typed).expect_err("no address");
            assert!(message.contains(mend), "{message}");
        }
    }

    #[test]
    fn a_glob_is_escaped_in_the_query() {
        let url = with_query("ws://a/stream", &["caf?_*&x=é".to_owned()], 100);
        assert!(
            url.ends_with("&interval_ms=100&match=caf%3F_*%26x%3D%C3%A9"),
            "{url}"
        );
    }
}
