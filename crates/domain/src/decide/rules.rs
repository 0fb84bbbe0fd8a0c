//! The rules of a policy, each in one place: what it was given, whether it passes, what would pass.

use super::{Facts, Finding, Refusal, RuleName, TraceStep};
use crate::{
    error_code::ErrorCode,
    policy::{EnablementRule, ExpirationRule, SHORTEST},
    request::{Ask, AskedWindow, Expiration},
    text::{REASON_MAX, Reason, TicketText},
    time::{Instant, Span, Window},
};

/// Collects what failed, and writes every rule that was asked to the trace.
pub(super) struct Rules<'t> {
    trace: &'t mut Vec<TraceStep>,
    failed: Vec<Finding>,
}

impl<'t> Rules<'t> {
    pub(super) const fn new(trace: &'t mut Vec<TraceStep>) -> Self {
        Self { trace, failed: Vec::new() }
    }

    /// Writes down one rule's answer.
    pub(super) fn ask(
        &mut self,
        rule: RuleName,
        field: &str,
        input: &str,
        outcome: Result<(), &str>,
        allowed: &str,
    ) {
        self.trace.push(TraceStep {
            rule: rule.as_str().into(),
            input: input.into(),
            passed: outcome.is_ok(),
            allowed: allowed.into(),
        });
        if let Err(message) = outcome {
            self.failed.push(Finding {
                rule: Some(rule),
                field: field.into(),
                message: message.into(),
                allowed: allowed.into(),
            });
        }
    }

    /// One no beats every yes.
    pub(super) fn fold(self) -> Result<(), Refusal> {
        if self.failed.is_empty() {
            return Ok(());
        }
        let parts: Vec<_> = self
            .failed
            .iter()
            .map(|f| format!("{} - {}", f.rule.map_or("Rule", RuleName::as_str), f.message))
            .collect();
        Err(Refusal {
            code: ErrorCode::PolicyValidationFailed,
            message: format!("The following policy rules failed: {}", parts.join(", ")),
            findings: self.failed,
            trace: Vec::new(),
        })
    }

    /// What must be given: second factor, justification, ticket. A text that is given is held to its limits even
    /// where none is required.
    pub(super) fn enablement(&mut self, rule: EnablementRule, ask: &Ask, facts: &Facts) {
        if rule.multi_factor_authentication {
            let outcome = if facts.caller.second_factor {
                Ok(())
            } else {
                Err("Multi-factor authentication is required")
            };
            let input = if facts.caller.second_factor { "given" } else { "not given" };
            self.ask(RuleName::MfaRule, "secondFactor", input, outcome, "a second factor in this session");
        }
        let allowed = format!("1 to {REASON_MAX} characters");
        let (input, outcome) =
            text(rule.justification, ask.justification.as_deref(), "Justification is required", |t| {
                Reason::try_from(t).map(drop)
            });
        self.ask(
            RuleName::JustificationRule,
            "justification",
            &input,
            outcome.as_deref().map_or(Ok(()), Err),
            &allowed,
        );
        let required = "Ticket information is required";
        for (field, given) in [("ticketNumber", &ask.ticket.number), ("ticketSystem", &ask.ticket.system)] {
            let (input, outcome) =
                text(rule.ticketing, given.as_deref(), required, |t| TicketText::try_from(t).map(drop));
            let outcome = outcome.as_deref().map_or(Ok(()), Err);
            self.ask(RuleName::TicketingRule, field, &input, outcome, "1 to 100 characters");
        }
    }

    /// How long: permanent or not, and the longest length.
    pub(super) fn expiration(&mut self, rule: ExpirationRule, window: Window, field: &str) {
        let limit = format!("at most {}", rule.maximum_duration.words());
        match window.length() {
            None if rule.is_expiration_required => {
                let message = "The policy does not allow permanent assignment";
                self.ask(RuleName::ExpirationRule, field, "permanent", Err(message), &limit);
            }
            None => self.ask(RuleName::ExpirationRule, field, "permanent", Ok(()), "permanent, or any end"),
            Some(length) => {
                let too_long = rule.is_expiration_required && length > rule.maximum_duration;
                let message = "The duration in the request is greater than maximum allowed duration";
                let outcome = if too_long { Err(message) } else { Ok(()) };
                let allowed =
                    if rule.is_expiration_required { limit.as_str() } else { "permanent, or any end" };
                self.ask(RuleName::ExpirationRule, field, &length.words(), outcome, allowed);
            }
        }
    }
}

/// The window that is asked, with a past start moved to `now`. Refuses what has no meaning: no window, an end before
/// the start, less than five minutes, parts of a minute.
pub(super) fn window(asked: Option<AskedWindow>, now: Instant) -> Result<Window, Refusal> {
    let Some(asked) = asked else {
        return Err(Refusal::one(
            ErrorCode::InvalidRequest,
            "schedule",
            "scheduleInfo is required",
            "a start and an expiration",
        ));
    };
    let start = asked.start.map_or(now, |start| start.max(now));
    let end = match asked.expiration {
        Expiration::NoExpiration => None,
        Expiration::AfterDuration(length) => {
            if !length.is_whole_minutes() {
                return Err(Refusal::one(
                    ErrorCode::InvalidRequest,
                    "duration",
                    format!("duration `{length}` has parts of a minute"),
                    "whole minutes, at least 5",
                ));
            }
            check_shortest(length, "duration")?;
            let end = start + length;
            if end > Instant::LATEST {
                return Err(Refusal::one(
                    ErrorCode::InvalidSchedule,
                    "startDateTime",
                    format!("the start `{start}` is so late that the end cannot be written down"),
                    format!("a start before `{}`", Instant::LATEST - length),
                ));
            }
            Some(end)
        }
        Expiration::AfterDateTime(end) => {
            if end <= start {
                return Err(Refusal::one(
                    ErrorCode::InvalidSchedule,
                    "end",
                    format!("the end `{end}` is not after the start `{start}`"),
                    format!("{} or later", start + SHORTEST),
                ));
            }
            check_shortest(end - start, "end")?;
            Some(end)
        }
    };
    Ok(Window { start, end })
}

fn check_shortest(length: Span, field: &str) -> Result<(), Refusal> {
    if length >= SHORTEST {
        return Ok(());
    }
    Err(Refusal::one(
        ErrorCode::ActiveDurationTooShort,
        field,
        "The Active duration is too short. Miniumum Required is 5 minutes.",
        "at least 5 minutes",
    ))
}

fn text<E: core::fmt::Display>(
    required: bool,
    given: Option<&str>,
    missing: &str,
    parse: impl Fn(String) -> Result<(), E>,
) -> (String, Option<String>) {
    match given.map(str::trim).filter(|t| !t.is_empty()) {
        None if required => ("missing".into(), Some(missing.into())),
        None => ("missing".into(), None),
        Some(t) => {
            (format!("{} characters", t.chars().count()), parse(t.to_owned()).err().map(|e| e.to_string()))
        }
    }
}
