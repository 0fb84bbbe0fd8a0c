//! One error for every face, and its one rendering: Graph's envelope.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    decide::{Finding, Refusal, TraceStep},
    error_code::ErrorCode,
    time::Span,
    wire::graph::{ErrorBody, ErrorEnvelope, InnerError},
};

use crate::{engine::EngineError, middleware::request, storage::StorageError};

/// What a call is answered with when it is not done.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    message: String,
    field: Option<String>,
    allowed: Option<String>,
    findings: Vec<Finding>,
    trace: Vec<TraceStep>,
    retry_after: Option<Span>,
}

impl ApiError {
    /// An error with a message for people.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
            allowed: None,
            findings: Vec::new(),
            trace: Vec::new(),
            retry_after: None,
        }
    }

    /// Names the input at fault and what would be allowed.
    #[must_use]
    pub fn at(mut self, field: &str, allowed: impl Into<String>) -> Self {
        self.field = Some(field.to_owned());
        self.allowed = Some(allowed.into());
        self
    }

    /// Says when to try again.
    #[must_use]
    pub const fn retry_after(mut self, wait: Span) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Nothing under this id.
    pub fn not_found(id: impl std::fmt::Display) -> Self {
        Self::new(
            ErrorCode::NotFound,
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
            ),
        )
    }

    /// The caller lacks something.
    pub fn lacks(lack: domain::capability::Lack) -> Self {
        let message = "Insufficient privileges to complete the operation.";
        Self { allowed: Some(lack.reason), ..Self::new(ErrorCode::AuthorizationDenied, message) }
    }

    /// A malformed input.
    pub fn bad(field: &str, message: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, message).at(field, allowed)
    }

    /// The same, where a decision has to give it.
    pub fn into_refusal(self) -> Refusal {
        let (field, allowed) = (self.field.unwrap_or_default(), self.allowed.unwrap_or_default());
        let mut findings = self.findings;
        if findings.is_empty() && !field.is_empty() {
            findings.push(Finding { rule: None, field, message: self.message.clone(), allowed });
        }
        Refusal { code: self.code, message: self.message, findings, trace: Vec::new() }
    }

    /// Its code.
    pub const fn code(&self) -> ErrorCode {
        self.code
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Busy | StorageError::Closed => {
                Self::new(ErrorCode::Unavailable, "the server is busy, try again")
                    .retry_after(Span::seconds(1))
            }
            error => {
                // Told once, here; the caller learns the request id to quote.
                tracing::error!(%error, "internal error");
                Self::new(
                    ErrorCode::Internal,
                    "an internal error, quote the request-id to your administrator",
                )
            }
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let first = refusal.findings.first();
        Self {
            code: refusal.code,
            message: refusal.message.clone(),
            field: first.map(|finding| finding.field.clone()),
            allowed: first.map(|finding| finding.allowed.clone()),
            findings: refusal.findings,
            trace: refusal.trace,
            retry_after: None,
        }
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Refused(refusal) => Self::from(*refusal),
            EngineError::SignedOut => Self::new(ErrorCode::NotSignedIn, "the session was ended"),
            EngineError::Storage(error) => Self::from(error),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let lacks = matches!(self.code, ErrorCode::AuthorizationDenied | ErrorCode::Unauthorized);
        // Who has no factor yet cannot give one: that error says where the code to enrol with comes from.
        if lacks && request::is_withheld() && self.field.as_deref() != Some("enrolmentCode") {
            return Self::second_factor_first().rendered();
        }
        self.rendered()
    }
}

impl ApiError {
    /// A privileged role is in force, and the session has not given a second factor.
    fn second_factor_first() -> Self {
        let message = "a privileged role is active, and this session has not given a second factor";
        Self::new(ErrorCode::SecondFactorRequired, message)
            .at("secondFactor", "a second factor in this session")
    }

    fn rendered(self) -> Response {
        let known = request::current();
        let envelope = ErrorEnvelope {
            error: ErrorBody {
                code: self.code.as_str().to_owned(),
                message: self.message,
                inner_error: InnerError {
                    date: known.wall.to_string().trim_end_matches('Z').to_owned(),
                    request_id: known.id,
                    client_request_id: known.client_id,
                    field: self.field,
                    allowed: self.allowed,
                    findings: self.findings,
                    trace: self.trace,
                },
            },
        };
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(envelope)).into_response();
        if let Some(wait) = self.retry_after {
            let seconds = (wait.0 + 999) / 1_000;
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1).unsigned_abs()));
        }
        response
    }
}
