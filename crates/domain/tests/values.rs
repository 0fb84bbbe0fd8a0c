//! Laws of the small values: times, windows, texts, permissions.

use domain::{
    ids::RoleId,
    permission::{Permission, Permissions},
    role,
    text::{DisplayName, REASON_MAX, Reason, TicketText, UserPrincipalName, fold},
    time::{Instant, Span, Window},
};
use proptest::prelude::*;

/// From 1900 to 2200, in milliseconds.
fn instant() -> impl Strategy<Value = Instant> {
    (-2_208_988_800_000..7_258_118_400_000_i64).prop_map(Instant)
}

fn window() -> impl Strategy<Value = Window> {
    (instant(), proptest::option::of(1..10_000_000_000_i64))
        .prop_map(|(start, length)| Window { start, end: length.map(|length| start + Span(length)) })
}

fn roles() -> impl Strategy<Value = Vec<RoleId>> {
    proptest::collection::vec((0..role::builtin().len()).prop_map(|at| role::builtin()[at].id), 0..6)
}

proptest! {
    #[test]
    fn an_instant_is_read_back_as_it_was_written(at in instant()) {
        prop_assert_eq!(at.to_string().parse(), Ok(at));
        let json = serde_json::to_string(&at).unwrap();
        prop_assert_eq!(serde_json::from_str::<Instant>(&json).unwrap(), at);
    }

    #[test]
    fn an_instant_in_another_zone_is_the_same_instant(at in instant(), hours in 0..14_i64) {
        let local = (at + Span::hours(hours)).to_string().replace('Z', &format!("+{hours:02}:00"));
        prop_assert_eq!(local.parse(), Ok(at));
    }

    #[test]
    fn instants_of_whole_seconds_are_ordered_as_their_text(a in instant(), b in instant()) {
        let (a, b) = (Instant(a.0.abs() / 1_000 * 1_000), Instant(b.0.abs() / 1_000 * 1_000));
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    }

    #[test]
    fn a_length_of_whole_seconds_is_read_back_as_it_was_written(seconds in 0..=3_000_000_000_i64) {
        let span = Span::seconds(seconds);
        prop_assert_eq!(span.to_string().parse(), Ok(span));
    }

    #[test]
    fn every_form_of_a_length_means_the_same(days in 0..1_000_i64, clock in 0..86_400_i64) {
        let (h, m, s) = (clock / 3_600, clock / 60 % 60, clock % 60);
        let span = Span::seconds(days * 86_400 + clock);
        for text in [
            format!("P{days}DT{h}H{m}M{s}S"),
            format!("PT{}H{m}M{s}S", days * 24 + h),
            format!("{days} days, {h}:{m:02}:{s:02}"),
            format!("{}:{m:02}:{s:02}", days * 24 + h),
        ] {
            prop_assert_eq!(text.parse(), Ok(span), "{}", text);
        }
    }

    #[test]
    fn no_text_breaks_a_parser(text in any::<String>()) {
        let _ = (text.parse::<Instant>(), text.parse::<Span>());
        for prefix in ["P", "PT", "1 day"] {
            let _ = format!("{prefix}{text}").parse::<Span>();
        }
    }

    #[test]
    fn a_length_that_is_read_is_never_negative(text in "[PT0-9HMSD:, day-]{0,12}") {
        prop_assert!(text.parse::<Span>().is_ok_and(|span| span >= Span::ZERO) || text.parse::<Span>().is_err());
    }

    #[test]
    fn an_instant_is_before_inside_or_after_a_window(window in window(), at in instant()) {
        let before = at < window.start;
        let sides = [before, window.contains(at), window.is_over(at)];
        prop_assert_eq!(sides.iter().filter(|side| **side).count(), 1);
    }

    #[test]
    fn the_edges_of_a_window_are_its_own_start_and_not_its_end(window in window()) {
        prop_assert!(window.contains(window.start) && !window.contains(window.start - Span(1)));
        if let Some(end) = window.end {
            prop_assert!(!window.contains(end) && window.contains(end - Span(1)) && window.is_over(end));
            prop_assert_eq!(window.start + window.length().unwrap(), end);
        }
    }

    #[test]
    fn a_capped_window_holds_exactly_where_both_do(window in window(), limit in instant(), at in instant()) {
        let capped = window.capped(Some(limit));
        prop_assert_eq!(capped.contains(at), window.contains(at) && at < limit);
        prop_assert_eq!(window.capped(None), window);
        prop_assert_eq!(capped.capped(Some(limit)), capped);
        prop_assert_eq!(capped.start, window.start);
    }

    #[test]
    fn a_reason_is_its_trimmed_text_of_1_to_500_characters(text in "\\PC{0,40}", times in 1..20_usize) {
        let text = text.repeat(times);
        let length = text.trim().chars().count();
        let parsed = Reason::try_from(text.clone());
        prop_assert_eq!(parsed.is_ok(), (1..=REASON_MAX).contains(&length));
        if let Ok(reason) = parsed {
            prop_assert_eq!(reason.as_str(), text.trim());
            prop_assert_eq!(Reason::try_from(String::from(reason.clone())), Ok(reason));
        }
    }

    #[test]
    fn no_text_has_control_characters(before in "[a-z]{1,5}", c in "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F]") {
        let text = format!("{before}{c}{before}");
        prop_assert!(Reason::try_from(text.clone()).is_err());
        prop_assert!(DisplayName::try_from(text.clone()).is_err());
        prop_assert!(TicketText::try_from(text.clone()).is_err());
        prop_assert!(UserPrincipalName::try_from(text + "@example.org").is_err());
    }

    #[test]
    fn a_sign_in_name_has_one_form(name in "[A-Za-z0-9._'+-]{1,20}", host in "[A-Za-z0-9-]{1,10}\\.[A-Za-z]{2,5}") {
        let parse = |text: String| UserPrincipalName::try_from(text).unwrap();
        let text = format!("{name}@{host}");
        let upn = parse(text.clone());
        prop_assert_eq!(&upn, &parse(text.to_ascii_uppercase()));
        prop_assert_eq!(&upn, &parse(format!(" {text} ")));
        let folded = fold(upn.as_str());
        prop_assert_eq!(upn.as_str(), folded.as_str());
    }

    #[test]
    fn folding_twice_is_folding_once(text in any::<String>()) {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }

    #[test]
    fn roles_together_allow_what_each_allows_and_no_more(roles in roles()) {
        let all = Permissions::of_roles(roles.iter().copied());
        for permission in Permission::ALL {
            let each = roles.iter().any(|role| Permissions::of_roles([*role]).allows(*permission));
            prop_assert_eq!(all.allows(*permission), each);
            prop_assert_eq!(each, roles.iter().any(|role| permission.roles().contains(role)));
        }
        let names: Vec<_> = all.iter().map(Permission::name).collect();
        prop_assert_eq!(Permissions::from_names(names.iter().copied()), all);
        let reversed = Permissions::of_roles(roles.iter().rev().copied());
        prop_assert_eq!(reversed, all);
    }
}

#[test]
fn each_permission_has_a_name_of_its_own_and_a_place_in_the_set() {
    for (at, permission) in Permission::ALL.iter().enumerate() {
        let mut alone = Permissions::NONE;
        alone.insert(*permission);
        assert_eq!(alone.iter().collect::<Vec<_>>(), [*permission]);
        assert!(Permission::ALL[at + 1..].iter().all(|other| other.name() != permission.name()));
    }
}

#[test]
fn only_global_administrators_and_privileged_role_administrators_give_roles() {
    for role in role::builtin() {
        let gives = Permissions::of_roles([role.id]).allows(Permission::ManageRoles);
        assert_eq!(gives, role::is_guarded(role.id), "{}", role.display_name);
    }
}
