//! A browser in a test's hands. It sees what a person sees: elements by role and name, tables as rows of named cells.

mod axe;
mod browser;
mod find;
mod journey;
mod keyboard;
mod late;
mod look;
mod people;
mod proof;
mod scanner;

pub use browser::Browser;
pub use find::{button, field, link, role};
pub use journey::{Journey, journey, journey_with_mail};
