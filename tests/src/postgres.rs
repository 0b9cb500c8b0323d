//! A PostgreSQL for this run, and a database in it for one test.

use std::{
    path::Path,
    process::Output,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use infrastructure_postgres::{Migrator, PgOptions, PgPool};
use tokio::{runtime::Builder, task::spawn_blocking};
use tokio_postgres::{Client, NoTls};

use crate::{
    binaries::postgresql_folder,
    guarded::{Guarded, command, new_folder},
    wait::PATIENCE,
};

pub use tokio_postgres::Row as TestRow;

/// The database that has the schema, of which each test gets a copy.
const TEMPLATE: &str = "migrated";

/// The server of this run: started by the first test that needs it, stopped when the process ends.
static SERVER: OnceLock<Server> = OnceLock::new();
static NEXT: AtomicU64 = AtomicU64::new(1);

struct Server {
    guarded: Guarded,
    /// The folder of its socket, percent-encoded for URLs.
    host: String,
}

impl Server {
    /// Makes a cluster, starts it, and makes the template. Takes about two seconds.
    fn start() -> Self {
        let (binaries, folder) = (postgresql_folder(), new_folder("postgres"));
        initialise(&binaries, &folder);
        let mut arguments: Vec<String> =
            ["-D", "data", "-k"].into_iter().map(str::to_owned).chain([folder.display().to_string()]).collect();
        // Reached by its socket only; nothing that it holds is worth a disk's time.
        for setting in [
            "listen_addresses=",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "max_connections=400",
            "shared_buffers=64MB",
            "log_min_messages=warning",
            // What is said of a database can be told from what is said of others.
            "log_line_prefix=%d|",
        ] {
            arguments.extend(["-c".to_owned(), setting.to_owned()]);
        }
        let host = folder.display().to_string().replace('/', "%2F");
        let server = Self { guarded: Guarded::start(&binaries.join("postgres"), &arguments, folder), host };
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let admin = server.wait_until_ready().await;
            admin.batch_execute(&format!("CREATE DATABASE {TEMPLATE}")).await.expect("the template");
            let options = PgOptions::new(&server.url(TEMPLATE)).expect("our own URL");
            Migrator::new(&options).up().await.expect("the migrations");
        });
        server
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.host)
    }

    async fn wait_until_ready(&self) -> Client {
        let begin = Instant::now();
        loop {
            match connect(&self.url("postgres")).await {
                Ok(client) => return client,
                Err(error) if begin.elapsed() > PATIENCE => {
                    panic!("PostgreSQL did not start: {error}; it says: {}", self.guarded.log())
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }
}

fn initialise(binaries: &Path, folder: &Path) {
    let Output { status, stdout, stderr } = command(&binaries.join("initdb"), folder)
        .args(["-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
        .output()
        .expect("initdb starts");
    let said = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(status.success(), "initdb failed: {said}");
}

async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// A database of its own for one test, dropped with it.
pub struct TestDatabase {
    server: &'static Server,
    name: String,
}

impl TestDatabase {
    /// One with the schema and nothing in it.
    pub async fn new() -> Self {
        Self::create(&format!(" TEMPLATE {TEMPLATE}")).await
    }

    /// One without a schema.
    pub async fn without_schema() -> Self {
        Self::create("").await
    }

    async fn create(like: &str) -> Self {
        let server = spawn_blocking(|| SERVER.get_or_init(Server::start)).await.expect("PostgreSQL for the tests");
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let admin = connect(&server.url("postgres")).await.expect("PostgreSQL answers");
        admin.batch_execute(&format!("CREATE DATABASE {name}{like}")).await.expect("a database for the test");
        Self { server, name }
    }

    /// Its address, for whoever connects with a `postgres://` URL.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Options for a pool on it.
    #[must_use]
    pub fn options(&self) -> PgOptions {
        PgOptions::new(&self.url()).expect("our own URL")
    }

    /// A pool on it, with the usual options. Belongs to the runtime of the test that asks.
    #[must_use]
    pub fn pool(&self) -> PgPool {
        PgPool::new(self.options()).expect("the usual options")
    }

    /// Runs SQL, several statements if need be, past everything that the program would allow.
    pub async fn execute(&self, sql: &str) {
        let client = connect(&self.url()).await.expect("PostgreSQL answers");
        client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The rows of a query.
    pub async fn query(&self, sql: &str) -> Vec<TestRow> {
        let client = connect(&self.url()).await.expect("PostgreSQL answers");
        client.query(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The one number that a query returns.
    pub async fn count(&self, sql: &str) -> i64 {
        self.query(sql).await.first().unwrap_or_else(|| panic!("{sql}: no row")).get(0)
    }

    /// What the server has said of it: one text for each message, without its prefix.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        let (log, prefix) = (self.server.guarded.log(), format!("{}|", self.name));
        let (mut messages, mut of_ours) = (Vec::<String>::new(), false);
        for line in log.lines() {
            // A message goes on in lines that begin with a tab.
            match (line.strip_prefix('\t'), messages.last_mut()) {
                (Some(more), Some(last)) if of_ours => {
                    last.push('\n');
                    last.push_str(more);
                }
                (Some(_), _) => {}
                (None, _) => {
                    let begun = line.strip_prefix(&prefix);
                    of_ours = begun.is_some();
                    messages.extend(begun.map(str::to_owned));
                }
            }
        }
        messages
    }

    /// Breaks every connection to it, as a restart of the server would.
    pub async fn break_connections(&self) -> i64 {
        let admin = connect(&self.server.url("postgres")).await.expect("PostgreSQL answers");
        let broken = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1";
        admin.query_one(broken, &[&self.name]).await.expect("breaking connections").get(0)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (url, name) = (self.server.url("postgres"), self.name.clone());
        // On a thread of its own, since the runtime of the test may be ending.
        let dropping = thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let admin = connect(&url).await.map_err(std::io::Error::other)?;
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                admin.batch_execute(&drop).await.map_err(std::io::Error::other)
            })
        });
        // What stays goes with the server.
        dropping.join().ok();
    }
}
