//! A transport protocol over several hops, measured: connections send packets through a chain of relays,
//! over real UDP sockets on loopback, and each relay loses some.
//!
//! `cargo run --example prometheus_demo`, and then `curl 127.0.0.1:9090/metrics`.
//!
//! `cargo run --release --example prometheus_demo -- --overhead` measures what these metrics cost: CPU and memory of
//! the same traffic with and without them, at 100,000 updates a second. It takes half a minute; see `overhead/`.

mod overhead;

use std::io;
use std::net::UdpSocket;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet};
use metrics_examples::{Load, Options};
use metrics_server::{Exporter, Server};
use overhead::OverheadOptions;

#[derive(Clone, Copy, Debug, Label)]
enum Hop {
    #[label(name = "1")]
    First,
    #[label(name = "2")]
    Second,
    #[label(name = "3")]
    Third,
}

#[derive(Clone, Copy, LabelSet)]
struct ByHop {
    hop: Hop,
}

/// How well a hop works; the values are those of `jsp_multihop_health`.
#[derive(Clone, Copy)]
enum Health {
    Degraded = 1,
    Healthy = 2,
}

/// Connections of the transport.
#[derive(MetricSet)]
#[metrics(prefix = "jsp")]
struct Connections {
    /// Connections opened.
    connections: Counter,
    /// Connections open.
    connections_active: Gauge,
    /// Time from opening a connection to closing it.
    #[metric(unit = "seconds", buckets = exponential(0.01, 2.0, 12))]
    connection_duration: Histogram,
}

/// How much the transport sends and receives, and how fast.
#[derive(MetricSet)]
#[metrics(prefix = "jsp")]
struct Performance {
    /// Bytes sent, retransmissions included.
    bytes_sent: Counter,
    /// Bytes received.
    bytes_received: Counter,
    /// Packets sent, retransmissions included.
    packets_sent: Counter,
    /// Packets received.
    packets_received: Counter,
    /// Time until a connection is established.
    #[metric(unit = "seconds", buckets = exponential(0.0001, 2.0, 16))]
    #[metric(alert(
        name = "HighLatency",
        expr = "p99[5m] > 1s",
        for = "5m",
        severity = "warning",
        summary = "Of a hundred connections, one takes {{ $value | humanizeDuration }} to be established.",
    ))]
    handshake_duration: Histogram,
}

/// What the transport loses.
#[derive(MetricSet)]
#[metrics(prefix = "jsp")]
struct Errors {
    /// Packets given up after their last retransmission.
    #[metric(alert(
        name = "HighErrorRate",
        expr = "rate[5m] > 10",
        for = "5m",
        severity = "warning",
        summary = "{{ $labels.instance }} gives up {{ $value | humanize }} packets a second.",
    ))]
    errors: Counter,
    /// Packets that were not acknowledged in time.
    timeouts: Counter,
    /// Packets sent once more.
    retransmissions: Counter,
}

/// The path over several hops.
#[derive(MetricSet)]
#[metrics(prefix = "jsp")]
struct MultiHop {
    /// Bits that the path delivers in a second, by the connection that closed last.
    multihop_throughput_bps: Gauge<(), f64>,
    /// Health of a hop: 2 is healthy, 1 degraded, 0 down.
    #[metric(alert(
        name = "UnhealthyHop",
        expr = "< 2",
        for = "2m",
        severity = "critical",
        summary = "Hop {{ $labels.hop }} of {{ $labels.instance }} is not healthy.",
    ))]
    multihop_health: Gauge<ByHop>,
    /// Time that a packet takes from one hop to the next.
    #[metric(unit = "milliseconds", buckets = exponential(0.01, 2.0, 12), allow(base_unit))]
    multihop_latency: Histogram<ByHop>,
}

/// The transport.
struct Jetstream;

/// What the transport tells of itself, in words of its own domain.
impl Jetstream {
    fn record_connection() {
        Connections::global().connections.inc();
        Connections::global().connections_active.inc();
    }

    fn record_connection_close(seconds: f64) {
        Connections::global().connections_active.dec();
        Connections::global().connection_duration.observe(seconds);
    }

    fn record_handshake(seconds: f64) {
        Performance::global().handshake_duration.observe(seconds);
    }

    fn record_packet_sent() {
        Performance::global().packets_sent.inc();
    }

    fn record_packet_received() {
        Performance::global().packets_received.inc();
    }

    fn record_bytes_sent(bytes: u64) {
        Performance::global().bytes_sent.inc_by(bytes);
    }

    fn record_bytes_received(bytes: u64) {
        Performance::global().bytes_received.inc_by(bytes);
    }

    fn record_timeout() {
        Errors::global().timeouts.inc();
    }

    fn record_retransmission() {
        Errors::global().retransmissions.inc();
    }

    fn record_error() {
        Errors::global().errors.inc();
    }

    fn record_throughput(bits_per_second: f64) {
        MultiHop::global()
            .multihop_throughput_bps
            .set(bits_per_second);
    }

    fn record_health(hop: Hop, health: Health) {
        MultiHop::global()
            .multihop_health
            .with(ByHop { hop })
            .set(health as i64);
    }

    fn record_hop_latency(hop: Hop, latency: Duration) {
        let latency_of_hop = MultiHop::global().multihop_latency.with(ByHop { hop });
        latency_of_hop.observe(latency.as_secs_f64() * 1000.0);
    }
}

const PACKET_LEN: usize = 1024;
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_millis(30);
const TRIES: u32 = 4;
/// How long a relay waits for a packet before it looks whether the load is over.
const IDLE: Duration = Duration::from_millis(200);

/// A packet: its number, when the last hop sent it, the port to acknowledge to, and padding.
struct Packet([u8; PACKET_LEN]);

impl Packet {
    fn new(number: u64, acknowledge_to: u16) -> Self {
        let mut bytes = [0; PACKET_LEN];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        bytes[16..18].copy_from_slice(&acknowledge_to.to_be_bytes());
        Self(bytes)
    }

    fn number(&self) -> u64 {
        u64::from_be_bytes(self.0[..8].try_into().unwrap_or_default())
    }

    fn acknowledge_to(&self) -> u16 {
        u16::from_be_bytes([self.0[16], self.0[17]])
    }

    fn stamp(&mut self) {
        let nanos = u64::try_from(since_start().as_nanos()).unwrap_or(u64::MAX);
        self.0[8..16].copy_from_slice(&nanos.to_be_bytes());
    }

    fn age(&self) -> Duration {
        let nanos = u64::from_be_bytes(self.0[8..16].try_into().unwrap_or_default());
        since_start().saturating_sub(Duration::from_nanos(nanos))
    }
}

/// Time since the first call, by a clock that all threads share.
fn since_start() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// One relay: passes packets on to `next`, or, as the last, acknowledges them to their sender.
fn relay(hop: Hop, socket: &UdpSocket, next: Option<u16>, load: Load) -> io::Result<()> {
    let mut packet = Packet::new(0, 0);
    while load.goes_on() {
        let degraded = matches!(hop, Hop::Second) && since_start().as_secs() % 20 >= 17;
        Jetstream::record_health(
            hop,
            if degraded {
                Health::Degraded
            } else {
                Health::Healthy
            },
        );
        match socket.recv(&mut packet.0) {
            Ok(_) => Jetstream::record_hop_latency(hop, packet.age()),
            Err(error) if is_timeout(&error) => continue,
            Err(error) => return Err(error),
        }
        if fastrand::u8(..100) < if degraded { 60 } else { 1 } {
            continue;
        }
        packet.stamp();
        socket.send_to(
            &packet.0,
            ("127.0.0.1", next.unwrap_or(packet.acknowledge_to())),
        )?;
    }
    Ok(())
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

/// Opens connection after connection, and sends some packets over each.
fn connections(path: u16, load: Load) -> io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_read_timeout(Some(ACKNOWLEDGED_WITHIN))?;
    let mut number = 0;
    while load.goes_on() {
        Jetstream::record_connection();
        let opened = Instant::now();
        let mut delivered = 0;
        if send(&socket, path, number)? {
            Jetstream::record_handshake(opened.elapsed().as_secs_f64());
            for _ in 0..fastrand::u64(20..200) {
                number += 1;
                delivered += u64::from(send(&socket, path, number)?);
            }
        }
        number += 1;
        let seconds = opened.elapsed().as_secs_f64();
        Jetstream::record_connection_close(seconds);
        Jetstream::record_throughput((delivered * PACKET_LEN as u64 * 8) as f64 / seconds);
    }
    Ok(())
}

/// Sends one packet until it is acknowledged; returns whether it was.
fn send(socket: &UdpSocket, path: u16, number: u64) -> io::Result<bool> {
    let mut packet = Packet::new(number, socket.local_addr()?.port());
    for attempt in 0..TRIES {
        if attempt > 0 {
            Jetstream::record_retransmission();
        }
        packet.stamp();
        socket.send_to(&packet.0, ("127.0.0.1", path))?;
        Jetstream::record_packet_sent();
        Jetstream::record_bytes_sent(PACKET_LEN as u64);
        if acknowledged(socket, number)? {
            return Ok(true);
        }
        Jetstream::record_timeout();
    }
    Jetstream::record_error();
    Ok(false)
}

/// Waits for the acknowledgement of packet `number`; those of earlier packets come late and are dropped.
fn acknowledged(socket: &UdpSocket, number: u64) -> io::Result<bool> {
    let mut packet = Packet::new(0, 0);
    loop {
        match socket.recv(&mut packet.0) {
            Ok(len) => {
                Jetstream::record_packet_received();
                Jetstream::record_bytes_received(len as u64);
                if packet.number() == number {
                    return Ok(true);
                }
            }
            Err(error) if is_timeout(&error) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}

/// Starts relays and connections; each has a thread of its own.
fn start(load: Load) -> io::Result<()> {
    let mut next = None;
    for hop in [Hop::Third, Hop::Second, Hop::First] {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_read_timeout(Some(IDLE))?;
        let port = socket.local_addr()?.port();
        thread::spawn(move || relay(hop, &socket, next, load));
        next = Some(port);
    }
    if let Some(path) = next {
        for _ in 0..4 {
            thread::spawn(move || connections(path, load));
        }
    }
    Ok(())
}

/// A transport protocol over several hops, measured
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,

    #[command(flatten)]
    overhead: OverheadOptions,
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let exporter = Exporter::builder()
        .artifacts(|artifacts| artifacts.name("jetstream").port(9090))
        .build()?;
    exporter.artifacts().cli();

    let Arguments { options, overhead } = Arguments::parse();
    if let Some(code) = overhead.measure() {
        return Ok(code);
    }
    let server = Server::bind(options.listen("127.0.0.1:9090"))?;
    let server = server.exporter(exporter).spawn()?;
    println!("metrics   http://{}/metrics", server.address());
    println!("health    http://{}/health", server.address());

    start(options.load())?;
    actix_web::rt::System::new().block_on(options.end())?;
    server.stop()?;
    Ok(ExitCode::SUCCESS)
}
