//! A mail as it arrived.

use base64::{Engine, engine::general_purpose::STANDARD};

/// A mail as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Whom the envelope names as sender.
    pub from: String,
    /// Whom the envelope names as recipients.
    pub to: Vec<String>,
    /// Whether it came by TLS.
    pub tls: bool,
    /// The account that handed it over.
    pub user: Option<String>,
    /// Headers and body, byte by byte.
    pub raw: String,
}

impl Received {
    /// The first header of this name, unfolded and decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        let wanted = format!("{}:", name.to_ascii_lowercase());
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&wanted))?;
        Some(words(line[wanted.len()..].trim()))
    }

    /// How many headers there are of this name.
    pub fn count(&self, name: &str) -> usize {
        let wanted = format!("{}:", name.to_ascii_lowercase());
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default();
        head.lines().filter(|line| line.to_ascii_lowercase().starts_with(&wanted)).count()
    }

    /// The plain text part.
    pub fn text(&self) -> String {
        self.part("text/plain")
    }

    /// The HTML part.
    pub fn html(&self) -> String {
        self.part("text/html")
    }

    /// Where the one button of the HTML part leads.
    pub fn link(&self) -> String {
        let html = self.html();
        let mut links = html.split("href=\"").skip(1);
        let link = links.next().and_then(|rest| rest.split('"').next()).expect("a mail has a link");
        assert!(links.next().is_none(), "a mail has one link: {html}");
        link.replace("&amp;", "&")
    }

    fn part(&self, kind: &str) -> String {
        let start = self.raw.find(&format!("Content-Type: {kind}")).expect("the mail has this part");
        let (head, body) = self.raw[start..].split_once("\r\n\r\n").expect("a part has a body");
        let body = body.split("\r\n--").next().unwrap_or_default();
        match head.to_ascii_lowercase() {
            head if head.contains("quoted-printable") => quoted_printable(body),
            head if head.contains("base64") => base64(&body.replace("\r\n", "")),
            _ => body.replace("\r\n", "\n"),
        }
    }
}

fn quoted_printable(body: &str) -> String {
    let joined = body.replace("=\r\n", "").replace("\r\n", "\n");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let code = more.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'=');
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &more[2..] } else { more };
    }
    String::from_utf8(bytes).expect("parts are UTF-8")
}

fn base64(text: &str) -> String {
    String::from_utf8(STANDARD.decode(text).expect("valid base64")).expect("parts are UTF-8")
}

/// Decodes the encoded words of a header.
fn words(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, word)) = rest.split_once("=?utf-8?b?") {
        let (word, after) = word.split_once("?=").expect("an encoded word ends");
        // Blanks between two encoded words are none.
        out.push_str(if before.trim().is_empty() && !out.is_empty() { "" } else { before });
        out.push_str(&base64(word));
        rest = after;
    }
    out + rest
}
