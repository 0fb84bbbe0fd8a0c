//! `/policies/roleManagementPolicies` and `/policies/roleManagementPolicyAssignments`: the settings of each role. Every
//! assignable role has exactly one policy, so nothing is created or deleted here.

mod expand;
mod read;
mod shape;

use std::sync::Arc;

use axum::response::Response;
use domain::{
    error_code::ErrorCode,
    ids::{RoleId, TenantId},
    permission::Permission,
    policy::{Policy, RuleId, RuleValue},
    role,
};
use serde_json::{Value, json};

use super::{answer, call::Call, listed, users::nothing_expanded};
use crate::{
    engine::{self, PolicyChange},
    error::ApiError,
    odata::{Expr, Op, Opt, Query, Table, Value as Literal},
    storage::{
        Connection, meta,
        policies::{self, Kept},
        principals,
    },
};

const POLICIES: &str = "policies/roleManagementPolicies";
const ASSIGNMENTS: &str = "policies/roleManagementPolicyAssignments";

/// What the policy at an address is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Itself.
    Whole,
    /// Its rules, or what is in force of them: without inheritance that is the same.
    Rules,
    /// One rule.
    Rule,
}

/// One page of policies of one scope, which must be named.
pub async fn list(call: &Call) -> Result<Response, ApiError> {
    let (query, mut db, tenant) = begin(call, Opt::LIST).await?;
    let parts = expand::rules(&query.expand)?;
    let Some(scope_type) = scope(&query)? else {
        return page(call, Vec::<(Value, ())>::new(), &shape::POLICY, &query)?.answer(
            call,
            POLICIES,
            &shape::POLICY,
            &query,
        );
    };
    let mut rows = Vec::new();
    for kept in all(&mut db).await? {
        let mut row = shape::policy(tenant, &kept, None);
        row["scopeType"] = json!(scope_type);
        rows.push((row, kept));
    }
    let mut page = page(call, rows, &shape::POLICY, &query)?;
    for (row, kept) in &mut page.rows {
        row["lastModifiedBy"] = policy(&mut db, tenant, kept).await?["lastModifiedBy"].take();
        expand::write_rules(&mut db, row, kept, &parts).await?;
    }
    page.answer(call, POLICIES, &shape::POLICY, &query)
}

/// A policy, its rules or one of them.
pub async fn get(call: &Call, id: &str, part: Part, rule: &str) -> Result<Response, ApiError> {
    let allowed = if part == Part::Rules { Opt::LIST } else { Opt::ITEM };
    let (query, mut db, tenant) = begin(call, allowed).await?;
    let kept = by_id(&mut db, tenant, id).await?;
    match part {
        Part::Whole => {
            let parts = expand::rules(&query.expand)?;
            let mut row = policy(&mut db, tenant, &kept).await?;
            expand::write_rules(&mut db, &mut row, &kept, &parts).await?;
            answer::entity(call, POLICIES, &shape::POLICY, row, &query)
        }
        Part::Rules => {
            nothing_expanded(&query)?;
            let rows = shape::rules(&mut db, &kept.policy).await?.into_iter().map(|row| (row, ())).collect();
            page(call, rows, &shape::RULE, &query)?.answer(
                call,
                &format!("{POLICIES}('{id}')/rules"),
                &shape::RULE,
                &query,
            )
        }
        Part::Rule => {
            nothing_expanded(&query)?;
            let found = RuleId::parse(rule).ok_or_else(|| ApiError::not_found(rule))?;
            let value = shape::rule(&mut db, &kept.policy, found).await?;
            answer::entity(call, &format!("{POLICIES}('{id}')/rules"), &shape::RULE, value, &query)
        }
    }
}

/// Replaces rules of a policy; the answer is the policy without them.
pub async fn update(call: &Call, id: &str) -> Result<Response, ApiError> {
    let body = call.json(&["rules", "id"], ErrorCode::InvalidPolicy)?;
    let Some(bodies) = body["rules"].as_array().cloned() else {
        return Err(invalid("rules", "rules are required", "a list of rules"));
    };
    let kept = change(call, id, move |policy| {
        let read = |body: &Value| {
            let rule = body["id"].as_str().unwrap_or_default();
            let rule = RuleId::parse(rule).ok_or_else(|| unknown_rule(rule))?;
            Ok((rule, read::rule(body, rule, policy)?))
        };
        bodies.iter().map(read).collect()
    })
    .await?;
    let (query, mut db, tenant) = begin(call, &[]).await?;
    answer::entity(call, POLICIES, &shape::POLICY, policy(&mut db, tenant, &kept).await?, &query)
}

/// Replaces one rule.
pub async fn update_rule(call: &Call, id: &str, rule: &str) -> Result<Response, ApiError> {
    let rule = RuleId::parse(rule).ok_or_else(|| ApiError::not_found(rule))?;
    let body = call.json(read::KNOWN, ErrorCode::InvalidPolicyRule)?;
    change(call, id, move |policy| Ok(vec![(rule, read::rule(&body, rule, policy)?)])).await?;
    Ok(answer::done())
}

/// One page of which role has which policy, of one scope, which must be named.
pub async fn assignments(call: &Call) -> Result<Response, ApiError> {
    let (query, mut db, tenant) = begin(call, Opt::LIST).await?;
    let behind = expand::policy(&query.expand)?;
    let Some(scope_type) = scope(&query)? else {
        return page(call, Vec::<(Value, ())>::new(), &shape::ASSIGNMENT, &query)?.answer(
            call,
            ASSIGNMENTS,
            &shape::ASSIGNMENT,
            &query,
        );
    };
    let mut rows = Vec::new();
    for kept in all(&mut db).await? {
        let mut row = shape::assignment(tenant, kept.role);
        row["scopeType"] = json!(scope_type);
        rows.push((row, kept));
    }
    let mut page = page(call, rows, &shape::ASSIGNMENT, &query)?;
    for (row, kept) in &mut page.rows {
        write_policy(&mut db, tenant, row, kept, behind.as_ref()).await?;
    }
    page.answer(call, ASSIGNMENTS, &shape::ASSIGNMENT, &query)
}

/// Which role has which policy, by the id of that.
pub async fn assignment(call: &Call, id: &str) -> Result<Response, ApiError> {
    let (query, mut db, tenant) = begin(call, Opt::ITEM).await?;
    let behind = expand::policy(&query.expand)?;
    let policy_id = id.rsplit_once('_').map_or(id, |(policy, _)| policy);
    let kept = by_id(&mut db, tenant, policy_id).await?;
    let mut row = shape::assignment(tenant, kept.role);
    if row["id"].as_str().is_none_or(|known| !known.eq_ignore_ascii_case(id)) {
        return Err(ApiError::not_found(id));
    }
    write_policy(&mut db, tenant, &mut row, &kept, behind.as_ref()).await?;
    answer::entity(call, ASSIGNMENTS, &shape::ASSIGNMENT, row, &query)
}

async fn begin(call: &Call, allowed: &[Opt]) -> Result<(Query, Connection, TenantId), ApiError> {
    let query = call.options(allowed)?;
    call.needs(Permission::ReadRoleManagement)?;
    let mut db = call.db().await?;
    let tenant = meta::tenant(&mut db).await?.ok_or_else(|| ApiError::not_found("organization"))?;
    Ok((query, db, tenant.id))
}

/// The rules of every assignable role.
async fn all(db: &mut Connection) -> Result<Vec<Kept>, ApiError> {
    let changed = policies::changed(db).await?;
    let of = |role: RoleId| {
        let known = changed.iter().find(|kept| kept.role == role).cloned();
        known.unwrap_or_else(|| Kept::untouched(role))
    };
    Ok(role::builtin().iter().filter(|role| role.assignable).map(|role| of(role.id)).collect())
}

/// The rules behind the id of a policy: `DirectoryRole_{tenant}_{role}`, or `Directory_{tenant}_{role}`.
async fn by_id(db: &mut Connection, tenant: TenantId, id: &str) -> Result<Kept, ApiError> {
    let mut parts = id.split('_');
    let (kind, owner, role) = (parts.next(), parts.next(), parts.next());
    let fits = kind
        .is_some_and(|kind| shape::SCOPE_TYPES.iter().any(|known| known.eq_ignore_ascii_case(kind)))
        && owner.and_then(|owner| owner.parse().ok()) == Some(tenant)
        && parts.next().is_none();
    let role: Option<RoleId> = role.filter(|_| fits).and_then(|role| role.parse().ok());
    let known = role.filter(|id| role::find(*id).is_some_and(|role| role.assignable));
    let role = known.ok_or_else(|| ApiError::not_found(id))?;
    Ok(policies::find(db, role).await?)
}

/// Changes rules as `wanted` reads them: against the rules as they are now, so that a body that is none is refused before
/// anything begins, and again where they are written, because what it leaves out keeps the value of that moment.
async fn change(
    call: &Call,
    id: &str,
    wanted: impl Fn(&Policy) -> Result<Vec<(RuleId, RuleValue)>, ApiError> + Send + Sync + 'static,
) -> Result<Kept, ApiError> {
    call.options(&[])?;
    let mut db = call.db().await?;
    let tenant = meta::tenant(&mut db).await?.ok_or_else(|| ApiError::not_found("organization"))?;
    let kept = by_id(&mut db, tenant.id, id).await?;
    drop(db);
    wanted(&kept.policy)?;
    let read = move |policy: &Policy| wanted(policy).map_err(|error| Box::new(error.into_refusal()));
    let rules = PolicyChange::Rules(Arc::new(read));
    let (storage, clock) = (&call.state.storage, &call.state.clock);
    Ok(engine::change_policy(storage, clock, &call.caller, kept.role, rules, None).await?)
}

/// The scope that the filter names, as the caller spelt its type; none when it is another than the directory's.
fn scope(query: &Query) -> Result<Option<String>, ApiError> {
    let (mut id, mut kind) = (None, None);
    let mut open = query.filter.iter().collect::<Vec<_>>();
    while let Some(expr) = open.pop() {
        match expr {
            Expr::And(left, right) => open.extend([left.as_ref(), right.as_ref()]),
            Expr::Compare(path, Op::Eq, Literal::Text(text)) if path.eq_ignore_ascii_case("scopeId") => {
                id = Some(text.clone());
            }
            Expr::Compare(path, Op::Eq, Literal::Text(text)) if path.eq_ignore_ascii_case("scopeType") => {
                kind = Some(text.clone());
            }
            _ => {}
        }
    }
    let (Some(id), Some(kind)) = (id, kind) else {
        // The live service wraps it like this, and clients look for the inner code.
        let message = json!({
            "errorCode": "MissingProvider", "message": "The provider is missing.", "instanceAnnotations": [],
        });
        let error = ApiError::new(ErrorCode::MissingScope, message.to_string());
        return Err(error.at("$filter", "scopeId eq '/' and scopeType eq 'DirectoryRole'"));
    };
    let ours = shape::SCOPE_TYPES.iter().find(|known| known.eq_ignore_ascii_case(&kind));
    Ok(ours.filter(|_| matches!(id.as_str(), "/" | "")).map(|known| (*known).to_owned()))
}

/// Filters and cuts rows that are in memory; they have no order but their own.
fn page<T>(
    call: &Call,
    rows: Vec<(Value, T)>,
    table: &Table,
    query: &Query,
) -> Result<listed::Cut<T>, ApiError> {
    if let Some(order) = query.order.first() {
        return Err(ApiError::bad(
            "$orderby",
            format!("`{}` cannot be ordered by", order.path),
            "no $orderby",
        ));
    }
    listed::cut(call, rows, table, query)
}

async fn policy(db: &mut Connection, tenant: TenantId, kept: &Kept) -> Result<Value, ApiError> {
    let by = match &kept.modified {
        Some(modified) => principals::find(db, modified.by).await?,
        None => None,
    };
    Ok(shape::policy(tenant, kept, by.as_ref()))
}

/// Writes the policy behind an assignment of it.
async fn write_policy(
    db: &mut Connection,
    tenant: TenantId,
    row: &mut Value,
    kept: &Kept,
    behind: Option<&expand::Policy<'_>>,
) -> Result<(), ApiError> {
    let Some(behind) = behind else { return Ok(()) };
    let mut inner = policy(db, tenant, kept).await?;
    expand::write_rules(db, &mut inner, kept, &behind.parts).await?;
    row["policy"] = answer::pick(inner, &shape::POLICY, behind.select);
    Ok(())
}

fn unknown_rule(id: &str) -> ApiError {
    let id: String = id.chars().take(80).collect();
    let known: Vec<_> = RuleId::ALL.into_iter().map(RuleId::as_str).collect();
    ApiError::new(ErrorCode::InvalidPolicyRule, format!("the rule `{id}` is not known"))
        .at("id", known.join(", "))
}

fn invalid(field: &str, message: &str, allowed: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidPolicy, message).at(field, allowed)
}
