//! Writes out what stands behind a row: principal, role, eligibility, schedule.

use std::collections::HashMap;

use domain::{
    ids::{PrincipalId, RoleId, ScheduleId},
    role,
    schedule::Kind,
};
use serde_json::Value;

use super::{
    answer,
    call::Call,
    path::{Family, Of},
    schedules, shapes,
};
use crate::{
    error::ApiError,
    odata::{Expand, OdataError, Query},
    storage::{Connection, Row, StorageError, listing, principals::Principal},
};

/// Everything that can be written out anywhere. The scopes are always the directory, so null.
pub const NAVIGATION: [&str; 6] =
    ["principal", "roleDefinition", "directoryScope", "appScope", "targetSchedule", "activatedUsing"];

/// What a role definition has.
pub const INHERITS: &str = "inheritsPermissionsFrom";

/// What every right has.
pub const PLAIN: &[&str] = &["principal", "roleDefinition", "directoryScope", "appScope"];
const ACTIVE: &[&str] = &["principal", "roleDefinition", "directoryScope", "appScope", "activatedUsing"];
const ASKED: &[&str] = &["principal", "roleDefinition", "directoryScope", "appScope", "targetSchedule"];

/// What can be written out of the rows of a collection.
pub const fn navigation(of: Of) -> &'static [&'static str] {
    match (of.family, of.kind) {
        (Family::Requests, Kind::Active) => &NAVIGATION,
        (Family::Requests, Kind::Eligible) => ASKED,
        (_, Kind::Active) => ACTIVE,
        (_, Kind::Eligible) => PLAIN,
    }
}

/// The schedules behind a row.
#[derive(Clone, Default)]
pub struct Behind {
    /// What a request made.
    target: Option<(ScheduleId, Kind)>,
    /// The eligibility that an activation uses, as a schedule or, behind an instance, as an instance.
    eligibility: Option<(ScheduleId, Family)>,
}

impl Behind {
    /// Reads what stands behind the rows of a collection.
    pub async fn rows(db: &mut Connection, of: Of, rows: &[Row]) -> Result<Vec<Self>, StorageError> {
        let mut found = Vec::with_capacity(rows.len());
        if of.family != Family::Requests {
            for row in rows {
                let eligibility: Option<ScheduleId> = row.parsed_or_null("activated_from")?;
                let eligibility = eligibility.map(|id| (id, of.family));
                found.push(Self { target: None, eligibility });
            }
            return Ok(found);
        }
        let mut targets = Vec::with_capacity(rows.len());
        for row in rows {
            targets.push(row.parsed_or_null::<ScheduleId>("target_id")?);
        }
        let ids: Vec<ScheduleId> = targets.iter().copied().flatten().collect();
        let used = listing::activated_from(db, &ids).await?;
        for target in targets {
            let eligibility = target.and_then(|id| used.get(&id)).map(|id| (*id, Family::Schedules));
            found.push(Self { target: target.map(|id| (id, of.kind)), eligibility });
        }
        Ok(found)
    }

    fn schedules(&self) -> impl Iterator<Item = (ScheduleId, Kind)> {
        self.target.into_iter().chain(self.eligibility.map(|(id, _)| (id, Kind::Eligible)))
    }
}

/// What the query wants written out, under the names that we give it; what does not exist is refused.
fn wanted(query: &Query, known: &'static [&'static str]) -> Result<Vec<(&'static str, Expand)>, OdataError> {
    let mut found = Vec::new();
    for one in &query.expand {
        if let Some(nested) = one.expand.first() {
            let message = format!("`{}` inside `{}` cannot be expanded", nested.name, one.name);
            return Err(OdataError::new("$expand", message, known.join(", ")));
        }
        let names: Vec<&'static str> = known
            .iter()
            .copied()
            .filter(|name| one.name == "*" || name.eq_ignore_ascii_case(&one.name))
            .collect();
        if names.is_empty() {
            let message = format!("`{}` cannot be expanded here", one.name);
            return Err(OdataError::new("$expand", message, known.join(", ")));
        }
        found.extend(names.into_iter().map(|name| (name, one.clone())));
    }
    Ok(found)
}

/// Writes out what the query wants; one read of each kind for all rows. `behind` stands beside the rows, or is empty
/// where nothing stands behind them.
pub async fn expand(
    call: &Call,
    db: &mut Connection,
    query: &Query,
    known: &'static [&'static str],
    rows: &mut [Value],
    behind: &[Behind],
) -> Result<(), ApiError> {
    let wanted = wanted(query, known)?;
    let wants = |name: &str| wanted.iter().any(|(wanted, _)| *wanted == name);
    let mut people: HashMap<PrincipalId, Principal> = HashMap::new();
    if wants("principal") {
        let mut ids: Vec<PrincipalId> = rows.iter().filter_map(|row| id(row, "principalId")).collect();
        ids.sort_unstable();
        ids.dedup();
        people = listing::by_id(db, &ids).await?;
    }
    let mut found = HashMap::new();
    if wants("targetSchedule") || wants("activatedUsing") {
        let ids: Vec<(ScheduleId, Kind)> = behind.iter().flat_map(Behind::schedules).collect();
        found = listing::schedules_by_id(db, &ids, call.state.clock.engine()).await?;
    }
    for (n, row) in rows.iter_mut().enumerate() {
        let behind = behind.get(n).cloned().unwrap_or_default();
        for (name, one) in &wanted {
            let value = match *name {
                "principal" => {
                    let person = id(row, "principalId").and_then(|id| people.get(&id));
                    person.map(shapes::typed)
                }
                "roleDefinition" => {
                    let role: Option<RoleId> = id(row, "roleDefinitionId");
                    role.and_then(role::find).map(|role| shapes::role_definition(role, call.is_beta()))
                }
                "targetSchedule" => {
                    let row = behind.target.and_then(|(id, _)| found.get(&id));
                    row.map(schedules::schedule).transpose()?
                }
                "activatedUsing" => match behind.eligibility {
                    Some((id, Family::Instances)) => found.get(&id).map(schedules::instance).transpose()?,
                    Some((id, _)) => found.get(&id).map(schedules::schedule).transpose()?,
                    None => None,
                },
                _ => None,
            };
            row[*name] = match value {
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
