//! The Status tab: the three stages as they happen, and the countdown after the last.

use domain::wire::api::Tab;
use leptos::prelude::*;

use super::progress::{Progress, Stage};
use crate::{
    data::{use_clock, use_zone},
    routes::{Desk, List, Route},
};

const STAGES: [&str; 3] = [
    "Processing your request and activating your role",
    "Validating that your activation is successful",
    "Activation completed",
];

pub(super) fn status_tab(progress: &Progress) -> AnyView {
    let progress = *progress;
    let (clock, zone) = (use_clock(), use_zone());
    let later = move || {
        if let Some(start) = progress.starts.get() {
            let when = zone.near(start, clock.now_untracked());
            return Some(format!(
                "The activation is scheduled: it starts {when}. Until then it can be cancelled in My roles."
            ));
        }
        None
    };
    let content = move || match later() {
        Some(text) => view! {
            <p class="note info" role="status">{text}</p>
            <p><a href=Route::MyRoles(List::default()).url()>"Eligible assignments"</a></p>
        }
        .into_any(),
        None => stages(&progress),
    };
    content.into_any()
}

fn stages(progress: &Progress) -> AnyView {
    let progress = *progress;
    let item = move |index: usize| {
        let stage = Memo::new(move |_| progress.stages.with(|stages| stages[index].clone()));
        let class = move || match stage.get() {
            Stage::Waiting => "stage",
            Stage::Running => "stage running",
            Stage::Done => "stage done",
            Stage::Failed(_) => "stage failed",
        };
        let word = move || match stage.get() {
            Stage::Waiting => "Not started",
            Stage::Running if index == 0 && progress.waits.get().is_some() => "Waiting for approval",
            Stage::Running => "In progress",
            Stage::Done => "Done",
            Stage::Failed(_) => "Failed",
        };
        let why = move || if let Stage::Failed(why) = stage.get() { Some(why) } else { None };
        view! {
            <li class=class>
                <span class="stage-name">{format!("Stage {}: {}", index + 1, STAGES[index])}</span>
                <span class="stage-state">{word}</span>
                {move || why().map(|why| view! { <p class="error">{why}</p> })}
            </li>
        }
    };
    let done = move || progress.stages.with(|stages| stages[2] == Stage::Done);
    let (clock, zone) = (use_clock(), use_zone());
    let waits = move || {
        progress.waits.get().map(|due| {
            let until = zone.near(due, clock.now_untracked());
            let mine = Route::Requests(Desk::Mine, List::default()).url();
            view! {
                <p class="note warning" role="status">
                    {format!("Waiting for approval until {until}. The role is not active yet. You may close this panel: ")}
                    <a href=mine>"My requests"</a>
                    " shows when somebody has answered."
                </p>
            }
        })
    };
    let countdown = move || {
        progress.countdown.get().map(|left| {
            view! {
                <p class="countdown">
                    {format!("Refresh in {left} second(s) ")}
                    <button type="button" class="link" on:click=move |_| progress.stop_counting()>"Cancel"</button>
                </p>
            }
        })
    };
    let after = move || {
        done().then(|| {
            let active = Route::MyRoles(List::default().on(Tab::Active)).url();
            view! { <p><a href=active>"Active assignments"</a></p> }
        })
    };
    view! {
        {waits}
        <ol class="stages" aria-live="polite">{item(0)}{item(1)}{item(2)}</ol>
        <p class="quiet">
            "The page refreshes itself when the last stage is completed. You do not need to sign out."
        </p>
        {countdown}
        {after}
    }
    .into_any()
}
