//! From where people signed in with the right password of late: what others fail there does not shut them out.

use domain::{ids::PrincipalId, time::Instant};

use super::{Connection, StorageError, args};
use crate::auth::lockout::EVERYWHERE;

/// Notes that somebody signed in from an address. From wherever else he was awaited, he is no more.
pub async fn remember(
    db: &mut Connection,
    id: PrincipalId,
    address: &str,
    now: Instant,
) -> Result<(), StorageError> {
    db.execute("DELETE FROM known_addresses WHERE principal_id = $1 AND address = $2", args![id, EVERYWHERE])
        .await?;
    note(db, id, address, now).await
}

/// Awaits somebody wherever he comes from, until he has signed in.
pub async fn await_anywhere(db: &mut Connection, id: PrincipalId, now: Instant) -> Result<(), StorageError> {
    note(db, id, EVERYWHERE, now).await
}

async fn note(db: &mut Connection, id: PrincipalId, address: &str, now: Instant) -> Result<(), StorageError> {
    let sql = "INSERT INTO known_addresses (principal_id, address, last_ms) VALUES ($1, $2, $3)
        ON CONFLICT (principal_id, address) DO UPDATE SET last_ms = excluded.last_ms";
    db.execute(sql, args![id, address, now]).await.map(drop)
}

/// Whether somebody signed in from an address, or is awaited wherever he comes from.
pub async fn is_known(db: &mut Connection, id: PrincipalId, address: &str) -> Result<bool, StorageError> {
    let sql = "SELECT COUNT(*) AS n FROM known_addresses WHERE principal_id = $1 AND (address = $2 OR address = $3)";
    Ok(db.count(sql, args![id, address, EVERYWHERE]).await? > 0)
}

/// Forgets from where nobody came since an instant.
pub async fn forget(db: &mut Connection, before: Instant) -> Result<u64, StorageError> {
    db.execute("DELETE FROM known_addresses WHERE last_ms < $1", args![before]).await
}
