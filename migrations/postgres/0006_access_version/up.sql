-- The twin of ../../sqlite/0006_access_version; a test compares the two.

-- Counts the changes after which a token of the tenant may count for less. Whoever remembers what a token rests on asks
-- with each read whether it is still the same.
ALTER TABLE tenants ADD COLUMN access_version BIGINT NOT NULL DEFAULT 0;
