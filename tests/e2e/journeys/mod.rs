//! One file per journey; its name and the names in it say what happens.

mod accessible;
mod admin_forms;
mod approval;
mod audit;
mod changed_rules;
mod deactivate;
mod deep_links;
mod first_sign_in;
mod keeps_what_was_typed;
mod keyboard_only;
mod lab_001;
mod lab_002;
mod last_global_administrator;
mod later_screens;
mod mail_link;
mod mail_server;
mod narrow;
mod new_factor;
mod panels;
mod proportions;
mod remove_while_active;
mod restart;
mod scheduled_start;
mod settings;
mod setup_check;
mod sign_in;
