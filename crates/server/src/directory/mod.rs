//! Use cases on people and groups. Each is one unit of work: load, decide, apply, commit with its audit rows.

mod create_group;
mod create_user;
mod delete_group;
mod delete_user;
mod members;
mod reset_sign_in;
mod update_group;
mod update_user;

pub use create_group::create_group;
pub use create_user::create_user;
pub use delete_group::delete_group;
pub use delete_user::delete_user;
use domain::{
    audit::{Category, Entry, Outcome as Ended},
    capability::Capability,
    error_code::ErrorCode,
    ids::{AuditId, PrincipalId},
    permission::{Permission, Permissions},
    principal::{PrincipalFacts, PrincipalKind},
    time::Instant,
};
use futures::future::{BoxFuture, FutureExt};
pub use members::{add_member, remove_member};
pub use reset_sign_in::{reset_password, reset_second_factor};
pub use update_group::{GroupChange, update_group};
pub use update_user::{UserChange, update_user};

use crate::{
    app::AppState,
    caller::Caller,
    engine::{self, EngineError, Rights},
    error::ApiError,
    ids,
    storage::{Connection, Outcome, StorageError, UnitOfWork, policies, principals, principals::Principal},
};

/// What one act must know and keep when its unit of work runs again.
#[derive(Clone)]
struct Act {
    caller: Caller,
    audit: AuditId,
    /// The engine's clock.
    now: Instant,
    /// The wall clock.
    wall: Instant,
}

/// What comes out of a unit of work: a refusal is committed too, as one audit row.
type Acted<T> = Outcome<Result<T, ApiError>, ApiError>;

impl Act {
    fn new(state: &AppState, caller: &Caller) -> Self {
        Self {
            caller: caller.clone(),
            audit: AuditId(ids::in_order()),
            now: state.clock.engine(),
            wall: state.clock.wall(),
        }
    }

    /// Runs the work; everything that it needs is in `input`.
    async fn run<I, T>(
        self,
        state: &AppState,
        input: I,
        work: impl for<'u> Fn(&'u mut UnitOfWork, Self, I) -> BoxFuture<'u, Acted<T>> + Send + Sync + 'static,
    ) -> Result<T, ApiError>
    where
        I: Clone + Send + Sync + 'static,
        T: Send + 'static,
    {
        let outcome: Result<Result<T, ApiError>, ApiError> =
            state.storage.write(move |unit| work(unit, self.clone(), input.clone()).boxed()).await;
        outcome?
    }

    /// What the caller holds at this instant. Read inside the unit of work: a right may have ended meanwhile.
    async fn rights(&self, db: &mut Connection) -> Result<Rights, EngineError> {
        Rights::load(db, &self.caller, self.now).await
    }

    fn entry(&self, activity: &str, category: Category) -> Entry {
        engine::entry(self.audit, self.now, activity, category, engine::actor(&self.caller))
    }

    /// Commits the refusal's own row and nothing else.
    async fn refuse<T>(&self, unit: &mut UnitOfWork, mut row: Entry, error: ApiError, why: &str) -> Acted<T> {
        row.outcome = Ended::Failure;
        row.reason = Some(why.to_owned());
        Ok(unit.commit(&[row], Err(error)).await?)
    }

    /// Commits the refusal when something is lacking.
    async fn check<T>(&self, unit: &mut UnitOfWork, row: &Entry, capability: Capability) -> Option<Acted<T>> {
        let lack = capability.err()?;
        let why = lack.reason.clone();
        Some(self.refuse(unit, row.clone(), ApiError::lacks(lack), &why).await)
    }
}

/// Whether who has these permissions may help whomever to a second factor. What was given by others counts no more once
/// something protects the person: a password or a code from before would be the way around that protection.
fn may_enrol_whomever(permissions: Permissions) -> bool {
    [Permission::ResetSecondFactors, Permission::TouchPrivilegedUsers]
        .into_iter()
        .all(|permission| permissions.allows(permission))
}

/// The user under an id.
async fn user(db: &mut Connection, id: PrincipalId) -> Result<Principal, ApiError> {
    let found = principals::find(db, id).await?.filter(|p| p.kind == PrincipalKind::User);
    found.ok_or_else(|| ApiError::not_found(id))
}

/// The group under an id.
async fn group(db: &mut Connection, id: PrincipalId) -> Result<Principal, ApiError> {
    let found = principals::find(db, id).await?.filter(|p| p.kind == PrincipalKind::Group);
    found.ok_or_else(|| ApiError::not_found(id))
}

/// Whether who belongs to this group matters to roles: it can hold them, or some role's settings name it as approver.
async fn is_powerful(db: &mut Connection, group: &Principal) -> Result<bool, StorageError> {
    Ok(group.is_assignable_to_role || policies::any_names(db, |named| named == group.id).await?)
}

/// The refusal when a guarded role would lose its last permanent holder with this person.
async fn last_holder(
    db: &mut Connection,
    person: PrincipalFacts,
    now: Instant,
) -> Result<Option<ApiError>, StorageError> {
    let role = engine::keeps_guarded_roles(db, person, now).await?;
    Ok(role.map(|role| {
        ApiError::new(
            ErrorCode::LastGuardedAssignment,
            format!("this person is the last one who holds {role} permanently"),
        )
        .at("accountEnabled", format!("first assign {role} permanently and actively to somebody else"))
    }))
}
