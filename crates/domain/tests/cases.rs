//! The rules by example: every file in `cases/` holds cases, each a sentence with facts, an ask and what follows.
//! `cases/README.md` says how they are written.

use std::{fs, path::Path};

use domain::{
    decide::{CallerFacts, Decision, Effect, Facts, OpenRequestFact, decide},
    ids::{PrincipalId, RequestId, RoleId, ScheduleId},
    permission::{Permission, Permissions},
    policy::{EnablementRule, Policy},
    principal::{PrincipalFacts, PrincipalKind},
    request::{Action, Ask, AskedWindow, Expiration, Ticket},
    role::{self, RoleFacts},
    schedule::{Kind, Schedule},
    scope::Scope,
    time::{Instant, Span, Window},
};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What the file is about, for its reader.
    #[expect(dead_code, reason = "read by people")]
    about: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The rule, as a sentence.
    that: String,
    #[serde(default)]
    given: Given,
    ask: Asked,
    then: Then,
}

/// The facts. Times are relative to the present: `now`, `+8h`, `-1d`, `+1h30m`, `forever`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Given {
    /// Who asks: `admin`, who may manage roles, or anybody else, who may not. By default the principal for the
    /// self actions, and `admin` otherwise.
    caller: Option<String>,
    /// Whether the caller gave a second factor.
    second_factor: bool,
    /// Whom it is about: `ada`, `disabled`, `group`, `plain group`, `service` or `unknown`.
    principal: String,
    /// A role by its shown name, or `unknown`.
    role: String,
    /// What differs from the default policy.
    policy: PolicyChange,
    /// Schedules: `E1 eligible -1d..+30d`, `A1 active -1h..+3h from E1`, `G1 eligible now..forever of group`.
    has: Vec<String>,
    /// Requests that are still open.
    open: Vec<Action>,
    /// How many others hold the role permanently.
    other_guardians: u64,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct PolicyChange {
    eligible: RuleChange,
    active: RuleChange,
    activation: RuleChange,
    approval: bool,
    context: bool,
}

/// `{"atMost": "+1h"}` asks for an end; `needs` lists of `mfa`, `reason`, `ticket` all that must be given.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct RuleChange {
    at_most: Option<String>,
    needs: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Asked {
    action: Action,
    /// `active` unless said.
    kind: Option<Kind>,
    /// Now unless said.
    start: Option<String>,
    /// How long: `8h`, `4m`, `forever`.
    r#for: Option<String>,
    until: Option<String>,
    /// `help desk` unless said; `null` for none.
    #[serde(default = "help_desk")]
    reason: Option<String>,
    /// A reason of so many characters.
    reason_of: Option<usize>,
    /// Number and system.
    #[serde(default)]
    ticket: (Option<String>, Option<String>),
    target: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Then {
    /// The status of a granted request.
    status: Option<String>,
    /// What it does: `create active now..+8h from E1`, `move A1 -1h..+2h`, `end E1 removed`.
    #[serde(default)]
    does: Vec<String>,
    /// The code of a refusal.
    refused: Option<String>,
    /// Each finding as `Rule field: allowed`, or `field: allowed` where no policy rule speaks.
    findings: Option<Vec<String>>,
    /// The rules that were asked, `Rule yes` or `Rule no`.
    trace: Option<Vec<String>>,
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

const NOW: Instant = Instant(1_776_153_600_000);
const NEW: RequestId = RequestId(Uuid::from_u128(0xFFFF));

/// `NEW`, `E1`, `ada`: a name always stands for the same id.
fn id(name: &str) -> Uuid {
    Uuid::from_u128(name.bytes().fold(0, |id, byte| id << 8 | u128::from(byte)))
}

fn span(text: &str) -> Span {
    let (mut total, mut digits) = (0, String::new());
    for c in text.chars() {
        let factor = match c {
            'd' => 1_440,
            'h' => 60,
            'm' => 1,
            _ => {
                digits.push(c);
                continue;
            }
        };
        total +=
            factor * digits.parse::<i64>().unwrap_or_else(|_| panic!("a length such as `8h`, not `{text}`"));
        digits.clear();
    }
    assert!(digits.is_empty(), "a length such as `8h`, not `{text}`");
    Span::minutes(total)
}

fn instant(text: &str) -> Instant {
    match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(ahead), _) => NOW + span(ahead),
        (_, Some(ago)) => NOW - span(ago),
        _ => {
            assert_eq!(text, "now", "a time such as `+8h`");
            NOW
        }
    }
}

fn window(text: &str) -> Window {
    let (start, end) =
        text.split_once("..").unwrap_or_else(|| panic!("a window such as `now..+8h`, not `{text}`"));
    Window { start: instant(start), end: (end != "forever").then(|| instant(end)) }
}

fn time_words(at: Instant) -> String {
    let minutes = (at - NOW).as_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    let parts = [(minutes.abs() / 1_440, 'd'), (minutes.abs() / 60 % 24, 'h'), (minutes.abs() % 60, 'm')];
    let words: Vec<_> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if words.is_empty() { "now".into() } else { format!("{sign}{}", words.concat()) }
}

fn window_words(window: Window) -> String {
    format!("{}..{}", time_words(window.start), window.end.map_or("forever".into(), time_words))
}

fn schedule(line: &str, given: &Given) -> Schedule {
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

fn role_id(name: &str) -> RoleId {
    role::builtin().iter().find(|r| r.display_name == name).map_or(RoleId(id(name)), |r| r.id)
}

fn principal(name: &str) -> Option<PrincipalFacts> {
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

fn policy(change: &PolicyChange) -> Policy {
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

fn facts(given: &Given, action: Action) -> Facts {
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

fn ask(asked: &Asked, given: &Given) -> Ask {
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

/// The effects in the words of a case.
fn effects(effects: &[Effect]) -> Vec<String> {
    let name = |of: ScheduleId| {
        let bytes = of.0.into_bytes();
        String::from_utf8_lossy(&bytes).trim_start_matches('\0').to_owned()
    };
    let say = |effect: &Effect| match effect {
        Effect::Create(s) => {
            let from = s.activated_from.map_or(String::new(), |from| format!(" from {}", name(from)));
            format!("create {} {}{from}", s.kind.as_str(), window_words(s.window))
        }
        Effect::Reschedule { id, window } => format!("move {} {}", name(*id), window_words(*window)),
        Effect::End { id, reason } => format!("end {} {}", name(*id), reason.as_str()),
    };
    effects.iter().map(say).collect()
}

/// What the decision says, in the words of a case.
fn said(decision: &Decision, then: &Then) -> Then {
    let trace = decision.trace.iter().map(|s| format!("{} {}", s.rule, if s.passed { "yes" } else { "no" }));
    let mut said = Then {
        status: None,
        does: Vec::new(),
        refused: None,
        findings: None,
        trace: then.trace.as_ref().map(|_| trace.collect()),
    };
    match &decision.verdict {
        Ok(grant) => {
            said.status = Some(grant.status.as_str().into());
            said.does = effects(&grant.effects);
        }
        Err(refusal) => {
            said.refused = Some(refusal.code.as_str().into());
            let say = |f: &domain::decide::Finding| {
                let rule = f.rule.map_or(String::new(), |rule| format!("{} ", rule.as_str()));
                format!("{rule}{}: {}", f.field, f.allowed)
            };
            said.findings = then.findings.as_ref().map(|_| refusal.findings.iter().map(say).collect());
        }
    }
    said
}

impl Then {
    fn words(&self) -> String {
        format!(
            "  status {:?}\n  does {:?}\n  refused {:?}\n  findings {:?}\n  trace {:?}",
            self.status, self.does, self.refused, self.findings, self.trace
        )
    }
}

#[test]
fn every_case_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for path in files {
        let file: File = serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in file.cases {
            count += 1;
            let decision = decide(&ask(&case.ask, &case.given), &facts(&case.given, case.ask.action), NEW);
            let (said, written) = (said(&decision, &case.then).words(), case.then.words());
            if said != written {
                wrong.push(format!("{} in {}\nis\n{said}\nnot\n{written}", case.that, path.display()));
            }
        }
    }
    assert!(count >= 140, "only {count} cases were found");
    assert!(wrong.is_empty(), "{} of {count} cases differ\n\n{}", wrong.len(), wrong.join("\n\n"));
}
