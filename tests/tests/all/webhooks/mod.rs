//! Webhooks on real sockets: what receivers are sent, what they may do to the sender, and how deliveries go from the outbox
//! over the queue on PostgreSQL to a receiver.

mod dispatching;
mod sending;
