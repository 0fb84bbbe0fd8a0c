//! By which right an act is allowed, as its row in the audit history tells it.

use domain::{
    audit::Entry,
    ids::{PrincipalId, ScheduleId},
    permission::{Permission, Permissions},
    role,
    schedule::{AssignmentType, Kind, Schedule},
    time::Instant,
};

use super::{EngineError, standing::stands};
use crate::{
    caller::Caller,
    storage::{Connection, rights},
};

/// The detail that says by what: one for each right that would have done.
const BY: &str = "AllowedBy";
/// The detail that names the assignment behind it.
const ASSIGNMENT: &str = "AllowedByAssignment";

/// What a caller who still stands holds at one instant. Read inside the unit of work that acts.
pub struct Rights {
    who: PrincipalId,
    held: Vec<Schedule>,
    /// What it allows.
    pub permissions: Permissions,
}

impl Rights {
    /// Reads them, and refuses a caller who no longer stands.
    pub async fn load(db: &mut Connection, caller: &Caller, now: Instant) -> Result<Self, EngineError> {
        stands(db, caller).await?;
        let held = rights::in_force(db, caller.id(), now).await?;
        let permissions = rights::permissions(&held, caller.second_factor);
        Ok(Self { who: caller.id(), held, permissions })
    }

    /// Writes down which active assignments gave a permission that the act needed.
    pub fn tell(&self, row: &mut Entry, needed: Permission) {
        for schedule in self.held.iter().filter(|schedule| needed.roles().contains(&schedule.role)) {
            let name = role::find(schedule.role).map(|role| role.display_name.as_str()).unwrap_or_default();
            let how = match schedule.assignment_type() {
                Some(AssignmentType::Activated) => "activated",
                _ => "assigned",
            };
            let group = if schedule.principal == self.who { "" } else { " to a group" };
            add(row, &format!("{name} ({how}{group})"), Some(schedule.id));
        }
    }
}

/// Writes down that somebody may activate what he is eligible for. Where the eligibility is not named by what was made
/// from it, it is one of those in force.
pub(super) fn by_eligibility(row: &mut Entry, from: Option<ScheduleId>, known: &[Schedule], now: Instant) {
    let in_force = |schedule: &&Schedule| schedule.kind == Kind::Eligible && schedule.window.contains(now);
    let from = from.or_else(|| known.iter().find(in_force).map(|schedule| schedule.id));
    add(row, "Eligible assignment", from);
}

/// Writes down a right that is no role.
pub(super) fn by(row: &mut Entry, what: &str) {
    add(row, what, None);
}

fn add(row: &mut Entry, what: &str, assignment: Option<ScheduleId>) {
    let id = assignment.map(|id| id.to_string());
    if id.as_ref().is_some_and(|id| row.details.iter().any(|(name, known)| name == ASSIGNMENT && known == id))
    {
        return;
    }
    row.details.push((BY.to_owned(), what.to_owned()));
    row.details.extend(id.map(|id| (ASSIGNMENT.to_owned(), id)));
}
