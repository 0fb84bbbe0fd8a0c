//! What must hold at every minute of every history, whatever was asked.

use domain::{
    decide::guards,
    principal::{PrincipalFacts, PrincipalKind},
    request::{Action, Status},
    role,
    schedule::Kind,
};

use crate::{
    names::{person, role_of},
    plot::*,
    world::{Kept, World},
};

/// The guarded roles that somebody keeps by a permanent, direct, active assignment of an enabled user.
pub fn guarded(world: &World) -> Vec<usize> {
    let kept_by = |role: usize| {
        USERS.iter().any(|who| {
            let principal = PrincipalFacts {
                id: person(*who),
                kind: PrincipalKind::User,
                enabled: true,
                is_assignable_to_role: false,
            };
            let mut held = world.kept.iter().filter(|k| !k.ended && k.schedule.role == role_of(role));
            held.any(|k| guards(&k.schedule, principal, world.now()))
        })
    };
    [GLOBAL, PRIVILEGED].into_iter().filter(|role| kept_by(*role)).collect()
}

/// The first law that is broken, if one is.
pub fn broken(world: &World, opening: &Opening) -> Option<String> {
    let now = world.now();
    let over = |k: &Kept| k.ended || k.schedule.window.is_over(now);
    for kept in world.kept.iter().filter(|k| !over(k)) {
        let schedule = &kept.schedule;
        if let Some(behind) = schedule.activated_from {
            let eligibility = world.kept.iter().find(|k| k.schedule.id == behind && !over(k));
            let ends = eligibility.map(|e| e.schedule.window.end);
            let inside = ends.is_some_and(|ends| {
                ends.is_none_or(|limit| schedule.window.end.is_some_and(|end| end <= limit))
            });
            if !inside || schedule.kind != Kind::Active {
                return Some(format!("{} outlives its eligibility", schedule.id));
            }
        }
        let given = schedule.id.0.as_u128() <= opening.rights.len() as u128;
        let request = world.requests.iter().find(|r| r.id.0 == schedule.id.0);
        let status = request.map(|r| r.status);
        if schedule.window.start <= now && !given && status != Some(Status::Provisioned) {
            return Some(format!("{} is in force, but its request is {status:?}", schedule.id));
        }
        if schedule.window.start > now && !given && status == Some(Status::Canceled) {
            return Some(format!("{} will come into force, but its request is cancelled", schedule.id));
        }
    }
    for request in world.requests.iter().filter(|r| r.status.is_open()) {
        let same = |r: &&_| {
            let r: &crate::world::KeptRequest = r;
            r.status.is_open() && r.principal == request.principal && r.role == request.role
        };
        if world.requests.iter().filter(same).count() > 1 {
            return Some(format!("{} is open beside another of the same kind", request.id));
        }
    }
    None
}

/// Whether a window was asked that is as short as nobody may ask.
pub fn too_short(question: &Question, now: i64) -> bool {
    if matches!(question.action, Action::AdminRemove | Action::SelfDeactivate) {
        return false;
    }
    match question.window {
        Some((start, Length::Until(end))) => end - start.map_or(now, |start| start.max(now)) < 5,
        Some((_, Length::For(minutes))) => minutes < 5,
        _ => false,
    }
}

/// Guarded roles are the two that the product names.
pub fn are_guarded() -> bool {
    role::GUARDED.iter().all(|id| [GLOBAL, PRIVILEGED].iter().any(|role| role_of(*role) == *id))
}
