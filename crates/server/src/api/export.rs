//! The assignments grid as CSV: every page, every filter, written as it is read.

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    schedule::{AssignmentType, MemberType},
    wire::api::AssignmentRow,
};
use futures::stream;

use super::assignments::{Options, may_list, wanted};
use crate::{
    app::AppState,
    caller::Caller,
    error::ApiError,
    extract::Query,
    storage::{StorageError, grids, grids::Wanted},
};

const HEADER: &str =
    "Role,Name,Principal name,Type,Scope,Membership,State,Start time (UTC),End time (UTC)\r\n";
const CHUNK: u64 = 500;

/// All rows under the same filter.
pub async fn csv(
    State(state): State<AppState>,
    caller: Caller,
    Query(options): Query<Options>,
) -> Result<Response, ApiError> {
    let wanted = wanted(&options)?;
    may_list(&caller, &wanted)?;
    let now = state.clock.engine();
    let first = Wanted { skip: 0, top: CHUNK, ..wanted };
    let rows = stream::try_unfold(Some((first, true)), move |next| {
        let state = state.clone();
        async move {
            let Some((wanted, is_first)) = next else { return Ok(None) };
            let mut db = state.storage.read().await?;
            let page = grids::page(&mut db, &wanted, now).await?;
            let mut text = String::from(if is_first { HEADER } else { "" });
            for row in &page {
                line(&mut text, row);
            }
            let more = page.len() as u64 == CHUNK;
            let next = more.then(|| (Wanted { skip: wanted.skip + CHUNK, ..wanted }, false));
            Ok::<_, StorageError>(Some((Bytes::from(text), next)))
        }
    });
    let day = now.to_string().chars().take(10).collect::<String>();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"PIM-Assignments-{day}.csv\"")),
    ];
    Ok((headers, Body::from_stream(rows)).into_response())
}

fn line(text: &mut String, row: &AssignmentRow) {
    let state = match row.assignment_type {
        None => "Eligible",
        Some(AssignmentType::Assigned) => "Assigned",
        Some(AssignmentType::Activated) => "Activated",
    };
    let membership = match row.member_type {
        MemberType::Direct => "Direct",
        MemberType::Group => "Group",
    };
    let end = row.end_date_time.map_or_else(|| "Permanent".to_owned(), |end| end.to_string());
    let start = row.start_date_time.to_string();
    let fields = [
        row.role_name.as_str(),
        &row.principal_name,
        &row.user_principal_name,
        &row.principal_type,
        "Directory",
        membership,
        state,
        &start,
        &end,
    ];
    let quoted: Vec<String> = fields.into_iter().map(field).collect();
    text.push_str(&quoted.join(","));
    text.push_str("\r\n");
}

/// Quoted, and safe against spreadsheets that run what begins like a formula.
pub(crate) fn field(text: &str) -> String {
    let armed = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = text.replace('"', "\"\"");
    if armed { format!("\"'{text}\"") } else { format!("\"{text}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_quoted_and_runs_no_formula() {
        assert_eq!(field("Ada \"A\" Lovelace"), "\"Ada \"\"A\"\" Lovelace\"");
        assert_eq!(field("=cmd()"), "\"'=cmd()\"");
        for start in ["@sum", "\n=cmd()", "\r=cmd()", "\t=cmd()"] {
            assert_eq!(field(start), format!("\"'{start}\""));
        }
    }
}
