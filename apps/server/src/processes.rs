//! Starts child processes that the kernel may tell of this process's death.

use std::{
    io,
    process::{Child, Command},
    sync::{
        OnceLock,
        mpsc::{self, Sender},
    },
    thread,
};

type Request = (Command, Sender<io::Result<Child>>);

/// Starts a child from a thread that lives as long as the process: the kernel sends the parent-death signal when the
/// *thread* that started the child ends, and threads of the runtime come and go.
pub(crate) fn spawn(command: Command) -> io::Result<Child> {
    static SPAWNER: OnceLock<Option<Sender<Request>>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (sender, requests) = mpsc::channel::<Request>();
        let work = move || {
            for (mut command, answer) in requests {
                // Nobody waits any more only when the caller has panicked.
                let _ = answer.send(command.spawn());
            }
        };
        thread::Builder::new().name("spawner".to_owned()).spawn(work).ok().map(|_| sender)
    });
    let gone = || io::Error::other("the thread that starts processes is gone");
    let (answer, result) = mpsc::channel();
    spawner.as_ref().ok_or_else(gone)?.send((command, answer)).map_err(|_| gone())?;
    result.recv().map_err(|_| gone())?
}
