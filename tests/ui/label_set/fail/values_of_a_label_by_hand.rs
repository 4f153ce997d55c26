use metrics_core::{Label, LabelSet};

struct Level(u8);

impl Label for Level {
    const VALUES: &'static [&'static str] = &["low", "high", "low"];

    fn index(&self) -> usize {
        self.0.into()
    }
}

struct Shade(u8);

impl Label for Shade {
    const VALUES: &'static [&'static str] = &["", "dark"];

    fn index(&self) -> usize {
        self.0.into()
    }
}

#[derive(LabelSet)]
struct ByLevel {
    level: Level,
}

#[derive(LabelSet)]
struct ByShade {
    shade: Option<Shade>,
}

// what is wrong is said where the label is
#[derive(LabelSet)]
struct ByBoth {
    #[label(flatten)]
    level: ByLevel,
}

fn main() {}
