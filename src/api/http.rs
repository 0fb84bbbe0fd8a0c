//! One exchange with the server: JSON there, JSON or an error envelope back.

use std::cell::{Cell, RefCell};

use domain::{
    error_code::ErrorCode,
    ids::PrincipalId,
    time::{Instant, Span},
    wire::{SPEAKS_AS, UNATTENDED},
};
use gloo_net::http::{Method, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use serde::{Serialize, de::DeserializeOwned};

use super::ApiError;

/// What every answer tells besides its body.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Whether it said that nobody is signed in. A wrong code is a 401 too, and ends no session.
    pub signed_out: bool,
    /// The engine's clock, where the server said it.
    pub engine_time: Option<Instant>,
    /// When it was asked, by the browser's clock.
    pub sent: Instant,
}

type Observer = Box<dyn Fn(Seen)>;

/// After so long without a key or a press nobody is at the page.
const ATTENDED: Span = Span::minutes(1);
/// How often it is looked whether a write is answered, in milliseconds.
const LOOK: u32 = 50;
/// How often at most: an answer that never comes holds nobody up.
const LOOKS: u32 = 40;

thread_local! {
    static OBSERVER: RefCell<Option<Observer>> = const { RefCell::new(None) };
    /// The browser's clock.
    static NOW: Cell<fn() -> Instant> = const { Cell::new(|| Instant(0)) };
    /// Whom this page is drawn for.
    static SPEAKER: Cell<Option<PrincipalId>> = const { Cell::new(None) };
    /// When somebody last did something here.
    static TOUCHED: Cell<Instant> = const { Cell::new(Instant(0)) };
    /// How many writes are not answered yet.
    static OPEN: Cell<u32> = const { Cell::new(0) };
    /// How many writes went out that may change the cookie, and how many of them are not answered yet.
    static COOKIE_WRITES: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
}

/// Told of every answer: the clock counts with the engine's time, the session ends when the server says so. `now` is the
/// browser's clock.
pub fn observe(now: fn() -> Instant, observer: impl Fn(Seen) + 'static) {
    NOW.set(now);
    touched();
    OBSERVER.with(|slot| *slot.borrow_mut() = Some(Box::new(observer)));
}

/// Somebody is at the page: what it asks from now on keeps the session alive. What it asks by itself does not.
pub fn touched() {
    TOUCHED.set(NOW.get()());
}

/// From now on the server is told that this page is that person's, and refuses what would be done as another.
pub fn speak_as(person: Option<PrincipalId>) {
    SPEAKER.set(person);
}

/// Whether something was sent that is not answered yet.
pub fn is_writing() -> bool {
    OPEN.get() > 0
}

/// Reads.
pub(super) async fn get<T: DeserializeOwned>(url: &str) -> Result<T, ApiError> {
    parse(&read(url, false).await?)
}

/// Reads what a write may change under way, whoever's it is: the sign-in.
pub(super) async fn get_settled<T: DeserializeOwned>(url: &str) -> Result<T, ApiError> {
    parse(&read(url, true).await?)
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

/// A write may change the cookie, and a read that went out before it carries the old one. When such a read comes back
/// with "nobody is signed in", or where `settled` is wanted with anything, it is sent again after the write.
async fn read(url: &str, settled: bool) -> Result<String, ApiError> {
    let mut looks = LOOKS;
    loop {
        let (before, open) = COOKIE_WRITES.get();
        let sent = NOW.get()();
        let (response, answer) = send(Method::GET, url, None, !settled).await?;
        let signed_out = is_signed_out(&answer);
        if (settled || signed_out) && looks > 0 && (open > 0 || COOKIE_WRITES.get().0 != before) {
            looks -= 1;
            while COOKIE_WRITES.get().1 > 0 && looks > 0 {
                TimeoutFuture::new(LOOK).await;
                looks -= 1;
            }
            continue;
        }
        tell(&response, signed_out, sent);
        return answer;
    }
}

/// Writes.
async fn exchange(method: Method, url: String, body: Option<String>) -> Result<String, ApiError> {
    let changes_cookie = method != Method::PATCH
        && ["/api/session", "/api/account"].iter().any(|start| url.starts_with(start));
    let (begun, open) = COOKIE_WRITES.get();
    OPEN.set(OPEN.get() + 1);
    if changes_cookie {
        COOKIE_WRITES.set((begun.wrapping_add(1), open + 1));
    }
    let sent = NOW.get()();
    let answered = send(method, &url, body, true).await;
    OPEN.set(OPEN.get() - 1);
    if changes_cookie {
        let (begun, open) = COOKIE_WRITES.get();
        COOKIE_WRITES.set((begun, open - 1));
    }
    let (response, answer) = answered?;
    tell(&response, is_signed_out(&answer), sent);
    answer
}

fn is_signed_out(answer: &Result<String, ApiError>) -> bool {
    answer.as_ref().is_err_and(|error| error.code == ErrorCode::NotSignedIn)
}

/// The one place that talks to the network; not generic, so that it exists once in the binary.
async fn send(
    method: Method,
    url: &str,
    body: Option<String>,
    as_speaker: bool,
) -> Result<(Response, Result<String, ApiError>), ApiError> {
    let reads = method == Method::GET;
    let mut builder = RequestBuilder::new(url).method(method).header("accept", "application/json");
    if let Some(person) = SPEAKER.get().filter(|_| as_speaker) {
        builder = builder.header(SPEAKS_AS, &person.to_string());
    }
    if reads && NOW.get()() - TOUCHED.get() > ATTENDED {
        builder = builder.header(UNATTENDED, "1");
    }
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
    Ok((response, answer))
}

fn tell(response: &Response, signed_out: bool, sent: Instant) {
    let engine_time = response.headers().get("x-engine-time").and_then(|text| text.parse().ok());
    let seen = Seen { signed_out, engine_time: engine_time.map(Instant), sent };
    OBSERVER.with(|slot| {
        if let Some(observer) = &*slot.borrow() {
            observer(seen);
        }
    });
}
