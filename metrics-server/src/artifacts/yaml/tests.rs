//! What is written is what two readers that are not ours read: one of YAML 1.2, in Rust, and PyYAML, which has YAML 1.1, as
//! the tools of Kubernetes and Prometheus have.

use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use saphyr::{LoadableYamlNode as _, Scalar};
use serde_json::{Value, json};

use super::*;

#[test]
fn a_document_reads_as_people_write_it() {
    let document = Yaml::map([
        ("name", Yaml::from("x").remarked("Whose it is.\n\nAnd why.")),
        ("empty", Yaml::list([])),
        (
            "rules",
            Yaml::list([
                Yaml::map([
                    ("expr", Yaml::from("a{b=\"c\"} > 'd'")),
                    ("for", Yaml::from("5m")),
                    ("labels", Yaml::map([("a.b/c", Yaml::plain(3))])),
                ]),
                Yaml::map([
                    ("alert", Yaml::from("x").remarked("The first key.")),
                    ("for", Yaml::from("5m").remarked("The second key.")),
                ])
                .remarked("The second rule."),
            ]),
        ),
        ("text", Yaml::Block("{\n  \"a\": 1\n}\n".to_owned())),
        ("bell", Yaml::from("\u{7}")),
    ])
    .remarked("A head,\u{7} of\ntwo lines.");
    let expected = r#"# A head,  of
# two lines.
# Whose it is.
#
# And why.
name: "x"
empty: []
rules:
  - expr: 'a{b="c"} > ''d'''
    for: "5m"
    labels:
      "a.b/c": 3
  # The second rule.
  -
    # The first key.
    alert: "x"
    # The second key.
    for: "5m"
text: |
  {
    "a": 1
  }
bell: "\u0007"
"#;
    assert_eq!(document.document(), expected);
}

/// Texts that readers take for something else, or lose a part of.
fn text() -> impl Strategy<Value = String> {
    let hostile = prop::sample::select(vec![
        "",
        "yes",
        "No",
        "on",
        "null",
        "~",
        "1e3",
        "0x1f",
        "010",
        "1_000",
        "12:30:45",
        ".inf",
        "-.inf",
        "nan",
        "2026-11-21",
        "<<",
        "=",
        "y",
        ": ",
        "a: b",
        " #",
        "# c",
        "- a",
        "-",
        "---",
        "...",
        "--- |",
        "? a",
        "[a]",
        "{a: b}",
        "&a",
        "*a",
        "!a",
        "!!str",
        "%YAML 1.2",
        "@a",
        "`a`",
        "|",
        ">",
        "'",
        "''",
        "\"",
        "\\",
        "\\n",
        "\\u0041",
        " a",
        "a ",
        "\ta",
        "a\t",
        "\n",
        "\n\n",
        "a\n",
        "a\nb",
        "a\n\n",
        " a\nb\n",
        "a\r\nb",
        "\r",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{2029}",
        "\u{feff}",
        "\u{feff}a",
        "\u{fffd}",
        "\u{fffe}",
        "\u{ffff}",
        "\0",
        "\u{7f}",
        "\u{9f}",
        "😀",
        "\u{1f468}\u{200d}\u{1f4bb}",
        "\u{10ffff}",
        "größe",
        "{{ $labels.x }}",
        "a{b=~\"c|d\"}",
        "^(.+)$",
    ]);
    prop_oneof![
        3 => hostile.prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[ -~\n]{0,40}",
        1 => "([ a#:-]{0,6}\n){1,4}",
        1 => prop::collection::vec(any::<char>(), 0..4).prop_map(|chars| chars.into_iter().collect()),
    ]
}

/// A number or a boolean, with what readers are to make of it.
fn plain() -> impl Strategy<Value = Yaml> {
    prop_oneof![
        any::<i32>().prop_map(Yaml::plain),
        any::<bool>().prop_map(Yaml::plain),
    ]
}

fn document() -> impl Strategy<Value = Yaml> {
    let leaf = prop_oneof![
        4 => text().prop_map(Yaml::Text),
        2 => text().prop_map(Yaml::Block),
        2 => text().prop_map(|text| Yaml::Block(text + "\n")),
        1 => plain(),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let remarked = (text(), inner.clone()).prop_map(|(lines, value)| value.remarked(lines));
        let keys = prop::collection::btree_map(text(), inner.clone(), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Yaml::List),
            keys.prop_map(Yaml::map),
            remarked,
        ]
    })
}

/// The value as JSON has it.
fn meant(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Text(text) | Yaml::Block(text) => json!(text),
        Yaml::Plain(text) => serde_json::from_str(text).expect("an integer or a boolean"),
        Yaml::List(items) => items.iter().map(meant).collect(),
        Yaml::Map(pairs) => {
            Value::Object(pairs.iter().map(|(k, v)| (k.clone(), meant(v))).collect())
        }
        Yaml::Remarked(_, value) => meant(value),
    }
}

fn read(yaml: &saphyr::Yaml<'_>) -> Value {
    match yaml {
        saphyr::Yaml::Value(Scalar::String(text)) => json!(text),
        saphyr::Yaml::Value(Scalar::Integer(number)) => json!(number),
        saphyr::Yaml::Value(Scalar::Boolean(is)) => json!(is),
        saphyr::Yaml::Sequence(items) => items.iter().map(read).collect(),
        saphyr::Yaml::Mapping(pairs) => {
            let pair = |(key, value)| match read(key) {
                Value::String(key) => (key, read(value)),
                other => panic!("a key that is no text: {other}"),
            };
            Value::Object(pairs.iter().map(pair).collect())
        }
        other => panic!("{other:?} is not written"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reader_of_yaml_1_2_reads_what_was_meant(yaml in document()) {
        let text = yaml.document();
        prop_assert!(text.ends_with('\n'));
        let read_back = saphyr::Yaml::load_from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}:\n{text}")))?;
        prop_assert_eq!(read_back.len(), 1, "{}", text);
        prop_assert_eq!(read(&read_back[0]), meant(&yaml), "{}", text);
    }
}

/// Prints the first document that is not what was meant.
const PYTHON: &str = "
import json, sys, yaml
for line in sys.stdin:
    text, meant = json.loads(line)
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError as error:
        read = str(error)
    # in Python True is 1
    if json.dumps(read, sort_keys=True) != json.dumps(meant, sort_keys=True):
        print(text, 'is read as', read, sep='\\n')
        break
";

/// Many at once, because a process takes longer to start than they all take to read.
#[test]
fn a_reader_of_yaml_1_1_reads_what_was_meant() {
    let mut runner = TestRunner::default();
    let mut questions = String::new();
    for _ in 0..1000 {
        let tree = document().new_tree(&mut runner).expect("a document");
        let yaml = tree.current();
        let question = json!([yaml.document(), meant(&yaml)]);
        questions += &format!("{question}\n");
    }
    let mut python = Command::new("/usr/bin/python3")
        .args(["-c", PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("/usr/bin/python3 with PyYAML, which `tests/run needs` installs");
    let mut stdin = python.stdin.take().expect("a pipe");
    // what it does not read is told by what it answers
    let _ = stdin.write_all(questions.as_bytes());
    drop(stdin);
    let answer = python.wait_with_output().expect("an answer");
    assert!(
        answer.status.success(),
        "PyYAML, which `tests/run needs` installs"
    );
    assert_eq!(String::from_utf8_lossy(&answer.stdout), "");
}
