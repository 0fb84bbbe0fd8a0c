//! What `$expand` can write out of policies and their assignments, with what is asked inside it.

use serde_json::Value;

use super::shape;
use crate::{
    error::ApiError,
    graph::answer,
    odata::Expand,
    storage::{Connection, policies::Kept},
};

/// Without inheritance, what is in force of the rules is the rules.
const PARTS: [&str; 2] = ["rules", "effectiveRules"];

/// A list of rules that is to be written out, and what of each.
pub struct Part<'q> {
    name: &'static str,
    select: &'q [String],
}

/// The policy that is to be written out behind its assignment.
pub struct Policy<'q> {
    /// What of it.
    pub select: &'q [String],
    /// What inside it.
    pub parts: Vec<Part<'q>>,
}

/// What is to be written out of a policy.
pub fn rules(expand: &[Expand]) -> Result<Vec<Part<'_>>, ApiError> {
    for one in expand {
        let known = one.name == "*" || PARTS.iter().any(|name| name.eq_ignore_ascii_case(&one.name));
        if let Some(strange) = if known { one.expand.first() } else { Some(one) } {
            return Err(not_expandable(&strange.name, "rules, effectiveRules"));
        }
        answer::check(&shape::RULE, &one.select, &[])?;
    }
    let part = |name: &'static str| wanted(expand, name).map(|one| Part { name, select: &one.select });
    Ok(PARTS.into_iter().filter_map(part).collect())
}

/// The same of an assignment.
pub fn policy(expand: &[Expand]) -> Result<Option<Policy<'_>>, ApiError> {
    if let Some(strange) =
        expand.iter().find(|one| one.name != "*" && !one.name.eq_ignore_ascii_case("policy"))
    {
        return Err(not_expandable(&strange.name, "policy"));
    }
    let Some(one) = wanted(expand, "policy") else { return Ok(None) };
    answer::check(&shape::POLICY, &one.select, &one.expand)?;
    Ok(Some(Policy { select: &one.select, parts: rules(&one.expand)? }))
}

/// Writes the lists of rules into a policy.
pub async fn write_rules(
    db: &mut Connection,
    row: &mut Value,
    kept: &Kept,
    parts: &[Part<'_>],
) -> Result<(), ApiError> {
    if parts.is_empty() {
        return Ok(());
    }
    let rules = shape::rules(db, &kept.policy).await?;
    for part in parts {
        let picked = rules.iter().map(|rule| answer::pick(rule.clone(), &shape::RULE, part.select));
        row[part.name] = Value::Array(picked.collect());
    }
    Ok(())
}

/// What is named besides `*` has its own options.
fn wanted<'q>(expand: &'q [Expand], name: &str) -> Option<&'q Expand> {
    let named = expand.iter().find(|one| one.name.eq_ignore_ascii_case(name));
    named.or_else(|| expand.iter().find(|one| one.name == "*"))
}

fn not_expandable(name: &str, allowed: &str) -> ApiError {
    ApiError::bad("$expand", format!("`{name}` cannot be expanded here"), allowed)
}
