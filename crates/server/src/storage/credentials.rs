//! Passwords, second factors and the codes around them. Hashes and sealed bytes only; no secret is stored in clear.

use domain::{ids::PrincipalId, time::Instant};

use super::{Connection, StorageError, args};

/// Stands before the hash of a one-time password that was used, so that nothing matches it.
const USED: &str = "used:";

/// A password as it is kept.
#[derive(Clone)]
pub struct Credential {
    /// Argon2id, in PHC form.
    pub hash: String,
    /// Whether it is an administrator's one-time password.
    pub one_time: bool,
    /// Whether it is the password that the account began with, or came back with on the console.
    pub is_first: bool,
    /// Whether it leads to a second factor also once something protects the person.
    pub for_protected: bool,
    /// Until when it counts, on the wall clock; none is until it is changed.
    pub until: Option<Instant>,
}

/// Where a password comes from. One that somebody else gave is a one-time password until an instant of the wall clock.
#[derive(Clone, Copy)]
pub enum Origin {
    /// The person chose it.
    Own,
    /// The account begins with it: a second factor may be enrolled after it, unless something protects the person by now.
    First(Instant),
    /// The same, given on the console or by somebody who may do so to whomever: also when something does.
    Trusted(Instant),
    /// An administrator gave it in place of another, and might use it himself: alone it leads to no second factor.
    Reset(Instant),
}

impl Origin {
    const fn until(self) -> Option<Instant> {
        match self {
            Self::Own => None,
            Self::First(until) | Self::Trusted(until) | Self::Reset(until) => Some(until),
        }
    }
}

/// A second factor as it is kept.
#[derive(Clone)]
pub struct Factor {
    /// The sealed secret.
    pub secret: Vec<u8>,
    /// When it was enrolled, on the wall clock.
    pub since: Instant,
    /// The last half minute whose code was used.
    pub last_step: i64,
}

impl Credential {
    /// The hash that a sign-in is compared with; none once a one-time password was used, or is over.
    pub fn to_sign_in(&self, wall: Instant) -> Option<String> {
        let is_over = self.until.is_some_and(|until| until <= wall);
        (!is_over && !self.hash.starts_with(USED)).then(|| self.hash.clone())
    }

    /// The hash that a new password must not match.
    pub fn to_differ_from(&self) -> String {
        self.hash.trim_start_matches(USED).to_owned()
    }
}

/// The password of a principal.
pub async fn password(db: &mut Connection, id: PrincipalId) -> Result<Option<Credential>, StorageError> {
    let sql =
        "SELECT hash, one_time, is_first, for_protected, until_ms FROM credentials WHERE principal_id = $1";
    let row = db.first(sql, args![id]).await?;
    row.map(|row| {
        Ok(Credential {
            hash: row.text("hash")?,
            one_time: row.boolean("one_time")?,
            is_first: row.boolean("is_first")?,
            for_protected: row.boolean("for_protected")?,
            until: row.int_or_null("until_ms")?.map(Instant),
        })
    })
    .transpose()
}

/// Sets the password of a principal.
pub async fn set_password(
    db: &mut Connection,
    id: PrincipalId,
    hash: &str,
    origin: Origin,
    now: Instant,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO credentials (principal_id, hash, one_time, changed_ms, until_ms, is_first, for_protected)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (principal_id) DO UPDATE SET hash = excluded.hash, one_time = excluded.one_time,
            changed_ms = excluded.changed_ms, until_ms = excluded.until_ms, is_first = excluded.is_first,
            for_protected = excluded.for_protected";
    let trusted = matches!(origin, Origin::Trusted(_));
    let (until, is_first) = (origin.until(), trusted || matches!(origin, Origin::First(_)));
    db.execute(sql, args![id, hash, until.is_some(), now, until, is_first, trusted]).await.map(drop)
}

/// Marks a one-time password as used: it opens nothing any more, and only tells the next password apart from itself.
/// False when it was used, or replaced, meanwhile.
pub async fn use_one_time(db: &mut Connection, id: PrincipalId, hash: &str) -> Result<bool, StorageError> {
    let sql = "UPDATE credentials SET hash = $3 WHERE principal_id = $1 AND hash = $2 AND one_time = $4";
    Ok(db.execute(sql, args![id, hash, format!("{USED}{hash}"), true]).await? == 1)
}

/// The second factor of a principal.
pub async fn factor(db: &mut Connection, id: PrincipalId) -> Result<Option<Factor>, StorageError> {
    let sql = "SELECT secret, since_ms, last_step FROM factors WHERE principal_id = $1";
    let row = db.first(sql, args![id]).await?;
    row.map(|row| {
        Ok(Factor {
            secret: row.bytes("secret")?,
            since: Instant(row.int("since_ms")?),
            last_step: row.int("last_step")?,
        })
    })
    .transpose()
}

/// Enrols a second factor, in place of one that was there.
pub async fn set_factor(db: &mut Connection, id: PrincipalId, factor: &Factor) -> Result<(), StorageError> {
    let sql = "INSERT INTO factors (principal_id, secret, since_ms, last_step) VALUES ($1, $2, $3, $4)
        ON CONFLICT (principal_id) DO UPDATE SET secret = excluded.secret, since_ms = excluded.since_ms, last_step = excluded.last_step";
    db.execute(sql, args![id, factor.secret.clone(), factor.since, factor.last_step]).await.map(drop)
}

/// Takes the second factor away, with its recovery codes.
pub async fn remove_factor(db: &mut Connection, id: PrincipalId) -> Result<(), StorageError> {
    db.execute("DELETE FROM factors WHERE principal_id = $1", args![id]).await?;
    db.execute("DELETE FROM recovery_codes WHERE principal_id = $1", args![id]).await.map(drop)
}

/// Takes everybody's second factor away, with the recovery codes; gives how many there were.
pub async fn remove_all_factors(db: &mut Connection) -> Result<u64, StorageError> {
    db.execute("DELETE FROM recovery_codes", args![]).await?;
    db.execute("DELETE FROM factors", args![]).await
}

/// Forgets every secret of somebody who goes: password, second factor, recovery codes, enrolment code; and from where he
/// signed in.
pub async fn forget_all(db: &mut Connection, id: PrincipalId) -> Result<(), StorageError> {
    remove_factor(db, id).await?;
    db.execute("DELETE FROM enrolment_codes WHERE principal_id = $1", args![id]).await?;
    db.execute("DELETE FROM known_addresses WHERE principal_id = $1", args![id]).await?;
    db.execute("DELETE FROM credentials WHERE principal_id = $1", args![id]).await.map(drop)
}

/// Marks the code of a half minute as used; false when it, or a later one, was used before.
pub async fn use_step(db: &mut Connection, id: PrincipalId, step: i64) -> Result<bool, StorageError> {
    let sql = "UPDATE factors SET last_step = $2 WHERE principal_id = $1 AND last_step < $2";
    Ok(db.execute(sql, args![id, step]).await? == 1)
}

/// Replaces the recovery codes.
pub async fn set_recovery_codes(
    db: &mut Connection,
    id: PrincipalId,
    hashes: &[String],
) -> Result<(), StorageError> {
    db.execute("DELETE FROM recovery_codes WHERE principal_id = $1", args![id]).await?;
    for hash in hashes {
        db.execute("INSERT INTO recovery_codes (principal_id, hash) VALUES ($1, $2)", args![id, hash])
            .await?;
    }
    Ok(())
}

/// Uses up a recovery code; false when there is no such.
pub async fn use_recovery_code(
    db: &mut Connection,
    id: PrincipalId,
    hash: &str,
) -> Result<bool, StorageError> {
    let sql = "DELETE FROM recovery_codes WHERE principal_id = $1 AND hash = $2";
    Ok(db.execute(sql, args![id, hash]).await? == 1)
}

/// How many recovery codes are left.
pub async fn recovery_codes_left(db: &mut Connection, id: PrincipalId) -> Result<u64, StorageError> {
    db.count("SELECT COUNT(*) AS n FROM recovery_codes WHERE principal_id = $1", args![id]).await
}

/// Gives somebody a code to enrol with, until an instant of the wall clock. `for_protected`: whoever gives it may give one
/// to whomever.
pub async fn set_enrolment_code(
    db: &mut Connection,
    id: PrincipalId,
    hash: &str,
    until: Instant,
    for_protected: bool,
) -> Result<(), StorageError> {
    let sql =
        "INSERT INTO enrolment_codes (principal_id, hash, until_ms, for_protected) VALUES ($1, $2, $3, $4)
        ON CONFLICT (principal_id) DO UPDATE SET hash = excluded.hash, until_ms = excluded.until_ms,
            for_protected = excluded.for_protected";
    db.execute(sql, args![id, hash, until, for_protected]).await.map(drop)
}

/// Whether an enrolment code counts also once something protects the person; none when it is wrong or over.
pub async fn enrolment_code(
    db: &mut Connection,
    id: PrincipalId,
    hash: &str,
    now: Instant,
) -> Result<Option<bool>, StorageError> {
    let sql =
        "SELECT for_protected FROM enrolment_codes WHERE principal_id = $1 AND hash = $2 AND until_ms > $3";
    db.first(sql, args![id, hash, now]).await?.map(|row| row.boolean("for_protected")).transpose()
}

/// Uses up an enrolment code; false when it is wrong or over.
pub async fn use_enrolment_code(
    db: &mut Connection,
    id: PrincipalId,
    hash: &str,
    now: Instant,
) -> Result<bool, StorageError> {
    let sql = "DELETE FROM enrolment_codes WHERE principal_id = $1 AND hash = $2 AND until_ms > $3";
    Ok(db.execute(sql, args![id, hash, now]).await? == 1)
}

/// Ends every one-time password and enrolment code that was given to anybody.
pub async fn end_all_given(db: &mut Connection, now: Instant) -> Result<(), StorageError> {
    db.execute("DELETE FROM enrolment_codes", args![]).await?;
    let sql =
        "UPDATE credentials SET until_ms = $1 WHERE one_time = $2 AND (until_ms IS NULL OR until_ms > $1)";
    db.execute(sql, args![now, true]).await.map(drop)
}

/// How often sign-in failed for an account from an address, until when it must wait, and when it failed last.
pub async fn lockout(
    db: &mut Connection,
    account: &str,
    address: &str,
) -> Result<(i64, Instant, Instant), StorageError> {
    let sql = "SELECT failures, until_ms, last_ms FROM lockouts WHERE account = $1 AND address = $2";
    let row = db.first(sql, args![account, address]).await?;
    row.map_or(Ok((0, Instant(0), Instant(0))), |row| {
        Ok((row.int("failures")?, Instant(row.int("until_ms")?), Instant(row.int("last_ms")?)))
    })
}

/// Notes another failure.
pub async fn set_lockout(
    db: &mut Connection,
    account: &str,
    address: &str,
    failures: i64,
    until: Instant,
    now: Instant,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO lockouts (account, address, failures, until_ms, last_ms) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (account, address) DO UPDATE SET failures = excluded.failures, until_ms = excluded.until_ms, last_ms = excluded.last_ms,
            told_at = 0";
    db.execute(sql, args![account, address, failures, until, now]).await.map(drop)
}

/// Whether the history tells already that attempts are refused since the last failure.
pub async fn is_refusal_told(
    db: &mut Connection,
    account: &str,
    address: &str,
) -> Result<bool, StorageError> {
    let sql =
        "SELECT COUNT(*) AS n FROM lockouts WHERE account = $1 AND address = $2 AND told_at >= failures";
    Ok(db.count(sql, args![account, address]).await? > 0)
}

/// Notes that the history tells of it; false when it did already, or when there is nothing to tell any more.
pub async fn tell_refusal(db: &mut Connection, account: &str, address: &str) -> Result<bool, StorageError> {
    let sql =
        "UPDATE lockouts SET told_at = failures WHERE account = $1 AND address = $2 AND told_at < failures";
    Ok(db.execute(sql, args![account, address]).await? == 1)
}

/// Forgets the failures of an account from an address.
pub async fn clear_lockout(db: &mut Connection, account: &str, address: &str) -> Result<(), StorageError> {
    let sql = "DELETE FROM lockouts WHERE account = $1 AND address = $2";
    db.execute(sql, args![account, address]).await.map(drop)
}

/// Forgets the failures of an account from everywhere.
pub async fn clear_lockouts(db: &mut Connection, account: &str) -> Result<(), StorageError> {
    db.execute("DELETE FROM lockouts WHERE account = $1", args![account]).await.map(drop)
}

/// Ends the wait of an account; how often it failed stays known.
pub async fn end_wait(db: &mut Connection, account: &str, now: Instant) -> Result<(), StorageError> {
    let sql = "UPDATE lockouts SET until_ms = $2 WHERE account = $1 AND until_ms > $2";
    db.execute(sql, args![account, now]).await.map(drop)
}

/// Forgets failures whose last one was before an instant. Names that nobody has are counted too, and must not pile up.
pub async fn forget_lockouts(db: &mut Connection, before: Instant) -> Result<u64, StorageError> {
    db.execute("DELETE FROM lockouts WHERE last_ms < $1", args![before]).await
}
