//! The commands above a grid. Those that do not fit into the line are in a menu at its end.

use std::rc::Rc;

use domain::capability::Capability;
use leptos::{html::Div, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlDivElement, ResizeObserver};

use crate::{
    components::{Icon, command, icon, menu_button},
    routes::Route,
};

/// What the button of the menu takes of the line.
const MORE: f64 = 40.0;

/// A command above a grid.
pub enum Command {
    /// Goes somewhere, unless the capability is lacking.
    Go(Icon, &'static str, Signal<Route>, Signal<Capability>),
    /// Does something here.
    Do(Icon, &'static str, Box<dyn Fn()>),
    /// Does something here, unless the capability is lacking.
    May(Icon, &'static str, Signal<Capability>, Box<dyn Fn()>),
    /// Fetches a file.
    Load(&'static str, Signal<String>, Signal<Capability>),
    /// Fetches one of several files, by the name of its kind.
    Files(&'static str, Vec<(&'static str, Signal<String>)>, Signal<Capability>),
}

/// Draws a command, in the line or in the menu.
type Draw = Rc<dyn Fn() -> AnyView>;

/// The commands above a grid, the most used first.
pub fn command_bar(commands: Vec<Command>) -> AnyView {
    let count = commands.len();
    let commands = StoredValue::new_local(commands.into_iter().map(drawing).collect::<Vec<Draw>>());
    let bar = NodeRef::<Div>::new();
    let fits = fitting(bar, count);
    let drawn = move |from: usize, to: usize| {
        commands.with_value(|commands| commands[from..to].iter().map(|draw| draw()).collect_view())
    };
    let rest = move || {
        let fits = fits.get();
        (fits < count).then(|| {
            let face = view! { <span aria-hidden="true">"\u{22ef}"</span> }.into_any();
            let content = drawn(fits, count).into_any();
            menu_button("more-commands", "More commands", "command more", face, true, content)
        })
    };
    view! {
        <div node_ref=bar class="command-bar" role="group" aria-label="Commands">
            {move || drawn(0, fits.get())}
            {rest}
        </div>
    }
    .into_any()
}

/// How many commands fit; followed.
fn fitting(bar: NodeRef<Div>, count: usize) -> RwSignal<usize> {
    let fits = RwSignal::new(count);
    Effect::new(move |_| {
        let Some(bar) = bar.get() else { return };
        let ends = StoredValue::new(None::<Vec<f64>>);
        let watched = bar.clone();
        let measure = Closure::<dyn Fn()>::new(move || {
            if ends.try_with_value(Option::is_none) == Some(true) {
                ends.set_value(Some(ends_of(&watched)));
            }
            let room = f64::from(watched.client_width());
            if let Some(Some(next)) = ends.try_with_value(|ends| ends.as_ref().map(|ends| fit(ends, room)))
                && fits.get_untracked() != next
            {
                fits.set(next);
            }
        });
        let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) else { return };
        observer.observe(&bar);
        let kept = StoredValue::new_local((observer, measure));
        on_cleanup(move || kept.with_value(|(observer, _)| observer.disconnect()));
    });
    fits
}

/// Where each command ends, measured from where the line begins, while all of them are in it.
fn ends_of(bar: &HtmlDivElement) -> Vec<f64> {
    let begins = bar.get_bounding_client_rect().left();
    let children = bar.children();
    (0..children.length())
        .filter_map(|at| children.item(at))
        // A menu hangs beside its command and takes no room.
        .filter(|child| child.class_list().contains("command"))
        .map(|child| child.get_bounding_client_rect().right() - begins)
        .collect()
}

fn fit(ends: &[f64], room: f64) -> usize {
    if ends.last().is_none_or(|end| *end <= room) {
        return ends.len();
    }
    ends.iter().filter(|end| **end + MORE <= room).count()
}

fn drawing(entry: Command) -> Draw {
    match entry {
        Command::Go(picture, name, to, may) => Rc::new(move || {
            let link = move || {
                view! { <a class="command" href=move || to.with(Route::url)>{icon(picture)}{name}</a> }
                    .into_any()
            };
            unless_lacking(picture, name, may, link)
        }),
        Command::Do(picture, name, act) => acting(picture, name, Signal::stored(None), act),
        Command::May(picture, name, may, act) => {
            acting(picture, name, Signal::derive(move || may.get().err().map(|lack| lack.reason)), act)
        }
        Command::Load(name, url, may) => Rc::new(move || {
            let link = move || {
                view! { <a class="command" href=url download="">{icon(Icon::Export)}{name}</a> }.into_any()
            };
            unless_lacking(Icon::Export, name, may, link)
        }),
        Command::Files(name, files, may) => Rc::new(move || {
            let files = files.clone();
            unless_lacking(Icon::Export, name, may, move || menu_of(name, &files))
        }),
    }
}

/// The button with the kinds of file under it.
fn menu_of(name: &'static str, files: &[(&'static str, Signal<String>)]) -> AnyView {
    let links = files.iter().map(|(kind, url)| {
        let url = *url;
        view! { <a class="menu-entry" href=url download="" aria-label=format!("{name} {kind}")>{*kind}</a> }
    });
    let face = view! { {icon(Icon::Export)}{name} }.into_any();
    menu_button("files", name, "command", face, true, links.collect_view().into_any())
}

fn acting(picture: Icon, name: &'static str, lack: Signal<Option<String>>, act: Box<dyn Fn()>) -> Draw {
    let act: Rc<dyn Fn()> = act.into();
    Rc::new(move || {
        let act = Rc::clone(&act);
        command(picture, name, lack, move || act())
    })
}

/// The link, or a button in its place that says what is lacking: nothing is hidden.
fn unless_lacking(
    picture: Icon,
    name: &'static str,
    may: Signal<Capability>,
    link: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let lack = Memo::new(move |_| may.get().err().map(|lack| lack.reason));
    let content = move || match lack.get() {
        None => link(),
        lack => command(picture, name, Signal::stored(lack), || {}),
    };
    content.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_leaves_room_for_its_menu() {
        let ends = [100.0, 200.0, 300.0];
        for (room, fits) in [(400.0, 3), (300.0, 3), (299.0, 2), (239.0, 1), (140.0, 1), (139.0, 0)] {
            assert_eq!(fit(&ends, room), fits, "{room}");
        }
        assert_eq!(fit(&[], 0.0), 0);
    }
}
