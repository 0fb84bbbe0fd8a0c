//! Withdraws a request before it takes effect.

use domain::{
    audit::{Entry, Moment, Outcome},
    decide::Refusal,
    error_code::ErrorCode,
    ids::{AuditId, PrincipalId, RequestId},
    permission::Permission,
    request::{Request, Status},
    schedule::{EndReason, Schedule},
    time::Instant,
};
use futures::future::FutureExt;

use super::{
    EngineError,
    allowed::{self, Rights},
    also, apply,
    notify::{Event, notify},
    record::{self, FreshRows},
    time_out,
};
use crate::{
    caller::Caller,
    clock::Clock,
    storage::{Connection, Storage, StorageError, UnitOfWork, requests, schedules},
};

/// Withdraws a request: its author or an administrator may, until it takes effect.
pub async fn cancel(
    storage: &Storage,
    clock: &Clock,
    caller: &Caller,
    id: RequestId,
) -> Result<(), EngineError> {
    let caller = caller.clone();
    let (audit, now) = (FreshRows::fresh().0, clock.engine());
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
    [late, audit]: [AuditId; 2],
    now: Instant,
) -> crate::storage::Outcome<Result<(), Box<Refusal>>, EngineError> {
    let rights = Rights::load(unit.db(), caller, now).await?;
    // What nobody answered in time is over, whether its job has run or not.
    let timed_out = time_out::tell(unit.db(), id, late, now).await?;
    let found = requests::find(unit.db(), id).await?;
    let target = match found.as_ref().and_then(|request| request.target) {
        Some(schedule) => schedules::find(unit.db(), schedule).await?,
        None => None,
    };
    let manages = rights.permissions.allows(Permission::ManageRoles);
    let request = match may(caller.id(), manages, found, target.as_ref(), now) {
        Ok(request) => request,
        Err((None, refusal)) => {
            let rows = [record::of_no_request(id, "Cancel request", caller, &refusal, audit, now)];
            return Ok(unit.commit(&rows, Err(refusal)).await?);
        }
        Err((Some(request), refusal)) => {
            let mut row = row(unit.db(), &request, caller, audit, now).await?;
            row.outcome = Outcome::Failure;
            row.reason = Some(refusal.message.clone());
            let rows: Vec<_> = timed_out.into_iter().chain([row]).collect();
            return Ok(unit.commit(&rows, Err(refusal)).await?);
        }
    };
    requests::advance(unit.db(), id, request.status, Status::Canceled, Some(now)).await?;
    time_out::withdraw(unit.db(), id).await?;
    notify(unit.db(), Event::Cancelled, &request, Some(&caller.person), now).await?;
    let mut rows = vec![row(unit.db(), &request, caller, audit, now).await?];
    if request.created_by == caller.id() {
        allowed::by(&mut rows[0], "Own request");
    } else {
        rights.tell(&mut rows[0], Permission::ManageRoles);
    }
    if let Some(schedule) = target {
        apply::end(unit.db(), schedule.id, EndReason::Canceled, now).await?;
        for dependent in schedules::activated_from(unit.db(), schedule.id, None).await? {
            let ended = apply::end(unit.db(), dependent.id, EndReason::EligibilityEnded, now).await?;
            if let Some(ended) = ended {
                let why = "the eligible assignment behind it was cancelled";
                rows.push(also::row(unit.db(), &ended, why, record::actor(caller), audit, now).await?);
            }
        }
    }
    Ok(unit.commit(&rows, Ok(())).await?)
}

fn may(
    caller: PrincipalId,
    manages: bool,
    found: Option<Request>,
    target: Option<&Schedule>,
    now: Instant,
) -> Result<Request, (Option<Request>, Box<Refusal>)> {
    let unknown = || refusal(ErrorCode::NotFound, "there is no request with this id");
    let Some(request) = found else { return Err((None, Box::new(unknown()))) };
    if request.created_by != caller && !manages {
        // Whoever may not see it is not told that it exists.
        let refused = if request.ask.principal == caller {
            refusal(ErrorCode::Unauthorized, "only its author or an administrator can cancel a request")
        } else {
            unknown()
        };
        return Err((Some(request), Box::new(refused)));
    }
    let begun = target.is_some_and(|schedule| schedule.window.start <= now);
    if !request.status.is_open() || begun {
        // Begun, though the record of the start is still on its way: what has begun has rules for its end.
        let status = if begun { Status::Provisioned } else { request.status };
        let message = format!(
            "the request is `{}` and cannot be cancelled, only one that is Granted or PendingApproval can",
            status.as_str()
        );
        return Err((Some(request), Box::new(refusal(ErrorCode::NotCancellable, &message))));
    }
    Ok(request)
}

fn refusal(code: ErrorCode, message: &str) -> Refusal {
    Refusal { code, message: message.to_owned(), findings: Vec::new(), trace: Vec::new() }
}

/// The row of an attempt to cancel what is not there.
async fn row(
    db: &mut Connection,
    request: &Request,
    caller: &Caller,
    id: AuditId,
    now: Instant,
) -> Result<Entry, StorageError> {
    record::of_request(db, request, Moment::Canceled, record::actor(caller), id, now).await
}
