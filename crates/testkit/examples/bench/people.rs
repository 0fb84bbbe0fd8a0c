//! People with eligible roles, many at once.

use domain::{
    ids::{PrincipalId, RoleId, ScheduleId, SessionId},
    principal::PrincipalKind,
    role,
    schedule::{Kind, Schedule},
    scope::Scope,
    time::{Instant, Window},
    wire::api::SessionState,
};
use server::{
    ids::fresh,
    storage::{
        Storage, StorageError,
        principals::{self, Principal},
        schedules,
        sessions::{self, SessionRecord},
    },
};

/// An eligible person.
#[derive(Clone)]
pub struct Eligible {
    pub person: Principal,
    pub schedule: Schedule,
    /// He is signed in.
    pub session: SessionId,
}

pub const ROLE: RoleId = role::USER_ADMINISTRATOR;

/// Adds so many people who are eligible for [`ROLE`], a thousand in one commit.
pub async fn add(storage: &Storage, count: usize, now: Instant) -> Vec<Eligible> {
    let all: Vec<_> = (0..count).map(|number| one(number, now)).collect();
    for part in all.chunks(1000) {
        let part = part.to_vec();
        let done: Result<(), StorageError> = storage
            .write(move |unit| {
                let part = part.clone();
                Box::pin(async move {
                    for Eligible { person, schedule, session } in &part {
                        principals::insert(unit.db(), person).await?;
                        sessions::insert(unit.db(), &signed_in(*session, person), &session.to_string())
                            .await?;
                        schedules::insert(unit.db(), schedule, None, now).await?;
                    }
                    Ok(unit.commit_without_audit(()))
                })
            })
            .await;
        done.expect("the people are added");
    }
    all
}

fn one(number: usize, now: Instant) -> Eligible {
    let id = PrincipalId(fresh());
    let person = Principal {
        id,
        kind: PrincipalKind::User,
        display_name: format!("Person {number:06}"),
        user_principal_name: format!("{id}@bench.example.com"),
        enabled: true,
        mail: None,
        mail_nickname: None,
        job_title: None,
        description: None,
        manager: None,
        is_assignable_to_role: false,
        is_emergency: false,
        created_at: now,
        version: 1,
    };
    let schedule = Schedule {
        id: ScheduleId(fresh()),
        kind: Kind::Eligible,
        principal: id,
        role: ROLE,
        scope: Scope::Directory,
        window: Window::permanent(now),
        activated_from: None,
    };
    Eligible { person, schedule, session: SessionId(fresh()) }
}

fn signed_in(id: SessionId, person: &Principal) -> SessionRecord {
    SessionRecord {
        id,
        principal: person.id,
        state: SessionState::SignedIn,
        second_factor: true,
        may_enrol: false,
        for_protected: false,
        pending_secret: None,
        created: person.created_at,
        used: person.created_at,
        address: "127.0.0.1".to_owned(),
        agent: String::new(),
    }
}
