//! The names by which a server may be reached. A page of `evil.example` that has this name lead to 127.0.0.1 reads what is
//! served there as its own, and no browser stops it: only the `Host` header tells (DNS rebinding).

use std::net::{Ipv4Addr, Ipv6Addr};

use actix_web::HttpRequest;
use actix_web::http::header::HOST;

use super::Refusal;
use crate::log::printable;
use crate::own::Reason;

/// The names that requests may be for.
#[derive(Clone, Debug)]
pub(crate) struct Hosts(Option<Vec<String>>);

impl Hosts {
    /// All.
    pub(crate) fn any() -> Self {
        Self(None)
    }

    /// These, and what nobody can have lead elsewhere: addresses and `localhost`.
    pub(crate) fn only(names: Vec<String>) -> Self {
        Self(Some(names))
    }

    pub(super) fn admit(&self, request: &HttpRequest) -> Result<(), Refusal> {
        let Some(names) = &self.0 else {
            return Ok(());
        };
        // a request without a host is no browser's
        let header = request.headers().get(HOST);
        let header = header.map(|host| host.to_str().unwrap_or("an unreadable name"));
        // a target that is a whole address names its host itself
        let target = request
            .uri()
            .authority()
            .map(|authority| authority.as_str());
        let mut asked = [target, header].into_iter().flatten();
        match asked.find(|host| !is_right(host, names)) {
            None => Ok(()),
            Some(host) => Err(Refusal::new(
                Reason::Host,
                format!(
                    "this server is not known as `{}`; if it is reached by that name, say so by `hosts`",
                    printable(name_of(host))
                ),
            )),
        }
    }
}

/// Whether this is an address, `localhost`, or one of the names; the port may be forwarded, and says nothing.
fn is_right(host: &str, names: &[String]) -> bool {
    let name = name_of(host);
    let of_ipv6 = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    // as a name may be written with a dot at its end, which browsers send
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_local = |name: &str| name.eq_ignore_ascii_case("localhost");
    of_ipv6.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
        || name.parse::<Ipv4Addr>().is_ok()
        || is_local(name)
        || name
            .rsplit_once('.')
            .is_some_and(|(_, last)| is_local(last))
        || names.iter().any(|of| of.eq_ignore_ascii_case(name))
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn admits(host: &str) -> bool {
        let hosts = Hosts::only(vec!["metrics.example.com".to_owned()]);
        let request = TestRequest::default().insert_header((HOST, host));
        hosts.admit(&request.to_http_request()).is_ok()
    }

    #[test]
    fn addresses_local_names_and_the_names_given_are_right() {
        for right in [
            "127.0.0.1:9090",
            "10.1.2.3",
            "[::1]:9090",
            "[2001:db8::1]",
            "localhost",
            "LOCALHOST:1",
            "a.localhost:80",
            "metrics.example.com",
            "Metrics.Example.com.:443",
        ] {
            assert!(admits(right), "{right}");
        }
        for wrong in [
            "evil.example",
            "evil.example:9090",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "notlocalhost",
            "metrics.example.com.evil.example",
            "[::1].evil.example",
            "",
            "1",
            "0x7f.1",
        ] {
            assert!(!admits(wrong), "{wrong}");
        }
    }

    #[test]
    fn who_names_no_host_is_no_page() {
        let request = TestRequest::default().to_http_request();
        assert_eq!(Hosts::only(Vec::new()).admit(&request), Ok(()));
    }
}
