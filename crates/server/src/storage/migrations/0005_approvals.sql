-- One step for each request that waits, or waited, for an approver; it has the request's id.
CREATE TABLE approvals (
    id TEXT PRIMARY KEY REFERENCES requests (id),
    status TEXT NOT NULL,
    due_ms BIGINT NOT NULL,
    is_justification_required BOOLEAN NOT NULL,
    answer TEXT,
    reviewed_by TEXT,
    reviewed_ms BIGINT,
    justification TEXT
);
CREATE INDEX requests_pending ON requests (role_id, created_ms, id) WHERE status = 'PendingApproval';
