-- The twin of ../../postgres/0005_account_lookups; a test compares the two.

-- What a deleted account had is found and removed after a while.
CREATE INDEX accounts_deleted ON accounts (tenant_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
-- Whether another account has the same credentials, and with them the same tokens of its channel.
CREATE INDEX account_credentials_by_token ON account_credentials (tenant_id, token_id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('accounts', 'accounts_deleted', '10000 10000 1 1'),
    ('account_credentials', 'account_credentials_by_token', '1000000 1000000 2');
ANALYZE sqlite_schema;
