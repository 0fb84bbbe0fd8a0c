//! Mails, and the set-up check.

use domain::wire::mail::{Checks, LabMails, Receipt, TestMail};

use super::{ApiError, http};

/// Whether everything that Pimlico needs is there.
pub async fn checks() -> Result<Checks, ApiError> {
    http::get("/api/health/checks").await
}

/// Asks for a test mail; the answer says that it waits to be sent.
pub async fn send_test_mail(body: TestMail) -> Result<Receipt, ApiError> {
    http::post("/api/mail/test", &body).await
}

/// What became of a test mail.
pub async fn test_receipt(id: String) -> Result<Receipt, ApiError> {
    http::get(&format!("/api/mail/test/{id}")).await
}

/// What everybody in the lab would find in his mail.
pub async fn lab_mails() -> Result<LabMails, ApiError> {
    http::get("/api/lab/mails").await
}
