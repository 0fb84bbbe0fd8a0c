//! What is chosen in the wizard, and what the role's rules say to it: the server's own rules, run on every key.

use domain::{
    decide::{self, CallerFacts, Facts, RuleName},
    ids::{PrincipalId, RoleId},
    permission::Permissions,
    policy::{EnablementRule, ExpirationRule, Policy},
    principal::{PrincipalFacts, PrincipalKind},
    request::{Action, Ask, AskedWindow, Ticket},
    role::RoleFacts,
    schedule::Kind,
    scope::Scope,
    time::{Instant, Span},
};

use crate::{api::sentence, data::Zone, parts::WindowDraft};

/// The length that is proposed where the policy sets no end: a year.
const PROPOSED: Span = Span::days(365);

/// Somebody who is to get the role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub id: PrincipalId,
    pub name: String,
    pub detail: String,
}

/// What is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub role: Option<RoleId>,
    pub members: Vec<Member>,
    pub kind: Kind,
    pub window: WindowDraft,
    pub touched: Touched,
    pub reason: String,
    pub ticket_number: String,
    pub ticket_system: String,
}

/// What the person set of the window: no proposal comes over it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Touched {
    pub permanent: bool,
    /// Until then the proposed start stands for *now*, however long the form is open.
    pub start: bool,
    pub end: bool,
}

impl Draft {
    pub(super) fn new(role: Option<RoleId>) -> Self {
        Self {
            role,
            members: Vec::new(),
            kind: Kind::Eligible,
            window: WindowDraft::default(),
            touched: Touched::default(),
            reason: String::new(),
            ticket_number: String::new(),
            ticket_system: String::new(),
        }
    }

    /// Whether there is more in it than what the wizard was opened with.
    pub(super) fn is_begun(&self, role: Option<RoleId>, member: Option<PrincipalId>) -> bool {
        let Touched { permanent, start, end } = self.touched;
        self.role != role
            || self.kind != Kind::Eligible
            || self.members.iter().any(|one| Some(one.id) != member)
            || permanent
            || start
            || end
            || [&self.reason, &self.ticket_number, &self.ticket_system].iter().any(|text| !text.is_empty())
    }

    /// Takes a window as the person set it.
    pub(super) fn set(&mut self, window: WindowDraft) {
        self.touched.permanent |= window.permanent != self.window.permanent;
        self.touched.start |= window.start != self.window.start;
        self.touched.end |= window.end != self.window.end;
        self.window = window;
    }

    /// Takes the window that the rules propose, but for what the person set and the rules allow.
    pub(super) fn propose(&mut self, proposed: WindowDraft) {
        // Whoever typed an end meant it to count.
        if !(self.touched.permanent || self.touched.end) || !proposed.permanent {
            self.window.permanent = proposed.permanent;
        }
        if !self.touched.start {
            self.window.start = proposed.start;
        }
        if !self.touched.end {
            self.window.end = proposed.end;
        }
    }
}

/// What is wrong, beside each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub role: Option<String>,
    pub members: Option<String>,
    pub start: Option<String>,
    pub end: Option<String>,
    pub reason: Option<String>,
    pub ticket_number: Option<String>,
    pub ticket_system: Option<String>,
    pub general: Option<String>,
    pub wants_second_factor: bool,
}

impl Verdict {
    /// Whether the first step is right.
    pub(super) const fn membership_is_right(&self) -> bool {
        self.role.is_none() && self.members.is_none()
    }

    /// Whether everything is right; a second factor may still be asked.
    pub(super) fn is_right(&self) -> bool {
        let setting =
            [&self.start, &self.end, &self.reason, &self.ticket_number, &self.ticket_system, &self.general];
        self.membership_is_right() && setting.iter().all(|error| error.is_none())
    }
}

/// The rules that bind an assignment of this kind.
pub(super) const fn rules(policy: &Policy, kind: Kind) -> (ExpirationRule, EnablementRule) {
    match kind {
        Kind::Eligible => (policy.expiration_admin_eligibility, policy.enablement_admin_eligibility),
        Kind::Active => (policy.expiration_admin_assignment, policy.enablement_admin_assignment),
    }
}

/// "Maximum allowed eligible duration is permanent."
pub(super) fn longest_line(policy: &Policy, kind: Kind) -> String {
    let (expiration, _) = rules(policy, kind);
    let most = if expiration.is_expiration_required {
        expiration.maximum_duration.words()
    } else {
        "permanent".to_owned()
    };
    let word = if kind == Kind::Eligible { "eligible" } else { "assigned" };
    format!("Maximum allowed {word} duration is {most}.")
}

/// The end that the form proposes: as late as the policy allows, a year where it allows permanent.
pub(super) fn proposed_end(policy: &Policy, kind: Kind, start: Instant) -> Instant {
    let (expiration, _) = rules(policy, kind);
    start + if expiration.is_expiration_required { expiration.maximum_duration } else { PROPOSED }
}

/// One request per member.
pub(super) fn ask(draft: &Draft, role: RoleId, member: PrincipalId, zone: Zone) -> Ask {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Ask {
        action: Action::AdminAssign,
        kind: draft.kind,
        principal: member,
        role,
        scope: Scope::Directory,
        justification: some(&draft.reason),
        window: Some(AskedWindow {
            start: if draft.touched.start { zone.from_input(&draft.window.start) } else { None },
            expiration: draft.window.expiration(zone),
        }),
        ticket: Ticket { number: some(&draft.ticket_number), system: some(&draft.ticket_system) },
        target: None,
    }
}

/// Whether a second factor was given, and what the caller may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    pub id: PrincipalId,
    pub second_factor: bool,
    pub permissions: Permissions,
}

/// What the rules say to what is chosen.
pub(super) fn judge(
    draft: &Draft,
    policy: Option<&Policy>,
    caller: Caller,
    zone: Zone,
    now: Instant,
) -> Verdict {
    let mut verdict = Verdict::default();
    if draft.role.is_none() {
        verdict.role = Some("Select a role.".into());
    }
    if draft.members.is_empty() {
        verdict.members = Some("Select at least one member.".into());
    }
    let start = zone.from_input(&draft.window.start);
    match start {
        None if !draft.window.start.is_empty() => verdict.start = Some("Enter a date and a time.".into()),
        // The box counts in minutes: the present one is not yet past.
        Some(start) if start + Span::minutes(1) <= now && draft.touched.start => {
            let allowed = format!("{} or later", zone.date_time(now));
            verdict.start = Some(sentence("the start must not be in the past", &allowed));
        }
        _ => {}
    }
    let (Some(policy), Some(role)) = (policy, draft.role) else { return verdict };
    let (expiration, _) = rules(policy, draft.kind);
    verdict.end = draft.window.end_error(expiration, zone, start.unwrap_or(now).max(now));
    if verdict.end.is_some() {
        return verdict;
    }
    let ask = ask(draft, role, caller.id, zone);
    let facts = facts(policy, role, caller, now);
    if let Err(refusal) = decide::preview(&ask, &facts) {
        for finding in &refusal.findings {
            if finding.rule == Some(RuleName::MfaRule) {
                verdict.wants_second_factor = true;
                continue;
            }
            let text = sentence(&finding.message, &finding.allowed);
            match finding.field.as_str() {
                "end" | "duration" => verdict.end = Some(text),
                "start" => verdict.start = Some(text),
                "justification" => verdict.reason = Some(text),
                "ticketNumber" => verdict.ticket_number = Some(text),
                "ticketSystem" => verdict.ticket_system = Some(text),
                _ => verdict.general = Some(text),
            }
        }
    }
    verdict
}

fn facts(policy: &Policy, role: RoleId, caller: Caller, now: Instant) -> Facts {
    Facts {
        now,
        caller: CallerFacts {
            id: caller.id,
            second_factor: caller.second_factor,
            permissions: caller.permissions,
        },
        principal: Some(PrincipalFacts {
            id: caller.id,
            kind: PrincipalKind::User,
            enabled: true,
            is_assignable_to_role: false,
        }),
        role: Some(RoleFacts { id: role, assignable: true, is_privileged: false }),
        policy: policy.clone(),
        schedules: Vec::new(),
        open_requests: Vec::new(),
        other_guardians: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(permanent: bool, start: &str, end: &str) -> WindowDraft {
        WindowDraft { permanent, start: start.into(), end: end.into() }
    }

    #[test]
    fn a_typed_end_outlives_another_type_and_another_role() {
        let mut draft = Draft::new(None);
        draft.propose(window(true, "now", "in a year"));
        draft.set(window(false, "now", "in a year"));
        draft.set(window(false, "now", "Christmas"));
        draft.propose(window(true, "later", "in half a year"));
        assert_eq!(draft.window, window(false, "later", "Christmas"));
        // What the rules refuse is not kept.
        let mut draft = Draft::new(None);
        draft.propose(window(false, "now", "in a year"));
        draft.set(window(true, "now", "in a year"));
        draft.propose(window(false, "now", "in two weeks"));
        assert_eq!(draft.window, window(false, "now", "in two weeks"));
    }

    #[test]
    fn what_the_wizard_was_opened_with_is_nothing_to_lose() {
        let id = |text: &str| text.parse().expect("an id");
        let ada = Member {
            id: id("00000000-0000-0000-0000-000000000001"),
            name: "Ada".into(),
            detail: String::new(),
        };
        let mut draft = Draft::new(None);
        draft.members.push(ada.clone());
        draft.propose(window(true, "now", "in a year"));
        assert!(!draft.is_begun(None, Some(ada.id)));
        assert!(draft.is_begun(None, None));
        let typed = Draft { ticket_number: "CHG-1".into(), ..draft.clone() };
        assert!(typed.is_begun(None, Some(ada.id)));
        draft.set(window(false, "now", "in a year"));
        assert!(draft.is_begun(None, Some(ada.id)));
    }
}
