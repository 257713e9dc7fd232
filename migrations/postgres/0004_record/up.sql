-- The twin of ../../sqlite/0004_record; a test compares the two.

-- Whether the place shows the record of the property, as it shows its owners; computed with what else a place shows.
ALTER TABLE property_users ADD COLUMN sees_record boolean NOT NULL DEFAULT false;
UPDATE property_users SET sees_record = true WHERE role = 'owner' AND sees_property;

-- Nobody, where it was several whom one record is about.
ALTER TABLE audit_records DROP CONSTRAINT audit_records_actor_kind_check; -- CHECK (actor_kind IN ('operator', 'application', 'user'))
ALTER TABLE audit_records DROP CONSTRAINT audit_records_check; -- CHECK ((actor_kind = 'operator') = (actor_id IS NULL))
ALTER TABLE audit_records ADD CHECK (actor_kind IN ('operator', 'application', 'user', 'nobody'));
ALTER TABLE audit_records ADD CHECK ((actor_kind IN ('operator', 'nobody')) = (actor_id IS NULL));
CREATE INDEX audit_records_of_property ON audit_records (tenant_id, property_id, id);
CREATE INDEX audit_records_about ON audit_records (tenant_id, subject_id, id);
CREATE INDEX audit_records_by ON audit_records (tenant_id, actor_id, id);
CREATE INDEX audit_records_of_action ON audit_records (tenant_id, action, id);

-- The chain of seals. Without a foreign key: a record that is gone must not take its seal along, nor be kept by it.
CREATE TABLE audit_seals (
    tenant_id uuid NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    record_id uuid NOT NULL,
    record_hash bytea NOT NULL CHECK (octet_length(record_hash) = 32),
    chain_hash bytea NOT NULL CHECK (octet_length(chain_hash) = 32),
    sealed_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, position),
    UNIQUE (tenant_id, record_id)
);

-- How far the sealing of a tenant has come, and who is at it.
CREATE TABLE audit_sealers (
    tenant_id uuid NOT NULL,
    claim_id uuid,
    lease_until bigint,
    head_position bigint NOT NULL CHECK (head_position >= 0),
    head_hash bytea NOT NULL CHECK (octet_length(head_hash) = 32),
    -- Up to here all records are sealed.
    watermark_id uuid,
    -- How far the search for latecomers has come; null while it rests.
    swept_to_id uuid,
    swept_at bigint,
    PRIMARY KEY (tenant_id),
    FOREIGN KEY (tenant_id) REFERENCES tenants (id),
    CHECK ((claim_id IS NULL) = (lease_until IS NULL))
);
