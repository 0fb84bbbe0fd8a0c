//! Those who may be told of an event: enabled people with their addresses, by name, as many as one event tells.

use domain::{
    ids::{PrincipalId, RoleId},
    notice::{MOST, Recipient},
    policy::{Approver, Policy},
    role,
    time::Instant,
};

use super::{Arg, Connection, Row, StorageError, args};

/// Whoever holds one of these roles now, directly or through a group.
pub async fn holders(
    db: &mut Connection,
    roles: &[RoleId],
    now: Instant,
) -> Result<Vec<Recipient>, StorageError> {
    let places: Vec<_> = (0..roles.len()).map(|n| format!("${}", n + 3)).collect();
    let held = format!(
        "SELECT principal_id FROM schedules WHERE ended_ms IS NULL AND kind = 'active' AND role_id IN ({})
            AND start_ms <= $2 AND (end_ms IS NULL OR end_ms > $2)",
        places.join(", ")
    );
    let values = args![now].into_iter().chain(roles.iter().map(|id| Arg::from(*id))).collect();
    people(db, &held, values).await
}

/// Whoever may approve an activation of a role with this policy.
pub async fn approvers(
    db: &mut Connection,
    policy: &Policy,
    now: Instant,
) -> Result<Vec<Recipient>, StorageError> {
    let named = &policy.approval_end_user_assignment.approvers;
    if named.is_empty() {
        return holders(db, &role::GUARDED, now).await;
    }
    let ids = named.iter().map(|approver| match approver {
        Approver::User { id } | Approver::Group { id } => Arg::from(*id),
    });
    let places: Vec<_> = (0..named.len()).map(|n| format!("${}", n + 2)).collect();
    let chosen = format!("SELECT id FROM principals WHERE id IN ({})", places.join(", "));
    people(db, &chosen, ids.collect()).await
}

/// A person, or the members of a group.
pub async fn of_principal(db: &mut Connection, id: PrincipalId) -> Result<Vec<Recipient>, StorageError> {
    people(db, "SELECT id FROM principals WHERE id = $2", args![id]).await
}

/// The enabled people among `chosen` and in its groups. `$1` is taken.
async fn people(
    db: &mut Connection,
    chosen: &str,
    mut values: Vec<Arg>,
) -> Result<Vec<Recipient>, StorageError> {
    // The join is written so that SQLite looks up those few by id. Left to choose, it walks everybody in the order of
    // names, in the one transaction that all writers share.
    let sql = format!(
        "WITH chosen (id) AS ({chosen}), addressed (id) AS (
            SELECT id FROM chosen UNION SELECT member_id FROM group_members WHERE group_id IN (SELECT id FROM chosen)
        )
        SELECT people.id AS id, COALESCE(people.mail, people.user_principal_name) AS address
        FROM addressed CROSS JOIN principals AS people
        WHERE people.id = addressed.id AND people.kind = 'user' AND people.enabled = $1 AND people.deleted_ms IS NULL
        ORDER BY people.name_key, people.id LIMIT {}",
        // Two more than are told: the actor is left out, and whom it is about is told already.
        MOST + 2
    );
    values.insert(0, Arg::from(true));
    let recipient =
        |row: &Row| Ok(Recipient { principal: Some(row.parsed("id")?), address: row.text("address")? });
    db.all(sql, values).await?.iter().map(recipient).collect()
}
