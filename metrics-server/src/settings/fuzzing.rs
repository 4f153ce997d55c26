//! Settings as the target `config` of `fuzz/` reads them.

use super::Settings;

/// What is told of settings of this text and of these variables: what they are, without a value, or all that is wrong.
///
/// # Errors
///
/// What is wrong, each with its place.
pub fn settings(text: &str, variables: &[(&str, &str)]) -> Result<String, Vec<String>> {
    let variables = variables
        .iter()
        .map(|(name, value)| (name.into(), value.into()));
    let settings = Settings::new()
        .with_text(FILE, text)?
        .with_variables(variables)?;
    let told = format!("{settings:?} {settings:#?}");
    // no listener is bound by that, and what it finds wrong stands beside the keys
    let _ = settings.listeners()?;
    Ok(told)
}

/// How the text's file is called.
pub const FILE: &str = "metrics.toml";
