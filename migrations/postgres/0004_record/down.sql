-- What the earlier schema cannot hold goes.
DROP TABLE audit_sealers;
DROP TABLE audit_seals;

DROP INDEX audit_records_of_action;
DROP INDEX audit_records_by;
DROP INDEX audit_records_about;
DROP INDEX audit_records_of_property;
DELETE FROM audit_records WHERE actor_kind = 'nobody';
ALTER TABLE audit_records DROP CONSTRAINT audit_records_actor_kind_check;
ALTER TABLE audit_records DROP CONSTRAINT audit_records_check;
ALTER TABLE audit_records ADD CHECK (actor_kind IN ('operator', 'application', 'user'));
ALTER TABLE audit_records ADD CHECK ((actor_kind = 'operator') = (actor_id IS NULL));

ALTER TABLE property_users DROP COLUMN sees_record;
