//! What begins with a word: a call, an aggregation, a short form, or series.

use super::cursor::Parser;
use super::function::{aggregation, function, names};
use super::lexer::Token;
use super::mistake::{Mistake, nearest};
use super::parser::WORDS;
use super::tree::{Expr, Grouping, MetricName, Node, Place};
use super::{selector, short, types};

impl Parser<'_> {
    /// What begins with a word: a call, an aggregation, a short form, or series.
    pub(super) fn named(&mut self, name: &str) -> Result<Expr, Mistake> {
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
