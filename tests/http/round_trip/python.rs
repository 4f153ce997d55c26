//! The parser of Python's `prometheus_client`, in a process that reads one exposition after the other.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;

use super::{Exposition, bits};

/// A process that ends when its input does.
pub(crate) struct Reader {
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
    child: Child,
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
    pub(crate) fn read(&self, text: &str) -> Result<Exposition, String> {
        let (stdin, stdout) = &mut *self.pipes.borrow_mut();
        let question = serde_json::to_string(text).expect("text is JSON");
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
        let families = answer
            .families
            .into_iter()
            .map(|(name, kind, help)| (name, (kind, help)));
        let samples = answer.samples.into_iter().map(|(name, labels, hex)| {
            let value = u64::from_str_radix(&hex, 16).expect("64 bits");
            let labels = labels
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect();
            ((name, labels), bits(f64::from_bits(value)))
        });
        Ok(Exposition {
            families: families.collect(),
            samples: samples.collect(),
        })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
