//! The screen as text.

use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::*;
use crate::row::Sort;
use crate::state::tests::cafe;

/// The lines of a screen of this size.
fn screen(state: &State, look: &mut Look, width: u16, height: u16) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
    let address = "ws://127.0.0.1:9090/metrics/stream";
    terminal
        .draw(|frame| draw(frame, state, look, address, Instant::now()))
        .expect("a drawing");
    let buffer = terminal.backend().buffer();
    let lines = buffer.content.chunks(width.into());
    lines
        .map(|cells| cells.iter().map(|cell| cell.symbol()).collect::<String>())
        .map(|line| line.trim_end().to_owned())
        .collect()
}

#[test]
fn a_screen_has_the_table_and_what_the_selected_row_means() {
    let mut look = Look {
        selected: 3,
        ..Look::default()
    };
    let screen = screen(&cafe(), &mut look, 110, 12);
    let expected = [
        " ● live  ws://127.0.0.1:9090/metrics/stream                                                          4 series",
        "",
        "  METRIC                LABELS                                           VALUE      RATE  LAST MINUTE",
        "  cafe_brewing_now                                                          11            ▁▃▆█▁▃▆█▁▃▆█▁▃▆█▁▃▆█",
        "  cafe_brewing_seconds  drink=tea outcome=ok          p50 2.00 ms  p99 3.96 ms       1/s  ▅███████████████████",
        "  cafe_orders_total     drink=espresso                                   2,649      55/s  ▂▄▆█▂▄▆█▂▄▆█▂▄▆█▂▄▆█",
        "▌ cafe_orders_total     drink=tea                                        1,177       3/s  ████████████████████",
        "",
        "",
        "",
        " counter  drink=tea  Orders taken.  cafe src/cafe.rs:12",
        " q quit  / filter  s sort: name  p pause  ↑↓ scroll",
    ];
    assert_eq!(screen, expected, "\n{}", screen.join("\n"));
}

#[test]
fn a_narrow_screen_leaves_columns_out() {
    let state = cafe();
    for (width, titles) in [
        (110, "METRIC LABELS VALUE RATE LAST MINUTE"),
        (59, "METRIC LABELS VALUE RATE"),
        (40, "METRIC LABELS VALUE"),
    ] {
        let screen = screen(&state, &mut Look::default(), width, 10);
        let head: Vec<_> = screen[2].split_whitespace().collect();
        assert_eq!(head.join(" "), titles, "\n{}", screen.join("\n"));
    }
    // labels that do not fit are told by their values
    let narrow = screen(&state, &mut Look::default(), 70, 10).join("\n");
    assert!(
        narrow.contains("  tea ok  ") && !narrow.contains("outcome"),
        "{narrow}"
    );
    // and the smallest does no harm
    for (width, height) in [(1, 1), (5, 3), (20, 2)] {
        screen(&state, &mut Look::default(), width, height);
    }
}

#[test]
fn rows_are_scrolled_and_chosen() {
    let state = cafe();
    let mut look = Look {
        selected: 3,
        sort: Sort::Rate,
        ..Look::default()
    };
    // two rows fit
    let lines = screen(&state, &mut look, 110, 8);
    assert_eq!(look.top, 2, "\n{}", lines.join("\n"));
    assert!(
        lines[4].contains("▌ cafe_brewing_now"),
        "\n{}",
        lines.join("\n")
    );
    look.filter = "tea orders".to_owned();
    let lines = screen(&state, &mut look, 110, 8);
    assert!(
        lines[0].ends_with("1 of 4 series"),
        "\n{}",
        lines.join("\n")
    );
    assert_eq!(lines[1].trim(), "/ tea orders");
    look.filter = "milk".to_owned();
    let lines = screen(&state, &mut look, 110, 8).join("\n");
    assert!(
        lines.contains("no series has all of these words"),
        "{lines}"
    );
}

#[test]
fn the_head_says_how_the_connection_is() {
    let mut state = cafe();
    let head = |state: &State, look: &mut Look| screen(state, look, 110, 8).swap_remove(0);
    assert!(head(&state, &mut Look::default()).starts_with(" ● live  ws://"));
    let mut paused = Look {
        paused: true,
        ..Look::default()
    };
    assert!(head(&state, &mut paused).starts_with(" ● paused  ws://"));
    state.link = Link::Lost {
        why: "the server stops (1001)".to_owned(),
        until: Instant::now() + Duration::from_secs(3),
    };
    let lost = head(&state, &mut Look::default());
    assert!(
        lost.starts_with(" ● disconnected: the server stops (1001), again in 3 s  ws://"),
        "{lost}"
    );
}
