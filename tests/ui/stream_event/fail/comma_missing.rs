use metrics_core::StreamEvent;
use serde::Serialize;

#[derive(Serialize, StreamEvent)]
#[event("hit" crate = metrics_core)]
struct Hit {}

fn main() {}
