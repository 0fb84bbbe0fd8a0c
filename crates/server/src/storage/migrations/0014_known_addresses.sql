-- From where people signed in with the right password of late. What others fail there does not shut them out.
CREATE TABLE known_addresses (
    principal_id TEXT NOT NULL REFERENCES principals (id),
    address TEXT NOT NULL,
    last_ms BIGINT NOT NULL,
    PRIMARY KEY (principal_id, address)
);
CREATE INDEX known_addresses_last ON known_addresses (last_ms);
