//! How a kind of panel looks: its type, and what Grafana wants to be told of it. Nothing of what it shows.

use super::looks::{
    Axis, CellTooltip, Color, Custom, Defaults, Exemplars, FieldConfig, LATEST, Legend, Matcher,
    Mode, Options, Override, Property, Rows, Scheme, Stacking, Step, Thresholds, Tooltip, Unit,
};

/// The kinds of panels that there are here.
#[derive(Clone, Debug)]
pub(super) struct Visual {
    pub(super) r#type: &'static str,
    pub(super) field_config: FieldConfig,
    pub(super) options: Options,
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

    /// With values from 0. Up to where is left to Grafana, which draws nothing that lies beyond: a ratio may be above 1.
    #[must_use]
    pub(super) fn beginning_at_0(mut self) -> Self {
        self.field_config.defaults.min = Some(0.0);
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
