DROP TABLE audit_log;

DROP INDEX sessions_expires_idx;
DROP INDEX sessions_ended_idx;
DROP INDEX users_purge_idx;
DROP INDEX users_administrators_idx;
DROP INDEX users_newest_idx;

ALTER TABLE users
    DROP COLUMN deleted_at,
    DROP COLUMN purge_at,
    DROP COLUMN closing_at,
    DROP COLUMN banned_until,
    DROP COLUMN email_verified_at,
    DROP COLUMN language;
