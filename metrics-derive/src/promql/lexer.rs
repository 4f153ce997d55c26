//! An expression in tokens. Numbers stay texts here, since what `250ms` is hangs on the unit of the metric.

use super::mistake::Mistake;
use super::tree::Place;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A number, with a unit or without one.
    Amount(String),
    Name(String),
    /// `$self`, with a suffix.
    Own(&'static str),
    Text(String),
    Sign(&'static str),
}

/// The longer ones first.
const SIGNS: [&str; 24] = [
    "==", "!=", "=~", "!~", ">=", "<=", "(", ")", "{", "}", "[", "]", ",", "=", ">", "<", "+", "-",
    "*", "/", "%", "^", "@", ":",
];

/// What `$self` may be followed by: the series of a histogram.
const SUFFIXES: [&str; 4] = ["", "_bucket", "_sum", "_count"];

pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Place)>, Mistake> {
    let mut lexer = Lexer {
        chars: text.chars().collect(),
        at: 0,
    };
    let mut tokens = Vec::new();
    loop {
        lexer.take_while(char::is_whitespace);
        let start = lexer.at;
        let Some(first) = lexer.peek(0) else {
            return Ok(tokens);
        };
        let token = match first {
            '$' => lexer.own()?,
            '"' | '\'' | '`' => lexer.text(first)?,
            c if c.is_ascii_digit() || (c == '.' && lexer.is_digit(1)) => lexer.amount(),
            c if c.is_ascii_alphabetic() || c == '_' => lexer.name(),
            _ => lexer.sign()?,
        };
        tokens.push((token, start..lexer.at));
    }
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn is_digit(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(|c| c.is_ascii_digit())
    }

    fn take_while(&mut self, is_so: impl Fn(char) -> bool) -> String {
        let rest = self.chars.iter().skip(self.at);
        let taken: String = rest.take_while(|c| is_so(**c)).collect();
        self.at += taken.chars().count();
        taken
    }

    fn own(&mut self) -> Result<Token, Mistake> {
        let start = self.at;
        self.at += 1;
        let word = self.take_while(is_of_name);
        let suffix = word.strip_prefix("self");
        let suffix = suffix.and_then(|suffix| SUFFIXES.iter().find(|known| **known == suffix));
        suffix.map(|suffix| Token::Own(suffix)).ok_or_else(|| {
            Mistake::new(
                start..self.at,
                format_args!(
                    "`${word}` is nothing here; the metric itself is `$self`, and the series of a histogram are `$self_bucket`, `$self_sum` and `$self_count`"
                ),
            )
        })
    }

    fn text(&mut self, quote: char) -> Result<Token, Mistake> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let c = self.peek(0);
            self.at += 1;
            let escape = self.at - 1;
            match c {
                Some(c) if c == quote => return Ok(Token::Text(text)),
                Some('\\') if quote != '`' => {
                    let c = self.peek(0);
                    self.at += 1;
                    text.push(match c {
                        Some('n') => '\n',
                        Some('t') => '\t',
                        Some(c @ ('\\' | '"' | '\'')) => c,
                        _ => {
                            return Err(Mistake::new(
                                escape..escape + 2,
                                "texts of PromQL know the escapes `\\\\`, `\\\"`, `\\'`, `\\n` and `\\t`; for a regular expression write `[.]`, or `\\\\` for each `\\`",
                            ));
                        }
                    });
                }
                Some(c) => text.push(c),
                None => {
                    return Err(Mistake::new(
                        start..escape,
                        format_args!("this text does not end; write `{quote}` behind it"),
                    ));
                }
            }
        }
    }

    fn amount(&mut self) -> Token {
        let mut amount = self.take_while(|c| c.is_ascii_digit() || c == '.');
        let signed = usize::from(matches!(self.peek(1), Some('+' | '-')));
        if matches!(self.peek(0), Some('e' | 'E')) && self.is_digit(1 + signed) {
            let exponent = self.chars.iter().skip(self.at).take(1 + signed);
            amount.extend(exponent);
            self.at += 1 + signed;
        }
        amount += &self.take_while(|c| c.is_alphanumeric() || c == '_' || c == '.');
        // what stands behind `5 % ` or `5 %7` is divided by, what stands behind `5%` is not
        let ends =
            |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || ",)<>=!+*/^".contains(c));
        if self.peek(0) == Some('%') && ends(self.peek(1)) {
            amount.push('%');
            self.at += 1;
        }
        Token::Amount(amount)
    }

    fn name(&mut self) -> Token {
        let mut name = self.take_while(is_of_name);
        // `p99.9[5m]`
        let is_quantile = name.strip_prefix('p').is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
        });
        if is_quantile && self.peek(0) == Some('.') && self.is_digit(1) {
            name += &self.take_while(|c| c == '.' || c.is_ascii_digit());
        }
        Token::Name(name)
    }

    fn sign(&mut self) -> Result<Token, Mistake> {
        let stands_here = |sign: &&&str| {
            let mut chars = sign.chars().enumerate();
            chars.all(|(ahead, c)| self.peek(ahead) == Some(c))
        };
        if let Some(sign) = SIGNS.iter().find(stands_here) {
            self.at += sign.len();
            return Ok(Token::Sign(sign));
        }
        let start = self.at;
        let found: String = self.chars.iter().skip(start).take(1).collect();
        let message = match found.as_str() {
            "#" => "comments have no place in an alert; write them above it".to_owned(),
            "&" => "PromQL writes `and`".to_owned(),
            "|" => "PromQL writes `or`".to_owned(),
            "!" => "PromQL has `!=` and `!~`, and for `not`, `unless`".to_owned(),
            _ => format!("`{found}` means nothing in PromQL; leave it out"),
        };
        Err(Mistake::new(start..start + 1, message))
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}
