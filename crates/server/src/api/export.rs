//! The assignments grid as CSV: the rows that match at the instant of asking, written as they are read.

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

use super::assignments::{Options, all_wanted, may_list};
use crate::{
    app::AppState,
    caller::Caller,
    error::ApiError,
    extract::Query,
    reading::{Broken, Reader},
    storage::grids,
};

const HEADER: &str =
    "Role,Name,Principal name,Type,Scope,Membership,State,Start time (UTC),End time (UTC)\r\n";
const CHUNK: usize = 500;

/// All rows under the same filter.
pub async fn csv(
    State(state): State<AppState>,
    caller: Caller,
    Query(options): Query<Options>,
) -> Result<Response, ApiError> {
    let all = all_wanted(&options)?;
    let reader = Reader::new(&state, &caller, may_list(&caller, &all)?);
    let now = state.clock.engine();
    // Which rows is settled at once: what begins or ends while somebody reads slowly neither doubles nor hides others.
    let ids = grids::ids(&mut state.storage.read().await?, &all, now).await?;
    let rows = stream::try_unfold((ids, true), move |(mut ids, is_first)| {
        let reader = reader.clone();
        async move {
            if ids.is_empty() && !is_first {
                return Ok(None);
            }
            let rest = ids.split_off(ids.len().min(CHUNK));
            let mut text = String::from(if is_first { HEADER } else { "" });
            for row in grids::by_id(&mut reader.db().await?, &ids).await? {
                line(&mut text, &row);
            }
            Ok::<_, Broken>(Some((Bytes::from(text), (rest, false))))
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
