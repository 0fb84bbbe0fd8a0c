//! What protects a person from administrators of users: privileged roles now, later or eligible, directly or through a
//! group; being an approver; belonging to a group that can hold roles.

use std::collections::BTreeMap;

use domain::{
    capability::PersonFacts,
    ids::{PrincipalId, RoleId},
    role,
    time::Instant,
};

use super::{Connection, StorageError, args, policies, principals::groups_of};

/// What protects one person.
pub async fn person_facts(
    db: &mut Connection,
    id: PrincipalId,
    now: Instant,
) -> Result<PersonFacts, StorageError> {
    let sql =
        "SELECT DISTINCT role_id FROM schedules WHERE ended_ms IS NULL AND (end_ms IS NULL OR end_ms > $2)
        AND (principal_id = $1 OR principal_id IN (SELECT group_id FROM group_members WHERE member_id = $1))";
    let roles: Vec<RoleId> = db
        .all(sql, args![id, now])
        .await?
        .iter()
        .map(|row| row.parsed("role_id"))
        .collect::<Result<_, _>>()?;
    let sql = "SELECT COUNT(*) AS n FROM group_members m JOIN principals g ON g.id = m.group_id
        WHERE m.member_id = $1 AND g.is_assignable_to_role = $2";
    let in_role_assignable_group = db.count(sql, args![id, true]).await? > 0;
    let groups = groups_of(db, id).await?;
    let approver = policies::any_names(db, |named| named == id || groups.contains(&named)).await?;
    Ok(PersonFacts {
        privileged: roles.iter().copied().any(is_privileged),
        approver,
        in_role_assignable_group,
    })
}

/// Everybody whom something protects: people, and groups that stand for their members.
pub async fn protected(
    db: &mut Connection,
    now: Instant,
) -> Result<BTreeMap<PrincipalId, PersonFacts>, StorageError> {
    let mut all: BTreeMap<PrincipalId, PersonFacts> = BTreeMap::new();
    let sql = "SELECT role_id, principal_id FROM schedules
            WHERE ended_ms IS NULL AND (end_ms IS NULL OR end_ms > $1)
        UNION SELECT s.role_id, m.member_id FROM schedules s JOIN group_members m ON m.group_id = s.principal_id
            WHERE s.ended_ms IS NULL AND (s.end_ms IS NULL OR s.end_ms > $1)";
    for row in db.all(sql, args![now]).await? {
        let role: RoleId = row.parsed("role_id")?;
        if is_privileged(role) {
            all.entry(row.parsed("principal_id")?).or_default().privileged = true;
        }
    }
    let sql = "SELECT m.member_id FROM group_members m JOIN principals g ON g.id = m.group_id
        WHERE g.is_assignable_to_role = $1";
    for row in db.all(sql, args![true]).await? {
        all.entry(row.parsed("member_id")?).or_default().in_role_assignable_group = true;
    }
    let approvers = policies::named(db).await?;
    let sql = "SELECT group_id, member_id FROM group_members";
    for row in db.all(sql, args![]).await? {
        if approvers.contains(&row.parsed("group_id")?) {
            all.entry(row.parsed("member_id")?).or_default().approver = true;
        }
    }
    for approver in approvers {
        all.entry(approver).or_default().approver = true;
    }
    Ok(all)
}

/// A role that is not known counts as privileged.
fn is_privileged(id: RoleId) -> bool {
    role::find(id).is_none_or(|role| role.is_privileged)
}
