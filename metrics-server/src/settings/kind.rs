//! What may be written for a key, whoever wrote it where: a file, a variable or code. What was written never stands in a
//! mistake: it may be a secret in the wrong place.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use super::value::{Raw, Value};
use crate::access::{NotANetwork, network};
use crate::exporter::is_origin;

/// What a value has to be.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Of TCP, with a port.
    Address,
    /// The path of a Unix socket.
    Socket,
    /// Permissions.
    Mode,
    Choice(&'static [&'static str]),
    Flag,
    Number {
        most: usize,
    },
    Networks,
    Hosts,
    Origins,
    Texts,
    /// The path of a file that can be read.
    File,
    Secret,
    Duration,
}

impl Kind {
    /// Reads what was written; the mistake says what it has to be.
    pub(super) fn read(self, raw: &Raw) -> Result<Value, String> {
        let value = match self {
            Self::Flag => raw.flag().map(Value::Flag),
            Self::Number { most } => {
                let number = raw.number().and_then(|number| usize::try_from(number).ok());
                number.filter(|&number| number <= most).map(Value::Number)
            }
            Self::Mode => raw.text().and_then(mode).map(Value::Mode),
            Self::Duration => raw.text().and_then(duration).map(Value::Duration),
            Self::Address => self.text(raw, is_address),
            Self::Socket => self.text(raw, is_absolute),
            Self::File => self.text(raw, is_path),
            Self::Choice(choices) => self.text(raw, |text| choices.contains(&text)),
            Self::Secret => self.text(raw, |text| !text.trim().is_empty()),
            Self::Networks | Self::Hosts | Self::Origins | Self::Texts => {
                return self.list(raw);
            }
        };
        value.ok_or_else(|| self.must_be())
    }

    fn text(self, raw: &Raw, is_right: impl Fn(&str) -> bool) -> Option<Value> {
        let text = raw.text().filter(|text| is_right(text));
        text.map(|text| Value::Text(text.to_owned()))
    }

    fn list(self, raw: &Raw) -> Result<Value, String> {
        let Some(items) = raw.texts() else {
            return Err(self.must_be());
        };
        if items.is_empty() {
            return Err(format!("is empty; leave it out, or {}", self.mend()));
        }
        for (i, item) in items.iter().enumerate() {
            self.item(item)
                .map_err(|problem| format!("has a wrong item {}{problem}", i + 1))?;
        }
        Ok(Value::List(items.into_iter().map(str::to_owned).collect()))
    }

    fn item(self, item: &str) -> Result<(), String> {
        let is_right = match self {
            Self::Networks => match network(item) {
                Ok(_) => true,
                Err(NotANetwork::AddressIn(whole)) => {
                    return Err(format!(
                        ", an address in `{whole}`; write that, or the address alone"
                    ));
                }
                Err(NotANetwork::Unreadable) => false,
            },
            Self::Hosts => is_host(item),
            Self::Origins => is_origin(item),
            _ => !item.trim().is_empty(),
        };
        if is_right {
            Ok(())
        } else {
            Err(format!("; {}", self.mend()))
        }
    }

    fn must_be(self) -> String {
        match self {
            Self::Choice(choices) => {
                let choices: Vec<_> = choices.iter().map(|of| format!("\"{of}\"")).collect();
                let (last, others) = choices
                    .split_last()
                    .map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
                format!("must be {} or {last}", others.join(", "))
            }
            Self::Flag => "must be true or false".to_owned(),
            Self::Number { most } => format!("must be a whole number from 0 to {most}"),
            Self::Mode => {
                "must be permissions in octal as a text: \"0660\", at most \"0777\"".to_owned()
            }
            Self::Duration => {
                "must be a time as a text: \"30s\", \"10m\", \"12h\" or \"365d\"".to_owned()
            }
            Self::Address => "must be an address or a name with a port: \"127.0.0.1:9090\", \
                              \"[::1]:9090\" or \"localhost:9090\""
                .to_owned(),
            Self::Socket => {
                "must be a path that begins with `/`: \"/run/app/metrics.sock\"".to_owned()
            }
            Self::File => "must be the path of a file, not what is in it".to_owned(),
            Self::Secret => "must be a text that is not empty".to_owned(),
            Self::Networks | Self::Hosts | Self::Origins | Self::Texts => {
                format!("must be a list of texts; {}", self.mend())
            }
        }
    }

    fn mend(self) -> &'static str {
        match self {
            Self::Networks => "write networks as `10.0.0.0/8`, `2001:db8::/32` or addresses",
            Self::Hosts => "write names as `metrics.example.com`, without scheme and port",
            Self::Origins => {
                "write origins as browsers send them: `https://ops.example.com`, in lower case and without a path"
            }
            _ => "write texts that are not empty",
        }
    }
}

/// An address or a name, and a port. Nothing else gets so far that the operating system is asked for it, and it is told.
fn is_address(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else {
        return false;
    };
    let of_ipv6 = host.strip_prefix('[').and_then(|of| of.strip_suffix(']'));
    let is_host = of_ipv6.map_or_else(|| is_host(host), |of| of.parse::<IpAddr>().is_ok());
    is_host && port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

fn is_host(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    !name.is_empty() && name.len() <= 253 && name.chars().all(is_plain)
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_control)
}

fn is_absolute(text: &str) -> bool {
    is_path(text) && Path::new(text).has_root()
}

/// Permissions are written in octal, and 660 without more would be taken for a number by some: so it is a text.
fn mode(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('0').unwrap_or(text);
    let is_octal = digits.len() == 3 && digits.bytes().all(|b| (b'0'..=b'7').contains(&b));
    is_octal.then(|| u32::from_str_radix(digits, 8).ok())?
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    let is_number = number.bytes().all(|b| b.is_ascii_digit());
    let number: u64 = number.parse().ok().filter(|_| is_number)?;
    number.checked_mul(seconds).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(kind: Kind, written: &str) -> bool {
        kind.read(&Raw::Text(written.to_owned())).is_ok()
    }

    #[test]
    fn an_address_has_a_port_and_nothing_else_is_asked_of_the_system() {
        for right in [
            "127.0.0.1:0",
            "[::1]:9090",
            "localhost:80",
            "a-b.example:65535",
        ] {
            assert!(reads(Kind::Address, right), "{right}");
        }
        for wrong in [
            "",
            "9090",
            ":9090",
            "::1",
            "a:65536",
            "a:+1",
            "http://a:1",
            "a b:1",
            "[a]:1",
        ] {
            assert!(!reads(Kind::Address, wrong), "{wrong}");
        }
    }

    #[test]
    fn permissions_are_three_octal_digits_in_a_text() {
        for (written, mode) in [
            ("0660", Some(0o660)),
            ("600", Some(0o600)),
            ("0777", Some(0o777)),
            ("0668", None),
            ("66", None),
            ("1777", None),
            ("00660", None),
            ("+66", None),
        ] {
            assert_eq!(super::mode(written), mode, "{written}");
        }
        assert!(Kind::Mode.read(&Raw::Number(660)).is_err());
    }

    #[test]
    fn a_time_has_a_unit_and_does_not_overflow() {
        for (written, time) in [
            ("30s", Some(30)),
            ("2m", Some(120)),
            ("1h", Some(3600)),
            ("365d", Some(31_536_000)),
            ("30", None),
            ("s", None),
            ("", None),
            ("-1s", None),
            ("+1s", None),
            ("1é", None),
            ("18446744073709551615d", None),
        ] {
            assert_eq!(
                duration(written),
                time.map(Duration::from_secs),
                "{written}"
            );
        }
    }
}
