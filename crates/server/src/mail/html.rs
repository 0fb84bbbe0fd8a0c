//! The HTML part: one column that a phone shows whole, dark where the reader's system is, nothing fetched from
//! anywhere. Everything that a person typed is escaped.

use super::words::Words;

const STYLE: &str = "\
:root{color-scheme:light dark;supported-color-schemes:light dark}\
body{margin:0;padding:16px;background:#f5f5f5;color:#242424;font:16px/1.5 'Segoe UI',system-ui,sans-serif}\
.card{max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px}\
h1{margin:0 0 12px;font-size:20px;line-height:28px}\
p{margin:0 0 16px}\
table{width:100%;border-collapse:collapse;margin:0 0 20px}\
th,td{padding:6px 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{width:112px;padding-right:12px;font-weight:400;color:#616161}\
a{display:inline-block;padding:10px 20px;border-radius:4px;background:#0f6cbd;color:#ffffff;font-weight:600;text-decoration:none}\
.why{margin:20px 0 0;font-size:13px;color:#616161}\
@media (prefers-color-scheme:dark){body{background:#141414;color:#ffffff}.card{background:#292929}th,.why{color:#d6d6d6}\
a{background:#115ea3;color:#ffffff}}";

/// The page of a mail. `link` is the whole address.
pub fn page(subject: &str, words: &Words, link: &str) -> String {
    let mut facts = String::new();
    for (name, value) in &words.facts {
        facts.extend(["<tr><th scope=\"row\">", name, "</th><td>", &escape(value), "</td></tr>"]);
    }
    let table = if facts.is_empty() { String::new() } else { format!("<table>{facts}</table>") };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\
         <title>{title}</title><style>{STYLE}</style></head><body><div class=\"card\"><h1>{title}</h1>\
         <p>{lead}</p>{table}<p><a href=\"{link}\">{label}</a></p><p class=\"why\">{why}</p></div></body></html>",
        title = escape(subject),
        lead = escape(&words.lead),
        link = escape(link),
        label = escape(words.link.label()),
        why = escape(&words.why),
    )
}

/// A text as HTML shows it, in an element and in a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
