-- The outbox of mails, and their receipts: written with what they tell, delivered later, kept.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    request_id TEXT REFERENCES requests (id),
    notice TEXT NOT NULL,
    slot TEXT,
    principal_id TEXT,
    address TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- What it tells, as data: it is put into words when it is delivered, in the reader's zone.
    content TEXT NOT NULL,
    state TEXT NOT NULL,
    -- On the engine's clock.
    created_ms BIGINT NOT NULL,
    done_ms BIGINT,
    -- Delivery, on the wall clock.
    attempts BIGINT NOT NULL,
    first_ms BIGINT,
    next_ms BIGINT NOT NULL,
    leased_until_ms BIGINT,
    words TEXT
);
CREATE INDEX mails_request ON mails (request_id, created_ms, id);
CREATE INDEX mails_due ON mails (next_ms) WHERE state = 'queued';
CREATE INDEX mails_done ON mails (done_ms) WHERE done_ms IS NOT NULL;
