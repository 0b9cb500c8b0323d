//! Whether objects can be kept: one is written, read and deleted.

use std::{sync::Arc, time::Duration};

use application_shared::{ObjectKey, ObjectStorage, PortError};
use domain_shared::{Clock, IdGenerator};
use futures::TryStreamExt;
use infrastructure_system::{SystemClock, UuidV7Generator};
use tokio::time::timeout;

use super::report::Report;
use crate::{
    config::{Config, Place},
    server::Storage,
};

const NAME: &str = "storage";
/// How long it may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Tries the storage out.
pub(super) async fn check(config: &Config, report: &mut Report) {
    let place = match config.storage.place() {
        Place::Folder(folder) => format!("folder {}", folder.display()),
        Place::S3(options) => format!("bucket {} at {}", options.bucket, options.endpoint),
        Place::Nowhere => {
            return report.doubtful(NAME, "none: files cannot be uploaded (storage.folder or storage.s3_bucket)");
        }
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ids: Arc<dyn IdGenerator> = Arc::new(UuidV7Generator::new(clock.clone()));
    let storage = match Storage::open(config, &clock, &ids) {
        Ok(storage) => storage,
        Err(error) => return report.bad(NAME, error),
    };
    match timeout(LIMIT, try_out(&*storage.objects, &*ids)).await {
        Ok(Ok(true)) => report.fine(NAME, format!("{place} keeps what it is given")),
        Ok(Ok(false)) => report.bad(NAME, format!("{place} does not give back what it was given")),
        Ok(Err(error)) => report.bad(NAME, format!("{place}: {error}")),
        Err(_) => report.bad(NAME, format!("{place} does not answer in time")),
    }
}

async fn try_out(storage: &dyn ObjectStorage, ids: &dyn IdGenerator) -> Result<bool, PortError> {
    let id = ids.next();
    let key = ObjectKey::parse(format!("doctor/{id}")).map_err(PortError::unavailable)?;
    storage.put(&key, id.to_string().into()).await?;
    let read: Vec<_> = match storage.read(&key, None).await? {
        Some(content) => content.try_collect().await?,
        None => Vec::new(),
    };
    storage.delete(&key).await?;
    Ok(read.concat() == id.to_string().as_bytes())
}
