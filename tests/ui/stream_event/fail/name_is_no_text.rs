use metrics_core::StreamEvent;
use serde::Serialize;

#[derive(Serialize, StreamEvent)]
#[event(hit)]
struct Hit {}

#[derive(Serialize, StreamEvent)]
#[event = "hit"]
struct Assigned {}

#[derive(Serialize, StreamEvent)]
#[event]
struct Bare {}

#[derive(Serialize, StreamEvent)]
#[event(1)]
struct Number {}

fn main() {}
