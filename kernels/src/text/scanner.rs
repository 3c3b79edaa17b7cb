//! A place in a text, and errors that name it.

use crate::error::Cause;

pub(super) type Parsed<T> = std::result::Result<T, Cause>;

/// Longest piece of a text that an error repeats.
const MAX_QUOTE: usize = 32;

/// A text and a place in it, between characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The byte that comes next, white space passed over.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// The word or number that comes next, empty where there is none; it is not passed.
    pub(super) fn token(&mut self) -> &'t str {
        self.peek();
        let rest = &self.text[self.at..];
        let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+' | b'_');
        &rest[..rest.bytes().take_while(part).count()]
    }

    pub(super) fn expect(&mut self, byte: u8) -> Parsed<()> {
        if self.peek() != Some(byte) {
            return self.fail(&format!("'{}'", char::from(byte)));
        }
        self.at += 1;
        Ok(())
    }

    /// Whether a list that ends in `close` goes on behind an item.
    pub(super) fn goes_on(&mut self, close: u8) -> Parsed<bool> {
        let next = self.peek();
        if next != Some(b',') && next != Some(close) {
            return self.fail(&format!("'{}' or ','", char::from(close)));
        }
        self.at += 1;
        Ok(next == Some(b','))
    }

    pub(super) fn expect_end(&mut self) -> Parsed<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fail("the end"),
        }
    }

    /// Something else was expected next.
    pub(super) fn fail<T>(&mut self, expected: &str) -> Parsed<T> {
        let token = self.token();
        let got = match self.text[self.at..].chars().next() {
            None => "the end".to_owned(),
            Some(other) if token.is_empty() => format!("'{other}'"),
            Some(_) if token.len() > MAX_QUOTE => format!("'{}...'", &token[..MAX_QUOTE]),
            Some(_) => format!("'{token}'"),
        };
        self.wrong(self.at, format!("expected {expected}, got {got}").into())
    }

    /// A cause, with where it is: in characters, as an editor counts them.
    pub(super) fn wrong<T>(&self, at: usize, cause: Cause) -> Parsed<T> {
        Err(format!("at character {}: {cause}", self.text[..at].chars().count() + 1).into())
    }
}
