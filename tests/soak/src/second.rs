//! A second server, which is killed and started again beside the first: its clients see the end at once, and another epoch
//! after it.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use metrics_load::child::Served;
use metrics_load::websocket::{TEXT, handshake, split};

use crate::served;

const CLIENTS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(30);

/// Kills one and starts another.
///
/// # Errors
///
/// What was not as it must be.
pub(crate) fn kill_and_restart(seed: u64) -> Result<(), String> {
    let (first, mut clients) = start(seed)?;
    let before = clients
        .iter_mut()
        .map(epoch)
        .collect::<Result<Vec<_>, _>>()?;
    // as `kill -9` does
    drop(first);
    for client in &mut clients {
        ends(client)?;
    }
    let (_second, mut clients) = start(seed)?;
    let after = clients
        .iter_mut()
        .map(epoch)
        .collect::<Result<Vec<_>, _>>()?;
    let is_one = |epochs: &[String]| epochs.windows(2).all(|two| two[0] == two[1]);
    if !is_one(&before) || !is_one(&after) || before[0] == after[0] {
        return Err(format!(
            "a killed server: epochs {before:?}, then {after:?}"
        ));
    }
    Ok(())
}

fn start(seed: u64) -> Result<(Served, Vec<TcpStream>), String> {
    let served = Served::start(&[served::CHILD, &seed.to_string()])?;
    let clients = (0..CLIENTS).map(|_| join(served.address()));
    let clients = clients.collect::<Result<_, _>>()?;
    Ok((served, clients))
}

fn join(address: SocketAddr) -> Result<TcpStream, String> {
    let joined = || {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(&handshake("/metrics/stream?match=soak_depth", ""))?;
        Ok(stream)
    };
    joined().map_err(|error: std::io::Error| format!("a second server: {error}"))
}

/// What the first frame says.
fn epoch(client: &mut TcpStream) -> Result<String, String> {
    const END: &[u8] = b"\r\n\r\n";
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = client.read(&mut buffer);
        match read.map_err(|error| format!("a second server says no hello: {error}"))? {
            0 => return Err("a second server has closed".to_owned()),
            read => bytes.extend_from_slice(&buffer[..read]),
        }
        let head = bytes.windows(END.len()).position(|window| window == END);
        let frame = head.and_then(|head| split(&bytes[head + END.len()..]));
        if let Some((frame, _)) = frame.filter(|(frame, _)| frame.opcode == TEXT) {
            let hello: serde_json::Value =
                serde_json::from_slice(frame.payload).map_err(|error| error.to_string())?;
            let epoch = hello["epoch"].as_str();
            return epoch
                .map(str::to_owned)
                .ok_or_else(|| format!("no epoch: {hello}"));
        }
    }
}

/// The connection ends, by a goodbye or a reset, and not by our patience.
fn ends(client: &mut TcpStream) -> Result<(), String> {
    let mut buffer = [0; 4096];
    loop {
        match client.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Err("a connection outlives its server".to_owned());
            }
            Err(_) => return Ok(()),
        }
    }
}
