//! The engine under test: `decide`, with the smallest store that loads its facts and carries out what it says.
//! A `Mutation` breaks one thing, to prove that the comparison would notice.

use domain::{
    approval::{self, Approval, StepStatus},
    decide::{
        CallerFacts, Decision, Effect, Facts, OpenRequestFact, ReviewFacts, Reviewed, decide, guards, review,
    },
    ids::{PrincipalId, RequestId, RoleId, ScheduleId},
    permission::{Permission, Permissions},
    policy::Policy,
    request::{Action, Ask, AskedWindow, Expiration, Request, Status, Ticket},
    role::{self, RoleFacts},
    schedule::{EndReason, Kind, Schedule},
    scope::Scope,
    time::{Instant, Span, Window},
};
use uuid::Uuid;

use crate::{mutation::Mutation, names::*, plot::*};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub schedule: Schedule,
    /// Ended before its end.
    pub ended: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRequest {
    pub id: RequestId,
    pub action: Action,
    pub status: Status,
    pub principal: PrincipalId,
    pub role: RoleId,
    ask: Ask,
    created_at: Instant,
    approval: Option<Approval>,
}

pub struct World {
    pub minute: i64,
    opening: Opening,
    policies: Vec<Policy>,
    pub kept: Vec<Kept>,
    pub requests: Vec<KeptRequest>,
    mutation: Option<Mutation>,
}

impl World {
    pub fn new(opening: &Opening, mutation: Option<Mutation>) -> Self {
        let given = |(g, id): (&Given, u32)| Kept {
            schedule: Schedule {
                id: schedule_id(id),
                kind: g.kind,
                principal: person(g.who),
                role: role_of(g.role),
                scope: Scope::Directory,
                window: Window { start: at(g.from), end: (g.until != FOREVER).then(|| at(g.until)) },
                activated_from: g.behind.map(schedule_id),
            },
            ended: false,
        };
        Self {
            minute: 0,
            opening: opening.clone(),
            policies: opening.settings.iter().map(policy).collect(),
            kept: opening.rights.iter().zip(1..).map(given).collect(),
            requests: Vec::new(),
            mutation,
        }
    }

    fn is(&self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }

    pub fn now(&self) -> Instant {
        at(self.minute)
    }

    pub fn wait(&mut self, minutes: i64) {
        self.minute += minutes;
        self.time_out_due();
        self.start_due();
    }

    /// What the job does that ends what nobody answered.
    fn time_out_due(&mut self) {
        let late = if self.is(Mutation::LateApproval) { Span::minutes(1) } else { Span::ZERO };
        let now = self.now() - late;
        for request in self.requests.iter_mut().filter(|r| r.status == Status::PendingApproval) {
            if request.approval.as_ref().is_some_and(|a| a.status_at(now) == StepStatus::Expired) {
                request.status = Status::TimedOut;
            }
        }
    }

    /// What the job does that carries out the start of a right.
    fn start_due(&mut self) {
        let now = self.now();
        for request in self.requests.iter_mut().filter(|r| r.status == Status::Granted) {
            let begun =
                |k: &Kept| k.schedule.id == request.id.into() && !k.ended && k.schedule.window.start <= now;
            if self.kept.iter().any(begun) {
                request.status = Status::Provisioned;
            }
        }
    }

    fn live(&self) -> impl Iterator<Item = &Schedule> {
        let (now, late) = (self.now(), self.is(Mutation::EndIsInside));
        let over = move |s: &Schedule| {
            if late { s.window.end.is_some_and(|end| end < now) } else { s.window.is_over(now) }
        };
        self.kept.iter().filter(|k| !k.ended).map(|k| &k.schedule).filter(move |s| !over(s))
    }

    fn belongs(&self, who: usize, holder: PrincipalId) -> bool {
        holder == person(who) || holder == person(GROUP) && self.opening.members.contains(&who)
    }

    fn holds(&self, who: usize, role: RoleId) -> bool {
        self.live().any(|s| {
            s.kind == Kind::Active
                && s.role == role
                && s.window.start <= self.now()
                && self.belongs(who, s.principal)
        })
    }

    fn facts(&self, q: &Question) -> Facts {
        let (role, own) = (role_of(q.role), person(q.who));
        let mine = |s: &&Schedule| {
            s.role == role
                && (s.principal == own
                    || q.action == Action::SelfActivate
                        && s.kind == Kind::Eligible
                        && self.belongs(q.who, s.principal))
        };
        let mut schedules: Vec<Schedule> = self.live().filter(mine).cloned().collect();
        let from = |s: &&Schedule| s.activated_from.is_some_and(|id| schedules.iter().any(|e| e.id == id));
        let activated: Vec<_> = self.live().filter(from).filter(|s| s.principal != own).cloned().collect();
        schedules.extend(activated);
        let open = |r: &&KeptRequest| r.status.is_open() && r.principal == own && r.role == role;
        let held = (0..NO_ROLE).map(role_of).filter(|role| self.holds(q.caller, *role));
        let mut facts = Facts {
            now: self.now(),
            caller: CallerFacts {
                id: person(q.caller),
                second_factor: q.second_factor,
                permissions: Permissions::of_roles(held),
            },
            principal: facts_of(q.who),
            role: role::find(role).map(RoleFacts::from),
            policy: self.policies[q.role].clone(),
            schedules,
            open_requests: self
                .requests
                .iter()
                .filter(open)
                .map(|r| OpenRequestFact { id: r.id, action: r.action })
                .collect(),
            other_guardians: self.other_guardians(q),
        };
        self.mutate_facts(&mut facts, q);
        facts
    }

    fn other_guardians(&self, q: &Question) -> u64 {
        let counts = |s: &Schedule, who: usize| {
            let group = self.is(Mutation::GroupGuards) && who == GROUP && s.window.end.is_none();
            let bound = self.is(Mutation::TimeBoundGuards) && USERS.contains(&who) && s.window.end.is_some();
            let odd = (group || bound) && s.is_in_force(self.now()) && s.principal == person(who);
            odd || facts_of(who).is_some_and(|p| guards(s, p, self.now()))
        };
        let others = (0..NOBODY).filter(|who| *who != q.who);
        let mut active = others.flat_map(|who| self.live().map(move |s| (who, s)));
        u64::from(
            active.any(|(who, s)| s.kind == Kind::Active && s.role == role_of(q.role) && counts(s, who)),
        )
    }

    fn mutate_facts(&self, facts: &mut Facts, q: &Question) {
        match self.mutation {
            Some(Mutation::NoGuard) => facts.other_guardians = 1,
            Some(Mutation::NoSecondFactor) => facts.caller.second_factor = true,
            Some(Mutation::Twins) => facts.open_requests.clear(),
            Some(Mutation::ActsForOthers) if q.action.is_own() => facts.caller.id = person(q.who),
            Some(Mutation::EverybodyManages) => facts.caller.permissions.insert(Permission::ManageRoles),
            Some(Mutation::EarlyDeactivation) if q.action == Action::SelfDeactivate => {
                for schedule in &mut facts.schedules {
                    schedule.window.start = schedule.window.start - Span::minutes(1);
                }
            }
            Some(Mutation::NoApproval) => {
                facts.policy.approval_end_user_assignment.is_approval_required = false;
            }
            Some(Mutation::MinuteOverMaximum) => {
                let longest = &mut facts.policy.expiration_end_user_assignment.maximum_duration;
                *longest = Span(longest.0 + 60_000);
            }
            _ => {}
        }
    }

    fn ask_of(&self, q: &Question) -> Ask {
        let text = |length: Option<usize>| length.map(|n| if n == 0 { "  ".into() } else { "x".repeat(n) });
        let reason = if self.is(Mutation::LongReasons) { q.reason.map(|n| n.min(500)) } else { q.reason };
        let expiration = |length| match length {
            Length::Forever => Expiration::NoExpiration,
            Length::For(4) if self.is(Mutation::FourMinutes) => Expiration::AfterDuration(Span::minutes(5)),
            Length::For(minutes) => Expiration::AfterDuration(Span::minutes(minutes)),
            Length::Until(minute) => Expiration::AfterDateTime(at(minute)),
        };
        Ask {
            action: q.action,
            kind: q.kind,
            principal: person(q.who),
            role: role_of(q.role),
            scope: Scope::Directory,
            justification: text(reason),
            window: q
                .window
                .map(|(start, length)| AskedWindow { start: start.map(at), expiration: expiration(length) }),
            ticket: Ticket { number: text(q.ticket.0), system: text(q.ticket.1) },
            target: q.target.map(schedule_id),
        }
    }

    pub fn ask(&mut self, q: &Question, id: u32) -> Answer {
        let (ask, id) = (self.ask_of(q), RequestId(Uuid::from_u128(id.into())));
        let Decision { verdict, trace } = decide(&ask, &self.facts(q), id);
        match verdict {
            Ok(grant) => {
                assert!(trace.iter().all(|step| step.passed), "granted although a rule said no: {trace:?}");
                for effect in grant.effects {
                    self.apply(effect, Some(q));
                }
                let (status, principal, role) = (grant.status, ask.principal, ask.role);
                let created_at = self.now();
                let approval = grant.awaits.map(|_| Approval::asked(id, created_at, true));
                let action = q.action;
                self.requests.push(KeptRequest {
                    id,
                    action,
                    status,
                    principal,
                    role,
                    ask,
                    created_at,
                    approval,
                });
                self.start_due();
                Answer::Yes { status, at: minute_of(grant.effective) }
            }
            Err(refusal) => {
                let mut rules: Vec<_> =
                    refusal.findings.iter().filter_map(|f| Some(f.rule?.as_str())).collect();
                rules.sort_unstable();
                assert!(
                    refusal.findings.iter().all(|f| !f.allowed.is_empty()),
                    "what would pass? {refusal:?}"
                );
                Answer::No { code: refusal.code.as_str(), rules }
            }
        }
    }

    fn apply(&mut self, effect: Effect, q: Option<&Question>) {
        match effect {
            Effect::Create(mut schedule) => {
                if let Some(end) = &mut schedule.window.end {
                    match self.mutation {
                        Some(Mutation::EndsOneMinuteLate) => *end = *end + Span::minutes(1),
                        Some(Mutation::FourMinutes) => {
                            *end = (*end).min(schedule.window.start + Span::minutes(4));
                        }
                        _ => {}
                    }
                }
                let window = q.and_then(|q| q.window);
                if let (Some(Mutation::NoCap), Some((_, Length::For(minutes)))) = (self.mutation, window) {
                    schedule.window.end = Some(schedule.window.start + Span::minutes(minutes));
                }
                self.kept.push(Kept { schedule, ended: false });
            }
            Effect::Reschedule { id, window } => {
                let dependent = |k: &Kept| k.schedule.activated_from.is_some();
                let kept = self.kept.iter_mut().find(|k| k.schedule.id == id).unwrap();
                if !(self.mutation == Some(Mutation::NoCascadeOfUpdates) && dependent(kept)) {
                    kept.schedule.window = window;
                }
            }
            Effect::End { reason: EndReason::EligibilityEnded, .. } if self.is(Mutation::NoCascade) => {}
            Effect::End { id, .. } => self.end(id),
        }
    }

    fn end(&mut self, id: ScheduleId) {
        for kept in self.kept.iter_mut().filter(|k| k.schedule.id == id) {
            kept.ended = true;
        }
        for request in &mut self.requests {
            if request.status.is_open() && ScheduleId::from(request.id) == id {
                request.status = Status::Canceled;
            }
        }
    }

    /// Cancels an open request, with what rests on the right that it would have given.
    pub fn cancel(&mut self, which: usize) {
        let Some(request) = self.requests.iter_mut().filter(|r| r.status.is_open()).nth(which) else {
            return;
        };
        request.status = Status::Canceled;
        let id = request.id.into();
        let dependent = |k: &&Kept| k.schedule.activated_from == Some(id) && !k.ended;
        let dependents: Vec<_> = self.kept.iter().filter(dependent).map(|k| k.schedule.id).collect();
        self.end(id);
        for id in dependents {
            self.end(id);
        }
    }

    /// Somebody answers a request that waits for approval.
    pub fn review(&mut self, which: usize, by: usize, yes: bool) {
        let pending = |r: &(usize, &KeptRequest)| r.1.status == Status::PendingApproval;
        let Some((at, kept)) = self.requests.iter().enumerate().filter(pending).nth(which) else { return };
        let answer = if yes { approval::Answer::Approve } else { approval::Answer::Deny };
        let facts = self.review_facts(kept, by);
        match review(answer, Some("seen"), &facts).0 {
            Err(_) => {}
            Ok(Reviewed::Denied) => self.requests[at].status = Status::Denied,
            Ok(Reviewed::Failed(_)) => self.requests[at].status = Status::Failed,
            Ok(Reviewed::Granted(grant)) => {
                self.requests[at].status = grant.status;
                for effect in grant.effects {
                    self.apply(effect, None);
                }
                self.start_due();
            }
        }
    }

    fn review_facts(&self, kept: &KeptRequest, by: usize) -> ReviewFacts {
        let who = (0..NOBODY).find(|who| person(*who) == kept.principal).unwrap();
        let role = (0..NO_ROLE).find(|role| role_of(*role) == kept.role).unwrap();
        // The facts of the activation, as if it were asked now.
        let q = Question {
            caller: who,
            second_factor: false,
            action: Action::SelfActivate,
            kind: Kind::Active,
            who,
            role,
            window: None,
            reason: None,
            ticket: (None, None),
            target: None,
        };
        let created_at = kept.created_at;
        let mut activation = self.facts(&q);
        if self.is(Mutation::ClockStartsWithTheAsk) {
            activation.now = created_at;
        }
        if self.is(Mutation::LateApproval) {
            activation.now = activation.now.min(created_at + Span::minutes(1_439));
        }
        let guards = [GLOBAL, PRIVILEGED].into_iter().any(|role| self.holds(by, role_of(role)));
        let own = self.is(Mutation::SelfApproval) && person(by) == kept.principal;
        let twin = by != who && ONE_ADDRESS.contains(&by) && ONE_ADDRESS.contains(&who);
        ReviewFacts {
            reviewer: if own { person(NOBODY) } else { person(by) },
            is_approver: guards || self.is(Mutation::EverybodyApproves),
            shares_address: twin && !self.is(Mutation::SecondAccount),
            request: Request {
                id: kept.id,
                ask: kept.ask.clone(),
                status: kept.status,
                created_by: kept.principal,
                created_at,
                completed_at: None,
                target: None,
            },
            approval: kept.approval.clone().unwrap(),
            activation,
        }
    }

    pub fn picture(&self) -> Picture {
        let who_is = |id: PrincipalId| (0..NOBODY).find(|who| person(*who) == id).unwrap();
        let which = |id: RoleId| (0..NO_ROLE).find(|role| role_of(*role) == id).unwrap();
        let row = |s: &Schedule| Row {
            id: number(s.id.0),
            eligible: s.kind == Kind::Eligible,
            who: who_is(s.principal),
            role: which(s.role),
            from: minute_of(s.window.start),
            until: s.window.end.map_or(FOREVER, minute_of),
            behind: s.activated_from.map(|id| number(id.0)),
        };
        let pairs = (0..NOBODY).flat_map(|who| (0..NO_ROLE).map(move |role| (who, role)));
        Picture {
            rights: self.live().map(row).collect(),
            requests: self.requests.iter().map(|r| (number(r.id.0), r.status)).collect(),
            holders: pairs.filter(|(who, role)| self.holds(*who, role_of(*role))).collect(),
        }
    }
}
