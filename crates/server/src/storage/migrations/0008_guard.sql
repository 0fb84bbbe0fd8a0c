-- A one-time password is over at this instant of the wall clock; one that was made before counts from then on.
ALTER TABLE credentials ADD COLUMN until_ms BIGINT;
UPDATE credentials SET until_ms = changed_ms + 604800000 WHERE one_time;
-- At how many failures a refused attempt was last told in the history: one row for each wait, however many attempts.
ALTER TABLE lockouts ADD COLUMN told_at BIGINT NOT NULL DEFAULT 0;
-- Folded texts, because neither database folds letters beyond ASCII everywhere.
ALTER TABLE principals ADD COLUMN mail_key TEXT;
ALTER TABLE principals ADD COLUMN job_title_key TEXT;
ALTER TABLE principals ADD COLUMN description_key TEXT;
