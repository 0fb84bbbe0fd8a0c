//! The audit history as a file, CSV or JSON: all rows under the filter, written page by page as they are read.

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    audit::{Actor, Category, Entry, Outcome, Target},
    time::Span,
};
use futures::stream;
use serde_json::Value;

use super::{
    audit::{Options, Whose, seen_by, wanted},
    export::field,
};
use crate::{
    app::AppState,
    caller::Caller,
    error::ApiError,
    extract::Query,
    graph,
    storage::{StorageError, history, history::Wanted},
};

/// So many rows are read at once.
const CHUNK: u64 = 500;

const HEADER: &str = "Time (UTC),Requestor,Requestor principal name,Action,Resource name,Scope,Primary target,Subject,\
    Subject type,Status,Reason,Ticket number,Ticket system,Changes,Category,Correlation id,Id\r\n";

/// Everybody's.
pub async fn all(
    state: State<AppState>,
    caller: Caller,
    options: Query<Options>,
) -> Result<Response, ApiError> {
    export(state.0, &caller, &options.0, Whose::All).await
}

/// The caller's own.
pub async fn mine(
    state: State<AppState>,
    caller: Caller,
    options: Query<Options>,
) -> Result<Response, ApiError> {
    export(state.0, &caller, &options.0, Whose::Mine).await
}

/// What a file is made of.
#[derive(Clone, Copy)]
enum Format {
    Csv,
    Json,
}

/// One file in the making.
struct File {
    state: AppState,
    wanted: Wanted,
    format: Format,
    tenant: Value,
    rows: u64,
}

async fn export(
    state: AppState,
    caller: &Caller,
    options: &Options,
    whose: Whose,
) -> Result<Response, ApiError> {
    let format = match options.format.as_str() {
        "" | "csv" => Format::Csv,
        "json" => Format::Json,
        other => {
            let message = format!("format `{}` is not known", other.chars().take(40).collect::<String>());
            return Err(ApiError::bad("format", message, "csv or json"));
        }
    };
    let now = state.clock.engine();
    let mut wanted = Wanted { place: None, top: CHUNK, ..wanted(options, caller, whose, now)? };
    // What is written while the file is being read does not make it longer.
    let end = now + Span(1);
    wanted.to = Some(wanted.to.map_or(end, |to| to.min(end)));
    let tenant = graph::tenant(&mut state.storage.read().await?).await?;
    let (kind, extension) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::Json => ("application/json", "json"),
    };
    let day = now.to_string().chars().take(10).collect::<String>();
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"PIM-Audit-{day}.{extension}\"")),
    ];
    let file = File { state, wanted, format, tenant, rows: 0 };
    let parts = stream::try_unfold(Some(file), |file| async move {
        let Some(mut file) = file else { return Ok(None) };
        let (part, more) = file.part().await?;
        Ok::<_, StorageError>(Some((Bytes::from(part), more.then_some(file))))
    });
    Ok((headers, Body::from_stream(parts)).into_response())
}

impl File {
    /// The next part of the file, and whether another follows.
    async fn part(&mut self) -> Result<(String, bool), StorageError> {
        let mut db = self.state.storage.read().await?;
        let found = history::page(&mut db, &self.wanted).await?;
        let mut text = String::new();
        if self.rows == 0 {
            text.push_str(match self.format {
                Format::Csv => HEADER,
                Format::Json => "[",
            });
        }
        for entry in found.rows {
            let entry = seen_by(entry, self.wanted.mine);
            match self.format {
                Format::Csv => line(&mut text, &entry, self.tenant["name"].as_str().unwrap_or_default()),
                Format::Json => {
                    text.push_str(if self.rows == 0 { "\n" } else { ",\n" });
                    text.push_str(&graph::audit_shape(&entry, &self.tenant).to_string());
                }
            }
            self.rows += 1;
        }
        self.wanted.place = found.on;
        let more = found.on.is_some();
        if !more && matches!(self.format, Format::Json) {
            text.push_str("\n]\n");
        }
        Ok((text, more))
    }
}

fn line(text: &mut String, entry: &Entry, tenant: &str) {
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
