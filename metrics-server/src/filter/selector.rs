//! Selectors, as PromQL writes them: `name{label="value"}`, where the name may be a glob or left out.
//! Read in one pass, with the place of the first mistake; nothing here backtracks.

use super::{Filter, quoted};

/// What is wrong with a selector, and where.
#[derive(Debug, PartialEq)]
pub(super) struct Mistake {
    /// The byte at which it was seen.
    pub(super) place: usize,
    pub(super) message: String,
}

impl Mistake {
    pub(super) fn at(place: usize, message: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
        }
    }

    /// The sentence for whoever wrote `text`.
    pub(super) fn in_text(&self, text: &str) -> String {
        let before = text.get(..self.place).unwrap_or(text);
        format!(
            "`match[]={text}` cannot be read, at character {}: {}",
            before.chars().count() + 1,
            self.message
        )
    }
}

/// The form that is asked for after a mistake.
const FORM: &str = "write `name{label=\"value\"}`; the name may have `*` and `?`, or be left out";

/// Reads a selector.
pub(super) fn parse(text: &str) -> Result<Filter, Mistake> {
    let mut reader = Reader { text, place: 0 };
    let mut filter = Filter::default();
    reader.skip_space();
    let start = reader.place;
    let name = reader.take_while(|c| !c.is_whitespace() && c != '{');
    if !name.is_empty() {
        add_name(&mut filter, name, start)?;
    }
    reader.skip_space();
    if reader.take('{') {
        matchers(&mut reader, &mut filter)?;
        reader.skip_space();
    }
    if reader.peek().is_some() {
        return Err(Mistake::at(
            reader.place,
            format!("here it should end: {FORM}"),
        ));
    }
    if filter == Filter::default() {
        return Err(Mistake::at(
            start,
            format!("it chooses everything, as leaving it out does: {FORM}"),
        ));
    }
    Ok(filter)
}

/// The matchers between braces, and the closing one.
fn matchers(reader: &mut Reader<'_>, filter: &mut Filter) -> Result<(), Mistake> {
    loop {
        reader.skip_space();
        if reader.take('}') {
            return Ok(());
        }
        matcher(reader, filter)?;
        reader.skip_space();
        if !reader.take(',') {
            return match reader.take('}') {
                true => Ok(()),
                false => Err(Mistake::at(reader.place, "here `,` or `}` is missing")),
            };
        }
    }
}

/// `label="value"`, or `__name__="name"`.
fn matcher(reader: &mut Reader<'_>, filter: &mut Filter) -> Result<(), Mistake> {
    let start = reader.place;
    let label = reader.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
    if label.is_empty() || label.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(Mistake::at(
            start,
            format!("here is no label's name: {FORM}"),
        ));
    }
    reader.skip_space();
    let operator = reader.place;
    let equals = reader.take_while(|c| "=!~".contains(c));
    if equals != "=" {
        let found = match equals {
            "" => "here `=` is missing".to_owned(),
            found => format!("`{found}` is not supported"),
        };
        return Err(Mistake::at(
            operator,
            format!("{found}: labels are compared by `=` with a whole value; names by `*` and `?`"),
        ));
    }
    reader.skip_space();
    let place = reader.place;
    let (value, len) = quoted::unquote(&reader.text[place..])
        .map_err(|mistake| Mistake::at(place + mistake.place, mistake.message))?;
    reader.place += len;
    match label {
        "__name__" if !filter.globs.is_empty() => Err(Mistake::at(start, "the name is said twice")),
        "__name__" => match value.find(['*', '?']) {
            Some(_) => Err(Mistake::at(
                place,
                "`*` and `?` stand in a name before the `{`",
            )),
            None => add_name(filter, &value, place),
        },
        "le" => Err(Mistake::at(
            start,
            "series have no label `le`: a histogram is chosen whole",
        )),
        _ => filter
            .add_label(label, &value)
            .map_err(|message| Mistake::at(start, message)),
    }
}

fn add_name(filter: &mut Filter, name: &str, place: usize) -> Result<(), Mistake> {
    filter
        .add_glob(name)
        .map_err(|message| Mistake::at(place, message))
}

/// What is left of the text.
struct Reader<'t> {
    text: &'t str,
    /// A byte at which a character begins.
    place: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<char> {
        self.text[self.place..].chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.place += wanted.len_utf8();
        }
        found
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = &self.text[self.place..];
        let len = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.place += len;
        &rest[..len]
    }

    fn skip_space(&mut self) {
        self.take_while(char::is_whitespace);
    }
}

/// The selector of a filter that was read from one.
#[cfg(any(test, fuzzing))]
pub(super) fn print(filter: &Filter) -> String {
    let name = filter
        .globs
        .iter()
        .map(ToString::to_string)
        .collect::<String>();
    let labels = filter
        .labels
        .iter()
        .map(|(name, value)| format!("{name}={}", quoted::quote(value)));
    let labels: Vec<_> = labels.collect();
    match labels.is_empty() {
        true => name,
        false => format!("{name}{{{}}}", labels.join(",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(glob: Option<&str>, labels: &[(&str, &str)]) -> Filter {
        let mut filter = Filter::default();
        if let Some(glob) = glob {
            filter.add_glob(glob).expect("a good glob");
        }
        for (name, value) in labels {
            filter.add_label(name, value).expect("few labels");
        }
        filter
    }

    #[test]
    fn names_globs_and_labels_are_read() {
        let openai = [("provider", "openai")];
        let cases = [
            ("up", filter(Some("up"), &[])),
            ("up{}", filter(Some("up"), &[])),
            ("chatbox_*", filter(Some("chatbox_*"), &[])),
            (
                "chatbox_*{provider=\"openai\"}",
                filter(Some("chatbox_*"), &openai),
            ),
            ("{provider='openai'}", filter(None, &openai)),
            ("{provider=`openai`}", filter(None, &openai)),
            (
                " job:rate5m { a = \"1\" , b = '' , } ",
                filter(Some("job:rate5m"), &[("a", "1"), ("b", "")]),
            ),
            (
                "{__name__=\"up\",a=\"1\"}",
                filter(Some("up"), &[("a", "1")]),
            ),
            (
                "{path=\"a}b,c=\\\"d\"}",
                filter(None, &[("path", "a}b,c=\"d")]),
            ),
            ("{b=\"2\",a=\"1\"}", filter(None, &[("a", "1"), ("b", "2")])),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Ok(expected.clone()), "{text}");
            assert_eq!(parse(&print(&expected)), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_place_and_mend() {
        for (text, place, mend) in [
            ("", 1, "chooses everything"),
            ("{}", 1, "chooses everything"),
            ("up[5m]", 1, "use letters, digits"),
            (
                "up{a=~\"b.*\"}",
                5,
                "`=~` is not supported: labels are compared by `=`",
            ),
            ("up{a!=\"b\"}", 5, "`!=` is not supported"),
            ("up{a!~\"b\"}", 5, "`!~` is not supported"),
            ("up{a==\"b\"}", 5, "`==` is not supported"),
            ("up{a \"b\"}", 6, "`=` is missing"),
            ("up{a=b}", 6, "a value in quotes"),
            ("up{a=\"b}", 6, "has no end"),
            ("up{a=\"é\\q\"}", 8, "`\\q`"),
            ("up{a=\"b\"", 9, "`,` or `}` is missing"),
            ("up{a=\"b\" c=\"d\"}", 10, "`,` or `}` is missing"),
            ("up{", 4, "no label's name"),
            ("up{,}", 4, "no label's name"),
            ("up{1a=\"b\"}", 4, "no label's name"),
            ("up{\"a.b\"=\"c\"}", 4, "no label's name"),
            ("up{a=\"b\"} or down", 11, "here it should end"),
            ("up down", 4, "here it should end"),
            ("up{__name__=\"down\"}", 4, "said twice"),
            ("{__name__=\"up*\"}", 11, "before the `{`"),
            ("{__name__=\"a-b\"}", 11, "use letters, digits"),
            ("x_bucket{le=\"0.5\"}", 10, "a histogram is chosen whole"),
        ] {
            let sentence = parse(text).expect_err(text).in_text(text);
            let expected = format!("`match[]={text}` cannot be read, at character {place}: ");
            assert!(sentence.starts_with(&expected), "{sentence}\n{expected}");
            assert!(sentence[expected.len()..].contains(mend), "{sentence}");
        }
    }
}
