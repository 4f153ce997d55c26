//! One verification at a time, and a short queue: a password costs as much processor time as thousands of scrapes, so that
//! who guesses on many connections must not have it all.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many may wait for the one that is verified.
const QUEUE: usize = 8;

/// The one place where passwords of a listener are verified.
#[derive(Debug)]
pub(super) struct Desk {
    places: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

/// The turn of one who waited, until this is dropped.
#[derive(Debug)]
#[must_use = "the turn ends when this is dropped"]
pub(super) struct Turn {
    _place: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            places: Arc::new(Semaphore::new(1 + QUEUE)),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// Waits for a turn; none if too many wait already.
    pub(super) async fn turn(&self) -> Option<Turn> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let turn = Arc::clone(&self.turn).acquire_owned().await.ok()?;
        Some(Turn {
            _place: place,
            _turn: turn,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;

    use futures_core::future::BoxFuture;

    use super::*;

    #[tokio::test]
    async fn one_has_a_turn_eight_wait_and_others_are_sent_away() {
        let desk = Desk::new();
        let first = desk.turn().await.expect("a turn");
        let mut waiting: Vec<BoxFuture<'_, _>> = Vec::new();
        for _ in 0..QUEUE {
            let mut turn: BoxFuture<'_, _> = Box::pin(desk.turn());
            assert!(is_pending(&mut turn).await);
            waiting.push(turn);
        }
        assert!(desk.turn().await.is_none());
        drop(first);
        assert!(!is_pending(&mut waiting.remove(0)).await, "the next has it");
        // who leaves gives his place up
        drop(waiting);
        assert!(desk.turn().await.is_some());
    }

    /// Whether it waits when it is polled once.
    async fn is_pending<T>(future: &mut BoxFuture<'_, T>) -> bool {
        poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
    }
}
