//! A caller that shows everything it hears: status, headers, cookie, body.

use reqwest::{
    Method, StatusCode,
    header::{self, HeaderMap},
};
use serde_json::{Value, json};

#[derive(Clone)]
pub struct Browser {
    http: reqwest::Client,
    url: String,
    /// `name=value` of the session cookie.
    pub cookie: Option<String>,
    /// What it says of where its page came from.
    pub origin: Option<String>,
    /// Sent along with every call.
    pub headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub struct Heard {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Browser {
    pub fn new(url: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { http, url: url.to_owned(), cookie: None, origin: Some(url.to_owned()), headers: Vec::new() }
    }

    pub async fn get(&mut self, path: &str) -> Heard {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Heard {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    pub async fn patch(&mut self, path: &str, body: Value) -> Heard {
        self.send(Method::PATCH, path, Some(body.to_string())).await
    }

    pub async fn delete(&mut self, path: &str) -> Heard {
        self.send(Method::DELETE, path, None).await
    }

    pub async fn send(&mut self, method: Method, path: &str, body: Option<String>) -> Heard {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(origin) = &self.origin {
            request = request.header(header::ORIGIN, origin);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        if let Some(set) = headers.get(header::SET_COOKIE).and_then(|value| value.to_str().ok()) {
            let pair = set.split(';').next().unwrap_or_default();
            self.cookie = Some(pair.to_owned()).filter(|pair| !pair.ends_with('='));
        }
        let text = response.text().await.unwrap();
        Heard { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    pub async fn sign_in(&mut self, user: &str, password: &str) -> Heard {
        self.post("/api/session", json!({ "userName": user, "password": password })).await
    }

    pub async fn second_factor(&mut self, code: &str) -> Heard {
        self.post("/api/session/second-factor", json!({ "code": code })).await
    }

    /// How far the sign-in has come.
    pub async fn state(&mut self) -> String {
        self.get("/api/session").await.ok().body["state"].as_str().unwrap().to_owned()
    }

    /// The id of who is signed in.
    pub async fn id(&mut self) -> String {
        self.get("/api/session").await.ok().body["user"]["id"].as_str().unwrap().to_owned()
    }
}

impl Heard {
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(self.status.is_success(), "{self:?}");
        self
    }

    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let found = self.body["error"]["code"].as_str().unwrap_or_default();
        assert_eq!((self.status.as_u16(), found), (status, code), "{self:?}");
        self
    }

    /// The input at fault, as the error names it.
    pub fn field(&self) -> &str {
        self.body["error"]["innerError"]["field"].as_str().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
