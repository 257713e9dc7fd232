-- What the earlier schema cannot hold goes.
CREATE TABLE outgoing_messages_before (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('invitation', 'access_added')),
    recipient_id BLOB NOT NULL,
    property_id BLOB NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('operator', 'application', 'user')),
    actor_id BLOB,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'logged', 'failed', 'cancelled')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_attempt_at INTEGER,
    -- The secret that the message carries, sealed; erased once the message is settled.
    sealed BLOB,
    PRIMARY KEY (tenant_id, id),
    CHECK ((actor_kind = 'operator') = (actor_id IS NULL)),
    CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
    CHECK (state = 'pending' OR sealed IS NULL)
) STRICT;
INSERT INTO outgoing_messages_before
    SELECT tenant_id, id, kind, recipient_id, property_id, actor_kind, actor_id, created_at, state, attempts,
        next_attempt_at, sealed
    FROM outgoing_messages
    WHERE property_id IS NOT NULL AND actor_kind <> 'nobody' AND kind IN ('invitation', 'access_added');
DROP TABLE outgoing_messages;
ALTER TABLE outgoing_messages_before RENAME TO outgoing_messages;
CREATE INDEX outgoing_messages_to ON outgoing_messages (tenant_id, recipient_id, created_at);
CREATE INDEX outgoing_messages_about ON outgoing_messages (tenant_id, property_id, created_at);
CREATE INDEX outgoing_messages_by ON outgoing_messages (tenant_id, actor_id, created_at);

CREATE TABLE access_tokens_before (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    application_id BLOB NOT NULL,
    user_id BLOB,
    credential_id BLOB,
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK ((user_id IS NULL) = (credential_id IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO access_tokens_before SELECT * FROM access_tokens WHERE application_id IS NOT NULL;
DROP TABLE access_tokens;
ALTER TABLE access_tokens_before RENAME TO access_tokens;
CREATE INDEX access_tokens_by_expiry ON access_tokens (tenant_id, expires_at, id);
CREATE INDEX access_tokens_by_user ON access_tokens (tenant_id, user_id) WHERE user_id IS NOT NULL;

DROP TABLE link_requests;
DROP TABLE passwords;
ALTER TABLE onboarding_tokens DROP COLUMN purpose;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('access_tokens', 'access_tokens', '1000000 1000000 1'),
    ('access_tokens', 'access_tokens_by_expiry', '1000000 1000000 1 1'),
    ('access_tokens', 'access_tokens_by_user', '1000000 1000000 10'),
    ('outgoing_messages', 'sqlite_autoindex_outgoing_messages_1', '1000000 1000000 1'),
    ('outgoing_messages', 'outgoing_messages_to', '1000000 1000000 10 1'),
    ('outgoing_messages', 'outgoing_messages_about', '1000000 1000000 20 1'),
    ('outgoing_messages', 'outgoing_messages_by', '1000000 1000000 20 1');
ANALYZE sqlite_schema;
