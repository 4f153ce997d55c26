//! `docs/lock-free.md` says of everything that is lock-free which model tries it; these hold it to the code.

use std::fs;
use std::path::{Path, PathBuf};

/// What changes an atomic in one step.
const STEPS: [&str; 3] = ["compare_exchange", "fetch_", ".swap("];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    let page = root().join("docs/lock-free.md");
    fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()))
}

/// The files of the crate, by their path in `src`, and what is in them.
fn sources() -> Vec<(String, String)> {
    let (src, mut files) = (root().join("src"), Vec::new());
    let mut folders: Vec<PathBuf> = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("it is a folder") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let path = path.strip_prefix(&src).expect("it lies there");
                let parts = path.iter().map(|part| part.to_string_lossy());
                files.push((parts.collect::<Vec<_>>().join("/"), text));
            }
        }
    }
    files
}

/// What stands between backticks.
fn quoted(page: &str) -> Vec<&str> {
    page.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_file_that_changes_an_atomic_in_one_step_is_on_the_page() {
    let page = page();
    let named = quoted(&page);
    let sources = sources();
    let missing: Vec<_> = sources
        .iter()
        .filter(|(path, text)| {
            STEPS.iter().any(|step| text.contains(step)) && !named.contains(&path.as_str())
        })
        .map(|(path, _)| path)
        .collect();
    assert!(
        missing.is_empty(),
        "docs/lock-free.md does not name {missing:?}: say which model tries what is lock-free there, or why there is none"
    );
}

#[test]
fn every_file_and_every_model_on_the_page_is_there() {
    let page = page();
    let sources = sources();
    let models: Vec<&str> = sources
        .iter()
        .filter(|(path, _)| path.contains("/model"))
        .map(|(_, text)| text.as_str())
        .collect();
    let (mut files, mut tests) = (0, 0);
    for name in quoted(&page) {
        if name.ends_with(".rs") && !name.starts_with("tests/") {
            assert!(sources.iter().any(|(path, _)| path == name), "{name}");
            files += 1;
        } else if !name.contains([' ', '/', '.']) && name.contains('_') {
            let is_there = |text: &&str| text.contains(&format!("#[test]\nfn {name}() {{"));
            assert!(models.iter().any(is_there), "there is no model {name}");
            tests += 1;
        }
    }
    assert!(files > 15 && tests > 20, "{files} files, {tests} models");
    let all: usize = models
        .iter()
        .map(|text| text.matches("#[test]").count())
        .sum();
    assert_eq!(tests, all, "each model is on the page, and once");
}
