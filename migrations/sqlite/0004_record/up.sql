-- The twin of ../../postgres/0004_record; a test compares the two.
--
-- SQLite changes no constraint of a table that exists: one table is made anew under its name.

-- Whether the place shows the record of the property, as it shows its owners; computed with what else a place shows.
ALTER TABLE property_users ADD COLUMN sees_record INTEGER NOT NULL DEFAULT 0 CHECK (sees_record IN (0, 1));
UPDATE property_users SET sees_record = 1 WHERE role = 'owner' AND sees_property;

CREATE TABLE audit_records_anew (
    tenant_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    at INTEGER NOT NULL,
    -- Nobody, where it was several whom one record is about.
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('operator', 'application', 'user', 'nobody')),
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
    CHECK ((actor_kind IN ('operator', 'nobody')) = (actor_id IS NULL)),
    CHECK ((actor_kind = 'user') = (credential_id IS NOT NULL)),
    CHECK ((token_kind IS NULL) = (token_id IS NULL))
) STRICT;
INSERT INTO audit_records_anew SELECT * FROM audit_records;
DROP TABLE audit_records;
ALTER TABLE audit_records_anew RENAME TO audit_records;
CREATE INDEX audit_records_of_property ON audit_records (tenant_id, property_id, id);
CREATE INDEX audit_records_about ON audit_records (tenant_id, subject_id, id);
CREATE INDEX audit_records_by ON audit_records (tenant_id, actor_id, id);
CREATE INDEX audit_records_of_action ON audit_records (tenant_id, action, id);

-- The chain of seals. Without a foreign key: a record that is gone must not take its seal along, nor be kept by it.
CREATE TABLE audit_seals (
    tenant_id BLOB NOT NULL,
    position INTEGER NOT NULL CHECK (position > 0),
    record_id BLOB NOT NULL,
    record_hash BLOB NOT NULL CHECK (length(record_hash) = 32),
    chain_hash BLOB NOT NULL CHECK (length(chain_hash) = 32),
    sealed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, position),
    UNIQUE (tenant_id, record_id)
) STRICT, WITHOUT ROWID;

-- How far the sealing of a tenant has come, and who is at it.
CREATE TABLE audit_sealers (
    tenant_id BLOB NOT NULL,
    claim_id BLOB,
    lease_until INTEGER,
    head_position INTEGER NOT NULL CHECK (head_position >= 0),
    head_hash BLOB NOT NULL CHECK (length(head_hash) = 32),
    -- Up to here all records are sealed.
    watermark_id BLOB,
    -- How far the search for latecomers has come; null while it rests.
    swept_to_id BLOB,
    swept_at INTEGER,
    PRIMARY KEY (tenant_id),
    FOREIGN KEY (tenant_id) REFERENCES tenants (id),
    CHECK ((claim_id IS NULL) = (lease_until IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('audit_records', 'sqlite_autoindex_audit_records_1', '1000000 1000000 1'),
    ('audit_records', 'audit_records_of_property', '1000000 1000000 100 1'),
    ('audit_records', 'audit_records_about', '1000000 1000000 20 1'),
    ('audit_records', 'audit_records_by', '1000000 1000000 100 1'),
    ('audit_records', 'audit_records_of_action', '1000000 1000000 30000 1'),
    ('audit_seals', 'audit_seals', '1000000 1000000 1'),
    ('audit_seals', 'sqlite_autoindex_audit_seals_2', '1000000 1000000 1'),
    ('audit_sealers', 'audit_sealers', '1000 1');
ANALYZE sqlite_schema;
