//! An actix app on a thread of its own, stopped when the test is over.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use actix_web::dev::{Server, ServerHandle};
use actix_web::rt;

/// The app under way.
pub(crate) struct Serving {
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Serving {
    /// Runs the server that `make` gives, with the address that it is bound to.
    pub(crate) fn start(make: impl FnOnce() -> (SocketAddr, Server) + Send + 'static) -> Self {
        let (started, start) = mpsc::channel();
        let thread = thread::spawn(move || {
            let run = async move {
                let (address, server) = make();
                started
                    .send((address, server.handle()))
                    .expect("a test that waits");
                server.await.expect("a server that ran well");
            };
            rt::System::new().block_on(run);
        });
        let (address, handle) = start.recv().expect("an app that starts");
        Self {
            address,
            handle,
            thread: Some(thread),
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // at once: how an app ends is asked elsewhere
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
