//! What Grafana's schema has for the looks of a panel, as far as it is used here. What is in it is in `visual`.

use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub(super) struct FieldConfig {
    pub(super) defaults: Defaults,
    pub(super) overrides: Vec<Override>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Defaults {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) color: Option<Color>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) custom: Option<Custom>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thresholds: Option<Thresholds>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Color {
    pub(super) mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fixed_color: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Thresholds {
    pub(super) mode: &'static str,
    pub(super) steps: Vec<Step>,
}

/// From this value on, in this colour.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Step {
    pub(super) color: &'static str,
    /// None of the first step, which begins below all numbers.
    pub(super) value: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Override {
    pub(super) matcher: Matcher,
    pub(super) properties: [Property; 1],
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Matcher {
    pub(super) id: &'static str,
    pub(super) options: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Property {
    pub(super) id: &'static str,
    pub(super) value: Color,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Custom {
    #[serde(rename_all = "camelCase")]
    Lines {
        draw_style: &'static str,
        fill_opacity: u32,
        line_interpolation: &'static str,
        line_width: u32,
        show_points: &'static str,
        span_nulls: bool,
        stacking: Stacking,
        thresholds_style: Mode,
    },
    Table {
        align: &'static str,
        filterable: bool,
        inspect: bool,
    },
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Stacking {
    pub(super) group: &'static str,
    pub(super) mode: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Mode {
    pub(super) mode: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(super) enum Options {
    Lines {
        legend: Legend,
        tooltip: Tooltip,
    },
    Stat {
        color_mode: &'static str,
        graph_mode: &'static str,
        justify_mode: &'static str,
        orientation: &'static str,
        reduce_options: Reduce,
        text_mode: &'static str,
    },
    Bars {
        display_mode: &'static str,
        orientation: &'static str,
        reduce_options: Reduce,
        show_unfilled: bool,
        value_mode: &'static str,
    },
    Cells {
        calculate: bool,
        cell_gap: u32,
        cell_values: Unit,
        color: Scheme,
        exemplars: Exemplars,
        rows_frame: Rows,
        show_value: &'static str,
        tooltip: CellTooltip,
        y_axis: Axis,
    },
    Table {
        cell_height: &'static str,
        show_header: bool,
    },
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Legend {
    pub(super) calcs: [&'static str; 3],
    pub(super) display_mode: &'static str,
    pub(super) placement: &'static str,
    pub(super) show_legend: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Tooltip {
    pub(super) mode: &'static str,
    pub(super) sort: &'static str,
}

/// Which of a series' values is shown where there is room for one.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Reduce {
    pub(super) calcs: [&'static str; 1],
    /// Nothing: all that are numbers.
    pub(super) fields: &'static str,
    pub(super) values: bool,
}

pub(super) const LATEST: Reduce = Reduce {
    calcs: ["lastNotNull"],
    fields: "",
    values: false,
};

#[derive(Clone, Debug, Serialize)]
pub(super) struct Unit {
    pub(super) unit: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Scheme {
    pub(super) exponent: f64,
    pub(super) fill: &'static str,
    pub(super) mode: &'static str,
    pub(super) reverse: bool,
    pub(super) scale: &'static str,
    pub(super) scheme: &'static str,
    pub(super) steps: u32,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Exemplars {
    pub(super) color: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Rows {
    pub(super) layout: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CellTooltip {
    pub(super) y_histogram: bool,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Axis {
    pub(super) axis_placement: &'static str,
    pub(super) reverse: bool,
    pub(super) unit: &'static str,
}
