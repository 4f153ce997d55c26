//! What the examples share: their options, and when they end.

use std::time::Duration;

use actix_web::rt;
use clap::Parser;

/// The options of every example.
#[derive(Clone, Debug, Parser)]
// else its help would begin with the line above
#[command(about = None)]
pub struct Options {
    /// Address on which the metrics are served; port 0 is any free one
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,

    /// Seconds to run; 0 is until Ctrl-C
    #[arg(long, value_name = "N", default_value_t = 0)]
    seconds: u64,

    /// Seconds after which the example puts no more load on itself, and only serves; 0 is never
    #[arg(long, value_name = "N", default_value_t = 0)]
    load_seconds: u64,
}

impl Options {
    /// The address of `--listen`, or the example's own.
    pub fn listen(&self, default: &str) -> String {
        self.listen.clone().unwrap_or_else(|| default.to_owned())
    }

    /// How long to keep up the load.
    pub fn load(&self) -> Load {
        Load {
            until: deadline(self.load_seconds),
        }
    }

    /// Waits for the end: `--seconds`, Ctrl-C or `SIGTERM`, whichever comes first.
    ///
    /// # Errors
    ///
    /// If the process cannot listen to signals.
    pub async fn end(&self) -> std::io::Result<()> {
        let seconds = async {
            match self.seconds {
                0 => std::future::pending().await,
                seconds => rt::time::sleep(Duration::from_secs(seconds)).await,
            }
        };
        tokio::select! {
            () = seconds => Ok(()),
            interrupted = rt::signal::ctrl_c() => interrupted,
            terminated = terminated() => terminated,
        }
    }
}

/// Whether there is to be more load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    until: Option<std::time::Instant>,
}

impl Load {
    /// Whether the load goes on.
    pub fn goes_on(&self) -> bool {
        self.until
            .is_none_or(|until| std::time::Instant::now() < until)
    }
}

/// Waits for `SIGTERM`, where there is such a thing.
///
/// # Errors
///
/// If the process cannot listen to signals.
pub async fn terminated() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use rt::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate())?.recv().await;
        Ok(())
    }
    #[cfg(not(unix))]
    std::future::pending().await
}

fn deadline(seconds: u64) -> Option<std::time::Instant> {
    match seconds {
        0 => None,
        seconds => std::time::Instant::now().checked_add(Duration::from_secs(seconds)),
    }
}
