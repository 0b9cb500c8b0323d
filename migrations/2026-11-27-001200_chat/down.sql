DROP TRIGGER meetings_delete_chat ON meetings;
DROP FUNCTION delete_chat_of_meeting();
DROP TABLE chat_messages;
