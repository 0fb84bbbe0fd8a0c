//! What a person waits for: the bytes of the first load, and My roles from a cold cache.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use serde_json::{Value, json};

use super::{Figure, browser::Browser, median, server::Lab};
use crate::{
    command::{Explain, Failure, Result},
    http,
};

const ROUNDS: usize = 20;

/// Everything that signing in and My roles take, packed as the server sends it. All of it is named by the page; what is
/// fetched later, while nobody waits for it, is named in the words beside the figure.
pub fn first_load(port: u16) -> Result<Figure> {
    let html = http::get(port, "/", "accept-encoding: br\r\n")?;
    let page = http::get(port, "/", "")?;
    let mut bytes = html.body.len();
    let mut chunks = Vec::new();
    for path in loaded_files(&String::from_utf8_lossy(&page.body)) {
        bytes += packed(port, &path)?;
        if path.starts_with("/chunks-") {
            chunks = named_chunks(&String::from_utf8_lossy(&http::get(port, &path, "")?.body));
        }
    }
    let later = chunks.iter().map(|path| packed(port, path)).sum::<Result<usize>>()?;
    let (kilobytes, later) = (kilobytes(bytes)?, kilobytes(later)?);
    if kilobytes > 300.0 {
        eprintln!("warning: the first load is above 300 KB");
    }
    let baseline = format!(
        "sign-in and My roles after brotli, {later:.0} KB follow; an empty Leptos application with a router is 107 KB"
    );
    Ok(Figure { name: "first load", value: kilobytes, unit: "KB", baseline, goal: 250.0, limit: Some(400.0) })
}

fn packed(port: u16, path: &str) -> Result<usize> {
    let file = http::get(port, path, "accept-encoding: br\r\n")?;
    if file.header("content-encoding") == Some("br") {
        Ok(file.body.len())
    } else {
        Err(Failure(format!("{path} did not come as brotli")))
    }
}

fn kilobytes(bytes: usize) -> Result<f64> {
    Ok(f64::from(u32::try_from(bytes).explain("the first load")?) / 1024.0)
}

/// The parts of the program that the loader of chunks knows.
fn named_chunks(loader: &str) -> Vec<String> {
    let quoted = loader.split('"').filter_map(|word| word.strip_prefix("./"));
    quoted.filter(|name| name.contains(".wasm")).map(|name| format!("/{name}")).collect()
}

fn loaded_files(html: &str) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for attribute in ["href=\"/", "src=\"/"] {
        for rest in html.split(attribute).skip(1) {
            files.extend(rest.split('"').next().map(|path| format!("/{path}")));
        }
    }
    files.sort();
    files.dedup();
    files
}

/// Watches each new page from its first moment until the button that the person came for can be pressed.
const WATCH: &str = "
    const look = () => {
        const found = [...document.querySelectorAll('table a, table button')].some(e => e.textContent.trim() === 'Activate');
        if (found) { window.usableAfter = performance.now(); } else { requestAnimationFrame(look); }
    };
    look();";

const WAIT: &str = "
    const end = performance.now() + 30000;
    while (!window.usableAfter) {
        if (performance.now() > end) throw new Error('My roles did not become usable: ' + document.body.innerText);
        await new Promise(requestAnimationFrame);
    }
    return window.usableAfter;";

/// Makes the lab's demouser eligible, as an administrator would, and signs him in.
const PREPARE: &str = "
    const [admin, adminPassword, user, password] = args;
    const call = async (method, path, body) => {
        const answer = await fetch(path, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
        const text = await answer.text();
        if (!answer.ok) throw new Error(method + ' ' + path + ' ' + answer.status + ' ' + text);
        return text ? JSON.parse(text) : null;
    };
    let session = await call('POST', '/api/session', { userName: admin, password: adminPassword });
    const lab = await call('GET', '/api/lab');
    const code = lab.accounts.find(a => a.userPrincipalName === admin).code;
    if (session.state === 'secondFactor') session = await call('POST', '/api/session/second-factor', { code });
    const people = await call('GET', '/v1.0/users?$filter=' + encodeURIComponent(`userPrincipalName eq '${user}'`));
    await call('POST', '/v1.0/roleManagement/directory/roleEligibilityScheduleRequests', {
        action: 'adminAssign', justification: 'bench', principalId: people.value[0].id, directoryScopeId: '/',
        roleDefinitionId: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
        scheduleInfo: { startDateTime: session.engineTime ? new Date(session.engineTime).toISOString() : undefined, expiration: { type: 'noExpiration' } },
    });
    await call('DELETE', '/api/session');
    await call('POST', '/api/session', { userName: user, password });
    return true;";

/// The portal against its own final page, saved as plain HTML with the same styles.
pub fn my_roles(lab: &Lab) -> Result<Figure> {
    let origin = format!("http://127.0.0.1:{}", lab.port);
    let browser = Browser::start()?;
    let ((admin, admin_password), (user, password)) = (lab.account("admin")?, lab.account("demouser")?);
    browser.open(&origin)?;
    browser.script(PREPARE, &[admin, admin_password, user, password].map(Value::from))?;
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": WATCH }))?;

    let portal = measure(&browser, &format!("{origin}/my-roles"))?;
    let html = browser.script("return document.documentElement.outerHTML", &[])?;
    let html = without_scripts(html.as_str().unwrap_or_default());
    let css = loaded_files(&html)
        .into_iter()
        .find(|path| path.split('.').next_back() == Some("css"))
        .unwrap_or_default();
    let css_file = http::get(lab.port, &css, "accept-encoding: br\r\n")?;
    let port = serve_static(html.into_bytes(), css, css_file.body)?;
    let plain = measure(&browser, &format!("http://127.0.0.1:{port}/"))?;

    Ok(Figure {
        name: "time until My roles is usable",
        value: portal / plain,
        unit: "times static HTML",
        baseline: format!("{portal:.0} ms against {plain:.0} ms, cold cache, median of {ROUNDS}"),
        goal: 2.2,
        limit: None,
    })
}

fn measure(browser: &Browser, url: &str) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        browser.open("about:blank")?;
        browser.devtools("Network.clearBrowserCache", &json!({}))?;
        browser.open(url)?;
        times.extend(browser.script(WAIT, &[])?.as_f64());
    }
    Ok(median(times))
}

fn without_scripts(html: &str) -> String {
    let mut rest = html;
    let mut kept = String::from("<!doctype html>");
    while let Some((before, script)) = rest.split_once("<script") {
        kept.push_str(before);
        rest = script.split_once("</script>").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    // Preloads would fetch the program that this page does without.
    let preload = |line: &str| line.contains("modulepreload") || line.contains("rel=\"preload\"");
    kept.split_inclusive('>').filter(|tag| !preload(tag)).collect()
}

fn serve_static(page: Vec<u8>, css_path: String, css: Vec<u8>) -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).explain("no free port")?;
    let port = listener.local_addr().explain("no free port")?.port();
    let files = Arc::new((page, css_path, css));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A browser also opens connections on which it says nothing; none may hold up another.
            let files = Arc::clone(&files);
            thread::spawn(move || answer_static(stream, &files));
        }
    });
    Ok(port)
}

fn answer_static(mut stream: TcpStream, (page, css_path, css): &(Vec<u8>, String, Vec<u8>)) {
    let mut request = [0; 4096];
    let count = stream.read(&mut request).unwrap_or_default();
    let request = String::from_utf8_lossy(&request[..count]);
    let (body, kind) = match request.split_whitespace().nth(1) {
        Some("/") => (page.as_slice(), "text/html; charset=utf-8\r\ncache-control: no-store"),
        Some(path) if path == css_path => (css.as_slice(), "text/css\r\ncontent-encoding: br"),
        _ => (&[][..], "text/plain"),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_page_keeps_everything_but_its_program() {
        let page = "<html><head><link rel=\"modulepreload\" href=\"/p.js\"><link rel=\"stylesheet\" href=\"/p.css\">\
                    <script type=\"module\" src=\"/l.js\"></script></head><body><h1>My roles</h1></body></html>";
        let plain = without_scripts(page);
        assert!(!plain.contains("script") && !plain.contains("/p.js"), "{plain}");
        assert!(plain.contains("<h1>My roles</h1>"));
        assert_eq!(loaded_files(page), ["/l.js", "/p.css", "/p.js"]);
        let loader = "import { initSync } from \"./portal-1.js\"; fetch(new URL(\"./screens-1.wasm\", import.meta.url))";
        assert_eq!(named_chunks(loader), ["/screens-1.wasm"]);
    }
}
