//! Bodies and query strings as typed values, refused with an error that names the field.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{header, request::Parts},
};
use domain::error_code::ErrorCode;
use serde::de::DeserializeOwned;

use crate::{app::AppState, error::ApiError};

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.is_some_and(|kind| !kind.to_ascii_lowercase().starts_with("application/json")) {
            let message = format!("the media type `{}` is not taken", kind.unwrap_or_default());
            return Err(
                ApiError::new(ErrorCode::UnsupportedMedia, message).at("Content-Type", "application/json")
            );
        }
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(ApiError::new(ErrorCode::UnsupportedMedia, "packed bodies are not taken")
                .at("Content-Encoding", "no content encoding"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| {
            ApiError::new(ErrorCode::TooLarge, "the body is too large").at("body", "at most 256 KiB")
        })?;
        parse(&bytes).map(Self)
    }
}

/// Reads JSON; the error says where it went wrong, not what was there: a body may hold a password. A property that is
/// not known, however deep, is refused: what is misspelt must not be passed over.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    without_nul(bytes)?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let (mut read, mut strange) = (None, None);
    let outcome = serde_ignored::deserialize(&mut json, |path| {
        strange.get_or_insert_with(|| path.to_string());
    });
    let outcome = outcome.map(|value| read = Some(value)).and_then(|()| json.end());
    if let Err(error) = outcome {
        let message = error.to_string();
        let field = message.split('`').nth(1).unwrap_or("body").to_owned();
        return Err(ApiError::bad(
            &field,
            format!("the body is not understood: {message}"),
            "a JSON object of the documented shape",
        ));
    }
    match (read, strange) {
        (Some(value), None) => Ok(value),
        (_, strange) => Err(unknown("property", &strange.unwrap_or_default(), "the documented properties")),
    }
}

fn unknown(what: &str, name: &str, allowed: &str) -> ApiError {
    let name: String = name.chars().take(80).collect();
    ApiError::bad(&name, format!("the {what} `{name}` is not known here"), allowed)
}

/// Refuses U+0000 in the texts of a JSON body: no text needs it, and PostgreSQL cannot keep it.
pub fn without_nul(json: &[u8]) -> Result<(), ApiError> {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = &rest[at + 1..];
        if escape.starts_with(b"u0000") {
            return Err(ApiError::bad("body", "a text has the character U+0000", "texts without it"));
        }
        // What is escaped may be a backslash itself.
        rest = escape.get(1..).unwrap_or_default();
    }
    Ok(())
}

/// A query string. An option that is not known is refused, like a property of a body.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let allowed = "the documented query options";
        let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let mut strange = None;
        let read = serde_ignored::deserialize(serde_urlencoded::Deserializer::new(pairs), |path| {
            strange.get_or_insert_with(|| path.to_string());
        });
        let value = read.map_err(|error| ApiError::bad("query", error.to_string(), allowed))?;
        match strange {
            None => Ok(Self(value)),
            Some(name) => Err(unknown("query option", &name, allowed)),
        }
    }
}

/// An id in a path.
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| ApiError::not_found(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_that_no_database_keeps_is_refused_and_its_name_is_not() {
        for (json, taken) in [
            (r#"{"a":"x\u0000y"}"#, false),
            (r#"{"a":"x\\\u0000"}"#, false),
            (r#"{"a":"x\\u0000y"}"#, true),
            (r#"{"a":"x\u0001\n\""}"#, true),
            ("\\", true),
            ("", true),
        ] {
            assert_eq!(without_nul(json.as_bytes()).is_ok(), taken, "{json}");
        }
    }
}
