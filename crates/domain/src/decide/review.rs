//! An approver answers: who may, until when, and what a yes gives.

use super::{Effect, Facts, Finding, Grant, Refusal, RuleName, TraceStep, activate, rules};
use crate::{
    approval::{Answer, Approval, StepStatus},
    error_code::ErrorCode,
    ids::PrincipalId,
    policy::SHORTEST,
    principal::PrincipalKind,
    request::{Expiration, Request, Status},
    schedule::Kind,
    text::{REASON_MAX, Reason},
    time::{Instant, Window},
};

/// Everything that the decision about an answer needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewFacts {
    /// Who answers.
    pub reviewer: PrincipalId,
    /// Whether he is an approver of this role now: named by its policy, by himself or through a group, or, where it
    /// names nobody, an active holder of a guarded role.
    pub is_approver: bool,
    /// Whether his mails go where the requestor's go: two accounts of one person count as one.
    pub shares_address: bool,
    /// The request.
    pub request: Request,
    /// Its approval.
    pub approval: Approval,
    /// The facts of the activation as they are now.
    pub activation: Facts,
}

/// What an answer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reviewed {
    /// The activation is given.
    Granted(Grant),
    /// It is not.
    Denied,
    /// The approver said yes, but what he approved cannot be given any more.
    Failed(Refusal),
}

/// Decides an answer. A refusal leaves the approval open to others.
pub fn review(
    answer: Answer,
    justification: Option<&str>,
    facts: &ReviewFacts,
) -> (Result<Reviewed, Refusal>, Vec<TraceStep>) {
    let mut trace = Vec::new();
    let verdict = may_answer(justification, facts, &mut trace).map(|()| match answer {
        Answer::Deny => Reviewed::Denied,
        Answer::Approve => match give(facts, &mut trace) {
            Ok(grant) => Reviewed::Granted(grant),
            Err(refusal) => Reviewed::Failed(refusal),
        },
    });
    (verdict, trace)
}

fn may_answer(
    justification: Option<&str>,
    facts: &ReviewFacts,
    trace: &mut Vec<TraceStep>,
) -> Result<(), Refusal> {
    let ReviewFacts { reviewer, is_approver, shares_address, request, approval, activation } = facts;
    let own = *reviewer == request.ask.principal || *reviewer == request.created_by;
    let mut ask = |input: &str, passed: bool, allowed: &str| {
        let (rule, input, allowed) = (RuleName::ApprovalRule.as_str().into(), input.into(), allowed.into());
        trace.push(TraceStep { rule, input, passed, allowed });
    };
    ask(if own { "the requestor" } else { "somebody else" }, !own, "somebody other than the requestor");
    if own {
        return Err(Refusal::one(
            ErrorCode::Unauthorized,
            "principalId",
            "nobody can decide his own request",
            "another approver of this role",
        ));
    }
    if *shares_address {
        ask("another account of the requestor", false, "somebody other than the requestor");
        return Err(Refusal::one(
            ErrorCode::Unauthorized,
            "principalId",
            "your account has the requestor's mail address: nobody can decide his own request with a second account",
            "an approver of this role with another mail address",
        ));
    }
    ask(
        if *is_approver { "an approver" } else { "not an approver" },
        *is_approver,
        "an approver of this role",
    );
    if !is_approver {
        return Err(Refusal::one(
            ErrorCode::Unauthorized,
            "principalId",
            "only an approver of this role can decide this request",
            "an approver that the role's settings name",
        ));
    }
    let status = approval.status_at(activation.now);
    let open = status == StepStatus::InProgress && request.status == Status::PendingApproval;
    ask(if open { "open" } else { "closed" }, open, "a request that is pending approval");
    if !open {
        return Err(closed(status, request));
    }
    let given = justification.map(str::trim).filter(|text| !text.is_empty());
    let wrong = match given {
        None if approval.is_justification_required => Some("Justification is required".to_owned()),
        None => None,
        Some(text) => Reason::try_from(text.to_owned()).err().map(|error| error.to_string()),
    };
    let Some(message) = wrong else { return Ok(()) };
    Err(Refusal {
        code: ErrorCode::InvalidRequest,
        message: message.clone(),
        findings: vec![Finding {
            rule: Some(RuleName::JustificationRule),
            field: "justification".into(),
            message,
            allowed: format!("1 to {REASON_MAX} characters"),
        }],
        trace: Vec::new(),
    })
}

fn closed(status: StepStatus, request: &Request) -> Refusal {
    let now = if status == StepStatus::Expired { Status::TimedOut } else { request.status };
    Refusal::one(
        ErrorCode::ApprovalClosed,
        "status",
        format!("the request is `{}` and can no longer be decided", now.as_str()),
        "a request that is `PendingApproval`",
    )
}

/// What a yes gives, by the facts of now. The settings that the request was made under have been met; what is asked
/// again is whether the right can still be had. The clock starts at the approval, in full length, unless a later
/// start was asked. An end that was asked for by its date is a promise to whoever reads the request, and stays. An
/// activation never outlives its eligibility.
fn give(facts: &ReviewFacts, trace: &mut Vec<TraceStep>) -> Result<Grant, Refusal> {
    let ReviewFacts { request, activation: now, .. } = facts;
    let fits = now.principal.is_some_and(|p| p.enabled && p.kind == PrincipalKind::User);
    if !fits {
        return Err(Refusal::one(
            ErrorCode::SubjectNotFound,
            "principalId",
            "the requestor's account is disabled or deleted",
            "an enabled user",
        ));
    }
    if now.own().any(|s| s.kind == Kind::Active) {
        return Err(Refusal::one(
            ErrorCode::RoleAssignmentExists,
            "roleDefinitionId",
            "The Role assignment already exists.",
            "the role is active already, or will be: nothing needs to be approved",
        ));
    }
    let asked = rules::window(request.ask.window, request.created_at)?;
    let start = asked.start.max(now.now);
    let end = match request.ask.window.map(|window| window.expiration) {
        Some(Expiration::AfterDateTime(end)) if end - start < SHORTEST => return Err(too_late(end)),
        Some(Expiration::AfterDateTime(end)) => Some(end),
        _ => asked.length().map(|length| start + length),
    };
    let window = Window { start, end };
    let mut rules = rules::Rules::new(trace);
    let eligibility = activate::eligibility_rule(&mut rules, &request.ask, now, start);
    rules.fold()?;
    let schedule = activate::schedule(&request.ask, request.id, window, eligibility)?;
    Ok(Grant {
        status: if start > now.now { Status::Granted } else { Status::Provisioned },
        effective: start,
        target: schedule.id,
        effects: vec![Effect::Create(schedule)],
        awaits: None,
    })
}

fn too_late(end: Instant) -> Refusal {
    Refusal::one(
        ErrorCode::InvalidSchedule,
        "endDateTime",
        format!("the end that was asked for, {end}, is past or less than {} away", SHORTEST.words()),
        "a new request with a later end, or with a duration, which counts from the approval",
    )
}
