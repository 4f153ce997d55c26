//! Tokens in a tree, by the precedences of PromQL. Selectors are in `selector`, the short forms in `short`; a part is held to
//! its types as soon as it is there.

use super::amount;
use super::function::{aggregation, function, names};
use super::lexer::{Token, tokens};
use super::mistake::{Mistake, nearest};
use super::tree::{Expr, Grouping, Matching, MetricName, Node, Place};
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
const WORDS: [&str; 6] = ["bool", "by", "without", "on", "ignoring", "offset"];

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

pub(super) struct Parser<'a> {
    tokens: Vec<(Token, Place)>,
    place: usize,
    end: usize,
    pub(super) own: Own<'a>,
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<&Token> {
        self.ahead(0)
    }

    fn ahead(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.place + ahead).map(|(token, _)| token)
    }

    /// Where the next token stands.
    pub(super) fn at(&self) -> Place {
        let next = self.tokens.get(self.place);
        next.map_or(self.end..self.end, |(_, at)| at.clone())
    }

    /// From `start` to the end of the last token.
    pub(super) fn since(&self, start: usize) -> Place {
        let last = self.place.checked_sub(1);
        let last = last.and_then(|last| self.tokens.get(last));
        start..last.map_or(start, |(_, at)| at.end)
    }

    pub(super) fn advance(&mut self) {
        self.place += 1;
    }

    /// Takes this sign if it is next.
    pub(super) fn take(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.place += usize::from(is_next);
        is_next
    }

    pub(super) fn expect(&mut self, sign: &str) -> Result<(), Mistake> {
        if self.take(sign) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("`{sign}`")))
        }
    }

    /// Takes this word if it is next.
    fn take_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Name(next)) if next == word);
        self.place += usize::from(is_next);
        is_next
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Mistake {
        let message = match self.peek() {
            None => format!("the expression ends where {wanted} should stand"),
            Some(_) => format!("{wanted} should stand here"),
        };
        Mistake::new(self.at(), message)
    }

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

    fn operator(&self) -> Option<(&'static str, u8)> {
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

    /// Labels in parentheses.
    fn labels(&mut self) -> Result<Vec<String>, Mistake> {
        self.expect("(")?;
        let mut labels = Vec::new();
        while !self.take(")") {
            labels.push(self.label()?);
            if !self.take(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(labels)
    }

    pub(super) fn label(&mut self) -> Result<String, Mistake> {
        match self.peek() {
            Some(Token::Name(name)) if !name.contains([':', '.']) => {
                let name = name.clone();
                self.advance();
                Ok(name)
            }
            _ => Err(self.unexpected("the name of a label")),
        }
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

    /// What begins with a word: a call, an aggregation, a short form, or series.
    fn named(&mut self, name: &str) -> Result<Expr, Mistake> {
        let at = self.at();
        if let Some(word) = WORDS
            .into_iter()
            .find(|word| *word == name)
            .or(self.operator().map(|(word, _)| word))
        {
            return Err(Mistake::new(
                at,
                format_args!(
                    "`{word}` has nothing before it; write a metric, a number or a function there"
                ),
            ));
        }
        if let "inf" | "nan" = name.to_lowercase().as_str() {
            return Err(Mistake::new(
                at,
                format_args!("nothing is to be compared with `{name}`; write a number"),
            ));
        }
        self.advance();
        let is_next =
            |parser: &Self, sign| matches!(parser.peek(), Some(Token::Sign(next)) if *next == sign);
        let is_grouped = matches!(self.peek(), Some(Token::Name(next)) if matches!(next.as_str(), "by" | "without"));
        let expr = if is_next(self, "(") || is_grouped {
            match (aggregation(name), function(name)) {
                (Some((operator, _)), _) => self.aggregation(operator, at.start)?,
                (None, Some(function)) => {
                    let arguments = self.arguments()?;
                    let node = Node::Call {
                        function,
                        arguments,
                    };
                    let at = self.since(at.start);
                    Expr { node, at }
                }
                (None, None) => return Err(no_function(name, at)),
            }
        } else if is_next(self, "[") && short::is_form(name) {
            return short::read(self, name, at);
        } else {
            if name.contains('.') {
                return Err(Mistake::new(
                    at,
                    format_args!("a quantile is written with its range, `{name}[5m]`"),
                ));
            }
            let node = selector::rest(self, MetricName::Named(name.to_owned()))?;
            let at = self.since(at.start);
            Expr { node, at }
        };
        self.no_subquery()?;
        types::check(&expr, &at)?;
        Ok(expr)
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, Mistake> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        while !self.take(")") {
            arguments.push(self.expression(0)?);
            if !self.take(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(arguments)
    }

    /// Its grouping may stand before or behind what it is of.
    fn aggregation(&mut self, operator: &'static str, start: usize) -> Result<Expr, Mistake> {
        let before = self.grouping()?;
        let mut arguments = self.arguments()?;
        let grouping = match before {
            Some(before) => Some(before),
            None => self.grouping()?,
        };
        let at = self.since(start);
        let takes = aggregation(operator).and_then(|(_, takes)| takes);
        let (of, parameter) = match (arguments.pop(), arguments.pop(), takes) {
            (Some(of), None, None) => (of, None),
            (Some(of), Some(parameter), Some(_)) if arguments.is_empty() => (of, Some(parameter)),
            _ => {
                let form = match takes {
                    None => format!("`{operator}(…)`, of one expression"),
                    Some(takes) => {
                        format!("`{operator}(…, …)`: {}, and series", takes.shown())
                    }
                };
                return Err(Mistake::new(
                    at,
                    format_args!("`{operator}` is written {form}"),
                ));
            }
        };
        let node = Node::Aggregation {
            operator,
            grouping,
            parameter: parameter.map(Box::new),
            of: Box::new(of),
        };
        Ok(Expr { node, at })
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, Mistake> {
        let without = self.take_word("without");
        if !without && !self.take_word("by") {
            return Ok(None);
        }
        let labels = self.labels()?;
        Ok(Some(Grouping { without, labels }))
    }

    /// Only series as they are have a range.
    fn no_subquery(&self) -> Result<(), Mistake> {
        if matches!(self.peek(), Some(Token::Sign("["))) {
            return Err(Mistake::new(
                self.at(),
                "a range is of series, `$self[5m]`, and not of what is computed; record it by a rule of its own",
            ));
        }
        Ok(())
    }
}

fn no_function(name: &str, at: Place) -> Mistake {
    let mend = nearest(name, names()).map_or_else(
        || "leave the `(…)` out if it is a metric".to_owned(),
        |known| format!("write `{known}`"),
    );
    Mistake::new(
        at,
        format_args!("`{name}` is no function of PromQL; {mend}"),
    )
}
