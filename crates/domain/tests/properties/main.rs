//! The engine against a slow, obvious second implementation of the whole life of rights: random histories of several
//! people, a group, guarded and ordinary roles and random settings, minute by minute. After every step both must give
//! the same answer and show the same picture, and the laws must hold. Then the engine is broken in twenty-one ways,
//! and the same comparison must notice each.

mod dice;
mod laws;
mod model;
mod mutation;
mod names;
mod objections;
mod plot;
mod world;

use std::collections::BTreeMap;

use dice::Dice;
use domain::request::{Action, Status};
use model::Model;
use mutation::Mutation;
use plot::{Answer, Opening, Step};
use world::World;

/// How many histories, and how many steps each has.
const HISTORIES: u64 = 100_000;
const STEPS: usize = 12;
/// A mutant must be noticed within so many histories.
const PATIENCE: u64 = 20_000;

/// What was reached, by name.
type Reached = BTreeMap<&'static str, u64>;

/// Plays one history on both sides; the first difference ends it.
fn play(seed: u64, mutation: Option<Mutation>, reached: &mut Reached) -> Result<(), String> {
    let mut dice = Dice(seed);
    let opening = Opening::random(&mut dice);
    let (mut model, mut world) = (Model::new(&opening), World::new(&opening, mutation));
    let mut next = u32::try_from(opening.rights.len()).unwrap();
    let mut guarded = laws::guarded(&world);
    for _ in 0..STEPS {
        let pending = world.requests.iter().any(|r| r.status == Status::PendingApproval);
        let step = Step::random(&mut dice, world.minute, next, opening.hero, pending);
        let before = (world.kept.clone(), world.requests.clone());
        match &step {
            Step::Wait(minutes) => {
                model.wait(*minutes);
                world.wait(*minutes);
            }
            Step::Cancel(which) => {
                model.cancel(*which);
                world.cancel(*which);
            }
            Step::Review { which, by, yes } => {
                model.review(*which, *by, *yes);
                world.review(*which, *by, *yes);
            }
            Step::Ask(question) => {
                next += 1;
                let (is, must) = (world.ask(question, next), model.ask(question, next));
                if is != must {
                    return Err(format!("{question:?}\nis answered {is:?}\nnot {must:?}"));
                }
                match &is {
                    Answer::No { .. } if before != (world.kept.clone(), world.requests.clone()) => {
                        return Err(format!("{question:?}\nwas refused and changed something"));
                    }
                    Answer::Yes { .. } if laws::too_short(question, world.minute) => {
                        return Err(format!("{question:?}\nwas granted for less than five minutes"));
                    }
                    _ => {}
                }
                count(reached, question.action, &is);
            }
        }
        for (_, status) in world.picture().requests {
            *reached.entry(status.as_str()).or_default() += 1;
        }
        let (is, must) = (world.picture(), model.picture());
        if is != must {
            return Err(format!("after {step:?} at minute {}\nit is {is:#?}\nnot {must:#?}", world.minute));
        }
        let keeps = laws::guarded(&world);
        if let Some(lost) = guarded.iter().find(|role| !keeps.contains(role)) {
            return Err(format!("after {step:?} nobody keeps the guarded role {lost}"));
        }
        guarded = keeps;
        if let Some(law) = laws::broken(&world, &opening) {
            return Err(format!("after {step:?}: {law}"));
        }
    }
    Ok(())
}

fn count(reached: &mut Reached, action: Action, answer: &Answer) {
    let what = match answer {
        Answer::Yes { .. } => action.as_str(),
        Answer::No { code, rules } => {
            for rule in rules {
                *reached.entry(rule).or_default() += 1;
            }
            code
        }
    };
    *reached.entry(what).or_default() += 1;
}

#[test]
fn the_engine_and_the_obvious_model_agree_on_every_history() {
    let mut reached = Reached::new();
    for seed in 0..HISTORIES {
        if let Err(difference) = play(seed, None, &mut reached) {
            panic!("history {seed}:\n{difference}");
        }
    }
    let granted = [
        Action::AdminAssign,
        Action::AdminUpdate,
        Action::AdminRemove,
        Action::SelfActivate,
        Action::SelfDeactivate,
    ];
    let statuses = Status::ALL;
    let refusals = [
        "UnauthorizedAccessException",
        "InvalidRoleAssignmentRequest",
        "InvalidRoleAssignmentRequestSchedule",
        "NotSupported",
        "RoleNotFound",
        "SubjectNotFound",
        "PendingRoleAssignmentRequest",
        "RoleAssignmentExists",
        "RoleAssignmentDoesNotExist",
        "ActiveDurationTooShort",
        "RoleAssignmentRequestPolicyValidationFailed",
        "LastGuardedAssignment",
        "EligibilityRule",
        "ExpirationRule",
        "MfaRule",
        "JustificationRule",
        "TicketingRule",
    ];
    let names = granted.iter().map(|a| a.as_str()).chain(statuses.iter().map(|s| s.as_str())).chain(refusals);
    for name in names {
        let times = reached.get(name).copied().unwrap_or(0);
        assert!(times >= 1_000, "`{name}` was reached only {times} times: {reached:#?}");
    }
}

#[test]
fn every_mutant_is_noticed() {
    assert!(laws::are_guarded());
    for mutation in Mutation::ALL {
        let noticed = (0..PATIENCE).find(|seed| play(*seed, Some(mutation), &mut Reached::new()).is_err());
        assert!(noticed.is_some(), "{mutation:?} was not noticed in {PATIENCE} histories");
    }
}
