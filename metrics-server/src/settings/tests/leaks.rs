//! No mistake and no `Debug` has what was written: it may be a secret in the wrong place.

use super::{env, file};
use crate::settings::keys::{self, Found, find};
use crate::settings::path::KeyPath;
use crate::settings::{SettingValue, Settings};

const SECRET: &str = "hunter2-Marker";

/// Whatever comes of these settings has not a part of the secret.
fn tells_nothing(settings: Result<Settings, Vec<String>>, written: &str) {
    let mut all = match &settings {
        Ok(settings) => format!("{settings:?} {settings:#?}"),
        Err(problems) => problems.join("\n"),
    };
    if let Ok(settings) = &settings {
        match settings.listeners() {
            Ok(listeners) => all += &format!("{listeners:?}"),
            Err(problems) => all += &problems.join("\n"),
        }
    }
    let all = all.to_lowercase();
    for part in ["hunter2", "marker"] {
        assert!(!all.contains(part), "{written}\n{all}");
    }
}

#[test]
fn a_secret_at_any_key_is_in_no_mistake() {
    for key in keys::all() {
        let path = key.path.replace('*', "alice");
        let path = if matches!(find(&KeyPath::of(&path)), Found::Key(_)) {
            path
        } else {
            format!("listener.a.{path}")
        };
        // a name that is allowed is no mistake, and is told where it is used
        if ["hosts", "tls.client_names"].contains(&key.path) {
            continue;
        }
        for written in [
            format!("{path} = \"{SECRET}\""),
            format!("{path} = '{SECRET}'"),
            format!("{path} = '''\n{SECRET}\n'''"),
            format!("{path} = [\"{SECRET} x\"]"),
            format!("{path} = [[\"{SECRET}\"]]"),
            format!("{path} = [\"127.0.0.1\", \"{SECRET} x\", 5]"),
            format!("{path} = {{ x = \"{SECRET}\" }}"),
            format!("{path} = {SECRET}"),
            format!("{path} = \"{SECRET}"),
            format!("{path} = \"\\q{SECRET}\""),
            format!("{path} = \"{SECRET}\" {SECRET}"),
            format!("{path} = \"a\"\n{path} = \"{SECRET}\""),
            format!("{path}.x = \"{SECRET}\""),
            format!("[{path}]\nx = \"{SECRET}\""),
            format!("[[{path}]]\nx = \"{SECRET}\""),
            format!("{path}x = \"{SECRET}\""),
            format!("{path} \"{SECRET}\""),
            format!("{path}: {SECRET}"),
            format!("{path} == \"{SECRET}\""),
            format!("{path} = -----BEGIN {SECRET}-----"),
            format!("{path} = \"-----BEGIN-----\n{SECRET}\n-----END-----\""),
        ] {
            tells_nothing(file(&written), &written);
        }
        let name = path.to_uppercase().replace('.', "__");
        for value in [
            SECRET.to_owned(),
            format!("{SECRET},{SECRET} x"),
            format!("a\n{SECRET}"),
        ] {
            tells_nothing(env(&[(&name, &value)]), &format!("{name}={value}"));
            let of_code = [
                SettingValue::from(value.as_str()),
                SettingValue::from([value.as_str(), "x y"]),
            ];
            for of_code in of_code {
                let set = Settings::new().set(&path, of_code);
                let set =
                    set.map_err(|error| vec![format!("{error} {error:?} {:?}", source(&error))]);
                tells_nothing(set, &path);
            }
        }
    }
}

#[test]
fn a_secret_where_a_name_should_be_is_in_no_mistake() {
    for written in [
        format!("{SECRET} = 1"),
        format!("\"{SECRET}\" = 1"),
        SECRET.to_owned(),
        format!("\"{SECRET}\""),
        format!("= \"{SECRET}\""),
        format!("[{SECRET}]"),
        format!("[\"{SECRET}\"]\nx = 1"),
        format!("[[{SECRET}]]"),
        format!("[auth\n{SECRET}"),
        format!("[auth]\n{SECRET}"),
        format!("[auth]\n{SECRET} = 1"),
        format!("[auth]\nbasic = \"{SECRET}\""),
        format!("[auth.basic]\nalice = \"{SECRET}\""),
        format!("[auth.basic.alice]\n\"{SECRET}\" = true"),
        format!("auth = \"{SECRET}\""),
        format!("listener = \"{SECRET}\""),
        format!("listener.a = [\"{SECRET}\"]"),
        format!("[limits]\n\"{SECRET}\".x = 1"),
    ] {
        tells_nothing(file(&written), &written);
    }
}

fn source(error: &crate::Error) -> Option<String> {
    std::error::Error::source(error).map(ToString::to_string)
}
