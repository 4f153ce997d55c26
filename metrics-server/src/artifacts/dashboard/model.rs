//! A dashboard as Grafana reads it: the classic schema, as far as it is used here. What fills it is elsewhere; how a kind
//! of panel looks is in `looks` and `visual`.
//!
//! Only fields that the oldest and the newest types of Grafana's own SDK know: others would be lost on the way.

use serde::Serialize;

use super::looks::{FieldConfig, Options};
use super::variables::Variable;

/// The current version of the classic schema, which is its last.
const SCHEMA_VERSION: u32 = 42;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dashboard {
    uid: String,
    title: String,
    description: String,
    tags: Vec<String>,
    timezone: &'static str,
    editable: bool,
    graph_tooltip: u32,
    time: Time,
    refresh: &'static str,
    schema_version: u32,
    links: [u32; 0],
    annotations: Listed<u32>,
    templating: Listed<Variable>,
    panels: Vec<Item>,
}

impl Dashboard {
    pub(super) fn new(
        uid: String,
        title: String,
        description: String,
        variables: Vec<Variable>,
        panels: Vec<Item>,
    ) -> Self {
        Self {
            uid,
            title,
            description,
            tags: vec!["generated".to_owned()],
            timezone: "browser",
            // whoever edits it there loses that with the next export
            editable: false,
            // the moment under the pointer is marked in all panels
            graph_tooltip: 1,
            time: Time {
                from: "now-1h",
                to: "now",
            },
            refresh: "30s",
            schema_version: SCHEMA_VERSION,
            links: [],
            annotations: Listed { list: Vec::new() },
            templating: Listed { list: variables },
            panels,
        }
    }
}

#[derive(Debug, Serialize)]
struct Time {
    from: &'static str,
    to: &'static str,
}

#[derive(Debug, Serialize)]
struct Listed<T> {
    list: Vec<T>,
}

/// Where the data is: in that Prometheus which the variable `datasource` says.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct DataSource {
    r#type: &'static str,
    uid: &'static str,
}

impl DataSource {
    pub(super) const CHOSEN: Self = Self {
        r#type: "prometheus",
        uid: "${datasource}",
    };
}

/// What stands on a dashboard.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Item {
    Row(Row),
    Panel(Box<Panel>),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    id: u32,
    r#type: &'static str,
    title: String,
    collapsed: bool,
    grid_pos: GridPos,
    panels: Vec<Panel>,
}

impl Row {
    /// A row that shows the panels which follow it.
    pub(super) fn open(id: u32, title: String, grid_pos: GridPos) -> Self {
        Self {
            id,
            r#type: "row",
            title,
            collapsed: false,
            grid_pos,
            panels: Vec::new(),
        }
    }

    /// A row that shows its panels, and asks for their data, when it is opened.
    pub(super) fn collapsed(self, panels: Vec<Panel>) -> Self {
        Self {
            collapsed: true,
            panels,
            ..self
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Panel {
    pub(super) id: u32,
    pub(super) r#type: &'static str,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) datasource: DataSource,
    pub(super) grid_pos: GridPos,
    pub(super) field_config: FieldConfig,
    pub(super) options: Options,
    pub(super) targets: Vec<Target>,
}

/// A place on a grid of 24 columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct GridPos {
    pub(super) h: u32,
    pub(super) w: u32,
    pub(super) x: u32,
    pub(super) y: u32,
}

/// A query of a panel.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Target {
    pub(super) ref_id: String,
    pub(super) datasource: DataSource,
    pub(super) editor_mode: &'static str,
    pub(super) expr: String,
    pub(super) legend_format: String,
    pub(super) format: &'static str,
    pub(super) instant: bool,
    pub(super) range: bool,
    pub(super) exemplar: bool,
    /// How often there is a new value; Grafana makes `$__rate_interval` of it.
    pub(super) interval: String,
}
