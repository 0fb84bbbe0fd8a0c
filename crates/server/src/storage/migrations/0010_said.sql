-- A hint that a person put away stays away. Rows from before show it.
ALTER TABLE preferences ADD COLUMN hides_group_hint BIGINT;
-- Why a request that was approved could not be given any more.
ALTER TABLE requests ADD COLUMN failure TEXT;
-- Reason and ticket in the form in which texts are searched.
ALTER TABLE requests ADD COLUMN said_key TEXT NOT NULL DEFAULT '';
