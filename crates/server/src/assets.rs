//! The portal that was built into this binary: the page for every address that is a screen, and the files it loads.

use std::future::{Ready, ready};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

/// One file of the portal, packed when the server was built.
struct Asset {
    path: &'static str,
    /// Differs when the file does.
    tag: &'static str,
    raw: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.in"));

/// Who is signed in: asked first on every screen.
const SESSION: &str = "</api/session>; rel=preload; as=fetch; crossorigin";
/// The same, and the rows of My roles. The portal's tests hold its own address of them against this one.
const SESSION_AND_ROWS: &str = "</api/session>; rel=preload; as=fetch; crossorigin, \
    </api/my-roles?tab=eligible&top=50>; rel=preload; as=fetch; crossorigin";

/// Shown by a server that was built without a portal.
static NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Pimlico</title>\
    <h1>The portal is not part of this build</h1>\
    <p>The server runs and its interfaces answer. For the portal, build with <code>cargo xtask build</code>.</p>\n";

/// Answers whatever no route of an interface took: mount it as the router's fallback.
#[expect(clippy::needless_pass_by_value, reason = "axum hands over what it extracts")]
pub fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Ready<Response> {
    ready(answer(ASSETS, &method, &uri, &headers))
}

/// Whether this build has the portal.
pub fn has_portal() -> bool {
    find(ASSETS, "/index.html").is_some()
}

fn answer(assets: &[Asset], method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path();
    if *method != Method::GET && *method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let whole = *method == Method::GET;
    let page = "/index.html";
    match find(assets, path).filter(|asset| asset.path != page) {
        Some(asset) => file(asset, headers, "public, max-age=31536000, immutable", whole),
        None if path != page && names_a_file(path) => StatusCode::NOT_FOUND.into_response(),
        // The page is asked for each time, so that a new release is seen at the next visit.
        None => find(assets, page).map_or_else(
            || not_built(whole),
            |asset| {
                let mut response = file(asset, headers, "no-store", whole);
                response.headers_mut().insert(header::LINK, asked_first(uri, headers));
                response
            },
        ),
    }
}

/// What the program will ask for first, so that the browser asks while it still fetches the program. The answers are as
/// fresh as the page, and the browser gives each away once.
fn asked_first(uri: &Uri, headers: &HeaderMap) -> HeaderValue {
    // Whoever is signed in sends a cookie; whether it is worth anything, the answers tell.
    let rows = headers.contains_key(header::COOKIE) && uri.path() == "/my-roles" && uri.query().is_none();
    HeaderValue::from_static(if rows { SESSION_AND_ROWS } else { SESSION })
}

fn find<'a>(assets: &'a [Asset], path: &str) -> Option<&'a Asset> {
    assets.iter().find(|asset| asset.path == path)
}

/// Only files have an extension; every other address is a screen of the portal, which decides what it means. A name in
/// an address (`/users/ann@example.com`) is not a file.
fn names_a_file(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    !last.contains(['@', '%'])
        && last.rsplit_once('.').is_some_and(|(_, extension)| content_type(extension).is_some())
}

fn file(asset: &Asset, headers: &HeaderMap, cache: &'static str, whole: bool) -> Response {
    let (coding, body) = match accepted(headers) {
        Some("br") => (Some("br"), asset.brotli),
        Some(_) => (Some("gzip"), asset.gzip),
        None => (None, asset.raw),
    };
    let tag = format!("\"{}{}\"", asset.tag, coding.unwrap_or_default());
    let extension = asset.path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let kind = content_type(extension).unwrap_or("application/octet-stream");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let unchanged = known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag));

    let builder = Response::builder()
        .status(if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK })
        .header(header::CACHE_CONTROL, cache)
        .header(header::VARY, "accept-encoding")
        .header(header::ETAG, tag);
    let sent = if unchanged {
        builder.body(Body::empty())
    } else {
        let builder = builder.header(header::CONTENT_TYPE, kind).header(header::CONTENT_LENGTH, body.len());
        builder.body(if whole { Body::from(body) } else { Body::empty() })
    };
    let mut response = sent.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    if let Some(coding) = coding.filter(|_| !unchanged) {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

fn not_built(whole: bool) -> Response {
    let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
    let body = if whole { NOT_BUILT } else { "" };
    ([kind, (header::CACHE_CONTROL, "no-store")], body).into_response()
}

/// The smallest form that the client takes. A weight of nought means a refusal; finer weights are not worth reading.
fn accepted(headers: &HeaderMap) -> Option<&'static str> {
    let wanted = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    let wanted: Vec<_> = wanted.flat_map(|value| value.split(',')).collect();
    ["br", "gzip"].into_iter().find(|coding| {
        wanted.iter().any(|offer| {
            let (name, weight) = offer.split_once(';').unwrap_or((offer, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
            name.trim().eq_ignore_ascii_case(coding) && weight.is_some_and(|weight| weight > 0.0)
        })
    })
}

fn content_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    static SOME: &[Asset] = &[
        Asset { path: "/index.html", tag: "1", raw: b"<page>", brotli: b"page.br", gzip: b"page.gz" },
        Asset {
            path: "/portal-1a2b.wasm",
            tag: "2",
            raw: b"module",
            brotli: b"module.br",
            gzip: b"module.gz",
        },
    ];

    fn get(path: &str, headers: &[(header::HeaderName, &'static str)]) -> Response {
        let headers =
            headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        answer(SOME, &Method::GET, &path.parse().unwrap(), &headers)
    }

    fn text(response: &Response, name: header::HeaderName) -> String {
        response.headers().get(name).map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    }

    async fn body(response: Response) -> Vec<u8> {
        response.into_body().collect().await.unwrap().to_bytes().to_vec()
    }

    #[tokio::test]
    async fn a_hashed_file_is_kept_for_ever_in_the_form_that_was_asked_for() {
        for (asked, coding, bytes) in [
            ("gzip, deflate, br, zstd", "br", &b"module.br"[..]),
            ("gzip;q=1.0, br;q=0", "gzip", b"module.gz"),
            ("deflate", "", b"module"),
            ("", "", b"module"),
        ] {
            let response = get("/portal-1a2b.wasm", &[(header::ACCEPT_ENCODING, asked)]);
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(text(&response, header::CONTENT_ENCODING), coding);
            assert_eq!(text(&response, header::CONTENT_TYPE), "application/wasm");
            assert_eq!(text(&response, header::CACHE_CONTROL), "public, max-age=31536000, immutable");
            assert_eq!(text(&response, header::VARY), "accept-encoding");
            assert_eq!(text(&response, header::CONTENT_LENGTH), bytes.len().to_string());
            assert_eq!(body(response).await, bytes);
        }
    }

    #[tokio::test]
    async fn every_screen_is_the_page_and_the_page_is_never_kept() {
        for path in
            ["/", "/my-roles/eligible", "/users/demouser@lab.example.com", "/index.html", "/roles/a.b"]
        {
            let response = get(path, &[]);
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(text(&response, header::CACHE_CONTROL), "no-store");
            assert_eq!(text(&response, header::CONTENT_TYPE), "text/html; charset=utf-8");
            assert_eq!(body(response).await, b"<page>");
        }
    }

    #[test]
    fn the_page_names_what_is_asked_first() {
        let cookie = [(header::COOKIE, "pimlico=1")];
        for (path, headers, rows) in [
            ("/my-roles", &cookie[..], true),
            ("/my-roles", &[], false),
            ("/my-roles?tab=active", &cookie, false),
            ("/roles", &cookie, false),
        ] {
            let link = text(&get(path, headers), header::LINK);
            assert!(link.starts_with("</api/session>; rel=preload"), "{path} {link}");
            assert_eq!(link.contains("</api/my-roles?"), rows, "{path} {link}");
        }
        assert_eq!(text(&get("/portal-1a2b.wasm", &cookie), header::LINK), "");
    }

    #[test]
    fn a_file_that_is_not_there_is_not_the_page() {
        for path in ["/portal-old.wasm", "/favicon.ico", "/deep/er.js"] {
            assert_eq!(get(path, &[]).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn a_known_file_is_not_sent_again() {
        let first = get("/portal-1a2b.wasm", &[(header::ACCEPT_ENCODING, "br")]);
        let tag = HeaderValue::from_str(&text(&first, header::ETAG)).unwrap();
        let plain = get("/portal-1a2b.wasm", &[]);
        assert_ne!(first.headers()[header::ETAG], plain.headers()[header::ETAG]);
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br"));
        headers.insert(header::IF_NONE_MATCH, tag);
        let again = answer(SOME, &Method::GET, &Uri::from_static("/portal-1a2b.wasm"), &headers);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(body(again).await, b"");
    }

    #[tokio::test]
    async fn a_head_says_what_a_get_would() {
        let response = answer(SOME, &Method::HEAD, &Uri::from_static("/portal-1a2b.wasm"), &HeaderMap::new());
        assert_eq!(text(&response, header::CONTENT_LENGTH), "6");
        assert_eq!(body(response).await, b"");
        assert_eq!(
            answer(SOME, &Method::POST, &Uri::from_static("/"), &HeaderMap::new()).status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
    }

    #[tokio::test]
    async fn a_server_without_a_portal_says_so() {
        let response = answer(&[], &Method::GET, &Uri::from_static("/my-roles"), &HeaderMap::new());
        assert_eq!(text(&response, header::CACHE_CONTROL), "no-store");
        let page = String::from_utf8(body(response).await).unwrap();
        assert!(page.contains("cargo xtask build"));
    }
}
