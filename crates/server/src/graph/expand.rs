//! Writes out the principal, the role and the eligibility behind a row.

use std::collections::HashMap;

use domain::{
    ids::{PrincipalId, RoleId},
    role,
};
use serde_json::Value;

use super::{answer, call::Call, shapes};
use crate::{
    error::ApiError,
    odata::{Expand, OdataError, Query},
    storage::{Connection, listing, principals::Principal},
};

/// What can be written out of a request, a schedule or an instance. The scopes are always the directory, so null.
pub const NAVIGATION: [&str; 4] = ["principal", "roleDefinition", "directoryScope", "appScope"];

/// What the query wants written out, under the names that we give it; what does not exist is refused.
fn wanted(query: &Query) -> Result<Vec<(&'static str, Expand)>, OdataError> {
    let mut found = Vec::new();
    for one in &query.expand {
        if let Some(nested) = one.expand.first() {
            let message = format!("`{}` inside `{}` cannot be expanded", nested.name, one.name);
            return Err(OdataError::new("$expand", message, NAVIGATION.join(", ")));
        }
        let names: Vec<&'static str> = if one.name == "*" {
            NAVIGATION.to_vec()
        } else {
            NAVIGATION.into_iter().filter(|name| name.eq_ignore_ascii_case(&one.name)).collect()
        };
        if names.is_empty() {
            let message = format!("`{}` cannot be expanded here", one.name);
            return Err(OdataError::new("$expand", message, NAVIGATION.join(", ")));
        }
        found.extend(names.into_iter().map(|name| (name, one.clone())));
    }
    Ok(found)
}

/// Writes out what the query wants; one read for all rows.
pub async fn expand(
    call: &Call,
    db: &mut Connection,
    query: &Query,
    rows: &mut [Value],
) -> Result<(), ApiError> {
    let wanted = wanted(query)?;
    let mut people: HashMap<PrincipalId, Principal> = HashMap::new();
    if wanted.iter().any(|(name, _)| *name == "principal") {
        let mut ids: Vec<PrincipalId> = rows.iter().filter_map(|row| id(row, "principalId")).collect();
        ids.sort_unstable();
        ids.dedup();
        people = listing::by_id(db, &ids).await?;
    }
    for row in rows {
        for (name, one) in &wanted {
            let found = match *name {
                "principal" => {
                    let person = id(row, "principalId").and_then(|id| people.get(&id));
                    person.map(shapes::typed)
                }
                "roleDefinition" => {
                    let role: Option<RoleId> = id(row, "roleDefinitionId");
                    role.and_then(role::find).map(|role| shapes::role_definition(role, call.is_beta()))
                }
                _ => None,
            };
            row[*name] = match found {
                Some(value) => part(value, &one.select),
                None => Value::Null,
            };
        }
    }
    Ok(())
}

/// A property that this kind of principal does not have is left out: a list may hold several kinds.
fn part(value: Value, wanted: &[String]) -> Value {
    let known: Vec<String> =
        wanted.iter().filter(|name| value.get(name.as_str()).is_some()).cloned().collect();
    if known.is_empty() && !wanted.is_empty() {
        return answer::select(value, &["id".to_owned()]).unwrap_or_default();
    }
    answer::select(value, &known).unwrap_or_default()
}

fn id<T: std::str::FromStr>(row: &Value, name: &str) -> Option<T> {
    row[name].as_str()?.parse().ok()
}
