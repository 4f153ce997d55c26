//! What a registry exposes beside its sets: collectors, and attached registries, of the `prometheus` crate or of ours;
//! and the handle by which it is taken out again.

use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use prometheus::proto::MetricFamily;

use super::contain::Job;
use super::foreign::gather_foreign;
use super::registry::Inner;
use super::view::Stamp;
use super::{Conflict, Place, Registry};
use crate::declare::Kind;

/// The name of an attached registry that was given none.
const UNNAMED: &str = "prometheus";

/// Something that was let in.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    id: Stamp,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    /// Brings metrics up to date.
    Collector(Named<()>),
    /// A registry of the `prometheus` crate.
    Foreign(Named<Families>, Place),
    /// One of ours.
    Registry(Registry),
    /// One of ours that is not exposed.
    Refused(Conflict),
}

/// What a gather of a `prometheus` registry gave.
pub(super) type Families = Vec<(Kind, MetricFamily)>;

/// Code of users, called as in the families about trouble.
#[derive(Debug)]
pub(super) struct Named<T> {
    pub(super) name: Arc<str>,
    pub(super) job: Arc<Job<T>>,
}

impl<T> Clone for Named<T> {
    fn clone(&self) -> Self {
        Self {
            name: Arc::clone(&self.name),
            job: Arc::clone(&self.job),
        }
    }
}

/// What can be attached to a [`Registry`]: a registry of the `prometheus` crate, or another of ours.
#[derive(Clone, Debug)]
pub struct Attached(Which);

#[derive(Clone, Debug)]
enum Which {
    Foreign(prometheus::Registry),
    Own(Registry),
}

impl From<prometheus::Registry> for Attached {
    fn from(registry: prometheus::Registry) -> Self {
        Self(Which::Foreign(registry))
    }
}

impl From<Registry> for Attached {
    fn from(registry: Registry) -> Self {
        Self(Which::Own(registry))
    }
}

impl From<&Registry> for Attached {
    fn from(registry: &Registry) -> Self {
        registry.clone().into()
    }
}

impl Registry {
    /// Exposes beside the own families whatever `attached` holds, now and later: a registry of the `prometheus` crate, or
    /// another of ours, with all that is attached to it.
    ///
    /// Its names are exposed as they are: the namespace of this registry is not added, one of ours keeps its own. The
    /// constant labels of this registry are added, where a series has no label of that name. A family that clashes with
    /// one that was there first is hidden: [`Registry::check`] tells it, and the gauge `metrics_hidden_families` counts
    /// it. Of two registries of ours that have the same set, each with constant labels of its own, the series stand in one
    /// family. A registry of ours that is attached in two ways is exposed once.
    ///
    /// A registry of the `prometheus` crate is code of users, which runs as that of [`Registry::add_collector`] does; in
    /// the families about trouble it is called `prometheus`, or as [`Registry::attach_named`] says. One that panics gives
    /// nothing that time, and one that is not ready at the deadline does not either.
    ///
    /// A registry of ours cannot be attached to itself, nor to one that is attached to it: then nothing is attached, and
    /// [`Registry::check`] tells [`Conflict::Circle`].
    ///
    /// ```
    /// use metrics_core::{Gauge, MetricSet, Registry};
    ///
    /// /// A pool of connections.
    /// #[derive(MetricSet)]
    /// #[metrics(register = false)]
    /// struct Pool {
    ///     /// Open connections.
    ///     connections: Gauge,
    /// }
    ///
    /// let of_shard = |shard: &str| Registry::builder().namespace("db").constant_label("shard", shard).build();
    /// let shard = of_shard("7")?;
    /// Pool::register(&shard)?;
    ///
    /// let all = Registry::new();
    /// let attachment = all.attach(&shard);
    /// assert!(all.encode_text().contains("db_connections{shard=\"7\"} 0\n"));
    ///
    /// attachment.detach();
    /// assert_eq!(all.encode_text(), "");
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    #[track_caller]
    pub fn attach(&self, attached: impl Into<Attached>) -> Attachment {
        match attached.into().0 {
            Which::Foreign(foreign) => self.attach_named(UNNAMED, foreign),
            Which::Own(own) => {
                // two that are attached to each other at once would both find nothing
                static ATTACHING: Mutex<()> = Mutex::new(());
                // they outlive the lock: what they show may be taken out meanwhile, and has a destructor of the user's
                let views;
                let _one = ATTACHING.lock().unwrap_or_else(PoisonError::into_inner);
                views = own.views();
                let circle = views.iter().any(|view| view.is_of(self));
                self.add_guest(if circle {
                    What::Refused(Conflict::Circle {
                        attached: Location::caller(),
                    })
                } else {
                    What::Registry(own)
                })
            }
        }
    }

    /// The same for a registry of the `prometheus` crate with a name, by which `metrics_collector_panics_total` and
    /// `metrics_collector_timeouts_total` call it.
    #[track_caller]
    pub fn attach_named(
        &self,
        name: impl Into<String>,
        attached: prometheus::Registry,
    ) -> Attachment {
        let place = Place::Attached(Location::caller());
        self.attach_foreign(&name.into(), attached, place)
    }

    /// Attaches the default registry of the `prometheus` crate.
    pub(super) fn attach_default(&self) {
        let default = prometheus::default_registry().clone();
        self.attach_foreign(UNNAMED, default, Place::DefaultRegistry);
    }

    fn attach_foreign(
        &self,
        name: &str,
        attached: prometheus::Registry,
        place: Place,
    ) -> Attachment {
        let gather = move |families: &mut Families| *families = gather_foreign(&attached);
        let named = Named {
            name: name.into(),
            job: Job::new(self.0.home.or_here(), gather),
        };
        self.add_guest(What::Foreign(named, place))
    }

    /// Lets `collect` bring metrics up to date before they are read: it runs before each gather of this registry, in
    /// whatever format, and of those that this one is attached to.
    ///
    /// It is for what is not counted as it happens, but asked for: how full a pool is, what the system says of the process.
    /// For a single number, `#[metric(read = …)]` is less to write.
    ///
    /// # What is contained
    ///
    /// Code of users (collectors, functions of `read = …`, metrics with [`Metric::runs_user_code`](crate::Metric), attached
    /// registries of the `prometheus` crate) runs on a thread of its own, once for all gathers that wait for it, in the
    /// order in which it came. Should it panic, the others go on, and `metrics_collector_panics_total` or
    /// `metrics_read_panics_total` counts it by name. What has not ended at the gather's deadline
    /// ([`Registry::gather_until`]) is left out: the metrics of a collector are as they were, a family that is read from a
    /// function has no series; `metrics_collector_timeouts_total` or `metrics_read_timeouts_total` counts it. It goes on,
    /// and is not started again before it has ended.
    ///
    /// A gather inside such code runs no collectors, and what it reads, it reads on the same thread.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use metrics_core::{Gauge, MetricSet, Registry};
    ///
    /// /// The disk.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "disk", register = false)]
    /// struct Disk {
    ///     /// What is free.
    ///     #[metric(unit = "bytes")]
    ///     free: Gauge,
    ///     /// What is taken.
    ///     #[metric(unit = "bytes")]
    ///     used: Gauge,
    /// }
    ///
    /// fn ask_the_system() -> (i64, i64) {
    ///     (300, 700)
    /// }
    ///
    /// let registry = Registry::new();
    /// let disk = Disk::register(&registry)?;
    /// let collector = registry.add_collector("disk", move || {
    ///     let (free, used) = ask_the_system();
    ///     disk.free.set(free);
    ///     disk.used.set(used);
    /// });
    /// assert!(registry.encode_text().contains("disk_used_bytes 700\n"));
    ///
    /// // until the end of the plug-in that it belongs to; without this line, for good
    /// let _guard = collector.until_dropped();
    /// # Ok::<(), metrics_core::Error>(())
    /// ```
    pub fn add_collector(
        &self,
        name: impl Into<String>,
        collect: impl Fn() + Send + Sync + 'static,
    ) -> Attachment {
        self.add_guest(What::Collector(Named {
            name: name.into().into(),
            job: Job::new(self.0.home.or_here(), move |()| collect()),
        }))
    }

    fn add_guest(&self, what: What) -> Attachment {
        let id = Stamp::new();
        let new = Guest { id, what };
        let mut state = self.state();
        state.guests = state.guests.iter().cloned().chain([new]).collect();
        state.changed();
        Attachment {
            registry: Arc::downgrade(&self.0),
            id,
        }
    }
}

/// What [`Registry::attach`] or [`Registry::add_collector`] let in, to be taken out again.
///
/// Dropping it changes nothing: what was let in stays. It does not keep the registry.
#[derive(Clone)]
pub struct Attachment {
    registry: Weak<Inner>,
    id: Stamp,
}

impl Attachment {
    /// Takes it out; returns whether it was in.
    ///
    /// The next gather is without it. One that is under way may still run it, or wait for it.
    pub fn detach(&self) -> bool {
        let Some(inner) = self.registry.upgrade() else {
            return false;
        };
        let registry = Registry(inner);
        let mut state = registry.state();
        let kept = state.guests.iter().filter(|guest| guest.id != self.id);
        let kept = kept.cloned().collect();
        let before = std::mem::replace(&mut state.guests, kept);
        let was_in = state.guests.len() < before.len();
        if was_in {
            state.changed();
        }
        // what it had may have a destructor of the user's, which is not run under the lock
        drop(state);
        was_in
    }

    /// A guard that takes it out when it is dropped: for what belongs to a plug-in, a connection, a test.
    pub fn until_dropped(self) -> AttachmentGuard {
        AttachmentGuard(self)
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment").finish_non_exhaustive()
    }
}

/// Takes out what was let in when it is dropped; from [`Attachment::until_dropped`].
#[derive(Debug)]
#[must_use = "a guard that is dropped at once takes out what was let in"]
pub struct AttachmentGuard(Attachment);

impl Drop for AttachmentGuard {
    fn drop(&mut self) {
        self.0.detach();
    }
}
