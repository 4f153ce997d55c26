//! One run: a fresh process of this program, so that its memory and its CPU time are its own.
//! `service` is what runs in it; here it is started, scraped, and asked for its figures.

use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use super::Run;
use super::service::Measured;

const SCRAPE_EVERY: Duration = Duration::from_secs(1);
/// A child that says nothing for so long after its end was due is stuck.
const PATIENCE: Duration = Duration::from_secs(30);
/// The child has said why, on its standard error, which is ours.
const ENDED: &str = "a run did not measure anything";

/// Has a child run; returns what it measured, when it is gone.
pub(super) fn measure(run: Run, length: Duration) -> Result<Measured, Box<dyn Error>> {
    let name = run.to_possible_value().ok_or("there is no such run")?;
    let mut child = Command::new(env::current_exe()?)
        .args(["--overhead-run", name.get_name()])
        .arg("--overhead-seconds")
        .arg(length.as_secs_f64().to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let measured = attend(&lines(&mut child), run, length);
    if measured.is_err() {
        // it may not have ended; if it has, there is nothing to kill
        let _ = child.kill();
    }
    let status = child.wait()?;
    match measured {
        Ok(_) if !status.success() => Err(format!("a run failed: {status}").into()),
        measured => measured,
    }
}

/// The lines that the child prints, as they come.
fn lines(child: &mut Child) -> Receiver<String> {
    let (line, lines) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        // ends with the child
        thread::spawn(move || {
            let printed = BufReader::new(output).lines().map_while(Result::ok);
            for printed in printed {
                if line.send(printed).is_err() {
                    break;
                }
            }
        });
    }
    lines
}

/// Waits until the child has measured, and scrapes it meanwhile.
fn attend(
    lines: &Receiver<String>,
    run: Run,
    length: Duration,
) -> Result<Measured, Box<dyn Error>> {
    let address = lines.recv_timeout(PATIENCE).map_err(|_| ENDED)?;
    let end = Instant::now() + length + PATIENCE;
    let mut next = match run {
        // in the middle of each second, for at the end it is uncertain which scrapes were measured
        Run::Scraped => Instant::now() + SCRAPE_EVERY.min(length) / 2,
        Run::With | Run::Without => end,
    };
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    loop {
        let wait = next.min(end).saturating_duration_since(Instant::now());
        match lines.recv_timeout(wait) {
            Ok(line) => return Ok(Measured::from_line(&line).ok_or(ENDED)?),
            Err(RecvTimeoutError::Timeout) if next < end => {
                scrape(&agent, &address)?;
                next += SCRAPE_EVERY;
            }
            Err(RecvTimeoutError::Timeout) => return Err("a run does not end".into()),
            Err(RecvTimeoutError::Disconnected) => return Err(ENDED.into()),
        }
    }
}

fn scrape(agent: &ureq::Agent, address: &str) -> Result<(), Box<dyn Error>> {
    let mut answer = agent.get(format!("http://{address}/metrics")).call()?;
    let text = answer.body_mut().read_to_string()?;
    if text.contains("jsp_packets_sent_total") {
        Ok(())
    } else {
        Err("the demo's metrics are not in its exposition".into())
    }
}
