//! Answers that come late, in another order than they were asked for, or not at all: each is in the test's hands.

use std::{cell::RefCell, rc::Rc};

use domain::{error_code::ErrorCode, wire::api::Tab};
use gloo_timers::future::TimeoutFuture;
use leptos::{mount::mount_to, prelude::*, task::spawn_local};
use portal::{
    api::{self, ApiError},
    data::{Cache, Family, Fetch, Key, Load, Mutation, Query, browser_now, use_cache},
    routes::List,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{corner, shows};

type Answer = Result<String, ApiError>;

/// An answer that comes when the test gives it.
#[derive(Clone, Default)]
struct Later(Rc<RefCell<Option<Answer>>>);

impl Later {
    fn fetch(&self) -> Fetch<String> {
        let later = self.clone();
        Box::pin(async move {
            loop {
                if let Some(answer) = later.0.take() {
                    return answer;
                }
                TimeoutFuture::new(5).await;
            }
        })
    }

    /// Gives it, and waits until whoever asked has had the time to show it.
    async fn says(&self, answer: Answer) {
        *self.0.borrow_mut() = Some(answer);
        for _ in 0..20 {
            TimeoutFuture::new(5).await;
        }
        assert!(self.0.borrow().is_none(), "nobody had asked");
    }
}

fn refused(status: u16, code: ErrorCode) -> ApiError {
    ApiError::ours(status, code, format!("refused with {status}"))
}

/// What the test reaches of the page it drew.
#[derive(Clone, Copy)]
struct Page {
    cache: Cache,
    query: Query<String>,
    tab: RwSignal<Tab>,
}

/// A page with a tab each for two reads.
fn page(element: &web_sys::HtmlElement, eligible: &Later, active: &Later) -> (Page, impl Drop + use<>) {
    let found = Rc::new(RefCell::new(None));
    let handle = mount_to(element.clone(), {
        let (found, eligible, active) = (Rc::clone(&found), eligible.clone(), active.clone());
        move || {
            provide_context(Cache::default());
            let cache = use_cache();
            let tab = RwSignal::new(Tab::Eligible);
            let query = Query::new(move || {
                let tab = tab.get();
                let later = if tab == Tab::Active { &active } else { &eligible };
                (Key::MyRoles(List::default().on(tab)), later.fetch())
            });
            *found.borrow_mut() = Some(Page { cache, query, tab });
            let said = move || match query.get() {
                Load::Loading => "loading".to_owned(),
                Load::Failed(error) => format!("failed: {}", error.message),
                Load::Ready(words) => words.to_string(),
            };
            view! { <p>{said}</p> <p>{move || cache.why_behind()}</p> }
        }
    });
    let page = found.borrow_mut().take().expect("the page is drawn");
    (page, handle)
}

#[wasm_bindgen_test]
async fn the_answer_of_another_tab_is_not_shown_under_this_one_however_late_it_comes() {
    let (element, eligible, active) = (corner(), Later::default(), Later::default());
    let (page, _drawn) = page(&element, &eligible, &active);
    shows(&element, "loading").await;
    eligible.says(Ok("who may".into())).await;
    shows(&element, "who may").await;
    page.tab.set(Tab::Active);
    shows(&element, "loading").await;
    page.tab.set(Tab::Eligible);
    shows(&element, "who may").await;
    assert!(!page.query.is_busy_untracked(), "what is shown was fetched just now");
    active.says(Ok("who has".into())).await;
    assert_eq!(page.query.ready_untracked().as_deref().map(String::as_str), Some("who may"));

    // What came late is kept for its own tab, all the same.
    page.tab.set(Tab::Active);
    shows(&element, "who has").await;
}

#[wasm_bindgen_test]
async fn a_refresh_that_fails_leaves_what_is_shown_and_says_so_beside_it() {
    let (element, later) = (corner(), Later::default());
    let (page, _drawn) = page(&element, &later, &Later::default());
    later.says(Ok("ten codes".into())).await;
    let failures = [
        (0, ErrorCode::Unavailable),
        (429, ErrorCode::Unavailable),
        (500, ErrorCode::Internal),
        (503, ErrorCode::Unavailable),
    ];
    for (status, code) in failures {
        page.cache.invalidate(Family::Roles);
        TimeoutFuture::new(20).await;
        later.says(Err(refused(status, code))).await;
        shows(&element, "ten codes").await;
        shows(&element, &format!("Refused with {status}")).await;
    }
    // The end of the session is said elsewhere.
    page.cache.invalidate(Family::Roles);
    TimeoutFuture::new(20).await;
    later.says(Ok("ten codes".into())).await;
    assert_eq!(untrack(|| page.cache.why_behind()), None);
    page.cache.invalidate(Family::Roles);
    TimeoutFuture::new(20).await;
    later.says(Err(refused(401, ErrorCode::NotSignedIn))).await;
    assert_eq!(element.inner_text().trim(), "ten codes");

    // Who may not see it any more sees it no more.
    page.cache.invalidate(Family::Roles);
    TimeoutFuture::new(20).await;
    later.says(Err(refused(403, ErrorCode::Internal))).await;
    shows(&element, "failed: refused with 403").await;
}

#[wasm_bindgen_test]
async fn an_answer_for_whoever_left_is_not_kept_for_the_next_person() {
    let (element, later) = (corner(), Later::default());
    let (page, _drawn) = page(&element, &later, &Later::default());
    shows(&element, "loading").await;
    TimeoutFuture::new(20).await;
    page.cache.clear();
    later.says(Ok("a secret".into())).await;
    assert_eq!(page.query.ready_untracked(), None);
    assert!(page.cache.get::<String>(&Key::MyRoles(List::default())).is_none());
}

#[wasm_bindgen_test]
async fn a_change_knows_whether_its_panel_is_still_open_and_tells_nothing_to_the_next_person() {
    let (element, later) = (corner(), Later::default());
    let (page, _drawn) = page(&element, &later, &Later::default());
    let told = Rc::new(RefCell::new(Vec::new()));
    let owner = Owner::new();
    let change = |answer: &Later, mutation: Mutation| {
        let told = Rc::clone(&told);
        mutation.run(answer.fetch(), move |words| told.borrow_mut().push((words, mutation.is_here())));
    };
    let begin = || {
        owner.with(|| {
            provide_context(page.cache);
            Mutation::default()
        })
    };
    let answer = Later::default();
    change(&answer, begin());
    TimeoutFuture::new(20).await;
    answer.says(Ok("open".into())).await;
    change(&answer, begin());
    TimeoutFuture::new(20).await;
    owner.cleanup();
    answer.says(Ok("closed".into())).await;
    change(&answer, begin());
    TimeoutFuture::new(20).await;
    page.cache.clear();
    answer.says(Ok("left".into())).await;
    assert_eq!(*told.borrow(), [("open".to_owned(), true), ("closed".to_owned(), false)]);
}

/// A server in the test's hands: it answers the call of a number when it is told to.
const SERVER: &str = "
    window.calls = [];
    window.server ??= window.fetch;
    window.fetch = request => new Promise(tell => window.calls.push(
        (status, body) => tell(new Response(JSON.stringify(body), { status }))));
";

/// Runs a line of script, and waits until the page has done what follows from it.
async fn run(script: &str) -> u32 {
    js_sys::eval(script).expect("the script runs");
    for _ in 0..30 {
        TimeoutFuture::new(5).await;
    }
    let count = js_sys::eval("window.calls.length").expect("the server counts").as_f64();
    count.map_or(0, |count| format!("{count}").parse().expect("a count is whole"))
}

#[wasm_bindgen_test]
async fn a_read_that_a_new_cookie_overtook_is_sent_again_and_ends_no_session() {
    run(SERVER).await;
    let signed_out = Rc::new(RefCell::new(0));
    api::observe(browser_now, {
        let signed_out = Rc::clone(&signed_out);
        move |seen| *signed_out.borrow_mut() += u32::from(seen.signed_out)
    });
    let found = Rc::new(RefCell::new(None));
    spawn_local(async {
        let _ = api::confirm_enrolment("123456".into()).await;
    });
    spawn_local({
        let found = Rc::clone(&found);
        async move { *found.borrow_mut() = Some(api::account().await) }
    });
    assert_eq!(run("").await, 2);
    let nobody = "{ error: { code: 'InvalidAuthenticationToken', message: 'empty', innerError: {} } }";
    assert_eq!(run(&format!("window.calls[1](401, {nobody})")).await, 2, "the cookie is still being changed");
    assert_eq!(run("window.calls[0](200, { codes: [] })").await, 3);
    assert!(found.borrow().is_none());
    run("window.calls[2](503, {})").await;
    assert_eq!(
        found.take().expect("it has an answer").expect_err("it is that of the second call").status,
        503
    );
    assert_eq!(*signed_out.borrow(), 0);

    // Where nothing overtook it, nobody is signed in.
    spawn_local(async {
        let _ = api::account().await;
    });
    run("").await;
    assert_eq!(run(&format!("window.calls[3](401, {nobody})")).await, 4);
    assert_eq!(*signed_out.borrow(), 1);
    run("window.fetch = window.server").await;
}
