//! Small pictures, drawn in the colour of the text beside them.

use leptos::prelude::*;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        /// Which picture.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Icon { $($(#[$doc])* $name,)* }

        const fn path(icon: Icon) -> &'static str {
            match icon { $(Icon::$name => $path,)* }
        }
    };
}

icons! {
    /// A plus: something new.
    Add = "M10 4v12M4 10h12";
    /// A bell: what has happened.
    Bell = "M5 14.500h10l-1.500-2V9a3.500 3.500 0 0 0-7 0v3.500zM8.500 17h3";
    /// A tick: done.
    Check = "M4 10.500l4 4 8-9";
    /// A clock that runs back: the past, time.
    Clock = "M10 5.500V10l3 2M3.500 10a6.500 6.500 0 1 0 2-4.700M3.500 3.500v3h3";
    /// A cross: away with it.
    Close = "M5 5l10 10M15 5L5 15";
    /// Two sheets: copy.
    Copy = "M7 7h9v9H7zM4 13V4h9";
    /// A bin: delete.
    Delete = "M4 6h12M8 6V4h4v2M6 6l.7 10.500h6.600L14 6M8.500 9v5M11.500 9v5";
    /// A question mark: help.
    Help = "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM8 8a2 2 0 1 1 2.700 1.900c-.5.200-.7.600-.7 1.100v.5M10 13.800h.01";
    /// A house: where one starts.
    Home = "M3 9l7-6 7 6v8h-5v-5H8v5H3z";
    /// An i: worth knowing.
    Info = "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9v4.500M10 6.500h.01";
    /// A key: one's own roles.
    Key = "M12.500 8.500a3.500 3.500 0 1 0-3 3l-5 5v1.500h2.500v-2h2v-2h1.500l2-2a3.500 3.500 0 0 0 0-3.500z";
    /// A flask: the lab.
    Lab = "M8 3h4M8.500 3v5L4 16.500h12L11.500 8V3M6.200 12.500h7.600";
    /// A padlock: a factor, a password.
    Lock = "M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9";
    /// Three lines: the menu.
    Menu = "M3 5.500h14M3 10h14M3 14.500h14";
    /// Three sliders: settings.
    Sliders = "M3 6h6M13 6h4M11 4v4M3 14h2M9 14h8M7 12v4M3 10h9M16 10h1M14 8v4";
    /// A page with lines: what is written down.
    Page = "M5 3h10v14H5zM7.500 7h5M7.500 10h5M7.500 13h3";
    /// Two people.
    People = "M7.500 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.500 16.500c0-3 2-5 5-5s5 2 5 5M13 4a3 3 0 0 1 0 5.500M14.500 11.800c2 .6 3 2.400 3 4.700";
    /// One person.
    Person = "M10 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4.500 17c0-3.300 2.300-5.500 5.500-5.500s5.500 2.200 5.500 5.500";
    /// A circle with an arrow: ask again.
    Refresh = "M15.500 8A6 6 0 1 0 16 11M16 4v4h-4";
    /// A door with an arrow: out.
    SignOut = "M8.500 3.500H4v13h4.500M12 6.500l3.500 3.500-3.500 3.500M15.500 10H8";
    /// A lens: search.
    Search = "M9 14a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM13 13l4 4";
    /// A paper plane: what one asks.
    Send = "M17 3L3 9l5.500 2.500L11 17zM8.500 11.500L17 3";
    /// A shield: roles, privilege.
    Shield = "M10 2.500l6 2.500v4.500c0 4-2.500 6.500-6 8-3.500-1.500-6-4-6-8V5z";
    /// Four squares: groups.
    Squares = "M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z";
    /// A list: assignments.
    List = "M7 5h10M7 10h10M7 15h10M3 5h.01M3 10h.01M3 15h.01";
    /// An arrow down to a line: take away as a file.
    Export = "M10 3v10M6 9l4 4 4-4M4 17h12";
    /// An hourglass: what waits.
    Wait = "M6 3h8M6 17h8M7 3c0 4 3 5 3 7s-3 3-3 7M13 3c0 4-3 5-3 7s3 3 3 7";
    /// A triangle with a mark: look here.
    Warning = "M10 3.500l7.500 13h-15zM10 8.500v4M10 14.500h.01";
}

/// The picture. Screen readers pass over it: the word beside it says the same.
pub fn icon(icon: Icon) -> AnyView {
    view! { <svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d=path(icon)></path></svg> }
        .into_any()
}
