//! What a decision needs to know, loaded beforehand.

use crate::{
    ids::{PrincipalId, RequestId},
    permission::Permissions,
    policy::Policy,
    principal::PrincipalFacts,
    request::Action,
    role::RoleFacts,
    schedule::Schedule,
    time::Instant,
};

/// Everything a decision needs to know. Loaded inside the unit of work that will carry it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The engine's clock.
    pub now: Instant,
    /// Who asks.
    pub caller: CallerFacts,
    /// Whom it is about; none when there is no such principal.
    pub principal: Option<PrincipalFacts>,
    /// Which role; none when there is no such role.
    pub role: Option<RoleFacts>,
    /// The rules of this role.
    pub policy: Policy,
    /// The schedules of this principal on this role and scope that are not over: now or later, both kinds. For a
    /// self-activation also the eligible ones of the groups that the person belongs to (their principal is the group),
    /// and for every eligible one here what was activated from it, by whomever.
    pub schedules: Vec<Schedule>,
    /// The requests of this principal on this role and scope that are still open.
    pub open_requests: Vec<OpenRequestFact>,
    /// How many *other* enabled users hold this role by a direct, permanent, assigned active schedule in force now.
    /// Only asked for guarded roles.
    pub other_guardians: u64,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallerFacts {
    /// Who.
    pub id: PrincipalId,
    /// Whether a second factor was given in this session.
    pub second_factor: bool,
    /// What the roles in force now allow.
    pub permissions: Permissions,
}

/// A request that is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenRequestFact {
    /// Which.
    pub id: RequestId,
    /// What it asked.
    pub action: Action,
}

impl Facts {
    /// The schedules that belong to the principal himself.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Schedule> {
        let principal = self.principal.map(|p| p.id);
        self.schedules.iter().filter(move |s| Some(s.principal) == principal && !s.window.is_over(self.now))
    }
}
