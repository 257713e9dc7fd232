-- The twin of ../../postgres/0002_accounts; a test compares the two.
--
-- Tables of imports have no foreign keys: pages write to them, and each key would be a search, and elsewhere a lock,
-- per row. They have as few indexes as can be, for each is written once more for every row that is imported.
-- Days are whole numbers of days since 1970.

CREATE TABLE accounts (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    user_id BLOB NOT NULL,
    channel TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    channel_display_id TEXT,
    label TEXT NOT NULL,
    email TEXT,
    deleted_at INTEGER,
    generation INTEGER NOT NULL CHECK (generation >= 0),
    health TEXT NOT NULL,
    health_fault TEXT,
    health_since INTEGER NOT NULL,
    -- Kept with every page that is imported, so that nobody counts.
    nb_listings INTEGER NOT NULL CHECK (nb_listings >= 0),
    nb_enabled_listings INTEGER NOT NULL CHECK (nb_enabled_listings >= 0),
    ever_enabled INTEGER NOT NULL CHECK (ever_enabled IN (0, 1)),
    last_success_at INTEGER,
    data_as_of INTEGER,
    last_outcome TEXT CHECK (last_outcome IN ('succeeded', 'partially_succeeded', 'failed')),
    last_outcome_fault TEXT,
    last_failure_fault TEXT,
    last_failure_at INTEGER,
    listings_ready_at INTEGER,
    reservations_ready_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    -- A deleted account keeps its identity, so that it comes back as itself.
    UNIQUE (tenant_id, user_id, channel, channel_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id),
    CHECK (nb_enabled_listings <= nb_listings),
    CHECK (ever_enabled OR nb_enabled_listings = 0),
    CHECK ((last_failure_fault IS NULL) = (last_failure_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_of_user ON accounts (tenant_id, user_id, created_at, id) WHERE deleted_at IS NULL;

-- The credentials of an account, sealed. They are destroyed with the row, which holds the only key to them.
CREATE TABLE account_credentials (
    tenant_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    generation INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    -- The tokens that the channel issues for them, which end with them.
    token_id BLOB NOT NULL,
    PRIMARY KEY (tenant_id, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES accounts (tenant_id, id)
) STRICT;

-- One row for each lane of each account that is not deleted: the only authority on what runs and what is to run.
CREATE TABLE sync_slots (
    tenant_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    lane TEXT NOT NULL CHECK (lane IN ('main')),
    channel TEXT NOT NULL,
    generation INTEGER NOT NULL,
    pending_run_id BLOB,
    pending_kind TEXT,
    pending_threshold INTEGER,
    pending_raised INTEGER CHECK (pending_raised IN (0, 1)),
    pending_requested_at INTEGER,
    pending_first_requested_at INTEGER,
    pending_not_before INTEGER,
    started_run_id BLOB,
    started_kind TEXT,
    started_threshold INTEGER,
    started_raised INTEGER CHECK (started_raised IN (0, 1)),
    started_first_requested_at INTEGER,
    started_cutoff INTEGER,
    started_at INTEGER,
    deadline INTEGER,
    attempt INTEGER,
    failures INTEGER,
    misreads INTEGER,
    rescues INTEGER,
    rate_limited_since INTEGER,
    progress INTEGER,
    claim_id BLOB,
    worker_id BLOB,
    lease_until INTEGER,
    wait_reason TEXT CHECK (wait_reason IN ('rate_limited', 'backoff', 'yield', 'crash')),
    wait_until INTEGER,
    -- What follows from all this, so that choosing needs no rule: whether a worker may take the slot, how urgent its
    -- work is, its place in the line, when it must be looked at again, and since when there is no work.
    ready INTEGER NOT NULL CHECK (ready IN (0, 1)),
    class TEXT,
    rank INTEGER,
    wake_at INTEGER,
    idle_since INTEGER,
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
) STRICT, WITHOUT ROWID;
CREATE INDEX sync_slots_ready ON sync_slots (tenant_id, rank) WHERE ready;
CREATE INDEX sync_slots_asked ON sync_slots (tenant_id, rank) WHERE ready AND class = 'refresh';
CREATE INDEX sync_slots_held ON sync_slots (tenant_id, worker_id) WHERE claim_id IS NOT NULL;
-- These two are asked for without a tenant; each machine of a store that is spread by tenant answers for its own.
CREATE INDEX sync_slots_due ON sync_slots (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX sync_slots_idle ON sync_slots (idle_since) WHERE idle_since IS NOT NULL;

CREATE TABLE sync_runs (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    account_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    wait_reason TEXT,
    threshold INTEGER,
    actor_kind TEXT CHECK (actor_kind IN ('operator', 'application', 'user')),
    actor_id BLOB,
    -- The credential that a user acted through, and what it allowed then.
    credential_id BLOB,
    permission TEXT,
    requested_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    superseded_by_id BLOB,
    attempts INTEGER NOT NULL,
    rescues INTEGER NOT NULL,
    fault TEXT,
    listings INTEGER NOT NULL,
    listings_done INTEGER NOT NULL,
    listings_skipped INTEGER NOT NULL,
    listings_failed INTEGER NOT NULL,
    listings_new INTEGER NOT NULL,
    reservations INTEGER NOT NULL,
    reservations_failed INTEGER NOT NULL,
    -- A JSON list of listings that could not be imported, or null for none.
    failed_items TEXT,
    PRIMARY KEY (tenant_id, id),
    CHECK ((ended_at IS NULL) = (state IN ('queued', 'running', 'waiting'))),
    CHECK ((state = 'waiting') = (wait_reason IS NOT NULL)),
    CHECK ((state = 'superseded') = (superseded_by_id IS NOT NULL)),
    CHECK ((state = 'failed') = (fault IS NOT NULL)),
    CHECK (actor_kind <> 'operator' OR actor_id IS NULL),
    CHECK (actor_kind IN ('application', 'user') OR actor_id IS NULL),
    CHECK ((credential_id IS NULL) = (permission IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX sync_runs_of_account ON sync_runs (tenant_id, account_id, id);
CREATE INDEX sync_runs_by_end ON sync_runs (tenant_id, ended_at, id) WHERE ended_at IS NOT NULL;

-- How far the started runs have come. It goes with the run's end.
CREATE TABLE sync_checkpoints (
    tenant_id BLOB NOT NULL,
    run_id BLOB NOT NULL,
    stream TEXT NOT NULL,
    listing_id BLOB,
    channel_listing_id TEXT,
    position TEXT,
    since INTEGER,
    began_at INTEGER,
    reservations_began_at INTEGER,
    listings_ready_at INTEGER,
    sweep_stopped INTEGER NOT NULL CHECK (sweep_stopped IN (0, 1)),
    is_over INTEGER NOT NULL CHECK (is_over IN (0, 1)),
    listings INTEGER NOT NULL,
    listings_done INTEGER NOT NULL,
    listings_skipped INTEGER NOT NULL,
    listings_failed INTEGER NOT NULL,
    listings_new INTEGER NOT NULL,
    reservations INTEGER NOT NULL,
    reservations_failed INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, run_id),
    CHECK ((listing_id IS NULL) = (channel_listing_id IS NULL))
) STRICT, WITHOUT ROWID;

-- What the started runs do with each listing. They go with the run's end.
CREATE TABLE sync_items (
    tenant_id BLOB NOT NULL,
    run_id BLOB NOT NULL,
    listing_id BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('to_do', 'done', 'skipped', 'failed')),
    fault TEXT,
    PRIMARY KEY (tenant_id, run_id, listing_id),
    CHECK ((state = 'failed') = (fault IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- From when on changes are asked for.
CREATE TABLE stream_cursors (
    tenant_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    stream TEXT NOT NULL,
    changed_since INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, account_id, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE listings (
    tenant_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    channel_listing_id TEXT NOT NULL,
    title TEXT,
    address TEXT,
    city TEXT,
    country TEXT,
    timezone TEXT,
    currency TEXT,
    capacity INTEGER,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    changed_at INTEGER,
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 16),
    seen_at INTEGER NOT NULL,
    synced_at INTEGER,
    -- In how many complete readings, one after the other, it was missing.
    missing INTEGER NOT NULL CHECK (missing >= 0),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, account_id, id),
    UNIQUE (tenant_id, account_id, channel_listing_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX listings_by_change ON listings (tenant_id, account_id, updated_at, id);

CREATE TABLE reservations (
    tenant_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    channel_reservation_id TEXT NOT NULL,
    listing_id BLOB,
    channel_listing_id TEXT,
    status TEXT NOT NULL,
    check_in INTEGER,
    check_out INTEGER,
    adults INTEGER,
    children INTEGER,
    total TEXT,
    currency TEXT,
    booked_at INTEGER,
    changed_at INTEGER,
    source TEXT,
    confirmation_code TEXT,
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 16),
    seen_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, account_id, id),
    UNIQUE (tenant_id, account_id, channel_reservation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_by_change ON reservations (tenant_id, account_id, updated_at, id);

-- Tokens that channels issued, sealed, and who is about to renew one. The id is a keyed hash over what they are for.
CREATE TABLE channel_tokens (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    version INTEGER NOT NULL CHECK (version >= 0),
    sealed BLOB,
    -- The end of the token, or while there is none yet, of its making.
    expires_at INTEGER NOT NULL,
    renewing_until INTEGER,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX channel_tokens_by_expiry ON channel_tokens (tenant_id, expires_at, id);

-- The next three are no data of any tenant. Channels count the calls of an address or an application of ours whoever
-- they are for; a worker serves all tenants; and there is one clock. They are small, and each is found by its own key.

CREATE TABLE channel_budgets (
    channel TEXT NOT NULL,
    scope TEXT NOT NULL,
    -- A JSON list of windows, each with its length, its beginning and the units used in it.
    windows TEXT NOT NULL,
    blocked_until INTEGER,
    -- When the row says nothing any more.
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (channel, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_budgets_by_expiry ON channel_budgets (expires_at);

CREATE TABLE workers (
    id BLOB NOT NULL CHECK (length(id) = 16),
    host TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

-- Below this the store's clock does not go, should the machine's be set back. PostgreSQL asks its own clock.
CREATE TABLE clock_floor (
    name TEXT NOT NULL CHECK (name IN ('store')),
    at INTEGER NOT NULL,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

-- As in the first step: one tenant with a million rows.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('accounts', 'accounts', '1000000 1000000 1'),
    ('accounts', 'sqlite_autoindex_accounts_2', '1000000 1000000 2 1 1'),
    ('accounts', 'accounts_of_user', '1000000 1000000 2 1 1'),
    ('account_credentials', 'sqlite_autoindex_account_credentials_1', '1000000 1000000 1'),
    ('sync_slots', 'sync_slots', '1000000 1000000 1 1'),
    ('sync_slots', 'sync_slots_ready', '10000 10000 1'),
    ('sync_slots', 'sync_slots_asked', '1000 1000 1'),
    ('sync_slots', 'sync_slots_held', '100 100 10'),
    ('sync_slots', 'sync_slots_due', '1000 1'),
    ('sync_slots', 'sync_slots_idle', '1000000 1'),
    ('sync_runs', 'sync_runs', '1000000 1000000 1'),
    ('sync_runs', 'sync_runs_of_account', '1000000 1000000 100 1'),
    ('sync_runs', 'sync_runs_by_end', '1000000 1000000 1 1'),
    ('sync_checkpoints', 'sync_checkpoints', '10000 10000 1'),
    ('sync_items', 'sync_items', '1000000 1000000 100 1'),
    ('stream_cursors', 'stream_cursors', '1000000 1000000 2 1'),
    ('listings', 'listings', '1000000 1000000 100 1'),
    ('listings', 'sqlite_autoindex_listings_2', '1000000 1000000 100 1'),
    ('listings', 'listings_by_change', '1000000 1000000 100 1 1'),
    ('reservations', 'reservations', '1000000 1000000 10000 1'),
    ('reservations', 'sqlite_autoindex_reservations_2', '1000000 1000000 10000 1'),
    ('reservations', 'reservations_by_change', '1000000 1000000 10000 1 1'),
    ('channel_tokens', 'sqlite_autoindex_channel_tokens_1', '1000000 1000000 1'),
    ('channel_tokens', 'channel_tokens_by_expiry', '1000000 1000000 1 1'),
    ('channel_budgets', 'channel_budgets', '1000000 10000 1'),
    ('channel_budgets', 'channel_budgets_by_expiry', '1000000 1'),
    ('workers', 'workers', '10 1');
ANALYZE sqlite_schema;
