//! A row of the audit history as a line of CSV.

use domain::audit::{Actor, Category, Entry, Outcome, Target};

use crate::api::export::field;

/// The first line.
pub const HEADER: &str = "Time (UTC),Requestor,Requestor principal name,Action,Resource name,Scope,Primary target,Subject,\
    Subject type,Status,Reason,Ticket number,Ticket system,Changes,Category,Correlation id,Id\r\n";

/// Adds a row; `tenant` is the organisation's name.
pub fn line(text: &mut String, entry: &Entry, tenant: &str) {
    let (requestor, principal_name) = match &entry.actor {
        Actor::Person { name, user_principal_name, .. } => (name.as_str(), user_principal_name.as_str()),
        Actor::System { name } => (name.as_str(), ""),
    };
    let primary = entry.targets.first();
    let subject = entry.targets.iter().find(|target| target.kind != "Role");
    let name = |target: Option<&Target>| target.map_or("", |target| target.name.as_str()).to_owned();
    let detail = |wanted: &str| {
        let found = entry.details.iter().find(|(name, _)| name == wanted);
        found.map_or("", |(_, value)| value.as_str())
    };
    let at = entry.at.to_string();
    let fields = [
        at.as_str(),
        requestor,
        principal_name,
        &entry.activity,
        tenant,
        "Directory",
        &name(primary),
        &name(subject),
        subject.map_or("", |target| target.kind.as_str()),
        match entry.outcome {
            Outcome::Success => "success",
            Outcome::Failure => "failure",
        },
        entry.reason.as_deref().unwrap_or_default(),
        detail("TicketNumber"),
        detail("TicketSystem"),
        &changes(entry),
        category(entry.category),
        &entry.correlation,
        &entry.id.to_string(),
    ];
    let quoted: Vec<String> = fields.into_iter().map(field).collect();
    text.push_str(&quoted.join(","));
    text.push_str("\r\n");
}

fn changes(entry: &Entry) -> String {
    let word = |value: &Option<String>| value.clone().unwrap_or_default();
    let changes = entry.targets.iter().flat_map(|target| &target.changes);
    let told: Vec<String> = changes
        .map(|change| format!("{}: {} -> {}", change.name, word(&change.before), word(&change.after)))
        .collect();
    told.join("; ")
}

const fn category(category: Category) -> &'static str {
    match category {
        Category::RoleManagement => "RoleManagement",
        Category::UserManagement => "UserManagement",
        Category::GroupManagement => "GroupManagement",
        Category::Authentication => "Authentication",
        Category::Directory => "Directory",
    }
}
