//! The embedded services, really started.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
};

use nix::{sys::signal::kill, unistd::Pid};
use secrecy::ExposeSecret;

use super::*;

/// A folder that other users can reach, so that the services find their data where the test looks.
fn reachable_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn start(path: &Path) -> Result<Embedded, EmbeddedError> {
    Embedded::start(DataFolder::open(path)?, &Search::from_environment())
}

async fn sql(url: &SecretString, statement: &str) -> Vec<String> {
    let (client, connection) = tokio_postgres::connect(url.expose_secret(), tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let messages = client.simple_query(statement).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
    let rows = messages.iter().filter_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    rows.collect()
}

/// Sends commands to Redis, authenticated, and returns the line that answers the last.
fn redis(embedded: &Embedded, command: &str) -> String {
    let url = embedded.redis_url().expose_secret().to_owned();
    let (password, address) = url.strip_prefix("redis://:").unwrap().split_once('@').unwrap();
    let mut stream = TcpStream::connect(address.trim_end_matches("/0")).unwrap();
    stream.write_all(format!("AUTH {password}\r\n{command}\r\n").as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    assert_eq!(lines.next().as_deref(), Some("+OK"));
    let answer = lines.next().unwrap();
    if answer.starts_with('$') { lines.next().unwrap() } else { answer }
}

fn alive(pid: i32) -> bool {
    kill(Pid::from_raw(pid), None).is_ok()
}

fn pids(folder: &Path) -> [i32; 2] {
    ["postgres.pid", "redis.pid"].map(|file| orphans::read_pid(&folder.join(file)).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn data_and_secrets_survive_a_restart() {
    let temporary = reachable_folder();
    let path = temporary.path().join("data");
    let embedded = start(&path).unwrap();
    sql(&embedded.database_url(), "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('still here')").await;
    assert_eq!(redis(&embedded, "SET kept here-too"), "+OK");
    let secret = embedded.folder().secret("jwt").unwrap();
    let pids = pids(&path);
    assert!(pids.iter().all(|pid| alive(*pid)));
    embedded.stop().unwrap();
    assert!(!pids.iter().any(|pid| alive(*pid)), "both have ended");
    assert!(!path.join("postgres.pid").exists());

    let embedded = start(&path).unwrap();
    assert_eq!(sql(&embedded.database_url(), "SELECT word FROM kept").await, ["still here"]);
    assert_eq!(redis(&embedded, "GET kept"), "here-too");
    assert_eq!(embedded.folder().secret("jwt").unwrap().expose_secret(), secret.expose_secret());
    assert!(secret.expose_secret().len() >= 32);
    for file in ["secrets/jwt", "secrets/postgres", "secrets/redis", "env"] {
        let mode = fs::metadata(path.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_want_a_password_and_listen_on_loopback_only() {
    let temporary = reachable_folder();
    let embedded = start(&temporary.path().join("data")).unwrap();
    let (postgres, redis) = embedded.ports();
    let wrong = format!("postgres://open_meeting:wrong@127.0.0.1:{postgres}/postgres");
    let refused = tokio_postgres::connect(&wrong, tokio_postgres::NoTls).await;
    assert!(refused.is_err(), "a wrong password is refused");
    let mut stream = TcpStream::connect(("127.0.0.1", redis)).unwrap();
    stream.write_all(b"GET kept\r\n").unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    assert!(answer.starts_with("-NOAUTH"), "{answer}");
    // /proc/net/tcp: local address and port in hexadecimal, state 0A is LISTEN.
    for file in ["/proc/net/tcp", "/proc/net/tcp6"] {
        for line in fs::read_to_string(file).unwrap_or_default().lines().skip(1) {
            let mut words = line.split_whitespace().skip(1);
            let (local, state) = (words.next().unwrap(), words.nth(1).unwrap());
            let (address, port) = local.split_once(':').unwrap();
            let port = u16::from_str_radix(port, 16).unwrap();
            if state == "0A" && [postgres, redis].contains(&port) {
                assert_eq!(address, "0100007F", "port {port} listens on loopback");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_left_behind_is_ended_at_the_next_start() {
    let temporary = reachable_folder();
    let path = temporary.path().join("data");
    let left = {
        // A run without the parent-death signal, whose end nobody tells its children of.
        let folder = DataFolder::open(&path).unwrap();
        let search = Search::from_environment();
        let account = Account::for_services(&folder).unwrap();
        let places = folder.service_places(account.as_ref()).unwrap();
        let launcher = spawner::Launcher::new(&Search::only(""), account);
        let programs = binaries::find_postgres(&search, &places.postgres).unwrap();
        let postgres = Postgres::start(&folder, &places.postgres, &programs, &launcher).unwrap();
        let redis = binaries::find_redis(&search).unwrap();
        let redis = Redis::start(&folder, &places.redis, &redis, &launcher).unwrap();
        sql(&postgres.url(), "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('still here')").await;
        std::mem::forget((postgres, redis));
        pids(&path)
    };
    assert!(left.iter().all(|pid| alive(*pid)), "nobody has ended them");

    let embedded = start(&path).unwrap();
    let now = pids(&path);
    assert!(now.iter().all(|pid| !left.contains(pid)), "they are new ones");
    for pid in left {
        // Children of this process that have ended stay visible until waited for.
        let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z "), "{pid} still runs: {state}");
    }
    assert_eq!(sql(&embedded.database_url(), "SELECT word FROM kept").await, ["still here"]);
}

#[test]
fn a_pid_file_that_names_somebody_else_harms_nobody() {
    let temporary = reachable_folder();
    let path = temporary.path().join("data");
    drop(start(&path).unwrap());
    let mut bystander = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
    fs::write(path.join("redis.pid"), format!("{}\n", bystander.id())).unwrap();
    fs::write(path.join("postgres.pid"), format!("{}\n", bystander.id())).unwrap();
    fs::write(path.join("postgres/postmaster.pid"), format!("{}\n{}\n", bystander.id(), path.display())).unwrap();
    let started = start(&path);
    let spared = bystander.try_wait().unwrap().is_none();
    bystander.kill().unwrap();
    bystander.wait().unwrap();
    assert!(spared, "the bystander lives");
    started.unwrap();
}

#[test]
fn one_folder_serves_one_process_at_a_time() {
    let temporary = reachable_folder();
    let first = DataFolder::open(temporary.path()).unwrap();
    let error = DataFolder::open(temporary.path()).unwrap_err().to_string();
    let pid = std::process::id();
    assert!(error.contains(&format!("another open-meeting (process {pid})")) && error.contains("--data"), "{error}");
    drop(first);
    DataFolder::open(temporary.path()).unwrap();
}

#[test]
fn a_service_that_cannot_start_is_told_with_its_log() {
    let temporary = reachable_folder();
    let path = temporary.path().join("data");
    drop(start(&path).unwrap());
    let broken = path.join("postgres/PG_VERSION");
    let version = fs::read_to_string(&broken).unwrap();
    fs::write(path.join("postgres/postgresql.conf"), "nonsense\n").unwrap();
    let error = start(&path).unwrap_err();
    assert!(matches!(error, EmbeddedError::Ended { name: "PostgreSQL", .. }), "{error}");
    assert!(error.to_string().contains("postgresql.conf"), "{error}");
    fs::write(&broken, "1\n").unwrap();
    let error = start(&path).unwrap_err();
    assert!(matches!(error, EmbeddedError::WrongVersion { wanted: 1, .. }), "{error} {version}");
}

#[test]
fn an_unfinished_database_is_made_anew() {
    let temporary = reachable_folder();
    let path = temporary.path().join("data");
    let unfinished = path.join("postgres.new");
    fs::create_dir_all(&unfinished).unwrap();
    fs::write(unfinished.join("half"), "made").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    start(&path).unwrap().stop().unwrap();
    assert!(!unfinished.exists());
}

#[test]
fn a_folder_that_the_services_cannot_reach_gets_a_substitute() {
    if !nix::unistd::Uid::effective().is_root() {
        return; // Only root runs the services as somebody else.
    }
    let temporary = tempfile::tempdir().unwrap();
    fs::set_permissions(temporary.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let path = temporary.path().join("data");
    let embedded = start(&path).unwrap();
    assert!(!path.join("postgres").exists());
    let substitute: PathBuf = embedded.folder().existing_services().remove(0);
    assert!(substitute.starts_with("/var/lib/open-meeting") && substitute.join("PG_VERSION").is_file());
    embedded.stop().unwrap();
    fs::remove_dir_all(substitute.parent().unwrap()).unwrap();
}
