//! Takes typed values out of a JSON object and remembers what is wrong with each, so that a client learns it all at once.
//!
//! Only types are checked here. What a value may be is for the domain to say.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::failure::FieldDetail;

/// The members of a JSON object that have not been taken yet. Those that nobody takes are ignored.
#[derive(Debug)]
pub struct Fields {
    members: Map<String, Value>,
    wrong: Vec<FieldDetail>,
}

/// A request that is made from the members of a JSON object.
pub trait FromFields: Sized {
    /// Whether there must be a body. Without one, the object is taken as empty.
    const REQUIRED: bool = true;

    /// Takes what it needs. What is missing or of a wrong type is remembered by `fields`; the value returned then is
    /// thrown away.
    fn from_fields(fields: &mut Fields) -> Self;
}

impl Fields {
    /// Reads a `T` from a JSON value.
    ///
    /// # Errors
    /// What is wrong with each field, if anything.
    pub fn read<T: FromFields>(value: Value) -> Result<T, Vec<FieldDetail>> {
        let Value::Object(members) = value else {
            return Err(vec![FieldDetail::new("", "wrong_type", "the body must be a JSON object")]);
        };
        let mut fields = Self { members, wrong: Vec::new() };
        let read = T::from_fields(&mut fields);
        if fields.wrong.is_empty() { Ok(read) } else { Err(fields.wrong) }
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &'static str) -> String {
        self.optional_text(name).unwrap_or_else(|| self.missing(name))
    }

    /// A text that may be absent or null.
    pub fn optional_text(&mut self, name: &'static str) -> Option<String> {
        match self.members.remove(name)? {
            Value::Null => None,
            Value::String(text) => Some(text),
            _ => self.wrong_type(name, "a text"),
        }
    }

    /// A whole number that may be absent or null. A number with a fraction of zero (`5.0`) counts as whole.
    pub fn optional_integer(&mut self, name: &'static str) -> Option<i64> {
        match self.members.remove(name)? {
            Value::Null => None,
            Value::Number(number) => match whole(&number) {
                Some(whole) => Some(whole),
                None => self.wrong_type(name, "a whole number"),
            },
            _ => self.wrong_type(name, "a whole number"),
        }
    }

    /// Yes or no; no when absent or null.
    pub fn flag(&mut self, name: &'static str) -> bool {
        match self.members.remove(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => flag,
            Some(_) => self.wrong_type(name, "true or false").unwrap_or(false),
        }
    }

    /// Yes or no; nothing when absent or null.
    pub fn optional_flag(&mut self, name: &'static str) -> Option<bool> {
        match self.members.remove(name)? {
            Value::Null => None,
            Value::Bool(flag) => Some(flag),
            _ => self.wrong_type(name, "true or false"),
        }
    }

    /// A list of texts that must be there, of at most `max`.
    pub fn texts(&mut self, name: &'static str, max: usize) -> Vec<String> {
        let mut texts = Vec::new();
        for (nth, value) in self.list(name, max).into_iter().enumerate() {
            match value {
                Value::String(text) => texts.push(text),
                _ => self.wrong.push(FieldDetail::new(format!("{name}[{nth}]"), "wrong_type", "must be a text")),
            }
        }
        texts
    }

    /// A list of texts of at most `max`; nothing when absent or null.
    pub fn optional_texts(&mut self, name: &'static str, max: usize) -> Option<Vec<String>> {
        match self.members.get(name) {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.texts(name, max)),
        }
    }

    /// A list of objects that must be there, of at most `max`.
    pub fn objects<T: FromFields>(&mut self, name: &'static str, max: usize) -> Vec<T> {
        let mut objects = Vec::new();
        for (nth, value) in self.list(name, max).into_iter().enumerate() {
            match Self::read(value) {
                Ok(object) => objects.push(object),
                Err(wrong) => self.wrong.extend(wrong.into_iter().map(|detail| FieldDetail {
                    field: if detail.field.is_empty() {
                        format!("{name}[{nth}]")
                    } else {
                        format!("{name}[{nth}].{}", detail.field)
                    },
                    message: if detail.field.is_empty() { "must be an object".to_owned() } else { detail.message },
                    ..detail
                })),
            }
        }
        objects
    }

    fn list(&mut self, name: &'static str, max: usize) -> Vec<Value> {
        match self.members.remove(name) {
            None | Some(Value::Null) => self.missing(name),
            Some(Value::Array(values)) if values.len() <= max => values,
            Some(Value::Array(_)) => {
                self.wrong.push(FieldDetail::new(name, "too_many", format!("must have at most {max} items")));
                Vec::new()
            }
            Some(_) => self.wrong_type(name, "a list").unwrap_or_default(),
        }
    }

    /// A time in RFC 3339 that may be absent or null.
    pub fn optional_time(&mut self, name: &'static str) -> Option<DateTime<Utc>> {
        match self.members.remove(name)? {
            Value::Null => None,
            Value::String(text) => match DateTime::parse_from_rfc3339(&text) {
                Ok(time) => Some(time.to_utc()),
                Err(_) => self.wrong_type(name, "a time such as 2026-01-31T12:00:00Z"),
            },
            _ => self.wrong_type(name, "a time such as 2026-01-31T12:00:00Z"),
        }
    }

    /// A time in RFC 3339 or null; nothing when absent, which is something else than null.
    pub fn changed_time(&mut self, name: &'static str) -> Option<Option<DateTime<Utc>>> {
        self.members.contains_key(name).then(|| self.optional_time(name))
    }

    /// A text or null; nothing when absent, which is something else than null.
    pub fn changed_text(&mut self, name: &'static str) -> Option<Option<String>> {
        self.members.contains_key(name).then(|| self.optional_text(name))
    }

    /// A time in RFC 3339 that must be there.
    pub fn time(&mut self, name: &'static str) -> DateTime<Utc> {
        self.optional_time(name).unwrap_or_else(|| self.missing(name))
    }

    /// An object; nothing when absent or null.
    pub fn optional_object<T: FromFields>(&mut self, name: &'static str) -> Option<T> {
        let value = self.members.remove(name).filter(|value| !value.is_null())?;
        match Self::read(value) {
            Ok(object) => Some(object),
            Err(wrong) => {
                self.wrong.extend(wrong.into_iter().map(|detail| {
                    if detail.field.is_empty() {
                        FieldDetail::new(name, "wrong_type", "must be an object")
                    } else {
                        FieldDetail { field: format!("{name}.{}", detail.field), ..detail }
                    }
                }));
                None
            }
        }
    }

    /// One of some words; nothing when absent or null.
    pub fn optional_choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> Option<T> {
        if self.members.get(name).is_none_or(Value::is_null) {
            return None;
        }
        let (_, first) = choices.first()?;
        Some(self.choice(name, choices, *first))
    }

    /// A list of some words, of at most `max`; nothing when absent or null.
    pub fn optional_choices<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
        max: usize,
    ) -> Option<Vec<T>> {
        let texts = self.optional_texts(name, max)?;
        let mut chosen = Vec::with_capacity(texts.len());
        for (nth, text) in texts.iter().enumerate() {
            match choices.iter().find(|(choice, _)| choice == text) {
                Some((_, choice)) => chosen.push(*choice),
                None => {
                    let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
                    let message = format!("must be one of: {}", words.join(", "));
                    self.wrong.push(FieldDetail::new(format!("{name}[{nth}]"), "unknown_value", message));
                }
            }
        }
        Some(chosen)
    }

    /// One of some words; the first when absent or null.
    pub fn choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)], default: T) -> T {
        match self.members.remove(name) {
            None | Some(Value::Null) => default,
            Some(value) => {
                let chosen = value.as_str().and_then(|word| choices.iter().find(|(choice, _)| *choice == word));
                if let Some((_, chosen)) = chosen {
                    return *chosen;
                }
                let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
                self.wrong.push(FieldDetail::new(
                    name,
                    "unknown_value",
                    format!("must be one of: {}", words.join(", ")),
                ));
                default
            }
        }
    }

    /// One of some words, that must be there; `default` stands for it when it is not.
    pub fn required_choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)], default: T) -> T {
        if self.members.get(name).is_none_or(Value::is_null) {
            self.missing::<()>(name);
            return default;
        }
        self.choice(name, choices, default)
    }

    fn missing<T: Default>(&mut self, name: &'static str) -> T {
        if !self.wrong.iter().any(|detail| detail.field == name) {
            self.wrong.push(FieldDetail::new(name, "required", "must be given"));
        }
        T::default()
    }

    fn wrong_type<T>(&mut self, name: &'static str, expected: &str) -> Option<T> {
        self.wrong.push(FieldDetail::new(name, "wrong_type", format!("must be {expected}")));
        None
    }
}

fn whole(number: &serde_json::Number) -> Option<i64> {
    // Beyond 2^53 a fraction can no longer be told from none.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    number.as_i64().or_else(|| {
        let float = number.as_f64()?;
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
        (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq)]
    struct Sample {
        name: String,
        note: Option<String>,
        count: Option<i64>,
        at: Option<DateTime<Utc>>,
        colour: u8,
    }

    impl FromFields for Sample {
        fn from_fields(fields: &mut Fields) -> Self {
            Self {
                name: fields.text("name"),
                note: fields.optional_text("note"),
                count: fields.optional_integer("count"),
                at: fields.optional_time("at"),
                colour: fields.choice("colour", &[("red", 1), ("green", 2)], 1),
            }
        }
    }

    fn wrong(value: Value) -> Vec<(String, String)> {
        Fields::read::<Sample>(value).unwrap_err().into_iter().map(|detail| (detail.field, detail.code)).collect()
    }

    #[test]
    fn reads_what_is_there_and_ignores_the_rest() {
        let sample = Fields::read::<Sample>(json!({
            "name": "a", "note": null, "count": 5.0, "at": "2026-01-31T13:00:00+01:00", "colour": "green", "more": [1]
        }));
        assert_eq!(
            sample,
            Ok(Sample {
                name: "a".into(),
                note: None,
                count: Some(5),
                at: Some("2026-01-31T12:00:00Z".parse().unwrap()),
                colour: 2
            })
        );
        assert_eq!(Fields::read::<Sample>(json!({"name": ""})).map(|sample| sample.colour), Ok(1));
    }

    #[test]
    fn tells_every_wrong_field() {
        assert_eq!(
            wrong(json!({"name": 1, "note": [], "count": "5", "at": "tomorrow", "colour": "blue"})),
            [
                ("name", "wrong_type"),
                ("note", "wrong_type"),
                ("count", "wrong_type"),
                ("at", "wrong_type"),
                ("colour", "unknown_value")
            ]
            .map(|(field, code)| (field.to_owned(), code.to_owned()))
        );
        for missing in [json!({}), json!({"name": null})] {
            assert_eq!(wrong(missing), [("name".to_owned(), "required".to_owned())]);
        }
    }

    #[derive(Debug, PartialEq)]
    struct Lists {
        names: Vec<String>,
        parts: Vec<Part>,
        on: Option<bool>,
    }

    #[derive(Debug, PartialEq)]
    struct Part(String);

    impl FromFields for Part {
        fn from_fields(fields: &mut Fields) -> Self {
            Self(fields.text("name"))
        }
    }

    impl FromFields for Lists {
        fn from_fields(fields: &mut Fields) -> Self {
            Self { names: fields.texts("names", 2), parts: fields.objects("parts", 2), on: fields.optional_flag("on") }
        }
    }

    #[test]
    fn reads_lists_and_tells_what_is_wrong_with_each_item() {
        let lists = Fields::read::<Lists>(json!({"names": ["a", "b"], "parts": [{"name": "c"}], "on": false}));
        let names = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(lists, Ok(Lists { names, parts: vec![Part("c".to_owned())], on: Some(false) }));
        let wrong = |value| Fields::read::<Lists>(value).unwrap_err();
        let told = |value| wrong(value).into_iter().map(|detail| (detail.field, detail.code)).collect::<Vec<_>>();
        let expected = |told: &[(&str, &str)]| -> Vec<(String, String)> {
            told.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
        };
        assert_eq!(
            told(json!({"names": ["a", 1], "parts": [{}, 2], "on": "no"})),
            expected(&[
                ("names[1]", "wrong_type"),
                ("parts[0].name", "required"),
                ("parts[1]", "wrong_type"),
                ("on", "wrong_type")
            ])
        );
        assert_eq!(
            told(json!({"names": ["a", "b", "c"], "parts": null})),
            expected(&[("names", "too_many"), ("parts", "required")])
        );
        assert_eq!(
            told(json!({"names": "a", "parts": {}})),
            expected(&[("names", "wrong_type"), ("parts", "wrong_type")])
        );
    }

    #[test]
    fn takes_only_objects() {
        for value in [json!(null), json!([]), json!("x"), json!(1), json!(true)] {
            assert_eq!(wrong(value), [(String::new(), "wrong_type".to_owned())]);
        }
    }

    #[test]
    fn whole_numbers_only() {
        for odd in [json!(1.5), json!(1e300), json!(18_446_744_073_709_551_615_u64), json!(true), json!({})] {
            assert_eq!(wrong(json!({"name": "a", "count": odd})), [("count".to_owned(), "wrong_type".to_owned())]);
        }
    }
}
