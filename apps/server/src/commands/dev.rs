//! `open-meeting dev`: everything on one port, on a PostgreSQL and a Redis of its own, with a demo user.

use std::{
    env,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use figment::value::{Dict, Value};
use infrastructure_postgres::Migrator;

use super::{CommandError, VERSION, raise_file_limit, say, shut_down, start_telemetry, stop_telemetry};
use crate::{
    addresses,
    cli::DevOptions,
    config::{Config, LEAST_SECRET_BYTES, Sources},
    embedded::{DataFolder, Embedded, EmbeddedError, Search, check_media_port},
    server::{RunningServer, Server, bind, database_options},
    signals::EndSignals,
};

/// Who can sign in at once. Everybody knows the password: `dev` listens on loopback unless told otherwise.
const DEMO: (&str, &str, &str, &str) = ("demo", "demo@example.org", "open-meeting-demo", "Demo");
/// How often it is looked whether PostgreSQL and Redis are still there.
const WATCH: Duration = Duration::from_secs(1);

pub(super) async fn run(sources: Sources, options: DevOptions) -> Result<ExitCode, CommandError> {
    let mut config = configure(sources, &options)?;
    let mut signals = EndSignals::listen().map_err(CommandError::io("listen for signals"))?;
    let (telemetry, metrics) = start_telemetry(&config.telemetry)?;
    raise_file_limit();

    // Whatever can be refused quickly is refused before anything is started.
    let folder = DataFolder::open(&options.data)?;
    let listener = bind(config.server.listen)?;
    config.media.ports().try_for_each(|port| check_media_port(config.media.listen_ip, port))?;

    let mut embedded = start_embedded(folder, &mut signals).await?;
    config.database.url = embedded.database_url();
    config.redis.url = embedded.redis_url();
    config.auth.jwt_secret = embedded.folder().secret("jwt")?;
    if config.mail.smtp_host.is_none() && config.mail.folder.is_none() {
        config.mail.folder = Some(embedded.folder().path().join("mail").display().to_string());
    }
    if config.storage.folder.is_none() && config.storage.s3_bucket.is_none() {
        config.storage.folder = Some(embedded.folder().path().join("storage").display().to_string());
    }
    let starting = async {
        Migrator::new(&database_options(&config)?).up().await?;
        let server = Server::start(&config, listener, metrics).await?;
        let (username, email, password, nickname) = DEMO;
        server.ensure_administrator(username, email, password, nickname).await.map_err(CommandError::DemoUser)?;
        Ok::<_, CommandError>(server)
    };
    let started = tokio::select! {
        started = starting => started,
        () = signals.next() => Err(CommandError::Interrupted),
    };
    let mut server = match started {
        Ok(server) => server,
        Err(error) => {
            stop_embedded(embedded).await?;
            return Err(error);
        }
    };
    greet(&config, &server, &embedded);

    let failure = tokio::select! {
        () = signals.next() => None,
        () = server.ended() => Some(CommandError::Ended),
        error = watch(&mut embedded) => Some(error.into()),
    };
    say("\nStopping.");
    shut_down(server, signals).await;
    stop_embedded(embedded).await?;
    stop_telemetry(telemetry).await;
    failure.map_or(Ok(ExitCode::SUCCESS), Err)
}

fn configure(mut sources: Sources, options: &DevOptions) -> Result<Config, CommandError> {
    sources.defaults = defaults();
    sources.port = options.port;
    if let Some(host) = options.host {
        let port = options.port.unwrap_or(8080);
        sources.arguments.push(("server.listen", std::net::SocketAddr::new(host, port).to_string().into()));
    }
    if let Some(port) = options.media_port {
        sources.arguments.push(("media.port_base", port.into()));
    }
    let web_root = if options.no_web { String::new() } else { find_web(&options.web)?.display().to_string() };
    sources.arguments.push(("server.web_root", web_root.into()));
    sources.arguments.extend(stand_ins());
    Ok(sources.load()?)
}

/// What stands for the services' addresses and the signing key until they are known.
pub(super) fn stand_ins() -> [(&'static str, Value); 3] {
    [
        ("database.url", "postgres://embedded".into()),
        ("redis.url", "redis://embedded".into()),
        ("auth.jwt_secret", "-".repeat(LEAST_SECRET_BYTES).into()),
    ]
}

/// What differs from `serve`: only this machine is let in, and logs are for people.
pub(super) fn defaults() -> Vec<(&'static str, Value)> {
    let format = if io::stderr().is_terminal() { "pretty" } else { "json" };
    // Loopback too: the browser is most likely on this machine.
    let announced: Vec<Value> = addresses::of_this_machine()
        .into_iter()
        .map(|ip| Dict::from([("address".to_owned(), Value::from(ip.to_string()))]).into())
        .collect();
    vec![
        ("server.listen", "127.0.0.1:8080".into()),
        ("telemetry.log_format", format.into()),
        ("telemetry.log_level", "info,poem=warn".into()),
        ("media.announced_addresses", announced.into()),
    ]
}

/// The folder as named, or, when it is relative and not there, beside the folder that the program was built in.
pub(super) fn find_web(named: &Path) -> Result<PathBuf, CommandError> {
    let program = env::current_exe().ok();
    let beside = program.iter().flat_map(|program| program.ancestors().skip(1)).map(|folder| folder.join(named));
    std::iter::once(named.to_owned())
        .chain(beside)
        .find(|folder| folder.join("index.html").is_file())
        .ok_or_else(|| CommandError::WebClient { path: named.to_owned() })
}

/// Starting blocks, so it is done beside the runtime. When asked to end meanwhile, what was started is ended first.
async fn start_embedded(folder: DataFolder, signals: &mut EndSignals) -> Result<Embedded, CommandError> {
    let search = Search::from_environment();
    let mut starting = tokio::task::spawn_blocking(move || Embedded::start(folder, &search));
    let panicked = |error: tokio::task::JoinError| CommandError::io("start PostgreSQL and Redis")(error.into());
    tokio::select! {
        started = &mut starting => Ok(started.map_err(panicked)??),
        () = signals.next() => {
            if let Ok(Ok(embedded)) = starting.await {
                stop_embedded(embedded).await?;
            }
            Err(CommandError::Interrupted)
        },
    }
}

async fn stop_embedded(embedded: Embedded) -> Result<(), CommandError> {
    let stopping = tokio::task::spawn_blocking(move || embedded.stop());
    Ok(stopping.await.map_err(|error| CommandError::io("stop PostgreSQL and Redis")(error.into()))??)
}

async fn watch(embedded: &mut Embedded) -> EmbeddedError {
    loop {
        if let Some(error) = embedded.failed() {
            return error;
        }
        tokio::time::sleep(WATCH).await;
    }
}

fn greet(config: &Config, server: &RunningServer, embedded: &Embedded) {
    let address = server.address();
    let host = if address.ip().is_loopback() || address.ip().is_unspecified() {
        "localhost".to_owned()
    } else {
        address.ip().to_string()
    };
    let url = format!("http://{host}:{}", address.port());
    let data = embedded.folder().path().display();
    let (postgres, redis) = embedded.ports();
    let offered = server.offered_addresses();
    let places: Vec<&str> = offered.iter().map(String::as_str).collect();
    let (user, _, password, _) = DEMO;
    say(format_args!("\nOpen Meeting {VERSION} is ready.\n"));
    match config.server.web_root() {
        Some(_) => say(format_args!("  Open      {url}")),
        None => say(format_args!("  Serving   {url} (without the web client)")),
    }
    say(format_args!("  Sign in   {user} / {password}"));
    say(format_args!("  API       {url}/docs"));
    say(format_args!("  Metrics   {url}/metrics"));
    say(format_args!("  Media     UDP and TCP {}", places.join(", ")));
    if let Some(folder) = config.mail.folder() {
        say(format_args!("  Mail      kept in {}, not sent", folder.display()));
    }
    say(format_args!("  Data      {data} (logs in {data}/logs)"));
    say(format_args!(
        "  Database  PostgreSQL on 127.0.0.1:{postgres}, Redis on 127.0.0.1:{redis} (addresses in {data}/env)"
    ));
    say("  Stop      Ctrl-C\n");
    if address.ip().is_unspecified() {
        say("  Everybody who reaches this machine can sign in as the demo user. Browsers give their camera only to");
        say("  localhost and to https; docs/running.md tells how to put a proxy with TLS in front.\n");
    }
}
