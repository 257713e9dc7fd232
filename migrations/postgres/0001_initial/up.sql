-- The twin of ../../sqlite/0001_initial; a test compares the two.
--
-- Ids are UUIDv7, made by us. Instants are microseconds since 1970, as whole numbers, so that both databases keep
-- and compare exactly the same. Titles are ordered by their bytes, whatever the language of the database.
-- Tables that every request writes to have no foreign keys: each would lock a row that many others need.

CREATE TABLE tenants (
    id uuid NOT NULL,
    name text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (name)
);

CREATE TABLE applications (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    scopes text NOT NULL,
    user_scoped_only boolean NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id) REFERENCES tenants (id)
);

CREATE TABLE users (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    email text,
    email_key text,
    first_name text,
    last_name text,
    locale text NOT NULL,
    state text NOT NULL CHECK (state IN ('invited', 'active', 'disabled', 'deleted')),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    onboarded_at bigint,
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
);
CREATE INDEX users_by_creation ON users (tenant_id, created_at, id);

CREATE TABLE credentials (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('password', 'partner')),
    permission text NOT NULL CHECK (permission IN ('none', 'view', 'edit', 'admin')),
    -- Erased with its user.
    email text,
    created_at bigint NOT NULL,
    last_login_at bigint,
    removed_at bigint,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CHECK (email IS NOT NULL OR removed_at IS NOT NULL)
);
CREATE INDEX credentials_by_user ON credentials (tenant_id, user_id, created_at, id);

CREATE TABLE properties (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    title text COLLATE "C" NOT NULL,
    currency text NOT NULL,
    timezone text,
    country text,
    email text,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    deleted_at bigint,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id) REFERENCES tenants (id)
);
CREATE INDEX properties_by_title ON properties (tenant_id, title, id) WHERE deleted_at IS NULL;

CREATE TABLE property_users (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    property_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'user')),
    -- A JSON object, or null for none.
    overrides text CHECK (overrides <> '{}'),
    -- What role and overrides amount to, so that lists are filtered without a rule in SQL.
    sees_property boolean NOT NULL,
    sees_users boolean NOT NULL,
    invited_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    -- History: without a foreign key, which would lock the inviter.
    invited_by uuid,
    withdrawn_at bigint,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, property_id) REFERENCES properties (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CHECK (sees_property OR NOT sees_users)
);
CREATE UNIQUE INDEX property_users_live ON property_users (tenant_id, property_id, user_id)
    WHERE withdrawn_at IS NULL;
CREATE INDEX property_users_of_property ON property_users (tenant_id, property_id, invited_at, id)
    WHERE withdrawn_at IS NULL;
CREATE INDEX property_users_of_user ON property_users (tenant_id, user_id, invited_at, id)
    WHERE withdrawn_at IS NULL;
CREATE INDEX property_users_of_tenant ON property_users (tenant_id, invited_at, id)
    WHERE withdrawn_at IS NULL;

CREATE TABLE api_keys (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    credential_id uuid NOT NULL,
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    last_four text NOT NULL CHECK (length(last_four) = 4),
    scopes text NOT NULL,
    -- A JSON list of property ids, or null for every property.
    property_limit text,
    created_at bigint NOT NULL,
    last_used_at bigint,
    expires_at bigint,
    revoked_at bigint,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    FOREIGN KEY (tenant_id, credential_id) REFERENCES credentials (tenant_id, id)
);
CREATE INDEX api_keys_by_user ON api_keys (tenant_id, user_id, created_at, id);
CREATE INDEX api_keys_by_creation ON api_keys (tenant_id, created_at, id);

CREATE TABLE access_tokens (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    user_id uuid,
    credential_id uuid,
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    scopes text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK ((user_id IS NULL) = (credential_id IS NULL))
);
CREATE INDEX access_tokens_by_expiry ON access_tokens (tenant_id, expires_at, id);
CREATE INDEX access_tokens_by_user ON access_tokens (tenant_id, user_id) WHERE user_id IS NOT NULL;

CREATE TABLE onboarding_tokens (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    -- Erased once the token is settled.
    email_key text,
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    state text NOT NULL CHECK (state IN ('open', 'used', 'cancelled')),
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    settled_at bigint,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CHECK ((state = 'open') = (email_key IS NOT NULL)),
    CHECK ((state = 'open') = (settled_at IS NULL))
);
CREATE INDEX onboarding_tokens_open ON onboarding_tokens (tenant_id, user_id) WHERE settled_at IS NULL;

CREATE TABLE outgoing_messages (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('invitation', 'access_added')),
    recipient_id uuid NOT NULL,
    property_id uuid NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('operator', 'application', 'user')),
    actor_id uuid,
    created_at bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'sent', 'logged', 'failed', 'cancelled')),
    attempts bigint NOT NULL CHECK (attempts >= 0),
    next_attempt_at bigint,
    -- The secret that the message carries, sealed; erased once the message is settled.
    sealed bytea,
    PRIMARY KEY (tenant_id, id),
    CHECK ((actor_kind = 'operator') = (actor_id IS NULL)),
    CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
    CHECK (state = 'pending' OR sealed IS NULL)
);
CREATE INDEX outgoing_messages_to ON outgoing_messages (tenant_id, recipient_id, created_at);
CREATE INDEX outgoing_messages_about ON outgoing_messages (tenant_id, property_id, created_at);
CREATE INDEX outgoing_messages_by ON outgoing_messages (tenant_id, actor_id, created_at);

CREATE TABLE audit_records (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at bigint NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('operator', 'application', 'user')),
    actor_id uuid,
    -- The credential that a user acted through.
    credential_id uuid,
    token_kind text CHECK (token_kind IN ('access_token', 'api_key')),
    token_id uuid,
    request_id text NOT NULL,
    -- Without a list of the known ones, so that a new one needs no migration.
    action text NOT NULL,
    object_id uuid NOT NULL,
    property_id uuid,
    subject_id uuid,
    -- JSON objects, or null for nothing.
    before_json text,
    after_json text,
    PRIMARY KEY (tenant_id, id),
    CHECK ((actor_kind = 'operator') = (actor_id IS NULL)),
    CHECK ((actor_kind = 'user') = (credential_id IS NOT NULL)),
    CHECK ((token_kind IS NULL) = (token_id IS NULL))
);
