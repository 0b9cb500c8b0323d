-- Which handlers have done their part of an event that another one could not handle: they do not get it again.
ALTER TABLE outbox ADD COLUMN handled_by text[] NOT NULL DEFAULT '{}';
