//! What a process for each media worker costs, against threads of the program, in one run:
//! `cargo test -p open-meeting --test program -- --ignored --nocapture media_cost`.

use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    call::Call,
    media::{join, workers},
    process::{Place, Running, sign_in},
};

/// How often everything is done.
const TIMES: usize = 300;

/// Resident memory without what is shared with others, in MiB.
fn memory(pid: i32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().trim().parse::<f64>().unwrap() / 1024.0
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

#[tokio::test]
#[ignore = "it measures"]
async fn media_cost() {
    for processes in ["false", "true", "false", "true"] {
        let place = Place::new();
        let mut command = place.dev();
        command.env("OPEN_MEETING__MEDIA__WORKERS", "1").env("OPEN_MEETING__MEDIA__PROCESSES", processes);
        let mut dev = Running::start(command);
        let url = dev.ready();
        let token = sign_in(&url).await;
        let idle = (memory(dev.pid()), workers(dev.pid()).into_iter().map(memory).sum::<f64>());
        let [ada, bob] = join(&url, &token).await;
        // Somebody stays, so that the room does.
        let _ada = Call::enter(&url, &ada).await;
        let (mut joins, mut transports, mut pings) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..TIMES {
            let start = Instant::now();
            let mut call = Call::enter(&url, &bob).await;
            joins.push(start.elapsed());
            let start = Instant::now();
            call.say(json!({"type": "create-transport", "id": 2, "direction": "send"})).await;
            call.answer(2).await;
            transports.push(start.elapsed());
            let start = Instant::now();
            call.say(json!({"type": "ping", "id": 3})).await;
            call.hear("pong").await;
            pings.push(start.elapsed());
        }
        let used = (memory(dev.pid()), workers(dev.pid()).into_iter().map(memory).sum::<f64>());
        println!(
            "processes={processes}: join {:.2} ms, create-transport {:.2} ms, ping {:.2} ms (p50 of {TIMES}); \
             memory idle {:.0} + {:.0} MiB, afterwards {:.0} + {:.0} MiB (program + workers)",
            median(joins),
            median(transports),
            median(pings),
            idle.0,
            idle.1,
            used.0,
            used.1,
        );
        dev.stop();
    }
}
