//! Mails on their way to a real mail server that takes them, refuses, dawdles, goes away and comes back.

use domain::{
    role::{TEAMS_ADMINISTRATOR, USER_ADMINISTRATOR},
    time::Span,
    wire::mail::{Checks, Health, LabMail, LabMails, OutletKind, Receipt},
};
use server::mail::{Outlet, Smtp};
use testkit::{
    Client, Inbox, TestServer, database,
    inbox::{Manner, Received, Security, USER},
};

/// Runs the journey with each database, and an inbox behind each.
async fn on_both(security: Security, journey: impl AsyncFn(TestServer, Inbox)) {
    let inbox = Inbox::start(security).await;
    journey(TestServer::start_with(None, inbox.outlet()).await, inbox).await;
    if let Some(database) = database::postgres().await {
        let inbox = Inbox::start(security).await;
        journey(TestServer::start_with(Some(database), inbox.outlet()).await, inbox).await;
    }
}

/// The mails as the lab's panel shows them, the newest first.
async fn mails(server: &TestServer) -> Vec<LabMail> {
    server.client().get("/api/lab/mails").await.ok().parse::<LabMails>().mails
}

/// The mail to this person, once it is as wished.
async fn mail_to(server: &TestServer, name: &str, wished: impl Fn(&Receipt) -> bool) -> LabMail {
    for _ in 0..400 {
        let found = mails(server).await.into_iter().find(|mail| mail.receipt.address.starts_with(name));
        if let Some(mail) = found.filter(|mail| wished(&mail.receipt)) {
            return mail;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("no such mail to {name}: {:#?}", mails(server).await);
}

fn to<'a>(mails: &'a [Received], name: &str) -> &'a Received {
    mails.iter().find(|mail| mail.to[0].starts_with(name)).unwrap_or_else(|| panic!("no mail to {name}"))
}

#[tokio::test]
async fn an_assignment_is_told_by_starttls_with_an_account_in_both_forms() {
    on_both(Security::StartTls, async |server, inbox| {
        let demo = server.client_of("demouser").await;
        let zone = serde_json::json!({ "timeZone": "Europe/Berlin", "theme": "system" });
        demo.patch("/api/account/preferences", &zone).await.ok();
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let mails = inbox.wait_for(3).await;
        let mail = to(&mails, "demouser@");
        assert!(mail.tls && mail.user.as_deref() == Some(USER), "{mail:?}");
        assert_eq!(mail.from, "pim@example.org");
        let header = |name| mail.header(name).unwrap_or_default();
        assert_eq!(
            header("Subject"),
            "PIM: demouser was permanently assigned the User Administrator role (eligible)"
        );
        assert_eq!(header("From"), "Pimlico <pim@example.org>");
        assert_eq!(header("Auto-Submitted"), "auto-generated");
        assert!(header("Date").starts_with("Mon, 07 Jan 2030 09:"), "{}", header("Date"));
        assert!(header("Message-ID").ends_with("@127.0.0.1>"), "{}", header("Message-ID"));
        for (name, text) in [("text", mail.text()), ("html", mail.html())] {
            for fact in [
                "User Administrator",
                "Alex Admin",
                "needed for the lab",
                "7 Jan 2030, 09:",
                "10:",
                "Europe/Berlin",
            ] {
                assert!(text.contains(fact), "{fact} is missing in {name}: {text}");
            }
        }
        assert!(mail.link().starts_with(&format!("{}/my-roles/activate/", server.url())), "{}", mail.link());
        assert!(mail.text().contains(&mail.link()));
        let html = mail.html();
        assert!(html.contains("name=\"color-scheme\" content=\"light dark\"") && !html.contains("<img"));
        // The administrator who did it is told nothing.
        assert!(mails.iter().all(|mail| !mail.to[0].starts_with("admin@")));
        let receipt = mail_to(&server, "demouser@", |receipt| receipt.state == "sent").await.receipt;
        assert!(receipt.words.is_some_and(|words| words.starts_with("250 2.0.0 taken as number")));
    })
    .await;
}

#[tokio::test]
async fn mails_go_by_tls_from_the_first_byte_and_plainly_to_this_machine() {
    on_both(Security::Tls, async |server, inbox| {
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        assert!(inbox.wait_for(3).await.iter().all(|mail| mail.tls && mail.user.is_some()));
    })
    .await;
    on_both(Security::Plain, async |server, inbox| {
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        assert!(inbox.wait_for(3).await.iter().all(|mail| !mail.tls && mail.user.is_none()));
    })
    .await;
}

#[tokio::test]
async fn a_server_whose_certificate_is_unknown_gets_neither_password_nor_mail() {
    for security in [Security::StartTls, Security::Tls] {
        let inbox = Inbox::start(security).await;
        let unknown = Inbox::start(Security::Tls).await;
        let config = server::config::Mail { ca: Some(unknown.ca()), ..inbox.config() };
        let outlet = Outlet::Smtp(std::sync::Arc::new(Smtp::open(&config).unwrap()));
        let server = TestServer::start_with(None, outlet).await;
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let mail = mail_to(&server, "demouser@", |receipt| receipt.words.is_some()).await;
        assert_eq!(mail.receipt.state, "queued");
        assert!(mail.receipt.words.unwrap().contains("certificate"));
        assert!(inbox.mails().is_empty());
    }
}

#[tokio::test]
async fn a_refusal_is_kept_in_the_servers_words_and_not_tried_again() {
    on_both(Security::StartTls, async |server, inbox| {
        inbox.behave(Manner::Says("550 5.1.1 no such mailbox here".into()));
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let receipt = mail_to(&server, "demouser@", |receipt| receipt.state == "refused").await.receipt;
        assert_eq!(receipt.words.as_deref(), Some("550 5.1.1 no such mailbox here"));
        inbox.behave(Manner::Takes);
        server.advance_wall(Span::days(1));
        server.make_eligible("john.doe", USER_ADMINISTRATOR).await;
        let mails = inbox.wait_for(1).await;
        assert!(mails.iter().all(|mail| mail.raw.contains("John Doe")), "{mails:?}");
        assert_eq!(mail_to(&server, "demouser@", |_| true).await.receipt.attempts, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_taken_now_is_tried_again_later_and_given_up_at_last() {
    on_both(Security::StartTls, async |server, inbox| {
        inbox.behave(Manner::Says("451 4.7.1 come back later".into()));
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let tried = async |times: i64| {
            mail_to(&server, "demouser@", |receipt| receipt.attempts == times && receipt.words.is_some())
                .await
        };
        assert_eq!(tried(1).await.receipt.state, "queued");
        server.advance_wall(Span::seconds(59));
        assert_eq!(tried(1).await.receipt.state, "queued");
        server.advance_wall(Span::seconds(1));
        assert_eq!(tried(2).await.receipt.state, "queued");
        inbox.behave(Manner::Takes);
        server.advance_wall(Span::seconds(119));
        assert_eq!(tried(2).await.receipt.state, "queued", "the second wait is twice as long");
        server.advance_wall(Span::seconds(1));
        mail_to(&server, "demouser@", |receipt| receipt.state == "sent").await;

        inbox.behave(Manner::Says("451 4.7.1 come back later".into()));
        server.make_eligible("john.doe", USER_ADMINISTRATOR).await;
        mail_to(&server, "john.doe@", |receipt| receipt.words.is_some()).await;
        server.advance_wall(Span::days(3));
        let receipt = mail_to(&server, "john.doe@", |receipt| receipt.state == "givenUp").await.receipt;
        assert_eq!(receipt.words.as_deref(), Some("451 4.7.1 come back later"));
    })
    .await;
}

#[tokio::test]
async fn requests_work_while_the_mail_server_is_gone_or_silent_and_the_mails_come_later() {
    on_both(Security::StartTls, async |server, inbox| {
        inbox.go_away().await;
        server.make_eligible("demouser", USER_ADMINISTRATOR).await;
        let mail = mail_to(&server, "demouser@", |receipt| receipt.words.is_some()).await;
        assert_eq!(mail.receipt.state, "queued", "{mail:?}");
        // A restart loses none of them.
        server.restart().await;
        inbox.come_back().await;
        server.advance_wall(Span::minutes(1));
        assert_eq!(inbox.wait_for(3).await.len(), 3);

        inbox.behave(Manner::Dawdles);
        server.make_eligible("john.doe", USER_ADMINISTRATOR).await;
        let john = server.client_with_factor("john.doe").await;
        john.activate(USER_ADMINISTRATOR, 1, None).await.ok();
        assert_eq!(inbox.mails().len(), 3, "nothing was taken meanwhile");
        inbox.behave(Manner::Takes);
        let mails = inbox.wait_for(10).await;
        let told = mails.iter().filter(|mail| mail.raw.contains("activated the")).count();
        assert!(told >= 1, "{mails:#?}");
    })
    .await;
}

#[tokio::test]
async fn without_a_mail_server_requests_work_and_the_receipts_say_so() {
    let server = TestServer::start_with(None, Outlet::Off).await;
    server.make_eligible("demouser", USER_ADMINISTRATOR).await;
    let receipt = mail_to(&server, "demouser@", |receipt| receipt.state != "queued").await.receipt;
    assert_eq!((receipt.state.as_str(), receipt.words), ("off", None));
    let admin = server.client_with_factor("admin").await;
    let checks: Checks = admin.get("/api/health/checks").await.ok().parse();
    assert_eq!((health(&checks, "Mail"), checks.outlet), (Health::Off, OutletKind::Off));
}

#[tokio::test]
async fn what_people_type_stays_text_in_every_part() {
    on_both(Security::Plain, async |server, inbox| {
        let admin = server.client_with_factor("admin").await;
        let domain = server.person("admin").user_principal_name.split_once('@').unwrap().1.to_owned();
        let body = serde_json::json!({
            "displayName": "Eve <script>alert(1)</script>\r\nBcc: everybody@example.org",
            "userPrincipalName": format!("eve@{domain}"), "accountEnabled": true,
        });
        let eve = admin.post("/v1.0/users", &body).await.ok();
        let body = serde_json::json!({
            "action": "adminAssign", "principalId": eve.body["id"], "roleDefinitionId": TEAMS_ADMINISTRATOR,
            "directoryScopeId": "/", "justification": "<a href=\"https://evil.example\">Approve</a>\r\n.\r\nQUIT",
            "scheduleInfo": { "expiration": { "type": "noExpiration" } },
        });
        admin.post(testkit::requests::ELIGIBILITY, &body).await.ok();
        let mails = inbox.wait_for(3).await;
        for mail in &mails {
            assert_eq!((mail.count("Bcc"), mail.count("Subject"), mail.to.len()), (0, 1, 1), "{}", mail.raw);
            assert!(mail.header("Subject").is_some_and(|subject| subject.contains("Bcc: everybody")));
            let html = mail.html();
            assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{html}");
            assert!(html.contains("&lt;a href=&quot;https://evil.example&quot;&gt;Approve"), "{html}");
            assert_eq!(html.matches("<a ").count(), 1);
            mail.link();
        }
    })
    .await;
}

fn health(checks: &Checks, name: &str) -> Health {
    checks.checks.iter().find(|check| check.name == name).unwrap_or_else(|| panic!("no check {name}")).health
}

async fn receipt_of(client: &Client, id: &str) -> Receipt {
    for _ in 0..400 {
        let receipt: Receipt = client.get(&format!("/api/mail/test/{id}")).await.ok().parse();
        if receipt.state != "queued" || receipt.words.is_some() {
            return receipt;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the test mail {id} was never tried")
}

#[tokio::test]
async fn an_administrator_sends_a_test_mail_and_reads_the_servers_words() {
    on_both(Security::StartTls, async |server, inbox| {
        let admin = server.client_with_factor("admin").await;
        let asked: Receipt = admin.post("/api/mail/test", &serde_json::json!({})).await.ok().parse();
        assert_eq!(asked.state, "queued", "nothing is sent inside a call");
        let receipt = receipt_of(&admin, &asked.id).await;
        assert_eq!(receipt.words.as_deref(), Some("250 2.0.0 taken as number 1"));
        let mails = inbox.wait_for(1).await;
        assert!(mails[0].to[0].starts_with("admin@") && mails[0].text().contains("Alex Admin asked"));
        assert!(mails[0].link().ends_with("/setup-check"));
        let checks: Checks = admin.get("/api/health/checks").await.ok().parse();
        assert_eq!((health(&checks, "Mail"), checks.outlet), (Health::Good, OutletKind::Smtp));
        for name in ["Database", "Jobs", "TLS"] {
            assert_eq!(health(&checks, name), Health::Good, "{checks:#?}");
        }

        inbox.behave(Manner::Says("550 5.7.1 not from you".into()));
        let other = serde_json::json!({ "address": "somebody@example.org" });
        let asked: Receipt = admin.post("/api/mail/test", &other).await.ok().parse();
        let receipt = receipt_of(&admin, &asked.id).await;
        assert_eq!(
            (receipt.state.as_str(), receipt.words.as_deref()),
            ("queued", Some("550 5.7.1 not from you")),
            "who we are can be mended: it waits"
        );
        server.advance_engine(Span::seconds(1));
        let checks: Checks = admin.get("/api/health/checks").await.ok().parse();
        assert_eq!(health(&checks, "Mail"), Health::Bad, "{checks:#?}");
        let mail = checks.checks.iter().find(|check| check.name == "Mail").unwrap();
        assert!(mail.found.contains("550 5.7.1 not from you") && mail.advice.is_some());

        // A mailbox that is not there is that address's fault, and nobody else's.
        inbox.behave(Manner::Takes);
        let asked: Receipt = admin.post("/api/mail/test", &serde_json::json!({})).await.ok().parse();
        assert_eq!(receipt_of(&admin, &asked.id).await.state, "sent");
        server.advance_engine(Span::seconds(1));
        inbox.behave(Manner::Says("550 5.1.1 no such mailbox here".into()));
        let asked: Receipt = admin.post("/api/mail/test", &other).await.ok().parse();
        assert_eq!(receipt_of(&admin, &asked.id).await.state, "refused");
        server.advance_engine(Span::seconds(1));
        let checks: Checks = admin.get("/api/health/checks").await.ok().parse();
        assert_eq!(health(&checks, "Mail"), Health::Warning, "{checks:#?}");
        let mail = checks.checks.iter().find(|check| check.name == "Mail").unwrap();
        assert!(mail.found.contains("no mails to somebody@example.org") && mail.advice.is_some());

        let bad = serde_json::json!({ "address": "two@example.org, three@example.org" });
        admin.post("/api/mail/test", &bad).await.refused(400, "Request_BadRequest");
        let demo = server.client_of("demouser").await;
        demo.post("/api/mail/test", &other).await.refused(403, "Authorization_RequestDenied");
        demo.get("/api/health/checks").await.refused(403, "Authorization_RequestDenied");
        demo.get(&format!("/api/mail/test/{}", asked.id)).await.refused(403, "Authorization_RequestDenied");
    })
    .await;
}

#[tokio::test]
async fn a_slow_mail_server_does_not_keep_the_server_from_stopping() {
    on_both(Security::Plain, async |server, inbox| {
        inbox.behave(Manner::Dawdles);
        let admin = server.client_with_factor("admin").await;
        for n in 0..12 {
            let to = serde_json::json!({ "address": format!("number-{n}@example.org") });
            admin.post("/api/mail/test", &to).await.ok();
        }
        mail_to(&server, "number-0@", |receipt| receipt.attempts == 1).await;
        let stopped = tokio::time::timeout(std::time::Duration::from_secs(30), server.stop()).await;
        assert!(stopped.is_ok(), "it waits for the mail server");

        // What was not begun is free for the next server at once, not only when its lease is over.
        inbox.behave(Manner::Takes);
        server.restart().await;
        inbox.wait_for(8).await;
    })
    .await;
}
