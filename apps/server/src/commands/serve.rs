//! `open-meeting serve`: the server on the PostgreSQL and Redis of the configuration.

use std::process::ExitCode;

use figment::value::Value;

use super::{CommandError, raise_file_limit, shut_down, start_telemetry, stop_telemetry};
use crate::{
    config::{Role, Sources},
    embedded::check_media_port,
    server::{Server, bind},
    signals::EndSignals,
};

pub(super) async fn run(mut sources: Sources, roles: Option<Vec<Role>>) -> Result<ExitCode, CommandError> {
    if let Some(roles) = roles {
        let names: Vec<Value> = roles.iter().map(|role| Value::from(role.name())).collect();
        sources.arguments.push(("roles", names.into()));
    }
    let config = sources.load()?;
    let mut signals = EndSignals::listen().map_err(CommandError::io("listen for signals"))?;
    let (telemetry, metrics) = start_telemetry(&config.telemetry)?;
    raise_file_limit();
    let listener = bind(config.server.listen)?;
    if config.roles.plays(Role::Media) {
        config.media.ports().try_for_each(|port| check_media_port(config.media.listen_ip, port))?;
    }
    let mut server = tokio::select! {
        started = Server::start(&config, listener, metrics) => started?,
        () = signals.next() => return Err(CommandError::Interrupted),
    };
    let ended = tokio::select! {
        () = signals.next() => false,
        () = server.ended() => true,
    };
    tracing::info!("stopping");
    shut_down(server, signals).await;
    stop_telemetry(telemetry).await;
    if ended { Err(CommandError::Ended) } else { Ok(ExitCode::SUCCESS) }
}
