-- Whether a first password, or a code, was given by somebody who may give it to whomever: only then does it lead a person
-- whom something protects by now to a second factor. Of those from before, what the console gave does.
ALTER TABLE credentials ADD COLUMN for_protected BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE enrolment_codes ADD COLUMN for_protected BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sessions ADD COLUMN for_protected BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE credentials SET for_protected = is_first AND NOT EXISTS (
    SELECT 1 FROM audit_targets t JOIN audit a ON a.id = t.audit_id
    WHERE t.target_id = credentials.principal_id AND a.activity = 'Add user' AND a.outcome = 'success'
        AND a.actor_id IS NOT NULL);
UPDATE enrolment_codes SET for_protected = NOT EXISTS (
    SELECT 1 FROM audit_targets t JOIN audit a ON a.id = t.audit_id
    WHERE t.target_id = enrolment_codes.principal_id AND a.activity = 'Admin deleted security info'
        AND a.outcome = 'success');
