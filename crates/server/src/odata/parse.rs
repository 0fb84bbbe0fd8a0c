//! A cursor over the text of a query option.

use super::OdataError;

/// How deep conditions may be nested.
const DEEPEST: usize = 24;
/// How many conditions and values there may be in all. A chain of them becomes a tree as deep as it is long, which is
/// walked by functions that call themselves.
pub(super) const MOST: usize = 100;

pub(super) struct Cursor<'a> {
    option: &'static str,
    whole: &'a str,
    rest: &'a str,
    depth: usize,
    parts: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(option: &'static str, text: &'a str) -> Self {
        Self { option, whole: text, rest: text, depth: 0, parts: 0 }
    }

    pub(super) fn error(&self, expected: &str) -> OdataError {
        let at = self.whole.len() - self.rest.len();
        let found: String = self.rest.chars().take(24).collect();
        let message = if found.is_empty() {
            "it ends too early".to_owned()
        } else {
            format!("not understood at position {at}, near `{found}`")
        };
        OdataError::new(self.option, message, expected)
    }

    /// Enters a nested condition.
    pub(super) fn deeper<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, OdataError>,
    ) -> Result<T, OdataError> {
        if self.depth == DEEPEST {
            return Err(self.error(&format!("at most {DEEPEST} nested conditions")));
        }
        self.depth += 1;
        let value = inner(self)?;
        self.depth -= 1;
        Ok(value)
    }

    /// Counts a condition, or a value or name of a list.
    pub(super) fn part(&mut self) -> Result<(), OdataError> {
        self.parts += 1;
        if self.parts <= MOST {
            return Ok(());
        }
        let message = format!("it has more than {MOST} conditions, values and names");
        Err(OdataError::new(self.option, message, format!("at most {MOST}, or several calls")))
    }

    pub(super) fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    pub(super) const fn rest(&self) -> &'a str {
        self.rest
    }

    pub(super) fn at_end(&mut self) -> bool {
        self.space();
        self.rest.is_empty()
    }

    /// Takes a mark such as `(`, with space before it.
    pub(super) fn eat(&mut self, mark: char) -> bool {
        self.space();
        let taken = self.rest.strip_prefix(mark);
        self.rest = taken.unwrap_or(self.rest);
        taken.is_some()
    }

    pub(super) fn expect(&mut self, mark: char) -> Result<(), OdataError> {
        if self.eat(mark) { Ok(()) } else { Err(self.error(&format!("`{mark}` here"))) }
    }

    /// Takes a word of its own, in any case.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        self.space();
        let Some(head) = self.rest.get(..word.len()) else { return false };
        let tail = &self.rest[word.len()..];
        let ends = tail.chars().next().is_none_or(|c| !is_name(c));
        if head.eq_ignore_ascii_case(word) && ends {
            self.rest = tail;
            return true;
        }
        false
    }

    /// Takes the name of a property, a function or a path of them.
    pub(super) fn name(&mut self) -> Option<&'a str> {
        self.space();
        let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// Takes everything up to a space, a comma or a parenthesis.
    pub(super) fn bare(&mut self) -> Option<&'a str> {
        self.space();
        let end = self.rest.find(|c: char| c.is_whitespace() || "(),;".contains(c));
        self.take(end.unwrap_or(self.rest.len()))
    }

    /// Takes so many bytes; none when that is nothing.
    pub(super) fn take(&mut self, end: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(taken).filter(|taken| !taken.is_empty())
    }

    /// Takes a text between single quotes, in which two stand for one; none when there is no quote here.
    pub(super) fn quoted(&mut self) -> Result<Option<String>, OdataError> {
        if !self.eat('\'') {
            return Ok(None);
        }
        let mut text = String::new();
        loop {
            let Some(end) = self.rest.find('\'') else {
                return Err(self.error("a text that ends with a quote"));
            };
            text.push_str(&self.rest[..end]);
            self.rest = &self.rest[end + 1..];
            let Some(rest) = self.rest.strip_prefix('\'') else { return Ok(Some(text)) };
            text.push('\'');
            self.rest = rest;
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_./@".contains(c)
}
