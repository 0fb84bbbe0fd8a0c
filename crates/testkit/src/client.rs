//! A program that talks to the server as the portal does: with a session cookie and the origin of its writes.

use std::fmt;

use domain::wire::{
    api::{SecondFactor, Session, SignIn},
    graph::Collection,
};
use reqwest::{Method, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// One caller with cookies of its own.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
}

/// What the server said.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Of the answer.
    pub status: StatusCode,
    /// Its body; null where there is none.
    pub body: Value,
}

impl Client {
    /// Somebody who is not signed in.
    pub fn new(url: &str) -> Self {
        let http = reqwest::Client::builder().cookie_store(true).no_proxy().build().expect("a client");
        Self { http, url: url.to_owned() }
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None::<&()>).await
    }

    /// Writes.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Changes.
    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// Deletes.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None::<&()>).await
    }

    /// Sends anything.
    pub async fn send(&self, method: Method, path: &str, body: Option<&impl Serialize>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        request = request.header(header::ORIGIN, &self.url);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("`{path}`: {error}"));
        let status = response.status();
        let text = response.text().await.unwrap_or_default();
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    /// Gives user name and password.
    pub async fn password(&self, user_name: &str, password: &str) -> Answer {
        let sign_in = SignIn { user_name: user_name.to_owned(), password: password.to_owned() };
        self.post("/api/session", &sign_in).await
    }

    /// Gives a second factor, at sign-in or as step-up.
    pub async fn second_factor(&self, code: &str) -> Answer {
        self.post("/api/session/second-factor", &SecondFactor { code: code.to_owned() }).await
    }

    /// How far the sign-in has come.
    pub async fn session(&self) -> Session {
        self.get("/api/session").await.ok().parse()
    }

    /// All rows of a Graph collection's first page.
    pub async fn list<T: DeserializeOwned>(&self, path: &str) -> Vec<T> {
        self.get(path).await.ok().parse::<Collection<T>>().value
    }
}

#[expect(clippy::return_self_not_must_use, reason = "the check is the point; most callers need nothing more")]
impl Answer {
    /// The answer, which must be a success.
    pub fn ok(self) -> Self {
        assert!(self.status.is_success(), "{self}");
        self
    }

    /// The answer, which must be a refusal with this status and code.
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status.as_u16(), self.code()), (status, code), "{self}");
        self
    }

    /// The error's code; empty where there is none.
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    /// The error's message; empty where there is none.
    pub fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }

    /// The body as what both sides compile against.
    pub fn parse<T: DeserializeOwned>(self) -> T {
        let shown = self.to_string();
        serde_json::from_value(self.body).unwrap_or_else(|error| panic!("{error} in {shown}"))
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.body)
    }
}
