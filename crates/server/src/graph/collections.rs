//! The six schedule collections: requests, schedules and instances, of assignments and of eligibilities.

use axum::response::Response;
use domain::{ids::PrincipalId, permission::Permission, schedule::Kind};
use serde_json::{Value, json};

use super::{
    answer,
    call::Call,
    expand::{self, Behind},
    listed,
    path::{Family, Of},
    requests, schedules,
};
use crate::{
    error::ApiError,
    extract,
    odata::{Opt, Query, Table},
    storage::{Connection, Row, StorageError, approvals, listing, requests as kept, select::Select, tables},
};

fn context(of: Of) -> String {
    format!("roleManagement/directory/{}", of.name())
}

/// The statement behind a collection; with `mine`, what belongs to a person.
fn source(call: &Call, of: Of, mine: Option<PrincipalId>) -> Select {
    let now = call.state.clock.engine();
    match of.family {
        Family::Requests => listing::requests(of.kind),
        Family::Schedules => listing::schedules(of.kind, mine, now),
        Family::Instances => {
            let mut select = listing::schedules(of.kind, mine, now);
            select.and("start_ms <= {}", now);
            select
        }
    }
}

/// Everybody's.
pub async fn list(call: &Call, of: Of) -> Result<Response, ApiError> {
    call.needs(Permission::ReadRoleManagement)?;
    let query = call.options(Opt::LIST)?;
    page(call, of, source(call, of, None), &query, &context(of), false).await
}

/// How many there are.
pub async fn count(call: &Call, of: Of) -> Result<Response, ApiError> {
    call.needs(Permission::ReadRoleManagement)?;
    let query = call.options(&[Opt::Filter])?;
    let mut select = source(call, of, None);
    listed::narrow(&mut select, table(of), &query)?;
    Ok(answer::number(select.count(&mut call.db().await?).await?))
}

/// The caller's own: everybody may see these.
pub async fn mine(call: &Call, of: Of, on: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::LIST)?;
    let me = call.caller.id();
    let select = match (of.family, on) {
        (Family::Requests, "principal") => {
            let mut select = source(call, of, None);
            select.and("principal_id = {}", me);
            select
        }
        (Family::Requests, "createdby") => {
            let mut select = source(call, of, None);
            select.and("created_by = {}", me);
            select
        }
        (Family::Requests, "approver") => {
            let now = call.state.clock.engine();
            let roles = approvals::reviewable_roles(&mut call.db().await?, me, now).await?;
            let mut select = source(call, of, None);
            select.and_plain("id IN (SELECT id FROM approvals)");
            listing::to_review(&mut select, me, &roles);
            select
        }
        (Family::Schedules | Family::Instances, "principal") => source(call, of, Some(me)),
        _ => {
            let known =
                if of.family == Family::Requests { "principal, createdBy, approver" } else { "principal" };
            return Err(ApiError::bad("on", format!("`{on}` is not known"), known));
        }
    };
    let context = format!("Collection({})", type_name(of));
    page(call, of, select, &query, &context, true).await
}

/// One of them: one's own, or anybody's for those who may read role management.
pub async fn get(call: &Call, of: Of, id: &str) -> Result<Response, ApiError> {
    let query = call.options(Opt::ITEM)?;
    let mut db = call.db().await?;
    let row = find(call, &mut db, of, id).await?;
    let value = written_out(call, &mut db, of, &row, &query).await?;
    answer::entity(call, &context(of), table(of), value, &query)
}

/// What stands behind one of them, by its own address.
pub async fn behind(call: &Call, of: Of, id: &str, name: &'static str) -> Result<Response, ApiError> {
    let query = call.options(&[Opt::Select])?;
    let mut db = call.db().await?;
    let row = find(call, &mut db, of, id).await?;
    let expanding = Query::expanding(name);
    let value = written_out(call, &mut db, of, &row, &expanding).await?[name].take();
    if value.is_null() {
        return Ok(answer::done());
    }
    let eligible = |family| context(Of { family, kind: Kind::Eligible });
    let context = match (name, of.family) {
        ("roleDefinition", _) => "roleManagement/directory/roleDefinitions".to_owned(),
        ("targetSchedule", _) => context(Of { family: Family::Schedules, kind: of.kind }),
        ("activatedUsing", Family::Instances) => eligible(Family::Instances),
        ("activatedUsing", _) => eligible(Family::Schedules),
        _ => "directoryObjects".to_owned(),
    };
    answer::entity(call, &context, expand::table(call, Some(of), name), value, &query)
}

async fn written_out(
    call: &Call,
    db: &mut Connection,
    of: Of,
    row: &Row,
    query: &Query,
) -> Result<Value, ApiError> {
    let behind = Behind::rows(db, of, std::slice::from_ref(row)).await?;
    let mut values = [value(of, row)?];
    expand::expand(call, db, query, Some(of), &mut values, &behind).await?;
    let [value] = values;
    Ok(value)
}

async fn find(call: &Call, db: &mut Connection, of: Of, id: &str) -> Result<Row, ApiError> {
    let reader = call.needs(Permission::ReadRoleManagement).is_ok();
    let unknown = || ApiError::not_found(id);
    // Whoever may read only what is his is not told that there is more.
    let mine = (!reader).then_some(call.caller.id());
    let mut select = source(call, of, mine);
    match of.family {
        Family::Requests => {
            select.and("id = {}", id.to_ascii_lowercase());
            if let Some(me) = mine {
                // Whoever lists it as its approver may open it as well.
                let request = kept::find(db, extract::id(id)?).await?.ok_or_else(unknown)?;
                if !approvals::may_review(db, me, &request, call.state.clock.engine()).await? {
                    select.and("(principal_id = {} OR created_by = {})", me);
                }
            }
        }
        Family::Schedules => {
            select.and("id = {}", id.to_ascii_lowercase());
        }
        Family::Instances => {
            let (role, principal, held) = schedules::instance_key(id, of.kind).ok_or_else(unknown)?;
            select.and("role_id = {}", role).and("principal_id = {}", principal);
            if let Some(held) = held {
                select.and("assignment_type = {}", held.as_str());
            }
        }
    }
    select.first(db).await?.ok_or_else(unknown)
}

async fn page(
    call: &Call,
    of: Of,
    select: Select,
    query: &Query,
    context: &str,
    typed: bool,
) -> Result<Response, ApiError> {
    let mut db: Connection = call.db().await?;
    let usual = match of.family {
        Family::Requests => listing::NEWEST,
        Family::Schedules | Family::Instances => listing::BY_ROLE,
    };
    let page = listed::page(&mut db, select, table(of), query, usual).await?;
    let mut rows = page.rows.iter().map(|row| value(of, row)).collect::<Result<Vec<Value>, _>>()?;
    let behind = Behind::rows(&mut db, of, &page.rows).await?;
    expand::expand(call, &mut db, query, Some(of), &mut rows, &behind).await?;
    if typed {
        for row in &mut rows {
            row["@odata.type"] = json!(format!("#microsoft.graph.{}", type_name(of)));
        }
    }
    page.answer(call, context, table(of), rows, query)
}

fn value(of: Of, row: &Row) -> Result<Value, StorageError> {
    match of.family {
        Family::Requests => requests::from_row(row),
        Family::Schedules => schedules::schedule(row),
        Family::Instances => schedules::instance(row),
    }
}

/// What the rows of a collection have.
const fn table(of: Of) -> &'static Table {
    match of.family {
        Family::Requests => &tables::REQUESTS,
        Family::Schedules => tables::schedules(of.kind),
        Family::Instances => tables::instances(of.kind),
    }
}

/// `unifiedRoleAssignmentSchedule` and its like.
fn type_name(of: Of) -> String {
    let name = of.name().strip_prefix("role").unwrap_or_default();
    format!("unifiedRole{}", name.strip_suffix('s').unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use domain::schedule::Kind;

    use super::*;

    #[test]
    fn types_are_named_after_their_collections() {
        let of = Of { family: Family::Requests, kind: Kind::Eligible };
        assert_eq!(type_name(of), "unifiedRoleEligibilityScheduleRequest");
    }
}
