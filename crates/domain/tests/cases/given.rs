//! What a case gives and asks, and the facts and the ask that it means.

use domain::{
    decide::{CallerFacts, Facts, OpenRequestFact},
    ids::{PrincipalId, RoleId, ScheduleId},
    permission::{Permission, Permissions},
    policy::{EnablementRule, Policy},
    principal::{PrincipalFacts, PrincipalKind},
    request::{Action, Ask, AskedWindow, Expiration, Ticket},
    role::{self, RoleFacts},
    schedule::{Kind, Schedule},
    scope::Scope,
};
use serde::Deserialize;

use crate::words::{NEW, NOW, id, instant, span, window};

/// The facts. Times are relative to the present: `now`, `+8h`, `-1d`, `+1h30m`, `forever`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Given {
    /// Who asks: `admin`, who may manage roles, or anybody else, who may not. By default the principal for the
    /// self actions, and `admin` otherwise.
    pub caller: Option<String>,
    /// Whether the caller gave a second factor.
    pub second_factor: bool,
    /// Whom it is about: `ada`, `disabled`, `group`, `plain group`, `service` or `unknown`.
    pub principal: String,
    /// A role by its shown name, or `unknown`.
    pub role: String,
    /// What differs from the default policy.
    pub policy: PolicyChange,
    /// Schedules: `E1 eligible -1d..+30d`, `A1 active -1h..+3h from E1`, `G1 eligible now..forever of group`.
    pub has: Vec<String>,
    /// Requests that are still open.
    pub open: Vec<Action>,
    /// How many others hold the role permanently.
    pub other_guardians: u64,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct PolicyChange {
    pub eligible: RuleChange,
    pub active: RuleChange,
    pub activation: RuleChange,
    pub approval: bool,
    pub context: bool,
}

/// `{"atMost": "+1h"}` asks for an end; `needs` lists of `mfa`, `reason`, `ticket` all that must be given.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct RuleChange {
    pub at_most: Option<String>,
    pub needs: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Asked {
    pub action: Action,
    /// `active` unless said.
    pub kind: Option<Kind>,
    /// Now unless said.
    pub start: Option<String>,
    /// How long: `8h`, `4m`, `forever`.
    pub r#for: Option<String>,
    pub until: Option<String>,
    /// `help desk` unless said; `null` for none.
    #[serde(default = "help_desk")]
    pub reason: Option<String>,
    /// A reason of so many characters.
    pub reason_of: Option<usize>,
    /// Number and system.
    #[serde(default)]
    pub ticket: (Option<String>, Option<String>),
    pub target: Option<String>,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            caller: None,
            second_factor: true,
            principal: "ada".into(),
            role: "User Administrator".into(),
            policy: PolicyChange::default(),
            has: Vec::new(),
            open: Vec::new(),
            other_guardians: 0,
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "serde asks for the field's own type")]
fn help_desk() -> Option<String> {
    Some("help desk".into())
}

pub fn schedule(line: &str, given: &Given) -> Schedule {
    let words: Vec<_> = line.split(' ').collect();
    let after = |word| words.iter().position(|w| *w == word).and_then(|at| words.get(at + 1)).copied();
    Schedule {
        id: ScheduleId(id(words[0])),
        kind: Kind::parse(words[1]).unwrap_or_else(|| panic!("eligible or active in `{line}`")),
        principal: PrincipalId(id(after("of").unwrap_or(&given.principal))),
        role: role_id(&given.role),
        scope: Scope::Directory,
        window: window(words[2]),
        activated_from: after("from").map(|name| ScheduleId(id(name))),
    }
}

pub fn role_id(name: &str) -> RoleId {
    role::builtin().iter().find(|r| r.display_name == name).map_or(RoleId(id(name)), |r| r.id)
}

pub fn principal(name: &str) -> Option<PrincipalFacts> {
    let kind = match name {
        "unknown" => return None,
        "group" | "plain group" => PrincipalKind::Group,
        "service" => PrincipalKind::ServicePrincipal,
        _ => PrincipalKind::User,
    };
    Some(PrincipalFacts {
        id: PrincipalId(id(name)),
        kind,
        enabled: name != "disabled",
        is_assignable_to_role: name == "group",
    })
}

pub fn policy(change: &PolicyChange) -> Policy {
    let mut policy = Policy::default();
    for (rule, wish) in [
        (&mut policy.expiration_admin_eligibility, &change.eligible),
        (&mut policy.expiration_admin_assignment, &change.active),
        (&mut policy.expiration_end_user_assignment, &change.activation),
    ] {
        if let Some(most) = &wish.at_most {
            rule.is_expiration_required = most != "forever";
            rule.maximum_duration = if most == "forever" { rule.maximum_duration } else { span(most) };
        }
    }
    let needs = |words: &[String]| EnablementRule {
        multi_factor_authentication: words.iter().any(|w| w == "mfa"),
        justification: words.iter().any(|w| w == "reason"),
        ticketing: words.iter().any(|w| w == "ticket"),
    };
    for (rule, wish) in [
        (&mut policy.enablement_admin_eligibility, &change.eligible),
        (&mut policy.enablement_admin_assignment, &change.active),
        (&mut policy.enablement_end_user_assignment, &change.activation),
    ] {
        *rule = wish.needs.as_deref().map_or(*rule, needs);
    }
    policy.approval_end_user_assignment.is_approval_required = change.approval;
    policy.authentication_context_end_user_assignment.is_enabled = change.context;
    policy
}

pub fn facts(given: &Given, action: Action) -> Facts {
    let usual = if action.is_own() { &given.principal } else { "admin" };
    let caller = given.caller.as_deref().unwrap_or(usual);
    let mut permissions = Permissions::NONE;
    if caller == "admin" {
        permissions.insert(Permission::ManageRoles);
    }
    Facts {
        now: NOW,
        caller: CallerFacts { id: PrincipalId(id(caller)), second_factor: given.second_factor, permissions },
        principal: principal(&given.principal),
        role: role::find(role_id(&given.role)).map(RoleFacts::from),
        policy: policy(&given.policy),
        schedules: given.has.iter().map(|line| schedule(line, given)).collect(),
        open_requests: given.open.iter().map(|action| OpenRequestFact { id: NEW, action: *action }).collect(),
        other_guardians: given.other_guardians,
    }
}

pub fn ask(asked: &Asked, given: &Given) -> Ask {
    let expiration = match (asked.r#for.as_deref(), asked.until.as_deref()) {
        (Some("forever"), _) => Some(Expiration::NoExpiration),
        (Some(length), _) => Some(Expiration::AfterDuration(span(length))),
        (_, Some(end)) => Some(Expiration::AfterDateTime(instant(end))),
        _ => None,
    };
    let start = asked.start.as_deref().map(instant);
    Ask {
        action: asked.action,
        kind: asked.kind.unwrap_or(Kind::Active),
        principal: PrincipalId(id(&given.principal)),
        role: role_id(&given.role),
        scope: Scope::Directory,
        justification: asked.reason_of.map(|n| "ä".repeat(n)).or_else(|| asked.reason.clone()),
        window: expiration.map(|expiration| AskedWindow { start, expiration }),
        ticket: Ticket { number: asked.ticket.0.clone(), system: asked.ticket.1.clone() },
        target: asked.target.as_deref().map(|name| ScheduleId(id(name))),
    }
}
