-- What ended lately, and what is over though no job has said so: the Expired tab and its count.
CREATE INDEX schedules_over ON schedules (ended_ms, end_ms) WHERE activated_from IS NULL;
-- Without the rows that are no activation: they are nearly all, and looking for them here would read the whole table.
DROP INDEX schedules_activated;
CREATE INDEX schedules_activated ON schedules (activated_from) WHERE activated_from IS NOT NULL;
-- How many hold each role now, answered from the index alone.
CREATE INDEX schedules_per_role ON schedules (ended_ms, role_id, kind, start_ms, end_ms);
