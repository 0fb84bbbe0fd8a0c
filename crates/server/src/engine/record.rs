//! How the engine's acts read in the audit history.

use domain::{
    audit::{self, Actor, Category, Change, Entry, Moment, Outcome, Target},
    decide::Refusal,
    ids::{AuditId, PrincipalId, RequestId, RoleId},
    request::{Ask, Expiration, Request},
    role,
    schedule::Schedule,
    time::{Instant, Window},
};

use crate::{
    caller::Caller,
    ids,
    storage::{
        Connection, StorageError,
        principals::{self, Principal},
    },
};

/// Fresh ids for the audit rows of one unit of work. They are drawn outside it, because it may run twice.
#[derive(Clone, Copy, Debug)]
pub struct FreshRows<const N: usize>(pub [AuditId; N]);

impl<const N: usize> FreshRows<N> {
    /// Draws them.
    pub fn fresh() -> Self {
        Self(std::array::from_fn(|_| AuditId(ids::in_order())))
    }
}

/// The person behind a call.
pub fn actor(caller: &Caller) -> Actor {
    Actor::Person {
        id: Some(caller.person.id),
        name: caller.person.display_name.clone(),
        user_principal_name: caller.person.user_principal_name.clone(),
        address: Some(caller.address.clone()),
    }
}

/// Pimlico itself.
pub fn system() -> Actor {
    Actor::System { name: "Pimlico".to_owned() }
}

/// A row with the usual values; the caller fills in the rest.
pub fn entry(
    id: AuditId,
    at: Instant,
    activity: impl Into<String>,
    category: Category,
    actor: Actor,
) -> Entry {
    Entry {
        id,
        at,
        activity: activity.into(),
        category,
        correlation: id.to_string(),
        actor,
        outcome: Outcome::Success,
        reason: None,
        targets: Vec::new(),
        details: Vec::new(),
    }
}

/// The row of one moment in the life of a request.
pub(super) async fn of_request(
    db: &mut Connection,
    request: &Request,
    moment: Moment,
    actor: Actor,
    id: AuditId,
    now: Instant,
) -> Result<Entry, StorageError> {
    let ask = &request.ask;
    let activity = audit::activity(ask.action, ask.kind, ask.is_permanent(), moment);
    let mut row = entry(id, now, activity, Category::RoleManagement, actor);
    row.correlation = request.id.to_string();
    row.targets = vec![role_target(ask.role, Vec::new()), user_target(db, ask.principal).await?];
    row.details = vec![("RequestId".to_owned(), request.id.to_string())];
    Ok(row)
}

/// The row of an act on a request that does not exist.
pub(super) fn of_no_request(
    request: RequestId,
    activity: &str,
    caller: &Caller,
    refusal: &Refusal,
    id: AuditId,
    now: Instant,
) -> Entry {
    let mut row = entry(id, now, activity, Category::RoleManagement, actor(caller));
    row.outcome = Outcome::Failure;
    row.reason = Some(refusal.message.clone());
    let (name, kind) = (String::new(), "Request".to_owned());
    row.targets = vec![Target { id: request.to_string(), name, kind, changes: Vec::new() }];
    row
}

/// A role as what something was done to.
pub fn role_target(id: RoleId, changes: Vec<Change>) -> Target {
    let name = role::find(id).map(|role| role.display_name.clone()).unwrap_or_default();
    Target { id: id.to_string(), name, kind: "Role".to_owned(), changes }
}

/// A principal as what something was done to.
pub async fn user_target(db: &mut Connection, id: PrincipalId) -> Result<Target, StorageError> {
    Ok(target_of(id, principals::find(db, id).await?))
}

/// The same of a principal that is loaded already.
pub(super) fn target_of(id: PrincipalId, found: Option<Principal>) -> Target {
    let (name, kind) = found.map_or_else(
        || (String::new(), "Other"),
        |p| {
            let name =
                if p.user_principal_name.contains('@') { p.user_principal_name } else { p.display_name };
            let kind = if p.kind == domain::principal::PrincipalKind::Group { "Group" } else { "User" };
            (name, kind)
        },
    );
    Target { id: id.to_string(), name, kind: kind.to_owned(), changes: Vec::new() }
}

/// The window of a schedule before and after.
pub(super) fn window_changes(before: Option<Window>, after: Option<Window>) -> Vec<Change> {
    let end = |window: Window| window.end.map_or_else(|| "Permanent".to_owned(), |end| end.to_string());
    let change = |name: &str, value: fn(Window, &dyn Fn(Window) -> String) -> String| Change {
        name: name.to_owned(),
        before: before.map(|w| value(w, &end)),
        after: after.map(|w| value(w, &end)),
    };
    let changes = [change("StartTime", |w, _| w.start.to_string()), change("EndTime", |w, end| end(w))];
    changes.into_iter().filter(|change| change.before != change.after).collect()
}

/// What is asked for, where there is no schedule yet: the start where it is ahead, and the length or the end.
pub(super) fn wish_details(ask: &Ask, now: Instant) -> Vec<(String, String)> {
    let mut details = vec![("Scope".to_owned(), ask.scope.as_str().to_owned())];
    let Some(window) = ask.window else { return details };
    let ahead = window.start.filter(|start| *start > now);
    details.extend(ahead.map(|start| ("StartTime".to_owned(), start.to_string())));
    details.extend(match window.expiration {
        Expiration::AfterDuration(length) => Some(("Duration".to_owned(), length.to_string())),
        Expiration::AfterDateTime(end) => Some(("ExpirationTime".to_owned(), end.to_string())),
        Expiration::NoExpiration => None,
    });
    details
}

/// Further facts about a schedule.
pub(super) fn schedule_details(schedule: &Schedule) -> Vec<(String, String)> {
    let mut details = vec![
        ("ScheduleId".to_owned(), schedule.id.to_string()),
        ("Scope".to_owned(), schedule.scope.as_str().to_owned()),
        ("StartTime".to_owned(), schedule.window.start.to_string()),
    ];
    if let Some(end) = schedule.window.end {
        details.push(("ExpirationTime".to_owned(), end.to_string()));
    }
    if let Some(eligibility) = schedule.activated_from {
        details.push(("ActivatedUsing".to_owned(), eligibility.to_string()));
    }
    details
}
