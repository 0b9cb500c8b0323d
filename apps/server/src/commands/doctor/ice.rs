//! Whether the STUN and TURN servers that clients are told of would serve them.

use std::time::Duration;

use domain_shared::Clock;
use futures::future::join_all;
use infrastructure_ice::{ConfiguredServer, IceAddress, IceProbe, ProbeLogin, Probed};
use infrastructure_system::SystemClock;

use super::report::Report;
use crate::config::Config;

/// How long a server may take; people in front of a call wait no longer.
const LIMIT: Duration = Duration::from_secs(5);

/// Asks every server by every address, all at once, with a login as clients get it.
pub(super) async fn check(config: &Config, report: &mut Report) {
    const NAME: &str = "ice";
    let servers = config.ice.configured();
    if servers.is_empty() {
        return;
    }
    let probe = match IceProbe::new(LIMIT) {
        Ok(probe) => probe,
        Err(error) => return report.bad(NAME, error),
    };
    let now = SystemClock.now().timestamp();
    let asked = servers.iter().flat_map(|server| {
        let login = login(server, now);
        let probe = &probe;
        server.urls.iter().map(move |url| {
            let login = login.clone();
            async move {
                let address: IceAddress = url.parse().map_err(|error| format!("{url}: {error}"))?;
                match probe.ask(&address, login.as_ref()).await {
                    Ok(probed) => Ok(finding(&address, probed)),
                    Err(error) => Err(format!("{address}: {error}")),
                }
            }
        })
    });
    for answer in join_all(asked).await {
        match answer {
            Ok(finding) => report.fine(NAME, finding),
            Err(problem) => report.bad(NAME, problem),
        }
    }
}

fn login(server: &ConfiguredServer, now: i64) -> Option<ProbeLogin> {
    let (username, credential) = server.login.as_ref()?.issue("doctor", now);
    Some(ProbeLogin { username, credential })
}

fn finding(address: &IceAddress, probed: Probed) -> String {
    let seen_as = probed.seen_as.map_or_else(String::new, |seen| format!(", sees this machine as {}", seen.ip()));
    match probed.relayed {
        Some(relayed) => format!("{address} relays from {}{seen_as}", relayed.ip()),
        None => format!("{address} answers{seen_as}"),
    }
}
