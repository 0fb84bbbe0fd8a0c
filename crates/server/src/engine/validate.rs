//! Says what would become of a request, and leaves no trace of the question.

use domain::{
    decide::{self, OpenRequestFact},
    ids::RequestId,
    request::{Ask, Request, Status},
    time::Instant,
};

use super::{EngineError, facts};
use crate::{
    caller::Caller,
    clock::Clock,
    ids,
    storage::{Connection, Storage, StorageError, approvals, requests, rights, schedules},
};

/// Decides a request by the same rules as [`super::submit`] and carries nothing out: no row is written, not even of a
/// refusal. What is given is the request as it would be, `Granted` where it would take effect
/// (`reference/graph-pim-contract.md` 5.6).
pub async fn validate(
    storage: &Storage,
    clock: &Clock,
    caller: &Caller,
    ask: Ask,
) -> Result<Request, EngineError> {
    let (id, now) = (RequestId(ids::fresh()), clock.engine());
    let mut db = storage.read().await?;
    let mut caller_facts = caller.facts();
    let held = rights::in_force(&mut db, caller.id(), now).await?;
    caller_facts.permissions = rights::permissions(&held, caller.second_factor);
    let (mut facts, _) = facts::load(&mut db, &ask, caller_facts, now).await?;
    facts.open_requests = still_open(&mut db, facts.open_requests, now).await?;
    let grant = decide::decide(&ask, &facts, id)
        .verdict
        .map_err(|refusal| EngineError::Refused(Box::new(refusal)))?;
    let status = match grant.status {
        Status::PendingApproval => Status::PendingApproval,
        _ => Status::Granted,
    };
    Ok(Request {
        id,
        ask,
        status,
        created_by: caller.id(),
        created_at: now,
        completed_at: None,
        target: None,
    })
}

/// Without those that have begun or timed out meanwhile: they block nobody, whether their job has run or not.
async fn still_open(
    db: &mut Connection,
    open: Vec<OpenRequestFact>,
    now: Instant,
) -> Result<Vec<OpenRequestFact>, StorageError> {
    let mut still = Vec::new();
    for fact in open {
        let Some(request) = requests::find(db, fact.id).await? else { continue };
        let over = if let Some(target) = request.target {
            schedules::find(db, target).await?.is_some_and(|schedule| schedule.window.start <= now)
        } else {
            approvals::find(db, fact.id).await?.is_some_and(|approval| now >= approval.due)
        };
        if !over {
            still.push(fact);
        }
    }
    Ok(still)
}
