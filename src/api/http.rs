//! One exchange with the server: JSON there, JSON or an error envelope back.

use std::cell::RefCell;

use domain::{error_code::ErrorCode, time::Instant};
use gloo_net::http::{Method, RequestBuilder, Response};
use serde::{Serialize, de::DeserializeOwned};

use super::ApiError;

/// What every answer tells besides its body.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Whether it said that nobody is signed in. A wrong code is a 401 too, and ends no session.
    pub signed_out: bool,
    /// The engine's clock, where the server said it.
    pub engine_time: Option<Instant>,
}

type Observer = Box<dyn Fn(Seen)>;

thread_local! {
    static OBSERVER: RefCell<Option<Observer>> = const { RefCell::new(None) };
}

/// Told of every answer: the clock counts with the engine's time, the session ends when the server says so.
pub fn observe(observer: impl Fn(Seen) + 'static) {
    OBSERVER.with(|slot| *slot.borrow_mut() = Some(Box::new(observer)));
}

/// Reads.
pub(super) async fn get<T: DeserializeOwned>(url: &str) -> Result<T, ApiError> {
    parse(&exchange(Method::GET, url.to_owned(), None).await?)
}

/// Creates, or asks for something to happen.
pub(super) async fn post<T: DeserializeOwned>(url: &str, body: &impl Serialize) -> Result<T, ApiError> {
    parse(&exchange(Method::POST, url.to_owned(), Some(json(body)?)).await?)
}

/// Creates, or asks for something to happen, where the answer has no body worth reading.
pub(super) async fn post_only(url: &str, body: &impl Serialize) -> Result<(), ApiError> {
    exchange(Method::POST, url.to_owned(), Some(json(body)?)).await.map(drop)
}

/// Changes.
pub(super) async fn patch<T: DeserializeOwned>(url: &str, body: &impl Serialize) -> Result<T, ApiError> {
    parse(&exchange(Method::PATCH, url.to_owned(), Some(json(body)?)).await?)
}

/// Changes, where the answer has no body.
pub(super) async fn patch_only(url: &str, body: &impl Serialize) -> Result<(), ApiError> {
    exchange(Method::PATCH, url.to_owned(), Some(json(body)?)).await.map(drop)
}

/// Writes whole.
pub(super) async fn put<T: DeserializeOwned>(url: &str, body: &impl Serialize) -> Result<T, ApiError> {
    parse(&exchange(Method::PUT, url.to_owned(), Some(json(body)?)).await?)
}

/// Deletes.
pub(super) async fn delete(url: &str) -> Result<(), ApiError> {
    exchange(Method::DELETE, url.to_owned(), None).await.map(drop)
}

fn json(body: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(body).map_err(|error| ApiError::unreadable(0, &error.to_string()))
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    serde_json::from_str(text).map_err(|error| ApiError::unreadable(200, &error.to_string()))
}

/// The one place that talks to the network; not generic, so that it exists once in the binary.
async fn exchange(method: Method, url: String, body: Option<String>) -> Result<String, ApiError> {
    let builder = RequestBuilder::new(&url).method(method).header("accept", "application/json");
    let sent = match body {
        Some(body) => match builder.header("content-type", "application/json").body(body) {
            Ok(request) => request.send().await,
            Err(error) => Err(error),
        },
        None => builder.send().await,
    };
    let response = sent.map_err(|_| ApiError::unreachable())?;
    let retry_after = response.headers().get("retry-after").and_then(|text| text.parse().ok());
    let text = response.text().await.map_err(|_| ApiError::unreachable())?;
    let answer = if response.ok() {
        Ok(text)
    } else {
        Err(ApiError::from_answer(response.status(), &text, retry_after))
    };
    tell(&response, answer.as_ref().is_err_and(|error| error.code == ErrorCode::NotSignedIn));
    answer
}

fn tell(response: &Response, signed_out: bool) {
    let engine_time = response.headers().get("x-engine-time").and_then(|text| text.parse().ok());
    let seen = Seen { signed_out, engine_time: engine_time.map(Instant) };
    OBSERVER.with(|slot| {
        if let Some(observer) = &*slot.borrow() {
            observer(seen);
        }
    });
}
