DROP TABLE meeting_sessions;

ALTER TABLE meetings
    DROP COLUMN advance_at,
    DROP COLUMN excluded,
    DROP COLUMN series_start,
    DROP COLUMN recurrence,
    DROP COLUMN time_zone;
