//! The page of faults, held to the tests that it names: every fault has one, each is there, and `tests/run` runs it.

use std::fs;
use std::path::Path;

const FAULTS: usize = 32;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The tests that each row names, in the order of the rows.
fn rows() -> Vec<Vec<String>> {
    let page = read("tests/FAULTS.md");
    let rows = page.lines().filter(|line| {
        let mut cells = line.split('|').map(str::trim);
        cells
            .nth(1)
            .is_some_and(|first| first.parse::<usize>().is_ok())
    });
    let rows: Vec<_> = rows
        .enumerate()
        .map(|(index, line)| {
            let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(cells.len(), 4, "{line}");
            assert_eq!(cells[0], (index + 1).to_string(), "{line}");
            let named = cells[3].split(", ").map(|name| name.trim_matches('`'));
            named.map(str::to_owned).collect()
        })
        .collect();
    assert_eq!(rows.len(), FAULTS);
    rows
}

/// Whether this line begins a test, given the lines before it.
fn is_test(before: &[&str], line: &str, path: &str, name: &str) -> bool {
    let line = line.trim_start();
    if path.ends_with(".py") {
        return line.starts_with(&format!("def {name}("));
    }
    let is_function = ["fn ", "async fn "]
        .iter()
        .any(|fn_| line.starts_with(&format!("{fn_}{name}(")));
    let attributes = before.iter().rev().map(|line| line.trim());
    let mut attributes = attributes.take_while(|line| !line.is_empty() && *line != "}");
    is_function && attributes.any(|line| line.contains("test]"))
}

/// Whether `tests/run` looks into this file.
fn is_run(path: &str) -> bool {
    let crates = ["metrics-core", "metrics-derive", "metrics-server"];
    let of_crate = crates.iter().any(|of| {
        let inside = path
            .strip_prefix(of)
            .and_then(|path| path.strip_prefix('/'));
        inside.is_some_and(|path| path.starts_with("src/") || path.starts_with("tests/"))
    });
    // cases of `tests/ui` are files; the others are programs of tests, and Python's by their names
    let of_python = path.starts_with("tests/e2e/test_") && path.ends_with(".py");
    of_crate || of_python || path.starts_with("tests/") && path.ends_with(".rs")
}

#[test]
fn every_fault_has_tests_and_they_are_there() {
    let mut missing = Vec::new();
    for (index, named) in rows().iter().enumerate() {
        let fault = index + 1;
        for test in named {
            let Some((path, name)) = test.split_once("::") else {
                // a program that must not compile is a file
                if !(test.starts_with("tests/ui/")
                    && test.ends_with(".rs")
                    && !read(test).is_empty())
                {
                    missing.push(format!("fault {fault}: `{test}` names no test"));
                }
                continue;
            };
            let text = read(path);
            let lines: Vec<_> = text.lines().collect();
            let is_there = (0..lines.len()).any(|at| is_test(&lines[..at], lines[at], path, name));
            if !is_there {
                missing.push(format!(
                    "fault {fault}: there is no test `{name}` in {path}"
                ));
            }
            if !is_run(path) {
                missing.push(format!("fault {fault}: `tests/run` does not run {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn a_test_is_known_by_its_attribute() {
    let lines = ["#[test]", "fn a_fault() {", "}", "fn a_helper() {"];
    assert!(is_test(&lines[..1], lines[1], "x.rs", "a_fault"));
    assert!(!is_test(&lines[..3], lines[3], "x.rs", "a_helper"));
    assert!(!is_test(&lines[..1], lines[1], "x.rs", "a_fau"));
    assert!(is_test(
        &[],
        "def test_it(page):",
        "tests/e2e/test_x.py",
        "test_it"
    ));
}
