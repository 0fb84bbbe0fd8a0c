//! One conversation with a client.

use std::{io, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

use super::{Manner, PASSWORD, Received, Security, Shared, USER};

/// Why a conversation is over.
enum End {
    /// The client wants TLS from here on.
    StartTls,
    Done,
}

/// Talks until the client leaves. A broken connection is the client's to notice.
pub(super) async fn run(mut stream: TcpStream, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    if shared.security != Security::Tls {
        if stream.write_all(b"220 inbox.test ESMTP\r\n").await.is_err() {
            return;
        }
        match Talk::new(&mut stream, &shared, false).run().await {
            Ok(End::StartTls) => {}
            _ => return,
        }
    }
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    if shared.security == Security::Tls && stream.write_all(b"220 inbox.test ESMTP\r\n").await.is_err() {
        return;
    }
    let _ = Talk::new(&mut stream, &shared, true).run().await;
}

struct Talk<'a, S> {
    stream: BufReader<&'a mut S>,
    shared: &'a Shared,
    tls: bool,
    user: Option<String>,
    from: String,
    to: Vec<String>,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Talk<'a, S> {
    fn new(stream: &'a mut S, shared: &'a Shared, tls: bool) -> Self {
        let (user, from, to) = (None, String::new(), Vec::new());
        Self { stream: BufReader::new(stream), shared, tls, user, from, to }
    }

    async fn run(mut self) -> io::Result<End> {
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                return Ok(End::Done);
            }
            let line = line.trim_end();
            let (verb, rest) = line.split_once([' ', ':']).unwrap_or((line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" | "HELO" => self.hello().await?,
                "STARTTLS" if self.shared.security == Security::StartTls && !self.tls => {
                    self.say("220 2.0.0 go ahead").await?;
                    return Ok(End::StartTls);
                }
                "AUTH" => self.auth(rest).await?,
                "MAIL" if self.shared.security != Security::Plain && self.user.is_none() => {
                    self.say("530 5.7.0 authentication required").await?;
                }
                "MAIL" => {
                    self.from = address(line);
                    self.to.clear();
                    self.say("250 2.1.0 ok").await?;
                }
                "RCPT" => {
                    let manner = self.shared.manner.borrow().clone();
                    if let Manner::Says(words) = manner {
                        self.say(&words).await?;
                    } else {
                        self.to.push(address(line));
                        self.say("250 2.1.5 ok").await?;
                    }
                }
                "DATA" => self.data().await?,
                "RSET" | "NOOP" => self.say("250 2.0.0 ok").await?,
                "QUIT" => {
                    self.say("221 2.0.0 bye").await?;
                    return Ok(End::Done);
                }
                _ => self.say("500 5.5.2 not understood").await?,
            }
        }
    }

    async fn hello(&mut self) -> io::Result<()> {
        let mut lines = vec!["inbox.test", "8BITMIME"];
        match (self.shared.security, self.tls) {
            (Security::StartTls, false) => lines.push("STARTTLS"),
            (Security::StartTls | Security::Tls, true) => lines.push("AUTH PLAIN"),
            _ => {}
        }
        lines.push("SMTPUTF8");
        let last = lines.len() - 1;
        for (n, line) in lines.into_iter().enumerate() {
            self.say(&format!("250{}{line}", if n == last { ' ' } else { '-' })).await?;
        }
        Ok(())
    }

    /// `PLAIN`, with the answer on the same line: nothing else is offered, and only inside TLS.
    async fn auth(&mut self, rest: &str) -> io::Result<()> {
        let given = rest.trim_start_matches("PLAIN").trim();
        let given = STANDARD.decode(given).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        if self.tls && given.is_ok_and(|given| given == format!("\0{USER}\0{PASSWORD}")) {
            self.user = Some(USER.to_owned());
            self.say("235 2.7.0 accepted").await
        } else {
            self.say("535 5.7.8 wrong user or password").await
        }
    }

    async fn data(&mut self) -> io::Result<()> {
        self.say("354 go ahead").await?;
        let mut raw = String::new();
        loop {
            let line = self.line().await?;
            if line == ".\r\n" || line.is_empty() {
                break;
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        let mut manner = self.shared.manner.subscribe();
        let _ = manner.wait_for(|manner| *manner != Manner::Dawdles).await;
        let mail = Received {
            from: self.from.clone(),
            to: std::mem::take(&mut self.to),
            tls: self.tls,
            user: self.user.clone(),
            raw,
        };
        let mut number = 0;
        self.shared.received.send_modify(|mails| {
            mails.push(mail);
            number = mails.len();
        });
        self.say(&format!("250 2.0.0 taken as number {number}")).await
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        Ok(String::from_utf8_lossy(&line).into_owned())
    }

    async fn say(&mut self, words: &str) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{words}\r\n").as_bytes()).await?;
        stream.flush().await
    }
}

/// What stands between the angle brackets.
fn address(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
