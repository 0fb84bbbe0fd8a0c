//! A few named values of the whole installation.

use domain::{ids::TenantId, wire::api::Tenant};

use super::{Connection, StorageError, args};

/// The organisation's id.
pub const TENANT_ID: &str = "tenant_id";
/// The organisation's shown name.
pub const TENANT_NAME: &str = "tenant_name";
/// The domain behind the `@` of sign-in names.
pub const TENANT_DOMAIN: &str = "tenant_domain";
/// `true` when a lab made this database.
pub const LAB: &str = "lab";
/// How far the lab's engine clock is ahead, in milliseconds.
pub const CLOCK_OFFSET: &str = "clock_offset";
/// What the key is known by.
pub const KEY_CHECK: &str = "key_check";

/// The value under a name.
pub async fn get(db: &mut Connection, name: &str) -> Result<Option<String>, StorageError> {
    let row = db.first("SELECT value FROM meta WHERE name = $1", args![name]).await?;
    row.map(|row| row.text("value")).transpose()
}

/// Sets the value under a name.
pub async fn set(db: &mut Connection, name: &str, value: &str) -> Result<(), StorageError> {
    let sql = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    db.execute(sql, args![name, value]).await.map(drop)
}

/// The organisation; none before set-up.
pub async fn tenant(db: &mut Connection) -> Result<Option<Tenant>, StorageError> {
    let id = get(db, TENANT_ID).await?;
    let name = get(db, TENANT_NAME).await?;
    Ok(id
        .zip(name)
        .and_then(|(id, display_name)| id.parse().ok().map(|id: TenantId| Tenant { id, display_name })))
}
