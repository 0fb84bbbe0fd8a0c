-- What a client names a group for mails is kept for it, though Pimlico sends no mail to groups.
ALTER TABLE principals ADD COLUMN mail_nickname TEXT;
