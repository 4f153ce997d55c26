//! A configuration file and, behind a NUL, variables, one a line: each is read, or refused with a place that there is; what is
//! told has no value, wherever it stands.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metrics_server::fuzzing::{FILE, settings};

/// What must not be told, as the inputs write it.
const SECRET: &str = "hunter2";

fuzz_target!(|input: &str| {
    let (text, variables) = input.split_once('\0').unwrap_or((input, ""));
    let variables: Vec<_> = variables
        .lines()
        .filter_map(|line| line.split_once('='))
        .collect();
    let is_secret = |text: &str| text.to_ascii_lowercase().contains(SECRET);
    let read = settings(text, &variables);
    assert_eq!(settings(text, &variables), read, "it is told in one order");
    let told = match &read {
        Ok(told) => told.clone(),
        Err(problems) => problems.join("\n"),
    };
    if let Err(problems) = &read {
        assert!(!problems.is_empty());
        let lines = text.matches('\n').count() + 1;
        for problem in problems {
            if let Some(place) = problem.strip_prefix(FILE) {
                assert!(!place.contains(char::is_control), "{place:?}");
                let mut numbers = place.split(':').skip(1).map(str::parse::<usize>);
                let line = numbers.next().and_then(Result::ok);
                assert!(
                    line.is_some_and(|line| (1..=lines).contains(&line)),
                    "{problem}"
                );
            }
        }
    }
    // a user's name and a variable's may be told; the name of a host is told where a listener is shown
    if !names(text, &variables).iter().any(|name| is_secret(name)) {
        assert!(!is_secret(&told), "{told}");
    }
});

/// What may be a name: in a file, whatever stands before `=` or in brackets at the beginning of a line.
fn names<'i>(text: &'i str, variables: &[(&'i str, &str)]) -> Vec<&'i str> {
    let mut names: Vec<_> = variables.iter().map(|(name, _)| *name).collect();
    for line in text.lines() {
        // everything before the last `=`: tables stand inside of tables
        names.push(match line.trim_start().starts_with('[') {
            true => line,
            false => line.rsplit_once('=').map_or("", |(before, _)| before),
        });
    }
    names
}
