//! What went wrong with a request, in the words of the server.

use domain::{decide::Finding, decide::RuleName, error_code::ErrorCode, wire::graph::ErrorEnvelope};

/// What went wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status; 0 when there was no answer.
    pub status: u16,
    /// The code; [`ErrorCode::Internal`] for codes that this page does not know.
    pub code: ErrorCode,
    /// For people.
    pub message: String,
    /// The input at fault.
    pub field: Option<String>,
    /// What would be allowed.
    pub allowed: Option<String>,
    /// Everything that is wrong, where a decision says more than one thing.
    pub findings: Vec<Finding>,
    /// For the log: what to tell who looks after the server.
    pub request_id: String,
    /// After how many seconds to try again.
    pub retry_after: Option<u32>,
}

impl ApiError {
    pub(super) fn from_answer(status: u16, body: &str, retry_after: Option<u32>) -> Self {
        let Ok(ErrorEnvelope { error }) = serde_json::from_str(body) else {
            return Self { retry_after, ..Self::unreadable(status, "no error envelope") };
        };
        let code = ErrorCode::ALL.iter().copied().find(|code| code.as_str() == error.code);
        Self {
            status,
            code: code.unwrap_or(ErrorCode::Internal),
            message: error.message,
            field: error.inner_error.field,
            allowed: error.inner_error.allowed,
            findings: error.inner_error.findings,
            request_id: error.inner_error.request_id,
            retry_after,
        }
    }

    pub(super) fn unreachable() -> Self {
        Self::ours(
            0,
            ErrorCode::Unavailable,
            "the server did not answer; check the connection and try again".into(),
        )
    }

    pub(super) fn unreadable(status: u16, why: &str) -> Self {
        Self::ours(status, ErrorCode::Internal, format!("the answer of the server could not be read ({why})"))
    }

    /// An error that this page found by itself.
    pub const fn ours(status: u16, code: ErrorCode, message: String) -> Self {
        Self {
            status,
            code,
            message,
            field: None,
            allowed: None,
            findings: Vec::new(),
            request_id: String::new(),
            retry_after: None,
        }
    }

    /// Whether a second factor in this session would help.
    pub fn wants_second_factor(&self) -> bool {
        let by_rule = self.findings.iter().any(|finding| finding.rule == Some(RuleName::MfaRule));
        self.code == ErrorCode::SecondFactorRequired
            || by_rule
            || (self.code == ErrorCode::PolicyValidationFailed
                && self.message.contains(RuleName::MfaRule.as_str()))
    }

    /// What is wrong with this input, and what would be allowed, as one sentence; none when it is not at fault.
    pub fn for_field(&self, field: &str) -> Option<String> {
        let found = self.findings.iter().find(|finding| finding.field == field);
        match found {
            Some(finding) => Some(sentence(&finding.message, &finding.allowed)),
            None if self.field.as_deref() == Some(field) => {
                Some(sentence(&self.message, self.allowed.as_deref().unwrap_or_default()))
            }
            None => None,
        }
    }

    /// The whole as a sentence for a place that belongs to no input.
    pub fn sentence(&self) -> String {
        if self.code == ErrorCode::NotSignedIn {
            return "Your session has ended.".to_owned();
        }
        sentence(&self.message, self.allowed.as_deref().unwrap_or_default())
    }
}

/// "Message. Allowed: at most 8 h."
pub fn sentence(message: &str, allowed: &str) -> String {
    let mut text = String::with_capacity(message.len() + allowed.len() + 12);
    let mut letters = message.chars();
    text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
    text.extend(letters);
    if !text.ends_with('.') {
        text.push('.');
    }
    if !allowed.is_empty() {
        text.push_str(" Allowed: ");
        text.push_str(allowed);
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSAL: &str = r#"{"error":{"code":"RoleAssignmentRequestPolicyValidationFailed",
        "message":"The following policy rules failed: ExpirationRule - too long, MfaRule - no factor",
        "innerError":{"date":"2026-11-21T05:00:00","request-id":"7","client-request-id":"7",
        "findings":[{"rule":"ExpirationRule","field":"duration","message":"too long","allowed":"at most 8 h"},
        {"rule":"MfaRule","field":"secondFactor","message":"no factor","allowed":"a second factor"}]}}}"#;

    #[test]
    fn each_finding_stands_at_its_field_with_what_would_pass() {
        let error = ApiError::from_answer(400, REFUSAL, None);
        assert_eq!(error.for_field("duration").as_deref(), Some("Too long. Allowed: at most 8 h."));
        assert_eq!(error.for_field("justification"), None);
        assert!(error.wants_second_factor());
        assert_eq!(error.request_id, "7");
    }

    #[test]
    fn one_field_at_fault_is_named_without_findings_too() {
        let body = r#"{"error":{"code":"Request_BadRequest","message":"name is required",
            "innerError":{"field":"displayName","allowed":"1 to 256 characters"}}}"#;
        let error = ApiError::from_answer(400, body, None);
        let said = error.for_field("displayName");
        assert_eq!(said.as_deref(), Some("Name is required. Allowed: 1 to 256 characters."));
    }

    #[test]
    fn what_is_no_envelope_is_still_an_error_that_can_be_read() {
        let error = ApiError::from_answer(502, "<html>bad gateway</html>", Some(3));
        assert_eq!((error.status, error.code, error.retry_after), (502, ErrorCode::Internal, Some(3)));
        assert!(error.sentence().starts_with("The answer of the server could not be read"));
    }
}
