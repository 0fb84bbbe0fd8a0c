//! Changes the rules of a role. What runs keeps its end, what waits keeps the rules it was asked under
//! (`reference/portal-blades.md` 4.8); the next request meets the new ones.

use std::{collections::HashMap, sync::Arc};

use domain::{
    audit::{Category, Outcome},
    capability,
    decide::{Finding, Refusal},
    error_code::ErrorCode,
    ids::{AuditId, PrincipalId, RoleId},
    permission::{Permission, Permissions},
    policy::{Approver, Policy, RuleId, RuleValue},
    principal::PrincipalKind,
    role,
    time::Instant,
};
use futures::future::FutureExt;

use super::{EngineError, allowed::Rights, record};
use crate::{
    caller::Caller,
    clock::Clock,
    ids,
    storage::{
        Connection, Storage, StorageError, UnitOfWork,
        policies::{self, Kept, Modified},
        principals,
    },
};

/// The name of the act in the audit history (`reference/portal-blades.md` 10).
const ACTIVITY: &str = "Update role setting in PIM";

/// Reads what rules are to be from what they are.
pub type ReadRules = Arc<dyn Fn(&Policy) -> Result<Vec<(RuleId, RuleValue)>, Box<Refusal>> + Send + Sync>;

/// What is to change.
#[derive(Clone)]
pub enum PolicyChange {
    /// Some rules, each in place of the one with its id. What the caller left out keeps the value of the moment, so
    /// they are read where no other change can come between.
    Rules(ReadRules),
    /// All of them.
    Whole(Box<Policy>),
}

/// One change, and what must not differ when its unit of work runs again.
struct Deed {
    caller: Caller,
    role: RoleId,
    change: PolicyChange,
    /// The version that was edited, where the caller knows it.
    expected: Option<i64>,
    audit: AuditId,
    now: Instant,
}

/// Changes the rules of a role; gives them as they are then. With an `expected` version the change is refused when
/// somebody else was faster. A change that changes nothing writes nothing.
pub async fn change_policy(
    storage: &Storage,
    clock: &Clock,
    caller: &Caller,
    role: RoleId,
    change: PolicyChange,
    expected: Option<i64>,
) -> Result<Kept, EngineError> {
    let deed = Arc::new(Deed {
        caller: caller.clone(),
        role,
        change,
        expected,
        audit: AuditId(ids::in_order()),
        now: clock.engine(),
    });
    let outcome: Result<Result<Kept, Box<Refusal>>, EngineError> = storage
        .write(move |unit| {
            let deed = deed.clone();
            async move { run(unit, &deed).await }.boxed()
        })
        .await;
    outcome?.map_err(EngineError::Refused)
}

/// The five beats.
async fn run(
    unit: &mut UnitOfWork,
    deed: &Deed,
) -> crate::storage::Outcome<Result<Kept, Box<Refusal>>, EngineError> {
    let rights = Rights::load(unit.db(), &deed.caller, deed.now).await?;
    let before = policies::find(unit.db(), deed.role).await?;
    let wanted = deed.wanted(&before.policy);
    // Whoever may not, or asks for too much, is refused before anything is looked up for him.
    let decided = decide(rights.permissions, &before, deed, wanted);
    let named = named(unit.db(), &before.policy, decided.as_ref().ok()).await?;
    let decided = decided.and_then(|after| approvers_exist(&before.policy, &after, &named).map(|()| after));

    let actor = record::actor(&deed.caller);
    let mut row = record::entry(deed.audit, deed.now, ACTIVITY, Category::RoleManagement, actor);
    row.targets = vec![record::role_target(deed.role, Vec::new())];
    let after = match decided {
        Ok(after) if after == before.policy => return Ok(unit.commit_without_audit(Ok(before))),
        Ok(after) => after,
        Err(refusal) => {
            row.outcome = Outcome::Failure;
            row.reason = Some(refusal.message.clone());
            row.details = vec![("ErrorCode".to_owned(), refusal.code.as_str().to_owned())];
            return Ok(unit.commit(&[row], Err(Box::new(refusal))).await?);
        }
    };
    let modified = Modified { at: deed.now, by: deed.caller.id() };
    if !policies::put(unit.db(), deed.role, &after, before.version, modified).await? {
        // Another wrote between our reading and our writing; run again, the version is seen to differ.
        return Err(EngineError::Storage(StorageError::Busy));
    }
    let name = |id: PrincipalId| named.get(&id).map_or_else(|| id.to_string(), |(_, name)| name.clone());
    rights.tell(&mut row, Permission::ManageRoles);
    row.targets[0].changes = after.changes_from(&before.policy, &name);
    let version = before.version + 1;
    let kept = Kept { role: deed.role, policy: after, version, modified: Some(modified) };
    Ok(unit.commit(&[row], Ok(kept)).await?)
}

/// Who is named as an approver before or after: of what kind, by which name. The dead and the disabled are missing.
type Named = HashMap<PrincipalId, (PrincipalKind, String)>;

async fn named(db: &mut Connection, before: &Policy, wanted: Option<&Policy>) -> Result<Named, StorageError> {
    let approvers = core::iter::once(before).chain(wanted);
    let approvers = approvers.flat_map(|policy| &policy.approval_end_user_assignment.approvers);
    let mut named = Named::new();
    for id in approvers.map(Approver::id) {
        if let Some(found) = principals::find(db, id).await?.filter(|principal| principal.enabled) {
            named.insert(id, (found.kind, found.display_name));
        }
    }
    Ok(named)
}

impl Deed {
    /// The rules as they would be.
    fn wanted(&self, before: &Policy) -> Result<Policy, Box<Refusal>> {
        let read = match &self.change {
            PolicyChange::Whole(policy) => return Ok(Policy::clone(policy)),
            PolicyChange::Rules(read) => read,
        };
        let mut after = before.clone();
        for (id, value) in read(before)? {
            if !after.set(id, value) {
                let message = format!("the rule `{}` is of another type", id.as_str());
                let allowed = "a rule of the type that its id says".to_owned();
                return Err(Box::new(refusal(ErrorCode::InvalidPolicyRule, id.as_str(), message, allowed)));
            }
        }
        Ok(after)
    }
}

fn decide(
    permissions: Permissions,
    before: &Kept,
    deed: &Deed,
    wanted: Result<Policy, Box<Refusal>>,
) -> Result<Policy, Refusal> {
    capability::needs(permissions, Permission::ManageRoles).map_err(|lack| {
        let message = "Attempted to perform an unauthorized operation.".to_owned();
        refusal(ErrorCode::Unauthorized, "roleDefinitionId", message, lack.reason)
    })?;
    if role::find(deed.role).is_none_or(|role| !role.assignable) {
        let message = format!("the role `{}` has no settings", deed.role);
        let allowed = "the id of an assignable role".to_owned();
        return Err(refusal(ErrorCode::NotFound, "roleDefinitionId", message, allowed));
    }
    if deed.expected.is_some_and(|version| version != before.version) {
        let message = "somebody else changed these settings meanwhile".to_owned();
        let allowed = format!("version {}: load them again and repeat your change", before.version);
        return Err(refusal(ErrorCode::ChangedMeanwhile, "version", message, allowed));
    }
    let mut after = wanted.map_err(|refusal| *refusal)?;
    after.tidy();
    after.check()?;
    Ok(after)
}

/// Whoever is newly named as an approver is an enabled user or a group. One who was named before may have gone since:
/// that must not keep the other settings from being changed.
fn approvers_exist(before: &Policy, after: &Policy, named: &Named) -> Result<(), Refusal> {
    let known = &before.approval_end_user_assignment.approvers;
    for approver in after.approval_end_user_assignment.approvers.iter().filter(|one| !known.contains(one)) {
        let (wanted, what) = match approver {
            Approver::User { .. } => (PrincipalKind::User, "user"),
            Approver::Group { .. } => (PrincipalKind::Group, "group"),
        };
        if named.get(&approver.id()).is_none_or(|(kind, _)| *kind != wanted) {
            let field = format!("{}.primaryApprovers", RuleId::ApprovalEndUserAssignment.as_str());
            let message = format!("there is no enabled {what} `{}`", approver.id());
            let allowed = "ids of enabled users and of groups".to_owned();
            return Err(refusal(ErrorCode::InvalidPolicyRule, &field, message, allowed));
        }
    }
    Ok(())
}

fn refusal(code: ErrorCode, field: &str, message: String, allowed: String) -> Refusal {
    let finding = Finding { rule: None, field: field.to_owned(), message: message.clone(), allowed };
    Refusal { code, message, findings: vec![finding], trace: Vec::new() }
}
