ALTER TABLE outbox RESET (fillfactor);

ALTER TABLE outbox
    ADD CONSTRAINT outbox_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    ADD CONSTRAINT outbox_attempts_natural CHECK (attempts >= 0),
    ADD CONSTRAINT outbox_last_error_length CHECK (char_length(last_error) <= 1000);

ALTER TABLE meetings
    ADD CONSTRAINT meetings_code_form CHECK (code ~ '^[a-z]{3}-[a-z]{4}-[a-z]{3}$'),
    ADD CONSTRAINT meetings_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
    ADD CONSTRAINT meetings_description_length CHECK (char_length(description) <= 5000),
    ADD CONSTRAINT meetings_max_participants_range CHECK (max_participants BETWEEN 2 AND 1000),
    ADD CONSTRAINT meetings_version_positive CHECK (version > 0),
    ADD CONSTRAINT meetings_schedule_order CHECK (end_time > start_time),
    ADD CONSTRAINT meetings_status_complete CHECK (
        CASE status
            WHEN 'scheduled' THEN started_at IS NULL AND ended_at IS NULL
            WHEN 'live' THEN started_at IS NOT NULL AND ended_at IS NULL
            WHEN 'ended' THEN ended_at IS NOT NULL
            WHEN 'cancelled' THEN started_at IS NULL AND ended_at IS NOT NULL
            ELSE false
        END
    );
