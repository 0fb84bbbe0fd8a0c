//! One call to Graph's face: who asks, in which version, with which options and body.

use axum::{
    body::Bytes,
    extract::rejection::BytesRejection,
    http::{HeaderMap, HeaderValue, Method, Uri, header},
};
use domain::{capability, error_code::ErrorCode, permission::Permission};
use percent::decode_segment;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{body, unambiguous::Unambiguous};
use crate::{
    app::AppState,
    caller::Caller,
    error::ApiError,
    odata::{OdataError, Opt, Query},
    storage::{Connection, StorageError},
};

/// One call.
pub struct Call {
    /// What the server has.
    pub state: AppState,
    /// Who asks.
    pub caller: Caller,
    /// `v1.0` or `beta`.
    version: &'static str,
    path: String,
    segments: Vec<String>,
    query: Option<String>,
    media: Option<String>,
    wants_csv: bool,
    body: Bytes,
    /// The address by which the caller reached this server: links lead back to where his session is known.
    origin: String,
}

/// No answer carries a version, so no write can depend on one: a condition that would not be kept is refused.
pub(super) fn without_conditions(method: &Method, headers: &HeaderMap) -> Result<(), ApiError> {
    if *method == Method::GET || *method == Method::HEAD {
        return Ok(());
    }
    for name in [header::IF_MATCH, header::IF_NONE_MATCH, header::IF_UNMODIFIED_SINCE] {
        let any_version = |value: &HeaderValue| name == header::IF_MATCH && value.as_bytes() == b"*";
        if !headers.get_all(&name).iter().all(any_version) {
            let message = format!("the condition `{name}` cannot be kept: nothing here has a version");
            return Err(
                ApiError::new(ErrorCode::ChangedMeanwhile, message).at("If-Match", "`*`, or no condition")
            );
        }
    }
    Ok(())
}

impl Call {
    pub(super) fn new(
        state: AppState,
        caller: Caller,
        uri: &Uri,
        headers: &HeaderMap,
        body: Result<Bytes, BytesRejection>,
    ) -> Result<Self, ApiError> {
        if headers.contains_key(header::CONTENT_ENCODING) {
            return Err(ApiError::new(ErrorCode::UnsupportedMedia, "packed bodies are not taken")
                .at("Content-Encoding", "no content encoding"));
        }
        let body = body.map_err(|_| {
            ApiError::new(ErrorCode::TooLarge, "the body is too large").at("body", "at most 256 KiB")
        })?;
        let path = uri.path().trim_end_matches('/').to_owned();
        let version = if path.starts_with("/beta") { "beta" } else { "v1.0" };
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        // By now the host is known to be one of this server's.
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        let scheme = if state.is_https() { "https" } else { "http" };
        let origin = host.map_or_else(|| state.origin().to_owned(), |host| format!("{scheme}://{host}"));
        Ok(Self {
            origin,
            state,
            caller,
            version,
            segments: path.split('/').skip(2).map(decode_segment).collect(),
            path,
            query: uri.query().map(str::to_owned),
            media: media.map(str::to_owned),
            wants_csv: accept.trim_start().to_ascii_lowercase().starts_with("text/csv"),
            body,
        })
    }

    pub(super) fn segments(&self) -> &[String] {
        &self.segments
    }

    /// Whether the caller asked the beta version.
    pub fn is_beta(&self) -> bool {
        self.version == "beta"
    }

    /// The query options; those that are not allowed here are refused.
    pub fn options(&self, allowed: &[Opt]) -> Result<Query, ApiError> {
        Ok(Query::parse(self.query.as_deref(), allowed)?)
    }

    /// Whether the answer is wanted as CSV before everything else.
    pub const fn wants_csv(&self) -> bool {
        self.wants_csv
    }

    /// The address of the next page.
    pub fn next_link(&self, query: &Query) -> String {
        self.link(&query.next())
    }

    /// This address with another query string.
    pub fn link(&self, query: &str) -> String {
        format!("{}{}?{query}", self.origin, self.path)
    }

    /// Where the metadata of an answer would be.
    pub fn context(&self, tail: &str) -> String {
        format!("{}/{}/$metadata#{tail}", self.origin, self.version)
    }

    /// The address of a thing.
    pub fn address(&self, tail: &str) -> String {
        format!("{}/{}/{tail}", self.origin, self.version)
    }

    /// A connection to read from.
    pub async fn db(&self) -> Result<Connection, StorageError> {
        self.state.storage.read().await
    }

    /// Refuses whoever lacks a permission.
    pub fn needs(&self, permission: Permission) -> Result<(), ApiError> {
        capability::needs(self.caller.permissions, permission).map_err(ApiError::lacks)
    }

    /// Whether a request asks to take a role away, or an approver denies.
    pub(super) fn takes_away(&self) -> bool {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Asked {
            action: Option<String>,
            review_result: Option<String>,
        }
        let is = |word: &str, of: &[&str]| of.iter().any(|known| known.eq_ignore_ascii_case(word));
        serde_json::from_slice(&self.body).is_ok_and(|asked: Asked| {
            asked.action.is_some_and(|action| is(&action, &["selfDeactivate", "adminRemove"]))
                || asked.review_result.is_some_and(|answer| is(&answer, &["Deny"]))
        })
    }

    /// The body as a typed value. Annotations are passed over; any other property that `known` does not name is refused.
    pub fn body<T: DeserializeOwned>(&self, known: &[&str], code: ErrorCode) -> Result<T, ApiError> {
        typed(self.json(known, code)?, code)
    }

    /// The same, untyped: for changes, where a property that is null differs from one that is missing.
    pub fn json(&self, known: &[&str], code: ErrorCode) -> Result<Value, ApiError> {
        let media = self.media.as_deref().unwrap_or("application/json");
        if !media.to_ascii_lowercase().starts_with("application/json") {
            return Err(ApiError::new(
                ErrorCode::UnsupportedMedia,
                format!("the media type `{media}` is not taken"),
            )
            .at("Content-Type", "application/json"));
        }
        crate::extract::without_nul(&self.body)?;
        let wrong = |message: String| ApiError::new(code, message).at("body", "a JSON object");
        // The parser's words name a place and never a value: a body may hold a password.
        let Unambiguous(value) = serde_json::from_slice(&self.body)
            .map_err(|error| wrong(format!("the body is not understood: {error}")))?;
        let Value::Object(mut object) = value else {
            return Err(wrong("the body is no JSON object".to_owned()));
        };
        body::only(&object, "", known, code)?;
        object.retain(|name, _| known.contains(&name.as_str()));
        Ok(Value::Object(object))
    }
}

/// A body whose members are known as a typed value.
pub fn typed<T: DeserializeOwned>(body: Value, code: ErrorCode) -> Result<T, ApiError> {
    serde_json::from_value(body).map_err(|error| {
        ApiError::new(code, format!("the body is not understood: {error}"))
            .at("body", "properties of their documented types; dates with an offset")
    })
}

impl From<OdataError> for ApiError {
    fn from(error: OdataError) -> Self {
        Self::bad(&error.option, error.to_string(), error.allowed)
    }
}

mod percent {
    /// A segment as it was meant. What is no UTF-8 stays unreadable and finds nothing.
    pub(super) fn decode_segment(segment: &str) -> String {
        let mut bytes = Vec::with_capacity(segment.len());
        let mut rest = segment.as_bytes();
        while let [first, tail @ ..] = rest {
            let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
            if let Some(byte) =
                hex.filter(|_| *first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok())
            {
                bytes.push(byte);
                rest = &tail[2..];
            } else {
                bytes.push(*first);
                rest = tail;
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
