//! Who makes a call, and what that person may do now.

use domain::{
    decide::CallerFacts,
    ids::{PrincipalId, SessionId},
    permission::Permissions,
    schedule::Schedule,
    wire::api::{Person, Preferences, SessionState},
};

/// Who makes a call. Made anew for every call, from the rights in force at that instant.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub person: Person,
    /// The session, as *My account* names it.
    pub session: SessionId,
    /// How far the sign-in has come.
    pub state: SessionState,
    /// Whether a second factor was given in this session.
    pub second_factor: bool,
    /// Whether one is enrolled.
    pub second_factor_enrolled: bool,
    /// The active schedules in force.
    pub rights: Vec<Schedule>,
    /// What they allow.
    pub permissions: Permissions,
    /// What the person chose.
    pub preferences: Preferences,
    /// Where the call comes from.
    pub address: String,
}

impl Caller {
    /// Whose id.
    pub const fn id(&self) -> PrincipalId {
        self.person.id
    }

    /// What a decision needs to know.
    pub const fn facts(&self) -> CallerFacts {
        CallerFacts { id: self.person.id, second_factor: self.second_factor, permissions: self.permissions }
    }
}
