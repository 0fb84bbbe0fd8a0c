//! The model's half that says no: everything that speaks against an ask, by weight.

use domain::{request::Action, schedule::Kind};

use crate::{
    model::{Model, Request, Right},
    plot::*,
};

/// What speaks against an ask. The order is that of 5.6: the first is the weightiest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Objection {
    Caller,
    NotHere,
    NotYet,
    NoRole,
    NoSubject,
    CannotHold,
    Twin,
    Missing,
    Senseless(&'static str),
    Exists,
    Activation,
    TooEarly,
    NotEnforced,
    Rule(&'static str),
    LastGuard,
}

impl Objection {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Caller => "UnauthorizedAccessException",
            Self::NotHere | Self::CannotHold | Self::Activation => "InvalidRoleAssignmentRequest",
            Self::NotYet | Self::NotEnforced => "NotSupported",
            Self::NoRole => "RoleNotFound",
            Self::NoSubject => "SubjectNotFound",
            Self::Twin => "PendingRoleAssignmentRequest",
            Self::Missing => "RoleAssignmentDoesNotExist",
            Self::Senseless(code) => code,
            Self::Exists => "RoleAssignmentExists",
            Self::TooEarly => "ActiveDurationTooShort",
            Self::Rule(_) => "RoleAssignmentRequestPolicyValidationFailed",
            Self::LastGuard => "LastGuardedAssignment",
        }
    }
}

impl Model {
    /// First and last minute (exclusive), or what is senseless about them.
    pub fn minutes(&self, q: &Question) -> Result<(i64, i64), &'static str> {
        let (start, length) = q.window.ok_or("InvalidRoleAssignmentRequest")?;
        let start = start.filter(|s| *s > self.now).unwrap_or(self.now);
        let end = match length {
            Length::Forever => return Ok((start, FOREVER)),
            Length::For(minutes) => start + minutes,
            Length::Until(end) if end <= start => return Err("InvalidRoleAssignmentRequestSchedule"),
            Length::Until(end) => end,
        };
        if end < start + 5 { Err("ActiveDurationTooShort") } else { Ok((start, end)) }
    }

    /// The eligibility that an activation from this minute on rests on.
    pub fn eligibility(&self, q: &Question, start: i64) -> Option<Right> {
        let mine = |r: &&Right| r.who == q.who || self.groups_of(q.who).contains(&r.who);
        let good = |r: &&Right| {
            r.kind == Kind::Eligible
                && r.role == q.role
                && r.at(start)
                && q.target.is_none_or(|id| id == r.id)
        };
        let mut found: Vec<_> = self.rights.iter().filter(mine).filter(good).collect();
        found.sort_by_key(|r| (r.who == q.who, r.until, r.id));
        found.last().map(|r| (*r).clone())
    }

    fn rules(&self, q: &Question, start: i64, end: i64) -> Vec<Objection> {
        let settings = self.opening.settings[q.role];
        let limits = match (q.action, q.kind) {
            (Action::SelfActivate, _) => settings.activation,
            (_, Kind::Eligible) => settings.eligible,
            (_, Kind::Active) => settings.active,
        };
        let mut failed = Vec::new();
        if q.action == Action::SelfActivate && self.eligibility(q, start).is_none() {
            failed.push("EligibilityRule");
        }
        if limits.longest.is_some_and(|longest| end == FOREVER || end - start > longest) {
            failed.push("ExpirationRule");
        }
        if limits.second_factor && !q.second_factor {
            failed.push("MfaRule");
        }
        failed.extend(Self::texts(q, limits.reason, limits.ticket));
        failed.into_iter().map(Objection::Rule).collect()
    }

    fn texts(q: &Question, reason: bool, ticket: bool) -> Vec<&'static str> {
        let bad = |given: Option<usize>, required: bool, most| match given {
            None | Some(0) => required,
            Some(length) => length > most,
        };
        let mut failed = Vec::new();
        if bad(q.reason, reason, 500) {
            failed.push("JustificationRule");
        }
        for part in [q.ticket.0, q.ticket.1] {
            if bad(part, ticket, 100) {
                failed.push("TicketingRule");
            }
        }
        failed
    }

    /// Everything that speaks against it.
    pub fn objections(&self, q: &Question) -> Vec<Objection> {
        use Action::*;
        let mut no = Vec::new();
        let own = matches!(q.action, SelfActivate | SelfDeactivate | SelfExtend | SelfRenew);
        let may = if own {
            q.caller == q.who && (USERS.contains(&q.who) || q.who == NOBODY)
        } else {
            self.holds(q.caller, GLOBAL) || self.holds(q.caller, PRIVILEGED)
        };
        let mut when = |bad: bool, objection| {
            if bad {
                no.push(objection);
            }
        };
        when(!may, Objection::Caller);
        when(
            matches!(q.action, SelfActivate | SelfDeactivate) && q.kind == Kind::Eligible,
            Objection::NotHere,
        );
        when(matches!(q.action, AdminExtend | AdminRenew | SelfExtend | SelfRenew), Objection::NotYet);
        when(q.role == NO_ROLE, Objection::NoRole);
        when(q.who == NOBODY, Objection::NoSubject);
        if q.action == AdminAssign {
            let cannot = q.role == SYSTEM_GIVEN
                || q.who == PLAIN_GROUP
                || q.who == PROGRAM && q.kind == Kind::Eligible;
            when(cannot, Objection::CannotHold);
        }
        if matches!(q.action, AdminAssign | SelfActivate) {
            let open = |r: &Request| r.who == q.who && r.role == q.role && r.is_open();
            when(self.requests.iter().any(open), Objection::Twin);
        }
        let meant = self.meant(q);
        match q.action {
            AdminAssign => {
                let same = |r: &Right| r.kind == q.kind && r.behind.is_none();
                when(self.live(q.who, q.role).any(same), Objection::Exists);
            }
            SelfActivate => {
                when(self.live(q.who, q.role).any(|r| r.kind == Kind::Active), Objection::Exists);
                let settings = self.opening.settings[q.role];
                when(settings.context, Objection::NotEnforced);
            }
            AdminUpdate => {
                when(meant.is_none(), Objection::Missing);
                // Of a right that is no assignment not even the window is looked at.
                if meant.is_some_and(|r| r.behind.is_some()) {
                    return [no, vec![Objection::Activation]].concat();
                }
            }
            AdminRemove => when(meant.is_none(), Objection::Missing),
            SelfDeactivate => {
                let mine = self.given_back(q);
                when(mine.is_none(), Objection::Missing);
                when(mine.is_some_and(|r| self.now < r.from + 5), Objection::TooEarly);
            }
            AdminExtend | AdminRenew | SelfExtend | SelfRenew => {}
        }
        if matches!(q.action, AdminAssign | SelfActivate | AdminUpdate) {
            match self.minutes(q) {
                Err(code) => no.push(Objection::Senseless(code)),
                Ok((start, end)) => no.extend(self.rules(q, start, end)),
            }
        } else {
            no.extend(Self::texts(q, false, false).into_iter().map(Objection::Rule));
        }
        no
    }
}
