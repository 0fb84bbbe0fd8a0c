//! What the rows of a collection have: one table for `$select`, `$filter` and `$orderby`, so that none of them takes a name
//! that belongs to other rows.

use std::collections::HashSet;

use super::Kind;

/// A property of rows.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// Its name on the wire, or the way to it inside another one: `createdBy/user/id`.
    pub path: &'static str,
    /// Where its value is.
    pub held: Held,
}

/// Where the value of a property is.
#[derive(Clone, Copy, Debug)]
pub enum Held {
    /// In the answer alone: it can be selected and nothing else.
    Shown,
    /// In rows that are in memory.
    Here(Kind),
    /// On the database, behind an expression; in rows that are in memory, also there.
    Column(&'static str, Kind),
    /// A list inside a row, for `any`: a subquery that lacks only its last condition, and what its elements have.
    Many(&'static str, &'static Table),
}

/// Shorthand for a property that is only shown.
pub const fn shown(path: &'static str) -> Property {
    Property { path, held: Held::Shown }
}

/// Shorthand for a property of rows in memory.
pub const fn here(path: &'static str, kind: Kind) -> Property {
    Property { path, held: Held::Here(kind) }
}

/// Shorthand for a property of rows on the database.
pub const fn column(path: &'static str, sql: &'static str, kind: Kind) -> Property {
    Property { path, held: Held::Column(sql, kind) }
}

impl Property {
    /// What it holds; none when it is no single value that rows can be told apart by.
    pub const fn kind(&self) -> Option<Kind> {
        match self.held {
            Held::Here(kind) | Held::Column(_, kind) => Some(kind),
            Held::Shown | Held::Many(..) => None,
        }
    }

    /// The name that `$select` has for it.
    pub fn name(&self) -> &'static str {
        self.path.split_once('/').map_or(self.path, |(name, _)| name)
    }
}

/// What the rows of a collection have, a list for each type of thing in it. Annotations and what is written out beside them
/// are not among these.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// What `$select` can name, and `$filter` and `$orderby` where a value is behind it.
    pub asked: &'static [&'static [Property]],
    /// What `$select` alone can name.
    pub shown: &'static [&'static [Property]],
}

impl Table {
    /// A collection of which every property can be asked for as it is held.
    pub const fn of(asked: &'static [&'static [Property]]) -> Self {
        Self { asked, shown: &[] }
    }

    /// The names that `$select` takes, some more than once.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.asked.iter().chain(self.shown).flat_map(|some| some.iter()).map(Property::name)
    }

    /// The properties that rows can be told apart by.
    pub fn told_apart_by(&self) -> impl Iterator<Item = &'static Property> {
        self.asked
            .iter()
            .flat_map(|some| some.iter())
            .filter(|property| !matches!(property.held, Held::Shown))
    }

    /// The property behind a name of `$filter` or `$orderby`, in any case.
    pub fn find(&self, path: &str) -> Option<&'static Property> {
        self.told_apart_by().find(|property| property.path.eq_ignore_ascii_case(path))
    }

    /// The names that `$filter` takes, as a refusal lists them.
    pub fn allowed(&self) -> String {
        let mut names: Vec<&str> = self.told_apart_by().map(|property| property.path).collect();
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(*name));
        names.join(", ")
    }
}
