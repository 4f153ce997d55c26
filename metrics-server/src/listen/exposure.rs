//! The warning of a listener that whoever reaches it may read, or that has secrets travel where others can read them.

use super::Address;

/// How a listener listens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listens {
    /// Nobody is refused, and that is not said to be meant.
    pub(super) open_to_all: bool,
    /// Passwords and tokens come to it without TLS.
    pub(super) credentials_in_clear: bool,
}

/// What whoever runs this should know of a listener at this address.
pub(super) fn warning(address: &Address, listens: Listens) -> Option<String> {
    if address.is_loopback() || matches!(address, Address::Unix(_)) {
        return None;
    }
    if listens.open_to_all {
        return Some(format!(
            "the metrics are served at {address} to whoever can reach it; listen on 127.0.0.1, or say who may read by \
             `auth`, `networks` or client certificates, or that it is meant by `open_to_all`"
        ));
    }
    listens.credentials_in_clear.then(|| {
        format!(
            "the passwords and tokens of `auth` travel in the clear to {address}, where whoever is between can read them; \
             have it speak `tls`, or listen on 127.0.0.1 behind a proxy that does"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKS_NOTHING: Listens = Listens {
        open_to_all: true,
        credentials_in_clear: false,
    };
    const ASKS_IN_CLEAR: Listens = Listens {
        open_to_all: false,
        credentials_in_clear: true,
    };
    const ASKS: Listens = Listens {
        open_to_all: false,
        credentials_in_clear: false,
    };

    fn tcp(address: &str) -> Address {
        Address::Tcp(address.parse().expect("an address"))
    }

    #[test]
    fn who_listens_wider_than_loopback_is_warned_once() {
        for address in ["0.0.0.0:9090", "[::]:9090", "192.0.2.1:9090"] {
            let told = |listens| warning(&tcp(address), listens).unwrap_or_default();
            let open = told(ASKS_NOTHING);
            let way_out = [
                "127.0.0.1",
                "`auth`",
                "`networks`",
                "`open_to_all`",
                address,
            ];
            assert!(way_out.iter().all(|part| open.contains(part)), "{open}");
            let clear = told(ASKS_IN_CLEAR);
            assert!(
                clear.contains("in the clear") && clear.contains(address),
                "{clear}"
            );
            assert_eq!(told(ASKS), "");
        }
    }

    #[test]
    fn nobody_is_warned_of_what_stays_on_this_machine() {
        for address in [
            tcp("127.0.0.1:9090"),
            tcp("[::1]:9090"),
            tcp("[::ffff:127.0.0.1]:9090"),
            Address::Unix("metrics.sock".into()),
        ] {
            for listens in [ASKS_NOTHING, ASKS_IN_CLEAR, ASKS] {
                assert_eq!(warning(&address, listens), None);
            }
        }
    }
}
