//! One client: what it asks for, and the frames that it is sent in their order. What the frames hold, it is told by
//! [`Values`] and by the ring of events.

use std::pin::Pin;
use std::time::Duration;

use actix_http::ws::CloseCode;
use actix_web::rt::time::{Instant, Sleep, sleep_until};
use metrics_core::Label as _;

use super::events::EventFeed;
use super::frame;
use super::group::{GroupTick, Joined};
use super::socket::{End, Heard, Socket};
use super::subscription::{Refusal, Request, Subscription};
use super::types::Types;
use super::values::{News, Told, Values};
use crate::access::{Panicked, contain};
use crate::exporter::Exporter;
use crate::json::{millis_of, unix_millis};
use crate::own::{ByFrameType, FrameType, Own};

/// Of the protocol, "Behaviour".
const HEARTBEAT_AFTER: Duration = Duration::from_secs(15);

/// Talks to one client until either side ends it.
pub(super) async fn run(exporter: &Exporter, socket: Socket, subscription: Subscription) {
    let _counted = Own::global().stream_clients.inc_guard();
    let now = Instant::now();
    let mut client = Client {
        exporter,
        socket,
        seq: 0,
        types: Types::default(),
        values: None,
        events: None,
        paused: false,
        last_frame: now,
        heartbeat: Box::pin(sleep_until(now + HEARTBEAT_AFTER)),
    };
    // its panic would end the connection without a word
    let end = match contain(client.talk(&subscription)).await {
        Ok(end) => end,
        Err(Panicked) => End::Breach(
            CloseCode::Error,
            "the session failed; the process's log says why",
        ),
    };
    client.close(end).await;
}

struct Client<'e> {
    exporter: &'e Exporter,
    socket: Socket,
    seq: u64,
    /// What was asked for and not ended.
    types: Types,
    values: Option<Values>,
    /// `None` while it wants none, or is paused: what happens meanwhile is not kept for it.
    events: Option<EventFeed>,
    paused: bool,
    last_frame: Instant,
    /// Not set again with every frame: when it is over, it is seen whether it was about time.
    heartbeat: Pin<Box<Sleep>>,
}

impl Client<'_> {
    async fn talk(&mut self, wanted: &Subscription) -> End {
        let mut closing = self.exporter.closing();
        let closed = closing.wait_for(|closing| *closing);
        tokio::pin!(closed);
        // before it is said: whoever has heard hello is told of all that happens from then on
        let hello_at = unix_millis();
        self.subscribe(wanted);
        let mut result = self.hello(hello_at, wanted).await;
        while result.is_ok() {
            // a state comes before what happens then
            let has_begun = self.values.as_ref().is_none_or(Values::has_begun);
            result = tokio::select! {
                _ = &mut closed => Err(End::Shutdown),
                heard = self.socket.recv() => match heard {
                    Ok(heard) => self.hear(heard).await,
                    Err(end) => Err(end),
                },
                news = next(self.values.as_mut()), if !self.paused => self.tell(news).await,
                () = ready(self.events.as_mut()), if has_begun => self.pass_on().await,
                () = &mut self.heartbeat => self.beat().await,
            };
        }
        result.err().unwrap_or(End::Gone)
    }

    async fn hello(&mut self, ts: u64, wanted: &Subscription) -> Result<(), End> {
        let interval = wanted.interval.as_millis();
        let data = frame::hello(interval, self.exporter.places().max());
        self.send_at(FrameType::Hello, ts, &data).await
    }

    fn subscribe(&mut self, wanted: &Subscription) {
        self.types = wanted.types.clone();
        // the new part begins before the old one ends, so that the sampler does not stop between
        self.values = Values::join(self.exporter.sampler(), wanted);
        if self.paused {
            self.pause();
        } else {
            self.want_events();
        }
    }

    /// Listens to the events that are asked for.
    fn want_events(&mut self) {
        let Types { events, .. } = &self.types;
        let wants = |name: &str| events.contains(&name);
        match &mut self.events {
            _ if events.is_empty() => self.events = None,
            Some(feed) => feed.want(wants),
            None => self.events = Some(self.exporter.events().subscribe(wants)),
        }
    }

    async fn tell(&mut self, news: News) -> Result<(), End> {
        match news {
            News::Begin(Ok(joined)) => self.begin(joined).await,
            News::Begin(Err(_)) => Err(End::Breach(
                CloseCode::Error,
                "the snapshot could not be encoded",
            )),
            News::Tick(tick) => self.serve(&tick).await,
        }
    }

    async fn begin(&mut self, joined: Joined) -> Result<(), End> {
        let Some(values) = &mut self.values else {
            return Ok(());
        };
        values.begun(joined.tick);
        if !values.goes_on() {
            // a client of snapshots alone costs nothing once it has its own
            self.values = None;
        }
        for part in joined.parts.iter() {
            // a state may be long, and its client slow
            if *self.exporter.closing().borrow() {
                return Err(End::Shutdown);
            }
            self.send_at(FrameType::Snapshot, joined.ts, part).await?;
        }
        Ok(())
    }

    async fn serve(&mut self, tick: &GroupTick) -> Result<(), End> {
        let told = self.values.as_mut().map(|values| values.told(tick));
        match told {
            None => {}
            Some(Told::Frames { delta, performance }) => {
                if let Some(delta) = delta {
                    self.send_at(FrameType::Delta, tick.ts, delta).await?;
                }
                if let Some(performance) = performance {
                    self.send_at(FrameType::Performance, tick.ts, performance)
                        .await?;
                }
            }
            Some(Told::Resync) => {
                let data = frame::resync("more series were removed than are remembered", 0);
                self.send(FrameType::Resync, &data).await?;
                if let Some(values) = &mut self.values {
                    values.begin_again();
                }
            }
        }
        Ok(())
    }

    /// Sends what has happened, and before it how much of that is lost.
    async fn pass_on(&mut self) -> Result<(), End> {
        let Some(feed) = &mut self.events else {
            return Ok(());
        };
        let taken = feed.take();
        if taken.dropped > 0 {
            let data = frame::resync("more events happened than are kept", taken.dropped);
            self.send(FrameType::Resync, &data).await?;
        }
        for event in taken.events {
            let (seq, epoch) = (self.seq, self.exporter.epoch());
            let (name, ts) = (event.event_type().name(), millis_of(event.at()));
            let text = frame::frame(name, seq, epoch, ts, event.data());
            self.send_text(FrameType::Event, text).await?;
        }
        Ok(())
    }

    async fn hear(&mut self, heard: Heard) -> Result<(), End> {
        #[cfg(feature = "_testing")]
        crate::testing::panic_if_told(&heard);
        let request = match heard {
            Heard::Text(text) => Request::from_text(&text),
            Heard::Binary(_) => Err(Refusal::binary()),
        };
        match request {
            Ok(Request::Subscribe(wanted)) => self.subscribe(&wanted),
            Ok(Request::Unsubscribe(types)) => self.unsubscribe(types.as_ref()),
            Ok(Request::Pause) => self.pause(),
            Ok(Request::Resume) => self.resume(),
            Err(refusal) => {
                let data = frame::error(&refusal);
                self.send(FrameType::Error, &data).await?;
            }
        }
        Ok(())
    }

    fn unsubscribe(&mut self, types: Option<&Types>) {
        match types {
            Some(types) => self.types.remove(types),
            None => self.types = Types::default(),
        }
        let values = self.values.take();
        self.values = values.and_then(|values| values.narrow(&self.types));
        if self.paused {
            self.pause();
        } else {
            self.want_events();
        }
    }

    fn pause(&mut self) {
        self.paused = true;
        self.events = None;
        if let Some(values) = &mut self.values {
            values.pause();
        }
    }

    fn resume(&mut self) {
        if !std::mem::take(&mut self.paused) {
            return;
        }
        if let Some(values) = &mut self.values {
            values.resume();
        }
        self.want_events();
    }

    /// Says that it is still there, if it has said nothing for long.
    async fn beat(&mut self) -> Result<(), End> {
        if self.last_frame.elapsed() >= HEARTBEAT_AFTER {
            self.send(FrameType::Heartbeat, "{}").await?;
        }
        let next = self.last_frame + HEARTBEAT_AFTER;
        self.heartbeat.as_mut().reset(next);
        Ok(())
    }

    async fn send(&mut self, kind: FrameType, data: &str) -> Result<(), End> {
        self.send_at(kind, unix_millis(), data).await
    }

    async fn send_at(&mut self, kind: FrameType, ts: u64, data: &str) -> Result<(), End> {
        let text = frame::frame(name(kind), self.seq, self.exporter.epoch(), ts, data);
        self.send_text(kind, text).await
    }

    async fn send_text(&mut self, kind: FrameType, text: String) -> Result<(), End> {
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

/// What comes next for a client of values; never, if it is none.
async fn next(values: Option<&mut Values>) -> News {
    match values {
        Some(values) => values.next().await,
        None => std::future::pending().await,
    }
}

/// Waits for an event; for ever, if none is wanted.
async fn ready(events: Option<&mut EventFeed>) {
    match events {
        Some(events) => events.ready().await,
        None => std::future::pending().await,
    }
}

/// The type of a frame that is no event, as it is called there: as in the label that it is counted by.
fn name(kind: FrameType) -> &'static str {
    FrameType::VALUES
        .get(kind.index())
        .copied()
        .unwrap_or_default()
}
