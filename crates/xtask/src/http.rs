//! The little HTTP that a build tool speaks to programs on its own machine.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpStream},
    time::Duration,
};

use serde_json::Value;

use crate::command::{Explain, Failure, Result};

/// An answer, as it came over the wire.
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &&str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        self.headers.lines().find(named)?.split_once(':').map(|(_, value)| value.trim())
    }
}

pub fn get(port: u16, path: &str, headers: &str) -> Result<Answer> {
    exchange(
        port,
        &format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n{headers}\r\n"),
    )
}

pub fn post(port: u16, path: &str, body: &Value) -> Result<Value> {
    let body = body.to_string();
    let head = format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n");
    let length = body.len();
    let head = format!("{head}content-type: application/json\r\ncontent-length: {length}\r\n\r\n");
    let answer = exchange(port, &(head + &body))?;
    let value: Value = serde_json::from_slice(&answer.body).explain(path)?;
    if answer.status == 200 { Ok(value) } else { Err(Failure(format!("{path}: {value}"))) }
}

pub fn delete(port: u16, path: &str) -> Result<Answer> {
    exchange(port, &format!("DELETE {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n"))
}

fn exchange(port: u16, request: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).explain("no connection")?;
    stream.set_read_timeout(Some(Duration::from_mins(1))).explain("no time-out")?;
    stream.write_all(request.as_bytes()).explain("not sent")?;
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    loop {
        if let Some(answer) = whole(&bytes) {
            return Ok(answer);
        }
        match stream.read(&mut chunk).explain("no answer")? {
            0 => return Err(Failure("the connection ended within an answer".into())),
            count => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

/// The answer, once all that its length promises is there.
fn whole(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let headers = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = headers.split_whitespace().nth(1)?.parse().ok()?;
    let answer = Answer { status, headers, body: bytes[end + 4..].to_vec() };
    let length = answer.header("content-length").map_or(Some(0), |length| length.parse().ok())?;
    (answer.body.len() >= length).then_some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_length_is_there() {
        assert!(whole(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab").is_none());
        let answer = whole(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc").unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"abc"[..]));
        assert_eq!(answer.header("content-length"), Some("3"));
    }
}
