//! One client: its frames out, its messages in, its clocks. It knows how far the client has come, and
//! asks the sampler for the rest.

use std::io;
use std::time::Duration;

use actix_web::error::PayloadError;
use actix_web::rt::time::{Instant, sleep_until, timeout};
use actix_web::web;
use actix_ws::{
    AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Closed, MessageStream,
    ProtocolError, Session,
};
use tokio::time::error::Elapsed;

use super::frame;
use super::sampler::{Feed, News, Tick};
use super::subscription::{Refusal, Request, Subscription};
use crate::exporter::Exporter;
use crate::json::unix_millis;
use crate::own::{ByFrameType, FrameType, Own};

/// These four are of the protocol, "Behaviour".
const HEARTBEAT_AFTER: Duration = Duration::from_secs(15);
const PING_AFTER: Duration = Duration::from_secs(25);
const PONG_WITHIN: Duration = Duration::from_secs(10);
const WRITE_WITHIN: Duration = Duration::from_secs(5);

/// The longest message from a client, in bytes, and how many a second: of the protocol too.
const MAX_MESSAGE_LEN: usize = 64 * 1024;
pub(super) const MAX_MESSAGES_A_SECOND: u32 = 20;

/// Close code of the protocol: the client did not take a frame in time.
const SLOW_CLIENT: u16 = 4008;

/// Talks to one client until either side ends it.
pub(super) async fn run(
    exporter: &Exporter,
    session: Session,
    messages: MessageStream,
    subscription: Subscription,
) {
    let _counted = Own::global().stream_clients.inc_guard();
    let messages = messages
        .max_frame_size(MAX_MESSAGE_LEN)
        .aggregate_continuations()
        .max_continuation_size(MAX_MESSAGE_LEN);
    let mut client = Client {
        exporter,
        session,
        seq: 0,
        subscribed: Some(Subscribed::new(exporter, subscription)),
        paused: false,
        last_frame: Instant::now(),
        last_heard: Instant::now(),
        pinged: None,
        second: Instant::now(),
        heard_this_second: 0,
    };
    let end = client.talk(messages).await;
    client.close(end).await;
}

/// Why a conversation ends.
enum End {
    /// The client left, or its connection broke.
    Gone,
    /// The server stops.
    Shutdown,
    /// The client broke the protocol.
    Breach(CloseCode, &'static str),
    /// The client takes no frames.
    Stalled,
}

struct Client<'e> {
    exporter: &'e Exporter,
    session: Session,
    seq: u64,
    /// `None` after `unsubscribe`.
    subscribed: Option<Subscribed>,
    paused: bool,
    last_frame: Instant,
    last_heard: Instant,
    pinged: Option<Instant>,
    second: Instant,
    heard_this_second: u32,
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
    async fn talk(&mut self, mut messages: AggregatedMessageStream) -> End {
        let mut closing = self.exporter.closing();
        let mut result = self.hello().await;
        while result.is_ok() {
            let alarm = self.next_alarm();
            result = tokio::select! {
                _ = closing.wait_for(|closing| *closing) => Err(End::Shutdown),
                message = messages.recv() => self.hear(message).await,
                tick = next_tick(&mut self.subscribed) => self.serve(tick).await,
                () = sleep_until(alarm) => self.alarm().await,
            };
        }
        result.err().unwrap_or(End::Gone)
    }

    async fn hello(&mut self) -> Result<(), End> {
        let interval = self
            .subscribed
            .as_ref()
            .map_or(0, |s| s.wanted.interval.as_millis());
        let data = frame::hello(
            interval,
            self.exporter.max_stream_clients(),
            MAX_MESSAGE_LEN,
        );
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

    async fn hear(
        &mut self,
        message: Option<Result<AggregatedMessage, ProtocolError>>,
    ) -> Result<(), End> {
        let message = match message {
            None => return Err(End::Gone),
            Some(Err(error)) => return Err(breach(&error)),
            Some(Ok(message)) => message,
        };
        self.last_heard = Instant::now();
        self.pinged = None;
        if self.talks_too_much() {
            return Err(End::Breach(
                CloseCode::Policy,
                "more than 20 messages in a second",
            ));
        }
        match message {
            AggregatedMessage::Text(text) => match Request::from_text(&text) {
                Ok(request) => self.obey(request),
                Err(refusal) => return self.refuse(&refusal).await,
            },
            AggregatedMessage::Binary(_) => {
                return self.refuse(&Refusal::binary()).await;
            }
            AggregatedMessage::Ping(payload) => {
                let pong = timeout(WRITE_WITHIN, self.session.pong(&payload)).await;
                return written(pong);
            }
            AggregatedMessage::Pong(_) => {}
            AggregatedMessage::Close(_) => return Err(End::Gone),
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

    fn talks_too_much(&mut self) -> bool {
        if self.second.elapsed() >= Duration::from_secs(1) {
            self.second = Instant::now();
            self.heard_this_second = 0;
        }
        self.heard_this_second += 1;
        self.heard_this_second > MAX_MESSAGES_A_SECOND
    }

    fn next_alarm(&self) -> Instant {
        let silence = match self.pinged {
            Some(pinged) => pinged + PONG_WITHIN,
            None => self.last_heard + PING_AFTER,
        };
        silence.min(self.last_frame + HEARTBEAT_AFTER)
    }

    /// Somebody has been silent for too long: this side, or the client.
    async fn alarm(&mut self) -> Result<(), End> {
        let now = Instant::now();
        if now >= self.last_frame + HEARTBEAT_AFTER {
            self.send(FrameType::Heartbeat, "{}").await?;
        }
        match self.pinged {
            Some(pinged) if now >= pinged + PONG_WITHIN => Err(End::Gone),
            None if now >= self.last_heard + PING_AFTER => {
                self.pinged = Some(now);
                written(timeout(WRITE_WITHIN, self.session.ping(b"")).await)
            }
            _ => Ok(()),
        }
    }

    async fn send(&mut self, kind: FrameType, data: &str) -> Result<(), End> {
        let text = frame::frame(kind, self.seq, self.exporter.epoch(), unix_millis(), data);
        written(timeout(WRITE_WITHIN, self.session.text(text)).await)?;
        self.seq += 1;
        self.last_frame = Instant::now();
        Own::global()
            .stream_frames
            .with(ByFrameType { r#type: kind })
            .inc();
        Ok(())
    }

    async fn close(mut self, end: End) {
        let (code, why) = match end {
            End::Gone => (CloseCode::Normal, ""),
            End::Breach(code, why) => (code, why),
            End::Shutdown => {
                // whoever does not take the goodbye is closed all the same
                let _ = self.send(FrameType::Bye, r#"{"reason":"shutdown"}"#).await;
                (CloseCode::Away, "the server stops")
            }
            End::Stalled => {
                Own::global().stream_clients_stalled.inc();
                (
                    CloseCode::Other(SLOW_CLIENT),
                    "a frame was not taken in 5 s",
                )
            }
        };
        let reason = CloseReason {
            code,
            description: (!why.is_empty()).then(|| why.to_owned()),
        };
        // the connection may be gone, or still stalled: then dropping the session ends it
        let _ = timeout(WRITE_WITHIN, self.session.close(Some(reason))).await;
    }
}

/// What an error in the inbound messages means.
fn breach(error: &ProtocolError) -> End {
    match error {
        ProtocolError::Overflow => End::Breach(CloseCode::Size, "messages may be 64 KiB long"),
        // what `actix_ws` finds wrong in whole messages comes as an error of input
        ProtocolError::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            End::Breach(CloseCode::Invalid, "not UTF-8")
        }
        // of the other errors, those of the connection have a `PayloadError` within; what is left is that a
        // message in several frames became too long
        ProtocolError::Io(error)
            if error.kind() == io::ErrorKind::Other
                && !error
                    .get_ref()
                    .is_some_and(|inner| inner.is::<PayloadError>()) =>
        {
            End::Breach(CloseCode::Size, "messages may be 64 KiB long")
        }
        ProtocolError::Io(_) => End::Gone,
        _ => End::Breach(CloseCode::Protocol, "not a WebSocket frame"),
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

fn written(result: Result<Result<(), Closed>, Elapsed>) -> Result<(), End> {
    match result {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Closed)) => Err(End::Gone),
        Err(_) => Err(End::Stalled),
    }
}
