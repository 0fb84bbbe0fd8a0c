//! The slow, obvious second implementation: rights are windows of minutes in a list, time passes minute by minute, and
//! an ask is answered by writing down everything that speaks against it and naming the weightiest. It is written
//! from `reference/graph-pim-contract.md` 5 and 6 and shares no code with the engine.

use domain::{
    request::{Action, Status},
    schedule::Kind,
};

use crate::{objections::Objection, plot::*};

/// A right. It is over when its last minute has passed; what is ended early is cut to the present minute.
#[derive(Clone, Debug)]
pub struct Right {
    pub id: u32,
    pub kind: Kind,
    pub who: usize,
    pub role: usize,
    pub from: i64,
    pub until: i64,
    pub behind: Option<u32>,
}

impl Right {
    pub fn at(&self, minute: i64) -> bool {
        self.from <= minute && minute < self.until
    }
}

pub struct Request {
    pub id: u32,
    pub who: usize,
    pub role: usize,
    pub status: Status,
    /// What was asked, in which minute, and from when until when it was to last.
    pub asked: Question,
    pub minute: i64,
    pub wished: (i64, i64),
}

impl Request {
    pub fn is_open(&self) -> bool {
        matches!(self.status, Status::Granted | Status::PendingApproval)
    }
}

/// A request that waits for approval waits a day.
const DAY: i64 = 1_440;

pub struct Model {
    pub now: i64,
    pub opening: Opening,
    pub rights: Vec<Right>,
    pub requests: Vec<Request>,
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

    /// A request that waits for its start is provisioned in the minute in which its right begins; one that waits for
    /// an approval is over after a day.
    fn settle(&mut self) {
        let now = self.now;
        for request in self.requests.iter_mut().filter(|r| r.status == Status::PendingApproval) {
            if now >= request.minute + DAY {
                request.status = Status::TimedOut;
            }
        }
        for request in self.requests.iter_mut().filter(|r| r.status == Status::Granted) {
            if self.rights.iter().any(|r| r.id == request.id && r.from <= self.now) {
                request.status = Status::Provisioned;
            }
        }
    }

    pub fn groups_of(&self, who: usize) -> &[usize] {
        if self.opening.members.contains(&who) { &[GROUP] } else { &[] }
    }

    /// Whether this person has the role at this minute.
    pub fn holds(&self, who: usize, role: usize) -> bool {
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
    pub fn live(&self, who: usize, role: usize) -> impl Iterator<Item = &Right> {
        self.rights.iter().filter(move |r| r.who == who && r.role == role && r.until > self.now)
    }

    /// The right that an update or a removal means: assigned before activated, older before newer.
    pub fn meant(&self, q: &Question) -> Option<Right> {
        let fits = |r: &&Right| r.kind == q.kind && q.target.is_none_or(|id| id == r.id);
        let mut found: Vec<_> = self.live(q.who, q.role).filter(fits).collect();
        found.sort_by_key(|r| r.id);
        let assigned = found.iter().find(|r| r.behind.is_none());
        assigned.or_else(|| found.first()).map(|r| (*r).clone())
    }

    /// The right that the holder gives back.
    pub fn given_back(&self, q: &Question) -> Option<Right> {
        let fits = |r: &&Right| r.behind.is_some() && r.at(self.now) && q.target.is_none_or(|id| id == r.id);
        self.live(q.who, q.role).find(fits).cloned()
    }

    pub fn ask(&mut self, q: &Question, id: u32) -> Answer {
        let mut no = self.objections(q);
        if no.is_empty() {
            let (rights, guards) = (self.rights.clone(), self.guards(q.role));
            let (status, at) = self.carry_out(q, id);
            if q.role > PRIVILEGED || guards == 0 || self.guards(q.role) > 0 {
                let wished = self.minutes(q).unwrap_or_default();
                let (asked, minute) = (q.clone(), self.now);
                self.requests.push(Request { id, who: q.who, role: q.role, status, asked, minute, wished });
                self.forget_waiting();
                self.settle();
                return Answer::Yes { status, at };
            }
            self.rights = rights;
            no.push(Objection::LastGuard);
        }
        no.sort();
        let code = no[0].code();
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
        if q.action == Action::SelfActivate && self.opening.settings[q.role].approval {
            return (Status::PendingApproval, start);
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
        let Some(request) = self.requests.iter_mut().filter(|r| r.is_open()).nth(which) else { return };
        request.status = Status::Canceled;
        let id = request.id;
        self.end(id);
    }

    /// Somebody says yes or no. He must hold a guarded role, and neither he nor the other account of the same address
    /// may have asked; a yes gives the whole wished
    /// length from now, or from a wished start that is still ahead, but nothing beyond the eligibility, nor beyond an end
    /// that was wished by its date, of which five minutes must be left.
    pub fn review(&mut self, which: usize, by: usize, yes: bool) {
        let pending = |r: &(usize, &Request)| r.1.status == Status::PendingApproval;
        let Some((at, request)) = self.requests.iter().enumerate().filter(pending).nth(which) else { return };
        let approver = self.holds(by, GLOBAL) || self.holds(by, PRIVILEGED);
        let twin = ONE_ADDRESS.contains(&by) && ONE_ADDRESS.contains(&request.who);
        if by == request.who || twin || !approver {
            return;
        }
        let (who, role, id, (from, until)) = (request.who, request.role, request.id, request.wished);
        let start = from.max(self.now);
        let behind = self.eligibility(&request.asked, start);
        let active = self.live(who, role).any(|r| r.kind == Kind::Active);
        let fixed = matches!(request.asked.window, Some((_, Length::Until(_))));
        let end = if fixed || until == FOREVER { until } else { start + (until - from) };
        self.requests[at].status = match (yes, behind) {
            (false, _) => Status::Denied,
            (true, Some(behind)) if !active && end - start >= 5 => {
                let until = behind.until.min(end);
                let kind = Kind::Active;
                self.rights.push(Right { id, kind, who, role, from: start, until, behind: Some(behind.id) });
                Status::Granted
            }
            _ => Status::Failed,
        };
        self.settle();
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
