//! A small reader of PromQL for tests, which shares nothing with the writer: what selectors an expression has, and within
//! which function each stands. Whether Prometheus takes the expression is asked of promtool.

/// A selector in an expression.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) matchers: Vec<(String, String, String)>,
    pub(super) range: Option<String>,
    /// What it is directly given to, if to a function or aggregation.
    pub(super) function: Option<String>,
}

impl Found {
    /// Whether one of its matchers is `label=~"$label"`.
    pub(super) fn asks_for_chosen(&self, label: &str) -> bool {
        let mut matchers = self.matchers.iter();
        matchers.any(|(name, operator, value)| {
            name == label && operator == "=~" && *value == format!("${label}")
        })
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Range(String),
    Number,
    Sign(String),
}

/// The selectors of an expression, or why it is none.
pub(super) fn selectors(expr: &str) -> Result<Vec<Found>, String> {
    let tokens = tokens(expr)?;
    let mut found: Vec<Found> = Vec::new();
    // of every open parenthesis what stands before it
    let mut open: Vec<Option<String>> = Vec::new();
    let mut before = String::from("(");
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        place += 1;
        let is_value = matches!(before.as_str(), "value" | ")");
        match token {
            Token::Sign(sign) if sign == "(" => open.push(None),
            Token::Sign(sign) if sign == ")" => {
                let of = open.pop().ok_or(format!("one `)` too many in `{expr}`"))?;
                // a function may be given nothing
                if !is_value && (before != "(" || of.is_none()) {
                    return Err(format!("`)` after `{before}` in `{expr}`"));
                }
            }
            Token::Sign(_) if !is_value => {
                return Err(format!("an operator after `{before}` in `{expr}`"));
            }
            Token::Sign(_) => {}
            Token::Word(word) if is_value && ["or", "and", "unless"].contains(&word.as_str()) => {
                before = "operator".to_owned();
                continue;
            }
            _ if is_value => return Err(format!("no operator before {token:?} in `{expr}`")),
            Token::Word(word) => {
                let mut after = tokens.get(place);
                if after == Some(&Token::Word("by".to_owned())) {
                    let end = tokens[place..]
                        .iter()
                        .position(|one| *one == Token::Sign(")".to_owned()));
                    place += end.ok_or(format!("`by` without an end in `{expr}`"))? + 1;
                    after = tokens.get(place);
                }
                if after == Some(&Token::Sign("(".to_owned())) {
                    place += 1;
                    open.push(Some(word.clone()));
                    before = "(".to_owned();
                    continue;
                }
                let mut one = Found {
                    name: word.clone(),
                    function: open.last().cloned().flatten(),
                    ..Found::default()
                };
                if after == Some(&Token::Sign("{".to_owned())) {
                    place += 1;
                    place = matchers(&tokens, place, &mut one)
                        .ok_or(format!("a bad matcher in `{expr}`"))?;
                }
                if let Some(Token::Range(range)) = tokens.get(place) {
                    one.range = Some(range.clone());
                    place += 1;
                }
                found.push(one);
                before = "value".to_owned();
                continue;
            }
            Token::Number | Token::Text(_) => {
                before = "value".to_owned();
                continue;
            }
            Token::Range(_) => return Err(format!("a range of nothing in `{expr}`")),
        }
        if let Token::Sign(sign) = token {
            before.clone_from(sign);
        }
    }
    match open.len() {
        0 if before == "value" || before == ")" => Ok(found),
        _ => Err(format!("no end of `{expr}`")),
    }
}

/// The matchers up to `}`, and the place behind it.
fn matchers(tokens: &[Token], mut place: usize, found: &mut Found) -> Option<usize> {
    loop {
        let [
            Token::Word(label),
            Token::Sign(operator),
            Token::Text(value),
            Token::Sign(end),
            ..,
        ] = tokens.get(place..)?
        else {
            return None;
        };
        let one = (label.clone(), operator.clone(), value.clone());
        found.matchers.push(one);
        place += 4;
        match end.as_str() {
            "," => {}
            "}" => return Some(place),
            _ => return None,
        }
    }
}

fn tokens(expr: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = expr;
    while let Some(first) = rest.chars().next() {
        let split = |is_in: fn(char) -> bool| rest.find(|c| !is_in(c)).unwrap_or(rest.len());
        let len = match first {
            ' ' => 1,
            '"' => {
                let end = rest[1..].find('"').ok_or("a text without an end")?;
                tokens.push(Token::Text(rest[1..=end].to_owned()));
                end + 2
            }
            '[' => {
                let end = rest.find(']').ok_or("a range without an end")?;
                tokens.push(Token::Range(rest[1..end].to_owned()));
                end + 1
            }
            'a'..='z' | 'A'..='Z' | '_' | ':' => {
                let end = split(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':');
                tokens.push(Token::Word(rest[..end].to_owned()));
                end
            }
            '0'..='9' | '.' => {
                let end = split(|c| c.is_ascii_digit() || matches!(c, '.' | 'e'));
                let end = end + usize::from(rest[end..].starts_with("-9"));
                tokens.push(Token::Number);
                // the exponent of 1e-9
                end + rest[end..].find(|c: char| !c.is_ascii_digit()).unwrap_or(0)
            }
            '=' | '!' => {
                let end = 1 + usize::from(rest[1..].starts_with(['=', '~']));
                tokens.push(Token::Sign(rest[..end].to_owned()));
                end
            }
            '(' | ')' | '{' | '}' | ',' | '+' | '-' | '*' | '/' => {
                tokens.push(Token::Sign(first.to_string()));
                1
            }
            _ => return Err(format!("`{first}` in `{expr}`")),
        };
        rest = &rest[len..];
    }
    Ok(tokens)
}

#[test]
fn selectors_are_found_with_what_they_stand_in() {
    let expr = "topk(10, sum by (a, le) (rate(x_total{job=~\"$job\", b=\"c\"}[$__rate_interval])) / clamp_min(y, 1e-9))";
    let found = selectors(expr).expect("an expression");
    let [x, y] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(
        (x.name.as_str(), x.range.as_deref()),
        ("x_total", Some("$__rate_interval"))
    );
    assert_eq!(x.function.as_deref(), Some("rate"));
    assert!(
        x.asks_for_chosen("job") && !x.asks_for_chosen("instance"),
        "{x:?}"
    );
    assert_eq!(
        (y.name.as_str(), y.function.as_deref()),
        ("y", Some("clamp_min"))
    );
    for wrong in [
        "",
        "sum(",
        "sum(x))",
        "x y",
        "x{a}",
        "x +",
        "sum by (a",
        "[5m]",
        "x$",
    ] {
        assert!(selectors(wrong).is_err(), "{wrong}");
    }
}
