-- The twin of ../../postgres/0001_initial; a test compares the two.
--
-- Ids are 16-byte blobs: half the size of text in every key and index, compared byte by byte, and ordered by time
-- since they are UUIDv7, so that inserts go to the end of the tree. `hex(id)` shows one as text, x'..' writes one.
-- Instants are microseconds since 1970. The tables are STRICT, so that no column holds another type than it says.
-- Rows are reached by key, which WITHOUT ROWID makes one search instead of two; the tables with long rows do without.
-- Tables that every request writes to have no foreign keys: each would be a search, and elsewhere a lock, per row.

CREATE TABLE tenants (
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
) STRICT, WITHOUT ROWID;

CREATE TABLE applications (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    scopes TEXT NOT NULL,
    user_scoped_only INTEGER NOT NULL CHECK (user_scoped_only IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id) REFERENCES tenants (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    email TEXT,
    email_key TEXT,
    first_name TEXT,
    last_name TEXT,
    locale TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'disabled', 'deleted')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    onboarded_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, email_key),
    FOREIGN KEY (tenant_id) REFERENCES tenants (id),
    -- A deleted person is nobody any more, and leaves the address to a new one.
    CHECK ((state = 'deleted') = (email IS NULL)),
    CHECK ((state = 'deleted') = (email_key IS NULL)),
    CHECK ((state = 'deleted') = (first_name IS NULL)),
    CHECK (state <> 'deleted' OR last_name IS NULL),
    CHECK (state <> 'invited' OR onboarded_at IS NULL),
    CHECK (state <> 'active' OR onboarded_at IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX users_by_creation ON users (tenant_id, created_at, id);

CREATE TABLE credentials (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    user_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('password', 'partner')),
    permission TEXT NOT NULL CHECK (permission IN ('none', 'view', 'edit', 'admin')),
    -- Erased with its user.
    email TEXT,
    created_at INTEGER NOT NULL,
    last_login_at INTEGER,
    removed_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CHECK (email IS NOT NULL OR removed_at IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX credentials_by_user ON credentials (tenant_id, user_id, created_at, id);

CREATE TABLE properties (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    title TEXT NOT NULL,
    currency TEXT NOT NULL,
    timezone TEXT,
    country TEXT,
    email TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id) REFERENCES tenants (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX properties_by_title ON properties (tenant_id, title, id) WHERE deleted_at IS NULL;

CREATE TABLE property_users (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    property_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'user')),
    -- A JSON object, or null for none.
    overrides TEXT CHECK (overrides <> '{}'),
    -- What role and overrides amount to, so that lists are filtered without a rule in SQL.
    sees_property INTEGER NOT NULL CHECK (sees_property IN (0, 1)),
    sees_users INTEGER NOT NULL CHECK (sees_users IN (0, 1)),
    invited_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- History: without a foreign key, which would lock the inviter.
    invited_by BLOB,
    withdrawn_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, property_id) REFERENCES properties (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CHECK (sees_property OR NOT sees_users)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX property_users_live ON property_users (tenant_id, property_id, user_id)
    WHERE withdrawn_at IS NULL;
CREATE INDEX property_users_of_property ON property_users (tenant_id, property_id, invited_at, id)
    WHERE withdrawn_at IS NULL;
CREATE INDEX property_users_of_user ON property_users (tenant_id, user_id, invited_at, id)
    WHERE withdrawn_at IS NULL;
CREATE INDEX property_users_of_tenant ON property_users (tenant_id, invited_at, id)
    WHERE withdrawn_at IS NULL;

CREATE TABLE api_keys (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    user_id BLOB NOT NULL,
    credential_id BLOB NOT NULL,
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    last_four TEXT NOT NULL CHECK (length(last_four) = 4),
    scopes TEXT NOT NULL,
    -- A JSON list of property ids, or null for every property.
    property_limit TEXT,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    FOREIGN KEY (tenant_id, credential_id) REFERENCES credentials (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_user ON api_keys (tenant_id, user_id, created_at, id);
CREATE INDEX api_keys_by_creation ON api_keys (tenant_id, created_at, id);

CREATE TABLE access_tokens (
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
CREATE INDEX access_tokens_by_expiry ON access_tokens (tenant_id, expires_at, id);
CREATE INDEX access_tokens_by_user ON access_tokens (tenant_id, user_id) WHERE user_id IS NOT NULL;

CREATE TABLE onboarding_tokens (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    user_id BLOB NOT NULL,
    -- Erased once the token is settled.
    email_key TEXT,
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    state TEXT NOT NULL CHECK (state IN ('open', 'used', 'cancelled')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    settled_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CHECK ((state = 'open') = (email_key IS NOT NULL)),
    CHECK ((state = 'open') = (settled_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX onboarding_tokens_open ON onboarding_tokens (tenant_id, user_id) WHERE settled_at IS NULL;

CREATE TABLE outgoing_messages (
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
CREATE INDEX outgoing_messages_to ON outgoing_messages (tenant_id, recipient_id, created_at);
CREATE INDEX outgoing_messages_about ON outgoing_messages (tenant_id, property_id, created_at);
CREATE INDEX outgoing_messages_by ON outgoing_messages (tenant_id, actor_id, created_at);

CREATE TABLE audit_records (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('operator', 'application', 'user')),
    actor_id BLOB,
    -- The credential that a user acted through.
    credential_id BLOB,
    token_kind TEXT CHECK (token_kind IN ('access_token', 'api_key')),
    token_id BLOB,
    request_id TEXT NOT NULL,
    -- Without a list of the known ones, so that a new one needs no migration.
    action TEXT NOT NULL,
    object_id BLOB NOT NULL,
    property_id BLOB,
    subject_id BLOB,
    -- JSON objects, or null for nothing.
    before_json TEXT,
    after_json TEXT,
    PRIMARY KEY (tenant_id, id),
    CHECK ((actor_kind = 'operator') = (actor_id IS NULL)),
    CHECK ((actor_kind = 'user') = (credential_id IS NOT NULL)),
    CHECK ((token_kind IS NULL) = (token_id IS NULL))
) STRICT;

-- Every index begins with the tenant, and without figures the planner believes that a tenant has ten rows: it then
-- walks through all of a tenant instead of taking the index that is meant. So it is told of one tenant with a million
-- rows: how many rows there are, and how many share the first column, the first two, and so on.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('applications', 'applications', '1000 1000 1'),
    ('users', 'users', '1000000 1000000 1'),
    ('users', 'sqlite_autoindex_users_2', '1000000 1000000 1'),
    ('users', 'users_by_creation', '1000000 1000000 1 1'),
    ('credentials', 'credentials', '1000000 1000000 1'),
    ('credentials', 'credentials_by_user', '1000000 1000000 2 1 1'),
    ('properties', 'properties', '1000000 1000000 1'),
    ('properties', 'properties_by_title', '1000000 1000000 2 1'),
    ('property_users', 'property_users', '1000000 1000000 1'),
    ('property_users', 'property_users_live', '1000000 1000000 10 1'),
    ('property_users', 'property_users_of_property', '1000000 1000000 10 1 1'),
    ('property_users', 'property_users_of_user', '1000000 1000000 10 1 1'),
    ('property_users', 'property_users_of_tenant', '1000000 1000000 1 1'),
    ('api_keys', 'api_keys', '1000000 1000000 1'),
    ('api_keys', 'api_keys_by_user', '1000000 1000000 2 1 1'),
    ('api_keys', 'api_keys_by_creation', '1000000 1000000 1 1'),
    ('access_tokens', 'access_tokens', '1000000 1000000 1'),
    ('access_tokens', 'access_tokens_by_expiry', '1000000 1000000 1 1'),
    ('access_tokens', 'access_tokens_by_user', '1000000 1000000 10'),
    ('onboarding_tokens', 'onboarding_tokens', '1000000 1000000 1'),
    ('onboarding_tokens', 'onboarding_tokens_open', '1000000 1000000 2'),
    ('outgoing_messages', 'sqlite_autoindex_outgoing_messages_1', '1000000 1000000 1'),
    ('outgoing_messages', 'outgoing_messages_to', '1000000 1000000 10 1'),
    ('outgoing_messages', 'outgoing_messages_about', '1000000 1000000 20 1'),
    ('outgoing_messages', 'outgoing_messages_by', '1000000 1000000 20 1'),
    ('audit_records', 'sqlite_autoindex_audit_records_1', '1000000 1000000 1');
ANALYZE sqlite_schema;
