//! Guessing: many attempts at once get no further than one after the other, and a lost key opens nothing.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use domain::time::{Instant, Span};
use server::{
    app::{self, Options, Running, Settings},
    auth::{totp, vault::Vault},
    clock::Clock,
    jobs,
    lab::{self, Account, Lab},
    router,
    storage::{Storage, principals, sessions},
};
use tower::ServiceExt;

const NOW: Instant = Instant(1_776_153_600_000);

struct Server {
    running: Running,
    router: Router,
    lab: Lab,
    _folder: tempfile::TempDir,
}

impl Server {
    /// A lab; with `key_lost` its second factors were sealed under a key that is gone.
    async fn start(key_lost: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("guessing.db").display());
        let storage = Storage::open(&url).await.unwrap();
        let clock = Clock::manual(NOW);
        let vault = Vault::open(&folder.path().join("key")).unwrap();
        let lab = lab::open(&storage, &clock, &vault, folder.path()).await.unwrap();
        let vault = if key_lost { Vault::open(&folder.path().join("another")).unwrap() } else { vault };
        let settings =
            Settings { public_url: String::new(), dev_origin: None, trusted_proxies: Vec::new(), tls: None };
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let options = Options {
            storage,
            clock,
            vault,
            lab: Some(lab.clone()),
            outlet: server::mail::Outlet::Off,
            listen,
            settings,
        };
        let running = app::start(options).await.unwrap();
        let router = router::build(running.state.clone());
        Self { running, router, lab, _folder: folder }
    }

    fn admin(&self) -> &Account {
        self.lab.account("admin").unwrap()
    }

    /// Posts JSON; gives the status, and the cookie of the answer or else the one that was sent.
    async fn post(&self, path: &str, cookie: &str, body: serde_json::Value) -> (StatusCode, String) {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::ORIGIN, self.running.state.origin())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, cookie)
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let set = response.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
        let next = set.and_then(|set| set.split(';').next()).unwrap_or(cookie).to_owned();
        (response.status(), next)
    }

    async fn sign_in(&self, password: &str) -> (StatusCode, String) {
        let name = &self.admin().user_principal_name;
        self.post("/api/session", "", serde_json::json!({ "userName": name, "password": password })).await
    }

    async fn give(&self, cookie: &str, code: &str) -> (StatusCode, String) {
        self.post("/api/session/second-factor", cookie, serde_json::json!({ "code": code })).await
    }

    fn right_code(&self) -> String {
        let secret = data_encoding::BASE32_NOPAD.decode(self.admin().totp_secret.as_bytes()).unwrap();
        totp::code(&secret, totp::step(NOW))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_wrong_codes_at_once_five_are_looked_at() {
    let server = Server::start(false).await;
    let (status, cookie) = server.sign_in(&server.admin().password).await;
    assert_eq!(status, StatusCode::OK);
    let all = futures::future::join_all((0..30).map(|_| server.give(&cookie, "no code"))).await;
    let looked_at = all.iter().filter(|(status, _)| *status == StatusCode::UNAUTHORIZED).count();
    assert_eq!(looked_at, 5);
    assert!(all.iter().all(|(s, _)| [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS].contains(s)));
    assert_eq!(server.give(&cookie, &server.right_code()).await.0, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_passwords_at_once_a_right_one_after_the_fifth_is_not_told_from_a_wrong_one() {
    let server = Server::start(false).await;
    let all = futures::future::join_all((0..16).map(|_| server.sign_in("wrong password"))).await;
    let looked_at = all.iter().filter(|(status, _)| *status == StatusCode::UNAUTHORIZED).count();
    assert_eq!(looked_at, 5);
    assert_eq!(server.sign_in(&server.admin().password).await.0, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_key_no_code_is_right() {
    let server = Server::start(true).await;
    let (status, cookie) = server.sign_in(&server.admin().password).await;
    assert_eq!(status, StatusCode::OK);
    let of_nothing = totp::code(&[], totp::step(NOW));
    assert_eq!(server.give(&cookie, &of_nothing).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(server.give(&cookie, &server.right_code()).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_code_signs_in_once_and_under_a_new_cookie() {
    let server = Server::start(false).await;
    let (_, before) = server.sign_in(&server.admin().password).await;
    let (status, after) = server.give(&before, &server.right_code()).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(before, after);
    assert_eq!(server.give(&before, &server.right_code()).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(server.give(&after, &server.right_code()).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_present_password_is_not_guessed_at_an_unlocked_screen() {
    let server = Server::start(false).await;
    let (_, cookie) = server.sign_in(&server.admin().password).await;
    let (_, cookie) = server.give(&cookie, &server.right_code()).await;
    let change = |current: &str| {
        let body = serde_json::json!({ "current": current, "new": "another quite fine password" });
        server.post("/api/account/password", &cookie, body)
    };
    for _ in 0..5 {
        assert_eq!(change("wrong password").await.0, StatusCode::BAD_REQUEST);
    }
    assert_eq!(change(&server.admin().password).await.0, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_does_not_pile_up() {
    let server = Server::start(false).await;
    server.sign_in("wrong password").await;
    let (_, cookie) = server.sign_in(&server.admin().password).await;
    let kept = || async {
        let state = &server.running.state;
        let mut db = state.storage.read().await.unwrap();
        let admin =
            principals::find_user(&mut db, &server.admin().user_principal_name).await.unwrap().unwrap();
        sessions::of_principal(&mut db, admin.id).await.unwrap().len()
    };
    assert!(!cookie.is_empty());
    jobs::sweep(&server.running.state.storage, NOW).await.unwrap();
    assert_eq!(kept().await, 1);
    jobs::sweep(&server.running.state.storage, NOW + Span::hours(2)).await.unwrap();
    assert_eq!(kept().await, 0);
}
