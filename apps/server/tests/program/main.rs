//! The program `open-meeting` as its users meet it: started as a process, ended by signals, with things missing.
#![expect(clippy::unwrap_used, reason = "a helper of tests that cannot go on fails its test")]

mod call;
mod dev;
mod doctor;
mod failures;
mod hosting;
mod media;
mod media_cost;
mod process;
mod rooms;
mod serve;
mod two_hosts;
mod webhooks;
