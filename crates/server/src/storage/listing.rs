//! The statements that Graph's lists begin with, and their usual orders.

use std::collections::HashMap;

use domain::{
    ids::{PrincipalId, RoleId, ScheduleId},
    schedule::Kind as Right,
    text::lower,
    time::Instant,
};

use super::{
    Connection, Row, StorageError, approvals,
    filter::Sort,
    principals::{self, Principal},
    requests, schedules,
    select::Select,
};
use crate::odata::Kind;

/// People and groups by name.
pub const BY_NAME: Sort = Sort::up("name_key", Kind::Key);
/// Rights by the name of their role.
pub const BY_ROLE: Sort = Sort::up("role_key", Kind::Key);
/// What was made last comes first.
pub const NEWEST: Sort = Sort::down("created_ms", Kind::Time);
/// Tells equals apart.
pub const BY_ID: Sort = Sort::up("id", Kind::Key);

/// Users, groups or service principals that are there.
pub fn principals(kind: &str) -> Select {
    let mut select = Select::new(principals::COLUMNS, "principals");
    select.and_plain("deleted_ms IS NULL").and("kind = {}", kind);
    select
}

/// Who belongs to a group.
pub fn members(group: PrincipalId) -> Select {
    let mut select = Select::new(principals::COLUMNS, "principals JOIN group_members ON member_id = id");
    select.and_plain("deleted_ms IS NULL").and("group_id = {}", group);
    select
}

/// To which groups somebody belongs.
pub fn groups_of(member: PrincipalId) -> Select {
    let mut select = Select::new(principals::COLUMNS, "principals JOIN group_members ON group_id = id");
    select.and_plain("deleted_ms IS NULL").and("member_id = {}", member);
    select
}

/// Requests of a kind, each with its approval.
pub fn requests(kind: Right) -> Select {
    let mut select = Select::new(REQUEST_COLUMNS, "requests");
    select.and("kind = {}", kind.as_str());
    select
}

/// The columns of a request on Graph's wire.
const REQUEST_COLUMNS: &str = "id, status, created_by, created_ms, completed_ms, target_id, custom_data, ask,
    (SELECT a.id FROM approvals a WHERE a.id = requests.id) AS approval_id";

/// Requests that wait, or waited, for an approval.
pub fn approvals() -> Select {
    let mut select = Select::new(requests::COLUMNS, "requests");
    select.and_plain("EXISTS (SELECT 1 FROM approvals a WHERE a.id = requests.id)");
    select
}

/// Of these, those that somebody may decide as an approver of these roles: never his own, with whichever account.
pub fn to_review(select: &mut Select, me: PrincipalId, roles: &[RoleId]) {
    let marks: Vec<String> = roles.iter().map(|role| select.bind(*role)).collect();
    let of_roles =
        if marks.is_empty() { "1 = 0".to_owned() } else { format!("role_id IN ({})", marks.join(", ")) };
    let me = select.bind(me);
    select
        .and_plain(of_roles)
        .and_plain(format!("created_by <> {me}"))
        .and_plain(format!("NOT {}", approvals::of_another_account("requests.principal_id", &me)));
}

/// The audit history; of one target alone where one is named, from that target's own index.
pub fn audits(target: Option<&str>) -> Select {
    let Some(target) = target else { return Select::new("entry", "audit") };
    // CROSS JOIN keeps SQLite from beginning at the wrong end.
    let mut select = Select::new("entry", "audit_targets d CROSS JOIN audit");
    select.and("d.target_id = {}", lower(target)).and_plain("d.audit_id = audit.id");
    select
}

/// The columns of a schedule on Graph's wire.
pub const SCHEDULE_COLUMNS: &str = "id, kind, principal_id, role_id, scope, start_ms, end_ms, activated_from,
    created_using, created_ms, modified_ms, member_type, status";

/// Schedules of a kind that are not over; with `mine`, a person's own and those of his groups.
pub fn schedules(kind: Right, mine: Option<PrincipalId>, now: Instant) -> Select {
    // The words that Graph has and the table has not are made here, so that they can be filtered like columns.
    let mut select = Select::new(SCHEDULE_COLUMNS, "");
    let (at, me) = (select.bind(now), mine.map(|me| select.bind(me)));
    let member = me.as_ref().map_or_else(
        || "'Direct'".to_owned(),
        |me| format!("CASE WHEN principal_id = {me} THEN 'Direct' ELSE 'Group' END"),
    );
    let own = me.map_or_else(String::new, |me| {
        format!(
            " AND (principal_id = {me} OR principal_id IN (SELECT group_id FROM group_members WHERE member_id = {me}))"
        )
    });
    let kind = kind.as_str();
    select.set_from(format!(
        "(SELECT {}, created_using, created_ms, modified_ms, role_key, {member} AS member_type,
            CASE WHEN start_ms > {at} THEN 'Granted' ELSE 'Provisioned' END AS status,
            CASE WHEN kind = 'eligible' THEN NULL WHEN activated_from IS NULL THEN 'Assigned' ELSE 'Activated' END
                AS assignment_type
            FROM schedules WHERE kind = '{kind}' AND ended_ms IS NULL AND (end_ms IS NULL OR end_ms > {at}){own}) AS s",
        schedules::COLUMNS
    ));
    select
}

/// Who holds which role now, each role and holder once; with `mine`, a person's own and those of his groups.
pub fn role_assignments(mine: Option<PrincipalId>, now: Instant) -> Select {
    let mut select = Select::new("id, principal_id, role_id, scope", "");
    let at = select.bind(now);
    let own = mine.map_or_else(String::new, |me| {
        let me = select.bind(me);
        format!(
            " AND (principal_id = {me} OR principal_id IN (SELECT group_id FROM group_members WHERE member_id = {me}))"
        )
    });
    select.set_from(format!(
        "(SELECT MIN(id) AS id, principal_id, role_id, scope, role_key FROM schedules
            WHERE kind = 'active' AND ended_ms IS NULL AND start_ms <= {at} AND (end_ms IS NULL OR end_ms > {at}){own}
            GROUP BY principal_id, role_id, scope, role_key) AS s"
    ));
    select
}

/// The eligibilities that these schedules were activated from, ended ones too.
pub async fn activated_from(
    db: &mut Connection,
    ids: &[ScheduleId],
) -> Result<HashMap<ScheduleId, ScheduleId>, StorageError> {
    let mut found = HashMap::new();
    for some in ids.chunks(200) {
        let mut select = Select::new("id, activated_from", "schedules");
        let marks: Vec<String> = some.iter().map(|id| select.bind(*id)).collect();
        select.and_plain(format!("id IN ({})", marks.join(", "))).and_plain("activated_from IS NOT NULL");
        for row in select.all(db).await? {
            found.insert(row.parsed("id")?, row.parsed("activated_from")?);
        }
    }
    Ok(found)
}

/// Schedules that are not over by their ids, as [`schedules`] reads them.
pub async fn schedules_by_id(
    db: &mut Connection,
    ids: &[(ScheduleId, Right)],
    now: Instant,
) -> Result<HashMap<ScheduleId, Row>, StorageError> {
    let mut found = HashMap::new();
    for kind in [Right::Eligible, Right::Active] {
        let ids: Vec<ScheduleId> = ids.iter().filter(|(_, of)| *of == kind).map(|(id, _)| *id).collect();
        for some in ids.chunks(200) {
            let mut select = schedules(kind, None, now);
            let marks: Vec<String> = some.iter().map(|id| select.bind(*id)).collect();
            select.and_plain(format!("id IN ({})", marks.join(", ")));
            for row in select.all(db).await? {
                found.insert(row.parsed("id")?, row);
            }
        }
    }
    Ok(found)
}

/// Principals by their ids, deleted ones too: what they did is still told.
pub async fn by_id(
    db: &mut Connection,
    ids: &[PrincipalId],
) -> Result<HashMap<PrincipalId, Principal>, StorageError> {
    let mut found = HashMap::new();
    for some in ids.chunks(200) {
        let mut select = Select::new(principals::COLUMNS, "principals");
        let marks: Vec<String> = some.iter().map(|id| select.bind(*id)).collect();
        select.and_plain(format!("id IN ({})", marks.join(", ")));
        for row in select.all(db).await? {
            let principal = Principal::from_row(&row)?;
            found.insert(principal.id, principal);
        }
    }
    Ok(found)
}
