//! A side panel whose closing is a step back in the address bar, and which asks before typed input is lost.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    api,
    components::{Icon, Question, confirm, icon, modal},
    history::{History, use_history},
    routes::Route,
};

/// A panel from the right over the screen.
pub struct SidePanel {
    /// Its title.
    pub title: Signal<String>,
    /// Where it belongs, under the title.
    pub place: &'static str,
    /// 720 px instead of 560.
    pub wide: bool,
    /// Whether something typed would be lost.
    pub dirty: Signal<bool>,
}

impl SidePanel {
    /// Draws it.
    pub fn view(self, content: AnyView, footer: AnyView) -> AnyView {
        let history = use_history();
        let leaving = guard(history, self.dirty);
        let class = if self.wide { "panel wide" } else { "panel" };
        let panel = view! {
            <header class="panel-head">
                <div>
                    <h2 id="panel-title" tabindex="-1" autofocus>{self.title}</h2>
                    <p class="panel-place">{self.place}</p>
                </div>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Close"
                    on:click=move |_| history.close_panel()
                >
                    {icon(Icon::Close)}
                </button>
            </header>
            <div class="panel-body">{content}</div>
            <footer class="panel-foot">{footer}</footer>
            {move || leaving.get().map(|to| question(history, leaving, to))}
        };
        modal(class, "panel-title", move || history.close_panel(), panel.into_any())
    }
}

/// Holds back whoever would leave with unsaved input, and gives back where that was to.
fn guard(history: History, dirty: Signal<bool>) -> RwSignal<Option<Route>> {
    let leaving = RwSignal::new(None);
    history.set_guard(Some(Arc::new(move |to: &Route| {
        let same = history.route().with_untracked(|shown| shown.clone().with_list_of(to) == *to);
        let may = same || !dirty.try_get_untracked().unwrap_or_default();
        if !may {
            leaving.try_set(Some(to.clone()));
        }
        may
    })));
    on_cleanup(move || history.set_guard(None));
    leaving
}

fn question(history: History, leaving: RwSignal<Option<Route>>, to: Route) -> AnyView {
    let effect = if api::is_writing() {
        "What was sent may take effect. The rest is not sent any more, and what you typed will be lost."
    } else {
        "What you typed is not saved and will be lost."
    };
    let question = Question {
        title: "Leave this panel?".into(),
        effect: effect.into(),
        verb: "Leave",
        doing: "Leaving",
    };
    let leave = move || {
        leaving.set(None);
        history.set_guard(None);
        if history.route().with_untracked(Route::under) == to {
            history.close_panel();
        } else {
            history.go(&to);
        }
    };
    confirm(question, Signal::stored(false), Signal::stored(None), leave, move || leaving.set(None))
}
