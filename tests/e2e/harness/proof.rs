//! The harness on a page that is known: what it finds, what it does not, and that it hears the browser complain.

use std::panic::AssertUnwindSafe;

use tokio::task::{LocalSet, spawn_local};

use super::{
    browser::Browser,
    find::{button, field, role},
    journey::setting,
};

const PAGE: &str = "data:text/html,<title>Known</title><h1>Known</h1>
    <label>Name <span aria-hidden=true>*</span><input></label> <label for=when>When</label><input id=when type=date>
    <button hidden>Save</button><button id=b aria-label='Save it all' onclick=\"this.remove();throw Error('x')\">S</button>
    <button disabled title='not yet'>Later</button>
    <table><thead><tr><th>Role<th>State<tbody><tr><td>Reader<td>Active, 2 h left</table>";

#[test]
fn it_finds_what_a_person_finds_and_hears_a_page_break() {
    let driver = setting("PIMLICO_WEBDRIVER", "the address of a running chromedriver");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async move {
        let browser = std::rc::Rc::new(Browser::start(&driver, "").await);
        let walk = std::rc::Rc::clone(&browser);
        let outcome = spawn_local(AssertUnwindSafe(async move { look(&walk).await })).await;
        browser.close().await;
        outcome.unwrap();
    });
}

async fn look(browser: &std::rc::Rc<Browser>) {
    browser.open(PAGE).await;
    browser.shows(role("heading", "Known")).await;
    browser.fill(field("Name"), "Ada").await;
    browser.fill(field("Name"), "Grace").await;
    browser.holds(field("Name"), "Grace").await;
    browser.set(field("When"), "2030-01-07").await;
    browser.holds(field("When"), "2030-01-07").await;
    assert_eq!(browser.refuses(button("Later")).await, "not yet");
    assert!(browser.all(&button("Nothing")).await.is_empty());
    browser.has_row(&[("Role", "Reader"), ("State", "Active, ")]).await;
    browser.tab_to(field("Name")).await;
    browser.type_text("!").await;
    browser.is_content().await;

    browser.click(button("Save it all")).await;
    browser.shows_no(button("Save")).await;
    let browser = std::rc::Rc::clone(browser);
    let complaint = spawn_local(async move { browser.is_content().await }).await;
    assert!(complaint.is_err_and(|error| error.is_panic()), "a broken page went unheard");
}
