//! The checks of what `open-meeting serve` depends on.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use domain_shared::RoomId;
use fred::prelude::{Builder, ClientLike, Config as RedisConfig};
use infrastructure_postgres::Migrator;
use infrastructure_redis::Redis;
use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::report::Report;
use crate::{
    addresses,
    config::Config,
    embedded::check_media_port,
    media::{Media, MediaPlan},
    server::{bind, database_options, redis_options},
};

/// The oldest versions that are supported.
const OLDEST_POSTGRES: u32 = 140_000;
const OLDEST_REDIS: u64 = 7;
/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(15);

/// Reaches the database, and reads its version and the state of its schema.
pub(super) async fn database(config: &Config, report: &mut Report) {
    const NAME: &str = "database";
    let version = async {
        let url = config.database.url.expose_secret();
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        let connection = tokio::spawn(connection);
        let row =
            client.query_one("SELECT current_setting('server_version'), current_setting('server_version_num')", &[]);
        let row = row.await?;
        drop(client);
        // What it said has been read; how the connection ends does not matter.
        let _ = connection.await;
        Ok::<(String, String), tokio_postgres::Error>((row.try_get(0)?, row.try_get(1)?))
    };
    match timeout(LIMIT, version).await {
        Ok(Ok((version, number))) => {
            if number.parse::<u32>().is_ok_and(|number| number >= OLDEST_POSTGRES) {
                report.fine(NAME, format!("PostgreSQL {version}"));
            } else {
                report.bad(NAME, format!("PostgreSQL {version} is too old; at least 14 is needed"));
            }
        }
        Ok(Err(error)) => return report.bad(NAME, with_cause(&error)),
        Err(_) => return report.bad(NAME, "does not answer in time"),
    }
    let options = match database_options(config) {
        Ok(options) => options,
        Err(error) => return report.bad(NAME, error),
    };
    match timeout(LIMIT, Migrator::new(&options).status()).await {
        Ok(Ok(status)) if status.pending.is_empty() => {
            report.fine("schema", format!("up to date, {} migration(s)", status.applied.len()));
        }
        Ok(Ok(status)) => {
            report.bad("schema", format!("lacks {}; run `open-meeting migrate`", status.pending.join(", ")));
        }
        Ok(Err(error)) => report.bad("schema", error),
        Err(_) => report.bad("schema", "is being changed by another process"),
    }
}

/// Reaches Redis, and asks for its version.
pub(super) async fn redis(config: &Config, report: &mut Report) {
    const NAME: &str = "redis";
    match timeout(LIMIT, Redis::connect(&redis_options(config))).await {
        Ok(Ok(redis)) => redis.shut_down().await,
        Ok(Err(error)) => return report.bad(NAME, error),
        Err(_) => return report.bad(NAME, "does not answer in time"),
    }
    let version = async {
        let client = Builder::from_config(RedisConfig::from_url(config.redis.url.expose_secret())?).build()?;
        client.init().await?;
        let version = client.server_version();
        client.quit().await?;
        Ok::<_, fred::error::Error>(version)
    };
    match timeout(LIMIT, version).await {
        Ok(Ok(Some(version))) if version.major >= OLDEST_REDIS => report.fine(NAME, format!("Redis {version}")),
        Ok(Ok(Some(version))) => {
            report.doubtful(NAME, format!("Redis {version} answers, but 7 or newer is what is tested"));
        }
        _ => report.doubtful(NAME, "answers, but does not tell its version"),
    }
}

/// Looks whether the HTTP port is free, or whether the server that is to be checked runs there. Tells the latter.
pub(super) async fn http_port(config: &Config, report: &mut Report) -> bool {
    const NAME: &str = "http";
    match bind(config.server.listen) {
        Ok(listener) => {
            drop(listener);
            report.fine(NAME, format!("{} is free", config.server.listen));
            false
        }
        Err(error) => {
            let running = timeout(LIMIT, is_open_meeting(config.server.listen)).await.unwrap_or(false);
            if running {
                report.fine(NAME, format!("open-meeting answers on {}", config.server.listen));
            } else {
                report.bad(NAME, error);
            }
            running
        }
    }
}

async fn is_open_meeting(mut address: SocketAddr) -> bool {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
        let mut answer = Vec::new();
        stream.take(64 * 1024).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    ask.await.is_ok_and(|answer| {
        let answer = String::from_utf8_lossy(&answer);
        answer.starts_with("HTTP/1.1 200") && answer.contains("\"status\":\"up\"")
    })
}

/// Starts the media workers and opens a router, and shows what clients will be offered.
pub(super) async fn media(config: &Config, running: bool, report: &mut Report) {
    const NAME: &str = "media";
    let mut plan = MediaPlan::new(config);
    let taken = config.media.ports().filter_map(|port| check_media_port(config.media.listen_ip, port).err());
    match taken.into_iter().next() {
        None => {}
        Some(_) if running => {
            report.fine(NAME, "the ports are in use, as they should be while the server runs");
            // The workers are tried on other ports.
            plan.options.port_base = 0;
        }
        Some(error) => {
            report.bad(NAME, error);
            plan.options.port_base = 0;
        }
    }
    let tried = timeout(LIMIT, async {
        let media = Media::start(&plan).await.map_err(|error| error.to_string())?;
        let engine = media.engine();
        let room = RoomId::from_uuid(uuid::Uuid::nil());
        let opened = engine.open_router(room, Arc::new(|_| {})).await;
        if let Ok(router) = &opened {
            engine.close_router(&router.id).await;
        }
        media.shutdown().await;
        opened.map(|_| media).map_err(|error| error.to_string())
    });
    let media = match tried.await {
        Ok(Ok(media)) => media,
        Ok(Err(error)) => return report.bad(NAME, error),
        Err(_) => return report.bad(NAME, "the workers do not start in time"),
    };
    let place = if plan.processes { "in processes of their own" } else { "in the program's process" };
    report.fine(NAME, format!("{} worker(s) {place} start and open a router", plan.options.workers));
    let offered = media.offered_addresses();
    for offered in offered {
        // The trial may have been on any free ports; clients are offered the configured ones.
        let own = usize::from(config.media.port_base) + offered.worker;
        let port = if offered.port == 0 { own } else { usize::from(offered.port) };
        let reach = match addresses::reach(&offered.address) {
            addresses::Reach::Loopback => "this machine only",
            addresses::Reach::Private => "the local network",
            addresses::Reach::Public => "the internet",
            addresses::Reach::Name => "whoever resolves the name",
        };
        report
            .fine("offered", format!("{}:{port} UDP and TCP, worker {}, for {reach}", offered.address, offered.worker));
    }
    for warning in addresses::warnings(offered.iter().map(|offered| offered.address.as_str())) {
        report.doubtful("offered", warning);
    }
}

fn with_cause(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
