//! The table without a terminal: for pipes, scripts and logs. The connection is told of on standard error.

use std::io::{self, ErrorKind, Write};
use std::time::Instant;

use tokio::sync::mpsc;

use crate::connection::News;
use crate::row::{Sort, rows};
use crate::state::{Link, State};

/// Prints a table once a tick, until it is ended or nobody reads.
pub(crate) async fn print(mut news: mpsc::Receiver<News>) -> io::Result<()> {
    let mut state = State::new();
    loop {
        next_tick(&mut state, &mut news, false).await?;
        match write_table(&state, &mut io::stdout().lock()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            result => result?,
        }
    }
}

/// Prints the table of the first tick, with the rates of one interval.
///
/// # Errors
///
/// If there is no connection: a script would wait for ever.
pub(crate) async fn print_once(mut news: mpsc::Receiver<News>) -> io::Result<()> {
    let mut state = State::new();
    next_tick(&mut state, &mut news, true).await?;
    write_table(&state, &mut io::stdout().lock())
}

/// Hears until there has been another tick.
async fn next_tick(
    state: &mut State,
    news: &mut mpsc::Receiver<News>,
    once: bool,
) -> io::Result<()> {
    let mut ticks = state.ticks;
    while state.ticks <= ticks {
        // a snapshot begins anew
        ticks = ticks.min(state.ticks);
        // it ends by a refusal only, which is an error
        let Some(one) = news.recv().await else {
            return Err(io::Error::other("the stream has ended"));
        };
        state.hear(one, Instant::now()).map_err(io::Error::other)?;
        if let Link::Lost { why, .. } = &state.link {
            if once {
                return Err(io::Error::other(why.as_str()));
            }
            eprintln!("disconnected: {why}");
        }
    }
    Ok(())
}

/// A line for each series, in columns, and an empty one.
fn write_table(state: &State, out: &mut impl Write) -> io::Result<()> {
    let now = state.unix_time();
    let lines: Vec<[String; 3]> = rows(state, "", Sort::Name)
        .into_iter()
        .map(|series| {
            let name = format!("{} {}", series.family.name, series.labels_text());
            [
                name.trim_end().to_owned(),
                series.value_text(now, false),
                series.rate_text(),
            ]
        })
        .collect();
    let width = |column: usize| {
        let lengths = lines.iter().map(|line| line[column].chars().count());
        lengths.max().unwrap_or(0)
    };
    let (names, values) = (width(0), width(1));
    for [name, value, rate] in &lines {
        let line = format!("{name:names$}  {value:>values$}  {rate}");
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::cafe;

    #[test]
    fn a_table_has_a_line_for_each_series() {
        let mut out = Vec::new();
        write_table(&cafe(), &mut out).expect("a vector takes all");
        let expected = "\
cafe_brewing_now                                                 11
cafe_brewing_seconds drink=tea outcome=ok  p50 2.00 ms  p99 3.96 ms  1/s
cafe_orders_total drink=espresso                              2,649  55/s
cafe_orders_total drink=tea                                   1,177  3/s

";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
