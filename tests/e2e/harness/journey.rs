//! One test: a server of its own, as many browsers as there are people, and an end that leaves nothing behind.

use std::{cell::RefCell, env, panic::resume_unwind, rc::Rc, time::Duration};

use server::mail::Outlet;
use testkit::{Inbox, TestServer, inbox::Security};
use tokio::{
    runtime::Builder,
    sync::Semaphore,
    task::{LocalSet, spawn_local},
    time::timeout,
};

use super::browser::Browser;

/// Browsers are heavy; more of them at once are not quicker.
static TURNS: Semaphore = Semaphore::const_new(2);
/// Longer than any journey takes.
const LIMIT: Duration = Duration::from_mins(3);

/// What a journey holds in its hands.
pub struct Journey {
    /// The server, with both clocks.
    pub server: TestServer,
    /// The mail server behind it, where the journey has one.
    inbox: Option<Inbox>,
    driver: String,
    browsers: RefCell<Vec<Rc<Browser>>>,
}

impl Journey {
    /// The mail server of a journey with mail.
    pub fn inbox(&self) -> &Inbox {
        self.inbox.as_ref().expect("the journey was begun with mail")
    }

    /// A browser that nobody has used.
    pub async fn browser(&self) -> Rc<Browser> {
        let browser = Rc::new(Browser::start(&self.driver, self.server.url()).await);
        self.browsers.borrow_mut().push(Rc::clone(&browser));
        browser
    }

    /// A browser in which this person of the lab is signed in.
    pub async fn browser_of(&self, name: &str) -> Rc<Browser> {
        let browser = self.browser().await;
        browser.sign_in(&self.server, name).await;
        browser
    }
}

/// Runs a journey. It fails, too, if a policy was violated or the portal broke on the way.
pub fn journey<F: Future<Output = ()> + 'static>(body: impl FnOnce(Rc<Journey>) -> F) {
    run(false, body);
}

/// The same, with a mail server that takes mails by STARTTLS.
pub fn journey_with_mail<F: Future<Output = ()> + 'static>(body: impl FnOnce(Rc<Journey>) -> F) {
    run(true, body);
}

fn run<F: Future<Output = ()> + 'static>(with_mail: bool, body: impl FnOnce(Rc<Journey>) -> F) {
    let driver = setting("PIMLICO_WEBDRIVER", "the address of a running chromedriver");
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    LocalSet::new().block_on(&runtime, async move {
        let _turn = TURNS.acquire().await;
        let inbox = if with_mail { Some(Inbox::start(Security::StartTls).await) } else { None };
        let server = match &inbox {
            Some(inbox) => TestServer::start_running(inbox.outlet()).await,
            None => TestServer::start_running(Outlet::Lab).await,
        };
        let journey = Rc::new(Journey { server, inbox, driver, browsers: RefCell::default() });
        let walk = spawn_local(body(Rc::clone(&journey)));
        let outcome = timeout(LIMIT, walk).await;
        let browsers = journey.browsers.take();
        let went_well = matches!(outcome, Ok(Ok(())));
        for browser in browsers {
            let complaints = spawn_local({
                let browser = Rc::clone(&browser);
                async move { browser.is_content().await }
            })
            .await;
            browser.close().await;
            if let (true, Err(complaint)) = (went_well, complaints) {
                resume_unwind(complaint.into_panic());
            }
        }
        journey.server.stop().await;
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => resume_unwind(failure.into_panic()),
            Err(late) => panic!("the journey did not end in time: {late}"),
        }
    });
}

/// What `cargo xtask test browser` hands over.
#[expect(clippy::disallowed_methods, reason = "tests have no other configuration than what xtask hands them")]
pub(super) fn setting(name: &str, what: &str) -> String {
    env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: it is {what}. `cargo xtask test browser` sets up all that journeys need")
    })
}
