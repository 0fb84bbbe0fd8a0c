//! Test mails. Nothing is sent inside a call: the mail goes into the outbox, and its receipt is asked for.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    audit::{Category, Outcome},
    capability,
    ids::AuditId,
    notice::{Notice, Recipient},
    permission::Permission,
    wire::mail::{Receipt, TestMail},
};
use futures::future::FutureExt;

use crate::{
    app::AppState,
    caller::Caller,
    engine::{self, Rights},
    error::ApiError,
    extract::Body,
    ids, mail,
    storage::{
        UnitOfWork,
        mails::{self, Content, Mail, State as Delivery},
        principals,
    },
};

/// Puts a test mail into the outbox.
pub async fn test(
    State(state): State<AppState>,
    caller: Caller,
    Body(body): Body<TestMail>,
) -> Result<(StatusCode, Json<Receipt>), ApiError> {
    let address = body.address.as_deref().map(str::trim).filter(|address| !address.is_empty());
    if let Some(address) = address.filter(|address| !mail::is_address(address)) {
        let message = format!("`{}` is not a mail address", address.chars().take(100).collect::<String>());
        return Err(ApiError::bad("address", message, "one address such as `ada@example.org`"));
    }
    let address = address.map(ToOwned::to_owned);
    let (id, audit) = (format!("test.{}", ids::fresh().simple()), AuditId(ids::fresh()));
    let now = state.clock.engine();
    let kept: Result<Result<Mail, ApiError>, ApiError> = state
        .storage
        .write(move |unit: &mut UnitOfWork| {
            let (caller, address, id) = (caller.clone(), address.clone(), id.clone());
            async move {
                let db = unit.db();
                let rights = Rights::load(db, &caller, now).await?;
                let activity = "Send test mail";
                let mut row =
                    engine::entry(audit, now, activity, Category::Directory, engine::actor(&caller));
                if let Err(lack) = capability::needs(rights.permissions, Permission::ManageRoles) {
                    row.outcome = Outcome::Failure;
                    row.reason = Some(lack.reason.clone());
                    return Ok(unit.commit(&[row], Err(ApiError::lacks(lack))).await?);
                }
                let own = principals::find(db, caller.id()).await?.and_then(|p| p.mail);
                let own = own.unwrap_or_else(|| caller.person.user_principal_name.clone());
                let principal = address.is_none().then(|| caller.id());
                let recipient = Recipient { principal, address: address.unwrap_or(own) };
                let mail = test_mail(id, recipient, &caller, now);
                mails::enqueue(db, &mail, None).await?;
                row.details.push(("Address".to_owned(), mail.recipient.address.clone()));
                rights.tell(&mut row, Permission::ManageRoles);
                Ok(unit.commit(&[row], Ok(mail)).await?)
            }
            .boxed()
        })
        .await;
    Ok((StatusCode::ACCEPTED, Json(receipt(&kept??))))
}

/// What became of a test mail.
pub async fn test_receipt(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Receipt>, ApiError> {
    capability::needs(caller.permissions, Permission::ManageRoles).map_err(ApiError::lacks)?;
    let mut db = state.storage.read().await?;
    let found = mails::find(&mut db, &id).await?.filter(|mail| mail.notice == Notice::Test);
    found.map(|mail| Json(receipt(&mail))).ok_or_else(|| ApiError::not_found(id))
}

/// The receipt of a mail.
pub fn receipt(mail: &Mail) -> Receipt {
    Receipt {
        id: mail.id.clone(),
        notice: mail.notice.as_str().to_owned(),
        address: mail.recipient.address.clone(),
        state: mail.state.as_str().to_owned(),
        attempts: mail.attempts,
        words: mail.words.clone(),
        created_date_time: mail.created_at,
        done_date_time: mail.done_at,
    }
}

fn test_mail(id: String, recipient: Recipient, caller: &Caller, now: domain::time::Instant) -> Mail {
    Mail {
        id,
        request: None,
        notice: Notice::Test,
        slot: None,
        recipient,
        subject: Notice::Test.subject("", "", false),
        content: Content { by: Some(caller.person.display_name.clone()), ..Content::default() },
        state: Delivery::Queued,
        created_at: now,
        done_at: None,
        attempts: 0,
        first_tried: None,
        words: None,
    }
}
