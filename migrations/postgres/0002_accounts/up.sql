-- The twin of ../../sqlite/0002_accounts; a test compares the two.
--
-- Tables of imports have no foreign keys: pages write to them, and each key would be a search, and elsewhere a lock,
-- per row. They have as few indexes as can be, for each is written once more for every row that is imported.
-- Days are whole numbers of days since 1970. Rows that change with every page leave room for their next version, so
-- that only a change of what is indexed writes to indexes.

CREATE TABLE accounts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    channel text NOT NULL,
    channel_id text NOT NULL,
    channel_display_id text,
    label text NOT NULL,
    email text,
    deleted_at bigint,
    generation bigint NOT NULL CHECK (generation >= 0),
    health text NOT NULL,
    health_fault text,
    health_since bigint NOT NULL,
    -- Kept with every page that is imported, so that nobody counts.
    nb_listings bigint NOT NULL CHECK (nb_listings >= 0),
    nb_enabled_listings bigint NOT NULL CHECK (nb_enabled_listings >= 0),
    ever_enabled boolean NOT NULL,
    last_success_at bigint,
    data_as_of bigint,
    last_outcome text CHECK (last_outcome IN ('succeeded', 'partially_succeeded', 'failed')),
    last_outcome_fault text,
    last_failure_fault text,
    last_failure_at bigint,
    listings_ready_at bigint,
    reservations_ready_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    -- A deleted account keeps its identity, so that it comes back as itself.
    UNIQUE (tenant_id, user_id, channel, channel_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CHECK (nb_enabled_listings <= nb_listings),
    CHECK (ever_enabled OR nb_enabled_listings = 0),
    CHECK ((last_failure_fault IS NULL) = (last_failure_at IS NULL))
) WITH (fillfactor = 90);
CREATE INDEX accounts_of_user ON accounts (tenant_id, user_id, created_at, id) WHERE deleted_at IS NULL;

-- The credentials of an account, sealed. They are destroyed with the row, which holds the only key to them.
CREATE TABLE account_credentials (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    generation bigint NOT NULL,
    sealed bytea NOT NULL,
    -- The tokens that the channel issues for them, which end with them.
    token_id uuid NOT NULL,
    PRIMARY KEY (tenant_id, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id)
);

-- One row for each lane of each account that is not deleted: the only authority on what runs and what is to run.
CREATE TABLE sync_slots (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    lane text NOT NULL CHECK (lane IN ('main')),
    channel text NOT NULL,
    generation bigint NOT NULL,
    pending_run_id uuid,
    pending_kind text,
    pending_threshold bigint,
    pending_raised boolean,
    pending_requested_at bigint,
    pending_first_requested_at bigint,
    pending_not_before bigint,
    started_run_id uuid,
    started_kind text,
    started_threshold bigint,
    started_raised boolean,
    started_first_requested_at bigint,
    started_cutoff bigint,
    started_at bigint,
    deadline bigint,
    attempt bigint,
    failures bigint,
    misreads bigint,
    rescues bigint,
    rate_limited_since bigint,
    progress bigint,
    claim_id uuid,
    worker_id uuid,
    lease_until bigint,
    wait_reason text CHECK (wait_reason IN ('rate_limited', 'backoff', 'yield', 'crash')),
    wait_until bigint,
    -- What follows from all this, so that choosing needs no rule: whether a worker may take the slot, how urgent its
    -- work is, its place in the line, when it must be looked at again, and since when there is no work.
    ready boolean NOT NULL,
    class text,
    rank bigint,
    wake_at bigint,
    idle_since bigint,
    PRIMARY KEY (tenant_id, account_id, lane),
    CHECK ((pending_run_id IS NULL) = (pending_kind IS NULL)),
    CHECK ((pending_run_id IS NULL) = (pending_first_requested_at IS NULL)),
    CHECK ((started_run_id IS NULL) = (started_kind IS NULL)),
    CHECK ((started_run_id IS NULL) = (deadline IS NULL)),
    -- Whoever has started is with a worker or waits.
    CHECK ((started_run_id IS NULL) = (claim_id IS NULL AND wait_reason IS NULL)),
    CHECK (claim_id IS NULL OR wait_reason IS NULL),
    CHECK ((claim_id IS NULL) = (worker_id IS NULL)),
    CHECK ((claim_id IS NULL) = (lease_until IS NULL)),
    CHECK ((wait_reason IS NULL) = (wait_until IS NULL)),
    CHECK ((idle_since IS NOT NULL) = (pending_run_id IS NULL AND started_run_id IS NULL)),
    CHECK (NOT ready OR rank IS NOT NULL)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX sync_slots_ready ON sync_slots (tenant_id, rank) WHERE ready;
CREATE INDEX sync_slots_asked ON sync_slots (tenant_id, rank) WHERE ready AND class = 'refresh';
CREATE INDEX sync_slots_held ON sync_slots (tenant_id, worker_id) WHERE claim_id IS NOT NULL;
-- These two are asked for without a tenant; each machine of a store that is spread by tenant answers for its own.
CREATE INDEX sync_slots_due ON sync_slots (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX sync_slots_idle ON sync_slots (idle_since) WHERE idle_since IS NOT NULL;

CREATE TABLE sync_runs (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    wait_reason text,
    threshold bigint,
    actor_kind text CHECK (actor_kind IN ('operator', 'application', 'user')),
    actor_id uuid,
    -- The credential that a user acted through, and what it allowed then.
    credential_id uuid,
    permission text,
    requested_at bigint NOT NULL,
    started_at bigint,
    ended_at bigint,
    superseded_by_id uuid,
    attempts bigint NOT NULL,
    rescues bigint NOT NULL,
    fault text,
    listings bigint NOT NULL,
    listings_done bigint NOT NULL,
    listings_skipped bigint NOT NULL,
    listings_failed bigint NOT NULL,
    listings_new bigint NOT NULL,
    reservations bigint NOT NULL,
    reservations_failed bigint NOT NULL,
    -- A JSON list of listings that could not be imported, or null for none.
    failed_items text,
    PRIMARY KEY (tenant_id, id),
    CHECK ((ended_at IS NULL) = (state IN ('queued', 'running', 'waiting'))),
    CHECK ((state = 'waiting') = (wait_reason IS NOT NULL)),
    CHECK ((state = 'superseded') = (superseded_by_id IS NOT NULL)),
    CHECK ((state = 'failed') = (fault IS NOT NULL)),
    CHECK (actor_kind <> 'operator' OR actor_id IS NULL),
    CHECK (actor_kind IN ('application', 'user') OR actor_id IS NULL),
    CHECK ((credential_id IS NULL) = (permission IS NULL))
);
CREATE INDEX sync_runs_of_account ON sync_runs (tenant_id, account_id, id);
CREATE INDEX sync_runs_by_end ON sync_runs (tenant_id, ended_at, id) WHERE ended_at IS NOT NULL;

-- How far the started runs have come. It goes with the run's end.
CREATE TABLE sync_checkpoints (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    stream text NOT NULL,
    listing_id uuid,
    channel_listing_id text,
    position text,
    since bigint,
    began_at bigint,
    reservations_began_at bigint,
    listings_ready_at bigint,
    sweep_stopped boolean NOT NULL,
    is_over boolean NOT NULL,
    listings bigint NOT NULL,
    listings_done bigint NOT NULL,
    listings_skipped bigint NOT NULL,
    listings_failed bigint NOT NULL,
    listings_new bigint NOT NULL,
    reservations bigint NOT NULL,
    reservations_failed bigint NOT NULL,
    PRIMARY KEY (tenant_id, run_id),
    CHECK ((listing_id IS NULL) = (channel_listing_id IS NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- What the started runs do with each listing. They go with the run's end.
CREATE TABLE sync_items (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    listing_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('to_do', 'done', 'skipped', 'failed')),
    fault text,
    PRIMARY KEY (tenant_id, run_id, listing_id),
    CHECK ((state = 'failed') = (fault IS NOT NULL))
);

-- From when on changes are asked for.
CREATE TABLE stream_cursors (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    stream text NOT NULL,
    changed_since bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, stream)
);

CREATE TABLE listings (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    channel_listing_id text NOT NULL,
    title text,
    address text,
    city text,
    country text,
    timezone text,
    currency text,
    capacity bigint,
    enabled boolean NOT NULL,
    changed_at bigint,
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 16),
    seen_at bigint NOT NULL,
    synced_at bigint,
    -- In how many complete readings, one after the other, it was missing.
    missing bigint NOT NULL CHECK (missing >= 0),
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, id),
    UNIQUE (tenant_id, account_id, channel_listing_id)
);
CREATE INDEX listings_by_change ON listings (tenant_id, account_id, updated_at, id);

CREATE TABLE reservations (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    channel_reservation_id text NOT NULL,
    listing_id uuid,
    channel_listing_id text,
    status text NOT NULL,
    check_in bigint,
    check_out bigint,
    adults bigint,
    children bigint,
    total text,
    currency text,
    booked_at bigint,
    changed_at bigint,
    source text,
    confirmation_code text,
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 16),
    seen_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, account_id, id),
    UNIQUE (tenant_id, account_id, channel_reservation_id)
);
CREATE INDEX reservations_by_change ON reservations (tenant_id, account_id, updated_at, id);

-- Tokens that channels issued, sealed, and who is about to renew one. The id is a keyed hash over what they are for.
CREATE TABLE channel_tokens (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL CHECK (version >= 0),
    sealed bytea,
    -- The end of the token, or while there is none yet, of its making.
    expires_at bigint NOT NULL,
    renewing_until bigint,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX channel_tokens_by_expiry ON channel_tokens (tenant_id, expires_at, id);

-- The next three are no data of any tenant. Channels count the calls of an address or an application of ours whoever
-- they are for; a worker serves all tenants; and there is one clock. They are small, and each is found by its own key.

CREATE TABLE channel_budgets (
    channel text NOT NULL,
    scope text NOT NULL,
    -- A JSON list of windows, each with its length, its beginning and the units used in it.
    windows text NOT NULL,
    blocked_until bigint,
    -- When the row says nothing any more.
    expires_at bigint NOT NULL,
    PRIMARY KEY (channel, scope)
);
CREATE INDEX channel_budgets_by_expiry ON channel_budgets (expires_at);

CREATE TABLE workers (
    id uuid NOT NULL,
    host text NOT NULL,
    started_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    PRIMARY KEY (id)
);

-- Below this the store's clock does not go, should the machine's be set back. PostgreSQL asks its own clock.
CREATE TABLE clock_floor (
    name text NOT NULL CHECK (name IN ('store')),
    at bigint NOT NULL,
    PRIMARY KEY (name)
);
