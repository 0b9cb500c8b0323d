//! Notifications: what users were told, how they want to be told, and the stream by which they are told at once.

mod operations;
mod shapes;
mod stream;

pub use operations::{NotificationUseCases, NotificationsApi};
