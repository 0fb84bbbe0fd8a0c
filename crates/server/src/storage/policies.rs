//! The rules of each role. A role without a row has the defaults.

use domain::{
    ids::{PrincipalId, RoleId},
    policy::{Approver, Policy},
};

use super::{Connection, Row, StorageError, args};

/// The rules of a role.
pub async fn of_role(db: &mut Connection, role: RoleId) -> Result<Policy, StorageError> {
    let row = db.first("SELECT rules FROM policies WHERE role_id = $1", args![role]).await?;
    let Some(row) = row else { return Ok(Policy::default()) };
    serde_json::from_str(&row.text("rules")?)
        .map_err(|error| StorageError::Corrupt(format!("policy of {role}: {error}")))
}

/// Whether some role's settings name an approver like this.
pub async fn any_names(
    db: &mut Connection,
    is_meant: impl Fn(PrincipalId) -> bool,
) -> Result<bool, StorageError> {
    let of = |(_, policy): (RoleId, Policy)| policy.approval_end_user_assignment.approvers;
    let mut named = changed(db).await?.into_iter().flat_map(of);
    Ok(named.any(|(Approver::User { id } | Approver::Group { id })| is_meant(id)))
}

/// The roles whose rules were ever changed, with their rules.
pub async fn changed(db: &mut Connection) -> Result<Vec<(RoleId, Policy)>, StorageError> {
    let rows = db.all("SELECT role_id, rules FROM policies ORDER BY role_id", args![]).await?;
    let parse = |row: &Row| {
        let role = row.parsed("role_id")?;
        let rules = serde_json::from_str(&row.text("rules")?)
            .map_err(|error| StorageError::Corrupt(format!("policy of {role}: {error}")))?;
        Ok((role, rules))
    };
    rows.iter().map(parse).collect()
}
