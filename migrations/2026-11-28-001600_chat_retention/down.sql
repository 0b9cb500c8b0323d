DROP TRIGGER rooms_delete_chat ON rooms;
ALTER FUNCTION delete_chat_of_room() RENAME TO delete_chat_of_meeting;
DROP INDEX rooms_chat_kept_idx;
ALTER TABLE rooms DROP COLUMN chat_kept;
DROP INDEX chat_messages_sent_idx;
