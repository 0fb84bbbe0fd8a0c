//! Slows down guessing: for each account and address together, so that nobody can lock out somebody else.

use domain::{
    error_code::ErrorCode,
    text::fold,
    time::{Instant, Span},
};

use crate::error::ApiError;

/// From this failure on, the next attempt has to wait.
pub const FREE_FAILURES: i64 = 5;
/// The same for failures on whatever account: an office behind one address mistypes more often than one person.
pub const FREE_FAILURES_OF_ALL: i64 = 30;

/// The longest wait of an account.
pub const LONGEST: Span = Span::minutes(15);
/// The longest wait of an address: it strikes people who did nothing wrong, and one guess a minute is slow enough over many
/// accounts.
pub const LONGEST_OF_ALL: Span = Span::minutes(1);

/// How long to wait after so many failures: a second from the first that is not free, doubling to the longest.
pub fn wait_after(failures: i64, free: i64, longest: Span) -> Span {
    if failures < free {
        return Span::ZERO;
    }
    let doublings = (failures - free).clamp(0, 20);
    Span::seconds(1 << doublings).min(longest)
}

/// The name under which failures of sign-in on whatever account are counted, for each address: who tries one password on
/// many accounts gets no further than who tries many on one. No typed name is in capitals.
pub const ANY_ACCOUNT: &str = "ANY";
/// The same for accounts that signed in from there of late, apart from it: a stranger, or a program with invented names,
/// does not keep a whole office out.
pub const KNOWN_ACCOUNT: &str = "KNOWN";

/// The name under which failures of the second factor are counted. Typed names are folded to lower case, so nobody
/// can reach it through the first step.
pub fn second_factor(user_principal_name: &str) -> String {
    format!("FACTOR {user_principal_name}")
}

/// The name under which failures of an administrator's code to enrol with are counted.
pub fn enrolment(user_principal_name: &str) -> String {
    format!("ENROLMENT {user_principal_name}")
}

/// The name under which failures of the present password are counted when it is changed.
pub fn password(user_principal_name: &str) -> String {
    format!("PASSWORD {user_principal_name}")
}

/// The names under which failures are counted that were about a person's password.
pub fn of_password(user_principal_name: &str) -> [String; 2] {
    [fold(user_principal_name), password(user_principal_name)]
}

/// The same about the second factor.
pub fn of_factor(user_principal_name: &str) -> [String; 2] {
    [second_factor(user_principal_name), enrolment(user_principal_name)]
}

/// Instead of an address, where only somebody who knows the password, or has a session, comes to guess at all. No stranger can
/// lock anybody out there, and whoever commands many networks has no more guesses than others.
pub const EVERYWHERE: &str = "everywhere";

/// The address under which callers are counted: of IPv6 the 256 networks that one subscriber commonly has all of.
pub fn address(address: &str) -> String {
    let Ok(v6) = address.parse::<std::net::Ipv6Addr>() else { return address.to_owned() };
    if let Some(v4) = v6.to_ipv4_mapped() {
        return v4.to_string();
    }
    let [a, b, c, d, ..] = v6.segments();
    format!("{a:x}:{b:x}:{c:x}:{:x}::/56", d & 0xff00)
}

/// Refuses an attempt that comes too early.
pub fn check(until: Instant, now: Instant) -> Result<(), ApiError> {
    if now >= until {
        return Ok(());
    }
    let wait = until - now;
    let seconds = (wait.0 + 999) / 1_000;
    let message = format!("too many failed attempts, try again in {seconds} seconds");
    Err(ApiError::new(ErrorCode::TooManyRequests, message).retry_after(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_for_a_subscriber_of_ipv6_and_each_address_of_ipv4() {
        assert_eq!(address("2001:db8:1:2:3:4:5:6"), address("2001:db8:1:2::1"));
        assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:ff::1"));
        assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:102::1"));
        assert_eq!(address("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(address("192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn waiting_begins_with_the_fifth_failure_and_doubles_to_a_quarter_of_an_hour() {
        for (failures, wait) in [(4, 0), (5, 1), (6, 2), (9, 16), (14, 512), (15, 900), (90, 900)] {
            assert_eq!(wait_after(failures, FREE_FAILURES, LONGEST), Span::seconds(wait), "{failures}");
        }
        assert!(check(Instant(1_000), Instant(1_000)).is_ok());
        assert!(check(Instant(1_001), Instant(1_000)).is_err());
    }
}
