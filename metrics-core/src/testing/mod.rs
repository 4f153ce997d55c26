//! Tests of what a service counts: isolated from each other, exact in time, and read as a scrape would read them.
//!
//! For tests alone, by a feature that is off in the program itself:
//!
//! ```toml
//! [dependencies]
//! metrics-core = "0.1"
//!
//! [dev-dependencies]
//! metrics-core = { version = "0.1", features = ["testing"] }
//! ```
//!
//! # A service, and its tests
//!
//! ```
//! use std::time::Duration;
//!
//! use metrics_core::testing::{Changes, Scope, assert_changes, assert_families, value};
//! use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, timed};
//!
//! #[derive(Clone, Copy, Label)]
//! enum Method { Get, Post }
//!
//! #[derive(Clone, Copy, LabelSet)]
//! struct ByMethod { method: Method }
//!
//! #[derive(Clone, Copy, LabelSet)]
//! struct ByOutcome { outcome: Outcome }
//!
//! /// A bakery.
//! #[derive(MetricSet)]
//! #[metrics(prefix = "bakery")]
//! struct Bakery {
//!     /// Orders placed.
//!     orders: Counter<ByMethod>,
//!     /// Carts that are not empty.
//!     carts: Gauge,
//!     /// Time to pack a parcel.
//!     #[metric(unit = "seconds", buckets = [0.1, 1.0])]
//!     packing: Histogram<ByOutcome>,
//! }
//!
//! fn order(method: Method) {
//!     Bakery::global().orders.with(ByMethod { method }).inc();
//!     Bakery::global().carts.dec();
//! }
//!
//! #[timed(Bakery::packing)]
//! async fn pack(robot: impl Future<Output = Result<(), String>>) -> Result<(), String> {
//!     robot.await
//! }
//!
//! # /*
//! #[test]
//! # */
//! fn an_order_empties_a_cart() {
//!     let scope = Scope::new();
//!     assert_changes(
//!         scope.registry(),
//!         || scope.run(|| order(Method::Post)),
//!         r#"
//!             bakery_orders_total{method="post"} +1
//!             bakery_carts -1
//!         "#,
//!     );
//!     assert_families(scope.registry(), &["bakery_orders_total"], r#"
//!         ## HELP bakery_orders_total Orders placed.
//!         ## TYPE bakery_orders_total counter
//!         bakery_orders_total{method="get"} 0
//!         bakery_orders_total{method="post"} 1
//!     "#);
//! }
//!
//! # /*
//! #[tokio::test]
//! # */
//! async fn a_parcel_takes_as_long_as_the_robot() {
//!     let scope = Scope::new();
//!     let clock = scope.clock();
//!     let slow_robot = async {
//!         tokio::task::yield_now().await;
//!         clock.advance(Duration::from_millis(250));
//!         Ok(())
//!     };
//!     let changes = Changes::watch(scope.registry());
//!     assert_eq!(scope.run_async(pack(slow_robot)).await, Ok(()));
//!     changes.assert(r#"
//!         bakery_packing_seconds_count{outcome="ok"} +1
//!         bakery_packing_seconds_sum{outcome="ok"} +0.25
//!     "#);
//!     assert_eq!(value(scope.registry(), "bakery_carts", &[]), Some(0.0));
//! }
//! #
//! # an_order_empties_a_cart();
//! # tokio::runtime::Builder::new_current_thread().build().expect("a runtime")
//! #     .block_on(a_parcel_takes_as_long_as_the_robot());
//! ```
//!
//! # What there is
//!
//! - [`Scope`]: a world for one test, in which every linked set and every `#[timed]` function is at zero, whatever
//!   other tests do at the same time. [`Scope::run`] enters it for a closure, [`Scope::run_async`] for a future, across
//!   `.await`.
//! - [`Clock`]: time stands still in a scope until the test moves it.
//! - [`assert_changes`], and [`Changes`] for async code: exactly these series changed, by so much.
//! - [`assert_exposition`], [`assert_families`]: the text of a scrape is exactly this.
//! - [`value`]: one number, to be compared by hand.
//!
//! # How it works
//!
//! A scope is a place where sets, the cells of timed functions, a registry and a clock are made when they are first
//! asked for. Which one a thread is in stands in a thread-local; `Set::global()`, a plain `#[timed]`,
//! [`Registry::global`](crate::Registry::global) and the clock look there first. Without the feature they do not look,
//! and the code is the same as if this module did not exist.

mod amount;
mod changes;
mod clock;
mod difference;
mod expected;
mod exposition;
mod sample;
mod scope;

pub use changes::{Changes, assert_changes};
pub use clock::Clock;
pub use exposition::{assert_exposition, assert_families};
pub use sample::value;
pub use scope::{InScope, Scope};
