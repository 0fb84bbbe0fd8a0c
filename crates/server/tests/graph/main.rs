//! Conversations with Graph's face, on whichever database the test command names: each kind of caller, each answer.

mod approvals;
mod bodies;
mod files;
mod groups;
mod history;
mod lists;
mod options;
mod pages;
mod people;
mod policies;
mod relations;
mod roles;
mod select;
mod tasks;
mod world;
