//! The screens that the search knows, each with other words under which people look for it.

use domain::text::fold;

use crate::routes::{Book, Desk, List, Route};

/// The product itself, under what it is called here and was called before.
const PRODUCT: (&str, &str) =
    ("Privileged Identity Management", "PIM, Azure AD PIM, Entra PIM, Identity Governance");

/// A place that the words lead to: what it belongs to, its name, and its other names.
pub(super) struct Place {
    pub group: &'static str,
    pub name: &'static str,
    pub more: &'static str,
    pub to: Route,
}

/// Every place that `typed`, which is folded, may mean. `lab` says whether there is one, `manages` whether the person
/// manages roles: as in the side navigation.
pub(super) fn places(typed: &str, lab: bool, manages: bool) -> Vec<Place> {
    let list = List::default;
    let mut screens = vec![
        (Route::QuickStart, "Get started"),
        (Route::MyRoles(list()), "Activate"),
        (Route::Requests(Desk::Mine, list()), ""),
        (Route::Requests(Desk::Approve, list()), "Approvals"),
        (Route::Requests(Desk::Pending, list()), ""),
        (Route::Roles(list()), "Directory roles"),
        (Route::Assignments(list()), "Eligible, active, expired"),
        (Route::Settings(list()), "Role settings"),
        (Route::Users(list()), "People"),
        (Route::Groups(list()), ""),
        (Route::Audit(Book::Resource, list()), "Audit history"),
        (Route::Audit(Book::Mine, list()), "My history"),
        (Route::Account, "Password, second factor"),
    ];
    if manages {
        screens.push((Route::SetupCheck, "Health, test mail"));
    }
    if lab {
        screens.extend([(Route::Lab, "Clock, mails"), (Route::Teams, "Microsoft Teams")]);
    }
    let product = Place { group: "Services", name: PRODUCT.0, more: PRODUCT.1, to: Route::QuickStart };
    let screens = screens.into_iter().map(|(to, more)| Place { group: "Blades", name: to.title(), more, to });
    core::iter::once(product).chain(screens).filter(|place| is_meant(typed, place)).collect()
}

/// Part of the name, or each word the beginning of a word of the name or of the other names.
fn is_meant(typed: &str, place: &Place) -> bool {
    let (name, more) = (fold(place.name), fold(place.more));
    let begins = |word: &str| {
        let known = name.split(' ').chain(more.split([' ', ',']));
        known.into_iter().any(|known| known.starts_with(word))
    };
    name.contains(typed) || typed.split_whitespace().all(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str, lab: bool, manages: bool) -> Vec<&'static str> {
        places(&fold(typed), lab, manages).into_iter().map(|place| place.name).collect()
    }

    #[test]
    fn the_product_is_found_under_all_its_names() {
        for typed in [
            "PIM",
            "privileged",
            "Privileged Identity Management",
            "Azure AD PIM",
            "azure ad privileged identity management",
            "Entra PIM",
            "identity governance",
            "Governance",
        ] {
            assert_eq!(found(typed, false, false), ["Privileged Identity Management"], "{typed}");
        }
    }

    #[test]
    fn screens_are_found_by_part_of_the_name_and_by_other_words() {
        assert_eq!(found("role settings", false, false), ["Settings"]);
        assert_eq!(found("request", false, false), ["My requests", "Approve requests", "Pending requests"]);
        assert_eq!(found("audit", false, false), ["Resource audit", "My audit"]);
        assert_eq!(found("mail", true, true), ["Set-up check", "Lab"]);
        assert_eq!(found("teams", true, true), ["Teams admin centre"]);
        assert!(found("set-up", true, false).is_empty());
        assert!(found("teams", false, true).is_empty());
        assert!(found("nothing like it", true, true).is_empty());
    }
}
