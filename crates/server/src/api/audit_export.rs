//! The audit history as a file, CSV or JSON: all rows under the filter, written page by page as they are read.

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{permission::Permission, time::Span};
use futures::stream;
use serde_json::Value;

use super::audit::{Options, Whose, seen_by, wanted};
use crate::{
    app::AppState,
    audit_csv,
    caller::Caller,
    error::ApiError,
    extract::Query,
    graph,
    reading::{Broken, Reader},
    storage::{history, history::Wanted},
};

/// So many rows are read at once.
const CHUNK: u64 = 500;

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
    reader: Reader,
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
    let needs = (whose == Whose::All).then_some(Permission::ReadAudit);
    let reader = Reader::new(&state, caller, needs);
    let file = File { reader, wanted, format, tenant, rows: 0 };
    let parts = stream::try_unfold(Some(file), |file| async move {
        let Some(mut file) = file else { return Ok(None) };
        let (part, more) = file.part().await?;
        Ok::<_, Broken>(Some((Bytes::from(part), more.then_some(file))))
    });
    Ok((headers, Body::from_stream(parts)).into_response())
}

impl File {
    /// The next part of the file, and whether another follows.
    async fn part(&mut self) -> Result<(String, bool), Broken> {
        let mut db = self.reader.db().await?;
        let found = history::page(&mut db, &self.wanted).await?;
        let mut text = String::new();
        if self.rows == 0 {
            text.push_str(match self.format {
                Format::Csv => audit_csv::HEADER,
                Format::Json => "[",
            });
        }
        for entry in found.rows {
            let entry = seen_by(entry, self.wanted.mine);
            match self.format {
                Format::Csv => {
                    audit_csv::line(&mut text, &entry, self.tenant["name"].as_str().unwrap_or_default());
                }
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
