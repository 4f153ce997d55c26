//! The terminal while it is ours: news, keys and the clock come in, the view goes out, and at the end, however it
//! comes, the terminal is as it was.

use std::io;
use std::time::{Duration, Instant};

use actix_web::rt::time::interval;
use ratatui::DefaultTerminal;
use tokio::sync::{mpsc, watch};

use crate::connection::News;
use crate::keys::{self, Input, Look, Then};
use crate::state::State;
use crate::view;

/// How often what moves by itself is drawn: the countdown to the next connection.
const CLOCK: Duration = Duration::from_millis(250);

/// Shows what the connection tells until a key, a signal or a refusal ends it.
///
/// # Errors
///
/// If the terminal fails, or the server refuses.
pub(crate) async fn run(
    address: &str,
    news: mpsc::Receiver<News>,
    pause: &watch::Sender<bool>,
) -> io::Result<()> {
    // from here on also a panic restores the terminal
    let mut terminal = ratatui::try_init()?;
    let result = tokio::select! {
        result = show(&mut terminal, address, news, pause) => result,
        terminated = metrics_examples::terminated() => terminated,
    };
    ratatui::restore();
    result
}

async fn show(
    terminal: &mut DefaultTerminal,
    address: &str,
    mut news: mpsc::Receiver<News>,
    pause: &watch::Sender<bool>,
) -> io::Result<()> {
    let mut state = State::new();
    let mut look = Look::default();
    let mut inputs = keys::read();
    let mut clock = interval(CLOCK);
    loop {
        terminal.draw(|frame| view::draw(frame, &state, &mut look, address, Instant::now()))?;
        tokio::select! {
            Some(one) = news.recv() => {
                state.hear(one, Instant::now()).map_err(io::Error::other)?;
                // what has come meanwhile is shown at once
                while let Ok(one) = news.try_recv() {
                    state.hear(one, Instant::now()).map_err(io::Error::other)?;
                }
            }
            input = inputs.recv() => match input {
                Some(Ok(Input::Key(key))) => {
                    let rows = crate::row::rows(&state, &look.filter, look.sort).len();
                    let page = view::page(terminal.size()?.height);
                    if look.press(key, rows, page) == Then::Quit {
                        return Ok(());
                    }
                    pause.send_replace(look.paused);
                }
                Some(Ok(Input::Resized)) => {}
                Some(Err(error)) => return Err(error),
                // the terminal is gone
                None => return Ok(()),
            },
            // the countdown moves
            _ = clock.tick() => {}
        }
    }
}
