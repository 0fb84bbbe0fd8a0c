//! Schedules and instances as Graph writes them, and the ids of instances.

use domain::{
    ids::{PrincipalId, RoleId},
    role,
    schedule::{AssignmentType, Kind},
    time::Instant,
};
use serde_json::{Value, json};

use crate::storage::{Row, StorageError, schedules};

/// `unifiedRoleAssignmentSchedule` or its eligible twin.
pub fn schedule(row: &Row) -> Result<Value, StorageError> {
    let found = schedules::from_row(row)?;
    let expiration = match found.window.end {
        Some(end) => json!({"type": "afterDateTime", "endDateTime": end, "duration": null}),
        None => json!({"type": "noExpiration", "endDateTime": null, "duration": null}),
    };
    let mut value = json!({
        "id": found.id,
        "principalId": found.principal,
        "roleDefinitionId": found.role,
        "directoryScopeId": found.scope,
        "appScopeId": null,
        "createdUsing": row.text_or_null("created_using")?,
        "createdDateTime": Instant(row.int("created_ms")?),
        "modifiedDateTime": row.int_or_null("modified_ms")?.map(Instant),
        "status": row.text("status")?,
        "scheduleInfo": {
            "startDateTime": found.window.start,
            "recurrence": null,
            "expiration": expiration,
        },
        "memberType": row.text("member_type")?,
    });
    if found.kind == Kind::Active {
        value["assignmentType"] = json!(found.assignment_type());
    }
    Ok(value)
}

/// `unifiedRoleAssignmentScheduleInstance` or its eligible twin.
pub fn instance(row: &Row) -> Result<Value, StorageError> {
    let found = schedules::from_row(row)?;
    let key = role::assignment_key(found.role, found.principal.0);
    let mut value = json!({
        "principalId": found.principal,
        "roleDefinitionId": found.role,
        "directoryScopeId": found.scope,
        "appScopeId": null,
        "startDateTime": found.window.start,
        "endDateTime": found.window.end,
        "memberType": row.text("member_type")?,
    });
    if let Some(kind) = found.assignment_type() {
        value["id"] = json!(format!("{key}{}", suffix(kind)));
        value["assignmentType"] = json!(kind);
        value["roleAssignmentOriginId"] = json!(format!("{key}-1"));
        value["roleAssignmentScheduleId"] = json!(found.id);
    } else {
        value["id"] = json!(format!("{key}-1-e"));
        value["roleEligibilityScheduleId"] = json!(found.id);
    }
    Ok(value)
}

/// What tells the instance of an activation from that of an assignment: somebody can hold both of one role.
const fn suffix(kind: AssignmentType) -> &'static str {
    match kind {
        AssignmentType::Assigned => "-1",
        AssignmentType::Activated => "-2",
    }
}

/// What the id of an instance is made of: the role, the principal and, of active ones, how it is held.
pub fn instance_key(id: &str, kind: Kind) -> Option<(RoleId, PrincipalId, Option<AssignmentType>)> {
    let held = |kind| id.strip_suffix(suffix(kind)).map(|key| (key, Some(kind)));
    let (key, how) = match kind {
        Kind::Active => held(AssignmentType::Assigned).or_else(|| held(AssignmentType::Activated)),
        Kind::Eligible => id.strip_suffix("-1-e").map(|key| (key, None)),
    }?;
    let (role, principal) = role::held_by(key)?;
    Some((role, PrincipalId(principal), how))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_id_is_read_back() {
        let documented = "lAPpYvVpN0KRkAEhdxReEJC2sEqbR_9Hr48lds9SGHI";
        let of = |suffix: &str, kind| instance_key(&format!("{documented}{suffix}"), kind);
        let (role, principal, held) = of("-1", Kind::Active).unwrap();
        assert_eq!(held, Some(AssignmentType::Assigned));
        assert_eq!(of("-2", Kind::Active), Some((role, principal, Some(AssignmentType::Activated))));
        assert_eq!(role, role::GLOBAL_ADMINISTRATOR);
        assert_eq!(principal.to_string(), "4ab0b690-479b-47ff-af8f-2576cf521872");
        assert_eq!(role::assignment_key(role, principal.0), documented);
        assert_eq!(of("-1-e", Kind::Eligible), Some((role, principal, None)));
        for bad in ["", "-1", "x-1", documented] {
            assert_eq!(instance_key(bad, Kind::Active), None, "{bad}");
        }
    }
}
