//! The traffic that is measured: the demo's connections and packets, but at a fixed pace and without sockets.
//! Sockets cost some 50 microseconds a packet, a hundred times as much as its metrics, which their noise would hide.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Health, Hop, Jetstream, PACKET_LEN, Packet, TRIES};

/// Threads that open connections, as many as the demo has.
pub(super) const THREADS: u16 = 4;
/// Updates a second, of all threads together.
pub(super) const UPDATES: u32 = 100_000;
/// A thread works off what has become due, and sleeps for so long.
const TICK: Duration = Duration::from_millis(5);

/// What the threads share with whoever measures them.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) over: AtomicBool,
    /// Updates made, or that would have been made.
    pub(super) updates: AtomicU64,
    /// Packets sent; metrics, if there are any, must say the same.
    pub(super) packets: AtomicU64,
}

/// One thread's traffic. It is the same for the same seed, whether it is metered or not.
pub(super) struct Traffic<'a> {
    metered: bool,
    random: fastrand::Rng,
    progress: &'a Progress,
    started: Instant,
    updates: u64,
    /// Those of them that are in `progress`.
    told: u64,
    /// The updates that are due; as many are made before the next sleep.
    due: u64,
    packets: u64,
    connections: u64,
}

impl<'a> Traffic<'a> {
    pub(super) fn new(metered: bool, seed: u16, progress: &'a Progress) -> Self {
        Self {
            metered,
            random: fastrand::Rng::with_seed(seed.into()),
            progress,
            started: Instant::now(),
            updates: 0,
            told: 0,
            due: 0,
            packets: 0,
            connections: 0,
        }
    }

    /// The one place where metrics are touched, or not. Both are the same machine code but for this branch.
    ///
    /// Clocks that are read for a metric alone are read in `record`, so that they count as its cost.
    fn record(&mut self, updates: u64, record: impl FnOnce()) {
        if self.metered {
            record();
        }
        self.updates += updates;
    }

    /// Opens connection after connection, until it is over.
    pub(super) fn run(mut self) {
        while !self.progress.over.load(Relaxed) {
            self.connection();
        }
        self.progress.packets.fetch_add(self.packets, Relaxed);
    }

    /// The demo's `connections`.
    fn connection(&mut self) {
        self.connections += 1;
        self.record(2, Jetstream::record_connection);
        let opened = Instant::now();
        let mut delivered = 0;
        if self.send() {
            self.record(1, || {
                Jetstream::record_handshake(opened.elapsed().as_secs_f64());
            });
            for _ in 0..self.random.u64(20..200) {
                delivered += u64::from(self.send());
            }
        }
        self.record(3, || {
            let seconds = opened.elapsed().as_secs_f64();
            Jetstream::record_connection_close(seconds);
            Jetstream::record_throughput((delivered * PACKET_LEN as u64 * 8) as f64 / seconds);
        });
    }

    /// The demo's `send`: one packet, until it is acknowledged; returns whether it was.
    fn send(&mut self) -> bool {
        for attempt in 0..TRIES {
            self.keep_pace();
            if attempt > 0 {
                self.record(1, Jetstream::record_retransmission);
            }
            self.packets += 1;
            self.record(2, || {
                Jetstream::record_packet_sent();
                Jetstream::record_bytes_sent(PACKET_LEN as u64);
            });
            if self.arrives(Packet::new(self.packets, 0)) {
                self.record(2, || {
                    Jetstream::record_packet_received();
                    Jetstream::record_bytes_received(PACKET_LEN as u64);
                });
                return true;
            }
            self.record(1, Jetstream::record_timeout);
        }
        self.record(1, Jetstream::record_error);
        false
    }

    /// The demo's three relays; returns whether none of them lost the packet.
    fn arrives(&mut self, mut packet: Packet) -> bool {
        for hop in [Hop::First, Hop::Second, Hop::Third] {
            let degraded = matches!(hop, Hop::Second) && self.connections % 20 >= 17;
            // the time in the packet serves no other purpose than the latency
            self.record(0, || packet.stamp());
            handle(&packet);
            self.record(2, || {
                let health = if degraded {
                    Health::Degraded
                } else {
                    Health::Healthy
                };
                Jetstream::record_health(hop, health);
                Jetstream::record_hop_latency(hop, packet.age());
            });
            if self.random.u8(..100) < if degraded { 60 } else { 1 } {
                return false;
            }
        }
        handle(&packet);
        true
    }

    /// Sleeps when all is done that is due.
    fn keep_pace(&mut self) {
        if self.updates < self.due {
            return;
        }
        thread::sleep(TICK);
        let share = f64::from(UPDATES) / f64::from(THREADS);
        self.due = (self.started.elapsed().as_secs_f64() * share) as u64;
        let untold = self.updates - self.told;
        self.progress.updates.fetch_add(untold, Relaxed);
        self.told = self.updates;
    }
}

/// What the service does for a living, with metrics or without: a checksum (FNV-1a) of the packet, by each relay and
/// the receiver. Some 5 microseconds a packet, a tenth of what the demo with its sockets spends on one.
fn handle(packet: &Packet) {
    let checksum = packet.0.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    black_box(checksum);
}
