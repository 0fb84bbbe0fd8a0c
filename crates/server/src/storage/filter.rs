//! Renders OData conditions and orders as SQL: columns from an allow-list, values always bound.

use domain::{role, text::lower};

use super::{
    Arg,
    select::{Select, escaped},
};
use crate::odata::{Expr, Held, Kind, OdataError, Op, Order, Property, Table, TextFn, Value};

/// One of the things that a list is sorted by.
#[derive(Clone, Copy, Debug)]
pub struct Sort {
    /// The expression.
    pub sql: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Largest first.
    pub descending: bool,
}

impl Sort {
    /// The smallest first.
    pub const fn up(sql: &'static str, kind: Kind) -> Self {
        Self { sql, kind, descending: false }
    }

    /// The largest first.
    pub const fn down(sql: &'static str, kind: Kind) -> Self {
        Self { sql, kind, descending: true }
    }

    /// As it stands in `ORDER BY`.
    pub fn order(&self) -> String {
        let direction = if self.descending { "DESC" } else { "ASC" };
        // Keys are never null, and without the words their index serves the order.
        let nulls = if self.kind == Kind::Key { "" } else { " NULLS LAST" };
        format!("{} {direction}{nulls}", self.sql)
    }
}

/// A property that the database can compare.
#[derive(Clone, Copy)]
struct Column {
    path: &'static str,
    sql: &'static str,
    kind: Kind,
}

/// What the database makes of a table of properties.
impl Table {
    /// Adds the condition to a statement.
    pub fn filter(&self, select: &mut Select, expr: &Expr) -> Result<(), OdataError> {
        let sql = self.render(select, expr)?;
        select.and_plain(sql);
        Ok(())
    }

    fn render(&self, select: &mut Select, expr: &Expr) -> Result<String, OdataError> {
        Ok(match expr {
            Expr::And(left, right) => {
                format!("({} AND {})", self.render(select, left)?, self.render(select, right)?)
            }
            Expr::Or(left, right) => {
                format!("({} OR {})", self.render(select, left)?, self.render(select, right)?)
            }
            Expr::Not(inner) => format!("(NOT {})", self.render(select, inner)?),
            Expr::Compare(path, op, value) => compare(select, self.column(path, "$filter")?, *op, value)?,
            Expr::In(path, values) => {
                let column = self.column(path, "$filter")?;
                let parts: Result<Vec<_>, _> =
                    values.iter().map(|value| compare(select, column, Op::Eq, value)).collect();
                format!("({})", parts?.join(" OR "))
            }
            Expr::Text(function, path, text) => like(select, self.column(path, "$filter")?, *function, text)?,
            Expr::Any(path, inner) => {
                let Some(Held::Many(exists, inside)) = self.find(path).map(|property| property.held) else {
                    return Err(self.unknown(path, "$filter"));
                };
                let condition = match inner {
                    Some(inner) => inside.render(select, inner)?,
                    None => "1 = 1".to_owned(),
                };
                format!("EXISTS ({exists} AND {condition})")
            }
        })
    }

    /// What these orders sort by, or what is usual, with a last one that tells equals apart.
    pub fn sorts(&self, orders: &[Order], usual: Sort, tie: Sort) -> Result<Vec<Sort>, OdataError> {
        let mut sorts = Vec::with_capacity(orders.len() + 1);
        for order in orders {
            let column = self.column(&order.path, "$orderby")?;
            if column.kind == Kind::Origin {
                return Err(self.unknown(&order.path, "$orderby"));
            }
            sorts.push(Sort { sql: column.sql, kind: column.kind, descending: order.descending });
        }
        if sorts.is_empty() {
            sorts.push(usual);
        }
        sorts.push(tie);
        Ok(sorts)
    }

    fn column(&self, path: &str, option: &str) -> Result<Column, OdataError> {
        match self.find(path) {
            Some(Property { path, held: Held::Column(sql, kind) }) => Ok(Column { path, sql, kind: *kind }),
            _ => Err(self.unknown(path, option)),
        }
    }

    fn unknown(&self, path: &str, option: &str) -> OdataError {
        OdataError::new(option, format!("the property `{path}` cannot be used here"), self.allowed())
    }
}

/// A null is never equal, greater or less, and `not` turns that round: so nulls are asked for first.
fn compare(select: &mut Select, column: Column, op: Op, value: &Value) -> Result<String, OdataError> {
    let sql = column.sql;
    let sign = match op {
        Op::Eq => "=",
        Op::Ne => "<>",
        Op::Gt => ">",
        Op::Ge => ">=",
        Op::Lt => "<",
        Op::Le => "<=",
    };
    if *value == Value::Null {
        return match op {
            Op::Eq => Ok(format!("({sql} IS NULL)")),
            Op::Ne => Ok(format!("({sql} IS NOT NULL)")),
            _ => Err(OdataError::new("$filter", "null is neither greater nor less", "eq and ne with null")),
        };
    }
    let (left, arg) = match (column.kind, value) {
        (Kind::Key | Kind::Folded, Value::Text(text)) => (sql.to_owned(), Arg::from(lower(text))),
        (Kind::Text, Value::Text(text)) => (format!("LOWER({sql})"), Arg::from(lower(text))),
        (Kind::Time, Value::Time(time)) => (sql.to_owned(), Arg::from(*time)),
        (Kind::Bool, Value::Bool(value)) if matches!(op, Op::Eq | Op::Ne) => {
            (sql.to_owned(), Arg::from(*value))
        }
        (Kind::Origin, Value::Text(text)) if matches!(op, Op::Eq | Op::Ne) => {
            (sql.to_owned(), Arg::from(origin(text)))
        }
        _ => return Err(column.kind.mismatch(column.path)),
    };
    let mark = select.bind(arg);
    Ok(if op == Op::Ne {
        format!("({sql} IS NULL OR {left} <> {mark})")
    } else {
        format!("({sql} IS NOT NULL AND {left} {sign} {mark})")
    })
}

fn like(select: &mut Select, column: Column, function: TextFn, text: &str) -> Result<String, OdataError> {
    let sql = column.sql;
    let left = match column.kind {
        Kind::Key | Kind::Folded => sql.to_owned(),
        Kind::Text => format!("LOWER({sql})"),
        Kind::Time | Kind::Bool | Kind::Origin => return Err(column.kind.mismatch(column.path)),
    };
    let text = escaped(&lower(text));
    let pattern = match function {
        TextFn::StartsWith => format!("{text}%"),
        TextFn::EndsWith => format!("%{text}"),
        TextFn::Contains => format!("%{text}%"),
    };
    let mark = select.bind(pattern);
    Ok(format!("({sql} IS NOT NULL AND {left} LIKE {mark} ESCAPE '\\')"))
}

/// The role and the principal in the id of a role assignment; of a text that is none, what no row has.
fn origin(text: &str) -> String {
    let held = text.strip_suffix("-1").and_then(role::held_by);
    held.map_or_else(String::new, |(role, principal)| format!("{role}/{principal}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::{column, filter, here, shown};

    const TABLE: Table = Table::of(&[&[
        column("id", "r.id", Kind::Key),
        column("mail", "r.mail", Kind::Text),
        column("at", "r.at_ms", Kind::Time),
        column("on", "r.is_on", Kind::Bool),
        column("origin", "r.role || '/' || r.person", Kind::Origin),
        here("inMemory", Kind::Text),
        Property {
            path: "parts",
            held: Held::Many(
                "SELECT 1 FROM parts x WHERE x.r = r.id",
                &Table::of(&[&[column("id", "x.id", Kind::Key)]]),
            ),
        },
        shown("said"),
    ]]);

    fn rendered(text: &str) -> Result<String, OdataError> {
        let mut select = Select::new("*", "r");
        TABLE.render(&mut select, &filter(text)?)
    }

    #[test]
    fn values_are_bound_and_never_written() {
        for (text, sql) in [
            ("id eq 'X''; DROP'", "(r.id IS NOT NULL AND r.id = $1)"),
            ("id ne 'x'", "(r.id IS NULL OR r.id <> $1)"),
            (
                "mail in ('a','b')",
                "((r.mail IS NOT NULL AND LOWER(r.mail) = $1) OR (r.mail IS NOT NULL AND LOWER(r.mail) = $2))",
            ),
            (
                "not (on eq true) and at eq null",
                "((NOT (r.is_on IS NOT NULL AND r.is_on = $1)) AND (r.at_ms IS NULL))",
            ),
            ("startswith(id,'a%')", "(r.id IS NOT NULL AND r.id LIKE $1 ESCAPE '\\')"),
            (
                "parts/any(p: p/id eq 'x')",
                "EXISTS (SELECT 1 FROM parts x WHERE x.r = r.id AND (x.id IS NOT NULL AND x.id = $1))",
            ),
        ] {
            assert_eq!(rendered(text).as_deref(), Ok(sql), "{text}");
        }
    }

    #[test]
    fn only_listed_columns_with_fitting_values() {
        for bad in [
            "other eq 'x'",
            "said eq 'x'",
            "inMemory eq 'x'",
            "parts eq 'x'",
            "origin gt 'x'",
            "startswith(origin,'x')",
            "at eq 'x'",
            "on gt true",
            "id eq 7",
            "at gt null",
            "contains(at,'x')",
            "id/any()",
        ] {
            assert_eq!(rendered(bad).map_err(|e| e.option), Err("$filter".to_owned()), "{bad}");
        }
        let tie = Sort::up("r.id", Kind::Key);
        let order = |path: &str| {
            let sorts = TABLE.sorts(&[Order { path: path.into(), descending: true }], tie, tie)?;
            Ok::<_, OdataError>(sorts.iter().map(Sort::order).collect::<Vec<_>>().join(", "))
        };
        assert_eq!(order("at").as_deref(), Ok("r.at_ms DESC NULLS LAST, r.id ASC"));
        assert_eq!(order("id").as_deref(), Ok("r.id DESC, r.id ASC"));
        for unsorted in ["other", "said", "parts", "origin"] {
            assert!(order(unsorted).is_err(), "{unsorted}");
        }
    }
}
