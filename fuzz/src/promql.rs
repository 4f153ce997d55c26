//! What alerts say, as the derive reads it while a program compiles: a unit, `|`, and an expression. Every text is read or
//! refused with marks below it; what is read can be written into a program, and read again when it is printed.

#![no_main]

#[allow(dead_code, unused_imports)]
#[path = "../../metrics-derive/src/promql/mod.rs"]
mod promql;

use libfuzzer_sys::fuzz_target;
use promql::{Own, read, value};

const UNITS: [&str; 5] = ["seconds", "bytes", "ratio", "percent", "milliseconds"];

fuzz_target!(|input: &str| {
    let (unit, text) = match input.split_once('|') {
        Some((unit, text)) if UNITS.contains(&unit.trim_end_matches('!')) => (unit, text),
        _ => ("", input),
    };
    let own = Own {
        unit: unit.trim_end_matches('!'),
        native_alone: unit.ends_with('!'),
    };
    match read(text, own) {
        Ok(expr) => {
            assert!(expr.at.start <= expr.at.end && expr.at.end <= text.chars().count());
            let _ = expr.constant(&quote::quote!(private));
            let tree = value(&expr);
            let printed = tree.of("$self").to_string();
            match read(&printed, Own { unit: "", ..own }) {
                Ok(again) => assert_eq!(value(&again), tree, "{printed}"),
                // short forms are longer when they are written out
                Err(mistake) => {
                    let told = mistake.in_text(&printed);
                    assert!(told.contains("at most") || told.contains("deep"), "{told}");
                }
            }
        }
        Err(mistake) => {
            let told = mistake.in_text(text);
            let marks = told.rsplit('\n').next().unwrap_or_default();
            assert!(marks.trim_start().chars().all(|c| c == '^') && marks.ends_with('^'));
            // the last may stand behind the text
            assert!(
                marks.chars().count() <= 4 + text.chars().count() + 1,
                "{told}"
            );
        }
    }
});
