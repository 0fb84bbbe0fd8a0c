//! `$search` of directory objects: `"displayName:abc" OR "userPrincipalName:abc"`.

use super::{Expr, OdataError, TextFn, parse::Cursor};

pub(super) fn search(text: &str) -> Result<Expr, OdataError> {
    let mut at = Cursor::new("$search", text);
    let mut found = both(&mut at)?;
    while at.keyword("or") {
        found = Expr::Or(Box::new(found), Box::new(both(&mut at)?));
    }
    if at.at_end() { Ok(found) } else { Err(at.error("AND, OR or the end")) }
}

fn both(at: &mut Cursor<'_>) -> Result<Expr, OdataError> {
    let mut found = one(at)?;
    while at.keyword("and") {
        found = Expr::And(Box::new(found), Box::new(one(at)?));
    }
    Ok(found)
}

fn one(at: &mut Cursor<'_>) -> Result<Expr, OdataError> {
    at.part()?;
    let expected = "a clause such as `\"displayName:abc\"`, in double quotes";
    if !at.eat('"') {
        return Err(at.error(expected));
    }
    let mut text = String::new();
    loop {
        let mut chars = at.rest().chars();
        match chars.next() {
            Some('"') => {
                at.take(1);
                break;
            }
            Some('\\') => {
                at.take(1);
                let next = chars.next().map_or(0, char::len_utf8);
                text.push_str(at.take(next).unwrap_or_default());
            }
            Some(c) => {
                at.take(c.len_utf8());
                text.push(c);
            }
            None => return Err(at.error("a closing double quote")),
        }
    }
    match text.split_once(':') {
        Some((name, term)) if !name.trim().is_empty() => {
            Ok(Expr::Text(TextFn::Contains, name.trim().to_owned(), term.trim().to_owned()))
        }
        _ => Err(OdataError::new("$search", format!("`{text}` names no property"), expected)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_name_a_property_and_a_text() {
        let clause = |name: &str, term: &str| Expr::Text(TextFn::Contains, name.into(), term.into());
        assert_eq!(search("\"displayName:ada l\""), Ok(clause("displayName", "ada l")));
        let either =
            Expr::Or(Box::new(clause("displayName", "a")), Box::new(clause("userPrincipalName", "a")));
        assert_eq!(search("\"displayName:a\" OR \"userPrincipalName:a\""), Ok(either));
        for bad in ["", "ada", "\"ada\"", "\"displayName:ada", "\"displayName:a\" \"b:c\""] {
            assert!(search(bad).is_err(), "{bad}");
        }
        assert!(search(&vec!["\"displayName:a\""; 3_000].join(" OR ")).is_err());
    }
}
