//! Approvals: who may give them, and what was said.

use domain::{
    approval::{Answer, Approval, Review, StepStatus},
    ids::{PrincipalId, RequestId, RoleId},
    policy::{Approver, Policy},
    request::Request,
    role,
    time::Instant,
};

use super::{Connection, Row, StorageError, args, policies, principals, rights};

const COLUMNS: &str =
    "id, status, due_ms, is_justification_required, answer, reviewed_by, reviewed_ms, justification";

fn from_row(row: &Row) -> Result<Approval, StorageError> {
    let answer = row.text_or_null("answer")?.as_deref().and_then(Answer::parse);
    let by: Option<PrincipalId> = row.parsed_or_null("reviewed_by")?;
    let at = row.int_or_null("reviewed_ms")?.map(Instant);
    let justification = row.text_or_null("justification")?.unwrap_or_default();
    Ok(Approval {
        id: row.parsed("id")?,
        status: row.word("status", StepStatus::parse)?,
        due: Instant(row.int("due_ms")?),
        is_justification_required: row.boolean("is_justification_required")?,
        review: answer.zip(by).zip(at).map(|((answer, by), at)| Review { answer, by, at, justification }),
    })
}

/// Adds the approval that a request waits for.
pub async fn insert(db: &mut Connection, approval: &Approval) -> Result<(), StorageError> {
    let sql = "INSERT INTO approvals (id, status, due_ms, is_justification_required) VALUES ($1, $2, $3, $4)";
    let a = approval;
    db.execute(sql, args![a.id, a.status.as_str(), a.due, a.is_justification_required]).await.map(drop)
}

/// The approval of a request, if it ever waited for one.
pub async fn find(db: &mut Connection, id: RequestId) -> Result<Option<Approval>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM approvals WHERE id = $1");
    db.first(sql, args![id]).await?.as_ref().map(from_row).transpose()
}

/// The approvals of these requests, in no order; requests that never waited have none.
pub async fn of_requests(db: &mut Connection, ids: &[RequestId]) -> Result<Vec<Approval>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<_> = (1..=ids.len()).map(|n| format!("${n}")).collect();
    let sql = format!("SELECT {COLUMNS} FROM approvals WHERE id IN ({})", places.join(", "));
    let values = ids.iter().flat_map(|id| args![*id]).collect();
    db.all(sql, values).await?.iter().map(from_row).collect()
}

/// Closes an approval that waits; false when somebody was faster.
pub async fn close(
    db: &mut Connection,
    id: RequestId,
    status: StepStatus,
    review: Option<&Review>,
) -> Result<bool, StorageError> {
    let sql = "UPDATE approvals SET status = $2, answer = $3, reviewed_by = $4, reviewed_ms = $5, justification = $6
        WHERE id = $1 AND status = 'InProgress'";
    let values = args![
        id,
        status.as_str(),
        review.map(|r| r.answer.as_str()),
        review.map(|r| r.by),
        review.map(|r| r.at),
        review.map(|r| r.justification.clone()),
    ];
    Ok(db.execute(sql, values).await? == 1)
}

/// Somebody as an approver: himself, his groups, and whether he holds a guarded role now.
struct Standing {
    id: PrincipalId,
    groups: Vec<PrincipalId>,
    guardian: bool,
}

impl Standing {
    async fn of(db: &mut Connection, id: PrincipalId, now: Instant) -> Result<Self, StorageError> {
        let groups = principals::groups_of(db, id).await?;
        let rights = rights::in_force(db, id, now).await?;
        let guardian = rights::roles(&rights).any(role::is_guarded);
        Ok(Self { id, groups, guardian })
    }

    /// Whether the policy names him, or names nobody and he is who approves then.
    fn approves(&self, policy: &Policy) -> bool {
        let approvers = &policy.approval_end_user_assignment.approvers;
        let named = approvers.iter().any(|approver| match approver {
            Approver::User { id } => *id == self.id,
            Approver::Group { id } => self.groups.contains(id),
        });
        named || (approvers.is_empty() && self.guardian)
    }
}

/// The roles whose requests somebody may decide now, other than his own. The settings of now count, whatever they
/// were when a request was made (`reference/portal-blades.md` 4.8).
pub async fn reviewable_roles(
    db: &mut Connection,
    caller: PrincipalId,
    now: Instant,
) -> Result<Vec<RoleId>, StorageError> {
    let standing = Standing::of(db, caller, now).await?;
    let changed = policies::changed(db).await?;
    let default = Policy::default();
    let policy =
        |id: RoleId| changed.iter().find(|kept| kept.role == id).map_or(&default, |kept| &kept.policy);
    Ok(role::builtin().iter().map(|role| role.id).filter(|id| standing.approves(policy(*id))).collect())
}

/// Whether somebody may decide this request now, or may have been asked to: it waits or waited for an approval, and he
/// is an approver of its role who is not the requestor, nor another account of his.
pub async fn may_review(
    db: &mut Connection,
    caller: PrincipalId,
    request: &Request,
    now: Instant,
) -> Result<bool, StorageError> {
    let own = caller == request.ask.principal || caller == request.created_by;
    Ok(!own
        && find(db, request.id).await?.is_some()
        && is_approver(db, caller, request.ask.role, now).await?
        && !principals::share_address(db, caller, request.ask.principal).await?)
}

/// In a query on requests: whether the requestor is another account of the person whose id is bound as `me`.
pub(super) fn of_another_account(principal: &str, me: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM principals mine JOIN principals asks ON {} = {}
            WHERE mine.id = {me} AND asks.id = {principal})",
        principals::address_of("mine"),
        principals::address_of("asks")
    )
}

/// Whether somebody is an approver of a role now.
pub async fn is_approver(
    db: &mut Connection,
    id: PrincipalId,
    role: RoleId,
    now: Instant,
) -> Result<bool, StorageError> {
    let policy = policies::of_role(db, role).await?;
    Ok(Standing::of(db, id, now).await?.approves(&policy))
}
