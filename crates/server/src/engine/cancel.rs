//! Withdraws a request before it takes effect.

use domain::{
    audit::{self, Category, Moment, Outcome},
    decide::Refusal,
    error_code::ErrorCode,
    ids::{AuditId, RequestId},
    permission::Permission,
    request::{Request, Status},
    schedule::EndReason,
    time::Instant,
};
use futures::future::FutureExt;

use super::{EngineError, apply, record};
use crate::{
    caller::Caller,
    clock::Clock,
    ids,
    storage::{Storage, UnitOfWork, requests},
};

/// Withdraws a request: its author, its principal or an administrator may, while it is open.
pub async fn cancel(
    storage: &Storage,
    clock: &Clock,
    caller: &Caller,
    id: RequestId,
) -> Result<(), EngineError> {
    let caller = caller.clone();
    let (audit, now) = (AuditId(ids::fresh()), clock.engine());
    let outcome: Result<Result<(), Box<Refusal>>, EngineError> = storage
        .write(move |unit| {
            let caller = caller.clone();
            async move { run(unit, &caller, id, audit, now).await }.boxed()
        })
        .await;
    outcome?.map_err(EngineError::Refused)
}

async fn run(
    unit: &mut UnitOfWork,
    caller: &Caller,
    id: RequestId,
    audit: AuditId,
    now: Instant,
) -> crate::storage::Outcome<Result<(), Box<Refusal>>, EngineError> {
    let found = requests::find(unit.db(), id).await?;
    let request = match may(caller, found) {
        Ok(request) => request,
        Err((None, refusal)) => return Err(EngineError::Refused(refusal)),
        Err((Some(request), refusal)) => {
            let mut row = row(&request, caller, audit, now);
            row.outcome = Outcome::Failure;
            row.reason = Some(refusal.message.clone());
            row.targets.push(record::user_target(unit.db(), request.ask.principal).await?);
            return Ok(unit.commit(&[row], Err(refusal)).await?);
        }
    };
    requests::advance(unit.db(), id, request.status, Status::Canceled, Some(now)).await?;
    if let Some(schedule) = request.target {
        apply::end(unit.db(), schedule, EndReason::Canceled, now).await?;
    }
    let mut row = row(&request, caller, audit, now);
    row.targets.push(record::user_target(unit.db(), request.ask.principal).await?);
    Ok(unit.commit(&[row], Ok(())).await?)
}

fn may(caller: &Caller, found: Option<Request>) -> Result<Request, (Option<Request>, Box<Refusal>)> {
    let unknown = || refusal(ErrorCode::NotFound, "there is no request with this id");
    let Some(request) = found else { return Err((None, unknown())) };
    let own = request.created_by == caller.id() || request.ask.principal == caller.id();
    if !own && !caller.permissions.allows(Permission::ManageRoles) {
        // Whoever may not see it is not told that it exists.
        return Err((Some(request), unknown()));
    }
    if !request.status.is_open() {
        let message = format!(
            "the request is `{}` and cannot be cancelled, only one that is Granted or PendingApproval can",
            request.status.as_str()
        );
        return Err((Some(request), refusal(ErrorCode::NotCancellable, &message)));
    }
    Ok(request)
}

fn refusal(code: ErrorCode, message: &str) -> Box<Refusal> {
    Box::new(Refusal { code, message: message.to_owned(), findings: Vec::new() })
}

fn row(request: &Request, caller: &Caller, id: AuditId, now: Instant) -> audit::Entry {
    let ask = &request.ask;
    let activity = audit::activity(ask.action, ask.kind, false, Moment::Canceled);
    let mut row = record::entry(id, now, activity, Category::RoleManagement, record::actor(caller));
    row.correlation = request.id.to_string();
    row.targets = vec![record::role_target(ask.role, Vec::new())];
    row.details = vec![("RequestId".to_owned(), request.id.to_string())];
    row
}
