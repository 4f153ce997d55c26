//! What `--help` says.

use super::WORD;
use super::arguments::Topic;

/// The help of everything, or of one command.
pub(super) fn of(topic: Option<Topic>, program: &str) -> String {
    match topic {
        None => everything(program),
        Some(topic) => format!(
            "Usage: {program} {WORD} {}\n\n{}\n",
            topic.usage(),
            about(topic)
        ),
    }
}

fn everything(program: &str) -> String {
    let mut text = format!(
        "Makes a dashboard, rules, manifests and a catalogue of the metrics that {program} declares, without starting it.\n\n\
         Usage: {program} {WORD} COMMAND\n\n"
    );
    for topic in Topic::ALL {
        text.push_str(&format!("  {:<18}  {}\n", topic.usage(), line(topic)));
    }
    text.push_str(&format!(
        "  {:<18}  this, or more of one command\n",
        "help [COMMAND]"
    ));
    text
}

fn line(topic: Topic) -> &'static str {
    match topic {
        Topic::Export => "writes all files into DIR",
        Topic::Check => "tells what in DIR is not as declared",
        Topic::Diff => "tells what changed between two catalogues, and what of it breaks others",
    }
}

fn about(topic: Topic) -> &'static str {
    match topic {
        Topic::Export => {
            "Writes all files into DIR, which is made if it is not there: those that are not as declared.\n\
             Generated files that are no longer made are removed; other files in DIR are left alone.\n\
             What is written is the same in every run, so that it can be committed."
        }
        Topic::Check => {
            "Compares DIR with what the program declares, and prints what is stale, missing or left over, as a unified\n\
             difference. Ends with 1 then, with 0 if all is as declared, and with 2 if that could not be found out."
        }
        Topic::Diff => {
            "Compares two catalogues: files `catalog.json`, or folders that have one. Prints what changed.\n\
             Ends with 1 if something breaks who reads the metrics: dashboards, alerts, recorded queries."
        }
    }
}
