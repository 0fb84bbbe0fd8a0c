//! The outbox: what is to be done later, written in the same transaction as what causes it.

use domain::{
    ids::ScheduleId,
    time::{Instant, Span},
};

use super::{Connection, Row, StorageError, args};

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// A schedule comes into force.
    Start,
    /// A schedule's window is over.
    End,
    /// Nobody answered a request for approval. The subject is the schedule that the request would have made, which has
    /// the request's id.
    TimeOut,
}

impl JobKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
            Self::TimeOut => "timeOut",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Start, Self::End, Self::TimeOut].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A job that was claimed: nobody else runs it until the lease is over.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What it does.
    pub kind: JobKind,
    /// To which schedule.
    pub schedule: ScheduleId,
    /// When it was due, on the engine's clock.
    pub due: Instant,
    /// How often it was tried before.
    pub attempts: i64,
}

/// How often a job is tried before it is laid aside for a person to look at.
const MOST_ATTEMPTS: i64 = 20;

/// Sets the instant of a schedule's job, or takes the job away when there is none.
pub async fn set(
    db: &mut Connection,
    kind: JobKind,
    schedule: ScheduleId,
    due: Option<Instant>,
) -> Result<(), StorageError> {
    let Some(due) = due else {
        let sql = "DELETE FROM jobs WHERE kind = $1 AND subject = $2";
        return db.execute(sql, args![kind.as_str(), schedule]).await.map(drop);
    };
    // The id says what the job is, so that setting it twice is one job.
    let id = format!("{}:{schedule}", kind.as_str());
    let sql = "INSERT INTO jobs (id, kind, subject, due_ms, attempts, leased_until_ms, dead, last_error)
        VALUES ($1, $2, $3, $4, 0, NULL, $5, NULL)
        ON CONFLICT (kind, subject) DO UPDATE SET due_ms = excluded.due_ms, attempts = 0, leased_until_ms = NULL, dead = excluded.dead";
    db.execute(sql, args![id, kind.as_str(), schedule, due, false]).await.map(drop)
}

/// Claims what is due: at most `most` jobs, leased until `wall + lease`. Leases count on the wall clock, because the
/// engine's may be moved.
pub async fn claim(
    db: &mut Connection,
    engine: Instant,
    wall: Instant,
    lease: Span,
    most: i64,
) -> Result<Vec<Job>, StorageError> {
    let skip = if db.is_embedded() { "" } else { "FOR UPDATE SKIP LOCKED" };
    let sql = format!(
        "UPDATE jobs SET leased_until_ms = $3, attempts = attempts + 1 WHERE id IN (
            SELECT id FROM jobs WHERE dead = $5 AND due_ms <= $1 AND (leased_until_ms IS NULL OR leased_until_ms <= $2)
            ORDER BY due_ms, id LIMIT $4 {skip})
        RETURNING id, kind, subject, due_ms, attempts"
    );
    let rows = db.all(sql, args![engine, wall, wall + lease, most, false]).await?;
    let mut jobs: Vec<Job> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
    jobs.sort_by_key(|job| (job.due, job.kind == JobKind::End));
    Ok(jobs)
}

/// Takes a finished job away, unless it was set to another instant since it was claimed.
pub async fn finish(db: &mut Connection, job: &Job) -> Result<(), StorageError> {
    let sql = "DELETE FROM jobs WHERE id = $1 AND due_ms = $2";
    db.execute(sql, args![&job.id, job.due]).await.map(drop)
}

/// Puts a failed job back until `wall + wait`, or lays it aside after too many tries.
pub async fn postpone(
    db: &mut Connection,
    job: &Job,
    wall: Instant,
    wait: Span,
    error: &str,
) -> Result<(), StorageError> {
    let sql = "UPDATE jobs SET leased_until_ms = $2, dead = $3, last_error = $4
        WHERE id = $1 AND due_ms = $5";
    let dead = job.attempts >= MOST_ATTEMPTS;
    db.execute(sql, args![&job.id, wall + wait, dead, error, job.due]).await.map(drop)
}

/// When the next job that nobody has claimed is due, on the engine's clock.
pub async fn next_due(db: &mut Connection, wall: Instant) -> Result<Option<Instant>, StorageError> {
    let sql = "SELECT MIN(due_ms) AS due_ms FROM jobs
        WHERE dead = $1 AND (leased_until_ms IS NULL OR leased_until_ms <= $2)";
    let row = db.first(sql, args![false, wall]).await?;
    Ok(row.map(|row| row.int_or_null("due_ms")).transpose()?.flatten().map(Instant))
}

fn from_row(row: &Row) -> Result<Job, StorageError> {
    Ok(Job {
        id: row.text("id")?,
        kind: row.word("kind", JobKind::parse)?,
        schedule: row.parsed("subject")?,
        due: Instant(row.int("due_ms")?),
        attempts: row.int("attempts")?,
    })
}
