//! The query string as a whole.

use data_encoding::BASE64URL_NOPAD;
use domain::time::Instant;
use serde_json::json;

use super::{
    Expand, Expr, OdataError,
    expand::expand,
    filter::filter,
    parse::{Cursor, MOST},
    search::search,
};

/// The largest page that can be asked for.
const TOP_MAX: u32 = 999;
/// The same of the history (contract 12.1).
const TOP_MAX_KEYSET: u32 = 1_000;
/// The size of a page when none is asked for.
const TOP_USUAL: u32 = 100;

/// A query option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is OData's own word")]
pub enum Opt {
    Filter,
    Select,
    Expand,
    Top,
    Skip,
    SkipToken,
    OrderBy,
    Count,
    Search,
    /// No option by itself: the list takes a `$skiptoken` that names the last row instead of a number of rows.
    Keyset,
}

impl Opt {
    /// What every list takes.
    pub const LIST: &[Self] = &[
        Self::Filter,
        Self::Select,
        Self::Expand,
        Self::Top,
        Self::Skip,
        Self::SkipToken,
        Self::OrderBy,
        Self::Count,
    ];
    /// What lists of directory objects take.
    pub const SEARCHED: &[Self] = &[
        Self::Filter,
        Self::Select,
        Self::Expand,
        Self::Top,
        Self::Skip,
        Self::SkipToken,
        Self::OrderBy,
        Self::Count,
        Self::Search,
    ];
    /// What a list takes that is read on from the key of a row.
    pub const KEYSET: &[Self] = &[
        Self::Filter,
        Self::Select,
        Self::Expand,
        Self::Top,
        Self::Skip,
        Self::SkipToken,
        Self::OrderBy,
        Self::Count,
        Self::Keyset,
    ];
    /// What single things take.
    pub const ITEM: &[Self] = &[Self::Select, Self::Expand];
    /// What `/$count` takes.
    pub const NUMBER: &[Self] = &[Self::Filter, Self::Search];

    const NAMES: [(&str, Self); 9] = [
        ("$filter", Self::Filter),
        ("$select", Self::Select),
        ("$expand", Self::Expand),
        ("$top", Self::Top),
        ("$skip", Self::Skip),
        ("$skiptoken", Self::SkipToken),
        ("$orderby", Self::OrderBy),
        ("$count", Self::Count),
        ("$search", Self::Search),
    ];

    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, option)| *option == self).map_or("", |(name, _)| *name)
    }
}

/// The last row of the page before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its instant.
    pub at: Instant,
    /// Its id.
    pub id: String,
}

/// A property to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Which.
    pub path: String,
    /// Largest first.
    pub descending: bool,
}

/// The options of one call.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Query {
    /// Which rows, by `$filter`.
    pub filter: Option<Expr>,
    /// Which rows, by `$search`.
    pub search: Option<Expr>,
    /// Which properties; empty means all.
    pub select: Vec<String>,
    /// What to write out.
    pub expand: Vec<Expand>,
    /// How many rows on a page.
    pub top: Option<u32>,
    /// How many rows to pass over.
    pub skip: u64,
    /// After which row to go on, where the list is read so.
    pub after: Option<Place>,
    /// After which row to go on: what it is sorted by, and its id.
    pub keys: Option<Vec<serde_json::Value>>,
    /// How to sort.
    pub order: Vec<Order>,
    /// Whether the number of all rows is wanted.
    pub count: bool,
    /// As they came, for the link to the next page.
    pairs: Vec<(Opt, String)>,
}

impl Query {
    /// Reads a query string; an option that is not among `allowed` is refused.
    pub fn parse(raw: Option<&str>, allowed: &[Opt]) -> Result<Self, OdataError> {
        let mut query = Self::default();
        for (key, value) in decode(raw) {
            let option = option(&key, allowed)?;
            if query.pairs.iter().any(|(seen, _)| *seen == option) {
                return Err(OdataError::new(option.name(), "it is given twice", "each option once"));
            }
            query.take(option, &value, allowed.contains(&Opt::Keyset))?;
            query.pairs.push((option, value));
        }
        Ok(query)
    }

    /// A query that does nothing but write this out.
    pub fn expanding(name: &str) -> Self {
        let only = Expand { name: name.to_owned(), ..Expand::default() };
        Self { expand: vec![only], ..Self::default() }
    }

    /// How many rows on a page.
    pub fn page_size(&self) -> u32 {
        self.top.unwrap_or(TOP_USUAL)
    }

    /// The query string of the next page: every option kept, and the place to go on from.
    pub fn next(&self) -> String {
        let place = self.skip + u64::from(self.page_size());
        self.with_token(&format!("o{place:x}"))
    }

    /// The same, where the place is named by the last row of this page.
    pub fn next_after(&self, place: &Place) -> String {
        self.with_token(&format!("k{:x}.{}", place.at.0, place.id))
    }

    /// The same, where the place is named by what the last row of this page is sorted by.
    pub fn next_keys(&self, keys: &[serde_json::Value]) -> String {
        self.with_token(&format!("r{}", BASE64URL_NOPAD.encode(json!(keys).to_string().as_bytes())))
    }

    fn with_token(&self, token: &str) -> String {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        for (option, value) in &self.pairs {
            if !matches!(option, Opt::Skip | Opt::SkipToken) {
                out.append_pair(option.name(), value);
            }
        }
        out.append_pair("$skiptoken", token);
        // The keys are commonly seen with their dollar sign as it is.
        out.finish().replace("%24", "$")
    }

    fn take(&mut self, option: Opt, value: &str, keyset: bool) -> Result<(), OdataError> {
        let refused = |message: String, allowed: &str| Err(OdataError::new(option.name(), message, allowed));
        let most = if keyset { TOP_MAX_KEYSET } else { TOP_MAX };
        match option {
            Opt::Filter => self.filter = Some(filter(value)?),
            Opt::Search => self.search = Some(search(value)?),
            Opt::Select => self.select = names("$select", value)?,
            Opt::Expand => self.expand = expand(value)?,
            Opt::OrderBy => self.order = order(value)?,
            Opt::Count => match value.to_ascii_lowercase().as_str() {
                "true" => self.count = true,
                "false" => self.count = false,
                _ => return refused(format!("`{value}` is neither true nor false"), "true or false"),
            },
            Opt::Top => match value.parse() {
                Ok(top) if (1..=most).contains(&top) => self.top = Some(top),
                _ => return refused(format!("`{value}` is no page size"), &format!("1 to {most}")),
            },
            Opt::Skip => match value.parse::<u32>() {
                // A token says where the page begins, whatever the call that led to it passed over.
                Ok(skip) if !self.has(Opt::SkipToken) => self.skip = u64::from(skip),
                Ok(_) => {}
                Err(_) => return refused(format!("`{value}` is no number of rows"), "0 or more"),
            },
            Opt::SkipToken if keyset && value.starts_with('k') => {
                let Some(place) = Place::parse(value) else {
                    return refused(format!("`{value}` is not known"), "the token of a next link");
                };
                (self.after, self.skip) = (Some(place), 0);
            }
            Opt::SkipToken if value.starts_with('r') => {
                let bytes = BASE64URL_NOPAD.decode(&value.as_bytes()[1..]).ok();
                let Some(keys) = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()) else {
                    return refused(format!("`{value}` is not known"), "the token of a next link");
                };
                (self.keys, self.skip) = (Some(keys), 0);
            }
            Opt::SkipToken => {
                let place = value.strip_prefix('o').and_then(|text| u32::from_str_radix(text, 16).ok());
                let Some(place) = place else {
                    return refused(format!("`{value}` is not known"), "the token of a next link");
                };
                self.skip = u64::from(place);
            }
            // No name leads here.
            Opt::Keyset => {}
        }
        Ok(())
    }

    fn has(&self, option: Opt) -> bool {
        self.pairs.iter().any(|(seen, _)| *seen == option)
    }
}

impl Place {
    fn parse(token: &str) -> Option<Self> {
        let (at, id) = token.strip_prefix('k')?.split_once('.')?;
        let at = Instant(i64::from_str_radix(at, 16).ok()?);
        id.chars().all(|c| c.is_ascii_hexdigit() || c == '-').then(|| Self { at, id: id.to_owned() })
    }
}

/// The pairs of a query string, with `+` as a space.
pub fn decode(raw: Option<&str>) -> Vec<(String, String)> {
    url::form_urlencoded::parse(raw.unwrap_or_default().as_bytes()).into_owned().collect()
}

fn option(key: &str, allowed: &[Opt]) -> Result<Opt, OdataError> {
    let plain = key.trim_start_matches('$').to_ascii_lowercase();
    let found = Opt::NAMES.iter().find(|(name, _)| name.trim_start_matches('$') == plain);
    let names = || {
        allowed
            .iter()
            .map(|option| option.name())
            .filter(|name| !name.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    };
    match found {
        Some((_, option)) if allowed.contains(option) => Ok(*option),
        _ if allowed.is_empty() => Err(OdataError::new(key, "it is not supported here", "no query options")),
        _ => Err(OdataError::new(key, "it is not supported here", names())),
    }
}

pub(super) fn names(option: &str, text: &str) -> Result<Vec<String>, OdataError> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    let good = |name: &String| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_*/.".contains(c))
    };
    match names.iter().find(|name| !good(name)) {
        None if names.len() > MOST => {
            Err(OdataError::new(option, format!("it has more than {MOST} names"), format!("at most {MOST}")))
        }
        None => Ok(names),
        Some(bad) => {
            Err(OdataError::new(option, format!("`{bad}` is no property"), "names with commas between"))
        }
    }
}

fn order(text: &str) -> Result<Vec<Order>, OdataError> {
    let mut at = Cursor::new("$orderby", text);
    let mut found = Vec::new();
    loop {
        at.part()?;
        let Some(path) = at.name() else { return Err(at.error("the name of a property")) };
        let descending = at.keyword("desc");
        if !descending {
            at.keyword("asc");
        }
        found.push(Order { path: path.to_owned(), descending });
        if !at.eat(',') {
            break;
        }
    }
    if at.at_end() { Ok(found) } else { Err(at.error("`asc`, `desc`, `,` or the end")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_with_and_without_their_sign_and_plus_is_a_space() {
        let parsed = |raw| Query::parse(Some(raw), Opt::SEARCHED).unwrap();
        let one = parsed("$filter=a+eq+%27x%27&$top=5&$count=TRUE&$orderby=b desc,c");
        assert_eq!(one.filter, parsed("filter=a%20eq%20'x'").filter);
        assert_eq!((one.page_size(), one.count, one.order.len()), (5, true, 2));
        assert!(one.order[0].descending && !one.order[1].descending);
        let search = parsed("%24search=%22displayName%3Aada%22&$select=id,displayName");
        assert!(search.search.is_some() && search.select == ["id", "displayName"]);
    }

    #[test]
    fn the_next_page_keeps_every_option() {
        let first = Query::parse(Some("$filter=a eq 'x%26y'&$top=2&$skip=1&$count=true"), Opt::LIST).unwrap();
        let next = first.next();
        assert_eq!(next, "$filter=a+eq+%27x%26y%27&$top=2&$count=true&$skiptoken=o3");
        let second = Query::parse(Some(&next), Opt::LIST).unwrap();
        assert_eq!((second.skip, &second.filter, second.count), (3, &first.filter, true));
        let place = Place { at: Instant(0x1f), id: "0a-1".to_owned() };
        let next = first.next_after(&place);
        assert!(next.ends_with("$count=true&$skiptoken=k1f.0a-1"), "{next}");
        let second = Query::parse(Some(&next), Opt::KEYSET).unwrap();
        assert_eq!((second.skip, second.after), (0, Some(place)));
        for (raw, allowed) in
            [(next.as_str(), Opt::LIST), ("$skiptoken=k1f", Opt::KEYSET), ("$skiptoken=kx.1", Opt::KEYSET)]
        {
            assert!(Query::parse(Some(raw), allowed).is_err(), "{raw}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        for (raw, option) in [
            ("$apply=x", "$apply"),
            ("$top=0", "$top"),
            ("$top=1000", "$top"),
            ("$skip=-1", "$skip"),
            ("$skiptoken=x", "$skiptoken"),
            ("$count=yes", "$count"),
            ("$orderby=a up", "$orderby"),
            ("$select=", "$select"),
            (&format!("$select={}a", "a,".repeat(100)), "$select"),
            ("$expand=a,a", "$expand"),
            ("$top=1&top=2", "$top"),
            ("$search=\"a:b\"", "$search"),
        ] {
            assert_eq!(
                Query::parse(Some(raw), Opt::LIST).map_err(|e| e.option),
                Err(option.to_owned()),
                "{raw}"
            );
        }
    }
}
