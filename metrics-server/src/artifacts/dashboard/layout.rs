//! Places: rows below each other, their panels from left to right, and a number for each.

use std::collections::BTreeMap;

use super::draft::{Draft, DraftRow, LARGEST};
use super::model::{DataSource, GridPos, Item, Panel, Row, Target};

/// The columns of Grafana's grid.
const COLUMNS: u32 = 24;

/// Everything in its place. `interval` is how often there are new values.
pub(super) fn laid_out(rows: Vec<DraftRow>, interval: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut y = 0;
    let mut ids = 1..;
    let mut next = || ids.next().unwrap_or_default();
    for row in rows.into_iter().filter(|row| !row.panels.is_empty()) {
        let place = GridPos {
            h: 1,
            w: COLUMNS,
            x: 0,
            y,
        };
        y += 1;
        let head = Row::open(next(), row.title, place);
        let mut panels = Vec::new();
        for line in lines(told_apart(row.panels)) {
            let height = line.iter().map(|draft| draft.height).max();
            for (draft, (x, w)) in line.iter().zip(places(&line)) {
                let h = draft.height;
                panels.push(panel(draft, next(), GridPos { h, w, x, y }, interval));
            }
            y += height.unwrap_or_default();
        }
        if row.collapsed {
            items.push(Item::Row(head.collapsed(panels)));
        } else {
            items.push(Item::Row(head));
            items.extend(panels.into_iter().map(|panel| Item::Panel(Box::new(panel))));
        }
    }
    items
}

/// The same panels; those that have one title are told apart by their family.
fn told_apart(mut panels: Vec<Draft>) -> Vec<Draft> {
    let mut titles = BTreeMap::new();
    for panel in &panels {
        *titles.entry(panel.title.clone()).or_insert(0) += 1;
    }
    for panel in &mut panels {
        if titles.get(&panel.title).is_some_and(|many| *many > 1) {
            panel.title = format!("{} ({})", panel.title, panel.family);
        }
    }
    panels
}

/// As many beside each other as there is room for; high ones and low ones do not stand in one line.
fn lines(panels: Vec<Draft>) -> Vec<Vec<Draft>> {
    let mut lines: Vec<Vec<Draft>> = Vec::new();
    for panel in panels {
        match lines.last_mut() {
            Some(line)
                if !panel.is_first
                    && line.iter().map(|one| one.width).sum::<u32>() + panel.width <= COLUMNS
                    && line.iter().all(|one| one.height == panel.height) =>
            {
                line.push(panel);
            }
            _ => lines.push(vec![panel]),
        }
    }
    lines
}

/// From where and how wide: what is left of the line is shared out.
fn places(line: &[Draft]) -> Vec<(u32, u32)> {
    let all: u32 = line.iter().map(|draft| draft.width).sum();
    let mut so_far = 0;
    let mut edge = |width| {
        so_far += width;
        so_far * COLUMNS / all.max(1)
    };
    let mut x = 0;
    line.iter()
        .map(|draft| {
            let end = edge(draft.width);
            let place = (x, end - x);
            x = end;
            place
        })
        .collect()
}

fn panel(draft: &Draft, id: u32, grid_pos: GridPos, interval: &str) -> Panel {
    let visual = draft.visual.clone();
    let (format, instant) = match visual.r#type {
        "table" => ("table", true),
        "heatmap" => ("heatmap", false),
        _ => ("time_series", false),
    };
    let targets = draft
        .queries
        .iter()
        .enumerate()
        .map(|(place, query)| Target {
            ref_id: letter(place),
            datasource: DataSource::CHOSEN,
            editor_mode: "code",
            expr: query.expr.clone(),
            legend_format: query.legend.clone(),
            format,
            instant,
            range: !instant,
            exemplar: query.exemplars,
            interval: interval.to_owned(),
        });
    Panel {
        id,
        r#type: visual.r#type,
        title: draft.title.clone(),
        description: description(draft),
        datasource: DataSource::CHOSEN,
        grid_pos,
        targets: targets.collect(),
        field_config: visual.field_config,
        options: visual.options,
    }
}

fn description(draft: &Draft) -> String {
    let is_cut = draft.queries.iter().any(|query| query.is_cut);
    let rest = format!("Only the {LARGEST} largest are shown; which these are may change.");
    let parts = [Some(draft.description.clone()), is_cut.then_some(rest)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// `A` to `Z`, then `A1` and so on.
fn letter(place: usize) -> String {
    let letter = ('A'..='Z').nth(place % 26).unwrap_or('A');
    match place / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{round}"),
    }
}
