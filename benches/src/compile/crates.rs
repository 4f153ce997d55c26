//! Writes the crates that are compiled: as a user would write them, only more of it.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

pub(crate) const SETS: usize = 500;
pub(crate) const FUNCTIONS: usize = 2_000;

/// What a crate is full of.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Sets,
    /// Half of them async.
    Functions,
}

impl Kind {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Sets => "500 sets of 4 fields",
            Self::Functions => "2,000 timed functions",
        }
    }

    pub(crate) fn items(self) -> usize {
        match self {
            Self::Sets => SETS,
            Self::Functions => FUNCTIONS,
        }
    }

    /// Writes the crate into `folder`, with or without the macros.
    pub(crate) fn write(self, folder: &Path, with: bool) -> io::Result<()> {
        let code = match self {
            Self::Sets => sets(with),
            Self::Functions => functions(with),
        };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let core = root.join("metrics-core").canonicalize()?;
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
             [dependencies]\nmetrics-core = {{ path = {core:?} }}\n",
            name(self, with),
        );
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/lib.rs"), code)?;
        // the versions of this project
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(())
    }
}

pub(crate) fn name(kind: Kind, with: bool) -> &'static str {
    match (kind, with) {
        (Kind::Sets, false) => "plain_structs",
        (Kind::Sets, true) => "metric_sets",
        (Kind::Functions, false) => "plain_functions",
        (Kind::Functions, true) => "timed_functions",
    }
}

const LABELS: &str = "\
use metrics_core::{Counter, Gauge, Histogram, Label, LabelSet, MetricSet, Outcome, timed};

#[derive(Clone, Copy, Label)]
pub enum Way { Door, Window }

#[derive(Clone, Copy, LabelSet)]
pub struct ByWay { pub way: Way, pub outcome: Outcome }
";

fn sets(with: bool) -> String {
    let mut code = String::from("#![allow(unused_imports)]\n");
    code.push_str(if with {
        LABELS
    } else {
        "pub enum Way { Door, Window }\n"
    });
    for n in 0..SETS {
        let [derive, prefix, unit] = if with {
            [
                "#[derive(MetricSet)]",
                &format!("#[metrics(prefix = \"set_{n}\")]"),
                "#[metric(unit = \"seconds\")]",
            ]
        } else {
            [""; 3]
        };
        let [counter, gauge, histogram, by_way] = if with {
            ["Counter", "Gauge", "Histogram", "Counter<ByWay>"]
        } else {
            ["u64", "i64", "[u64; 12]", "[u64; 8]"]
        };
        // a `String` cannot fail to take text
        let _ = writeln!(
            code,
            "/// A set.\n{derive}\n{prefix}\npub struct Set{n} {{\n\
             /// Orders placed.\npub orders: {counter},\n\
             /// Carts that are open.\npub carts: {gauge},\n\
             /// Time to pay.\n{unit}\npub payment: {histogram},\n\
             /// Visits by way.\npub visits: {by_way},\n}}"
        );
    }
    code
}

fn functions(with: bool) -> String {
    let mut code = String::from("#![allow(unused_imports)]\n");
    code.push_str(if with {
        LABELS
    } else {
        "#[derive(Clone, Copy)]\npub enum Way { Door, Window }\n"
    });
    if with {
        code.push_str(
            "/// Visits.\n#[derive(MetricSet)]\n#[metrics(prefix = \"visits\")]\npub struct Visits {\n\
             /// Time.\n#[metric(unit = \"seconds\")]\npub time: Histogram<ByWay>,\n\
             /// Now.\npub in_flight: Gauge,\n}\n",
        );
    }
    for module in 0..FUNCTIONS / 4 {
        let [plain, bound] = if with {
            [
                "#[timed]",
                "#[timed(Visits::time, labels(way), in_flight = Visits::in_flight)]",
            ]
        } else {
            [""; 2]
        };
        // somebody has to poll a future, or its body is not compiled to the end
        let _ = writeln!(
            code,
            "pub mod module_{module} {{\n\
             use super::*;\nuse std::future::{{Future, ready}};\nuse std::num::ParseIntError;\n\
             use std::pin::pin;\nuse std::task::{{Context, Waker}};\n\
             {plain}\npub fn parse(text: &str) -> Result<u32, ParseIntError> {{\n\
             let n: u32 = text.parse()?;\nOk(n + 1)\n}}\n\
             {plain}\npub fn join(items: &[String]) -> String {{\nitems.concat()\n}}\n\
             {plain}\npub async fn fetch(text: &str) -> Result<u32, ParseIntError> {{\n\
             ready(()).await;\nlet n: u32 = text.parse()?;\nOk(n + 1)\n}}\n\
             {bound}\npub async fn visit(way: Way, items: &mut Vec<u32>) -> Option<u32> {{\n\
             ready(way as u32).await;\nitems.pop()\n}}\n\
             pub fn poll(text: &str, items: &mut Vec<u32>) -> bool {{\n\
             let mut cx = Context::from_waker(Waker::noop());\n\
             pin!(fetch(text)).poll(&mut cx).is_ready()\n\
             && pin!(visit(Way::Door, items)).poll(&mut cx).is_ready()\n}}\n}}"
        );
    }
    code
}
