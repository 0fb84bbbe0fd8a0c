CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE principals (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    display_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    user_principal_name TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    mail TEXT,
    job_title TEXT,
    description TEXT,
    manager_id TEXT,
    is_assignable_to_role BOOLEAN NOT NULL,
    is_emergency BOOLEAN NOT NULL,
    created_ms BIGINT NOT NULL,
    deleted_ms BIGINT,
    version BIGINT NOT NULL
);
-- A deleted person gives his name free: the key of a deleted row is its id.
CREATE UNIQUE INDEX principals_upn ON principals (user_principal_name);
CREATE INDEX principals_name ON principals (kind, name_key, id);

CREATE TABLE group_members (
    group_id TEXT NOT NULL REFERENCES principals (id),
    member_id TEXT NOT NULL REFERENCES principals (id),
    PRIMARY KEY (group_id, member_id)
);
CREATE INDEX group_members_member ON group_members (member_id);

CREATE TABLE schedules (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    principal_id TEXT NOT NULL REFERENCES principals (id),
    role_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    start_ms BIGINT NOT NULL,
    end_ms BIGINT,
    activated_from TEXT,
    created_using TEXT,
    created_ms BIGINT NOT NULL,
    modified_ms BIGINT,
    ended_ms BIGINT,
    end_reason TEXT,
    -- Kept beside the ids, so that a sorted and searched page needs no join.
    principal_key TEXT NOT NULL,
    role_key TEXT NOT NULL
);
CREATE INDEX schedules_principal ON schedules (principal_id, role_id, ended_ms);
CREATE INDEX schedules_in_force ON schedules (principal_id, kind, ended_ms);
CREATE INDEX schedules_role ON schedules (role_id, kind, ended_ms, principal_key, id);
CREATE INDEX schedules_role_key ON schedules (kind, ended_ms, role_key, id);
CREATE INDEX schedules_principal_key ON schedules (kind, ended_ms, principal_key, id);
CREATE INDEX schedules_start ON schedules (kind, ended_ms, start_ms, id);
CREATE INDEX schedules_end ON schedules (kind, ended_ms, end_ms, id);
CREATE INDEX schedules_activated ON schedules (activated_from);

CREATE TABLE requests (
    id TEXT PRIMARY KEY,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    principal_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    status TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    completed_ms BIGINT,
    target_id TEXT,
    custom_data TEXT,
    ask TEXT NOT NULL,
    trace TEXT NOT NULL
);
-- One open request for each principal, role and scope, whatever races.
CREATE UNIQUE INDEX requests_open ON requests (principal_id, role_id, scope) WHERE status IN ('Granted', 'PendingApproval');
CREATE INDEX requests_principal ON requests (principal_id, created_ms);
CREATE INDEX requests_created ON requests (created_ms);
CREATE INDEX requests_target ON requests (target_id);

CREATE TABLE policies (
    role_id TEXT PRIMARY KEY,
    rules TEXT NOT NULL,
    modified_ms BIGINT NOT NULL,
    modified_by TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    activity TEXT NOT NULL,
    category TEXT NOT NULL,
    correlation TEXT NOT NULL,
    actor_id TEXT,
    outcome TEXT NOT NULL,
    -- The row itself, as canonical bytes; the columns beside it only serve to find it.
    entry TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at_ms, id);
CREATE INDEX audit_actor ON audit (actor_id, at_ms);
CREATE INDEX audit_correlation ON audit (correlation);

CREATE TABLE audit_targets (
    audit_id TEXT NOT NULL REFERENCES audit (id),
    target_id TEXT NOT NULL,
    PRIMARY KEY (audit_id, target_id)
);
CREATE INDEX audit_targets_target ON audit_targets (target_id);

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    due_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    leased_until_ms BIGINT,
    dead BOOLEAN NOT NULL,
    last_error TEXT
);
CREATE UNIQUE INDEX jobs_subject ON jobs (kind, subject);
CREATE INDEX jobs_due ON jobs (dead, due_ms);
