//! What several screens show: parts that know the cache and the routes, and so cannot be in the kit, and that belong
//! to no screen, because screens do not know each other.

mod ask;
mod assignment_grid;
mod command_bar;
mod directory;
mod enrolment;
mod form;
mod frame;
mod keys;
mod lab_accounts;
mod list_view;
mod more;
mod one_row;
mod panel_tabs;
mod password;
mod pills;
mod request_grid;
mod row_table;
mod side_panel;
mod state;
mod timeline;
mod verification;
mod window;

pub use ask::{DIRECTORY, UNREAD_SETTINGS, to_wire};
pub use assignment_grid::{assignment_grid, assignments_of, current_list, export_of, kind_filter, time};
pub use command_bar::{Command, command_bar};
pub use directory::{Directory, more_to_search};
pub use enrolment::{enrolment, recovery_codes};
pub use form::{FIRST_FIELD, Field, box_showing, field, focus_first_error, focus_on, text_area};
pub use frame::{list_tools, lone_command, page_head, pager, principal_name, role_name, tabs};
pub use keys::arrow_keys;
pub use lab_accounts::{Chosen, lab_accounts, lab_query};
pub use list_view::list_table;
pub use one_row::OneRow;
pub use panel_tabs::{OPEN_TAB, PanelTab, panel_tabs};
pub use password::{PASSWORD_HINT, judge_password};
pub use request_grid::{RequestGrid, changed, follow, request_end, request_start, request_type};
pub use row_table::{Column, Row, Rows, row_table, sort_choice};
pub use side_panel::SidePanel;
pub use state::{State, Tone, chip, membership, request_chip, state_of, state_of_request, total};
pub use timeline::{fact_name, fact_time, fact_value, timeline};
pub use verification::{banner, verification};
pub use window::{WindowDraft, window_fields};
