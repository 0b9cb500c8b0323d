//! Reads the configuration in layers: embedded defaults, then a file, then the environment, then the command line.
//! Goes on after a mistake, so that all of them are told at once.

use std::{net::SocketAddr, path::PathBuf};

use figment::{
    Error, Figment, Metadata, Profile, Provider,
    error::Kind,
    providers::{Format, Toml},
    value::{Dict, Map, Value},
};

use super::{
    AuthSection, CacheSection, ChatSection, Config, DatabaseSection, FilesSection, IceSection, KeyKind, LimitsSection,
    MailSection, MediaSection, Mistakes, RedisSection, Role, Roles, RoomsSection, Section, ServerSection,
    StorageSection, TelemetrySection, WebhooksSection, section::Key,
};

const DEFAULTS: &str = include_str!("default.toml");
const PREFIX: &str = "OPEN_MEETING__";
const SHORT_NAMES: [(&str, &str); 3] =
    [("DATABASE_URL", "database.url"), ("REDIS_URL", "redis.url"), ("JWT_SECRET", "auth.jwt_secret")];
const SECTIONS: [(&str, &[Key]); 15] = [
    (ServerSection::NAME, ServerSection::KEYS),
    (DatabaseSection::NAME, DatabaseSection::KEYS),
    (RedisSection::NAME, RedisSection::KEYS),
    (AuthSection::NAME, AuthSection::KEYS),
    (CacheSection::NAME, CacheSection::KEYS),
    (LimitsSection::NAME, LimitsSection::KEYS),
    (MailSection::NAME, MailSection::KEYS),
    (WebhooksSection::NAME, WebhooksSection::KEYS),
    (ChatSection::NAME, ChatSection::KEYS),
    (RoomsSection::NAME, RoomsSection::KEYS),
    (StorageSection::NAME, StorageSection::KEYS),
    (FilesSection::NAME, FilesSection::KEYS),
    (MediaSection::NAME, MediaSection::KEYS),
    (IceSection::NAME, IceSection::KEYS),
    (TelemetrySection::NAME, TelemetrySection::KEYS),
];

/// Where the configuration is read from. Later fields win.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Defaults that differ from the embedded ones, with their full keys.
    pub defaults: Vec<(&'static str, Value)>,
    /// A TOML file. It must exist.
    pub file: Option<PathBuf>,
    /// Environment variables, all of them; only the program's own are looked at. An empty one counts as not set.
    pub variables: Vec<(String, String)>,
    /// Values from the command line, with their full keys.
    pub arguments: Vec<(&'static str, Value)>,
    /// Port from the command line; replaces the one in `server.listen`.
    pub port: Option<u16>,
}

impl Sources {
    /// Sources with this process's environment.
    #[must_use]
    pub fn from_environment() -> Self {
        let text = |part: std::ffi::OsString| part.to_string_lossy().into_owned();
        let variables = std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
        Self { variables, ..Self::default() }
    }

    /// Reads and checks everything.
    ///
    /// # Errors
    /// Every mistake, with its key.
    pub fn load(&self) -> Result<Config, Mistakes> {
        let mut mistakes = Mistakes::default();
        let layers = self.layers(&mut mistakes);
        let roles = roles(&layers, &mut mistakes);
        let server = section::<ServerSection>(&layers, &mut mistakes);
        let database = section::<DatabaseSection>(&layers, &mut mistakes);
        let redis = section::<RedisSection>(&layers, &mut mistakes);
        let auth = section::<AuthSection>(&layers, &mut mistakes);
        let cache = section::<CacheSection>(&layers, &mut mistakes);
        let limits = section::<LimitsSection>(&layers, &mut mistakes);
        let mail = section::<MailSection>(&layers, &mut mistakes);
        let webhooks = section::<WebhooksSection>(&layers, &mut mistakes);
        let chat = section::<ChatSection>(&layers, &mut mistakes);
        let rooms = section::<RoomsSection>(&layers, &mut mistakes);
        let storage = section::<StorageSection>(&layers, &mut mistakes);
        let files = section::<FilesSection>(&layers, &mut mistakes);
        let media = section::<MediaSection>(&layers, &mut mistakes);
        let ice = section::<IceSection>(&layers, &mut mistakes);
        let telemetry = section::<TelemetrySection>(&layers, &mut mistakes);
        if let (Some(server), Some(mail)) = (&server, &mail)
            && mail.smtp_host.is_some()
            && server.public_url.is_none()
        {
            mistakes.add("server.public_url", "is missing; links in mails begin with it (mail.smtp_host is set)");
        }
        let sections =
            (roles, server, database, redis, auth, cache, limits, mail, webhooks, chat, media, ice, telemetry);
        match (sections, storage, files, rooms) {
            (
                (
                    Some(roles),
                    Some(server),
                    Some(database),
                    Some(redis),
                    Some(auth),
                    Some(cache),
                    Some(limits),
                    Some(mail),
                    Some(webhooks),
                    Some(chat),
                    Some(media),
                    Some(ice),
                    Some(telemetry),
                ),
                Some(storage),
                Some(files),
                Some(rooms),
            ) if mistakes.is_empty() => Ok(Config {
                roles,
                server,
                database,
                redis,
                auth,
                cache,
                limits,
                mail,
                webhooks,
                chat,
                rooms,
                storage,
                files,
                media,
                ice,
                telemetry,
            }),
            _ => Err(mistakes),
        }
    }

    fn layers(&self, mistakes: &mut Mistakes) -> Figment {
        let mut layers = Figment::from(Toml::string(DEFAULTS));
        for (key, value) in &self.defaults {
            layers = layers.merge(Single::new("the defaults of this subcommand", key, value.clone()));
        }
        if let Some(file) = &self.file {
            match std::fs::read_to_string(file) {
                Ok(text) => layers = self.merge_file(layers, file, &text, mistakes),
                Err(error) => mistakes.add("--config", format!("cannot read `{}`: {error}", file.display())),
            }
        }
        layers = self.merge_variables(layers, mistakes);
        for (key, value) in &self.arguments {
            layers = layers.merge(Single::new("the command line", key, value.clone()));
        }
        let port = self.port.or_else(|| self.port_variable(mistakes));
        if let Some(port) = port {
            let listen = layers.find_value("server.listen").ok();
            let listen =
                listen.as_ref().and_then(Value::as_str).and_then(|text| text.trim().parse::<SocketAddr>().ok());
            // When `server.listen` cannot be read, that is told already.
            if let Some(mut listen) = listen {
                listen.set_port(port);
                layers = layers.merge(Single::new("PORT", "server.listen", Value::from(listen.to_string())));
            }
        }
        layers
    }

    fn merge_file(&self, layers: Figment, file: &std::path::Path, text: &str, mistakes: &mut Mistakes) -> Figment {
        let provider = Toml::string(text);
        // A file that is no TOML would otherwise hide every other layer behind its error.
        let data = match provider.data() {
            Ok(data) => data,
            Err(error) => {
                mistakes.add("--config", format!("`{}` is no valid TOML: {}", file.display(), error.kind));
                return layers;
            }
        };
        for key in data.values().flat_map(|dict| dict.keys()) {
            if key != "roles" && !SECTIONS.iter().any(|(name, _)| name == key) {
                mistakes.add(key.clone(), "is no section; see docs/configuration.md");
            }
        }
        layers.merge(Layer { origin: format!("`{}`", file.display()), data })
    }

    fn merge_variables(&self, mut layers: Figment, mistakes: &mut Mistakes) -> Figment {
        for (name, text) in self.set_variables() {
            let Some(path) = name.strip_prefix(PREFIX) else { continue };
            let key = path.to_lowercase().replace("__", ".");
            let kind = match key.split_once('.') {
                None if key == "roles" => KeyKind::Value,
                Some((section, key)) => match find_key(section, key) {
                    Some(key) => key.kind,
                    None => {
                        mistakes.add(name, "names no setting; see docs/configuration.md");
                        continue;
                    }
                },
                None => {
                    mistakes.add(name, "names no setting; see docs/configuration.md");
                    continue;
                }
            };
            let value = match kind {
                KeyKind::Text | KeyKind::Secret => Value::from(text),
                // `api,worker` reads better than a TOML list in a variable.
                KeyKind::Value if key == "roles" && !text.starts_with('[') => {
                    text.split(',').map(|role| Value::from(role.trim())).collect::<Vec<_>>().into()
                }
                KeyKind::Value => text.parse().unwrap_or_else(|never: std::convert::Infallible| match never {}),
            };
            layers = layers.merge(Single::new(name, &key, value));
        }
        for (name, key) in SHORT_NAMES {
            if let Some((_, text)) = self.set_variables().find(|(variable, _)| *variable == name) {
                layers = layers.merge(Single::new(name, key, Value::from(text)));
            }
        }
        layers
    }

    fn port_variable(&self, mistakes: &mut Mistakes) -> Option<u16> {
        let (_, text) = self.set_variables().find(|(name, _)| *name == "PORT")?;
        let port = text.trim().parse::<u16>().ok();
        if port.is_none() {
            mistakes.add("PORT", format!("must be a port between 0 and 65535, not `{text}`"));
        }
        port
    }

    fn set_variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(_, value)| !value.is_empty())
    }
}

fn find_key(section: &str, key: &str) -> Option<&'static Key> {
    let (_, keys) = SECTIONS.iter().find(|(name, _)| *name == section)?;
    keys.iter().find(|known| known.name == key)
}

/// Reads one section. A key that cannot be read is told and keeps its default, so that the others are checked too.
fn section<S: Section>(layers: &Figment, mistakes: &mut Mistakes) -> Option<S> {
    let defaults = Figment::from(Toml::string(DEFAULTS)).find_value(S::NAME).ok()?.into_dict()?;
    let given = match layers.find_value(S::NAME) {
        Ok(Value::Dict(_, given)) => given,
        Ok(other) => {
            let place = origin(layers, &other);
            mistakes.add(S::NAME, format!("must be a section with keys{place}"));
            return None;
        }
        Err(error) => {
            mistakes.add(S::NAME, error.kind.to_string());
            return None;
        }
    };
    let mut readable = defaults;
    for (name, value) in given {
        let Some(key) = S::KEYS.iter().find(|key| key.name == name) else {
            let known: Vec<&str> = S::KEYS.iter().map(|key| key.name).collect();
            let place = origin(layers, &value);
            mistakes.add(format!("{}.{name}", S::NAME), format!("is no key{place}; there are {}", known.join(", ")));
            continue;
        };
        let mut trial = readable.clone();
        trial.insert(name.clone(), value.clone());
        match Value::from(trial.clone()).deserialize::<S>() {
            Ok(_) => readable = trial,
            Err(error) => {
                let place = origin(layers, &value);
                mistakes.add(full_key(S::NAME, &name, &error), format!("{}{place}", explain(&error, key)));
            }
        }
    }
    let section = Value::from(readable).deserialize::<S>().ok()?;
    section.validate(mistakes);
    Some(section)
}

fn roles(layers: &Figment, mistakes: &mut Mistakes) -> Option<Roles> {
    let value = layers.find_value("roles").ok()?;
    let place = origin(layers, &value);
    let parsed = value
        .deserialize::<Vec<String>>()
        .map_err(|_| "must be a list of roles".to_owned())
        .and_then(|names| names.iter().map(|name| name.parse::<Role>()).collect::<Result<Vec<_>, _>>())
        .and_then(Roles::parse);
    parsed.map_err(|problem| mistakes.add("roles", format!("{problem}{place}"))).ok()
}

/// `media.announced_addresses[0].port` from the path inside a value.
fn full_key(section: &str, key: &str, error: &Error) -> String {
    let inner = error.path.iter().skip_while(|part| *part == key);
    inner.fold(format!("{section}.{key}"), |path, part| {
        if part.parse::<usize>().is_ok() { format!("{path}[{part}]") } else { format!("{path}.{part}") }
    })
}

fn explain(error: &Error, key: &Key) -> String {
    let secret = key.kind == KeyKind::Secret
        || key.name.contains("secret")
        || error.path.iter().any(|part| part == "credential");
    match &error.kind {
        Kind::InvalidType(_, wanted) | Kind::InvalidValue(_, wanted) if secret => format!("must be {wanted}"),
        _ if secret => "cannot be read".to_owned(),
        Kind::InvalidType(found, wanted) | Kind::InvalidValue(found, wanted) => {
            format!("must be {wanted}, not {found}")
        }
        other => other.to_string(),
    }
}

/// Where a value came from, when it is not the defaults.
fn origin(layers: &Figment, value: &Value) -> String {
    match layers.get_metadata(value.tag()) {
        Some(metadata) if !metadata.name.starts_with("TOML") => format!(" (from {})", metadata.name),
        _ => String::new(),
    }
}

/// A layer with what has been read already.
struct Layer {
    origin: String,
    data: Map<Profile, Dict>,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(self.data.clone())
    }
}

/// A layer with one key.
struct Single {
    origin: String,
    key: String,
    value: Value,
}

impl Single {
    fn new(origin: &str, key: &str, value: Value) -> Self {
        Self { origin: origin.to_owned(), key: key.to_owned(), value }
    }
}

impl Provider for Single {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let nested = figment::util::nest(&self.key, self.value.clone());
        Ok(Profile::Default.collect(nested.into_dict().unwrap_or_default()))
    }
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
