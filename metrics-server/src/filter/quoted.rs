//! Strings as PromQL writes them: in double or single quotes with Go's escapes, or in backticks as they are.
//! Source: <https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals>.

use super::selector::Mistake;

/// Reads the string at the start of `text`: what it says, and how many bytes it is long with its quotes.
pub(super) fn unquote(text: &str) -> Result<(String, usize), Mistake> {
    let quote = match text.chars().next() {
        Some(quote @ ('"' | '\'' | '`')) => quote,
        _ => return Err(Mistake::at(0, "here a value in quotes is missing")),
    };
    // bytes, since `\xff` is one: whether they are text is seen at the end
    let mut value = Vec::new();
    let mut place = 1;
    while let Some(c) = text[place..].chars().next() {
        if c == quote {
            let value = String::from_utf8(value)
                .map_err(|_| Mistake::at(0, "this is no UTF-8, as all label values are"))?;
            return Ok((value, place + 1));
        }
        place += if c == '\\' && quote != '`' {
            escape(&text[place..], &mut value).map_err(|message| Mistake::at(place, message))?
        } else {
            value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            c.len_utf8()
        };
    }
    Err(Mistake::at(0, "this string has no end"))
}

/// Adds what the escape at the start of `text` stands for, and says how many bytes it is long.
fn escape(text: &str, value: &mut Vec<u8>) -> Result<usize, String> {
    let Some(c) = text[1..].chars().next() else {
        return Err("this string has no end".to_owned());
    };
    let plain = match c {
        'a' => 0x07,
        'b' => 0x08,
        'f' => 0x0c,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 0x0b,
        '\\' | '"' | '\'' => c as u8,
        'x' => return number(text, 2, 2, 16, value),
        'u' => return number(text, 2, 4, 16, value),
        'U' => return number(text, 2, 8, 16, value),
        '0'..='7' => return number(text, 1, 3, 8, value),
        _ => {
            return Err(format!(
                "`\\{c}` is no escape; a backslash itself is `\\\\`, or stands in backticks"
            ));
        }
    };
    value.push(plain);
    Ok(2)
}

/// The escape of a number of so many digits; `\x` and octal ones are bytes, the others characters.
fn number(
    text: &str,
    start: usize,
    digits: usize,
    radix: u32,
    value: &mut Vec<u8>,
) -> Result<usize, String> {
    let end = start + digits;
    let number = text
        .get(start..end)
        .filter(|digits| digits.chars().all(|c| c.is_digit(radix)))
        .and_then(|digits| u32::from_str_radix(digits, radix).ok());
    let is_byte = digits < 4;
    match number {
        Some(number) if is_byte && number < 256 => value.push(number as u8),
        Some(number) if !is_byte => {
            let c = char::from_u32(number).ok_or("this number is no character's")?;
            value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        _ => {
            return Err(format!(
                "this escape needs {digits} digits of base {radix}, and at most a byte's value before `\\u`"
            ));
        }
    }
    Ok(end)
}

/// A string that says this.
#[cfg(any(test, fuzzing))]
pub(super) fn quote(value: &str) -> String {
    let mut text = String::from("\"");
    for c in value.chars() {
        match c {
            '\\' | '"' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_quotes_and_escapes_are_read() {
        for (text, value) in [
            (r#""plain""#, "plain"),
            (r#"'single "double"'"#, "single \"double\""),
            (r#"`raw \n "both" 'kinds'`"#, r#"raw \n "both" 'kinds'"#),
            (r#""\a\b\f\n\r\t\v\\\"\'""#, "\x07\x08\x0c\n\r\t\x0b\\\"'"),
            (r#""\x41\102\u00e9\U0001f600""#, "AB\u{e9}\u{1f600}"),
            (r#""\xc3\xa9 \303\251""#, "\u{e9} \u{e9}"),
            ("\"é😀\"", "é😀"),
            ("\"\"", ""),
        ] {
            assert_eq!(unquote(text), Ok((value.to_owned(), text.len())), "{text}");
            let again = quote(value);
            assert_eq!(
                unquote(&again),
                Ok((value.to_owned(), again.len())),
                "{text}"
            );
        }
        let behind = unquote("\"a\",\"b\"").expect("a string");
        assert_eq!(behind, ("a".to_owned(), 3));
    }

    #[test]
    fn what_is_no_string_is_refused_at_its_place() {
        for (text, message) in [
            ("", "in quotes"),
            ("a", "in quotes"),
            ("\"a", "no end"),
            ("'a\"", "no end"),
            ("\"a\\", "no end"),
            (r#""\q""#, "`\\q` is no escape"),
            (r#""\é""#, "`\\é` is no escape"),
            (r#""\x4""#, "2 digits of base 16"),
            (r#""\x+1""#, "2 digits of base 16"),
            (r#""\u12""#, "4 digits of base 16"),
            (r#""\xé""#, "2 digits of base 16"),
            (r#""\777""#, "3 digits of base 8"),
            (r#""\ud800""#, "no character's"),
            (r#""\U00110000""#, "no character's"),
            (r#""\xff""#, "no UTF-8"),
        ] {
            let mistake = unquote(text).expect_err(text);
            assert!(
                format!("{mistake:?}").contains(&message.replace('\\', "\\\\")),
                "{mistake:?}"
            );
        }
    }
}
