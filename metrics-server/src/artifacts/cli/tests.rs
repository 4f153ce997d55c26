use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use metrics_core::Registry;

use super::*;
use crate::artifacts::files::Artifact;

/// A folder that is gone after its test.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "metrics-cli-{}-{}",
            process::id(),
            NEXT.fetch_add(1, Relaxed)
        );
        Self(env::temp_dir().join(name))
    }

    /// A path in it, in one text.
    fn path(&self, below: &str) -> String {
        self.0.join(below).to_string_lossy().into_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn artifacts() -> Artifacts {
    Artifacts {
        declarations: crate::artifacts::sample::declarations(),
        ..Artifacts::of_served(&Registry::new())
    }
    .name("chat")
}

fn asked_for(words: &[&str]) -> Result<Done, Vec<String>> {
    let words = words.iter().map(OsString::from).collect();
    let command = arguments::read(words).expect("a command");
    run(&command, &artifacts(), "chat")
}

#[test]
fn only_the_first_word_asks_for_it() {
    let of = |words: &[&str]| asked(words.iter().map(OsString::from));
    for words in [
        &["chat"][..],
        &["chat", "serve", "metrics"],
        &["chat", "--metrics"],
        &["metrics"],
        &[],
    ] {
        assert_eq!(of(words), None, "{words:?}");
    }
    assert_eq!(of(&["chat", "metrics"]), Some(Vec::new()));
    let given = vec![OsString::from("check"), OsString::from("a")];
    assert_eq!(of(&["chat", "metrics", "check", "a"]), Some(given));
}

#[test]
fn what_was_exported_is_as_declared() {
    let scratch = Scratch::new();
    let folder = scratch.path("deep/metrics");
    let done = asked_for(&["export", "--out", &folder]).expect("files");
    for file in artifacts().files().expect("files") {
        let path = scratch.0.join("deep/metrics").join(&file.path);
        assert_eq!(fs::read_to_string(&path).expect("a file"), file.content);
        let told = format!("written: {}\n", path.display());
        assert!(done.text.contains(&told), "{}", done.text);
    }
    let done = asked_for(&["check", &folder]).expect("a folder");
    assert!(done.is_well, "{}", done.text);
    // a second time there is nothing to write
    let done = asked_for(&["export", "--out", &folder]).expect("files");
    assert!(!done.text.contains("written"), "{}", done.text);
    assert!(done.text.ends_with("were as declared\n"), "{}", done.text);
}

#[test]
fn a_check_shows_what_is_stale_and_what_is_missing() {
    let scratch = Scratch::new();
    let folder = scratch.path("metrics");
    asked_for(&["export", "--out", &folder]).expect("files");
    let rules = scratch.path("metrics/rules.yml");
    let content = fs::read_to_string(&rules).expect("rules");
    fs::write(&rules, format!("{content}# by hand\n")).expect("a file");
    let catalog = scratch.path("metrics/catalog.md");
    fs::remove_file(&catalog).expect("a file");
    let foreign = scratch.path("metrics/kubernetes.md");
    fs::write(&foreign, "of somebody else").expect("a file");

    let done = asked_for(&["check", &folder]).expect("a folder");
    assert!(!done.is_well);
    for line in [
        format!("missing: {catalog}"),
        format!("--- {rules}"),
        "+++ as declared".to_owned(),
        "-# by hand".to_owned(),
        format!(
            "{folder}: 2 files are not as declared; `chat metrics export --out {folder}` mends it"
        ),
    ] {
        let mut lines = done.text.lines();
        assert!(lines.any(|l| l == line), "{line}\n{}", done.text);
    }
    let done = asked_for(&["export", "--out", &folder]).expect("files");
    assert_eq!(done.text.matches("written: ").count(), 2, "{}", done.text);
    assert!(asked_for(&["check", &folder]).expect("a folder").is_well);
    assert!(fs::exists(&foreign).expect("a folder"), "it was removed");
}

#[test]
fn other_line_ends_are_told_in_a_line() {
    let scratch = Scratch::new();
    let files = [Artifact {
        path: "a.md".to_owned(),
        content: "one\ntwo\n".to_owned(),
    }];
    fs::create_dir_all(&scratch.0).expect("a folder");
    fs::write(scratch.path("a.md"), "one\r\ntwo\r\n").expect("a file");
    let folder = Folder::at(&scratch.0);
    let differences = folder.differences(&files).expect("a folder");
    let shown: String = differences.iter().map(|one| folder.shown(one)).collect();
    let path = scratch.path("a.md");
    assert_eq!(shown, format!("other line ends: {path}\n"));
}

#[test]
fn what_is_no_longer_generated_is_left_over() {
    let scratch = Scratch::new();
    let [generated, by_hand] = ["horizontal-pod-autoscaler", "by-hand/prometheus-adapter"]
        .map(|name| scratch.path(&format!("kubernetes/{name}.yaml")));
    fs::create_dir_all(scratch.path("kubernetes/by-hand")).expect("a folder");
    let origin = crate::artifacts::yaml::origin("chat");
    fs::write(&generated, format!("# {origin}\nkind: x\n")).expect("a file");
    fs::write(&by_hand, "rules: []\n").expect("a file");
    let folder = Folder::at(&scratch.0);
    let differences = folder.differences(&[]).expect("a folder");
    let shown: String = differences.iter().map(|one| folder.shown(one)).collect();
    assert_eq!(shown, format!("left over: {generated}\n"));
    for difference in &differences {
        let told = folder.mend(difference);
        assert_eq!(told, Ok(format!("removed: {generated}\n")));
    }
    assert!(folder.differences(&[]).expect("a folder").is_empty());
    assert!(fs::exists(&by_hand).expect("a folder"), "it was removed");
}

#[test]
fn what_cannot_be_written_or_read_is_named() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.path("taken/rules.yml")).expect("a folder");
    let refused = asked_for(&["export", "--out", &scratch.path("taken")]);
    let mistakes = refused.expect_err("a folder is in the way");
    let path = scratch.path("taken/rules.yml");
    let named = format!("cannot read `{path}`: ");
    assert!(mistakes[0].starts_with(&named), "{mistakes:?}");

    fs::write(scratch.path("file"), "").expect("a file");
    let refused = asked_for(&["export", "--out", &scratch.path("file/below")]);
    let mistakes = refused.expect_err("a file is in the way");
    assert!(
        mistakes[0].contains(&scratch.path("file/below")),
        "{mistakes:?}"
    );

    let nowhere = scratch.path("nowhere");
    let refused = asked_for(&["check", &nowhere]);
    let sentence = format!("there is no folder `{nowhere}`");
    assert_eq!(refused, Err(vec![sentence]));
}

#[test]
fn help_names_every_command() {
    let done = asked_for(&[]).expect("the help");
    for usage in ["export --out DIR", "check DIR", "diff OLD NEW"] {
        assert!(done.text.contains(usage), "{}", done.text);
    }
    for word in ["export", "check", "diff"] {
        let done = asked_for(&[word, "--help"]).expect("the help");
        let begins = format!("Usage: chat metrics {word} ");
        assert!(done.text.starts_with(&begins), "{}", done.text);
    }
}

#[test]
fn a_registry_of_ones_own_has_artefacts_too() {
    let artifacts = Artifacts::of(&Registry::new());
    let files = artifacts.files().expect("files");
    assert!(files.iter().any(|file| file.path == "rules.yml"));
}
