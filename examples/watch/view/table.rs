//! The table: a line for each row, and columns that fit into the width there is.

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell, Row, Table};

use super::{ACCENT, QUIET};
use crate::format::printable;
use crate::state::Series;

/// Below these widths a column is left out.
const WIDTH_FOR_SPARKLINES: u16 = 60;
const WIDTH_FOR_RATES: u16 = 46;

/// Below this width values are told in fewer words.
const WIDTH_FOR_MANY_WORDS: u16 = 100;

/// Draws these rows, one of them as selected; `now` is in Unix seconds.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    shown: &[&Series],
    selected: usize,
    now: f64,
) {
    let columns = Columns::new(area.width, shown, now);
    let right = |title| Line::from(title).right_aligned();
    let head = columns.pick(
        Line::from("  METRIC"),
        Line::from("LABELS"),
        right("VALUE"),
        right("RATE"),
        Line::from("LAST MINUTE"),
    );
    let head = Row::new(head).style(QUIET);
    let mut before = None;
    let lines = shown.iter().enumerate().map(|(index, series)| {
        let name = &series.family.name;
        let is_selected = index == selected;
        // a name is written once for all of its series that are together
        let again = before == Some(name) && !is_selected;
        before = Some(name);
        let style = if again { QUIET } else { Style::new().bold() };
        let mark = if is_selected {
            Span::styled("▌ ", ACCENT)
        } else {
            "  ".into()
        };
        let name = Line::from(vec![
            mark,
            Span::styled(if again { "·" } else { name }, style),
        ]);
        let moves = series.reading.rate != Some(0.0);
        let lively = if moves {
            Style::new().fg(Color::Green)
        } else {
            QUIET
        };
        let value = if moves { Style::new() } else { QUIET };
        let row = Row::new(columns.pick(
            Cell::from(name),
            Cell::from(labels(series, columns.bare_labels)),
            Cell::from(Line::styled(series.value_text(now, columns.short), value).right_aligned()),
            Cell::from(Line::styled(series.rate_text(), lively).right_aligned()),
            Cell::from(Span::styled(
                series.sparkline(columns.sparkline.into()),
                ACCENT,
            )),
        ));
        if is_selected {
            row.style(Modifier::BOLD)
        } else {
            row
        }
    });
    let lines: Vec<_> = lines.collect();
    let table = Table::new(lines, columns.widths())
        .header(head)
        .column_spacing(2);
    frame.render_widget(table, area);
}

/// `drink=tea` with the names out of the way, or without them.
fn labels(series: &Series, bare: bool) -> Line<'static> {
    let pairs = series.family.labels.iter().zip(&series.labels);
    let spans = pairs.flat_map(|(name, value)| {
        let name = if bare {
            String::new()
        } else {
            format!("{name}=")
        };
        let value = format!("{} ", printable(value));
        [Span::styled(name, QUIET), Span::raw(value)]
    });
    Line::from_iter(spans)
}

/// What the columns have for their own; 0 is without.
struct Columns {
    name: u16,
    labels: u16,
    value: u16,
    rate: u16,
    sparkline: u16,
    /// Whether there is room for few words only.
    short: bool,
    /// Whether there is room for the values of labels only: they tell rows apart, the names do not.
    bare_labels: bool,
}

impl Columns {
    fn new(width: u16, shown: &[&Series], now: f64) -> Self {
        let longest = |text: &dyn Fn(&Series) -> String| {
            let lengths = shown
                .iter()
                .map(|series| text(series).chars().count() as u16);
            lengths.max().unwrap_or(0)
        };
        let sparkline = match width {
            0..WIDTH_FOR_SPARKLINES => 0,
            WIDTH_FOR_SPARKLINES..100 => 12,
            100..140 => 20,
            _ => 30,
        };
        let rate = if width < WIDTH_FOR_RATES {
            0
        } else {
            longest(&Series::rate_text).max(8)
        };
        let short = width < WIDTH_FOR_MANY_WORDS;
        // so wide that the numbers do not jump with every digit
        let value = longest(&|series| series.value_text(now, short)).clamp(10, 24);
        let taken = [value, rate, sparkline]
            .into_iter()
            .filter(|width| *width > 0);
        let rest = width.saturating_sub(taken.map(|width| width + 2).sum());
        let wanted = longest(&|series| series.family.name.clone()) + 2;
        let wanted_labels = longest(&Series::labels_text);
        // names give way to labels only where both are too long
        let name = if wanted + wanted_labels + 2 <= rest {
            wanted
        } else {
            wanted.min(rest / 2)
        };
        let labels = if wanted_labels == 0 {
            0
        } else {
            rest.saturating_sub(name + 2)
        };
        Self {
            name: if labels == 0 { rest } else { name },
            labels,
            value,
            rate,
            sparkline,
            short,
            bare_labels: wanted_labels > labels,
        }
    }

    fn widths(&self) -> Vec<Constraint> {
        let own = [
            self.name,
            self.labels,
            self.value,
            self.rate,
            self.sparkline,
        ];
        own.into_iter()
            .filter(|width| *width > 0)
            .map(Constraint::Length)
            .collect()
    }

    /// Those of the columns that there are.
    fn pick<T>(&self, name: T, labels: T, value: T, rate: T, sparkline: T) -> Vec<T> {
        let own = [
            (self.name, name),
            (self.labels, labels),
            (self.value, value),
            (self.rate, rate),
            (self.sparkline, sparkline),
        ];
        own.into_iter()
            .filter(|(width, _)| *width > 0)
            .map(|(_, column)| column)
            .collect()
    }
}
