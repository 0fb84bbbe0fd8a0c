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
    odata::{OdataError, Query, Table},
    storage::{Connection, Row, StorageError, listing, principals::Principal, tables},
};

/// Everything that can be written out of a request. The scopes are always the directory, so null.
const NAVIGATION: [&str; 6] =
    ["principal", "roleDefinition", "directoryScope", "appScope", "targetSchedule", "activatedUsing"];

/// What every right has.
const PLAIN: &[&str] = &["principal", "roleDefinition", "directoryScope", "appScope"];
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

/// What can be asked of what is written out under this name.
pub fn table(call: &Call, of: Option<Of>, name: &str) -> &'static Table {
    match (name, of) {
        ("roleDefinition", _) => shapes::role_definitions(call.is_beta()),
        ("targetSchedule", Some(of)) => tables::schedules(of.kind),
        ("activatedUsing", Some(Of { family: Family::Instances, .. })) => tables::instances(Kind::Eligible),
        ("activatedUsing", _) => tables::schedules(Kind::Eligible),
        _ => &tables::PRINCIPALS,
    }
}

/// One thing that is to be written out.
struct Wanted<'q> {
    name: &'static str,
    table: &'static Table,
    select: &'q [String],
}

/// What the query wants written out, under the names that we give it; what does not exist is refused.
fn wanted<'q>(call: &Call, query: &'q Query, of: Option<Of>) -> Result<Vec<Wanted<'q>>, OdataError> {
    let known = of.map_or(PLAIN, navigation);
    for one in &query.expand {
        if let Some(nested) = one.expand.first() {
            let message = format!("`{}` inside `{}` cannot be expanded", nested.name, one.name);
            return Err(OdataError::new("$expand", message, known.join(", ")));
        }
        if one.name != "*" && !known.iter().any(|name| name.eq_ignore_ascii_case(&one.name)) {
            let message = format!("`{}` cannot be expanded here", one.name);
            return Err(OdataError::new("$expand", message, known.join(", ")));
        }
    }
    let mut found = Vec::new();
    for name in known.iter().copied() {
        // What is named besides `*` has its own options.
        let own = query.expand.iter().find(|one| one.name.eq_ignore_ascii_case(name));
        let Some(one) = own.or_else(|| query.expand.iter().find(|one| one.name == "*")) else { continue };
        let table = table(call, of, name);
        answer::check(table, &one.select, &[])?;
        found.push(Wanted { name, table, select: &one.select });
    }
    Ok(found)
}

/// Writes out what the query wants of the rows of a collection, or of role assignments; one read of each kind for all
/// rows. `behind` stands beside the rows, or is empty where nothing stands behind them.
pub async fn expand(
    call: &Call,
    db: &mut Connection,
    query: &Query,
    of: Option<Of>,
    rows: &mut [Value],
    behind: &[Behind],
) -> Result<(), ApiError> {
    let wanted = wanted(call, query, of)?;
    let wants = |name: &str| wanted.iter().any(|wanted| wanted.name == name);
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
        for one in &wanted {
            let value = match one.name {
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
            row[one.name] = match value {
                Some(value) => answer::pick(value, one.table, one.select),
                None => Value::Null,
            };
        }
    }
    Ok(())
}

fn id<T: std::str::FromStr>(row: &Value, name: &str) -> Option<T> {
    row[name].as_str()?.parse().ok()
}
