//! What is typed in the Activate panel, and what the rules say to it: the server's own rules, run here on every key.

use domain::{
    decide::{self, CallerFacts, Facts, OpenRequestFact, Refusal, RuleName},
    ids::PrincipalId,
    permission::Permissions,
    policy::Policy,
    principal::{PrincipalFacts, PrincipalKind},
    request::{Action, Ask, AskedWindow, Expiration, Ticket},
    role::RoleFacts,
    schedule::{Kind, Schedule},
    scope::Scope,
    time::{Instant, Span, Window},
    wire::api::AssignmentRow,
};

pub(super) use crate::data::{hours_text, parse_hours};
use crate::{api::sentence, data::Zone};

/// The step of the slider (`reference/portal-blades.md` 1.6).
pub(super) const STEP: Span = Span::minutes(30);

/// What is typed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Draft {
    pub custom_start: bool,
    /// The value of the native date and time box.
    pub start: String,
    /// As typed in the box beside the slider.
    pub hours: String,
    /// What stood there at first.
    pub proposed: String,
    pub reason: String,
    pub ticket_number: String,
    pub ticket_system: String,
}

impl Draft {
    /// Whether something was typed that would be lost.
    pub(super) fn is_begun(&self) -> bool {
        self.custom_start
            || self.hours != self.proposed
            || [&self.reason, &self.ticket_number, &self.ticket_system]
                .iter()
                .any(|text| !text.trim().is_empty())
    }
}

/// What it is about.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub me: PrincipalId,
    pub row: AssignmentRow,
    pub policy: Policy,
    pub second_factor: bool,
}

/// What is wrong, beside each field; and the window if nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub start: Option<String>,
    pub duration: Option<String>,
    pub reason: Option<String>,
    pub ticket_number: Option<String>,
    pub ticket_system: Option<String>,
    /// What belongs to no field.
    pub general: Option<String>,
    /// A second factor is still asked.
    pub wants_second_factor: bool,
    /// From when until when it would be active, as far as that can be said.
    pub window: Option<Window>,
}

impl Verdict {
    /// Whether everything typed is right; a second factor may still be asked.
    pub(super) fn is_right(&self) -> bool {
        [&self.start, &self.duration, &self.reason, &self.ticket_number, &self.ticket_system, &self.general]
            .iter()
            .all(|error| error.is_none())
    }
}

/// The longest activation that the role allows, in whole steps.
pub(super) fn longest(policy: &Policy) -> Span {
    let most = policy.expiration_end_user_assignment.maximum_duration;
    Span((most.0 / STEP.0).max(1) * STEP.0)
}

/// Whether somebody has to approve before the role is active.
pub(super) const fn waits(policy: &Policy) -> bool {
    policy.approval_end_user_assignment.is_approval_required
}

/// The request that would be posted.
pub(super) fn ask(draft: &Draft, subject: &Subject, zone: Zone) -> Ask {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Ask {
        action: Action::SelfActivate,
        kind: Kind::Active,
        principal: subject.me,
        role: subject.row.role_definition_id,
        scope: Scope::Directory,
        justification: some(&draft.reason),
        window: Some(AskedWindow {
            start: draft.custom_start.then(|| zone.from_input(&draft.start)).flatten(),
            expiration: Expiration::AfterDuration(parse_hours(&draft.hours).unwrap_or_default()),
        }),
        ticket: Ticket { number: some(&draft.ticket_number), system: some(&draft.ticket_system) },
        target: Some(subject.row.schedule_id),
    }
}

/// What the rules say to what is typed.
pub(super) fn judge(draft: &Draft, subject: &Subject, zone: Zone, now: Instant) -> Verdict {
    let mut verdict = Verdict::default();
    if draft.custom_start {
        match zone.from_input(&draft.start) {
            None => verdict.start = Some("Enter a date and a time.".into()),
            Some(start) if start + Span::minutes(1) <= now => {
                let allowed = format!("{} or later", zone.date_time(now));
                verdict.start = Some(sentence("the start must not be in the past", &allowed));
            }
            Some(_) => {}
        }
    }
    let most = longest(&subject.policy);
    if !parse_hours(&draft.hours).is_some_and(|length| length >= STEP && length.0 % STEP.0 == 0) {
        let allowed = format!("0.5 to {} hours in steps of 0.5", hours_text(most));
        verdict.duration = Some(sentence("enter the hours as a number", &allowed));
        return verdict;
    }
    let ask = ask(draft, subject, zone);
    // Where only the second factor is missing, what would happen after it can be said already.
    let with_factor = Subject { second_factor: true, ..subject.clone() };
    verdict.window = decide::preview(&ask, &facts(&with_factor, now)).ok();
    if let Err(refusal) = decide::preview(&ask, &facts(subject, now)) {
        explain(&mut verdict, &refusal, subject, zone, now);
    }
    verdict
}

fn explain(verdict: &mut Verdict, refusal: &Refusal, subject: &Subject, zone: Zone, now: Instant) {
    for finding in &refusal.findings {
        if finding.rule == Some(RuleName::MfaRule) {
            verdict.wants_second_factor = true;
            continue;
        }
        let text = sentence(&finding.message, &finding.allowed);
        match finding.field.as_str() {
            "duration" => verdict.duration = Some(text),
            "start" => verdict.start = Some(text),
            "justification" => verdict.reason = Some(text),
            "ticketNumber" => verdict.ticket_number = Some(text),
            "ticketSystem" => verdict.ticket_system = Some(text),
            _ if finding.rule == Some(RuleName::EligibilityRule) => {
                verdict.start = Some(outside(&subject.row, zone, now));
            }
            _ => verdict.general = Some(text),
        }
    }
}

fn outside(row: &AssignmentRow, zone: Zone, now: Instant) -> String {
    let from = zone.date_time(row.start_date_time.max(now));
    let allowed = match row.end_date_time {
        Some(end) => format!("from {from} until before {}", zone.date_time(end)),
        None => format!("from {from} on"),
    };
    sentence("you are not eligible at this start", &allowed)
}

fn facts(subject: &Subject, now: Instant) -> Facts {
    let row = &subject.row;
    let window = Window { start: row.start_date_time, end: row.end_date_time };
    let eligibility = Schedule {
        id: row.schedule_id,
        kind: Kind::Eligible,
        principal: row.principal_id,
        role: row.role_definition_id,
        scope: Scope::Directory,
        window,
        activated_from: None,
    };
    let activation = row.activation.as_ref().map(|active| Schedule {
        id: active.schedule_id,
        kind: Kind::Active,
        principal: subject.me,
        window: Window { start: active.start_date_time, end: active.end_date_time },
        activated_from: Some(row.schedule_id),
        ..eligibility.clone()
    });
    let open = row.open_request.as_ref();
    Facts {
        now,
        caller: CallerFacts {
            id: subject.me,
            second_factor: subject.second_factor,
            permissions: Permissions::NONE,
        },
        principal: Some(PrincipalFacts {
            id: subject.me,
            kind: PrincipalKind::User,
            enabled: true,
            is_assignable_to_role: false,
        }),
        role: Some(RoleFacts {
            id: row.role_definition_id,
            assignable: true,
            is_privileged: row.role_is_privileged,
        }),
        policy: subject.policy.clone(),
        schedules: core::iter::once(eligibility).chain(activation).collect(),
        open_requests: open
            .map(|request| OpenRequestFact { id: request.id, action: Action::SelfActivate })
            .into_iter()
            .collect(),
        other_guardians: 0,
    }
}

/// What will happen when the button is pressed.
pub(super) fn outcome(
    verdict: &Verdict,
    draft: &Draft,
    subject: &Subject,
    zone: Zone,
    now: Instant,
) -> Option<String> {
    let window = verdict.window?;
    let role = &subject.row.role_name;
    let factor = if verdict.wants_second_factor { "Needs a second factor. Then " } else { "" };
    let length = window.length().unwrap_or_default();
    let end = window.end.map(|end| zone.near(end, now)).unwrap_or_default();
    let asked = parse_hours(&draft.hours).unwrap_or_default();
    let cut = if length < asked { " Your eligibility ends then." } else { "" };
    let later = window.start > now;
    let start = zone.near(window.start, now);
    if waits(&subject.policy) {
        let whole = asked.words();
        return Some(if later {
            format!(
                "{factor}{role} waits for an approval. With one before {start}, it starts then; with a later one at once. It is active for {whole}."
            )
        } else {
            format!(
                "{factor}{role} waits for an approval. Once approved, it is active at once for {whole}, but never longer than you are eligible."
            )
        });
    }
    Some(if later {
        format!("{factor}{role} starts {start} and is active until {end} ({}).{cut}", length.words())
    } else {
        format!("{factor}{role} is active at once, until {end} ({}).{cut}", length.words())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_ends_at_the_policys_maximum_in_whole_steps() {
        let mut policy = Policy::default();
        assert_eq!(longest(&policy), Span::hours(8));
        policy.expiration_end_user_assignment.maximum_duration = Span::minutes(100);
        assert_eq!(longest(&policy), Span::minutes(90));
    }

    #[test]
    fn a_start_and_other_hours_are_something_to_lose() {
        let at_first = Draft { hours: "8".into(), proposed: "8".into(), ..Draft::default() };
        assert!(!at_first.is_begun());
        assert!(Draft { hours: "2".into(), ..at_first.clone() }.is_begun());
        assert!(Draft { custom_start: true, ..at_first }.is_begun());
    }
}
