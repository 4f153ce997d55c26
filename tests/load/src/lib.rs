//! What puts load on a metrics server: a [process](child) that serves, [connections](connect) from as many addresses as
//! are wanted, and as much of [HTTP](http), [WebSocket](websocket) and the [protocol of the stream](told) as clients need
//! to know what they have got. For `tests/soak` and `benches`.

pub mod child;
pub mod connect;
pub mod http;
pub mod process;
pub mod told;
pub mod websocket;
