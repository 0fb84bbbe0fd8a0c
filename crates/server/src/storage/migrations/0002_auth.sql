CREATE TABLE credentials (
    principal_id TEXT PRIMARY KEY REFERENCES principals (id),
    hash TEXT NOT NULL,
    one_time BOOLEAN NOT NULL,
    changed_ms BIGINT NOT NULL
);

CREATE TABLE factors (
    principal_id TEXT PRIMARY KEY REFERENCES principals (id),
    secret BYTEA NOT NULL,
    since_ms BIGINT NOT NULL,
    last_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    principal_id TEXT NOT NULL REFERENCES principals (id),
    hash TEXT NOT NULL,
    PRIMARY KEY (principal_id, hash)
);

CREATE TABLE enrolment_codes (
    principal_id TEXT PRIMARY KEY REFERENCES principals (id),
    hash TEXT NOT NULL,
    until_ms BIGINT NOT NULL
);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL,
    principal_id TEXT NOT NULL REFERENCES principals (id),
    state TEXT NOT NULL,
    second_factor BOOLEAN NOT NULL,
    may_enrol BOOLEAN NOT NULL,
    pending_secret BYTEA,
    created_ms BIGINT NOT NULL,
    used_ms BIGINT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_principal ON sessions (principal_id);

CREATE TABLE lockouts (
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    failures BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    PRIMARY KEY (account, address)
);

CREATE TABLE preferences (
    principal_id TEXT PRIMARY KEY REFERENCES principals (id),
    time_zone TEXT,
    theme TEXT NOT NULL
);
