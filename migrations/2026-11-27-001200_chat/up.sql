-- What is written in rooms. Rooms and users are named without a foreign key: a room need not belong to a meeting, and
-- modules know each other by identifiers only.

CREATE TABLE chat_messages (
    room_id        uuid        NOT NULL,
    -- UUIDv7: those of a room are in sending order by it, and are paged by the key.
    id             uuid        NOT NULL,
    sender_id      uuid        NOT NULL,
    sender_name    text        NOT NULL CONSTRAINT chat_messages_sender_name_length CHECK (char_length(sender_name) BETWEEN 1 AND 64),
    -- Whom a private message is for.
    recipient_id   uuid,
    recipient_name text        CONSTRAINT chat_messages_recipient_name_length CHECK (char_length(recipient_name) BETWEEN 1 AND 64),
    -- Gone for good when the message was deleted.
    text           text        CONSTRAINT chat_messages_text_length CHECK (char_length(text) BETWEEN 1 AND 4000),
    sent_at        timestamptz NOT NULL,
    deleted_at     timestamptz,
    deleted_by     uuid,
    CONSTRAINT chat_messages_pkey PRIMARY KEY (room_id, id),
    CONSTRAINT chat_messages_recipient_complete CHECK ((recipient_id IS NULL) = (recipient_name IS NULL)),
    CONSTRAINT chat_messages_deletion_complete CHECK (
        (text IS NULL) = (deleted_at IS NOT NULL) AND (deleted_at IS NULL) = (deleted_by IS NULL)
    )
);

-- Whose names are taken out with their account.
CREATE INDEX chat_messages_sender_idx ON chat_messages (sender_id);
CREATE INDEX chat_messages_recipient_idx ON chat_messages (recipient_id) WHERE recipient_id IS NOT NULL;

-- A meeting's room bears the meeting's identifier: what was written goes with the meeting.
CREATE FUNCTION delete_chat_of_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM chat_messages WHERE room_id = OLD.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER meetings_delete_chat AFTER DELETE ON meetings FOR EACH ROW EXECUTE FUNCTION delete_chat_of_meeting();
