//! What a history is made of, in plain numbers: minutes, people 0 to 7, roles 0 to 4. Both sides are told the same.

use domain::{
    request::{Action, Status},
    schedule::Kind,
};

use crate::dice::Dice;

/// People: an administrator, two more users, a disabled one, a group that can hold roles, one that cannot, a program,
/// nobody.
pub const ROOT: usize = 0;
pub const USERS: [usize; 3] = [ROOT, 1, 2];
pub const DISABLED: usize = 3;
pub const GROUP: usize = 4;
pub const PLAIN_GROUP: usize = 5;
pub const PROGRAM: usize = 6;
pub const NOBODY: usize = 7;
/// Two accounts whose mails go to one address.
pub const ONE_ADDRESS: [usize; 2] = [1, 2];

/// Roles: two guarded ones, an ordinary one, one that the system gives, none.
pub const GLOBAL: usize = 0;
pub const PRIVILEGED: usize = 1;
pub const ORDINARY: usize = 2;
pub const SYSTEM_GIVEN: usize = 3;
pub const NO_ROLE: usize = 4;

/// No end.
pub const FOREVER: i64 = i64::MAX;

/// What one operation of a policy asks.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest length in minutes, where an end is required.
    pub longest: Option<i64>,
    pub second_factor: bool,
    pub reason: bool,
    pub ticket: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub eligible: Limits,
    pub active: Limits,
    pub activation: Limits,
    pub approval: bool,
    pub context: bool,
}

/// A right that is there from the outset.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    pub kind: Kind,
    pub who: usize,
    pub role: usize,
    pub from: i64,
    pub until: i64,
    /// Of an activation: which right in the list, from 1, it rests on.
    pub behind: Option<u32>,
}

/// The tenant at minute 0.
#[derive(Clone, Debug)]
pub struct Opening {
    pub settings: [Settings; 5],
    /// Who of the people belongs to the group that can hold roles.
    pub members: Vec<usize>,
    pub rights: Vec<Given>,
    /// The person and the role that most of the history is about, so that it becomes a story.
    pub hero: (usize, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    Forever,
    For(i64),
    Until(i64),
}

/// One ask.
#[derive(Clone, Debug)]
pub struct Question {
    pub caller: usize,
    pub second_factor: bool,
    pub action: Action,
    pub kind: Kind,
    pub who: usize,
    pub role: usize,
    /// The wished start, and the length.
    pub window: Option<(Option<i64>, Length)>,
    /// How many characters; blanks are 0.
    pub reason: Option<usize>,
    pub ticket: (Option<usize>, Option<usize>),
    pub target: Option<u32>,
}

/// The answer: a status and the minute of its effect, or a code and the policy rules that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes { status: Status, at: i64 },
    No { code: &'static str, rules: Vec<&'static str> },
}

/// One step of a history.
#[derive(Clone, Debug)]
pub enum Step {
    Wait(i64),
    Ask(Question),
    /// Cancel the open request that is this one in order.
    Cancel(usize),
    /// Somebody answers the request that waits for approval and is this one in order.
    Review {
        which: usize,
        by: usize,
        yes: bool,
    },
}

/// A right that is not over, as both sides must see it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub id: u32,
    pub eligible: bool,
    pub who: usize,
    pub role: usize,
    pub from: i64,
    pub until: i64,
    pub behind: Option<u32>,
}

/// Everything that both sides must agree on after every step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub rights: Vec<Row>,
    pub requests: Vec<(u32, Status)>,
    /// Who holds which role at this minute, by name or as a member.
    pub holders: Vec<(usize, usize)>,
}

fn limits(dice: &mut Dice, usual: i64) -> Limits {
    let longest = [usual, 60, 480].get(dice.below(5)).copied();
    Limits { longest, second_factor: dice.percent(30), reason: dice.percent(40), ticket: dice.percent(15) }
}

impl Opening {
    pub fn random(dice: &mut Dice) -> Self {
        let settings = core::array::from_fn(|_| Settings {
            eligible: limits(dice, 10_000),
            active: limits(dice, 10_000),
            activation: Limits { longest: Some(dice.one(&[30, 60, 480])), ..limits(dice, 480) },
            approval: dice.percent(35),
            context: dice.percent(4),
        });
        let permanent =
            |who, role| Given { kind: Kind::Active, who, role, from: -1_000, until: FOREVER, behind: None };
        let mut rights = vec![permanent(ROOT, GLOBAL)];
        if dice.percent(80) {
            rights.push(permanent(ROOT, PRIVILEGED));
        }
        for who in [1, 2, DISABLED, GROUP] {
            for kind in [Kind::Eligible, Kind::Active] {
                if dice.percent(25) {
                    let (role, from) =
                        (dice.one(&[GLOBAL, PRIVILEGED, ORDINARY]), dice.one(&[-90, -1, 0, 30]));
                    let until = if dice.percent(50) { FOREVER } else { 30 + dice.one(&[1, 5, 60, 600]) };
                    rights.push(Given { kind, who, role, from, until, behind: None });
                }
            }
        }
        let hero = (dice.one(&USERS), dice.one(&[GLOBAL, PRIVILEGED, ORDINARY, ORDINARY]));
        if dice.percent(60) {
            let until = dice.one(&[FOREVER, FOREVER, 60, 600]);
            let (who, role) = hero;
            rights.push(Given { kind: Kind::Eligible, who, role, from: -90, until, behind: None });
            if dice.percent(40) {
                let behind = u32::try_from(rights.len()).ok();
                let (from, until) = (dice.one(&[-10, -3, 0]), until.min(dice.one(&[30, 470])));
                rights.push(Given { kind: Kind::Active, who, role, from, until, behind });
            }
        }
        let members = [ROOT, 1, 2].into_iter().filter(|_| dice.percent(50)).collect();
        Self { settings, members, rights, hero }
    }
}

impl Step {
    /// `pending` says whether a request waits for approval: then it is often answered, or its ground taken away.
    pub fn random(dice: &mut Dice, now: i64, ids: u32, hero: (usize, usize), pending: bool) -> Self {
        if pending && dice.percent(55) {
            return Self::about_pending(dice, now, ids, hero);
        }
        match dice.below(10) {
            0..3 => Self::Wait(dice.one(&[0, 1, 3, 4, 5, 5, 6, 10, 30, 60, 480, 1_439, 1_440])),
            3 if dice.percent(40) => Self::Cancel(dice.below(3)),
            _ => Self::Ask(Question::random(dice, now, ids, hero)),
        }
    }

    fn about_pending(dice: &mut Dice, now: i64, ids: u32, hero: (usize, usize)) -> Self {
        if dice.percent(40) {
            let question = Question::random(dice, now, ids, hero);
            let (caller, action, kind) = (ROOT, Action::AdminRemove, Kind::Eligible);
            let (who, role) = hero;
            return Self::Ask(Question { caller, action, kind, who, role, target: None, ..question });
        }
        let by = if dice.percent(70) { ROOT } else { dice.one(&USERS) };
        Self::Review { which: dice.below(2), by, yes: dice.percent(70) }
    }
}

impl Question {
    fn random(dice: &mut Dice, now: i64, ids: u32, hero: (usize, usize)) -> Self {
        let action = match dice.below(40) {
            0..9 => Action::AdminAssign,
            9..21 => Action::SelfActivate,
            21..28 => Action::SelfDeactivate,
            28..33 => Action::AdminUpdate,
            33..38 => Action::AdminRemove,
            _ => dice.one(&[Action::AdminExtend, Action::AdminRenew, Action::SelfExtend, Action::SelfRenew]),
        };
        let own = action.is_own();
        let who = match dice.below(20) {
            0 => dice.one(&[DISABLED, PLAIN_GROUP, PROGRAM, NOBODY]),
            1..4 if !own => GROUP,
            1..14 => hero.0,
            _ => dice.one(&USERS),
        };
        let caller = match dice.below(20) {
            0 => dice.one(&USERS),
            _ if own => who,
            _ => ROOT,
        };
        let kind = if dice.percent(if own { 3 } else { 50 }) { Kind::Eligible } else { Kind::Active };
        let role = match dice.below(20) {
            0 => dice.one(&[SYSTEM_GIVEN, NO_ROLE]),
            1..15 => hero.1,
            _ => dice.one(&[GLOBAL, PRIVILEGED, ORDINARY]),
        };
        let text = |dice: &mut Dice, usual, most| match dice.below(12) {
            0 => None,
            1 if dice.percent(50) => Some(dice.one(&[0, 1, most, most + 1])),
            _ => usual,
        };
        Self {
            caller,
            second_factor: dice.percent(90),
            action,
            kind,
            who,
            role,
            window: dice.percent(97).then(|| Self::window(dice, now)),
            reason: text(dice, Some(9), 500),
            ticket: (text(dice, Some(4), 100), text(dice, Some(4), 100)),
            target: dice.percent(8).then(|| 1 + u32::try_from(dice.below(ids as usize + 1)).unwrap()),
        }
    }

    fn window(dice: &mut Dice, now: i64) -> (Option<i64>, Length) {
        let start = match dice.below(10) {
            0 => Some(now - dice.one(&[0, 1, 90])),
            1 | 2 => Some(now + dice.one(&[1, 5, 30, 60])),
            _ => None,
        };
        let minutes = dice.one(&[4, 5, 6, 20, 30, 30, 31, 60, 61, 480, 481, 600]);
        let length = match dice.below(10) {
            0 | 1 => Length::Forever,
            2 | 3 => Length::Until(now + minutes - dice.one(&[0, 0, 1, 30])),
            _ => Length::For(minutes),
        };
        (start, length)
    }
}
