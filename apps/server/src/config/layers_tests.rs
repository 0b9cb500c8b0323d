//! What the layers make of files, variables and arguments, mistakes included.

use std::path::Path;

use secrecy::ExposeSecret;

use super::*;
use crate::config::Place;

const SECRET: &str = "correct-horse-battery-staple-0123456789";

fn complete() -> Sources {
    with(&[
        ("DATABASE_URL", "postgres://meet:pg-password@db/meet"),
        ("REDIS_URL", "redis://:redis-password@cache/0"),
        ("JWT_SECRET", SECRET),
    ])
}

fn with(variables: &[(&str, &str)]) -> Sources {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Sources { variables: variables.iter().map(own).collect(), ..Sources::default() }
}

fn and(mut sources: Sources, variables: &[(&str, &str)]) -> Sources {
    sources.variables.extend(with(variables).variables);
    sources
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

fn with_file(mut sources: Sources, path: &Path) -> Sources {
    sources.file = Some(path.to_owned());
    sources
}

fn mistakes(sources: &Sources) -> Vec<(String, String)> {
    let found = sources.load().expect_err("there are mistakes");
    found.all().iter().map(|mistake| (mistake.key.clone(), mistake.problem.clone())).collect()
}

#[test]
fn the_short_names_are_all_that_is_needed() {
    let config = complete().load().unwrap();
    assert_eq!(config.server.listen.to_string(), "0.0.0.0:8080");
    assert_eq!(config.auth.jwt_secret.expose_secret(), SECRET);
    assert_eq!(config.auth.access_ttl_s, 900);
    assert_eq!(config.server.public_url, None);
    assert!(Role::ALL.into_iter().all(|role| config.roles.plays(role)));
}

#[test]
fn later_layers_win_over_earlier_ones() {
    let file = file("[server]\nlisten = \"127.0.0.1:1\"\n[database]\npool_size = 3\nconnect_timeout_ms = 300\n");
    let mut sources = with_file(complete(), file.path());
    sources.defaults = vec![("database.pool_size", Value::from(2)), ("redis.pool_size", Value::from(2))];
    let config = sources.load().unwrap();
    assert_eq!((config.database.pool_size, config.redis.pool_size), (3, 2), "the file wins over the defaults");
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:1");

    let mut sources = and(sources, &[("OPEN_MEETING__DATABASE__POOL_SIZE", "4"), ("PORT", "2")]);
    let config = sources.load().unwrap();
    assert_eq!(
        (config.database.pool_size, config.database.connect_timeout_ms),
        (4, 300),
        "variables win over the file"
    );
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:2", "PORT replaces the port alone");

    sources.arguments = vec![("database.pool_size", Value::from(5))];
    sources.port = Some(3);
    let config = sources.load().unwrap();
    assert_eq!((config.database.pool_size, config.server.listen.port()), (5, 3), "arguments win over variables");

    let sources = and(complete(), &[("OPEN_MEETING__DATABASE__URL", "postgres://elsewhere/")]);
    assert_eq!(sources.load().unwrap().database.url.expose_secret(), "postgres://meet:pg-password@db/meet");
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let config = and(complete(), &[("PORT", ""), ("OPEN_MEETING__MEDIA__WORKERS", "")]).load().unwrap();
    assert_eq!((config.server.listen.port(), config.media.workers), (8080, 0));
}

#[test]
fn text_that_looks_like_a_number_stays_text() {
    let config = and(complete(), &[("OPEN_MEETING__AUTH__JWT_SECRET", "1"), ("JWT_SECRET", &"7".repeat(40))]).load();
    // The first JWT_SECRET of the two is taken.
    assert_eq!(config.unwrap().auth.jwt_secret.expose_secret(), SECRET);
    let sources = with(&[
        ("DATABASE_URL", "postgres://db"),
        ("REDIS_URL", "redis://cache"),
        ("OPEN_MEETING__AUTH__JWT_SECRET", "01234567890123456789012345678901234567890"),
    ]);
    assert!(sources.load().unwrap().auth.jwt_secret.expose_secret().starts_with("0123"));
}

#[test]
fn announced_addresses_come_in_several_forms() {
    let list = "[\"203.0.113.7\", \"meet.example.org:50000\", \"2001:db8::7\", \"[2001:db8::7]:9\", {address=\"10.0.0.1\",port=7}]";
    let config = and(complete(), &[("OPEN_MEETING__MEDIA__ANNOUNCED_ADDRESSES", list)]).load().unwrap();
    let found: Vec<(&str, Option<u16>)> =
        config.media.announced_addresses.iter().map(|a| (a.address.as_str(), a.port)).collect();
    assert_eq!(
        found,
        [
            ("203.0.113.7", None),
            ("meet.example.org", Some(50000)),
            ("2001:db8::7", None),
            ("2001:db8::7", Some(9)),
            ("10.0.0.1", Some(7))
        ]
    );
}

#[test]
fn all_mistakes_are_told_at_once() {
    let file = file(
        "colour = 1\n[server]\nlisten = \"nowhere\"\nlisten_port = 1\n[auth]\naccess_ttl_s = \"long\"\n\
         refresh_ttl_s = 1\n[media]\nannounced_addresses = [{address = \"a_b\"}]\nlog_level = \"loud\"\n",
    );
    let sources = with_file(
        with(&[
            ("DATABASE_URL", "mysql://db"),
            ("JWT_SECRET", "short"),
            ("PORT", "http"),
            ("OPEN_MEETING__DATABSE__URL", "x"),
            ("OPEN_MEETING__REDIS__POOL_SIZE", "many"),
            ("OPEN_MEETING__SERVER__PUBLIC_URL", "meet.example.org"),
            ("OPEN_MEETING__SERVER__TRUSTED_PROXIES", "[\"10.0.0.0/8\", \"proxy\"]"),
            ("OPEN_MEETING__SERVER__ALLOWED_ORIGINS", "[\"https://app.example.org/\"]"),
            ("OPEN_MEETING__ROLES", "api,cook"),
            ("OPEN_MEETING__TELEMETRY__LOG_LEVEL", "open_meeting=shout"),
            ("UNRELATED", "x"),
        ]),
        file.path(),
    );
    let found = mistakes(&sources);
    let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "colour",
            "OPEN_MEETING__DATABSE__URL",
            "PORT",
            "roles",
            "server.listen",
            "server.listen_port",
            "server.public_url",
            "server.trusted_proxies[1]",
            "server.allowed_origins[0]",
            "database.url",
            "redis.pool_size",
            "redis.url",
            "auth.access_ttl_s",
            "auth.jwt_secret",
            "auth.refresh_ttl_s",
            "media.log_level",
            "media.announced_addresses[0]",
            "telemetry.log_level",
        ]
    );
    let text = sources.load().unwrap_err().to_string();
    assert!(text.starts_with("the configuration has 18 mistakes:\n"), "{text}");
    assert!(
        text.contains("redis.pool_size: must be u16, not string \"many\" (from OPEN_MEETING__REDIS__POOL_SIZE)"),
        "{text}"
    );
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_told_with_the_other_mistakes() {
    let sources = with_file(with(&[]), Path::new("/does/not/exist.toml"));
    let keys: Vec<String> = mistakes(&sources).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["--config", "database.url", "redis.url", "auth.jwt_secret"]);
    let broken = file("[server\n");
    let found = mistakes(&with_file(complete(), broken.path()));
    assert_eq!(found.len(), 1);
    assert!(found[0].1.contains("is no valid TOML"), "{found:?}");
}

#[test]
fn secrets_are_never_shown() {
    let turn = "[{urls=[\"turn:t\"],username=\"u\",credential=\"turn-password\"}]";
    let config = and(complete(), &[("OPEN_MEETING__ICE__SERVERS", turn)]).load().unwrap();
    let shown = format!("{config:?} {config:#?}");
    for secret in [SECRET, "pg-password", "redis-password", "turn-password"] {
        assert!(!shown.contains(secret), "{secret} is shown");
    }

    // Not in a mistake either, whatever is wrong with it.
    let file = file(
        "[auth]\njwt_secret = 918273645\nformer_jwt_secrets = [24681012]\n[database]\nurl = [\"hidden-list\"]\n[ice]\nservers = [{urls = [\"turn:t\"], credential = 7355608}]\n",
    );
    let mut sources = with_file(with(&[("REDIS_URL", "http://:hidden-password@x")]), file.path());
    sources.arguments = Vec::new();
    let text = sources.load().unwrap_err().to_string();
    for secret in ["918273645", "24681012", "hidden-list", "hidden-password", "7355608"] {
        assert!(!text.contains(secret), "{secret} is shown in: {text}");
    }
    for key in ["auth.jwt_secret", "database.url", "redis.url", "ice.servers"] {
        assert!(text.contains(key), "{key} is missing in: {text}");
    }
}

#[test]
fn signalling_and_media_go_together() {
    let found = mistakes(&and(complete(), &[("OPEN_MEETING__ROLES", "[\"api\", \"media\"]")]));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "roles");
    let config = and(complete(), &[("OPEN_MEETING__ROLES", "worker")]).load().unwrap();
    assert!(config.roles.plays(Role::Worker) && !config.roles.plays(Role::Api));
}

#[test]
fn numbers_out_of_range_are_told_with_the_range() {
    for (key, least, most) in [
        ("SERVER__SHUTDOWN_TIMEOUT_S", 1, 600),
        ("DATABASE__POOL_SIZE", 2, 500),
        ("AUTH__ACCESS_TTL_S", 60, 3600),
        ("LIMITS__LOGIN_ACCOUNT_BURST", 1, 1_000_000),
        ("MEDIA__PORT_BASE", 1024, 65_535),
    ] {
        let name = format!("OPEN_MEETING__{key}");
        for good in [least, most] {
            let sources = and(complete(), &[(&name, &good.to_string()), ("OPEN_MEETING__MEDIA__WORKERS", "1")]);
            assert!(sources.load().is_ok(), "{name}={good}: {:?}", sources.load().err());
        }
        for bad in [least - 1, most + 1] {
            let sources = and(complete(), &[(&name, &bad.to_string()), ("OPEN_MEETING__MEDIA__WORKERS", "1")]);
            let found = mistakes(&sources);
            assert_eq!(found[0].0, key.to_lowercase().replace("__", "."), "{name}={bad}");
        }
    }
}

#[test]
fn a_mail_server_needs_a_sender_and_somewhere_for_links_to_lead() {
    let variable = |key: &str| format!("OPEN_MEETING__MAIL__{key}");
    let mail = |settings: &[(&str, &str)]| {
        let names: Vec<String> = settings.iter().map(|(key, _)| variable(key)).collect();
        let values: Vec<(&str, &str)> =
            names.iter().map(String::as_str).zip(settings.iter().map(|(_, v)| *v)).collect();
        and(complete(), &values)
    };
    let config = complete().load().unwrap();
    assert!(config.mail.smtp().is_none() && config.mail.folder().is_none(), "no mails unless told otherwise");

    let alone = mail(&[("SMTP_HOST", "smtp.example.org")]);
    let keys: Vec<String> = mistakes(&alone).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["mail.from", "server.public_url"]);

    let complete_mail = |more: &[(&str, &str)]| {
        let settings = [("SMTP_HOST", "smtp.example.org"), ("FROM", "Meet <meet@example.org>")];
        let settings: Vec<_> = settings.iter().chain(more).copied().collect();
        and(mail(&settings), &[("OPEN_MEETING__SERVER__PUBLIC_URL", "https://meet.example.org")])
    };
    let config = complete_mail(&[("SMTP_USERNAME", "meet"), ("SMTP_PASSWORD", "smtp-password")]).load().unwrap();
    let smtp = config.mail.smtp().unwrap();
    assert_eq!((smtp.host.as_str(), smtp.port, smtp.timeout.as_secs()), ("smtp.example.org", 587, 10));
    assert!(!format!("{config:?} {smtp:?}").contains("smtp-password"));

    for (settings, key) in [
        (vec![("SMTP_USERNAME", "meet")], "mail.smtp_password"),
        (vec![("SMTP_PASSWORD", "x")], "mail.smtp_password"),
        (vec![("SMTP_USERNAME", "meet"), ("SMTP_PASSWORD", "x"), ("SMTP_SECURITY", "none")], "mail.smtp_security"),
        (vec![("SMTP_SECURITY", "ssl")], "mail.smtp_security"),
        (vec![("SMTP_PORT", "0")], "mail.smtp_port"),
        (vec![("TIMEOUT_S", "16")], "mail.timeout_s"),
        (vec![("FOLDER", "mails")], "mail.folder"),
    ] {
        let found = mistakes(&complete_mail(&settings));
        assert_eq!((found.len(), found[0].0.as_str()), (1, key), "{settings:?}");
    }
    let settings = [("SMTP_USERNAME", "meet"), ("SMTP_PASSWORD", "x"), ("SMTP_SECURITY", "none"), ("SMTP_HOST", "::1")];
    assert!(complete_mail(&settings).load().is_ok(), "nobody listens within this machine");
}

#[test]
fn objects_are_kept_in_one_place_if_anywhere() {
    let storage = |settings: &[(&str, &str)]| {
        let named: Vec<_> =
            settings.iter().map(|(key, value)| (format!("OPEN_MEETING__STORAGE__{key}"), *value)).collect();
        let named: Vec<_> = named.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        and(complete(), &named)
    };
    let place = |settings: &[(&str, &str)]| storage(settings).load().unwrap().storage.place();
    assert!(matches!(place(&[]), Place::Nowhere));
    assert!(
        matches!(place(&[("FOLDER", "/srv/objects")]), Place::Folder(folder) if folder == Path::new("/srv/objects"))
    );
    let s3 = [
        ("S3_BUCKET", "meetings"),
        ("S3_ENDPOINT", "http://127.0.0.1:9000"),
        ("S3_ACCESS_KEY", "hidden-access"),
        ("S3_SECRET_KEY", "hidden-secret"),
    ];
    let Place::S3(options) = place(&s3) else { panic!("a bucket") };
    assert_eq!((options.bucket.as_str(), options.path_style, options.public_endpoint), ("meetings", true, None));
    let shown = format!("{:?}", storage(&s3).load().unwrap());
    assert!(!shown.contains("hidden-"), "{shown}");
    for (more, key) in [
        (("FOLDER", "/srv/objects"), "storage.folder"),
        (("S3_ENDPOINT", "127.0.0.1:9000"), "storage.s3_endpoint"),
        (("S3_ENDPOINT", ""), "storage.s3_endpoint"),
        (("S3_PUBLIC_ENDPOINT", "files.example.org"), "storage.s3_public_endpoint"),
        (("S3_ACCESS_KEY", ""), "storage.s3_access_key"),
        (("S3_SECRET_KEY", ""), "storage.s3_secret_key"),
        (("S3_PATH_STYLE", "perhaps"), "storage.s3_path_style"),
    ] {
        let settings: Vec<_> = s3.iter().copied().filter(|(name, _)| *name != more.0).chain([more]).collect();
        let found = mistakes(&storage(&settings));
        assert_eq!(found.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), [key], "{more:?}");
        assert!(!format!("{found:?}").contains("hidden-"), "{found:?}");
    }
}

#[test]
fn only_kinds_of_files_that_can_be_told_are_allowed() {
    let limits = complete().load().unwrap().files.limits();
    assert!(limits.media_types.len() > 20 && limits.max_bytes == 100 * 1024 * 1024);
    let one =
        and(complete(), &[("OPEN_MEETING__FILES__MEDIA_TYPES", "[\"image/png\"]")]).load().unwrap().files.limits();
    assert_eq!(one.media_types.iter().map(ToString::to_string).collect::<Vec<_>>(), ["image/png"]);
    let found = mistakes(&and(complete(), &[("OPEN_MEETING__FILES__MEDIA_TYPES", "[\"text/html\"]")]));
    assert_eq!(found.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["files.media_types"]);
}
