//! One file per journey; its name and the names in it say what happens.

mod sign_in;
