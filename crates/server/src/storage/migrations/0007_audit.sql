-- What the screens filter by, and the words they search: kept beside the row, so that a page of a long history is read
-- from the end of an index.
ALTER TABLE audit ADD COLUMN type TEXT NOT NULL DEFAULT 'update';
ALTER TABLE audit ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_targets ADD COLUMN told_ms BIGINT NOT NULL DEFAULT 0;
UPDATE audit SET search_key = LOWER(entry), type = CASE
    WHEN category = 'UserManagement' THEN 'users'
    WHEN category = 'GroupManagement' THEN 'groups'
    WHEN category = 'Authentication' THEN 'signIn'
    WHEN category = 'Directory' THEN 'system'
    WHEN activity LIKE '%approval requested%' OR activity LIKE '%request approved%' OR activity LIKE '%request denied%'
        OR activity LIKE '%request expired' THEN 'approve'
    WHEN activity LIKE '%(PIM activation)' THEN 'activate'
    WHEN activity LIKE '%(PIM deactivate)' OR activity LIKE '%(PIM activation expired)' THEN 'deactivate'
    WHEN activity LIKE 'Add eligible member%' THEN 'assignEligible'
    WHEN activity LIKE 'Add member%' THEN 'assignActive'
    WHEN activity LIKE 'Remove eligible member%' THEN 'removeEligible'
    WHEN activity LIKE 'Remove member%' THEN 'removeActive'
    WHEN activity LIKE 'Update role setting%' THEN 'settings'
    ELSE 'update' END;
UPDATE audit_targets SET told_ms = (SELECT a.at_ms FROM audit a WHERE a.id = audit_targets.audit_id);
DROP INDEX audit_actor;
CREATE INDEX audit_actor ON audit (actor_id, at_ms, id);
DROP INDEX audit_targets_target;
CREATE INDEX audit_targets_target ON audit_targets (target_id, told_ms, audit_id);
CREATE INDEX audit_type ON audit (type, at_ms, id);
CREATE INDEX audit_roles ON audit (at_ms, id) WHERE category = 'RoleManagement';
CREATE INDEX audit_failures ON audit (at_ms, id) WHERE outcome = 'failure';
