//! The rows of the portal's grids: one page in one query, with counts that stop at 1,001.

use std::collections::HashMap;

use domain::{
    ids::{PrincipalId, RoleId, ScheduleId},
    principal::PrincipalKind,
    role,
    schedule::{EndReason, Kind, MemberType},
    text::fold,
    time::{Instant, Span},
    wire::api::{AssignmentRow, Tab, TabCounts},
};

use super::{Arg, Connection, Row, StorageError, schedules};

/// For so long an ended assignment shows on the Expired tab.
const EXPIRED_SHOWN: Span = Span::days(30);
/// Counts are exact to 1,000; one more means "1,000+".
const COUNT_LIMIT: u64 = 1_001;

/// Which rows, in which order, from where.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The tab.
    pub tab: Tab,
    /// Of one role alone.
    pub role: Option<RoleId>,
    /// Of one principal alone.
    pub principal: Option<PrincipalId>,
    /// This one alone, whichever of the first two tabs it is on: what a panel is about.
    pub schedule: Option<ScheduleId>,
    /// With the groups that this principal belongs to.
    pub with_groups: bool,
    /// Part of a role's or a holder's name.
    pub search: String,
    /// On the Expired tab: one kind alone.
    pub kind: Option<Kind>,
    /// The order.
    pub sort: Sort,
    /// Whether the order is reversed.
    pub desc: bool,
    /// How many rows to pass over.
    pub skip: u64,
    /// How many rows at most.
    pub top: u64,
}

/// The order of an assignments grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By role.
    #[default]
    Role,
    /// By holder.
    Name,
    /// By start.
    Start,
    /// By end; permanent ones last.
    End,
}

/// One page of an assignments grid.
pub async fn page(
    db: &mut Connection,
    wanted: &Wanted,
    now: Instant,
) -> Result<Vec<AssignmentRow>, StorageError> {
    let mut query = Conditions::of(wanted, wanted.tab, now);
    let order = order(wanted);
    let (top, skip) = (query.bind(signed(wanted.top)), query.bind(signed(wanted.skip)));
    let columns = schedules::COLUMNS.replace(", ", ", s.");
    // The page is cut first and joined after, so that a long table costs no more than a short one.
    let sql = format!(
        "SELECT s.{columns}, p.kind AS principal_kind, p.display_name, p.user_principal_name
            FROM (SELECT s.* FROM schedules s WHERE {} ORDER BY {order} LIMIT {top} OFFSET {skip}) s
            JOIN principals p ON p.id = s.principal_id ORDER BY {order}",
        query.text()
    );
    db.all(sql, query.args).await?.iter().map(row).collect()
}

/// The ids of those rows alone, of however many.
pub async fn ids(
    db: &mut Connection,
    wanted: &Wanted,
    now: Instant,
) -> Result<Vec<ScheduleId>, StorageError> {
    let query = Conditions::of(wanted, wanted.tab, now);
    let sql = format!("SELECT s.id FROM schedules s WHERE {} ORDER BY {}", query.text(), order(wanted));
    db.all(sql, query.args).await?.iter().map(|row| row.parsed("id")).collect()
}

/// The rows with these ids, in their order; a few hundred at most.
pub async fn by_id(db: &mut Connection, ids: &[ScheduleId]) -> Result<Vec<AssignmentRow>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<_> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT s.{}, p.kind AS principal_kind, p.display_name, p.user_principal_name
            FROM schedules s JOIN principals p ON p.id = s.principal_id WHERE s.id IN ({})",
        schedules::COLUMNS.replace(", ", ", s."),
        places.join(", ")
    );
    let found = db.all(sql, ids.iter().map(|id| Arg::from(*id)).collect()).await?;
    let found = found.iter().map(|found| row(found).map(|row| (row.schedule_id, row)));
    let mut found = found.collect::<Result<HashMap<_, _>, _>>()?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn order(wanted: &Wanted) -> String {
    let direction = if wanted.desc { "DESC" } else { "ASC" };
    match wanted.sort {
        Sort::Role => format!("s.role_key {direction}, s.id {direction}"),
        Sort::Name => format!("s.principal_key {direction}, s.id {direction}"),
        Sort::Start => format!("s.start_ms {direction}, s.id {direction}"),
        // The same on both databases, and the index still serves it.
        Sort::End if wanted.desc => "s.end_ms DESC NULLS FIRST, s.id DESC".to_owned(),
        Sort::End => "s.end_ms ASC NULLS LAST, s.id ASC".to_owned(),
    }
}

/// How many rows each tab has under the same filter.
pub async fn counts(db: &mut Connection, wanted: &Wanted, now: Instant) -> Result<TabCounts, StorageError> {
    Ok(TabCounts {
        eligible: count(db, wanted, Tab::Eligible, now).await?,
        active: count(db, wanted, Tab::Active, now).await?,
        expired: count(db, wanted, Tab::Expired, now).await?,
    })
}

async fn count(db: &mut Connection, wanted: &Wanted, tab: Tab, now: Instant) -> Result<u64, StorageError> {
    let query = Conditions::of(wanted, tab, now);
    let sql = format!(
        "SELECT COUNT(*) AS n FROM (SELECT s.id FROM schedules s WHERE {} LIMIT {COUNT_LIMIT}) t",
        query.text()
    );
    db.count(sql, query.args).await
}

/// How many schedules of each kind are in force on each role.
pub async fn per_role(db: &mut Connection, now: Instant) -> Result<Vec<(RoleId, Kind, u64)>, StorageError> {
    let sql = "SELECT role_id, kind, COUNT(*) AS n FROM schedules
        WHERE ended_ms IS NULL AND start_ms <= $1 AND (end_ms IS NULL OR end_ms > $1) GROUP BY role_id, kind";
    let rows = db.all(sql, vec![Arg::from(now)]).await?;
    rows.iter()
        .map(|row| {
            let n = u64::try_from(row.int("n")?).unwrap_or_default();
            Ok((row.parsed("role_id")?, row.word("kind", Kind::parse)?, n))
        })
        .collect()
}

/// The conditions of one tab, with their bound values.
struct Conditions {
    parts: Vec<String>,
    args: Vec<Arg>,
}

impl Conditions {
    fn of(wanted: &Wanted, tab: Tab, now: Instant) -> Self {
        let mut this = Self { parts: Vec::new(), args: Vec::new() };
        let at = this.bind(now);
        match tab {
            Tab::Eligible | Tab::Active if wanted.schedule.is_some() => {
                this.parts.push(format!("s.ended_ms IS NULL AND (s.end_ms IS NULL OR s.end_ms > {at})"));
            }
            Tab::Eligible | Tab::Active => {
                let kind =
                    this.bind(if tab == Tab::Eligible { Kind::Eligible } else { Kind::Active }.as_str());
                this.parts.push(format!(
                    "s.kind = {kind} AND s.ended_ms IS NULL AND (s.end_ms IS NULL OR s.end_ms > {at})"
                ));
            }
            Tab::Expired => {
                let since = this.bind(now - EXPIRED_SHOWN);
                // An end that no job has carried out yet is an end all the same. What somebody removed before its time
                // did not expire: nobody may renew it, and the audit history tells of it.
                this.parts.push(format!(
                    "s.activated_from IS NULL AND ((s.ended_ms > {since} AND s.end_reason = '{}')
                        OR (s.ended_ms IS NULL AND s.end_ms <= {at} AND s.end_ms > {since}))",
                    EndReason::Expired.as_str()
                ));
                if let Some(kind) = wanted.kind {
                    let kind = this.bind(kind.as_str());
                    this.parts.push(format!("s.kind = {kind}"));
                }
            }
        }
        if let Some(schedule) = wanted.schedule {
            let schedule = this.bind(schedule);
            this.parts.push(format!("s.id = {schedule}"));
        }
        if let Some(role) = wanted.role {
            let role = this.bind(role);
            this.parts.push(format!("s.role_id = {role}"));
        }
        if let Some(principal) = wanted.principal {
            let id = this.bind(principal);
            this.parts.push(if wanted.with_groups {
                format!(
                    "(s.principal_id = {id} OR s.principal_id IN (SELECT group_id FROM group_members WHERE member_id = {id}))"
                )
            } else {
                format!("s.principal_id = {id}")
            });
        }
        let search = fold(&wanted.search);
        if !search.is_empty() {
            let like = this.bind(format!("%{}%", escape(&search)));
            this.parts.push(format!(
                "(s.role_key LIKE {like} ESCAPE '!' OR s.principal_key LIKE {like} ESCAPE '!' OR s.principal_id IN
                    (SELECT id FROM principals WHERE user_principal_name LIKE {like} ESCAPE '!'))"
            ));
        }
        this
    }

    fn bind(&mut self, value: impl Into<Arg>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    fn text(&self) -> String {
        self.parts.join(" AND ")
    }
}

/// What people type is no pattern.
pub fn escape(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn row(row: &Row) -> Result<AssignmentRow, StorageError> {
    let schedule = schedules::from_row(row)?;
    let kind = row.word("principal_kind", PrincipalKind::parse)?;
    let known = role::find(schedule.role);
    let upn = row.text("user_principal_name")?;
    Ok(AssignmentRow {
        schedule_id: schedule.id,
        kind: schedule.kind,
        assignment_type: schedule.assignment_type(),
        role_definition_id: schedule.role,
        role_name: known.map(|role| role.display_name.clone()).unwrap_or_default(),
        role_is_privileged: known.is_some_and(|role| role.is_privileged),
        principal_id: schedule.principal,
        principal_name: row.text("display_name")?,
        user_principal_name: if kind == PrincipalKind::User { upn } else { String::new() },
        principal_type: kind.as_str().to_owned(),
        member_type: MemberType::Direct,
        start_date_time: schedule.window.start,
        end_date_time: schedule.window.end,
        open_request: None,
        activation: None,
    })
}
