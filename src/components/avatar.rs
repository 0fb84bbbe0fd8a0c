//! A person as a disc with initials.

use leptos::prelude::*;

/// The disc; the name itself stands beside it, so the initials are a picture and no text.
pub fn avatar(name: &str) -> AnyView {
    view! { <span class="avatar" aria-hidden="true" data-initials=initials(name)></span> }.into_any()
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("ada king lovelace"), "AL");
        assert_eq!(initials("Änne"), "Ä");
        assert_eq!(initials("  (Lab) Approver 2"), "L2");
        assert_eq!(initials(""), "");
    }
}
