-- The twin of ../../postgres/0003_onboarding; a test compares the two.
--
-- SQLite changes no constraint of a table that exists: two tables are made anew under their names.

-- What a link is for.
ALTER TABLE onboarding_tokens ADD COLUMN purpose TEXT NOT NULL DEFAULT 'onboarding'
    CHECK (purpose IN ('onboarding', 'password_reset'));

-- A password, as its Argon2 hash. Apart from its credential, so that no look-up of credentials reads it.
CREATE TABLE passwords (
    tenant_id BLOB NOT NULL,
    credential_id BLOB NOT NULL,
    hash TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, credential_id),
    FOREIGN KEY (tenant_id, credential_id) REFERENCES credentials (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Links that people asked for without saying who they are: by an address, or by an earlier link. Whether anybody
-- gets one is decided later, so that asking takes the same time whoever is asked for.
CREATE TABLE link_requests (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    email_key TEXT,
    onboarding_token_id BLOB,
    requested_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK ((email_key IS NULL) <> (onboarding_token_id IS NULL))
) STRICT, WITHOUT ROWID;
-- Asked for without a tenant, as are the due messages below; each machine of a store that is spread by tenant
-- answers for its own.
CREATE INDEX link_requests_oldest ON link_requests (requested_at, id);

-- A session has no application.
CREATE TABLE access_tokens_anew (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    application_id BLOB,
    user_id BLOB,
    credential_id BLOB,
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK ((user_id IS NULL) = (credential_id IS NULL)),
    CHECK (application_id IS NOT NULL OR user_id IS NOT NULL)
) STRICT, WITHOUT ROWID;
INSERT INTO access_tokens_anew
    SELECT tenant_id, id, application_id, user_id, credential_id, secret_hash, scopes, created_at, expires_at
    FROM access_tokens;
DROP TABLE access_tokens;
ALTER TABLE access_tokens_anew RENAME TO access_tokens;
CREATE INDEX access_tokens_by_expiry ON access_tokens (tenant_id, expires_at, id);
CREATE INDEX access_tokens_by_user ON access_tokens (tenant_id, user_id) WHERE user_id IS NOT NULL;

CREATE TABLE outgoing_messages_anew (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    -- Without a list of the known ones, so that a new one needs no migration.
    kind TEXT NOT NULL,
    recipient_id BLOB NOT NULL,
    property_id BLOB,
    -- Nobody, if it was asked for by somebody who did not say who they are.
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('operator', 'application', 'user', 'nobody')),
    actor_id BLOB,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'logged', 'failed', 'cancelled')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_attempt_at INTEGER,
    -- The secret of the link that it carries, sealed; erased once the message is settled.
    sealed BLOB,
    -- The sender that has it, and until when.
    claim_id BLOB,
    lease_until INTEGER,
    -- Why the last attempt failed.
    fault TEXT,
    settled_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    CHECK ((actor_kind IN ('operator', 'nobody')) = (actor_id IS NULL)),
    CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
    CHECK ((state = 'pending') = (settled_at IS NULL)),
    CHECK ((claim_id IS NULL) = (lease_until IS NULL)),
    CHECK (state = 'pending' OR claim_id IS NULL),
    CHECK (state = 'pending' OR sealed IS NULL)
) STRICT;
INSERT INTO outgoing_messages_anew
    (tenant_id, id, kind, recipient_id, property_id, actor_kind, actor_id, created_at, state, attempts,
     next_attempt_at, sealed, settled_at)
    SELECT tenant_id, id, kind, recipient_id, property_id, actor_kind, actor_id, created_at, state, attempts,
        next_attempt_at, sealed, CASE WHEN state <> 'pending' THEN created_at END
    FROM outgoing_messages;
DROP TABLE outgoing_messages;
ALTER TABLE outgoing_messages_anew RENAME TO outgoing_messages;
CREATE INDEX outgoing_messages_to ON outgoing_messages (tenant_id, recipient_id, created_at);
CREATE INDEX outgoing_messages_about ON outgoing_messages (tenant_id, property_id, created_at);
CREATE INDEX outgoing_messages_by ON outgoing_messages (tenant_id, actor_id, created_at);
CREATE INDEX outgoing_messages_due ON outgoing_messages (next_attempt_at, id) WHERE state = 'pending';
CREATE INDEX outgoing_messages_settled ON outgoing_messages (tenant_id, settled_at, id) WHERE settled_at IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('passwords', 'passwords', '1000000 1000000 1'),
    ('link_requests', 'link_requests', '1000 1000 1'),
    ('link_requests', 'link_requests_oldest', '1000 2 1'),
    ('access_tokens', 'access_tokens', '1000000 1000000 1'),
    ('access_tokens', 'access_tokens_by_expiry', '1000000 1000000 1 1'),
    ('access_tokens', 'access_tokens_by_user', '1000000 1000000 10'),
    ('outgoing_messages', 'sqlite_autoindex_outgoing_messages_1', '1000000 1000000 1'),
    ('outgoing_messages', 'outgoing_messages_to', '1000000 1000000 10 1'),
    ('outgoing_messages', 'outgoing_messages_about', '1000000 1000000 20 1'),
    ('outgoing_messages', 'outgoing_messages_by', '1000000 1000000 20 1'),
    ('outgoing_messages', 'outgoing_messages_due', '1000 1 1'),
    ('outgoing_messages', 'outgoing_messages_settled', '1000000 1000000 2 1');
ANALYZE sqlite_schema;
