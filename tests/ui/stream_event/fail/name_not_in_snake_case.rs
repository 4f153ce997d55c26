use metrics_core::StreamEvent;
use serde::Serialize;

#[derive(Serialize, StreamEvent)]
#[event("ProxyHit")]
struct A {}

#[derive(Serialize, StreamEvent)]
#[event("metrics:hit")]
struct B {}

#[derive(Serialize, StreamEvent)]
#[event("2xx")]
struct C {}

#[derive(Serialize, StreamEvent)]
#[event("")]
struct D {}

#[derive(Serialize, StreamEvent)]
struct Größe {}

fn main() {}
