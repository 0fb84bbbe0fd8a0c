//! Pages of the audit history: read from the end of an index and gone on from a key, so that a page of a long history
//! costs what a page of a short one does.

use core::fmt;
use std::str::FromStr;

use domain::{
    audit::{Actor, Entry, Outcome},
    audit_type::AuditType,
    ids::{AuditId, PrincipalId},
    text::fold,
    time::Instant,
};

use super::{Arg, Connection, StorageError, args, audit, select::escaped};

/// Counts go no further: more than this is "1,000+".
const MOST_COUNTED: u64 = 1_001;
/// A search has at most so many words.
pub const MOST_WORDS: usize = 8;

/// Which rows, in which order, from where.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only rows in which this person acted or was acted upon.
    pub mine: Option<PrincipalId>,
    /// From this instant on.
    pub from: Option<Instant>,
    /// Before this instant.
    pub to: Option<Instant>,
    /// Only this type.
    pub kind: Option<AuditType>,
    /// Only what went so.
    pub outcome: Option<Outcome>,
    /// Only rows with each of these words.
    pub search: String,
    /// The oldest first instead of the newest.
    pub oldest_first: bool,
    /// Where the page begins; none at the beginning.
    pub place: Option<Place>,
    /// How many rows at most.
    pub top: u64,
}

/// A place between two rows. On the wire `n` (rows after it, in reading order) or `b` (rows before it), instant and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whether the rows before it are meant.
    pub back: bool,
    /// The instant of the row that it lies beside.
    pub at: Instant,
    /// The id of that row.
    pub id: AuditId,
}

/// One page in reading order.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its rows.
    pub rows: Vec<Entry>,
    /// Where the page before begins.
    pub back: Option<Place>,
    /// Where the page after begins.
    pub on: Option<Place>,
}

/// The different words of a search.
pub fn words(search: &str) -> Vec<String> {
    let mut words: Vec<String> = fold(search).split_whitespace().map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// One page.
pub async fn page(db: &mut Connection, wanted: &Wanted) -> Result<Found, StorageError> {
    let going_back = wanted.place.is_some_and(|place| place.back);
    let mut sql = Statement::default();
    let text = sql.page(wanted);
    let found = db.all(text, sql.args).await?;
    let mut rows =
        found.iter().map(|row| audit::parse(&row.text("entry")?)).collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() as u64 > wanted.top;
    rows.truncate(usize::try_from(wanted.top).unwrap_or(usize::MAX));
    if going_back {
        rows.reverse();
    }
    // Where one came from there are rows, even if this page has none.
    let beside = |row: Option<&Entry>, back| row.map(|row| Place { back, at: row.at, id: row.id });
    let (earlier, later) = if going_back { (more, true) } else { (wanted.place.is_some(), more) };
    Ok(Found {
        back: earlier.then(|| beside(rows.first(), true)).flatten(),
        on: later.then(|| beside(rows.last(), false)).flatten(),
        rows,
    })
}

/// One row; with `mine`, only if that person acted in it or was acted upon.
pub async fn find(
    db: &mut Connection,
    id: AuditId,
    mine: Option<PrincipalId>,
) -> Result<Option<Entry>, StorageError> {
    let Some(row) = db.first("SELECT entry FROM audit WHERE id = $1", args![id]).await? else {
        return Ok(None);
    };
    let entry = audit::parse(&row.text("entry")?)?;
    let of = |me: PrincipalId| {
        matches!(&entry.actor, Actor::Person { id: Some(id), .. } if *id == me)
            || entry.targets.iter().any(|target| target.id == me.to_string())
    };
    Ok(mine.is_none_or(of).then_some(entry))
}

/// How many rows there are on all pages: exact to 1,000.
pub async fn count(db: &mut Connection, wanted: &Wanted) -> Result<u64, StorageError> {
    let all = Wanted { place: None, top: MOST_COUNTED - 1, ..wanted.clone() };
    let mut sql = Statement::default();
    let found = sql.ids(&all);
    let text = format!("SELECT COUNT(*) AS n FROM ({found}) AS found");
    db.count(text, sql.args).await.map(|n| n.min(MOST_COUNTED))
}

/// The statement in the making; every value is bound.
#[derive(Default)]
struct Statement {
    args: Vec<Arg>,
}

impl Statement {
    fn page(&mut self, wanted: &Wanted) -> String {
        let (at, id) = if wanted.mine.is_some() { ("m.at_ms", "m.id") } else { ("a.at_ms", "a.id") };
        let order = order(wanted, at, id);
        let limit = wanted.top + 1;
        if wanted.mine.is_some() {
            let ids = self.ids(wanted);
            return format!(
                "SELECT a.entry FROM ({ids}) AS m JOIN audit a ON a.id = m.id ORDER BY {order} LIMIT {limit}"
            );
        }
        let conditions = self.conditions(wanted, at, id);
        format!("SELECT a.entry FROM audit a WHERE {conditions} ORDER BY {order} LIMIT {limit}")
    }

    /// The ids of the page. Of one's own: where one acted and where one was acted upon, each from the end of an index.
    fn ids(&mut self, wanted: &Wanted) -> String {
        let limit = wanted.top + 1;
        let Some(me) = wanted.mine else {
            let conditions = self.conditions(wanted, "a.at_ms", "a.id");
            return format!("SELECT a.id FROM audit a WHERE {conditions} LIMIT {limit}");
        };
        let (me_acting, acting) = (self.bind(me), self.conditions(wanted, "a.at_ms", "a.id"));
        let (me_bearing, bearing) = (self.bind(me), self.conditions(wanted, "t.told_ms", "t.audit_id"));
        let (acting_order, bearing_order) =
            (order(wanted, "a.at_ms", "a.id"), order(wanted, "t.told_ms", "t.audit_id"));
        // CROSS JOIN keeps SQLite from beginning at the wrong end.
        format!(
            "SELECT id, at_ms FROM (SELECT a.id, a.at_ms FROM audit a WHERE a.actor_id = {me_acting} AND {acting}
                ORDER BY {acting_order} LIMIT {limit}) AS acting
            UNION SELECT id, at_ms FROM (SELECT a.id, a.at_ms FROM audit_targets t CROSS JOIN audit a
                WHERE t.target_id = {me_bearing} AND a.id = t.audit_id AND {bearing}
                ORDER BY {bearing_order} LIMIT {limit}) AS bearing"
        )
    }

    fn conditions(&mut self, wanted: &Wanted, at: &str, id: &str) -> String {
        let mut all = vec!["1 = 1".to_owned()];
        if let Some(from) = wanted.from {
            all.push(format!("{at} >= {}", self.bind(from)));
        }
        if let Some(to) = wanted.to {
            all.push(format!("{at} < {}", self.bind(to)));
        }
        if let Some(place) = wanted.place {
            let sign = if downwards(wanted) { "<" } else { ">" };
            all.push(format!("({at}, {id}) {sign} ({}, {})", self.bind(place.at), self.bind(place.id)));
        }
        if let Some(kind) = wanted.kind {
            all.push(format!("a.type = {}", self.bind(kind.as_str())));
        }
        // Written out, so that the index of the failures alone can serve it.
        all.extend(wanted.outcome.map(|outcome| match outcome {
            Outcome::Success => "a.outcome = 'success'".to_owned(),
            Outcome::Failure => "a.outcome = 'failure'".to_owned(),
        }));
        for word in words(&wanted.search) {
            let mark = self.bind(format!("%{}%", escaped(&word)));
            all.push(format!("a.search_key LIKE {mark} ESCAPE '\\'"));
        }
        all.join(" AND ")
    }

    fn bind(&mut self, arg: impl Into<Arg>) -> String {
        self.args.push(arg.into());
        format!("${}", self.args.len())
    }
}

/// Whether the rows are read from the newest towards the oldest.
fn downwards(wanted: &Wanted) -> bool {
    wanted.oldest_first == wanted.place.is_some_and(|place| place.back)
}

fn order(wanted: &Wanted, at: &str, id: &str) -> String {
    let direction = if downwards(wanted) { "DESC" } else { "ASC" };
    format!("{at} {direction}, {id} {direction}")
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:x}.{}", if self.back { 'b' } else { 'n' }, self.at.0, self.id)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (back, rest) = match (text.strip_prefix('n'), text.strip_prefix('b')) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => return Err(()),
        };
        let (at, id) = rest.split_once('.').ok_or(())?;
        let at = Instant(i64::from_str_radix(at, 16).map_err(|_| ())?);
        Ok(Self { back, at, id: id.parse().map_err(|_| ())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_back_and_nothing_else_is() {
        let id: AuditId = "01234567-89ab-4def-8123-456789abcdef".parse().unwrap();
        for back in [true, false] {
            let place = Place { back, at: Instant(1_798_459_200_000), id };
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for bad in ["", "n", "n1", "x1.01234567-89ab-4def-8123-456789abcdef", "nzz.1", "n1.1"] {
            assert_eq!(bad.parse::<Place>(), Err(()), "{bad}");
        }
    }
}
