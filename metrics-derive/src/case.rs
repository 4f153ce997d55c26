//! Spellings: splits a Rust name into words and puts them together again, in the case asked for.
//! Used for the label values of variants, and to say how a name should have been written.

/// How label values are spelt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Case {
    #[default]
    Snake,
    Lower,
    Upper,
    Pascal,
    Camel,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

/// Every case with its name, which is spelt in it.
const CASES: [(&str, Case); 8] = [
    ("snake_case", Case::Snake),
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

impl Case {
    /// The case of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let found = CASES.iter().find(|(known, _)| *known == name)?;
        Some(found.1)
    }

    /// The names of all cases.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        CASES.iter().map(|(name, _)| *name)
    }

    /// `name`, a variant, in this case.
    pub(crate) fn apply(self, name: &str) -> String {
        let joined = |separator: &str, word: fn(&str) -> String| {
            let words: Vec<String> = words(name).iter().map(|w| word(w)).collect();
            words.join(separator)
        };
        match self {
            Self::Snake => joined("_", str::to_lowercase),
            Self::Lower => joined("", str::to_lowercase),
            Self::Upper => joined("", str::to_uppercase),
            // that is how variants are written
            Self::Pascal => name.to_owned(),
            Self::Camel => {
                let pascal = joined("", capitalised);
                let mut chars = pascal.chars();
                chars.next().map_or_else(String::new, |first| {
                    first.to_lowercase().collect::<String>() + chars.as_str()
                })
            }
            Self::ScreamingSnake => joined("_", str::to_uppercase),
            Self::Kebab => joined("-", str::to_lowercase),
            Self::ScreamingKebab => joined("-", str::to_uppercase),
        }
    }
}

/// `name` as a metric name: lower case, words apart by `_`.
pub(crate) fn snake(name: &str) -> String {
    Case::Snake.apply(name)
}

/// `word` with a capital before it.
pub(crate) fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + &chars.as_str().to_lowercase()
    })
}

/// The words of `name`. A run of capitals is one word (`HTTPServer` is `HTTP`, `Server`), digits belong to
/// the word before them (`Http2`), and whatever is neither letter nor digit stands between words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let after_small = before.is_lowercase() || before.is_numeric();
        let ends_run =
            before.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase());
        if !c.is_alphanumeric() || c.is_uppercase() && (after_small || ends_run) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c);
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_case_is_spelt_as_its_name() {
        let open_ai: Vec<String> = CASES.iter().map(|(_, case)| case.apply("OpenAi")).collect();
        assert_eq!(
            open_ai,
            [
                "open_ai", "openai", "OPENAI", "OpenAi", "openAi", "OPEN_AI", "open-ai", "OPEN-AI"
            ]
        );
        for (name, case) in CASES {
            assert_eq!(Case::named(name), Some(case));
        }
        assert_eq!(Case::named("Snake_Case"), None);
    }

    #[test]
    fn words_are_found() {
        for (name, snake_case) in [
            ("Http2", "http2"),
            ("V1Beta", "v1_beta"),
            ("HTTPServer", "http_server"),
            ("OpenAI", "open_ai"),
            ("A", "a"),
            ("Already_Apart", "already_apart"),
            ("requests-total", "requests_total"),
            ("ÉtéNoël", "été_noël"),
            ("__", ""),
        ] {
            assert_eq!(snake(name), snake_case);
        }
    }
}
