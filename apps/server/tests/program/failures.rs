//! What is missing or taken is told with its remedy: one line, no backtrace, nothing left running.

use std::{
    fs,
    net::{TcpListener, UdpSocket},
};

use crate::process::{Place, output, program};

#[track_caller]
fn refused(place: &Place, (code, said): (Option<i32>, String), parts: &[&str]) {
    assert_eq!(code, Some(1), "{said}");
    for part in parts {
        assert!(said.contains(part), "`{part}` is missing in: {said}");
    }
    assert!(!said.contains("panicked") && !said.contains("backtrace"), "{said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{said}");
    for file in ["postgres.pid", "redis.pid"] {
        assert!(!place.data().join(file).exists(), "{file} is left");
    }
}

#[test]
fn a_taken_http_port() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let address = format!("cannot listen on 127.0.0.1:{port}");
    refused(&place, output(dev_on(&place, port)), &[&address, "in use", &format!("--port {}", port + 1)]);
}

/// `dev` on that port.
fn dev_on(place: &Place, port: u16) -> std::process::Command {
    let (data, web) = (place.data(), place.path().join("web"));
    let (data, web, port) = (data.to_str().unwrap(), web.to_str().unwrap(), port.to_string());
    program(&["dev", "--port", &port, "--media-port", "0", "--data", data, "--web", web])
}

#[test]
fn a_taken_media_port() {
    let place = Place::new();
    let taken = UdpSocket::bind("0.0.0.0:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (data, web, text) = (place.data(), place.path().join("web"), port.to_string());
    let (data, web) = (data.to_str().unwrap(), web.to_str().unwrap());
    let mut command = program(&["dev", "--port", "0", "--media-port", &text, "--data", data, "--web", web]);
    command.env("OPEN_MEETING__MEDIA__WORKERS", "1");
    refused(&place, output(command), &[&format!("0.0.0.0:{port} (UDP)"), "in use", "--media-port"]);
}

#[test]
fn a_missing_redis() {
    let place = Place::new();
    let mut command = place.dev();
    command.env("PATH", "/nonexistent");
    refused(&place, output(command), &["Redis is not installed", "apt-get install redis-server"]);
}

#[test]
fn a_missing_web_client() {
    let place = Place::new();
    fs::remove_dir_all(place.path().join("web")).unwrap();
    refused(&place, output(place.dev()), &["no built web client", "make build-web", "--no-web"]);
}

#[test]
fn a_data_folder_that_cannot_be() {
    let place = Place::new();
    fs::write(place.data(), "a file").unwrap();
    refused(&place, output(place.dev()), &["cannot use", "data"]);
}

#[test]
fn mistakes_in_the_configuration() {
    let place = Place::new();
    let file = place.path().join("open-meeting.toml");
    fs::write(&file, "[server]\nlisten = \"here\"\n[auth]\njwt_secret = \"too-short-a-secret\"\n[colours]\n").unwrap();
    let mut command = program(&["serve", "--config", file.to_str().unwrap()]);
    command.env("OPEN_MEETING__LIMITS__LOGIN_ACCOUNT_BURST", "0").env("OPEN_MEETING__LIMIT__X", "1");
    let (code, said) = output(command);
    assert!(!said.contains("too-short-a-secret"), "{said}");
    let keys = [
        "the configuration has 7 mistakes",
        "colours: is no section",
        "OPEN_MEETING__LIMIT__X: names no setting",
        "server.listen: ",
        "database.url: is missing; set DATABASE_URL",
        "redis.url: is missing",
        "auth.jwt_secret: must have at least 32 bytes, not 18",
        "limits.login_account_burst: must be between 1 and 1000000, not 0",
    ];
    refused(&place, (code, said), &keys);
}

#[test]
fn a_configuration_file_that_is_not_there() {
    let place = Place::new();
    let command = program(&["--config", "/nonexistent.toml", "serve"]);
    refused(&place, output(command), &["--config: cannot read `/nonexistent.toml`"]);
}

#[test]
fn a_database_that_is_not_there() {
    let place = Place::new();
    let mut command = program(&["serve"]);
    command
        .env("DATABASE_URL", "postgres://me:hidden-password@127.0.0.1:1/meet")
        .env("REDIS_URL", "redis://127.0.0.1:1")
        .env("JWT_SECRET", "0123456789".repeat(4))
        .env("OPEN_MEETING__SERVER__LISTEN", "127.0.0.1:0")
        .env("OPEN_MEETING__MEDIA__PORT_BASE", "0");
    let (code, said) = output(command);
    assert!(!said.contains("hidden-password"), "{said}");
    refused(&place, (code, said), &["database", "refused"]);
}

#[test]
fn an_argument_that_makes_no_sense() {
    let (code, said) = output(program(&["serve", "--roles", "cook"]));
    assert_eq!(code, Some(2));
    assert!(said.contains("possible values: api, signaling, media, worker"), "{said}");
}
