//! The e-mail address of an account: that of every module.

pub use domain_shared::{Email, EmailError};
