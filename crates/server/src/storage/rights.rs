//! Which rights hold now. Decided at each call from the windows, never from whether a job has run.

use domain::{
    ids::{PrincipalId, RoleId},
    permission::Permissions,
    role,
    schedule::{AssignmentType, Schedule},
    time::Instant,
    wire::api::ActiveRole,
};

use super::{Connection, StorageError, args, schedules};

/// The active schedules in force for a user, his own and those of his groups. One keyed read.
///
/// An activation holds only while the eligibility behind it does, and one from a group only for its members.
pub async fn in_force(
    db: &mut Connection,
    user: PrincipalId,
    now: Instant,
) -> Result<Vec<Schedule>, StorageError> {
    let columns = schedules::COLUMNS;
    // Two short index searches, beginning at the person: this is asked at every call.
    let sql = format!(
        "SELECT {columns} FROM schedules s WHERE start_ms <= $2 AND (end_ms IS NULL OR end_ms > $2)
            AND id IN (
                SELECT id FROM schedules WHERE principal_id = $1 AND kind = 'active' AND ended_ms IS NULL
                UNION SELECT g.id FROM group_members m CROSS JOIN schedules g
                    WHERE m.member_id = $1 AND g.principal_id = m.group_id AND g.kind = 'active' AND g.ended_ms IS NULL)
            AND (activated_from IS NULL OR EXISTS (SELECT 1 FROM schedules e WHERE e.id = s.activated_from
                AND e.ended_ms IS NULL AND e.start_ms <= $2 AND (e.end_ms IS NULL OR e.end_ms > $2)
                AND (e.principal_id = $1
                    OR e.principal_id IN (SELECT group_id FROM group_members WHERE member_id = $1))))
        ORDER BY role_key, id"
    );
    db.all(sql, args![user, now]).await?.iter().map(schedules::from_row).collect()
}

/// The roles of these schedules.
pub fn roles(schedules: &[Schedule]) -> impl Iterator<Item = RoleId> {
    schedules.iter().map(|schedule| schedule.role)
}

/// Whether one of these schedules is on a privileged role.
pub fn any_privileged(schedules: &[Schedule]) -> bool {
    roles(schedules).any(|id| role::find(id).is_none_or(|role| role.is_privileged))
}

/// Whether these schedules wait for a second factor: a session that began before a privileged role came into force,
/// or that was never asked for one, administers nothing until it has given it.
pub fn wait_for_second_factor(schedules: &[Schedule], second_factor: bool) -> bool {
    !second_factor && any_privileged(schedules)
}

/// What these schedules allow in a session that has, or has not, given a second factor.
pub fn permissions(schedules: &[Schedule], second_factor: bool) -> Permissions {
    if wait_for_second_factor(schedules, second_factor) {
        return Permissions::NONE;
    }
    Permissions::of_roles(roles(schedules))
}

/// A schedule in force as the user menu shows it.
pub fn active_role(schedule: &Schedule) -> ActiveRole {
    ActiveRole {
        schedule_id: schedule.id,
        role_definition_id: schedule.role,
        role_name: role::find(schedule.role).map(|role| role.display_name.clone()).unwrap_or_default(),
        assignment_type: schedule.assignment_type().unwrap_or(AssignmentType::Assigned),
        start_date_time: schedule.window.start,
        end_date_time: schedule.window.end,
    }
}
