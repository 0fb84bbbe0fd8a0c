//! `/api/lab/mails`: what everybody in the lab would find in his mail, with the links.

use axum::{Json, extract::State};
use domain::wire::mail::{LabMail, LabMails};

use crate::{
    api,
    app::AppState,
    error::ApiError,
    mail::{self, Surroundings},
    storage::{mails, meta, sessions},
};

/// As many mails are shown.
const SHOWN: i64 = 50;

/// The newest mails. Open to everybody, like the rest of a lab.
pub async fn get(State(state): State<AppState>) -> Result<Json<LabMails>, ApiError> {
    let mut db = state.storage.read().await?;
    let tenant = meta::tenant(&mut db).await?.map(|tenant| tenant.display_name).unwrap_or_default();
    let mut shown = Vec::new();
    for kept in mails::newest(&mut db, SHOWN).await? {
        let zone = match kept.recipient.principal {
            Some(id) => sessions::time_zone(&mut db, id).await?,
            None => None,
        };
        let around = Surroundings {
            public_url: state.origin().to_owned(),
            tenant: tenant.clone(),
            zone: zone.and_then(|zone| zone.parse().ok()),
        };
        let mail::Composed { subject, text, label, path, .. } = mail::compose(&kept, &around);
        shown.push(LabMail {
            receipt: api::mail::receipt(&kept),
            subject,
            text,
            label: label.to_owned(),
            path,
        });
    }
    Ok(Json(LabMails { mails: shown }))
}
