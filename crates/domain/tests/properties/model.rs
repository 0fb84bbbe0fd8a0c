//! The slow, obvious second implementation: rights are windows of minutes in a list, time passes minute by minute, and
//! an ask is answered by writing down everything that speaks against it and naming the weightiest. It is written
//! from `reference/graph-pim-contract.md` 5 and 6 and shares no code with the engine.

use domain::{
    request::{Action, Status},
    schedule::Kind,
};

use crate::plot::*;

/// A right. It is over when its last minute has passed; what is ended early is cut to the present minute.
#[derive(Clone, Debug)]
struct Right {
    id: u32,
    kind: Kind,
    who: usize,
    role: usize,
    from: i64,
    until: i64,
    behind: Option<u32>,
}

impl Right {
    fn at(&self, minute: i64) -> bool {
        self.from <= minute && minute < self.until
    }
}

struct Request {
    id: u32,
    who: usize,
    role: usize,
    status: Status,
}

pub struct Model {
    now: i64,
    opening: Opening,
    rights: Vec<Right>,
    requests: Vec<Request>,
}

/// What speaks against an ask. The order is that of 5.6: the first is the weightiest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Objection {
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

impl Model {
    pub fn new(opening: &Opening) -> Self {
        let rights = opening.rights.iter().zip(1..).map(|(g, id)| Right {
            id,
            kind: g.kind,
            who: g.who,
            role: g.role,
            from: g.from,
            until: g.until,
            behind: g.behind,
        });
        Self { now: 0, opening: opening.clone(), rights: rights.collect(), requests: Vec::new() }
    }

    pub fn wait(&mut self, minutes: i64) {
        for _ in 0..minutes {
            self.now += 1;
            self.settle();
        }
    }

    /// A request that waits for its start is provisioned in the minute in which its right begins.
    fn settle(&mut self) {
        for request in self.requests.iter_mut().filter(|r| r.status == Status::Granted) {
            if self.rights.iter().any(|r| r.id == request.id && r.from <= self.now) {
                request.status = Status::Provisioned;
            }
        }
    }

    fn groups_of(&self, who: usize) -> &[usize] {
        if self.opening.members.contains(&who) { &[GROUP] } else { &[] }
    }

    /// Whether this person has the role at this minute.
    fn holds(&self, who: usize, role: usize) -> bool {
        self.rights.iter().any(|r| {
            r.kind == Kind::Active
                && r.role == role
                && r.at(self.now)
                && (r.who == who || self.groups_of(who).contains(&r.who))
        })
    }

    /// Those who keep a guarded role: enabled users who hold it permanently, by name and not by activation.
    fn guards(&self, role: usize) -> usize {
        let keeps = |r: &&Right| {
            r.kind == Kind::Active
                && r.role == role
                && r.at(self.now)
                && r.until == FOREVER
                && r.behind.is_none()
        };
        self.rights.iter().filter(keeps).filter(|r| USERS.contains(&r.who)).count()
    }

    /// The rights of this one on this role that are not over.
    fn live(&self, who: usize, role: usize) -> impl Iterator<Item = &Right> {
        self.rights.iter().filter(move |r| r.who == who && r.role == role && r.until > self.now)
    }

    /// The right that an update or a removal means: assigned before activated, older before newer.
    fn meant(&self, q: &Question) -> Option<Right> {
        let fits = |r: &&Right| r.kind == q.kind && q.target.is_none_or(|id| id == r.id);
        let mut found: Vec<_> = self.live(q.who, q.role).filter(fits).collect();
        found.sort_by_key(|r| r.id);
        let assigned = found.iter().find(|r| r.behind.is_none());
        assigned.or_else(|| found.first()).map(|r| (*r).clone())
    }

    /// The right that the holder gives back.
    fn given_back(&self, q: &Question) -> Option<Right> {
        let fits = |r: &&Right| r.behind.is_some() && r.at(self.now) && q.target.is_none_or(|id| id == r.id);
        self.live(q.who, q.role).find(fits).cloned()
    }

    /// First and last minute (exclusive), or what is senseless about them.
    fn minutes(&self, q: &Question) -> Result<(i64, i64), &'static str> {
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
    fn eligibility(&self, q: &Question, start: i64) -> Option<Right> {
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
    fn objections(&self, q: &Question) -> Vec<Objection> {
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
            let open = |r: &Request| r.who == q.who && r.role == q.role && r.status == Status::Granted;
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
                when(settings.approval || settings.context, Objection::NotEnforced);
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

    pub fn ask(&mut self, q: &Question, id: u32) -> Answer {
        let mut no = self.objections(q);
        if no.is_empty() {
            let (rights, guards) = (self.rights.clone(), self.guards(q.role));
            let (status, at) = self.carry_out(q, id);
            if q.role > PRIVILEGED || guards == 0 || self.guards(q.role) > 0 {
                self.requests.push(Request { id, who: q.who, role: q.role, status });
                self.forget_waiting();
                self.settle();
                return Answer::Yes { status, at };
            }
            self.rights = rights;
            no.push(Objection::LastGuard);
        }
        no.sort();
        let code = match no[0] {
            Objection::Caller => "UnauthorizedAccessException",
            Objection::NotHere | Objection::CannotHold | Objection::Activation => {
                "InvalidRoleAssignmentRequest"
            }
            Objection::NotYet | Objection::NotEnforced => "NotSupported",
            Objection::NoRole => "RoleNotFound",
            Objection::NoSubject => "SubjectNotFound",
            Objection::Twin => "PendingRoleAssignmentRequest",
            Objection::Missing => "RoleAssignmentDoesNotExist",
            Objection::Senseless(code) => code,
            Objection::Exists => "RoleAssignmentExists",
            Objection::TooEarly => "ActiveDurationTooShort",
            Objection::Rule(_) => "RoleAssignmentRequestPolicyValidationFailed",
            Objection::LastGuard => "LastGuardedAssignment",
        };
        let rule = |o: &Objection| if let Objection::Rule(name) = o { Some(*name) } else { None };
        let rules = if rule(&no[0]).is_some() { no.iter().filter_map(rule).collect() } else { Vec::new() };
        Answer::No { code, rules }
    }

    fn carry_out(&mut self, q: &Question, id: u32) -> (Status, i64) {
        let (now, revoked) = (self.now, (Status::Revoked, self.now));
        match q.action {
            Action::AdminRemove => {
                let meant = self.meant(q).unwrap();
                self.end(meant.id);
                return revoked;
            }
            Action::SelfDeactivate => {
                let mine = self.given_back(q).unwrap();
                self.end(mine.id);
                return revoked;
            }
            _ => {}
        }
        let (start, end) = self.minutes(q).unwrap();
        if q.action == Action::AdminUpdate {
            let meant = self.meant(q).unwrap();
            let from = if start == now { meant.from.min(now) } else { start };
            for right in &mut self.rights {
                if right.id == meant.id {
                    (right.from, right.until) = (from, end);
                }
            }
            self.keep_inside(meant.id, from, end);
            return (Status::Provisioned, now);
        }
        let behind = if q.action == Action::SelfActivate { self.eligibility(q, start) } else { None };
        self.rights.push(Right {
            id,
            kind: q.kind,
            who: q.who,
            role: q.role,
            from: start,
            until: behind.as_ref().map_or(end, |b| b.until.min(end)),
            behind: behind.map(|b| b.id),
        });
        (if start > now { Status::Granted } else { Status::Provisioned }, start)
    }

    /// Ends a right in this minute, and what rests on it.
    fn end(&mut self, id: u32) {
        let now = self.now;
        for right in self.rights.iter_mut().filter(|r| r.id == id || r.behind == Some(id)) {
            right.until = right.until.min(now);
        }
    }

    /// What rests on an eligibility has only minutes in which the eligibility holds, from now on.
    fn keep_inside(&mut self, eligibility: u32, from: i64, until: i64) {
        let now = self.now;
        for right in self.rights.iter_mut().filter(|r| r.behind == Some(eligibility) && r.until > now) {
            let next = right.from.max(now);
            let inside = from <= next && next < until;
            right.until = if inside { right.until.min(until) } else { now };
        }
    }

    /// A request whose right ended before it began is cancelled.
    fn forget_waiting(&mut self) {
        for request in self.requests.iter_mut().filter(|r| r.status == Status::Granted) {
            if self.rights.iter().any(|r| r.id == request.id && r.until <= self.now) {
                request.status = Status::Canceled;
            }
        }
    }

    pub fn cancel(&mut self, which: usize) {
        let mut open = self.requests.iter().filter(|r| r.status == Status::Granted);
        if let Some(id) = open.nth(which).map(|r| r.id) {
            self.end(id);
            self.forget_waiting();
        }
    }

    pub fn picture(&self) -> Picture {
        let row = |r: &Right| Row {
            id: r.id,
            eligible: r.kind == Kind::Eligible,
            who: r.who,
            role: r.role,
            from: r.from,
            until: r.until,
            behind: r.behind,
        };
        let pairs = (0..NOBODY).flat_map(|who| (0..NO_ROLE).map(move |role| (who, role)));
        Picture {
            rights: self.rights.iter().filter(|r| r.until > self.now).map(row).collect(),
            requests: self.requests.iter().map(|r| (r.id, r.status)).collect(),
            holders: pairs.filter(|(who, role)| self.holds(*who, *role)).collect(),
        }
    }
}
