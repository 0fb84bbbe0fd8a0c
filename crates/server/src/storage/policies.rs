//! The rules of each role. A role without a row has the defaults.

use std::collections::BTreeSet;

use domain::{
    ids::{PrincipalId, RoleId},
    policy::Policy,
    time::Instant,
};

use super::{Connection, Row, StorageError, args};

/// The rules of a role, and who changed them last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Whose.
    pub role: RoleId,
    /// The rules.
    pub policy: Policy,
    /// Counts changes; 0 is the defaults, which nobody touched.
    pub version: i64,
    /// The last change; none for the defaults.
    pub modified: Option<Modified>,
}

/// A change of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modified {
    /// When, on the engine's clock.
    pub at: Instant,
    /// Whose.
    pub by: PrincipalId,
}

impl Kept {
    /// The rules of a role that nobody touched.
    pub fn untouched(role: RoleId) -> Self {
        Self { role, policy: Policy::default(), version: 0, modified: None }
    }
}

const COLUMNS: &str = "role_id, rules, modified_ms, modified_by, version";

fn from_row(row: &Row) -> Result<Kept, StorageError> {
    let role = row.parsed("role_id")?;
    let policy = serde_json::from_str(&row.text("rules")?)
        .map_err(|error| StorageError::Corrupt(format!("policy of {role}: {error}")))?;
    let modified = Modified { at: Instant(row.int("modified_ms")?), by: row.parsed("modified_by")? };
    Ok(Kept { role, policy, version: row.int("version")?, modified: Some(modified) })
}

/// The rules of a role.
pub async fn of_role(db: &mut Connection, role: RoleId) -> Result<Policy, StorageError> {
    find(db, role).await.map(|kept| kept.policy)
}

/// The rules of a role, with their last change.
pub async fn find(db: &mut Connection, role: RoleId) -> Result<Kept, StorageError> {
    let row = db.first(format!("SELECT {COLUMNS} FROM policies WHERE role_id = $1"), args![role]).await?;
    let kept = row.as_ref().map(from_row).transpose()?;
    Ok(kept.unwrap_or_else(|| Kept::untouched(role)))
}

/// The rules of every role whose rules were ever changed.
pub async fn changed(db: &mut Connection) -> Result<Vec<Kept>, StorageError> {
    let rows = db.all(format!("SELECT {COLUMNS} FROM policies ORDER BY role_id"), args![]).await?;
    rows.iter().map(from_row).collect()
}

/// Whether some role's settings name an approver like this.
pub async fn any_names(
    db: &mut Connection,
    is_meant: impl Fn(PrincipalId) -> bool,
) -> Result<bool, StorageError> {
    let mut named =
        changed(db).await?.into_iter().flat_map(|kept| kept.policy.approval_end_user_assignment.approvers);
    Ok(named.any(|approver| is_meant(approver.id())))
}

/// Whom the settings of any role name as approvers: people and groups.
pub async fn named(db: &mut Connection) -> Result<BTreeSet<PrincipalId>, StorageError> {
    let named =
        changed(db).await?.into_iter().flat_map(|kept| kept.policy.approval_end_user_assignment.approvers);
    Ok(named.map(|approver| approver.id()).collect())
}

/// Writes the rules of a role; false when somebody else wrote them since `version`.
pub async fn put(
    db: &mut Connection,
    role: RoleId,
    policy: &Policy,
    version: i64,
    modified: Modified,
) -> Result<bool, StorageError> {
    let rules = serde_json::to_string(policy).map_err(|error| StorageError::Corrupt(error.to_string()))?;
    let values = args![role, rules, modified.at, modified.by, version];
    let sql = if version == 0 {
        "INSERT INTO policies (role_id, rules, modified_ms, modified_by, version) VALUES ($1, $2, $3, $4, $5 + 1)
            ON CONFLICT (role_id) DO NOTHING"
    } else {
        "UPDATE policies SET rules = $2, modified_ms = $3, modified_by = $4, version = version + 1
            WHERE role_id = $1 AND version = $5"
    };
    Ok(db.execute(sql, values).await? == 1)
}
