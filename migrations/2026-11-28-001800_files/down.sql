DROP TRIGGER meetings_delete_files ON meetings;
DROP FUNCTION delete_files_of_meeting();
DROP TABLE files;
