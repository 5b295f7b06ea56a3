//! The text both formats are made of: a heading, then `name number` lines in a fixed order, then a body.

use crate::Error;
use std::str::FromStr;

pub struct Fields<'a> {
    rest: &'a str,
}

impl<'a> Fields<'a> {
    /// Opens a text that must start with `heading`.
    pub fn open(bytes: &'a [u8], heading: &'static str) -> Result<Self, Error> {
        let rest = std::str::from_utf8(bytes).map_err(|_| Error::NotText)?;
        let mut fields = Self { rest };
        fields.line(heading)?;
        Ok(fields)
    }

    /// Takes exactly this line.
    pub fn line(&mut self, expected: &'static str) -> Result<(), Error> {
        match self.next_line() == expected {
            true => Ok(()),
            false => Err(Error::MissingLine(expected)),
        }
    }

    /// Takes the line `name number`.
    pub fn number<N: FromStr>(&mut self, name: &'static str) -> Result<N, Error> {
        let line = self.next_line();
        line.split_once(' ')
            .filter(|(key, _)| *key == name)
            .and_then(|(_, value)| value.parse().ok())
            .ok_or_else(|| Error::BadField {
                name,
                found: line.to_owned(),
            })
    }

    /// Everything not taken yet.
    pub fn body(self) -> &'a str {
        self.rest
    }

    fn next_line(&mut self) -> &'a str {
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        line
    }
}
