//! What has just happened: said once in a corner, and kept behind the bell.

use core::time::Duration;

use leptos::prelude::*;

use super::{Icon, icon};

/// How long a message stands in the corner; a failure stays until it is closed.
const STANDS: Duration = Duration::from_secs(6);
/// How many messages the bell keeps.
const KEPT: usize = 20;

/// What kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It was done.
    Success,
    /// It was not.
    Danger,
    /// Worth knowing.
    Info,
}

#[derive(Clone, PartialEq, Eq)]
struct Toast {
    id: u32,
    tone: Tone,
    words: String,
    stands: bool,
    read: bool,
}

/// The messages. Copied freely; lives in the context.
///
/// They stand in the innermost open dialog, or on the page while none is open: what lies under a modal dialog is
/// neither seen nor read out nor pressed.
#[derive(Clone, Copy)]
pub struct Toasts {
    all: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
    /// How many dialogs are open.
    depth: RwSignal<u32>,
}

impl Default for Toasts {
    fn default() -> Self {
        Self { all: RwSignal::new(Vec::new()), next: StoredValue::new(0), depth: RwSignal::new(0) }
    }
}

impl Toasts {
    /// Says something, once it is so.
    pub fn say(self, tone: Tone, words: impl Into<String>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        let toast = Toast { id, tone, words: words.into(), stands: true, read: false };
        self.all.update(|all| {
            all.insert(0, toast);
            all.truncate(KEPT);
        });
        if tone != Tone::Danger {
            set_timeout(move || self.close(id), STANDS);
        }
    }

    /// Forgets everything: the next person is somebody else.
    pub fn clear(self) {
        self.all.update(Vec::clear);
    }

    /// How many were not looked at behind the bell; followed.
    pub fn unread(self) -> usize {
        self.all.with(|all| all.iter().filter(|toast| !toast.read).count())
    }

    /// The bell was opened.
    pub fn read_all(self) {
        self.all.update(|all| all.iter_mut().for_each(|toast| toast.read = true));
    }

    /// A dialog opens; gives back its depth.
    pub(super) fn dialog_opens(self) -> u32 {
        self.depth.update(|depth| *depth += 1);
        self.depth.get_untracked()
    }

    /// The innermost dialog closes.
    pub(super) fn dialog_closes(self) {
        let _ = self.depth.try_update(|depth| *depth = depth.saturating_sub(1));
    }

    fn close(self, id: u32) {
        let _ = self.all.try_update(|all| {
            all.iter_mut().filter(|toast| toast.id == id).for_each(|toast| toast.stands = false);
        });
    }
}

const fn face(tone: Tone) -> (&'static str, &'static str, Icon) {
    match tone {
        Tone::Success => ("toast success", "notice success", Icon::Check),
        Tone::Danger => ("toast danger", "notice danger", Icon::Warning),
        Tone::Info => ("toast info", "notice info", Icon::Info),
    }
}

/// The corner of the page; drawn once, so that screen readers hear what comes into it.
pub fn toast_region(toasts: Toasts) -> AnyView {
    region_at(toasts, 0)
}

/// The corner of the page, or of the dialog at this depth.
pub(super) fn region_at(toasts: Toasts, depth: u32) -> AnyView {
    let standing = move || -> Vec<Toast> {
        let here = toasts.depth.get() == depth;
        toasts.all.with(|all| all.iter().filter(|toast| here && toast.stands).cloned().collect())
    };
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-label="Messages">
            <For
                each=standing
                key=|toast| toast.id
                children=move |toast| {
                    let (class, _, picture) = face(toast.tone);
                    view! {
                        <div class=class>
                            {icon(picture)}
                            <span>{toast.words}</span>
                            <button
                                type="button"
                                class="icon-button"
                                aria-label="Close message"
                                on:click=move |_| toasts.close(toast.id)
                            >
                                {icon(Icon::Close)}
                            </button>
                        </div>
                    }
                }
            />
        </div>
    }
    .into_any()
}

/// What the bell keeps.
pub fn toast_list(toasts: Toasts) -> AnyView {
    let content = move || {
        let all = toasts.all.get();
        if all.is_empty() {
            return view! { <p class="menu-part quiet">"Nothing has happened yet."</p> }.into_any();
        }
        let rows = all.into_iter().map(|toast| {
            let (_, class, picture) = face(toast.tone);
            view! { <li class=class>{icon(picture)}<span>{toast.words}</span></li> }
        });
        view! { <ul class="notices">{rows.collect_view()}</ul> }.into_any()
    };
    content.into_any()
}

/// The messages, from the context.
pub fn use_toasts() -> Toasts {
    expect_context()
}
