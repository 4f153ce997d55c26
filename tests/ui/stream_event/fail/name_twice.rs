use metrics_core::StreamEvent;
use serde::Serialize;

#[derive(Serialize, StreamEvent)]
#[event("hit", "miss")]
struct Hit {}

#[derive(Serialize, StreamEvent)]
#[event("hit")]
#[event("miss", crate = metrics_core, crate = metrics_core)]
struct Again {}

fn main() {}
