//! Texts as Markdown shows them, letter by letter, whatever is in them.

/// A text on one line that means nothing to Markdown: not in a table, not in HTML.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut before = ' ';
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        // an underscore in a word is one, and names are read in terminals too
        let is_inside = before.is_alphanumeric() && next.is_alphanumeric();
        if is_special(c) || c == '_' && !is_inside {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    if begins_block(&out) {
        out.insert(0, '\\');
    }
    // a list with numbers: `1.` and `1)`
    let digits = out.chars().take_while(char::is_ascii_digit).count();
    if digits > 0 && out[digits..].starts_with(['.', ')']) {
        out.insert(digits, '\\');
    }
    out
}

fn is_special(c: char) -> bool {
    matches!(
        c,
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '&'
    )
}

fn begins_block(text: &str) -> bool {
    text.starts_with(['#', '+', '-', '='])
}

/// A text as code, on one line. Not for what may have a `|` and is in a table: names have none.
pub(super) fn code(text: &str) -> String {
    let shown = text.replace('\n', "\\n");
    let mut runs = shown.split(|c| c != '`').map(str::len);
    let longest = runs.by_ref().max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let needs_space =
        shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']) || shown.is_empty();
    let space = if needs_space { " " } else { "" };
    format!("{fence}{space}{shown}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_means_nothing_to_markdown() {
        for (text, shown) in [
            (
                "Plain words, a_name and 1.5.",
                "Plain words, a_name and 1.5.",
            ),
            ("a `room` | <b>*x*</b>", r"a \`room\` \| \<b\>\*x\*\</b\>"),
            ("two\n\n  lines", "two lines"),
            ("_x_ __y__", r"\_x\_ \_\_y\_\_"),
            ("# no heading", r"\# no heading"),
            ("1. no list", r"1\. no list"),
            (
                "[a](b) $x$ ~~y~~ &amp; \\",
                r"\[a\](b) \$x\$ \~\~y\~\~ \&amp; \\",
            ),
        ] {
            assert_eq!(plain(text), shown);
        }
    }

    #[test]
    fn code_may_have_backticks_and_lines() {
        for (text, shown) in [
            ("a > 1", "`a > 1`"),
            ("a`b", "``a`b``"),
            ("`", "`` ` ``"),
            ("a\nb|c", r"`a\nb|c`"),
        ] {
            assert_eq!(code(text), shown);
        }
    }
}
