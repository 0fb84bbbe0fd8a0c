//! The row that a panel is about. It is on the grid under the panel when it was opened from there, and shown at once;
//! whoever came by a link, or while the grid shows another page, gets it by itself.

use crate::{
    api::ApiError,
    data::{Fetch, Key, Load, Query},
};
use domain::{
    ids::ScheduleId,
    wire::api::{AssignmentRow, Assignments},
};

/// How far the row is known. Copied freely.
#[derive(Clone, Copy)]
pub struct OneRow {
    grid: Query<Assignments>,
    own: Query<Assignments>,
    id: ScheduleId,
}

impl OneRow {
    /// Looks in the grid first; `ask` reads the row alone.
    pub fn new(
        grid: Query<Assignments>,
        id: ScheduleId,
        ask: impl Fn() -> (Key, Fetch<Assignments>) + 'static,
    ) -> Self {
        let own = Query::maybe(move || {
            let wanted = match grid.get() {
                Load::Loading => false,
                Load::Failed(_) => true,
                Load::Ready(page) => find(&page, id).is_none(),
            };
            wanted.then(&ask)
        });
        Self { grid, own, id }
    }

    /// The row; followed.
    pub fn row(self) -> Option<AssignmentRow> {
        let of = |query: Query<Assignments>| query.ready().and_then(|page| find(&page, self.id));
        of(self.grid).or_else(|| of(self.own))
    }

    /// Whether it is known that there is no such row; followed.
    pub fn is_gone(self) -> bool {
        self.row().is_none() && self.own.ready().is_some()
    }

    /// Why it could not be read; followed.
    pub fn error(self) -> Option<ApiError> {
        if self.row().is_some() { None } else { self.own.error() }
    }
}

fn find(page: &Assignments, id: ScheduleId) -> Option<AssignmentRow> {
    page.rows.iter().find(|row| row.schedule_id == id).cloned()
}
