//! Writes docs/configuration.md from the sections, so that no key goes undocumented.

use std::fmt::Write;

use figment::{
    Figment,
    providers::{Format, Toml},
    value::Value,
};

use super::{
    AuthSection, CacheSection, ChatSection, DatabaseSection, FilesSection, IceSection, KeyKind, LimitsSection,
    MailSection, MediaSection, RedisSection, RoomsSection, Section, ServerSection, StorageSection, TelemetrySection,
    WebhooksSection,
};

const INTRODUCTION: &str = "\
# Configuration

Settings are read in layers; later ones win:

1. the defaults below,
2. a TOML file, named by `--config` or `OPEN_MEETING_CONFIG`,
3. environment variables `OPEN_MEETING__<SECTION>__<KEY>`, such as `OPEN_MEETING__DATABASE__POOL_SIZE=32`,
4. the short names `DATABASE_URL`, `REDIS_URL`, `JWT_SECRET` and `PORT`,
5. the command line.

Text in a variable is taken as it stands; numbers, lists and tables are written as in TOML. An empty variable counts as
not set. All mistakes are told at start, each with its key; an unknown key is a mistake. Secrets are never shown.

`open-meeting dev` brings its own database, Redis and signing key, and listens on `127.0.0.1` unless told otherwise.
`open-meeting doctor` checks the result. This file is written by `open-meeting configuration`.

## Roles

`roles` stands at the top of the file, outside the sections: what this process does. A list of `api` (REST),
`signaling` (WebSocket), `media` (media workers; goes with `signaling`) and `worker` (the outbox relay).
Default: all of them. Variable: `OPEN_MEETING__ROLES=api,worker`. Command line: `--roles api,worker`.
";

/// The text of docs/configuration.md.
#[must_use]
pub fn documentation() -> String {
    let mut text = INTRODUCTION.to_owned();
    write_section::<ServerSection>(&mut text);
    write_section::<DatabaseSection>(&mut text);
    write_section::<RedisSection>(&mut text);
    write_section::<AuthSection>(&mut text);
    write_section::<CacheSection>(&mut text);
    write_section::<LimitsSection>(&mut text);
    write_section::<MailSection>(&mut text);
    write_section::<WebhooksSection>(&mut text);
    write_section::<ChatSection>(&mut text);
    write_section::<RoomsSection>(&mut text);
    write_section::<StorageSection>(&mut text);
    write_section::<FilesSection>(&mut text);
    write_section::<MediaSection>(&mut text);
    write_section::<IceSection>(&mut text);
    write_section::<TelemetrySection>(&mut text);
    text
}

fn write_section<S: Section>(text: &mut String) {
    let defaults = Figment::from(Toml::string(include_str!("default.toml")));
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\n## `[{}]`\n\n{}\n\n| Key | Default | Meaning |\n|---|---|---|", S::NAME, S::ABOUT);
    for key in S::KEYS {
        let default = match (key.kind, defaults.find_value(&format!("{}.{}", S::NAME, key.name))) {
            (KeyKind::Secret, _) | (_, Err(_)) => "none".to_owned(),
            (_, Ok(value)) => show(&value),
        };
        let _ = writeln!(text, "| `{}` | {default} | {} |", key.name, key.doc.replace('|', "\\|"));
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::String(_, text) if text.is_empty() => "none".to_owned(),
        Value::String(_, text) => format!("`{text}`"),
        Value::Num(_, number) => number.to_i128().map_or_else(|| "none".to_owned(), |number| format!("`{number}`")),
        Value::Bool(_, flag) => format!("`{flag}`"),
        Value::Array(_, items) if items.is_empty() => "`[]`".to_owned(),
        _ => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use serde::de::{self, Deserializer, Visitor};

    use super::*;

    /// A deserializer that only looks at which fields a struct asks for.
    struct Fields<'a>(&'a mut Vec<&'static str>);

    impl<'de> Deserializer<'de> for Fields<'_> {
        type Error = de::value::Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(de::Error::custom("only looked at"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Self::Error> {
            self.0.extend(fields);
            self.deserialize_any(visitor)
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    fn check<S: Section>() {
        let mut fields = Vec::new();
        assert!(S::deserialize(Fields(&mut fields)).is_err());
        let fields: BTreeSet<&str> = fields.into_iter().collect();
        let documented: BTreeSet<&str> = S::KEYS.iter().map(|key| key.name).collect();
        assert_eq!(fields, documented, "the fields and the documented keys of [{}]", S::NAME);
        let defaults = Figment::from(Toml::string(include_str!("default.toml"))).find_value(S::NAME).unwrap();
        let defaults: BTreeSet<&str> = defaults.as_dict().unwrap().keys().map(String::as_str).collect();
        assert_eq!(defaults, documented, "the defaults and the documented keys of [{}]", S::NAME);
    }

    #[test]
    fn every_key_has_a_default_and_a_documentation() {
        check::<ServerSection>();
        check::<DatabaseSection>();
        check::<RedisSection>();
        check::<AuthSection>();
        check::<CacheSection>();
        check::<LimitsSection>();
        check::<MailSection>();
        check::<WebhooksSection>();
        check::<ChatSection>();
        check::<RoomsSection>();
        check::<StorageSection>();
        check::<FilesSection>();
        check::<MediaSection>();
        check::<IceSection>();
        check::<TelemetrySection>();
    }

    #[test]
    fn the_committed_documentation_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == documentation(),
            "docs/configuration.md is stale; write it with: cargo run -p open-meeting -- configuration > docs/configuration.md"
        );
    }
}
