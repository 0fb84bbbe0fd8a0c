//! The outbox of mails, and their receipts. A mail is written in the same transaction as what it tells; everything
//! else about it is delivery.

use std::collections::HashMap;

use domain::{
    ids::{PrincipalId, RequestId, RoleId, ScheduleId},
    notice::{Notice, Recipient, Slot},
    request::Ticket,
    time::{Instant, Span},
};
use serde::{Deserialize, Serialize};

use super::{Connection, Row, StorageError, args};

/// A claimed mail belongs to its claimer for so long: longer than all that are claimed at once may take.
pub const LEASE: Span = Span::minutes(6);

/// How far a mail has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Waits to be sent, or to be tried again.
    Queued,
    /// A mail server took it.
    Sent,
    /// A mail server said no for good.
    Refused,
    /// Tried for days, then given up.
    GivenUp,
    /// No mail server is configured: kept as a receipt only.
    Off,
    /// What it asked for was decided before it left.
    Withdrawn,
}

impl State {
    const ALL: [Self; 6] =
        [Self::Queued, Self::Sent, Self::Refused, Self::GivenUp, Self::Off, Self::Withdrawn];

    /// The word in storage and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::GivenUp => "givenUp",
            Self::Off => "off",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What a mail tells, as data.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// Which role.
    pub role: Option<RoleId>,
    /// Its shown name.
    pub role_name: String,
    /// Whose right it is about, by shown name.
    pub person: String,
    /// His sign-in name; empty for groups.
    pub user_principal_name: String,
    /// Who did it, by shown name; none when the system did.
    pub by: Option<String>,
    /// Why it was asked.
    pub reason: Option<String>,
    /// Why it was decided so.
    pub decision: Option<String>,
    /// Why an approved request failed.
    #[serde(default)]
    pub failure: Option<String>,
    /// The ticket that came with it.
    pub ticket: Ticket,
    /// From when; none starts with the approval.
    #[serde(default, deserialize_with = "Instant::kept_or_none")]
    pub start: Option<Instant>,
    /// Until when; none is permanent, or not fixed before the approval.
    #[serde(default, deserialize_with = "Instant::kept_or_none")]
    pub end: Option<Instant>,
    /// For how long, where that is what was asked.
    pub length: Option<Span>,
    /// The schedule that it is about.
    pub schedule: Option<ScheduleId>,
}

/// A mail as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its id, the same when the act that tells runs again.
    pub id: String,
    /// The request it is about; none for a test.
    pub request: Option<RequestId>,
    /// What it tells.
    pub notice: Notice,
    /// Through which slot; none for a test.
    pub slot: Option<Slot>,
    /// To whom.
    pub recipient: Recipient,
    /// Its subject.
    pub subject: String,
    /// What it tells, as data.
    pub content: Content,
    /// How far it has come.
    pub state: State,
    /// When it was written, on the engine's clock.
    pub created_at: Instant,
    /// When it was sent, refused or given up, on the engine's clock.
    pub done_at: Option<Instant>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was first tried, on the wall clock.
    pub first_tried: Option<Instant>,
    /// The mail server's own words, the last time.
    pub words: Option<String>,
}

/// What became of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// From now on.
    pub state: State,
    /// The mail server's own words.
    pub words: Option<String>,
    /// On the engine's clock; none when it is tried again.
    pub done_at: Option<Instant>,
    /// When it was first tried, on the wall clock.
    pub first_tried: Instant,
    /// When it is tried again, on the wall clock.
    pub next: Instant,
}

const COLUMNS: &str =
    "id, request_id, notice, slot, principal_id, address, subject, content, state, created_ms,
    done_ms, attempts, first_ms, words";

fn from_row(row: &Row) -> Result<Mail, StorageError> {
    let content = row.text("content")?;
    Ok(Mail {
        id: row.text("id")?,
        request: row.parsed_or_null("request_id")?,
        notice: row.word("notice", Notice::parse)?,
        slot: row.text_or_null("slot")?.as_deref().and_then(Slot::parse),
        recipient: Recipient {
            principal: row.parsed_or_null("principal_id")?,
            address: row.text("address")?,
        },
        subject: row.text("subject")?,
        content: serde_json::from_str(&content)
            .map_err(|error| StorageError::Corrupt(format!("mail: {error}")))?,
        state: row.word("state", State::parse)?,
        created_at: Instant(row.int("created_ms")?),
        done_at: row.int_or_null("done_ms")?.map(Instant),
        attempts: row.int("attempts")?,
        first_tried: row.int_or_null("first_ms")?.map(Instant),
        words: row.text_or_null("words")?,
    })
}

/// Puts a mail into the outbox, not to be sent before an instant on the wall clock. The same one again is one mail.
pub async fn enqueue(
    db: &mut Connection,
    mail: &Mail,
    not_before: Option<Instant>,
) -> Result<(), StorageError> {
    let content =
        serde_json::to_string(&mail.content).map_err(|error| StorageError::Corrupt(error.to_string()))?;
    let sql =
        "INSERT INTO mails (id, request_id, notice, slot, principal_id, address, subject, content, state,
            created_ms, words, attempts, next_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12) ON CONFLICT (id) DO NOTHING";
    let values = args![
        &mail.id,
        mail.request.map(|id| id.to_string()),
        mail.notice.as_str(),
        mail.slot.map(|slot| slot.rule_id().as_str()),
        mail.recipient.principal,
        &mail.recipient.address,
        &mail.subject,
        content,
        mail.state.as_str(),
        mail.created_at,
        mail.words.clone(),
        not_before.unwrap_or(Instant(0)),
    ];
    db.execute(sql, values).await.map(drop)
}

/// Who was asked, within a while before `now` on the engine's clock, about requests of this person for this role that
/// were then withdrawn; with the instant on the wall clock when the mail left.
pub async fn asked_lately(
    db: &mut Connection,
    person: PrincipalId,
    role: RoleId,
    since: Instant,
) -> Result<HashMap<String, Instant>, StorageError> {
    // One that was withdrawn under way may have left.
    let sql = "SELECT m.address AS address,
            MAX(CASE WHEN m.state = 'sent' THEN m.first_ms ELSE m.leased_until_ms - $4 END) AS at_ms
        FROM mails m JOIN requests r ON r.id = m.request_id
        WHERE m.done_ms >= $3 AND m.notice = 'approvalAsked' AND r.status = 'Canceled'
            AND r.principal_id = $1 AND r.role_id = $2
            AND (m.state = 'sent' OR (m.state = 'withdrawn' AND m.leased_until_ms IS NOT NULL))
        GROUP BY m.address";
    let rows = db.all(sql, args![person, role, since, LEASE.0]).await?;
    rows.iter().map(|row| Ok((row.text("address")?, Instant(row.int("at_ms")?)))).collect()
}

/// Takes back what is still to be sent about a request, because it was decided meanwhile.
pub async fn withdraw(
    db: &mut Connection,
    request: RequestId,
    notice: Notice,
    now: Instant,
) -> Result<(), StorageError> {
    let sql = "UPDATE mails SET state = 'withdrawn', done_ms = $3
        WHERE request_id = $1 AND notice = $2 AND state = 'queued'";
    db.execute(sql, args![request, notice.as_str(), now]).await.map(drop)
}

/// The mails about a request with their receipts, the oldest first.
pub async fn of_request(db: &mut Connection, request: RequestId) -> Result<Vec<Mail>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM mails WHERE request_id = $1 ORDER BY created_ms, id");
    db.all(sql, args![request]).await?.iter().map(from_row).collect()
}

/// The newest mails, whatever became of them.
pub async fn newest(db: &mut Connection, most: i64) -> Result<Vec<Mail>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM mails ORDER BY created_ms DESC, id DESC LIMIT $1");
    db.all(sql, args![most]).await?.iter().map(from_row).collect()
}

/// The mail under an id.
pub async fn find(db: &mut Connection, id: &str) -> Result<Option<Mail>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM mails WHERE id = $1");
    db.first(sql, args![id]).await?.as_ref().map(from_row).transpose()
}

/// Whether something is to be sent now.
pub async fn is_due(db: &mut Connection, wall: Instant) -> Result<bool, StorageError> {
    let sql = "SELECT id FROM mails WHERE state = 'queued' AND next_ms <= $1
        AND (leased_until_ms IS NULL OR leased_until_ms <= $1) LIMIT 1";
    Ok(db.first(sql, args![wall]).await?.is_some())
}

/// Claims what is to be sent now, leased until `wall + lease`. Several replicas may claim at once.
pub async fn claim(
    db: &mut Connection,
    wall: Instant,
    lease: Span,
    most: i64,
) -> Result<Vec<Mail>, StorageError> {
    let skip = if db.is_embedded() { "" } else { "FOR UPDATE SKIP LOCKED" };
    let sql = format!(
        "UPDATE mails SET leased_until_ms = $2, attempts = attempts + 1 WHERE id IN (
            SELECT id FROM mails WHERE state = 'queued' AND next_ms <= $1
                AND (leased_until_ms IS NULL OR leased_until_ms <= $1)
            ORDER BY next_ms, created_ms, id LIMIT $3 {skip})
        RETURNING {COLUMNS}"
    );
    let rows = db.all(sql, args![wall, wall + lease, most]).await?;
    let mut mails = Vec::with_capacity(rows.len());
    for row in &rows {
        match from_row(row) {
            Ok(mail) => mails.push(mail),
            // One that cannot be read must not keep the others from leaving.
            Err(error) => set_aside(db, &row.text("id")?, &error, wall).await?,
        }
    }
    mails.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    Ok(mails)
}

async fn set_aside(
    db: &mut Connection,
    id: &str,
    error: &StorageError,
    wall: Instant,
) -> Result<(), StorageError> {
    tracing::error!(mail = id, %error, "a mail cannot be read and is not sent");
    let sql =
        "UPDATE mails SET state = 'refused', words = $2, done_ms = $3, leased_until_ms = NULL WHERE id = $1";
    db.execute(sql, args![id, "what is kept of this mail cannot be read", wall]).await.map(drop)
}

/// Takes back the claim of a mail that was not tried.
pub async fn give_back(db: &mut Connection, id: &str) -> Result<(), StorageError> {
    let sql = "UPDATE mails SET leased_until_ms = NULL, attempts = attempts - 1 WHERE id = $1";
    db.execute(sql, args![id]).await.map(drop)
}

/// Writes down what became of a try. What was withdrawn meanwhile stays so, unless it has left.
pub async fn settle(db: &mut Connection, id: &str, settled: &Settled) -> Result<(), StorageError> {
    let sql =
        "UPDATE mails SET state = $2, words = $3, done_ms = $4, first_ms = $5, next_ms = $6, leased_until_ms = NULL
        WHERE id = $1 AND (state = 'queued' OR $2 = 'sent')";
    let r = settled;
    let values = args![id, r.state.as_str(), r.words.clone(), r.done_at, r.first_tried, r.next];
    if db.execute(sql, values).await? == 0 {
        // It was withdrawn and has not left: nobody was told by it.
        db.execute("UPDATE mails SET leased_until_ms = NULL WHERE id = $1", args![id]).await?;
    }
    Ok(())
}

/// How the outbox stands.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Standing {
    /// How many wait.
    pub queued: u64,
    /// How many could not be sent, for good.
    pub lost: u64,
    /// When the last one was sent, on the engine's clock.
    pub last_sent: Option<Instant>,
    /// The newest of those that wait after a try, or were lost.
    pub troubles: Vec<Trouble>,
}

/// A mail that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Since when, on the engine's clock.
    pub at: Instant,
    /// To whom.
    pub address: String,
    /// The mail server's words.
    pub words: String,
}

/// As many troubles are told.
const TROUBLES: i64 = 50;

/// How the outbox stands.
pub async fn standing(db: &mut Connection) -> Result<Standing, StorageError> {
    let queued = db.count("SELECT COUNT(*) AS n FROM mails WHERE state = 'queued'", args![]).await?;
    let lost =
        "SELECT COUNT(*) AS n FROM mails WHERE done_ms IS NOT NULL AND state IN ('refused', 'givenUp')";
    let lost = db.count(lost, args![]).await?;
    let sql = "SELECT MAX(done_ms) AS at_ms FROM mails WHERE done_ms IS NOT NULL AND state = 'sent'";
    let sent = db.first(sql, args![]).await?;
    let sql = "SELECT COALESCE(done_ms, created_ms) AS at_ms, address, words FROM mails
        WHERE words IS NOT NULL AND attempts > 0 AND state IN ('queued', 'refused', 'givenUp')
        ORDER BY COALESCE(done_ms, created_ms) DESC, id DESC LIMIT $1";
    let troubles = db.all(sql, args![TROUBLES]).await?;
    let trouble = |row: &Row| {
        Ok(Trouble {
            at: Instant(row.int("at_ms")?),
            address: row.text("address")?,
            words: row.text("words")?,
        })
    };
    Ok(Standing {
        queued,
        lost,
        last_sent: sent.map(|row| row.int_or_null("at_ms")).transpose()?.flatten().map(Instant),
        troubles: troubles.iter().map(trouble).collect::<Result<_, StorageError>>()?,
    })
}
