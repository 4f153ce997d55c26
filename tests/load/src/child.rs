//! A server in a process of its own, as the one that started it sees it: its address, and what it answers over its pipes.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A process of the same program. The first line that it prints is the address at which it serves; then it answers each
/// line that it is sent with one. It is killed when this is dropped.
#[derive(Debug)]
pub struct Served {
    process: Child,
    asked: ChildStdin,
    answers: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Served {
    /// Starts this program with these arguments.
    ///
    /// # Errors
    ///
    /// A sentence, if it does not start, or says no address.
    pub fn start(arguments: &[&str]) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut process = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (asked, answers) = pipes.ok_or("a process without pipes")?;
        let mut served = Self {
            process,
            asked,
            answers: BufReader::new(answers),
            address: ([127, 0, 0, 1], 0).into(),
        };
        let address = served.answer()?;
        served.address = address
            .parse()
            .map_err(|_| format!("no address: {address}"))?;
        Ok(served)
    }

    /// Where it serves.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its number as a process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends it a line, and waits for the answer.
    ///
    /// # Errors
    ///
    /// A sentence, if it has ended.
    pub fn ask(&mut self, question: &str) -> Result<String, String> {
        writeln!(self.asked, "{question}").map_err(|error| format!("the server: {error}"))?;
        self.answer()
    }

    fn answer(&mut self) -> Result<String, String> {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line);
        match read.map_err(|error| error.to_string())? {
            0 => Err("the server ended".to_owned()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
