//! Tokens in a tree, by the precedences of PromQL. What begins with a word is in `call`, selectors are in `selector`, the
//! short forms in `short`; a part is held to its types as soon as it is there.

use super::amount;
use super::cursor::Parser;
use super::lexer::{Token, tokens};
use super::mistake::Mistake;
use super::tree::{Expr, Matching, MetricName, Node, Place};
use super::{Own, selector, short, types};

/// What stands between two expressions, from the weakest to the strongest; all but `^` bind to the left.
const OPERATORS: [(&str, u8); 16] = [
    ("or", 1),
    ("and", 2),
    ("unless", 2),
    ("==", 3),
    ("!=", 3),
    (">", 3),
    ("<", 3),
    (">=", 3),
    ("<=", 3),
    ("+", 4),
    ("-", 4),
    ("*", 5),
    ("/", 5),
    ("%", 5),
    ("atan2", 5),
    ("^", 6),
];

/// Words that stand behind something.
pub(super) const WORDS: [&str; 6] = ["bool", "by", "without", "on", "ignoring", "offset"];

const COMPARISONS: [&str; 6] = ["==", "!=", ">", "<", ">=", "<="];

/// Nobody writes more by hand, and a macro has the stack of the compiler.
const MOST_TOKENS: usize = 500;

/// The compiler, which walks through it in a constant, does not go down without end.
const MOST_LEVELS: usize = 50;

pub(super) fn parse(text: &str, own: Own<'_>) -> Result<Expr, Mistake> {
    let tokens = tokens(text)?;
    if let Some((_, at)) = tokens.get(MOST_TOKENS) {
        return Err(Mistake::new(
            at.clone(),
            format_args!(
                "an alert may have at most {MOST_TOKENS} words and signs; record a part of it by a rule of its own"
            ),
        ));
    }
    let mut parser = Parser {
        tokens,
        place: 0,
        end: text.chars().count(),
        own,
    };
    let expr = if parser.comparison(0).is_some() {
        // `> 1000`
        let own = short::own(parser.at().start);
        parser.behind(own, 0)?
    } else {
        parser.expression(0)?
    };
    match parser.peek() {
        None if expr.levels() > MOST_LEVELS => Err(too_deep(expr.at)),
        None => Ok(expr),
        Some(_) => Err(parser.no_operator()),
    }
}

/// Whether an operator compares.
pub(super) fn compares(operator: &str) -> bool {
    COMPARISONS.contains(&operator)
}

/// Whether it is about which series there are.
pub(super) fn is_set(operator: &str) -> bool {
    matches!(operator, "and" | "or" | "unless")
}

/// `expr` in parentheses if it would else come apart beside an operator of this strength: a short form is one word to who
/// writes it. What was written in full stands as it was written.
fn grouped(expr: Expr, strength: u8) -> Expr {
    let own = match &expr.node {
        Node::Binary { operator, .. } => OPERATORS.iter().find(|(known, _)| known == operator),
        _ => None,
    };
    // `^` alone binds to the right
    match own {
        Some((_, own)) if *own < strength && *own < 6 => Expr {
            at: expr.at.clone(),
            node: Node::Group(Box::new(expr)),
        },
        _ => expr,
    }
}

fn too_deep(at: Place) -> Mistake {
    Mistake::new(
        at,
        format_args!(
            "an alert may be at most {MOST_LEVELS} operators and functions deep; record a part of it by a rule of its own"
        ),
    )
}

impl Parser<'_> {
    /// What stands where an operator should, by what people mean by it.
    fn no_operator(&self) -> Mistake {
        let is_word =
            |word: &str| OPERATORS.iter().any(|(known, _)| *known == word) || WORDS.contains(&word);
        let message = match self.peek() {
            Some(Token::Sign(")")) => "this `)` closes nothing; leave it out".to_owned(),
            Some(Token::Sign("=")) => "`=` is for labels; write `==`".to_owned(),
            Some(Token::Name(name)) if is_word(&name.to_lowercase()) => {
                let word = name.to_lowercase();
                format!("the words of PromQL are in small letters here; write `{word}`")
            }
            _ => return self.unexpected("an operator"),
        };
        Mistake::new(self.at(), message)
    }

    /// The comparison that stands so many tokens ahead.
    fn comparison(&self, ahead: usize) -> Option<&'static str> {
        match self.ahead(ahead) {
            Some(Token::Sign(sign)) if compares(sign) => Some(sign),
            _ => None,
        }
    }

    pub(super) fn operator(&self) -> Option<(&'static str, u8)> {
        let next = match self.peek()? {
            Token::Sign(sign) => sign,
            Token::Name(name) => name.as_str(),
            Token::Amount(_) | Token::Own(_) | Token::Text(_) => return None,
        };
        let operators = OPERATORS.into_iter();
        operators.into_iter().find(|(known, _)| *known == next)
    }

    /// An expression of operators that bind at least so strongly.
    pub(super) fn expression(&mut self, least: u8) -> Result<Expr, Mistake> {
        let first = self.unary()?;
        self.behind(first, least)
    }

    /// What stands behind an expression, and belongs to it.
    fn behind(&mut self, mut left: Expr, least: u8) -> Result<Expr, Mistake> {
        while let Some((operator, strength)) = self.operator().filter(|(_, s)| *s >= least) {
            let sign = self.at();
            self.advance();
            let bool = self.take_word("bool");
            let matching = self.matching()?;
            let right = self.expression(strength + u8::from(operator != "^"))?;
            let at = left.at.start..right.at.end;
            let node = Node::Binary {
                operator,
                bool,
                matching,
                left: Box::new(grouped(left, strength)),
                right: Box::new(grouped(right, strength + 1)),
            };
            left = Expr { node, at };
            types::check(&left, &sign)?;
        }
        Ok(left)
    }

    fn matching(&mut self) -> Result<Option<Matching>, Mistake> {
        let ignoring = self.take_word("ignoring");
        if !ignoring && !self.take_word("on") {
            return Ok(None);
        }
        let labels = self.labels()?;
        let mut group = None;
        for side in ["group_left", "group_right"] {
            if self.take_word(side) {
                let has_labels = matches!(self.peek(), Some(Token::Sign("(")));
                let labels = if has_labels {
                    self.labels()?
                } else {
                    Vec::new()
                };
                group = Some((side, labels));
            }
        }
        Ok(Some(Matching {
            ignoring,
            labels,
            group,
        }))
    }

    fn unary(&mut self) -> Result<Expr, Mistake> {
        let start = self.at().start;
        if self.take("+") {
            return self.operand();
        }
        if !self.take("-") {
            return self.primary();
        }
        let of = self.operand()?;
        let at = self.since(start);
        // `-100` is a number for whoever looks for one
        let node = match of.node {
            Node::Number(number) => Node::Number(-number),
            _ => Node::Negative(Box::new(grouped(of, 6))),
        };
        let expr = Expr { node, at };
        types::check(&expr, &expr.at)?;
        Ok(expr)
    }

    /// What a sign before it is about: `-2 ^ 2` is -4.
    fn operand(&mut self) -> Result<Expr, Mistake> {
        let first = self.unary()?;
        self.behind(first, 6)
    }

    fn primary(&mut self) -> Result<Expr, Mistake> {
        let at = self.at();
        let node = match self.peek().cloned() {
            Some(Token::Amount(amount)) => {
                self.advance();
                let number = amount::number(&amount, self.own.unit);
                Node::Number(number.map_err(|message| Mistake::new(at.clone(), message))?)
            }
            Some(Token::Text(text)) => {
                self.advance();
                Node::Text(text)
            }
            Some(Token::Own(suffix)) => {
                self.advance();
                selector::rest(self, MetricName::Own(suffix))?
            }
            Some(Token::Name(name)) => return self.named(&name),
            Some(Token::Sign("(")) => {
                self.advance();
                let of = self.expression(0)?;
                self.expect(")")?;
                Node::Group(Box::new(of))
            }
            Some(Token::Sign("{")) => {
                return Err(Mistake::new(
                    at,
                    "series are named here; write the metric before `{`, as `$self{…}`",
                ));
            }
            _ => return Err(self.unexpected("a metric, a number or a function")),
        };
        self.no_subquery()?;
        let at = self.since(at.start);
        Ok(Expr { node, at })
    }

    /// Only series as they are have a range.
    pub(super) fn no_subquery(&self) -> Result<(), Mistake> {
        if matches!(self.peek(), Some(Token::Sign("["))) {
            return Err(Mistake::new(
                self.at(),
                "a range is of series, `$self[5m]`, and not of what is computed; record it by a rule of its own",
            ));
        }
        Ok(())
    }
}
