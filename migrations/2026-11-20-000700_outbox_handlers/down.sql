ALTER TABLE outbox DROP COLUMN handled_by;
