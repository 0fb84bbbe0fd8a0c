//! `$expand` with its nested options: `principal($select=id,displayName),roleDefinition`.

use super::{OdataError, parse::Cursor, query::names};

/// A navigation property to be written out.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Expand {
    /// Which; `*` is every one.
    pub name: String,
    /// The properties wanted of it; none means all.
    pub select: Vec<String>,
    /// What is to be written out inside it.
    pub expand: Vec<Self>,
}

pub(super) fn expand(text: &str) -> Result<Vec<Expand>, OdataError> {
    let mut at = Cursor::new("$expand", text);
    let found = list(&mut at)?;
    if at.at_end() { Ok(found) } else { Err(at.error("`,` or the end")) }
}

fn list(at: &mut Cursor<'_>) -> Result<Vec<Expand>, OdataError> {
    let mut found: Vec<Expand> = Vec::new();
    loop {
        at.part()?;
        let next = one(at)?;
        // Each is written out, and costs what that costs.
        if found.iter().any(|seen| seen.name.eq_ignore_ascii_case(&next.name)) {
            let name: String = next.name.chars().take(80).collect();
            return Err(OdataError::new("$expand", format!("`{name}` is given twice"), "each name once"));
        }
        found.push(next);
        if !at.eat(',') {
            return Ok(found);
        }
    }
}

fn one(at: &mut Cursor<'_>) -> Result<Expand, OdataError> {
    if at.eat('*') {
        return Ok(Expand { name: "*".to_owned(), ..Expand::default() });
    }
    let Some(name) = at.name() else { return Err(at.error("the name of a navigation property")) };
    let mut found = Expand { name: name.to_owned(), ..Expand::default() };
    if at.eat('(') {
        loop {
            at.deeper(|at| option(at, &mut found))?;
            if at.eat(')') {
                break;
            }
            at.expect(';')?;
        }
    }
    Ok(found)
}

fn option(at: &mut Cursor<'_>, into: &mut Expand) -> Result<(), OdataError> {
    at.eat('$');
    let Some(name) = at.name() else { return Err(at.error("$select or $expand")) };
    at.expect('=')?;
    match name.to_ascii_lowercase().as_str() {
        "select" => {
            let end = at.rest().find([';', ')']).unwrap_or(at.rest().len());
            into.select = names("$select", at.take(end).unwrap_or_default())?;
        }
        "expand" => into.expand = list(at)?,
        _ => {
            return Err(OdataError::new(
                "$expand",
                format!("the nested option `{name}` is not supported"),
                "$select and $expand",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_options_are_read() {
        let found = expand("roleDefinition,principal($select=id,displayName)").unwrap();
        assert_eq!(found[0].name, "roleDefinition");
        assert_eq!(found[1].select, ["id", "displayName"]);
        let found = expand("policy($expand=rules;$select=id)").unwrap();
        assert_eq!((found[0].expand[0].name.as_str(), found[0].select[0].as_str()), ("rules", "id"));
        assert_eq!(expand("*").unwrap()[0].name, "*");
    }

    #[test]
    fn the_rest_is_refused() {
        for bad in ["", "a(", "a($top=1)", "a,,b", "a)", "a($select=id", "a,b,A", "*,*", "a($expand=b,b)"] {
            assert!(expand(bad).is_err(), "{bad}");
        }
        let many: Vec<String> = (0..200).map(|n| format!("a{n}")).collect();
        assert!(expand(&many[..100].join(",")).is_ok());
        assert!(expand(&many[..101].join(",")).is_err());
        assert!(expand(&format!("a($expand={})", many.join(","))).is_err());
        assert!(expand(&format!("a($select={})", many.join(","))).is_err());
    }
}
