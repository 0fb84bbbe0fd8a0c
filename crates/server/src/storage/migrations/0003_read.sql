-- Names at that time, so that the history can be searched by them.
ALTER TABLE audit ADD COLUMN actor_key TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN actor_upn TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_targets ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
