//! A server in a process of its own, as the one that started it sees it.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::state::State;
use super::{CHILD, served};

/// It is killed when this is dropped.
pub(super) struct Server {
    process: Child,
    asked: ChildStdin,
    answers: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Server {
    /// Starts one with so many series, of which so many change.
    pub(super) fn start(series: usize, changing: usize) -> Result<Self, String> {
        Self::start_with(&[series.to_string(), changing.to_string()])
    }

    /// Starts one without metrics.
    pub(super) fn start_bare() -> Result<Self, String> {
        Self::start_with(&[])
    }

    fn start_with(arguments: &[String]) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut process = Command::new(program)
            .arg(CHILD)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (asked, answers) = pipes.ok_or("a process without pipes")?;
        let mut server = Self {
            process,
            asked,
            answers: BufReader::new(answers),
            address: ([127, 0, 0, 1], 0).into(),
        };
        let address = server.answer()?;
        server.address = address
            .parse()
            .map_err(|_| format!("no address: {address}"))?;
        Ok(server)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How its process stands.
    pub(super) fn state(&mut self) -> Result<State, String> {
        let line = self.ask(served::STATE)?;
        State::parse(&line).ok_or_else(|| format!("no state: {line}"))
    }

    /// Lets so many series change from now on.
    pub(super) fn change(&mut self, number: usize) -> Result<(), String> {
        self.ask(&format!("{} {number}", served::CHANGE)).map(drop)
    }

    fn ask(&mut self, question: &str) -> Result<String, String> {
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

impl Drop for Server {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
