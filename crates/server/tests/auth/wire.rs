//! What stands around every answer: headers, cookies, origins, limits, envelopes.

use std::time::Duration;

use futures::FutureExt;
use reqwest::Method;
use serde_json::json;

use crate::world::{World, settings};

/// Longer than everything here takes.
const BOUND: Duration = Duration::from_secs(20);

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[tokio::test]
async fn every_answer_is_hardened_and_tells_the_time_and_its_id() {
    let world = World::lab().await;
    let mut browser = world.browser();
    browser.headers = vec![("client-request-id", "3f0c1d7e-my-own".to_owned())];
    for path in ["/api/session", "/api/nothing", "/", "/my-roles", "/healthz"] {
        let heard = browser.get(path).await;
        assert_eq!(heard.header("content-security-policy"), POLICY, "{path}");
        assert_eq!(heard.header("x-content-type-options"), "nosniff");
        assert!(!heard.header("referrer-policy").is_empty());
        assert_eq!(heard.header("strict-transport-security"), "", "plain HTTP on loopback");
        assert_eq!(heard.header("x-engine-time"), world.clock.engine().0.to_string());
        assert_eq!(heard.header("client-request-id"), "3f0c1d7e-my-own");
        assert!(!heard.header("request-id").is_empty());
    }
    let heard = browser.get("/api/session").await;
    assert_eq!(heard.header("cache-control"), "no-store");
    let heard = browser.get("/api/nothing").await.refused(400, "BadRequest");
    assert_eq!(heard.body["error"]["innerError"]["request-id"], heard.header("request-id"));
    assert_eq!(heard.body["error"]["innerError"]["client-request-id"], "3f0c1d7e-my-own");
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_for_scripts_and_other_sites() {
    let world = World::lab().await;
    let person = world.person("demouser");
    let mut browser = world.browser();
    let heard = browser.sign_in(&person.user_principal_name, &person.password).await.ok();
    let set = heard.header("set-cookie").to_owned();
    assert!(set.starts_with("pimlico="), "{set}");
    for part in ["Path=/", "HttpOnly", "SameSite=Strict"] {
        assert!(set.split("; ").any(|found| found == part), "{set}");
    }
    assert!(!set.contains("Secure") && !set.contains("Domain"));
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host_and_the_browser_told_to_stay() {
    let mut settings = settings();
    settings.public_url = "https://pim.example.org".to_owned();
    settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let world = World::lab_behind(settings).await;
    let person = world.person("demouser");
    let mut browser = world.browser();
    browser.sign_in(&person.user_principal_name, &person.password).await.refused(403, "OriginMismatch");
    browser.origin = Some("https://pim.example.org".to_owned());
    let heard = browser.sign_in(&person.user_principal_name, &person.password).await.ok();
    let set = heard.header("set-cookie").to_owned();
    assert!(set.starts_with("__Host-pimlico=") && set.contains("; Secure"), "{set}");
    assert!(heard.header("strict-transport-security").starts_with("max-age="));
}

#[tokio::test]
async fn a_write_with_the_cookie_comes_from_the_portals_own_address() {
    let world = World::lab().await;
    let mut browser = world.with_password("demouser").await;
    let port = world.running.address.port();
    for foreign in ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1"] {
        browser.origin = Some(foreign.to_owned());
        browser.delete("/api/account/sessions").await.refused(403, "OriginMismatch");
    }
    browser.origin = None;
    browser.delete("/api/account/sessions").await.refused(403, "OriginMismatch");
    assert_eq!(browser.state().await, "signedIn", "reading is not hindered");
    for own in ["127.0.0.1", "localhost", "[::1]"] {
        browser.origin = Some(format!("http://{own}:{port}"));
        browser.delete("/api/account/sessions").await.ok();
    }
}

#[tokio::test]
async fn a_foreign_name_that_leads_here_gets_nothing() {
    let world = World::lab().await;
    let mut browser = world.browser();
    for path in ["/", "/api/session", "/api/lab", "/v1.0/me"] {
        browser.headers = vec![("host", "rebound.evil.example:8080".to_owned())];
        let heard = browser.get(path).await.refused(421, "MisdirectedRequest");
        assert_eq!(heard.field(), "Host");
        let allowed = heard.body["error"]["innerError"]["allowed"].as_str().unwrap();
        assert!(allowed.contains(&world.url), "{allowed}");
    }
    browser.get("/healthz").await.ok();
    let port = world.running.address.port();
    for own in ["localhost".to_owned(), format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        browser.headers = vec![("host", own)];
        browser.get("/api/session").await.ok();
    }
}

#[tokio::test]
async fn behind_a_proxy_the_public_name_is_its_own_and_others_are_not() {
    let mut settings = settings();
    settings.public_url = "https://pim.example.org".to_owned();
    settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let world = World::bare(settings).await;
    let mut browser = world.browser();
    browser.headers = vec![("host", "pim.example.org".to_owned())];
    browser.get("/api/session").await.ok();
    browser.headers = vec![("host", "pim.example.com".to_owned())];
    browser.get("/api/session").await.refused(421, "MisdirectedRequest");
}

#[tokio::test]
async fn a_program_without_a_cookie_needs_no_origin() {
    let world = World::lab().await;
    let person = world.person("demouser");
    let mut program = world.browser();
    program.origin = None;
    program.sign_in(&person.user_principal_name, &person.password).await.ok();
    let mut page = world.browser();
    page.origin = Some("https://evil.example".to_owned());
    page.sign_in(&person.user_principal_name, &person.password).await.refused(403, "OriginMismatch");
}

#[tokio::test]
async fn in_development_the_pages_of_trunk_may_write_too() {
    let mut settings = settings();
    settings.dev_origin = Some("http://127.0.0.1:3000".to_owned());
    let world = World::lab_behind(settings).await;
    let mut browser = world.with_password("demouser").await;
    browser.origin = Some("http://127.0.0.1:3000".to_owned());
    browser.delete("/api/account/sessions").await.ok();
}

#[tokio::test]
async fn bodies_are_limited_and_errors_name_the_field() {
    let world = World::lab().await;
    let mut browser = world.browser();
    let heard = browser.post("/api/session", json!({ "userName": "ada" })).await;
    assert_eq!(heard.refused(400, "Request_BadRequest").field(), "password");
    let broken = browser.send(Method::POST, "/api/session", Some("{".to_owned())).await;
    broken.refused(400, "Request_BadRequest");
    let large = json!({ "userName": "a".repeat(300_000), "password": "" });
    browser.post("/api/session", large).await.refused(413, "RequestEntityTooLarge");
    let heard = browser.post("/api/session", json!({ "userName": "a".repeat(17_000), "password": "" })).await;
    let allowed = heard.refused(413, "RequestEntityTooLarge").body["error"]["innerError"]["allowed"].clone();
    assert_eq!(allowed, "at most 16 KiB");
    browser.send(Method::PUT, "/api/session", None).await.refused(405, "Request_MethodNotAllowed");
    browser.headers = vec![("content-encoding", "gzip".to_owned())];
    browser.post("/api/session", json!({})).await.refused(415, "UnsupportedMediaType");
    let secret = "a password that nobody may read";
    browser.headers.clear();
    let heard = browser.post("/api/session", json!({ "userName": 7, "password": secret })).await;
    assert!(!heard.refused(400, "Request_BadRequest").body.to_string().contains(secret));
}

#[tokio::test]
async fn without_lab_mode_nothing_of_it_exists() {
    let world = World::bare(settings()).await;
    let mut browser = world.browser();
    assert_eq!(browser.get("/api/session").await.ok().body["lab"], false);
    browser.get("/api/lab").await.refused(400, "BadRequest");
    browser.post("/api/lab/clock", json!({ "advanceMinutes": 5 })).await.refused(400, "BadRequest");
}

#[tokio::test]
async fn texts_that_no_database_keeps_are_refused_at_the_door_and_counted_nowhere() {
    let world = World::lab().await;
    let mut browser = world.browser();
    browser.sign_in("a\u{0}b", "secret").await.refused(400, "Request_BadRequest");
    let rows = world.count_rows().await;
    for path in ["/api/search?q=a%00", "/v1.0/users/a%00b"] {
        browser.get(path).await.refused(400, "Request_BadRequest");
    }
    assert_eq!(world.count_rows().await, rows);
    let mut admin = world.with_factor("admin").await;
    let long = "a".repeat(9_000);
    for path in [
        format!("/api/search?q={long}"),
        format!("/v1.0/users?$filter=contains(displayName,'{long}')"),
        format!("/v1.0/users?$filter=id+eq+''{}", "+or+id+eq+''".repeat(120)),
        format!("/v1.0/users?$filter=id+in+(''{})", ",''".repeat(1_100)),
    ] {
        admin.get(&path).await.refused(400, "Request_BadRequest");
    }
}

#[tokio::test]
async fn bodies_that_are_held_back_take_a_share_of_the_memory_and_no_more() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let world = World::lab().await;
    let mut held = Vec::new();
    // All but the last byte of the largest body: more of them than one address has room for.
    let begun = "POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 16384\r\n\r\n";
    for _ in 0..40 {
        let mut stream = tokio::net::TcpStream::connect(world.running.address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        stream.write_all(&[b' '; 16_383]).await.unwrap();
        held.push(stream);
    }
    let answers = held.iter_mut().map(|stream| {
        async move {
            let mut told = [0; 12];
            stream.read_exact(&mut told).await.unwrap();
            told
        }
        .boxed()
    });
    let first = futures::future::select_all(answers);
    let (told, ..) = tokio::time::timeout(BOUND, first).await.unwrap();
    assert_eq!(&told, b"HTTP/1.1 503");
    drop(held);
    let mut browser = world.browser();
    let again = async { while browser.sign_in("ada", "wrong").await.status != 401 {} };
    tokio::time::timeout(BOUND, again).await.expect("what was held is given back");
}
