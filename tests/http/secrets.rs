//! No secret is in anything that the server says: logs at their most, answers, errors, `Debug`, metrics. This program has a
//! subscriber of its own, which takes all that every library of it tells.

use std::fmt::{Debug, Write};
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use metrics_core::Registry;
use metrics_server::{Auth, Exporter, Listener, Secret, Server};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const PASSWORD: &str = "open sesame";
const HASH: &str = "$2y$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// What somebody typed into the wrong field.
const TYPED_AS_USER: &str = "hunter2-as-user";
const WRONG: &str = "wrong-but-close";

static SAID: Mutex<String> = Mutex::new(String::new());

fn say(text: &str) {
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    said.push_str(text);
    said.push('\n');
}

struct Everything;

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields(attributes.metadata().name().to_owned());
        attributes.record(&mut fields);
        say(&fields.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, record: &Record<'_>) {
        let mut fields = Fields(String::new());
        record.record(&mut fields);
        say(&fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(event.metadata().target().to_owned());
        event.record(&mut fields);
        say(&fields.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        // a String takes everything
        let _ = write!(self.0, " {value:?}");
    }
}

fn auth() -> Auth {
    Auth::new().user("alice", HASH).token(TOKEN)
}

fn basic(user: &str, password: &str) -> String {
    let text = BASE64_STANDARD.encode(format!("{user}:{password}"));
    format!("Basic {text}")
}

#[test]
fn no_secret_is_in_anything_that_is_said() {
    tracing::subscriber::set_global_default(Everything).expect("no other subscriber");
    let registry = Registry::new();
    let exporter = Exporter::builder().registry(&registry).build();
    let exporter = exporter.expect("no settings");
    say(&format!(
        "{:?} {:?} {exporter:?}",
        Secret::from(PASSWORD),
        auth()
    ));
    let listener = Listener::tcp("127.0.0.1:0").auth(auth());
    say(&format!("{listener:?}"));
    let server = Server::bind(listener).expect("a free port");
    let server = server.exporter(exporter);
    say(&format!("{server:?}"));
    let handle = server.spawn().expect("a server");
    say(&format!("{handle:?}"));

    let sent = [
        basic("alice", PASSWORD),
        format!("Bearer {TOKEN}"),
        format!("Bearer {WRONG}"),
        basic("alice", WRONG),
        basic(TYPED_AS_USER, WRONG),
        format!("Basic {WRONG}"),
        format!("Digest {WRONG}"),
    ];
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    // twice, so that the second answers are of one who is throttled
    for header in sent.iter().chain(&sent).chain(&sent) {
        for path in ["/metrics", "/metrics/json", "/", "/nowhere", "/health"] {
            let url = format!("http://{}{path}", handle.address());
            let request = agent.get(url).header("authorization", header);
            let mut answer = request.call().expect("an answer");
            say(&format!("{} {:?}", answer.status(), answer.headers()));
            let body = answer.body_mut().read_to_string();
            say(&body.expect("a body of text"));
        }
    }
    handle.stop().expect("it ran well");

    let plain = Auth::new().user("alice", PASSWORD).token(WRONG);
    let twice = auth().user("alice", HASH.replace("$04$", "$31$"));
    for wrong in [plain, twice] {
        let error = Server::bind(Listener::tcp("127.0.0.1:0").auth(wrong));
        let error = error.expect_err("nothing that can be used");
        say(&format!("{error} {error:?}"));
    }
    let global = Server::bind("127.0.0.1:0").and_then(Server::spawn);
    let global = global.expect("a server");
    let url = format!("http://{}/metrics", global.address());
    let mut answer = agent.get(url).call().expect("an answer");
    say(&answer.body_mut().read_to_string().expect("text"));
    global.stop().expect("it ran well");

    let said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    for there in [
        "sent wrong credentials",
        "metrics_requests_refused_total{reason=\"throttled\"}",
        "fewer than 16 bytes",
        "[secret]",
        "429",
    ] {
        assert!(said.contains(there), "{there} was not said: {said}");
    }
    let rest = |hash: &'static str| hash.rsplit_once('$').map_or(hash, |(_, rest)| rest);
    let mut secrets = vec![
        PASSWORD.to_owned(),
        TOKEN.to_owned(),
        WRONG.to_owned(),
        TYPED_AS_USER.to_owned(),
        rest(HASH).to_owned(),
    ];
    // the headers, without their schemes
    secrets.extend(
        sent.iter()
            .filter_map(|sent| Some(sent.split_once(' ')?.1.to_owned())),
    );
    for secret in secrets {
        let line = said.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "it has {secret}");
    }
}
