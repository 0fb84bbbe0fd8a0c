//! A list as its reader wants it: search, filters and what is applied above the table; which columns it has, in which
//! order, and how high the rows are. The browser keeps the choice, for each kind of list.

use leptos::{html::Button, prelude::*};

use super::{Column, Row, Rows, frame::list_tools, pills::pills, row_table, sort_choice};
use crate::{
    components::{Icon, check, icon, lead_to, menu_button},
    data::{COMPACT_ROWS, keep, kept},
    shell,
};

/// The search, the filters, the *View* menu and the table. `caption` names the list for screen readers, and the choice
/// of columns for the browser.
pub fn list_table(
    label: &'static str,
    filters: AnyView,
    caption: &'static str,
    columns: Signal<Vec<Column>>,
    rows: impl Fn() -> Rows + Send + Sync + 'static,
    empty: impl Fn() -> String + Send + Sync + 'static,
    again: impl Fn() + Send + Sync + Clone + 'static,
) -> AnyView {
    let choice = Choice::of(caption);
    let order = Memo::new(move |_| choice.order(&columns.get()));
    let shown = Signal::derive(move || order.with(|order| columns.with(|columns| pick(columns, order))));
    let arranged = move || order.with(|order| arranged(rows(), order));
    view! {
        {list_tools(label, view! { {filters}{pills()}{sort_choice(columns)}{view_menu(choice, columns)} }.into_any())}
        {row_table(caption, shown, arranged, empty, again)}
    }
    .into_any()
}

fn pick<T: Clone>(all: &[T], order: &[usize]) -> Vec<T> {
    order.iter().filter_map(|at| all.get(*at).cloned()).collect()
}

fn arranged(rows: Rows, order: &[usize]) -> Rows {
    let Rows::Ready(rows) = rows else { return rows };
    let rows = rows.into_iter().map(|row| {
        let order = order.to_vec();
        Row {
            key: format!("{order:?}{}", row.key),
            cells: std::sync::Arc::new(move || {
                let mut cells: Vec<_> = (row.cells)().into_iter().map(Some).collect();
                order.iter().filter_map(|at| cells.get_mut(*at)?.take()).collect()
            }),
        }
    });
    Rows::Ready(rows.collect())
}

/// A column that may be hidden and moved.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    title: String,
    shown: bool,
}

/// What is chosen for a kind of list. Copied freely.
#[derive(Clone, Copy)]
struct Choice {
    caption: &'static str,
    /// In the order of the table; what the reader never touched is not in it.
    entries: RwSignal<Vec<Entry>>,
}

impl Choice {
    fn of(caption: &'static str) -> Self {
        let kept = kept(&place(caption)).unwrap_or_default();
        Self { caption, entries: RwSignal::new(read(&kept)) }
    }

    /// Every column that can be chosen, in the order of the table; followed.
    fn all(self, columns: &[Column]) -> Vec<Entry> {
        self.entries.with(|entries| merged(entries, columns))
    }

    /// Which columns are shown, in which order; followed.
    fn order(self, columns: &[Column]) -> Vec<usize> {
        order(&self.all(columns), columns)
    }

    fn set(self, entries: Vec<Entry>) {
        keep(&place(self.caption), (!entries.is_empty()).then(|| write(&entries)).as_deref());
        self.entries.set(entries);
    }
}

fn place(caption: &str) -> String {
    format!("pimlico-columns {caption}")
}

fn read(text: &str) -> Vec<Entry> {
    let entry = |word: &str| match word.strip_prefix('-') {
        Some(title) => Entry { title: title.to_owned(), shown: false },
        None => Entry { title: word.to_owned(), shown: true },
    };
    text.split(',').filter(|word| !word.is_empty()).map(entry).collect()
}

fn write(entries: &[Entry]) -> String {
    let word = |entry: &Entry| format!("{}{}", if entry.shown { "" } else { "-" }, entry.title);
    entries.iter().map(word).collect::<Vec<_>>().join(",")
}

/// How many columns come first whatever is chosen: what a row is about, and the box to tick it.
fn leading(columns: &[Column]) -> usize {
    let ticks = columns.first().is_some_and(|column| column.title == "Select");
    columns.len().min(1 + usize::from(ticks))
}

/// Where the columns begin that come last whatever is chosen: what can be done with a row.
fn trailing(columns: &[Column]) -> usize {
    let acts = columns.last().is_some_and(|column| column.title == "Action");
    columns.len() - usize::from(acts)
}

/// What was chosen, with each column that was not there to be chosen behind the one that comes before it by itself.
fn merged(chosen: &[Entry], columns: &[Column]) -> Vec<Entry> {
    let mut merged = chosen.to_vec();
    let mut next = 0;
    for column in free(columns) {
        let known = merged.iter().position(|entry| entry.title == column.title);
        let at = known.unwrap_or(next);
        if known.is_none() {
            merged.insert(at, Entry { title: column.title.to_owned(), shown: !column.seldom });
        }
        next = at + 1;
    }
    merged
}

fn free(columns: &[Column]) -> impl Iterator<Item = &Column> {
    columns.iter().take(trailing(columns)).skip(leading(columns))
}

fn order(entries: &[Entry], columns: &[Column]) -> Vec<usize> {
    let (first, last) = (leading(columns), trailing(columns));
    let place = |title: &str| (first..last).find(|at| columns[*at].title == title);
    let chosen = entries.iter().filter(|entry| entry.shown).filter_map(|entry| place(&entry.title));
    (0..first).chain(chosen).chain(last..columns.len()).collect()
}

fn view_menu(choice: Choice, columns: Signal<Vec<Column>>) -> AnyView {
    // Of all that was ever chosen: what this list has now.
    let entries = Memo::new(move |_| {
        let columns = columns.get();
        let there = |entry: &Entry| free(&columns).any(|column| column.title == entry.title);
        choice.all(&columns).into_iter().filter(there).collect::<Vec<_>>()
    });
    let titles = move || {
        let find = |entry: &Entry| columns.get().into_iter().find(|column| column.title == entry.title);
        entries.with(|entries| entries.iter().filter_map(find).map(|column| column.title).collect::<Vec<_>>())
    };
    let compact = RwSignal::new(kept(COMPACT_ROWS).is_some());
    let set = move |on: bool| {
        compact.set(on);
        keep(COMPACT_ROWS, on.then_some("1"));
        shell::rows_as_kept();
    };
    let own = Signal::derive(move || choice.entries.with(|entries| !entries.is_empty()));
    let reset = move |_| choice.set(Vec::new());
    let content = view! {
        <div class="menu-part">{check("Compact rows", "", compact.into(), Signal::stored(false), set)}</div>
        <fieldset class="menu-part">
            <legend class="menu-title">"Columns"</legend>
            <ul class="columns">
                <For each=titles key=|title| *title children=move |title| column(title, choice, columns, entries)/>
            </ul>
            <button type="button" class="link" aria-disabled=move || (!own.get()).then_some("true") on:click=reset>
                "Reset columns"
            </button>
        </fieldset>
    };
    let face = view! { {icon(Icon::Sliders)}"View" }.into_any();
    menu_button("view-menu", "View", "button view-button", face, false, content.into_any())
}

/// One column of the menu: shown or not, one place up, one place down.
fn column(
    title: &'static str,
    choice: Choice,
    columns: Signal<Vec<Column>>,
    entries: Memo<Vec<Entry>>,
) -> AnyView {
    let find = move |entries: &[Entry]| entries.iter().position(|entry| entry.title == title);
    let shown =
        Signal::derive(move || entries.with(|entries| find(entries).is_some_and(|at| entries[at].shown)));
    let show = move |on: bool| {
        let mut all = untrack(|| choice.all(&columns.get()));
        if let Some(at) = find(&all) {
            all[at].shown = on;
            choice.set(all);
        }
    };
    let neighbour = move |down: bool| {
        entries.with(|entries| {
            let at = find(entries)?;
            let there = if down { at + 1 } else { at.checked_sub(1)? };
            entries.get(there).map(|entry| entry.title.clone())
        })
    };
    let mover = move |down: bool, mark: &'static str, word: &'static str| {
        let button = NodeRef::<Button>::new();
        let press = move |_| {
            let Some(other) = untrack(|| neighbour(down)) else { return };
            let mut all = untrack(|| choice.all(&columns.get()));
            let places = (find(&all), all.iter().position(|entry| entry.title == other));
            if let (Some(from), Some(to)) = places {
                let entry = all.remove(from);
                all.insert(to, entry);
                choice.set(all);
            }
            // A line that is put elsewhere on the page loses the focus on its way.
            request_animation_frame(move || {
                if let Some(button) = button.get_untracked() {
                    lead_to(&button);
                }
            });
        };
        view! {
            <button
                node_ref=button
                type="button"
                class="icon-button"
                aria-label=format!("Move {title} {word}")
                aria-disabled=move || neighbour(down).is_none().then_some("true")
                on:click=press
            >
                <span aria-hidden="true">{mark}</span>
            </button>
        }
    };
    view! {
        <li class="column">
            {check(title, "", shown, Signal::stored(false), show)}
            {mover(false, "\u{2191}", "up")}
            {mover(true, "\u{2193}", "down")}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(chosen: &str, columns: &[Column]) -> Vec<&'static str> {
        let order = order(&merged(&read(chosen), columns), columns);
        pick(columns, &order).into_iter().map(|column| column.title).collect()
    }

    fn columns() -> Vec<Column> {
        ["Role", "Name", "Scope", "State", "Action"].map(Column::new).to_vec()
    }

    #[test]
    fn nothing_chosen_is_every_column_but_the_seldom_ones() {
        let mut columns = columns();
        assert_eq!(titles("", &columns), ["Role", "Name", "Scope", "State", "Action"]);
        columns[2] = columns[2].seldom();
        assert_eq!(titles("", &columns), ["Role", "Name", "State", "Action"]);
        assert_eq!(titles("Scope", &columns), ["Role", "Name", "Scope", "State", "Action"]);
    }

    #[test]
    fn columns_come_as_they_were_chosen_between_the_first_and_the_last() {
        assert_eq!(titles("State,-Name,Scope", &columns()), ["Role", "State", "Scope", "Action"]);
        assert_eq!(titles("-Role,-Action,Gone", &columns()), ["Role", "Name", "Scope", "State", "Action"]);
    }

    #[test]
    fn a_column_that_was_not_there_comes_after_the_one_before_it() {
        assert_eq!(titles("Scope,Name", &columns()), ["Role", "Scope", "State", "Name", "Action"]);
        assert_eq!(write(&read("Scope,-Name")), "Scope,-Name");
    }
}
