-- The twin of ../../sqlite/0003_onboarding; a test compares the two.

-- What a link is for.
ALTER TABLE onboarding_tokens ADD COLUMN purpose text NOT NULL DEFAULT 'onboarding'
    CHECK (purpose IN ('onboarding', 'password_reset'));

-- A password, as its Argon2 hash. Apart from its credential, so that no look-up of credentials reads it.
CREATE TABLE passwords (
    tenant_id uuid NOT NULL,
    credential_id uuid NOT NULL,
    hash text NOT NULL,
    changed_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, credential_id),
    FOREIGN KEY (tenant_id, credential_id) REFERENCES credentials (tenant_id, id)
);

-- Links that people asked for without saying who they are: by an address, or by an earlier link. Whether anybody
-- gets one is decided later, so that asking takes the same time whoever is asked for.
CREATE TABLE link_requests (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    email_key text,
    onboarding_token_id uuid,
    requested_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK ((email_key IS NULL) <> (onboarding_token_id IS NULL))
);
-- Asked for without a tenant, as are the due messages below; each machine of a store that is spread by tenant
-- answers for its own.
CREATE INDEX link_requests_oldest ON link_requests (requested_at, id);

-- A session has no application.
ALTER TABLE access_tokens ALTER COLUMN application_id DROP NOT NULL;
ALTER TABLE access_tokens ADD CHECK (application_id IS NOT NULL OR user_id IS NOT NULL);

-- Kinds of messages stand without a list of the known ones, so that a new one needs no migration.
ALTER TABLE outgoing_messages DROP CONSTRAINT outgoing_messages_kind_check; -- CHECK (kind IN ('invitation', 'access_added'))
ALTER TABLE outgoing_messages ALTER COLUMN property_id DROP NOT NULL;
-- Nobody, if it was asked for by somebody who did not say who they are.
ALTER TABLE outgoing_messages DROP CONSTRAINT outgoing_messages_actor_kind_check; -- CHECK (actor_kind IN ('operator', 'application', 'user'))
ALTER TABLE outgoing_messages DROP CONSTRAINT outgoing_messages_check; -- CHECK ((actor_kind = 'operator') = (actor_id IS NULL))
ALTER TABLE outgoing_messages ADD CHECK (actor_kind IN ('operator', 'application', 'user', 'nobody'));
ALTER TABLE outgoing_messages ADD CHECK ((actor_kind IN ('operator', 'nobody')) = (actor_id IS NULL));
-- The sender that has it, and until when.
ALTER TABLE outgoing_messages ADD COLUMN claim_id uuid;
ALTER TABLE outgoing_messages ADD COLUMN lease_until bigint;
-- Why the last attempt failed.
ALTER TABLE outgoing_messages ADD COLUMN fault text;
ALTER TABLE outgoing_messages ADD COLUMN settled_at bigint;
UPDATE outgoing_messages SET settled_at = created_at WHERE state <> 'pending';
ALTER TABLE outgoing_messages ADD CHECK ((state = 'pending') = (settled_at IS NULL));
ALTER TABLE outgoing_messages ADD CHECK ((claim_id IS NULL) = (lease_until IS NULL));
ALTER TABLE outgoing_messages ADD CHECK (state = 'pending' OR claim_id IS NULL);
CREATE INDEX outgoing_messages_due ON outgoing_messages (next_attempt_at, id) WHERE state = 'pending';
CREATE INDEX outgoing_messages_settled ON outgoing_messages (tenant_id, settled_at, id) WHERE settled_at IS NOT NULL;
