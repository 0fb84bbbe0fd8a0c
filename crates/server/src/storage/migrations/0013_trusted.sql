-- Whether a first password, or a code, was given by somebody who may give it to whomever: only then does it lead a person
-- whom something protects by now to a second factor. Of those from before, what the console gave last does: its rows have
-- no person as their actor.
ALTER TABLE credentials ADD COLUMN for_protected BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE enrolment_codes ADD COLUMN for_protected BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sessions ADD COLUMN for_protected BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE credentials SET for_protected = is_first AND COALESCE((
    SELECT a.actor_id IS NULL FROM audit_targets t JOIN audit a ON a.id = t.audit_id
    WHERE t.target_id = credentials.principal_id AND a.outcome = 'success'
        AND a.activity IN ('Add user', 'Recover user account')
    ORDER BY a.at_ms DESC, a.id DESC LIMIT 1), TRUE);
UPDATE enrolment_codes SET for_protected = COALESCE((
    SELECT a.actor_id IS NULL FROM audit_targets t JOIN audit a ON a.id = t.audit_id
    WHERE t.target_id = enrolment_codes.principal_id AND a.outcome = 'success'
        AND a.activity IN ('Admin deleted security info', 'Recover user account')
    ORDER BY a.at_ms DESC, a.id DESC LIMIT 1), TRUE);
-- What a session enrols with is used up by now: the password or the code, whichever was given last. A second factor that
-- was given counts for everybody.
UPDATE sessions SET for_protected = may_enrol AND (second_factor OR COALESCE((
    SELECT a.actor_id IS NULL FROM audit_targets t JOIN audit a ON a.id = t.audit_id
    WHERE t.target_id = sessions.principal_id AND a.outcome = 'success'
        AND a.activity IN ('Add user', 'Admin deleted security info', 'Recover user account')
    ORDER BY a.at_ms DESC, a.id DESC LIMIT 1), TRUE));
