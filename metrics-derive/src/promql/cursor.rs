//! The tokens, and how far they are read.

use super::Own;
use super::lexer::Token;
use super::mistake::Mistake;
use super::tree::Place;

pub(super) struct Parser<'a> {
    pub(super) tokens: Vec<(Token, Place)>,
    pub(super) place: usize,
    pub(super) end: usize,
    pub(super) own: Own<'a>,
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<&Token> {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, ahead: usize) -> Option<&Token> {
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
    pub(super) fn take_word(&mut self, word: &str) -> bool {
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

    /// Labels in parentheses.
    pub(super) fn labels(&mut self) -> Result<Vec<String>, Mistake> {
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
}
