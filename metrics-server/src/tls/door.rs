//! What a connection passes before its first request: TLS within a time, or a word to whoever speaks something else. What
//! comes to nothing is counted, told, and keeps nobody from the listener.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::header::HeaderValue;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::timeout;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::server::TlsStream;
use webpki::EndEntityCert;

use super::current::Current;
use super::places::{Place, Places};
use super::refused::Refused;
use super::told::Told;
use super::{ClientAuth, Tls};
use crate::access::Networks;
use crate::listen::{Address, Client, Peer};
use crate::log;
use crate::own::{ByHandshakeEnd, HandshakeEnd, TlsOwn};
use crate::watch::Watched;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// How long a peer that was refused may take to read why.
const LINGER: Duration = Duration::from_secs(1);

/// The first byte of a handshake.
const TLS_HANDSHAKE: u8 = 0x16;

const USE_HTTPS: &str = "this port speaks TLS: use https://\n";

/// TLS of one listener. A clone is the same.
#[derive(Clone, Debug)]
pub(crate) struct Door(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    listener: Address,
    current: Arc<Current>,
    asks: Option<ClientAuth>,
    names: Option<Vec<String>>,
    hsts: Option<HeaderValue>,
    places: Places,
    told: Told,
}

/// A connection whose handshake is done.
pub(crate) struct Passed {
    pub(crate) stream: Box<TlsStream<TcpStream>>,
    pub(crate) client: Client,
}

/// TLS that can be served, without a listener yet.
pub(crate) struct Ready {
    tls: Tls,
    current: Current,
}

impl Ready {
    /// Reads what is written, and says all that is wrong with it.
    pub(crate) fn read(tls: Tls) -> Result<Self, Vec<String>> {
        let current = Current::read(tls.clone())?;
        Ok(Self { tls, current })
    }

    pub(crate) fn at(self, listener: Address) -> Door {
        let asks = self.tls.asks();
        let hsts = self.tls.hsts_max_age.and_then(|age| {
            // digits are always a header's value
            HeaderValue::from_str(&format!("max-age={}", age.as_secs())).ok()
        });
        Door(Arc::new(Inner {
            listener,
            current: Arc::new(self.current),
            asks,
            names: self.tls.client_names,
            hsts,
            places: Places::default(),
            told: Told::default(),
        }))
    }
}

impl Door {
    /// Whether every connection has a verified certificate.
    pub(crate) fn requires_certificate(&self) -> bool {
        self.0.asks == Some(ClientAuth::Required)
    }

    /// What every answer tells browsers of https.
    pub(crate) fn hsts(&self) -> Option<HeaderValue> {
        self.0.hsts.clone()
    }

    pub(crate) fn watched(&self) -> Arc<dyn Watched> {
        Arc::clone(&self.0.current) as Arc<dyn Watched>
    }

    /// Takes a connection in. One that comes from elsewhere than the networks learns nothing, and costs nothing.
    pub(crate) async fn pass(
        &self,
        tcp: TcpStream,
        peer: IpAddr,
        networks: &Networks,
    ) -> Option<Passed> {
        if !networks.have(peer) {
            self.count_and_tell(peer, &Refused::stranger());
            return None;
        }
        let mut place = self.0.places.take(&Peer::Ip(peer));
        match self.handshake(tcp, &mut place).await {
            Ok(stream) => {
                count(HandshakeEnd::Done);
                let client = self.client(&stream);
                let stream = Box::new(stream);
                Some(Passed { stream, client })
            }
            Err(Failed { refused, tcp }) => {
                self.count_and_tell(peer, &refused);
                if let Some(tcp) = tcp {
                    tokio::select! {
                        () = linger(tcp) => {}
                        () = place.needed() => {}
                    }
                }
                None
            }
        }
    }

    async fn handshake(
        &self,
        tcp: TcpStream,
        place: &mut Place,
    ) -> Result<TlsStream<TcpStream>, Failed> {
        let mut has_spoken = false;
        let handshake = async {
            let first = first_byte(&tcp).await?;
            has_spoken = true;
            self.shake(first, tcp).await
        };
        let ended = tokio::select! {
            ended = timeout(HANDSHAKE, handshake) => ended.ok(),
            () = place.needed() => return Err(Refused::displaced(has_spoken).into()),
        };
        ended.unwrap_or_else(|| Err(Refused::too_slow(has_spoken).into()))
    }

    async fn shake(&self, first: u8, mut tcp: TcpStream) -> Result<TlsStream<TcpStream>, Failed> {
        if first != TLS_HANDSHAKE {
            let mut refused = Refused::no_tls();
            if first.is_ascii_alphabetic() {
                refused = Refused::plain_http();
                // whoever left already needs no answer
                let _ = tcp.write_all(use_https().as_bytes()).await;
            }
            let tcp = Some(tcp);
            return Err(Failed { refused, tcp });
        }
        let acceptor = TlsAcceptor::from(self.0.current.config());
        let ended = acceptor.accept(tcp).into_fallible().await;
        ended.map_err(|(error, tcp)| Failed {
            refused: Refused::by(&error),
            tcp: Some(tcp),
        })
    }

    /// What the certificate of the other end says of it.
    fn client(&self, stream: &TlsStream<TcpStream>) -> Client {
        let shown = stream.get_ref().1.peer_certificates();
        match (shown.and_then(<[_]>::first), &self.0.names) {
            (None, _) => Client::Unknown,
            (Some(_), None) => Client::Certified,
            (Some(leaf), Some(names)) if has_one_of(leaf, names) => Client::Certified,
            (Some(_), Some(_)) => Client::NotNamed,
        }
    }

    fn count_and_tell(&self, peer: IpAddr, refused: &Refused) {
        count(refused.end);
        let Inner { listener, told, .. } = &*self.0;
        match &refused.sentence {
            Some(sentence) if told.is_new(peer, refused.end, Instant::now()) => {
                log::warn(&format!("TLS at {listener}: {peer} {sentence}"));
            }
            _ => log::debug(&format!("TLS at {listener}: {peer}: {:?}", refused.end)),
        }
    }
}

/// A handshake that failed, and the connection, if there is something on it that the peer should read.
struct Failed {
    refused: Refused,
    tcp: Option<TcpStream>,
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        let tcp = None;
        Self { refused, tcp }
    }
}

/// What the peer says first; it stays to be read.
async fn first_byte(tcp: &TcpStream) -> Result<u8, Refused> {
    let mut first = [0];
    match tcp.peek(&mut first).await {
        Ok(1..) => Ok(first[0]),
        Ok(0) | Err(_) => Err(Refused::gone()),
    }
}

fn use_https() -> String {
    format!(
        "HTTP/1.1 400 Bad Request\r\n\
         content-type: text/plain; charset=utf-8\r\n\
         x-content-type-options: nosniff\r\n\
         content-length: {}\r\n\
         connection: close\r\n\
         \r\n\
         {USE_HTTPS}",
        USE_HTTPS.len()
    )
}

/// Closes when the peer has read what was sent: while something of it is unread here, the system would take that back.
async fn linger(mut tcp: TcpStream) {
    let read_all = async {
        tcp.shutdown().await?;
        let mut scrap = [0; 1024];
        while tcp.read(&mut scrap).await? > 0 {}
        Ok::<(), io::Error>(())
    };
    // who does not close in time, or broke off, is left
    let _ = timeout(LINGER, read_all).await;
}

/// Whether the certificate is for one of these names. It was verified, so it can be read.
fn has_one_of(leaf: &CertificateDer<'_>, names: &[String]) -> bool {
    let Ok(leaf) = EndEntityCert::try_from(leaf) else {
        return false;
    };
    let mut of_leaf = leaf.valid_dns_names().chain(leaf.valid_uri_names());
    of_leaf.any(|of_leaf| names.iter().any(|name| name == of_leaf))
}

fn count(end: HandshakeEnd) {
    TlsOwn::global()
        .handshakes
        .with(ByHandshakeEnd { end })
        .inc();
}
