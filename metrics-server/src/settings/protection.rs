//! What protects a listener beside its networks: TLS and passwords, which are as the top says where a listener does not.
//! Their own rules are asked here once for each table, so that what they find is told with its place, and nothing is bound
//! before.

#[cfg(any(feature = "auth", feature = "tls"))]
use super::files::can_be_read;
use super::table::Table;
#[cfg(feature = "auth")]
use crate::access::{Auth, Credentials};
use crate::listen::Listener;
#[cfg(feature = "tls")]
use crate::tls::{ClientAuth, Ready, Tls, TlsVersion};

#[derive(Clone, Default)]
pub(super) struct Protection {
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
    #[cfg(feature = "auth")]
    auth: Option<Auth>,
}

impl Protection {
    /// What the tables `tls` and `auth` in this one say.
    #[cfg_attr(
        not(any(feature = "auth", feature = "tls")),
        expect(
            unused_variables,
            clippy::ptr_arg,
            reason = "there is nothing to be read"
        )
    )]
    pub(super) fn of(table: &Table<'_>, problems: &mut Vec<String>) -> Self {
        Self {
            #[cfg(feature = "tls")]
            tls: tls(&table.table("tls"), problems),
            #[cfg(feature = "auth")]
            auth: auth(&table.table("auth"), problems),
        }
    }

    /// For a further listener of this table: its own, or else what is shared, unless it is to be without.
    #[cfg_attr(
        not(any(feature = "auth", feature = "tls")),
        expect(unused_variables, reason = "there is nothing to be shared")
    )]
    pub(super) fn or(self, shared: &Self, table: &Table<'_>, problems: &mut Vec<String>) -> Self {
        for (without, with) in [("without_tls", "tls"), ("without_auth", "auth")] {
            if table.flag(without) == Some(true) && table.table(with).first().is_some() {
                table.wrong(
                    without,
                    &format!("stands beside `{with}`; leave one out"),
                    problems,
                );
            }
        }
        #[cfg(any(feature = "auth", feature = "tls"))]
        let shares = |without: &str| table.flag(without) != Some(true);
        Self {
            #[cfg(feature = "tls")]
            tls: self.tls.or_else(|| {
                shared
                    .tls
                    .clone()
                    .filter(|_| shares("without_tls") && !table.has("unix"))
            }),
            #[cfg(feature = "auth")]
            auth: self
                .auth
                .or_else(|| shared.auth.clone().filter(|_| shares("without_auth"))),
        }
    }

    pub(super) fn put(self, listener: Listener) -> Listener {
        #[cfg(feature = "tls")]
        let listener = match self.tls {
            Some(tls) => listener.tls(tls),
            None => listener,
        };
        #[cfg(feature = "auth")]
        let listener = match self.auth {
            Some(auth) => listener.auth(auth),
            None => listener,
        };
        listener
    }
}

#[cfg(feature = "tls")]
fn tls(of: &Table<'_>, problems: &mut Vec<String>) -> Option<Tls> {
    of.first()?;
    let (Some(cert), Some(key)) = (of.text("cert"), of.text("key")) else {
        of.wrong_here("needs both `cert` and `key`", problems);
        return None;
    };
    let mut tls = Tls::files(cert, key);
    match of.text("client_ca") {
        Some(path) => tls = tls.client_ca(path),
        None => {
            for key in ["client_crl", "client_auth", "client_names"] {
                of.wrong(
                    key,
                    "says nothing without `client_ca`; write who signs the certificates of clients",
                    problems,
                );
            }
        }
    }
    if let Some(path) = of.text("client_crl") {
        tls = tls.client_crl(path);
    }
    if let Some(asked) = of.text("client_auth") {
        tls = tls.client_auth(match asked {
            "optional" => ClientAuth::Optional,
            _ => ClientAuth::Required,
        });
    }
    if let Some(names) = of.list("client_names") {
        tls = tls.client_names(names);
    }
    if let Some(version) = of.text("min_version") {
        tls = tls.min_version(match version {
            "1.3" => TlsVersion::Tls13,
            _ => TlsVersion::Tls12,
        });
    }
    if let Some(age) = of.duration("hsts_max_age") {
        tls = tls.hsts_max_age(age);
    }
    if can_be_read(of, problems)
        && let Err(wrong) = Ready::read(tls.clone())
    {
        of.wrong_here(&format!("cannot be used: {}", wrong.join("; ")), problems);
    }
    Some(tls)
}

#[cfg(feature = "auth")]
fn auth(of: &Table<'_>, problems: &mut Vec<String>) -> Option<Auth> {
    of.first()?;
    let mut auth = Auth::new();
    if let Some(token) = of.text("token") {
        auth = auth.token(token);
    }
    if let Some(path) = of.text("token_file") {
        auth = auth.token_file(path);
    }
    for (name, user) in of.table("basic").tables() {
        if let Some(hash) = user.text("hash") {
            auth = auth.user(name, hash);
        }
        if let Some(path) = user.text("hash_file") {
            auth = auth.user_hash_file(name, path);
        }
    }
    if of.flag("protect_health") == Some(true) {
        auth = auth.protect_health();
    }
    if of.flag("accept_client_certificates") == Some(true) {
        auth = auth.accept_client_certificates();
    }
    if can_be_read(of, problems)
        && let Err(wrong) = Credentials::new(auth.clone())
    {
        of.wrong_here(&format!("cannot be used: {}", wrong.join("; ")), problems);
    }
    Some(auth)
}
