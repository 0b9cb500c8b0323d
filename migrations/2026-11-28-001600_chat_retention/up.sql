-- What was written is deleted when it has been kept long enough: by its age, and in rooms of other backends some time
-- after the room was over.

CREATE INDEX chat_messages_sent_idx ON chat_messages (sent_at);

-- Whether messages of the room may be left. Once it is over and they are gone, nobody looks for them again.
ALTER TABLE rooms ADD COLUMN chat_kept boolean NOT NULL DEFAULT true;
CREATE INDEX rooms_chat_kept_idx ON rooms (ended_at) WHERE chat_kept AND ended_at IS NOT NULL;

-- A room's messages go with the room, as those of a meeting go with the meeting.
ALTER FUNCTION delete_chat_of_meeting() RENAME TO delete_chat_of_room;
CREATE TRIGGER rooms_delete_chat AFTER DELETE ON rooms FOR EACH ROW EXECUTE FUNCTION delete_chat_of_room();
