-- Whether it is the password that an account began with: after that one alone a second factor is enrolled without a
-- code. One-time passwords from before are first ones, unless an administrator had given them in place of another.
ALTER TABLE credentials ADD COLUMN is_first BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE credentials SET is_first = one_time AND NOT EXISTS (
    SELECT 1 FROM audit_targets t JOIN audit a ON a.id = t.audit_id
    WHERE t.target_id = credentials.principal_id AND a.activity = 'Reset user password' AND a.outcome = 'success');
UPDATE sessions SET may_enrol = FALSE WHERE EXISTS (
    SELECT 1 FROM audit_targets t JOIN audit a ON a.id = t.audit_id
    WHERE t.target_id = sessions.principal_id AND a.activity = 'Reset user password' AND a.outcome = 'success');
