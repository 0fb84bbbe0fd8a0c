//! A table of rows from the server in its four states, with headers that sort through the address. Rows that did not
//! change keep their elements, so that focus stays where it is while a page is brought up to date.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    api::{ApiError, sentence},
    data::Load,
    history::{use_history, use_route},
    routes::{List, Route},
    shell,
};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub title: &'static str,
    /// The word by which the server sorts it; none where it cannot.
    pub sort: Option<&'static str>,
    /// Whether it holds times or numbers, which stand to the right.
    pub end: bool,
    /// Whether it is hidden until somebody asks for it.
    pub seldom: bool,
}

impl Column {
    /// A column of words.
    pub const fn new(title: &'static str) -> Self {
        Self { title, sort: None, end: false, seldom: false }
    }

    /// The same, but sortable.
    #[must_use]
    pub const fn by(self, sort: &'static str) -> Self {
        Self { sort: Some(sort), ..self }
    }

    /// The same, but hidden until somebody asks for it.
    #[must_use]
    pub const fn seldom(self) -> Self {
        Self { seldom: true, ..self }
    }

    /// The same, but to the right.
    #[must_use]
    pub const fn at_end(self) -> Self {
        Self { end: true, ..self }
    }
}

/// One row: its cells in the order of the columns, made when it is first shown.
#[derive(Clone)]
pub struct Row {
    /// Changes when the row must be drawn anew.
    pub key: String,
    /// Makes the cells.
    pub cells: Arc<dyn Fn() -> Vec<AnyView> + Send + Sync>,
}

/// What is in the table.
#[derive(Clone)]
pub enum Rows {
    /// Nothing is known yet.
    Loading,
    /// The read failed.
    Failed(ApiError),
    /// The answer; no rows is an answer too.
    Ready(Vec<Row>),
}

impl Rows {
    /// The rows of a read.
    pub fn of<T>(load: &Load<T>, rows: impl FnOnce(&T) -> Vec<Row>) -> Self {
        match load {
            Load::Loading => Self::Loading,
            Load::Failed(error) => Self::Failed(error.clone()),
            Load::Ready(value) => Self::Ready(rows(value)),
        }
    }
}

/// The table. `empty` is the sentence under "No results".
pub fn row_table(
    caption: &'static str,
    columns: Signal<Vec<Column>>,
    rows: impl Fn() -> Rows + Send + Sync + 'static,
    empty: impl Fn() -> String + Send + Sync + 'static,
    again: impl Fn() + Send + Sync + Clone + 'static,
) -> AnyView {
    let rows = Memo::new_with_compare(move |_| rows(), |before, after| !same(before, after));
    let state = Memo::new(move |_| {
        rows.with(|rows| match rows {
            Rows::Loading => State::Loading,
            Rows::Failed(_) => State::Failed,
            Rows::Ready(list) if list.is_empty() => State::Empty,
            Rows::Ready(_) => State::Full,
        })
    });
    let empty = StoredValue::new(empty);
    let again = StoredValue::new(again);
    let body = move || {
        shell::keep_focus("tbody");
        match state.get() {
            State::Loading => skeleton(columns.with(Vec::len)),
            State::Failed => match rows.get() {
                Rows::Failed(error) => whole_row(columns, failed(&error, again.get_value())),
                Rows::Loading | Rows::Ready(_) => ().into_any(),
            },
            State::Empty => whole_row(columns, nothing(move || empty.with_value(|empty| empty()))),
            State::Full => view! {
                <For
                    each=move || {
                        shell::keep_focus("tbody");
                        rows.with(|rows| if let Rows::Ready(list) = rows { list.clone() } else { Vec::new() })
                    }
                    key=|row| row.key.clone()
                    children=move |row| table_row(&row, columns)
                />
            }
            .into_any(),
        }
    };
    view! {
        <div class="table-frame">
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>{move || columns.get().into_iter().map(header).collect_view()}</tr>
                </thead>
                <tbody aria-busy=move || (state.get() == State::Loading).to_string()>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Loading,
    Failed,
    Empty,
    Full,
}

fn same(before: Option<&Rows>, after: Option<&Rows>) -> bool {
    match (before, after) {
        (Some(Rows::Loading), Some(Rows::Loading)) => true,
        (Some(Rows::Failed(before)), Some(Rows::Failed(after))) => before == after,
        (Some(Rows::Ready(before)), Some(Rows::Ready(after))) => {
            before.len() == after.len() && before.iter().zip(after).all(|(a, b)| a.key == b.key)
        }
        _ => false,
    }
}

fn header(column: Column) -> AnyView {
    let class = if column.end { "end" } else { "" };
    let Some(word) = column.sort else {
        return view! { <th scope="col" class=class>{column.title}</th> }.into_any();
    };
    let history = use_history();
    let route = use_route();
    let list = move || route.with(|route| route.list().cloned().unwrap_or_default());
    let order = move || match list() {
        List { sort, desc, .. } if sort == word => Some(if desc { "descending" } else { "ascending" }),
        _ => None,
    };
    let sort = move |_| {
        let route = route.get_untracked();
        let sorted = route.list().cloned().unwrap_or_default().sorted_by(word);
        history.replace(&route.with_list(sorted));
    };
    view! {
        <th scope="col" class=class aria-sort=order>
            <button type="button" class="sort" on:click=sort>
                {column.title}
                <span class="sort-mark" aria-hidden="true">
                    {move || match order() { Some("ascending") => "\u{2191}", Some(_) => "\u{2193}", None => "" }}
                </span>
            </button>
        </th>
    }
    .into_any()
}

/// The order of a list whose rows are cards, which have no headers to press. Shown only there.
pub fn sort_choice(columns: Signal<Vec<Column>>) -> AnyView {
    let (history, route) = (use_history(), use_route());
    let order = Memo::new(move |_| route.with(|route| route.list().map(List::order).unwrap_or_default()));
    let sort = move |event| {
        let route = route.get_untracked();
        let list = route.list().cloned().unwrap_or_default().in_order(&event_target_value(&event));
        history.replace(&route.with_list(list));
    };
    let option = move |word: String, words: String| {
        let value = word.clone();
        view! { <option value=value selected=move || order.with(|order| *order == word)>{words}</option> }
    };
    let options = move || {
        let sortable = columns.get().into_iter().filter_map(|column| Some((column.sort?, column.title)));
        let both = |(word, title): (&'static str, &'static str)| {
            [
                option(word.to_owned(), format!("{title}, ascending")),
                option(format!("-{word}"), format!("{title}, descending")),
            ]
        };
        sortable.flat_map(both).collect_view()
    };
    let choice = move || {
        columns.with(|columns| columns.iter().any(|column| column.sort.is_some())).then(|| {
            view! {
                <label class="filter sort-choice">
                    "Sort "
                    <select class="select" on:change=sort>{option(String::new(), "As it comes".to_owned())}{options}</select>
                </label>
            }
        })
    };
    choice.into_any()
}

fn table_row(row: &Row, columns: Signal<Vec<Column>>) -> AnyView {
    let columns = columns.get_untracked();
    let cells = (row.cells)().into_iter().zip(columns).map(|(cell, column)| {
        let class = if column.end { "end" } else { "" };
        // Under 720 px a row is a card: each fact then carries its column's name.
        view! { <td class=class data-label=column.title>{cell}</td> }
    });
    view! { <tr>{cells.collect_view()}</tr> }.into_any()
}

fn skeleton(columns: usize) -> AnyView {
    let row = || {
        let cells =
            (0..columns).map(|_| view! { <td><span class="skeleton" aria-hidden="true"></span></td> });
        view! { <tr>{cells.collect_view()}</tr> }
    };
    (0..6).map(|_| row()).collect_view().into_any()
}

fn whole_row(columns: Signal<Vec<Column>>, content: AnyView) -> AnyView {
    view! {
        <tr class="whole"><td colspan=move || columns.with(Vec::len).to_string()>{content}</td></tr>
    }
    .into_any()
}

fn nothing(sentence: impl Fn() -> String + Send + 'static) -> AnyView {
    view! {
        <div class="empty">
            <p class="empty-title">"No results"</p>
            <p class="empty-text">{sentence}</p>
        </div>
    }
    .into_any()
}

fn failed(error: &ApiError, again: impl Fn() + 'static) -> AnyView {
    if error.status == 403 {
        return no_access(error);
    }
    let details = (!error.request_id.is_empty()).then(|| {
        let text = format!("{} ({}), request {}", error.code, error.status, error.request_id);
        view! { <p class="empty-text"><code>{text}</code></p> }
    });
    view! {
        <div class="empty" role="alert">
            <p class="empty-title">"This list could not be loaded"</p>
            <p class="empty-text">{error.sentence()}</p>
            {details}
            <button type="button" class="button" on:click=move |_| again()>"Try again"</button>
        </div>
    }
    .into_any()
}

/// Trying again would not help; a role would.
fn no_access(error: &ApiError) -> AnyView {
    let lack = error.allowed.as_deref().unwrap_or(&error.message);
    view! {
        <div class="empty" role="alert">
            <p class="empty-title">"You have no access to this list"</p>
            <p class="empty-text">{sentence(lack, "")}</p>
            <a class="button" href=Route::MyRoles(List::default()).url()>"My roles"</a>
        </div>
    }
    .into_any()
}
