//! The parsers of Python's `prometheus_client`, in a process that reads one exposition after the other.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::{Deserialize, Serialize};

use super::exposition::Exposition;

/// A process that ends when its input does.
pub(crate) struct Reader {
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
    child: Child,
}

/// Which parser is to read.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    Text,
    OpenMetrics,
}

/// What `read_back.py` answers.
#[derive(Deserialize)]
struct Answer {
    error: Option<String>,
    families: Vec<(String, String, String)>,
    /// The value as the bits of a double, in hexadecimal.
    samples: Vec<(String, BTreeMap<String, String>, String)>,
}

impl Reader {
    pub(crate) fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/round_trip/read_back.py");
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("/usr/bin/python3: apt-get install python3-prometheus-client");
        let stdin = child.stdin.take().expect("a pipe");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self {
            pipes: RefCell::new((stdin, stdout)),
            child,
        }
    }

    /// Has `text` parsed; the error is that of the parser.
    pub(crate) fn read(&self, format: Format, text: &str) -> Result<Exposition, String> {
        let (stdin, stdout) = &mut *self.pipes.borrow_mut();
        let question = serde_json::to_string(&(format, text)).expect("text is JSON");
        writeln!(stdin, "{question}").expect("a process that reads");
        let mut answer = String::new();
        stdout
            .read_line(&mut answer)
            .expect("a process that answers");
        let answer: Answer =
            serde_json::from_str(&answer).map_err(|error| format!("{error}: {answer}"))?;
        if let Some(error) = answer.error {
            return Err(error);
        }
        let mut exposition = Exposition::default();
        for (name, kind, help) in answer.families {
            exposition.family(&name, &kind, &help);
        }
        for (name, mut labels, hex) in answer.samples {
            let value = u64::from_str_radix(&hex, 16).expect("64 bits");
            labels.retain(|_, value| !value.is_empty());
            exposition.sample(&name, labels, f64::from_bits(value));
        }
        Ok(match format {
            Format::Text => exposition,
            Format::OpenMetrics => exposition.with_plain_bounds(),
        })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
