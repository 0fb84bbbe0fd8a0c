//! Sign-in, sessions, factors and the console, in conversation with the real server. On the embedded database, or on
//! the PostgreSQL that `PIMLICO_TEST_POSTGRES` names.

mod browser;
mod console;
mod enrolment;
mod factor;
mod given_before;
mod late;
mod people;
mod refusals;
mod restore;
mod sessions;
mod shared_address;
mod sign_in;
mod silent;
mod step_up;
mod tls;
mod wire;
mod world;
