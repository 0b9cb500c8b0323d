//! What `open-meeting dev` needs to find on this machine.

use std::path::Path;

use super::{dev, report::Report};
use crate::embedded::{DataFolder, Search, postgres_in_use, redis_in_use};

/// Looks for PostgreSQL, Redis, the built web client and the data folder.
pub(super) fn check(search: &Search, report: &mut Report) {
    let data = Path::new(".data");
    match postgres_in_use(search, data) {
        Ok(program) => report.fine("postgresql", program),
        Err(error) => report.bad("postgresql", error),
    }
    match redis_in_use(search) {
        Ok(program) => report.fine("redis", program),
        Err(error) => report.bad("redis", error),
    }
    match dev::find_web(Path::new("apps/web/dist")) {
        Ok(folder) => report.fine("web client", folder.display()),
        Err(error) => report.bad("web client", error),
    }
    if !data.exists() {
        report.fine("data", ".data will be made");
        return;
    }
    match DataFolder::open(data) {
        Ok(folder) => report.fine("data", folder.path().display()),
        Err(error) => report.doubtful("data", error),
    }
}
