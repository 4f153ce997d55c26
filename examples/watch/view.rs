//! The screen: a line of state, the table, what the selected row means, and the keys.
//! It draws what it is given and decides nothing.

mod table;

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::format::printable;
use crate::keys::Look;
use crate::row::rows;
use crate::state::{Link, Series, State};

/// The colours are the terminal's own, so that they fit light and dark ones.
const QUIET: Style = Style::new().fg(Color::DarkGray);
const ACCENT: Style = Style::new().fg(Color::Cyan);

/// How many rows of the table fit on a screen of this height.
pub(crate) fn page(height: u16) -> usize {
    // two lines above, the head of the table, two lines below and one between
    usize::from(height.saturating_sub(6)).max(1)
}

/// Draws everything.
pub(crate) fn draw(
    frame: &mut Frame<'_>,
    state: &State,
    look: &mut Look,
    address: &str,
    now: Instant,
) {
    let areas = Layout::vertical([
        Constraint::Length(2),
        Constraint::Min(1),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(1),
    ]);
    let [head, table, _, about, keys] = areas.areas(frame.area());
    let rows = rows(state, &look.filter, look.sort);
    let page = usize::from(table.height).saturating_sub(1).max(1);
    look.scroll(rows.len(), page);
    draw_head(frame, head, state, look, address, rows.len(), now);
    if rows.is_empty() {
        frame.render_widget(
            Paragraph::new(nothing(state, look)).style(QUIET).centered(),
            table,
        );
    } else {
        let shown = &rows[look.top..rows.len().min(look.top + page)];
        table::draw(
            frame,
            table,
            shown,
            look.selected - look.top,
            state.unix_time(),
        );
        draw_about(frame, about, rows[look.selected]);
    }
    draw_keys(frame, keys, look);
}

/// Why there is no row.
fn nothing(state: &State, look: &Look) -> &'static str {
    match state.link {
        _ if !look.filter.is_empty() && !state.series.is_empty() => {
            "no series has all of these words"
        }
        Link::Live => "no metrics yet",
        _ => "",
    }
}

fn draw_head(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    look: &Look,
    address: &str,
    shown: usize,
    now: Instant,
) {
    let (dot, words) = match &state.link {
        Link::Live if look.paused => (Color::Magenta, "paused".to_owned()),
        Link::Live => (Color::Green, "live".to_owned()),
        Link::Connecting => (Color::Yellow, "connecting".to_owned()),
        Link::Lost { why, until } => {
            let seconds = until.saturating_duration_since(now).as_secs_f64().ceil();
            (
                Color::Red,
                format!("disconnected: {}, again in {seconds} s", printable(why)),
            )
        }
    };
    let mut line = vec![
        " ● ".fg(dot),
        words.fg(dot).bold(),
        Span::raw("  "),
        address.into(),
    ];
    if state.restarted {
        line.push("  restarted".fg(Color::Yellow));
    }
    let count = match state.series.len() {
        all if all == shown => format!("{all} series "),
        all => format!("{shown} of {all} series "),
    };
    let [first, second] = Layout::vertical([Constraint::Length(1); 2]).areas(area);
    let width = Constraint::Length(count.len() as u16);
    let [left, right] = Layout::horizontal([Constraint::Min(0), width]).areas(first);
    frame.render_widget(Line::from(line), left);
    frame.render_widget(Line::styled(count, QUIET), right);
    if look.typing || !look.filter.is_empty() {
        let cursor = if look.typing { "▏" } else { "" };
        let text = [
            Span::styled(" / ", ACCENT),
            printable(&look.filter).bold(),
            Span::styled(cursor, ACCENT),
        ];
        frame.render_widget(Line::from_iter(text), second);
    }
}

fn draw_about(frame: &mut Frame<'_>, area: Rect, series: &Series) {
    let family = &series.family;
    // in full: the table may have no room for them
    let labels = series.labels_text();
    let gap = if labels.is_empty() { "" } else { "  " };
    let mut line = vec![
        Span::styled(format!(" {}  ", family.kind), ACCENT),
        Span::raw(format!("{labels}{gap}{}", printable(&family.help))),
    ];
    if let Some(source) = &family.source {
        let package = family.package.as_deref().unwrap_or_default();
        line.push(Span::styled(format!("  {package} {source}"), QUIET));
    }
    frame.render_widget(Line::from(line), area);
}

fn draw_keys(frame: &mut Frame<'_>, area: Rect, look: &Look) {
    let sort = format!("sort: {}", look.sort.as_str());
    let hints: &[(&str, &str)] = if look.typing {
        &[("enter", "keep"), ("esc", "all series")]
    } else {
        let pause = if look.paused { "resume" } else { "pause" };
        &[
            ("q", "quit"),
            ("/", "filter"),
            ("s", &sort),
            ("p", pause),
            ("↑↓", "scroll"),
        ]
    };
    let spans = hints.iter().flat_map(|(key, what)| {
        [
            Span::styled(format!(" {key} "), ACCENT.bold()),
            Span::styled(format!("{what} "), QUIET),
        ]
    });
    frame.render_widget(Line::from_iter(spans), area);
}

#[cfg(test)]
mod tests;
