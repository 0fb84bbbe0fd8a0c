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
    /// The proposed start stands for *now*, however long the form is open.
    pub start_untouched: bool,
    pub reason: String,
    pub ticket_number: String,
    pub ticket_system: String,
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
            start: if draft.start_untouched { None } else { zone.from_input(&draft.window.start) },
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
        Some(start) if start + Span::minutes(1) <= now && !draft.start_untouched => {
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
