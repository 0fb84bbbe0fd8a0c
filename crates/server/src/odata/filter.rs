//! `$filter` (`reference/graph-pim-contract.md` 1.4).

use domain::time::Instant;

use super::{Expr, OdataError, Op, TextFn, Value, parse::Cursor};

const COMPARISONS: [(&str, Op); 6] =
    [("eq", Op::Eq), ("ne", Op::Ne), ("ge", Op::Ge), ("gt", Op::Gt), ("le", Op::Le), ("lt", Op::Lt)];
const TEXTS: [(&str, TextFn); 3] =
    [("startswith", TextFn::StartsWith), ("endswith", TextFn::EndsWith), ("contains", TextFn::Contains)];

/// Reads the text of a `$filter`.
pub fn filter(text: &str) -> Result<Expr, OdataError> {
    let mut at = Cursor::new("$filter", text);
    let found = either(&mut at, None)?;
    if at.at_end() { Ok(found) } else { Err(at.error("`and`, `or` or the end")) }
}

/// `variable` is the name of the element inside `any(...)`.
fn either(at: &mut Cursor<'_>, variable: Option<&str>) -> Result<Expr, OdataError> {
    let mut left = both(at, variable)?;
    while at.keyword("or") {
        left = Expr::Or(Box::new(left), Box::new(both(at, variable)?));
    }
    Ok(left)
}

fn both(at: &mut Cursor<'_>, variable: Option<&str>) -> Result<Expr, OdataError> {
    let mut left = one(at, variable)?;
    while at.keyword("and") {
        left = Expr::And(Box::new(left), Box::new(one(at, variable)?));
    }
    Ok(left)
}

fn one(at: &mut Cursor<'_>, variable: Option<&str>) -> Result<Expr, OdataError> {
    at.part()?;
    if at.keyword("not") {
        return at.deeper(|at| Ok(Expr::Not(Box::new(one(at, variable)?))));
    }
    if at.eat('(') {
        let inner = at.deeper(|at| either(at, variable))?;
        at.expect(')')?;
        return Ok(inner);
    }
    let Some(name) = at.name() else { return Err(at.error("the name of a property")) };
    if at.eat('(') {
        return call(at, name, variable);
    }
    let path = property(at, name, variable)?;
    if at.keyword("in") {
        at.expect('(')?;
        let mut values = vec![value(at)?];
        while at.eat(',') {
            at.part()?;
            values.push(value(at)?);
        }
        at.expect(')')?;
        return Ok(Expr::In(path, values));
    }
    for (word, op) in COMPARISONS {
        if at.keyword(word) {
            return Ok(Expr::Compare(path, op, value(at)?));
        }
    }
    Err(at.error("one of eq, ne, gt, ge, lt, le, in"))
}

fn call(at: &mut Cursor<'_>, name: &str, variable: Option<&str>) -> Result<Expr, OdataError> {
    if let Some((_, function)) = TEXTS.iter().find(|(word, _)| name.eq_ignore_ascii_case(word)) {
        let Some(first) = at.name() else { return Err(at.error("the name of a property")) };
        let path = property(at, first, variable)?;
        at.expect(',')?;
        at.space();
        let Some(text) = at.quoted()? else { return Err(at.error("a text in single quotes")) };
        at.expect(')')?;
        // `startswith(a,'b') eq true` means the same.
        if at.keyword("eq") && !at.keyword("true") {
            return Err(at.error("`true` here"));
        }
        return Ok(Expr::Text(*function, path, text));
    }
    let any = name.rsplit_once('/').filter(|(_, last)| last.eq_ignore_ascii_case("any"));
    let Some((list, _)) = any else {
        return Err(OdataError::new(
            "$filter",
            format!("the function `{name}` is not supported"),
            "startswith, endswith, contains and any",
        ));
    };
    if at.eat(')') {
        return Ok(Expr::Any(list.to_owned(), None));
    }
    let Some(variable) = at.name() else { return Err(at.error("the name of the element")) };
    at.expect(':')?;
    let inner = at.deeper(|at| either(at, Some(variable)))?;
    at.expect(')')?;
    Ok(Expr::Any(list.to_owned(), Some(Box::new(inner))))
}

fn property(at: &Cursor<'_>, name: &str, variable: Option<&str>) -> Result<String, OdataError> {
    let Some(variable) = variable else { return Ok(name.to_owned()) };
    match name.strip_prefix(variable).and_then(|rest| rest.strip_prefix('/')) {
        Some(path) => Ok(path.to_owned()),
        None => Err(at.error(&format!("a property of the element, such as `{variable}/id`"))),
    }
}

fn value(at: &mut Cursor<'_>) -> Result<Value, OdataError> {
    if let Some(text) = at.quoted()? {
        return Ok(Value::Text(text));
    }
    let expected = "a text in single quotes, a number, a date and time, true, false or null";
    let Some(word) = at.bare() else { return Err(at.error(expected)) };
    if word.eq_ignore_ascii_case("null") {
        return Ok(Value::Null);
    }
    if let Some(value) = [true, false].into_iter().find(|value| word.eq_ignore_ascii_case(&value.to_string()))
    {
        return Ok(Value::Bool(value));
    }
    if let Ok(number) = word.parse() {
        return Ok(Value::Int(number));
    }
    if let Ok(time) = word.parse::<Instant>() {
        return Ok(Value::Time(time));
    }
    // The `+` of an offset that nobody encoded has become a space.
    let offset = at.rest().strip_prefix(' ').and_then(|rest| rest.get(..5));
    if let Some(time) = offset.and_then(|offset| format!("{word}+{offset}").parse::<Instant>().ok()) {
        at.take(6);
        return Ok(Value::Time(time));
    }
    Err(OdataError::new("$filter", format!("`{word}` is no value"), expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the documentation and the known clients send.
    const CORPUS: &str = "\
principalId eq '{id}'
roleDefinitionId eq '{id}'
principalId eq '{id}' and roleDefinitionId eq '{id}'
principalId eq '{id}' and roleDefinitionId eq '{id}' and directoryScopeId eq '/'
status eq 'PendingApproval'
status eq 'Provisioned' and action eq 'selfActivate'
targetScheduleId eq '{id}'
assignmentType eq 'Activated'
roleAssignmentScheduleId eq '{id}'
groupId eq '{id}'
groupId eq '{id}' and principalId eq '{id}'
groupId eq '{id}' and accessId eq 'member'
scopeId eq '/' and scopeType eq 'DirectoryRole'
scopeId eq '/' and scopeType eq 'Directory'
scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '{id}'
scopeId eq '{groupId}' and scopeType eq 'Group'
scopeId eq '{groupId}' and scopeType eq 'Group' and roleDefinitionId eq 'member'
isBuiltIn eq true
displayName eq 'Global Administrator'
displayName in ('Global Reader','Security Reader')
startswith(displayName,'Sec')
isAssignableToRole eq true
activityDateTime ge 2026-01-01T00:00:00Z and activityDateTime le 2026-01-02T00:00:00Z
category eq 'RoleManagement' and loggedByService eq 'PIM'
initiatedBy/user/id eq '{id}'
targetResources/any(t: t/id eq '{id}')
startswith(activityDisplayName,'Add member')
contains(scope/microsoft.graph.accessReviewQueryScope/query, './members')
decision eq 'NotReviewed'";

    #[test]
    fn the_whole_corpus_is_understood() {
        for line in CORPUS.lines() {
            assert!(filter(line).is_ok(), "{line}: {:?}", filter(line));
        }
    }

    fn equal(path: &str, value: Value) -> Expr {
        Expr::Compare(path.into(), Op::Eq, value)
    }

    #[test]
    fn and_binds_closer_than_or_and_not_closer_than_both() {
        let number = |path, n| equal(path, Value::Int(n));
        let expected = Expr::Or(
            Box::new(number("a", 1)),
            Box::new(Expr::And(Box::new(Expr::Not(Box::new(number("b", 2)))), Box::new(number("c", 3)))),
        );
        assert_eq!(filter("a eq 1 or not (b eq 2) and c eq 3"), Ok(expected));
    }

    #[test]
    fn values_of_every_kind() {
        let time: Instant = "2026-01-01T00:00:00Z".parse().unwrap();
        for (text, value) in [
            ("'O''Neil, (x)'", Value::Text("O'Neil, (x)".into())),
            ("''", Value::Text(String::new())),
            ("TRUE", Value::Bool(true)),
            ("-7", Value::Int(-7)),
            ("null", Value::Null),
            ("2026-01-01T00:00:00Z", Value::Time(time)),
            ("2026-01-01T02:00:00+02:00", Value::Time(time)),
            ("2026-01-01T02:00:00 02:00", Value::Time(time)),
        ] {
            assert_eq!(filter(&format!("p eq {text}")), Ok(equal("p", value)), "{text}");
        }
    }

    #[test]
    fn an_element_is_named_and_its_paths_begin_with_it() {
        let inner = equal("id", Value::Text("x".into()));
        let expected = Expr::Any("targetResources".into(), Some(Box::new(inner)));
        assert_eq!(filter("targetResources/any(t:t/id eq 'x')"), Ok(expected));
        assert_eq!(filter("members/any()"), Ok(Expr::Any("members".into(), None)));
        assert!(filter("targetResources/any(t: id eq 'x')").is_err());
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        for bad in [
            "",
            "a",
            "a eq",
            "a eq b",
            "a eq 'x",
            "a eq 1 and",
            "(a eq 1",
            "a eq 1)",
            "a like 'x'",
            "a in ()",
            "isof(a,'b')",
            "startswith(a)",
            "a eq 2026-01-01T00:00:00",
            "startswith(a,'b') eq false",
        ] {
            assert_eq!(filter(bad).map_err(|e| e.option), Err("$filter".to_owned()), "{bad}");
        }
        let long = |join: &str| vec!["a eq 1"; 3_000].join(join);
        let list = format!("a in ({})", vec!["1"; 20_000].join(","));
        for bad in
            [long(" or "), long(" and "), format!("x/any(t:{})", long(" or ").replace("a ", "t/a ")), list]
        {
            let error = filter(&bad).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains("more than 100 conditions"), "{error}");
        }
        let deep = format!("{}a eq 1{}", "(".repeat(4_000), ")".repeat(4_000));
        assert!(filter(&deep).is_err());
        assert!(filter(&format!("{}a eq 1", "not ".repeat(4_000))).is_err());
    }
}
