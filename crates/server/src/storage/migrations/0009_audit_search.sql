-- The words of a row stand in the index of time itself: a search through the whole history reads that alone. A row of an
-- index may not be long, so what is too long for it is cut.
DROP INDEX audit_roles;
DROP INDEX audit_at;
UPDATE audit SET search_key = SUBSTR(LOWER(activity) || ' ' || actor_key || ' ' || actor_upn || ' '
    || COALESCE((SELECT MIN(t.name_key) FROM audit_targets t WHERE t.audit_id = audit.id), '') || ' '
    || COALESCE((SELECT MAX(t.name_key) FROM audit_targets t WHERE t.audit_id = audit.id), '') || ' '
    || SUBSTR(LOWER(entry), 200, 600), 1, 600)
    WHERE search_key LIKE '{%';
UPDATE audit SET search_key = SUBSTR(search_key, 1, 600) WHERE LENGTH(search_key) > 600;
CREATE INDEX audit_at ON audit (at_ms, id, category, search_key);
