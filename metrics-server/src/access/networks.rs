//! The networks from which a listener is read. What counts is the address of the connection: what a header says of it could
//! have been written by anybody.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::Refusal;
use crate::listen::Peer;
use crate::own::Reason;

/// The networks that may read; all, if none was named.
#[derive(Clone, Debug)]
pub(crate) struct Networks(Option<Arc<[IpNet]>>);

impl Networks {
    pub(crate) fn any() -> Self {
        Self(None)
    }

    /// Reads networks as they are written, and says what cannot be read. None at all is a mistake: it would let nobody in.
    pub(crate) fn parse(written: Option<&[String]>, problems: &mut Vec<String>) -> Self {
        let Some(written) = written else {
            return Self::any();
        };
        if written.is_empty() {
            problems.push("`networks` is empty, so that nobody could read".to_owned());
        }
        let mut networks = Vec::new();
        for text in written {
            match network(text) {
                Ok(network) => networks.push(network),
                Err(NotANetwork::Unreadable) => problems.push(format!(
                    "`{}` in `networks` is no network; write `10.0.0.0/8`, `2001:db8::/32` or an address",
                    text.escape_debug()
                )),
                Err(NotANetwork::AddressIn(whole)) => problems.push(format!(
                    "`{}` in `networks` is an address in `{whole}`; write that, or the address alone",
                    text.trim()
                )),
            }
        }
        Self(Some(networks.into()))
    }

    pub(crate) fn is_any(&self) -> bool {
        self.0.is_none()
    }

    /// Whether this address may read. An IPv4 address that came over IPv6 is one of IPv4.
    pub(crate) fn have(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0
            .as_ref()
            .is_none_or(|networks| networks.iter().any(|of| of.contains(&address)))
    }

    pub(super) fn admit(&self, peer: &Peer) -> Result<(), Refusal> {
        match peer {
            Peer::Ip(address) if !self.have(*address) => Err(Refusal::new(
                Reason::Network,
                format!("{address} is in none of the `networks` that may read here"),
            )),
            Peer::Ip(_) | Peer::User(_) => Ok(()),
        }
    }
}

/// Why a text is no network.
#[derive(Debug)]
pub(crate) enum NotANetwork {
    Unreadable,
    /// It has bits of a host beside those of this network.
    AddressIn(IpNet),
}

pub(crate) fn network(text: &str) -> Result<IpNet, NotANetwork> {
    let text = text.trim();
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(address.into());
    }
    let network = in_bits(text).ok_or(NotANetwork::Unreadable)?;
    let whole = network.trunc();
    if network == whole {
        Ok(network)
    } else {
        Err(NotANetwork::AddressIn(whole))
    }
}

/// An address and how many of its bits are the network's. The standard library reads the address: it refuses `010.0.0.0`,
/// which is 10.0.0.0 to some and 8.0.0.0 to others.
fn in_bits(text: &str) -> Option<IpNet> {
    let (address, len) = text.split_once('/')?;
    let is_number = len.bytes().all(|byte| byte.is_ascii_digit());
    let len = len.parse().ok().filter(|_| is_number)?;
    IpNet::new(address.parse().ok()?, len).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(written: &[&str]) -> Result<Networks, Vec<String>> {
        let written: Vec<_> = written.iter().copied().map(str::to_owned).collect();
        let mut problems = Vec::new();
        let networks = Networks::parse(Some(&written), &mut problems);
        if problems.is_empty() {
            Ok(networks)
        } else {
            Err(problems)
        }
    }

    #[test]
    fn an_address_is_in_a_network_however_it_came() {
        let networks = parsed(&["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"]).expect("networks");
        for (address, have) in [
            ("10.255.0.1", true),
            ("::ffff:10.255.0.1", true),
            ("11.0.0.1", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("2001:db8:1::1", true),
            ("2001:db9::1", false),
            ("::ffff:11.0.0.1", false),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(networks.have(address), have, "{address}");
        }
        let all = parsed(&["0.0.0.0/0"]).expect("a network");
        assert!(all.have(IpAddr::from([1, 2, 3, 4])));
        assert!(!all.have("::1".parse().expect("an address")));
    }

    #[test]
    fn what_is_no_network_is_told_with_what_would_be() {
        for (written, told) in [
            (&["10.0.0.0/33"][..], "is no network"),
            (&["010.0.0.0/8"], "is no network"),
            (&["10.0.0.0/+8"], "is no network"),
            (&["10.1.2.3/8"], "write that, or the address alone"),
            (&["ops.example.com"], "is no network"),
            (&[], "is empty"),
        ] {
            let problems = parsed(written).expect_err("a mistake");
            assert!(problems[0].contains(told), "{problems:?}");
        }
        let problems = parsed(&["a", "b"]).expect_err("two mistakes");
        assert_eq!(problems.len(), 2);
    }
}
