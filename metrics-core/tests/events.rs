//! Events: what reaches who listens, what does not, and what it costs while nobody does.
#![cfg(feature = "events")]

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use allocation_counter::measure;
use metrics_core::{Event, EventType, Listening, MAX_EVENT_LEN, StreamEvent, event_types, listen};
use serde::{Serialize, Serializer};

/// What was heard, as `name data`.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn listen(&self, types: impl IntoIterator<Item = &'static EventType>) -> Listening {
        let sink = self.clone();
        listen(types, Arc::new(move |event| sink.put(event)))
    }

    fn put(&self, event: &Event) {
        let line = format!("{} {}", event.event_type().name(), event.data());
        self.0.lock().expect("no panic").push(line);
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().expect("no panic").clone()
    }
}

#[test]
fn an_event_reaches_all_who_listen_to_its_type_until_they_stop() {
    #[derive(Serialize, StreamEvent)]
    #[event("hit")]
    struct Hit<'a> {
        proxy: Cow<'a, str>,
        status: u16,
    }
    #[derive(Serialize, StreamEvent)]
    struct ProxyLost;

    let hit = |status| Hit {
        proxy: Cow::Borrowed("a\"b"),
        status,
    };
    let (hits, all) = (Heard::default(), Heard::default());
    hit(1).emit();
    let listening = hits.listen([Hit::event_type()]);
    // a type that is named twice is listened to once
    let listening_to_all = all.listen([
        Hit::event_type(),
        ProxyLost::event_type(),
        Hit::event_type(),
    ]);
    assert!(Hit::event_type().is_listened_to());
    hit(2).emit();
    ProxyLost.emit();
    drop(listening);
    hit(3).emit();
    drop(listening_to_all);
    assert!(!Hit::event_type().is_listened_to());
    hit(4).emit();
    assert_eq!(hits.all(), [r#"hit {"proxy":"a\"b","status":2}"#]);
    assert_eq!(
        all.all(),
        [
            r#"hit {"proxy":"a\"b","status":2}"#,
            "proxy_lost {}",
            r#"hit {"proxy":"a\"b","status":3}"#,
        ]
    );
}

#[test]
fn while_nobody_listens_an_event_allocates_nothing_and_is_not_encoded() {
    #[derive(StreamEvent)]
    struct Unheard;
    impl Serialize for Unheard {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("nobody asked for it")
        }
    }
    let allocated = measure(|| (0..100).for_each(|_| Unheard.emit()));
    assert_eq!(allocated.count_total, 0, "{allocated:?}");
    assert_eq!(Unheard::event_type().rejected(), 0);
}

/// What a `Serialize` can do wrong, and some that it can do.
#[derive(StreamEvent)]
struct Odd {
    how: How,
}

#[derive(Clone, Copy, Debug)]
enum How {
    Fails,
    Panics,
    GoesOnAfterAnError,
    IsAList,
    IsANumber,
    IsNothing,
    IsAMap,
    IsOfLength(usize),
    IsEndless,
}

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{Error, SerializeMap};

        let mut map = match self.how {
            How::Fails => return Err(S::Error::custom("on purpose")),
            How::Panics => panic!("on purpose"),
            How::IsAList => return serializer.collect_seq([1]),
            How::IsANumber => return serializer.serialize_u8(1),
            How::IsNothing => return serializer.serialize_none(),
            _ => serializer.serialize_map(None)?,
        };
        match self.how {
            // keys that are no text
            How::GoesOnAfterAnError => drop(map.serialize_entry("a", &HashMap::from([([1], 1)]))),
            // `{"a":""}` is of length 8
            How::IsOfLength(length) => map.serialize_entry("a", &"x".repeat(length - 8))?,
            How::IsEndless => (0..).try_for_each(|n| map.serialize_entry(&n, "x"))?,
            _ => map.serialize_entry("a", &1)?,
        }
        map.end()
    }
}

#[test]
fn what_is_not_a_json_object_of_bounded_length_is_rejected_and_counted() {
    use How::*;

    let heard = Heard::default();
    let _listening = heard.listen([Odd::event_type()]);
    let too_long = IsOfLength(MAX_EVENT_LEN + 1);
    let bad = [
        Fails,
        Panics,
        GoesOnAfterAnError,
        IsAList,
        IsANumber,
        too_long,
        IsEndless,
    ];
    for (before, how) in (0..).zip(bad) {
        Odd { how }.emit();
        assert_eq!(heard.all(), [""; 0], "{how:?}");
        assert_eq!(Odd::event_type().rejected(), before + 1, "{how:?}");
    }
    for how in [IsAMap, IsNothing, IsOfLength(MAX_EVENT_LEN)] {
        Odd { how }.emit();
    }
    let lengths: Vec<usize> = heard.all().iter().map(|line| line.len()).collect();
    assert_eq!(heard.all()[..2], [r#"odd {"a":1}"#, "odd {}"]);
    assert_eq!(lengths[2], "odd ".len() + MAX_EVENT_LEN);
}

#[test]
fn a_sink_that_panics_does_not_keep_an_event_from_the_others() {
    #[derive(Serialize, StreamEvent)]
    struct Shaky {}

    let heard = Heard::default();
    let panics = || listen([Shaky::event_type()], Arc::new(|_| panic!("on purpose")));
    let _first = panics();
    let _heard = heard.listen([Shaky::event_type()]);
    let _last = panics();
    Shaky {}.emit();
    Shaky {}.emit();
    assert_eq!(heard.all(), ["shaky {}", "shaky {}"]);
}

#[test]
fn an_event_of_a_sink_or_a_serialize_is_passed_on_and_ends_somewhere() {
    #[derive(Serialize, StreamEvent)]
    struct Echo {
        of: u32,
    }
    #[derive(StreamEvent)]
    struct Chatty;
    impl Serialize for Chatty {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            Echo { of: 100 }.emit();
            serializer.collect_map(HashMap::from([("a", 1)]))
        }
    }

    let heard = Heard::default();
    let _listening = heard.listen([Echo::event_type(), Chatty::event_type()]);
    Chatty.emit();
    assert_eq!(heard.all(), [r#"echo {"of":100}"#, r#"chatty {"a":1}"#]);
    // a sink that hears itself
    let answer = |event: &Event| {
        let of = event.data().len() as u32;
        Echo { of }.emit();
    };
    let _answering = listen([Echo::event_type()], Arc::new(answer));
    Echo { of: 0 }.emit();
    assert_eq!(heard.all().len(), 2 + 8);
    assert_eq!(Echo::event_type().rejected(), 1);
    Echo { of: 0 }.emit();
    assert_eq!(heard.all().len(), 2 + 8 + 8, "the depth is that of now");
}

#[test]
fn who_listens_may_stop_or_begin_inside_of_an_event() {
    #[derive(Serialize, StreamEvent)]
    struct Bell {}

    let heard = Heard::default();
    let (later, now) = (Arc::new(Mutex::new(None)), Arc::new(Mutex::new(None)));
    let (of_later, of_now, to) = (Arc::clone(&later), Arc::clone(&now), heard.clone());
    let once = move |_: &Event| {
        *of_later.lock().expect("no panic") = Some(to.listen([Bell::event_type()]));
        drop(of_now.lock().expect("no panic").take());
    };
    *now.lock().expect("no panic") = Some(listen([Bell::event_type()], Arc::new(once)));
    Bell {}.emit();
    assert!(heard.all().is_empty());
    Bell {}.emit();
    assert_eq!(heard.all(), ["bell {}"]);
    drop(later.lock().expect("no panic").take());
    assert!(!Bell::event_type().is_listened_to());
}

#[test]
fn a_sink_whose_end_panics_does_not_disturb_who_emits_the_last_event_to_it() {
    #[derive(Serialize, StreamEvent)]
    struct Farewell;

    struct Explosive;

    impl Drop for Explosive {
        fn drop(&mut self) {
            panic!("on purpose");
        }
    }

    let own = Arc::new(Mutex::new(None));
    let (to_stop, held) = (Arc::downgrade(&own), Explosive);
    let once = move |_: &Event| {
        let _held = &held;
        let own: Option<Arc<Mutex<Option<Listening>>>> = to_stop.upgrade();
        drop(own.and_then(|own| own.lock().expect("no panic").take()));
    };
    *own.lock().expect("no panic") = Some(listen([Farewell::event_type()], Arc::new(once)));
    Farewell.emit();
    assert!(!Farewell::event_type().is_listened_to());
}

#[test]
fn all_instances_of_a_generic_struct_are_one_type() {
    #[derive(Serialize, StreamEvent)]
    #[event("measured")]
    struct Measured<'a, T: ?Sized, const N: usize>
    where
        T: PartialEq,
    {
        what: &'a T,
    }

    let heard = Heard::default();
    let of = Measured::<'_, str, 0>::event_type;
    let _listening = heard.listen([of()]);
    Measured::<str, 1> { what: "a" }.emit();
    Measured::<f64, 2> { what: &1.5 }.emit();
    assert_eq!(
        heard.all(),
        [r#"measured {"what":"a"}"#, r#"measured {"what":1.5}"#]
    );
}

mod first {
    #[derive(serde::Serialize, metrics_core::StreamEvent)]
    #[event("shared_name")]
    pub(crate) struct Event {
        pub(crate) a: f64,
    }
}

mod second {
    #[derive(serde::Serialize, metrics_core::StreamEvent)]
    pub(crate) struct SharedName {
        pub(crate) b: f64,
    }
}

#[test]
fn types_are_linked_in_the_order_of_names_and_places_and_may_share_a_name() {
    let types = event_types();
    assert!(types.is_sorted_by_key(|of| (of.name(), of.source())));
    let shared = || types.iter().filter(|of| of.name() == "shared_name");
    let modules: Vec<&str> = shared().map(|of| of.source().module).collect();
    assert_eq!(modules, ["events::first", "events::second"]);

    let heard = Heard::default();
    let _listening = heard.listen(shared().copied());
    first::Event { a: f64::NAN }.emit();
    second::SharedName { b: 0.5 }.emit();
    assert_eq!(
        heard.all(),
        [r#"shared_name {"a":null}"#, r#"shared_name {"b":0.5}"#]
    );
}

#[test]
fn events_of_many_threads_all_arrive() {
    #[derive(Serialize, StreamEvent)]
    struct Tick {
        of: usize,
    }

    let heard = Heard::default();
    let listening = heard.listen([Tick::event_type()]);
    std::thread::scope(|scope| {
        for of in 0..4 {
            scope.spawn(move || (0..100).for_each(|_| Tick { of }.emit()));
        }
        // others come and go meanwhile
        for _ in 0..100 {
            drop(Heard::default().listen([Tick::event_type()]));
        }
    });
    drop(listening);
    assert_eq!(heard.all().len(), 400);
    assert_eq!(Tick::event_type().rejected(), 0);
}

/// Emits when its thread is torn down.
struct Leaving;

#[derive(Serialize, StreamEvent)]
struct Left {}

impl Drop for Leaving {
    fn drop(&mut self) {
        Left {}.emit();
    }
}

#[test]
fn a_thread_that_is_torn_down_emits_its_last_event() {
    thread_local!(static LEAVING: Leaving = const { Leaving });

    let heard = Heard::default();
    let _listening = heard.listen([Left::event_type()]);
    let thread = std::thread::spawn(|| LEAVING.with(|_| Left {}.emit()));
    thread.join().expect("no panic");
    assert_eq!(heard.all(), ["left {}", "left {}"]);
}
