//! `roleManagement/directory/roleAssignmentApprovals`: what waits for an approver, and his answer. The beta version calls
//! the parts of an approval steps and the other one stages; both names lead to them in both.

use std::collections::HashMap;

use axum::response::Response;
use domain::{
    approval::{Answer, Approval, StepStatus},
    error_code::ErrorCode,
    ids::{PrincipalId, RequestId},
    permission::Permission,
    request::Request,
    time::Instant,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{answer, call::Call, listed};
use crate::{
    engine,
    error::ApiError,
    extract,
    odata::{Kind, Opt, Query, Table, here, shown},
    storage::{Connection, approvals, listing, principals::Principal, requests, tables},
};

const CONTEXT: &str = "roleManagement/directory/roleAssignmentApprovals";
const PART: Table = Table::of(&[&[
    here("id", Kind::Key),
    here("displayName", Kind::Text),
    here("reviewedDateTime", Kind::Time),
    here("reviewResult", Kind::Text),
    here("status", Kind::Text),
    here("assignedToMe", Kind::Bool),
    here("justification", Kind::Text),
    shown("reviewedBy"),
]]);
const KNOWN: [&str; 2] = ["reviewResult", "justification"];

/// The answer of an approver.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    review_result: Option<String>,
    justification: Option<String>,
}

/// Those that the caller may decide, that are about him, or that he asked for.
pub async fn mine(call: &Call, on: &str) -> Result<Response, ApiError> {
    let query = parts_expanded(call, call.options(Opt::LIST)?)?;
    let me = call.caller.id();
    let mut db = call.db().await?;
    let mut select = listing::approvals();
    match on {
        "approver" => {
            let roles = approvals::reviewable_roles(&mut db, me, call.state.clock.engine()).await?;
            listing::to_review(&mut select, me, &roles);
        }
        "target" => drop(select.and("principal_id = {}", me)),
        "createdby" => drop(select.and("created_by = {}", me)),
        _ => return Err(ApiError::bad("on", format!("`{on}` is not known"), "approver, target, createdBy")),
    }
    let page = listed::page(&mut db, select, table(call), &query, listing::NEWEST).await?;
    let found = page.rows.iter().map(requests::from_row).collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<RequestId> = found.iter().map(|request| request.id).collect();
    let known = approvals::of_requests(&mut db, &ids).await?;
    let people = reviewers(&mut db, &known).await?;
    let mut rows = Vec::with_capacity(found.len());
    for approval in found.iter().filter_map(|request| known.iter().find(|a| a.id == request.id)) {
        let request = found.iter().find(|request| request.id == approval.id);
        let mine = match request {
            Some(request) => is_mine(call, &mut db, request, approval).await?,
            None => false,
        };
        let mut row = shape(call, approval, mine, &people, now(call));
        select_parts(call, &mut row, &query);
        rows.push(row);
    }
    page.answer(call, &format!("Collection({CONTEXT})"), table(call), rows, &query)
}

/// One approval with its parts.
pub async fn get(call: &Call, id: &str) -> Result<Response, ApiError> {
    let query = parts_expanded(call, call.options(Opt::ITEM)?)?;
    let mut value = read(call, id).await?;
    select_parts(call, &mut value, &query);
    answer::entity(call, CONTEXT, table(call), value, &query)
}

/// Its parts; there is one.
pub async fn steps(call: &Call, id: &str, name: &'static str) -> Result<Response, ApiError> {
    let query = call.options(Opt::LIST)?;
    super::users::nothing_expanded(&query)?;
    let value = read(call, id).await?;
    let parts = value[part_name(call)].as_array().cloned().unwrap_or_default();
    listed::in_memory(call, &format!("{CONTEXT}('{id}')/{name}"), &PART, parts, &query)
}

/// One of its parts.
pub async fn step(call: &Call, id: &str, step: &str, name: &'static str) -> Result<Response, ApiError> {
    let query = call.options(Opt::ITEM)?;
    super::users::nothing_expanded(&query)?;
    let value = read(call, id).await?;
    let part = of_this(&value[part_name(call)], step)?;
    answer::entity(call, &format!("{CONTEXT}('{id}')/{name}"), &PART, part, &query)
}

/// An approver answers.
pub async fn decide(call: &Call, id: &str, step: &str) -> Result<Response, ApiError> {
    call.options(&[])?;
    let body: Body = call.body(&KNOWN, ErrorCode::BadRequest)?;
    let id: RequestId = extract::id(id)?;
    if extract::id::<RequestId>(step)? != id {
        return Err(ApiError::not_found(step));
    }
    let word = body.review_result.unwrap_or_default();
    let answered = Answer::parse(&word).ok_or_else(|| {
        let word: String = word.chars().take(60).collect();
        ApiError::bad("reviewResult", format!("reviewResult `{word}` is not known"), "Approve or Deny")
    })?;
    let state = &call.state;
    engine::review(&state.storage, &state.clock, &call.caller, id, answered, body.justification).await?;
    Ok(answer::done())
}

/// An approval, for its approvers, who asked, whom it is about, and who may read role management.
async fn read(call: &Call, id: &str) -> Result<Value, ApiError> {
    let id: RequestId = extract::id(id)?;
    let mut db = call.db().await?;
    let found = (requests::find(&mut db, id).await?, approvals::find(&mut db, id).await?);
    let (Some(request), Some(approval)) = found else { return Err(ApiError::not_found(id)) };
    let me = call.caller.id();
    let own = request.ask.principal == me || request.created_by == me;
    let approves = approvals::may_review(&mut db, me, &request, now(call)).await?;
    if !own && !approves && call.needs(Permission::ReadRoleManagement).is_err() {
        let message = "only an approver of this role can see this approval";
        return Err(ApiError::new(ErrorCode::Unauthorized, message)
            .at("principalId", "an approver that the role's settings name"));
    }
    let people = reviewers(&mut db, std::slice::from_ref(&approval)).await?;
    let mine = approves && approval.status_at(now(call)) == StepStatus::InProgress;
    Ok(shape(call, &approval, mine, &people, now(call)))
}

async fn is_mine(
    call: &Call,
    db: &mut Connection,
    request: &Request,
    approval: &Approval,
) -> Result<bool, ApiError> {
    let open = approval.status_at(now(call)) == StepStatus::InProgress;
    Ok(open && approvals::may_review(db, call.caller.id(), request, now(call)).await?)
}

async fn reviewers(
    db: &mut Connection,
    approvals: &[Approval],
) -> Result<HashMap<PrincipalId, Principal>, ApiError> {
    let ids: Vec<PrincipalId> = approvals.iter().filter_map(|a| a.review.as_ref()).map(|r| r.by).collect();
    Ok(listing::by_id(db, &ids).await?)
}

fn shape(
    call: &Call,
    approval: &Approval,
    mine: bool,
    people: &HashMap<PrincipalId, Principal>,
    now: Instant,
) -> Value {
    let review = approval.review.as_ref();
    let by = review.and_then(|review| people.get(&review.by)).map(|person| {
        json!({
            "@odata.type": "#microsoft.graph.userIdentity",
            "id": person.id,
            "displayName": person.display_name,
            "userPrincipalName": person.user_principal_name,
            "mail": person.mail,
        })
    });
    let part = json!({
        "id": approval.id,
        "displayName": null,
        "reviewedDateTime": review.map(|review| review.at),
        "reviewResult": review.map_or("NotReviewed", |review| review.answer.as_str()),
        "status": approval.status_at(now).as_str(),
        "assignedToMe": mine,
        "justification": review.map_or("", |review| review.justification.as_str()),
        "reviewedBy": by,
    });
    json!({"id": approval.id, part_name(call): [part]})
}

fn of_this(parts: &Value, id: &str) -> Result<Value, ApiError> {
    let wanted = id.to_ascii_lowercase();
    let found = parts.as_array().into_iter().flatten().find(|part| part["id"] == wanted.as_str());
    found.cloned().ok_or_else(|| ApiError::not_found(id))
}

/// The parts are always there; asking for them is no mistake, and keeps them beside what is selected.
fn parts_expanded(call: &Call, mut query: Query) -> Result<Query, ApiError> {
    let known = |name: &str| ["steps", "stages", "*"].iter().any(|known| known.eq_ignore_ascii_case(name));
    for one in &query.expand {
        if let Some(strange) = if known(&one.name) { one.expand.first() } else { Some(one) } {
            let message = format!("`{}` cannot be expanded here", strange.name);
            return Err(ApiError::bad("$expand", message, part_name(call)));
        }
        answer::check(&PART, &one.select, &[])?;
    }
    if !query.expand.is_empty() && !query.select.is_empty() {
        query.select.push(part_name(call).to_owned());
    }
    Ok(query)
}

/// Keeps of the parts what was asked for inside `$expand`.
fn select_parts(call: &Call, value: &mut Value, query: &Query) {
    let Some(one) = query.expand.iter().find(|one| !one.select.is_empty()) else { return };
    for part in value[part_name(call)].as_array_mut().into_iter().flatten() {
        *part = answer::pick(part.take(), &PART, &one.select);
    }
}

fn table(call: &Call) -> &'static Table {
    tables::approvals(call.is_beta())
}

fn part_name(call: &Call) -> &'static str {
    if call.is_beta() { "steps" } else { "stages" }
}

fn now(call: &Call) -> Instant {
    call.state.clock.engine()
}
