//! The rows of the grids of requests: those to decide, the open ones, one's own. One page in one query.

use std::sync::LazyLock;

use domain::{
    approval::Answer,
    ids::{PrincipalId, RequestId, RoleId},
    request::{Expiration, Request, Status},
    role,
    text::fold,
    time::Instant,
    wire::requests::{RequestReview, RequestRow},
};

use super::{Arg, Connection, Row, StorageError, approvals, grids::escape, requests};

/// Counts are exact to 1,000; one more means "1,000+".
const COUNT_LIMIT: u64 = 1_001;

const TABLES: &str =
    "requests r JOIN principals p ON p.id = r.principal_id LEFT JOIN principals c ON c.id = r.created_by
        LEFT JOIN approvals a ON a.id = r.id";

/// Which requests.
#[derive(Clone, Debug)]
pub enum Which {
    /// Those that wait for an answer which this person may give: of these roles, other than his own.
    ToDecide(PrincipalId, Vec<RoleId>),
    /// The open ones: everybody's, or those of one person.
    Open(Option<PrincipalId>),
    /// What this person asked for himself, ever.
    Own(PrincipalId),
    /// The open ones of these.
    OwnOpen(PrincipalId),
    /// One alone.
    One(RequestId),
}

/// The order of the grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By the instant of the request.
    #[default]
    Requested,
    /// By role.
    Role,
    /// By whom it is about.
    Name,
    /// By status.
    Status,
}

/// Which rows, in which order, from where.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which requests.
    pub which: Which,
    /// Part of a role's name, of a person's, of the reason or of the ticket.
    pub search: String,
    /// The order.
    pub sort: Sort,
    /// Whether it is reversed.
    pub desc: bool,
    /// How many rows to pass over.
    pub skip: u64,
    /// How many rows at most.
    pub top: u64,
}

impl Wanted {
    /// All of these, the newest first.
    pub const fn all(which: Which) -> Self {
        Self { which, search: String::new(), sort: Sort::Requested, desc: true, skip: 0, top: COUNT_LIMIT }
    }
}

/// For whom the rows are: what can be cancelled depends on it.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// Who.
    pub id: PrincipalId,
    /// Whether he may cancel what others asked.
    pub manages: bool,
}

/// One page.
pub async fn page(
    db: &mut Connection,
    wanted: &Wanted,
    reader: Reader,
    now: Instant,
) -> Result<Vec<RequestRow>, StorageError> {
    let Some(mut query) = Conditions::of(wanted, now) else { return Ok(Vec::new()) };
    let direction = if wanted.desc { "DESC" } else { "ASC" };
    let first = match wanted.sort {
        Sort::Requested => "r.created_ms",
        Sort::Role => &ROLE_PLACE,
        Sort::Name => "p.name_key",
        Sort::Status => "r.status",
    };
    let order = format!("{first} {direction}, r.created_ms {direction}, r.id {direction}");
    let (top, skip) = (query.bind(signed(wanted.top)), query.bind(signed(wanted.skip)));
    let columns = requests::COLUMNS.replace(", ", ", r.");
    let sql = format!(
        "SELECT r.{columns}, p.display_name, c.display_name AS requestor_name, a.due_ms, a.is_justification_required,
                a.answer, a.reviewed_by, a.reviewed_ms, a.justification, v.display_name AS reviewer_name,
                s.start_ms, s.end_ms, r.failure
            FROM {TABLES} LEFT JOIN principals v ON v.id = a.reviewed_by LEFT JOIN schedules s ON s.id = r.id
            WHERE {} ORDER BY {order} LIMIT {top} OFFSET {skip}",
        query.text()
    );
    db.all(sql, query.args).await?.iter().map(|row| shown(row, reader, now)).collect()
}

/// How many there are on all pages: exact to 1,000.
pub async fn count(db: &mut Connection, wanted: &Wanted, now: Instant) -> Result<u64, StorageError> {
    let Some(query) = Conditions::of(wanted, now) else { return Ok(0) };
    let sql = format!(
        "SELECT COUNT(*) AS n FROM (SELECT r.id FROM {TABLES} WHERE {} LIMIT {COUNT_LIMIT}) t",
        query.text()
    );
    db.count(sql, query.args).await
}

/// A row as it is at `now`: a time-out and a start count from their instant on.
fn shown(row: &Row, reader: Reader, now: Instant) -> Result<RequestRow, StorageError> {
    let request = requests::from_row(row)?;
    let due = row.int_or_null("due_ms")?.map(Instant);
    let status = match request.status {
        Status::PendingApproval if due.is_some_and(|due| due <= now) => Status::TimedOut,
        Status::Granted if request.completed_at.is_some_and(|at| at <= now) => Status::Provisioned,
        status => status,
    };
    let name = role::find(request.ask.role);
    let answer = row.text_or_null("answer")?.as_deref().and_then(Answer::parse);
    let at = row.int_or_null("reviewed_ms")?.map(Instant);
    let by = row.text_or_null("reviewer_name")?;
    let said = row.text_or_null("justification")?.unwrap_or_default();
    let (start, end) = window(&request, row)?;
    Ok(RequestRow {
        id: request.id,
        action: request.ask.action,
        kind: request.ask.kind,
        role_definition_id: request.ask.role,
        role_name: name.map(|role| role.display_name.clone()).unwrap_or_default(),
        role_is_privileged: name.is_none_or(|role| role.is_privileged),
        principal_id: request.ask.principal,
        principal_name: row.text("display_name")?,
        requestor_id: request.created_by,
        requestor_name: row.text_or_null("requestor_name")?.unwrap_or_default(),
        created_date_time: request.created_at,
        start_date_time: start,
        end_date_time: end,
        duration: duration(&request),
        justification: request.ask.justification.clone(),
        ticket_number: request.ask.ticket.number.clone(),
        ticket_system: request.ask.ticket.system.clone(),
        status,
        due_date_time: due,
        is_justification_required: due.is_some() && row.boolean("is_justification_required")?,
        review: answer.zip(at).map(|(answer, at)| RequestReview {
            answer,
            by: by.unwrap_or_default(),
            at,
            justification: said,
        }),
        failure: row.text_or_null("failure")?,
        can_cancel: status.is_open() && (request.created_by == reader.id || reader.manages),
    })
}

/// The window of what the request made; before it made something, the asked one. A start that has passed means at once.
fn window(request: &Request, row: &Row) -> Result<(Option<Instant>, Option<Instant>), StorageError> {
    if let Some(start) = row.int_or_null("start_ms")? {
        return Ok((Some(Instant(start)), row.int_or_null("end_ms")?.map(Instant)));
    }
    let Some(asked) = request.ask.window else { return Ok((request.completed_at, None)) };
    let later = asked.start.filter(|start| *start > request.created_at);
    let start = match request.status {
        Status::Granted | Status::Provisioned => request.completed_at,
        _ => later,
    };
    let end = match (asked.expiration, start) {
        (Expiration::NoExpiration, _) | (Expiration::AfterDuration(_), None) => None,
        (Expiration::AfterDuration(length), Some(start)) => Some(start + length),
        // What waits for an approval keeps its length, and so its end moves with the approval.
        (Expiration::AfterDateTime(_), None) if request.status == Status::PendingApproval => None,
        (Expiration::AfterDateTime(end), _) => Some(end),
    };
    Ok((start, end))
}

fn duration(request: &Request) -> Option<domain::time::Span> {
    let asked = request.ask.window?;
    let start = asked.start.map_or(request.created_at, |start| start.max(request.created_at));
    match asked.expiration {
        Expiration::NoExpiration => None,
        Expiration::AfterDuration(length) => Some(length),
        Expiration::AfterDateTime(end) => Some(end - start),
    }
}

/// The place of a role in the order of names. Roles are built in and so are their places.
static ROLE_PLACE: LazyLock<String> = LazyLock::new(|| {
    let place = |(place, role): (usize, &role::Role)| format!("WHEN '{}' THEN {place}", role.id);
    let places: Vec<String> = role::builtin().iter().enumerate().map(place).collect();
    format!("CASE r.role_id {} ELSE 100000 END", places.join(" "))
});

/// The conditions, with their bound values.
struct Conditions {
    parts: Vec<String>,
    args: Vec<Arg>,
}

impl Conditions {
    /// None when nothing can match.
    fn of(wanted: &Wanted, now: Instant) -> Option<Self> {
        let mut this = Self { parts: Vec::new(), args: Vec::new() };
        match &wanted.which {
            Which::ToDecide(me, roles) => {
                if roles.is_empty() {
                    return None;
                }
                let (at, me) = (this.bind(now), this.bind(*me));
                this.parts.push(format!(
                    "r.status = 'PendingApproval' AND a.due_ms > {at} AND r.created_by <> {me} AND NOT {}",
                    // His own account is one of his accounts, too.
                    approvals::of_another_account("r.principal_id", &me)
                ));
                // Who approves wherever nobody is named approves nearly everything.
                if roles.len() < role::builtin().len() {
                    this.of_roles(roles.iter().copied());
                }
            }
            Which::Open(whose) => {
                this.open(now);
                if let Some(person) = whose {
                    let person = this.bind(*person);
                    this.parts.push(format!("(r.principal_id = {person} OR r.created_by = {person})"));
                }
            }
            Which::Own(person) => this.own(*person),
            Which::OwnOpen(person) => {
                this.own(*person);
                this.open(now);
            }
            Which::One(id) => {
                let id = this.bind(*id);
                this.parts.push(format!("r.id = {id}"));
            }
        }
        let search = fold(&wanted.search);
        if !search.is_empty() {
            let like = this.bind(format!("%{}%", escape(&search)));
            let texts =
                ["p.name_key", "p.user_principal_name", "c.name_key", "c.user_principal_name", "r.said_key"];
            let named = texts.map(|text| format!("{text} LIKE {like} ESCAPE '!'")).join(" OR ");
            let roles: Vec<String> = role::builtin()
                .iter()
                .filter(|role| fold(&role.display_name).contains(&search))
                .map(|role| this.bind(role.id))
                .collect();
            this.parts.push(if roles.is_empty() {
                format!("({named})")
            } else {
                format!("({named} OR r.role_id IN ({}))", roles.join(", "))
            });
        }
        Some(this)
    }

    /// What has neither begun nor ended.
    fn open(&mut self, now: Instant) {
        let at = self.bind(now);
        self.parts.push(format!(
            "r.status IN ('Granted', 'PendingApproval') AND ((r.status = 'Granted' AND r.completed_ms > {at})
                OR (r.status = 'PendingApproval' AND a.due_ms > {at}))"
        ));
    }

    /// What a person asked for himself.
    fn own(&mut self, person: PrincipalId) {
        let person = self.bind(person);
        self.parts.push(format!(
            "r.principal_id = {person} AND r.action IN ('selfActivate', 'selfDeactivate', 'selfExtend', 'selfRenew')"
        ));
    }

    fn of_roles(&mut self, roles: impl Iterator<Item = RoleId>) {
        let marks: Vec<String> = roles.map(|role| self.bind(role)).collect();
        self.parts.push(format!("r.role_id IN ({})", marks.join(", ")));
    }

    fn bind(&mut self, value: impl Into<Arg>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    fn text(&self) -> String {
        self.parts.join(" AND ")
    }
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
