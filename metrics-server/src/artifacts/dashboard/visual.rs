//! How a kind of panel looks: its type, and what Grafana wants to be told of it. Nothing of what it shows.

use serde::Serialize;

/// The kinds of panels that there are here.
#[derive(Clone, Debug)]
pub(super) struct Visual {
    pub(super) r#type: &'static str,
    pub(super) field_config: FieldConfig,
    pub(super) options: Options,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct FieldConfig {
    defaults: Defaults,
    overrides: Vec<Override>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Defaults {
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<Color>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<Custom>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thresholds: Option<Thresholds>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Color {
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed_color: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct Thresholds {
    mode: &'static str,
    steps: Vec<Step>,
}

/// From this value on, in this colour.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Step {
    pub(super) color: &'static str,
    /// None of the first step, which begins below all numbers.
    pub(super) value: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
struct Override {
    matcher: Matcher,
    properties: [Property; 1],
}

#[derive(Clone, Debug, Serialize)]
struct Matcher {
    id: &'static str,
    options: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Property {
    id: &'static str,
    value: Color,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Custom {
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
struct Stacking {
    group: &'static str,
    mode: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Mode {
    mode: &'static str,
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
    calcs: [&'static str; 3],
    display_mode: &'static str,
    placement: &'static str,
    show_legend: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Tooltip {
    mode: &'static str,
    sort: &'static str,
}

/// Which of a series' values is shown where there is room for one.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Reduce {
    calcs: [&'static str; 1],
    /// Nothing: all that are numbers.
    fields: &'static str,
    values: bool,
}

const LATEST: Reduce = Reduce {
    calcs: ["lastNotNull"],
    fields: "",
    values: false,
};

#[derive(Clone, Debug, Serialize)]
pub(super) struct Unit {
    unit: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Scheme {
    exponent: f64,
    fill: &'static str,
    mode: &'static str,
    reverse: bool,
    scale: &'static str,
    scheme: &'static str,
    steps: u32,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Exemplars {
    color: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Rows {
    layout: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CellTooltip {
    y_histogram: bool,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Axis {
    axis_placement: &'static str,
    reverse: bool,
    unit: &'static str,
}

/// How outcomes and classes of status are coloured, wherever they stand in a legend.
const ENDS: [(&str, &str); 9] = [
    ("ok", "green"),
    ("error", "red"),
    ("panic", "dark-red"),
    ("cancelled", "orange"),
    ("1xx", "purple"),
    ("2xx", "green"),
    ("3xx", "yellow"),
    ("4xx", "blue"),
    ("5xx", "red"),
];

impl Visual {
    /// Lines over time, with dashed ones where these steps begin.
    pub(super) fn lines(unit: &'static str, steps: Vec<Step>) -> Self {
        let thresholds_style = Mode {
            mode: if steps.is_empty() { "off" } else { "dashed" },
        };
        let defaults = Defaults {
            unit: Some(unit),
            color: Some(Color {
                mode: "palette-classic",
                fixed_color: None,
            }),
            custom: Some(Custom::Lines {
                draw_style: "line",
                fill_opacity: 10,
                line_interpolation: "linear",
                line_width: 1,
                show_points: "auto",
                span_nulls: false,
                stacking: Stacking {
                    group: "A",
                    mode: "none",
                },
                thresholds_style,
            }),
            thresholds: thresholds(steps),
            ..Defaults::default()
        };
        let options = Options::Lines {
            legend: Legend {
                calcs: ["mean", "max", "lastNotNull"],
                display_mode: "table",
                placement: "bottom",
                show_legend: true,
            },
            tooltip: Tooltip {
                mode: "multi",
                sort: "desc",
            },
        };
        Self::new("timeseries", defaults, options)
    }

    /// The latest value, large, on a background in the colour of its step.
    pub(super) fn stat(unit: &'static str, steps: Vec<Step>) -> Self {
        let options = Options::Stat {
            color_mode: "background",
            graph_mode: "area",
            justify_mode: "auto",
            orientation: "auto",
            reduce_options: LATEST,
            text_mode: "auto",
        };
        Self::new("stat", Defaults::by_step(unit, steps), options)
    }

    /// A bar for each series, as long as its latest value is large.
    pub(super) fn bars(unit: &'static str, steps: Vec<Step>) -> Self {
        let options = Options::Bars {
            display_mode: "gradient",
            orientation: "horizontal",
            reduce_options: LATEST,
            show_unfilled: true,
            value_mode: "color",
        };
        Self::new("bargauge", Defaults::by_step(unit, steps), options)
    }

    /// How many there were of each size, over time: a heat map of sizes in this unit.
    pub(super) fn cells(unit: &'static str) -> Self {
        let options = Options::Cells {
            calculate: false,
            cell_gap: 1,
            cell_values: Unit { unit: "ops" },
            color: Scheme {
                exponent: 0.5,
                fill: "dark-orange",
                mode: "scheme",
                reverse: false,
                scale: "exponential",
                scheme: "Oranges",
                steps: 64,
            },
            exemplars: Exemplars {
                color: "rgba(255,0,255,0.7)",
            },
            rows_frame: Rows { layout: "auto" },
            show_value: "never",
            tooltip: CellTooltip { y_histogram: true },
            y_axis: Axis {
                axis_placement: "left",
                reverse: false,
                unit,
            },
        };
        Self::new("heatmap", Defaults::default(), options)
    }

    /// The latest of each series, as a line with its labels.
    pub(super) fn table() -> Self {
        let defaults = Defaults {
            unit: Some("none"),
            custom: Some(Custom::Table {
                align: "auto",
                filterable: true,
                inspect: false,
            }),
            ..Defaults::default()
        };
        let options = Options::Table {
            cell_height: "sm",
            show_header: true,
        };
        Self::new("table", defaults, options)
    }

    fn new(r#type: &'static str, defaults: Defaults, options: Options) -> Self {
        Self {
            r#type,
            field_config: FieldConfig {
                defaults,
                overrides: Vec::new(),
            },
            options,
        }
    }

    /// With values from 0, and up to this.
    #[must_use]
    pub(super) fn between_0_and(mut self, max: Option<f64>) -> Self {
        self.field_config.defaults.min = Some(0.0);
        self.field_config.defaults.max = max;
        self
    }

    /// With how calls end in the colours that people expect.
    #[must_use]
    pub(super) fn with_ends(mut self, values: &[&str]) -> Self {
        let known = ENDS.into_iter().filter(|(end, _)| values.contains(end));
        self.field_config.overrides = known
            .map(|(options, colour)| Override {
                matcher: Matcher {
                    id: "byName",
                    options,
                },
                properties: [Property {
                    id: "color",
                    value: Color {
                        mode: "fixed",
                        fixed_color: Some(colour),
                    },
                }],
            })
            .collect();
        self
    }

    /// With one on top of the other.
    #[must_use]
    pub(super) fn stacked(mut self) -> Self {
        if let Some(Custom::Lines { stacking, .. }) = &mut self.field_config.defaults.custom {
            stacking.mode = "normal";
        }
        self
    }
}

impl Defaults {
    fn by_step(unit: &'static str, steps: Vec<Step>) -> Self {
        Self {
            unit: Some(unit),
            color: Some(Color {
                mode: "thresholds",
                fixed_color: None,
            }),
            thresholds: thresholds(steps),
            ..Self::default()
        }
    }
}

fn thresholds(steps: Vec<Step>) -> Option<Thresholds> {
    (!steps.is_empty()).then_some(Thresholds {
        mode: "absolute",
        steps,
    })
}
