//! A value as it was written, and as it was read. Neither can be printed: each may be a secret.

use std::time::Duration;

/// A value for [`Settings::set`](super::Settings::set): a text, a whole number, `true` or `false`, or a list of texts.
///
/// It is made by `into` of what Rust has for these, and cannot be printed, since it may be a secret.
#[derive(Clone)]
pub struct SettingValue(Raw);

/// As written.
#[derive(Clone)]
pub(super) enum Raw {
    Text(String),
    Number(i64),
    Flag(bool),
    List(Vec<Raw>),
    /// A variable, whose text is whatever it is taken for; lists have commas.
    Plain(String),
    /// What no key has: a fraction, a date, a table.
    Other,
}

/// As read by its kind.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(usize),
    Flag(bool),
    List(Vec<String>),
    Mode(u32),
    Duration(Duration),
}

impl Raw {
    pub(super) fn of(value: SettingValue) -> Self {
        value.0
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Plain(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Plain(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Plain(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::List(items) => items.iter().map(Self::text).collect(),
            Self::Plain(text) => Some(text.split(',').map(str::trim).collect()),
            _ => None,
        }
    }
}

impl From<&str> for SettingValue {
    fn from(text: &str) -> Self {
        Self(Raw::Text(text.to_owned()))
    }
}

impl From<String> for SettingValue {
    fn from(text: String) -> Self {
        Self(Raw::Text(text))
    }
}

impl From<bool> for SettingValue {
    fn from(flag: bool) -> Self {
        Self(Raw::Flag(flag))
    }
}

impl From<i32> for SettingValue {
    fn from(number: i32) -> Self {
        Self(Raw::Number(number.into()))
    }
}

impl From<usize> for SettingValue {
    fn from(number: usize) -> Self {
        // no key has numbers so great, and it is told as too great
        Self(Raw::Number(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl<T: Into<String>> From<Vec<T>> for SettingValue {
    fn from(texts: Vec<T>) -> Self {
        let texts = texts.into_iter().map(|text| Raw::Text(text.into()));
        Self(Raw::List(texts.collect()))
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for SettingValue {
    fn from(texts: [T; N]) -> Self {
        let texts = texts.into_iter().map(|text| Raw::Text(text.into()));
        Self(Raw::List(texts.collect()))
    }
}
