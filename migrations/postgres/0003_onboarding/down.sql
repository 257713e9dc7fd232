-- What the earlier schema cannot hold goes.
DROP INDEX outgoing_messages_due;
DELETE FROM outgoing_messages
    WHERE property_id IS NULL OR actor_kind = 'nobody' OR kind NOT IN ('invitation', 'access_added');
ALTER TABLE outgoing_messages DROP COLUMN settled_at;
ALTER TABLE outgoing_messages DROP COLUMN fault;
ALTER TABLE outgoing_messages DROP COLUMN lease_until;
ALTER TABLE outgoing_messages DROP COLUMN claim_id;
ALTER TABLE outgoing_messages DROP CONSTRAINT outgoing_messages_actor_kind_check;
ALTER TABLE outgoing_messages DROP CONSTRAINT outgoing_messages_check;
ALTER TABLE outgoing_messages ADD CHECK (kind IN ('invitation', 'access_added'));
ALTER TABLE outgoing_messages ADD CHECK (actor_kind IN ('operator', 'application', 'user'));
ALTER TABLE outgoing_messages ADD CHECK ((actor_kind = 'operator') = (actor_id IS NULL));
ALTER TABLE outgoing_messages ALTER COLUMN property_id SET NOT NULL;

DELETE FROM access_tokens WHERE application_id IS NULL;
ALTER TABLE access_tokens DROP CONSTRAINT access_tokens_check1;
ALTER TABLE access_tokens ALTER COLUMN application_id SET NOT NULL;

DROP TABLE link_requests;
DROP TABLE passwords;
ALTER TABLE onboarding_tokens DROP COLUMN purpose;
