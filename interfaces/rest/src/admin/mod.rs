//! Administration: accounts of others, and the record.

mod operations;
mod shapes;

pub use operations::{AdminApi, AdminUseCases};
