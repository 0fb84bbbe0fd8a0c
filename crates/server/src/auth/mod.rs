//! Who somebody is: passwords, second factors, sessions, lockout.

pub mod address;
pub mod alone;
pub mod attempts;
pub mod gate;
pub mod guesses;
pub mod hosts;
pub mod lockout;
pub mod password;
pub mod secret;
pub mod session;
pub mod totp;
pub mod turns;
pub mod unseen;
pub mod vault;
