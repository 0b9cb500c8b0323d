//! Repositories, readers and the outbox on PostgreSQL.
