//! The three stages of an activation, each proved before it is called done: the request is granted, the server says
//! that the role is active, the session has it.

use core::time::Duration;

use domain::{
    error_code::ErrorCode,
    ids::{RequestId, ScheduleId},
    request::{Ask, Status},
    time::Instant,
    wire::{api::Tab, requests::RequestDetail},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api::{self, ApiError},
    components::{Toasts, Tone, use_toasts},
    data::{Cache, Family, use_cache},
    parts::to_wire,
    routes::List,
    session::{Who, use_who},
};

/// How often the server is asked whether the role is active before that counts as failed.
const LOOKS: u32 = 20;
/// How long between two looks, in milliseconds.
const PAUSE: u32 = 250;
/// How long between two looks at a request that waits for an approver, in milliseconds.
const BEAT: u32 = 1_000;
/// How long the finished status stays before the page refreshes itself, in seconds.
const COUNTDOWN: u32 = 5;

/// One stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Waiting,
    Running,
    Done,
    Failed(String),
}

/// How an activation comes along. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct Progress {
    pub stages: RwSignal<[Stage; 3]>,
    /// Set where the activation starts later: there is nothing to watch yet.
    pub starts: RwSignal<Option<Instant>>,
    /// Set while somebody has to approve first: until when that is possible.
    pub waits: RwSignal<Option<Instant>>,
    /// Seconds until the page refreshes itself; none while it is not counting.
    pub countdown: RwSignal<Option<u32>>,
    pub error: RwSignal<Option<ApiError>>,
    pub busy: RwSignal<bool>,
    timer: StoredValue<Option<IntervalHandle>>,
    who: Who,
    cache: Cache,
    toasts: Toasts,
}

impl Progress {
    pub(super) fn new() -> Self {
        let progress = Self {
            stages: RwSignal::new([Stage::Waiting, Stage::Waiting, Stage::Waiting]),
            starts: RwSignal::new(None),
            waits: RwSignal::new(None),
            countdown: RwSignal::new(None),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
            timer: StoredValue::new(None),
            who: use_who(),
            cache: use_cache(),
            toasts: use_toasts(),
        };
        on_cleanup(move || progress.stop_counting());
        progress
    }

    /// Whether there is anything to show; followed.
    pub(super) fn has_begun(self) -> bool {
        self.stages.with(|stages| stages[0] != Stage::Waiting)
    }

    /// Whether what was typed has reached the server; followed.
    pub(super) fn is_sent(self) -> bool {
        self.stages.with(|stages| matches!(stages[0], Stage::Running | Stage::Done))
    }

    /// Posts the request and follows it to its end. `done` runs when the countdown is over.
    pub(super) fn run(self, ask: Ask, role: String, done: impl Fn() + Clone + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        self.starts.set(None);
        self.waits.set(None);
        self.stages.set([Stage::Running, Stage::Waiting, Stage::Waiting]);
        spawn_local(async move {
            let outcome = self.follow(ask, &role).await;
            self.busy.try_set(false);
            match outcome {
                Ok(true) => {
                    self.toasts.say(Tone::Success, format!("{role} is active."));
                    if !self.busy.is_disposed() {
                        self.count_down(done);
                    }
                }
                Ok(false) if self.starts.try_get_untracked().flatten().is_some() => {
                    self.toasts.say(Tone::Info, format!("{role} is scheduled; it is not active yet."));
                }
                Ok(false) => {}
                Err(error) => {
                    self.error.try_set(Some(error));
                }
            }
        });
    }

    /// Gives back whether the role is active now.
    async fn follow(self, ask: Ask, role: &str) -> Result<bool, ApiError> {
        let request = match api::post_request(ask.kind, to_wire(&ask)).await {
            Ok(request) => request,
            Err(error) => {
                self.set(0, Stage::Failed(error.sentence()));
                // The settings may be others than those that the form was drawn by.
                self.cache.invalidate(Family::Roles);
                return Err(error);
            }
        };
        self.cache.invalidate(Family::Roles);
        self.cache.invalidate(Family::Requests);
        let mut status = Status::parse(&request.status);
        let mut start = request.schedule_info.as_ref().and_then(|info| info.start_date_time);
        if request.approval_id.is_some() {
            self.toasts.say(Tone::Info, format!("{role} is pending approval; it is not active yet."));
            let Some(answered) = self.answer(request.id).await else { return Ok(false) };
            (status, start) = (Some(answered.row.status), answered.row.start_date_time);
            if !matches!(status, Some(Status::Provisioned | Status::Granted)) {
                self.set(0, Stage::Failed(refused(&answered)));
                return Ok(false);
            }
        }
        match status {
            Some(Status::Provisioned) => {}
            Some(Status::Granted) => {
                self.set(0, Stage::Done);
                self.starts.try_set(start.or(request.completed_date_time));
                return Ok(false);
            }
            _ => {
                self.set(0, Stage::Failed(format!("The request is {}.", request.status)));
                return Ok(false);
            }
        }
        self.set(0, Stage::Done);
        self.set(1, Stage::Running);
        if let Err(error) = is_active(request.target_schedule_id.unwrap_or_else(|| request.id.into())).await {
            self.set(1, Stage::Failed(error.sentence()));
            return Err(error);
        }
        self.set(1, Stage::Done);
        self.set(2, Stage::Running);
        match api::session().await {
            Ok(session) => self.who.take(session),
            Err(error) => {
                self.set(2, Stage::Failed(error.sentence()));
                return Err(error);
            }
        }
        self.cache.invalidate_all();
        self.set(2, Stage::Done);
        Ok(true)
    }

    /// Waits until somebody has answered; none when the panel was closed meanwhile. A gap in the network is waited out.
    async fn answer(self, id: RequestId) -> Option<RequestDetail> {
        loop {
            while !self.who.is_watching() {
                TimeoutFuture::new(BEAT).await;
                self.stages.try_get_untracked()?;
            }
            let answer = api::request(id).await;
            self.stages.try_get_untracked()?;
            match answer {
                Ok(detail) if detail.row.status == Status::PendingApproval => {
                    if self.waits.get_untracked() != detail.row.due_date_time {
                        self.waits.set(detail.row.due_date_time);
                    }
                }
                Ok(detail) => {
                    self.waits.set(None);
                    self.cache.invalidate(Family::Roles);
                    self.cache.invalidate(Family::Requests);
                    return Some(detail);
                }
                Err(_) => {}
            }
            TimeoutFuture::new(BEAT).await;
            self.stages.try_get_untracked()?;
        }
    }

    fn set(self, stage: usize, to: Stage) {
        let _ = self.stages.try_update(|stages| stages[stage] = to);
    }

    fn count_down(self, done: impl Fn() + 'static) {
        self.countdown.try_set(Some(COUNTDOWN));
        let tick = move || {
            let left = self.countdown.try_get_untracked().flatten().map(|left| left.saturating_sub(1));
            self.countdown.try_set(left);
            if left == Some(0) {
                self.stop_counting();
                done();
            }
        };
        if let Ok(timer) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            self.timer.try_set_value(Some(timer));
        }
    }

    /// Leaves the finished status on the screen.
    pub(super) fn stop_counting(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        self.countdown.try_set(None);
    }
}

/// Why it came to nothing.
fn refused(detail: &RequestDetail) -> String {
    match (&detail.row.review, detail.row.status) {
        (Some(review), Status::Denied) if review.justification.is_empty() => {
            format!("{} denied the request.", review.by)
        }
        (Some(review), Status::Denied) => {
            format!("{} denied the request: \u{201c}{}\u{201d}", review.by, review.justification)
        }
        (_, Status::Canceled) => "The request was cancelled.".to_owned(),
        (_, Status::TimedOut) => "Nobody answered within 24 hours. Send the request anew.".to_owned(),
        (_, status) => format!("The request is {}.", status.as_str()),
    }
}

/// Asks the server until it says that the role is active.
async fn is_active(schedule: ScheduleId) -> Result<(), ApiError> {
    for look in 0..LOOKS {
        if look > 0 {
            TimeoutFuture::new(PAUSE).await;
        }
        let page = api::my_roles(List::default().on(Tab::Active)).await?;
        if page.rows.iter().any(|row| row.schedule_id == schedule) {
            return Ok(());
        }
    }
    Err(ApiError::ours(
        0,
        ErrorCode::Internal,
        "the request was granted, but the role does not show as active yet; look at Active assignments"
            .into(),
    ))
}
