//! One client: its frames out, its messages in, its clocks. It knows how far the client has come, and
//! asks the sampler for the rest.

use std::time::Duration;

use actix_http::ws::CloseCode;
use actix_web::rt::time::{Instant, sleep_until};
use actix_web::web;

use super::frame;
use super::sampler::{Feed, News, Tick};
use super::socket::{End, Heard, Socket};
use super::subscription::{Refusal, Request, Subscription};
use crate::exporter::Exporter;
use crate::json::unix_millis;
use crate::own::{ByFrameType, FrameType, Own};

/// Of the protocol, "Behaviour".
const HEARTBEAT_AFTER: Duration = Duration::from_secs(15);

/// Talks to one client until either side ends it.
pub(super) async fn run(exporter: &Exporter, socket: Socket, subscription: Subscription) {
    let _counted = Own::global().stream_clients.inc_guard();
    let mut client = Client {
        exporter,
        socket,
        seq: 0,
        subscribed: Some(Subscribed::new(exporter, subscription)),
        paused: false,
        last_frame: Instant::now(),
    };
    let end = client.talk().await;
    client.close(end).await;
}

struct Client<'e> {
    exporter: &'e Exporter,
    socket: Socket,
    seq: u64,
    /// `None` after `unsubscribe`.
    subscribed: Option<Subscribed>,
    paused: bool,
    last_frame: Instant,
}

/// A subscription under way.
struct Subscribed {
    wanted: Subscription,
    feed: Feed,
    /// Up to which tick the client knows everything; `None` before its snapshot.
    since: Option<u64>,
    /// In which of its intervals it was last served, counted from the start of the sampler.
    period: u128,
}

impl Subscribed {
    fn new(exporter: &Exporter, wanted: Subscription) -> Self {
        Self {
            feed: exporter.sampler().join(wanted.interval),
            wanted,
            since: None,
            period: 0,
        }
    }
}

impl Client<'_> {
    async fn talk(&mut self) -> End {
        let mut closing = self.exporter.closing();
        let mut result = self.hello().await;
        while result.is_ok() {
            let heartbeat = self.last_frame + HEARTBEAT_AFTER;
            result = tokio::select! {
                _ = closing.wait_for(|closing| *closing) => Err(End::Shutdown),
                heard = self.socket.recv() => self.hear(heard).await,
                tick = next_tick(&mut self.subscribed) => self.serve(tick).await,
                () = sleep_until(heartbeat) => self.send(FrameType::Heartbeat, "{}").await,
            };
        }
        result.err().unwrap_or(End::Gone)
    }

    async fn hello(&mut self) -> Result<(), End> {
        let interval = self
            .subscribed
            .as_ref()
            .map_or(0, |s| s.wanted.interval.as_millis());
        let data = frame::hello(interval, self.exporter.max_stream_clients());
        self.send(FrameType::Hello, &data).await
    }

    /// At a tick: the snapshot, or what has changed since the last frame if the client's interval is over.
    async fn serve(&mut self, tick: Tick) -> Result<(), End> {
        let Some(subscribed) = &mut self.subscribed else {
            return Ok(());
        };
        let period = tick.at.as_nanos() / subscribed.wanted.interval.as_nanos().max(1);
        match subscribed.since {
            None => {
                subscribed.period = period;
                let wanted = subscribed.wanted.snapshot;
                self.snapshot(wanted).await
            }
            Some(since) if period > subscribed.period && !self.paused => {
                subscribed.period = period;
                self.delta(tick, since).await
            }
            Some(_) => Ok(()),
        }
    }

    /// Brings the client to the newest tick; it is `told` everything, or only counted as knowing it.
    async fn snapshot(&mut self, told: bool) -> Result<(), End> {
        let Some(subscribed) = &mut self.subscribed else {
            return Ok(());
        };
        let sampler = self.exporter.sampler().clone();
        let filter = subscribed.wanted.filter.clone();
        // a large snapshot takes a while to encode, and other clients live on this thread
        let snapshot = web::block(move || sampler.snapshot(&filter)).await;
        let Ok(Ok((tick, parts))) = snapshot else {
            return Err(End::Breach(
                CloseCode::Error,
                "the snapshot could not be encoded",
            ));
        };
        subscribed.since = Some(tick);
        if told {
            for part in parts {
                self.send(FrameType::Snapshot, &part).await?;
            }
        }
        Ok(())
    }

    async fn delta(&mut self, tick: Tick, since: u64) -> Result<(), End> {
        let Some(subscribed) = self.subscribed.as_mut().filter(|s| s.wanted.delta) else {
            return Ok(());
        };
        let filter = &subscribed.wanted.filter;
        let sampler = self.exporter.sampler();
        let (tick, news) = match sampler.shared_news(tick, since, filter) {
            Some(news) => (tick.number, news),
            None => {
                let (sampler, filter) = (sampler.clone(), filter.clone());
                match web::block(move || sampler.news(since, &filter)).await {
                    Ok(Ok(news)) => news,
                    _ => {
                        return Err(End::Breach(
                            CloseCode::Error,
                            "the delta could not be encoded",
                        ));
                    }
                }
            }
        };
        subscribed.since = Some(tick);
        match news {
            News::Nothing => Ok(()),
            News::Delta(data) => self.send(FrameType::Delta, &data).await,
            News::Resync => {
                self.send(FrameType::Resync, frame::resync()).await?;
                self.snapshot(true).await
            }
        }
    }

    async fn hear(&mut self, heard: Result<Heard, End>) -> Result<(), End> {
        match heard? {
            Heard::Text(text) => match Request::from_text(&text) {
                Ok(request) => self.obey(request),
                Err(refusal) => return self.refuse(&refusal).await,
            },
            Heard::Binary(_) => return self.refuse(&Refusal::binary()).await,
        }
        Ok(())
    }

    fn obey(&mut self, request: Request) {
        match request {
            Request::Subscribe(wanted) => {
                // the new feed begins before the old one ends, so that the sampler does not stop between
                self.subscribed = Some(Subscribed::new(self.exporter, wanted));
            }
            Request::Unsubscribe => self.subscribed = None,
            Request::Pause => self.paused = true,
            Request::Resume => self.paused = false,
        }
    }

    async fn refuse(&mut self, refusal: &Refusal) -> Result<(), End> {
        self.send(FrameType::Error, &frame::error(refusal)).await
    }

    async fn send(&mut self, kind: FrameType, data: &str) -> Result<(), End> {
        let text = frame::frame(kind, self.seq, self.exporter.epoch(), unix_millis(), data);
        self.socket.send(text).await?;
        self.seq += 1;
        self.last_frame = Instant::now();
        Own::global()
            .stream_frames
            .with(ByFrameType { r#type: kind })
            .inc();
        Ok(())
    }

    async fn close(mut self, end: End) {
        match end {
            // whoever does not take the goodbye is closed all the same
            End::Shutdown => drop(self.send(FrameType::Bye, r#"{"reason":"shutdown"}"#).await),
            End::Stalled => Own::global().stream_clients_stalled.inc(),
            End::Gone | End::Breach(..) => {}
        }
        self.socket.close(end);
    }
}

/// The next tick for a subscription; never, if there is none.
async fn next_tick(subscribed: &mut Option<Subscribed>) -> Tick {
    if let Some(subscribed) = subscribed
        && subscribed.feed.ticks.changed().await.is_ok()
    {
        return *subscribed.feed.ticks.borrow_and_update();
    }
    std::future::pending().await
}
