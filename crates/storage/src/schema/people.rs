//! Tenants, people, properties, tokens, messages and the record.

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::columns::{Micros, Uuid};

    tenants (id) {
        id -> Uuid,
        name -> Text,
        created_at -> Micros,
        access_version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Bool, Text};
    use crate::columns::{Micros, Uuid};

    applications (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        secret_hash -> Binary,
        scopes -> Text,
        user_scoped_only -> Bool,
        created_at -> Micros,
        updated_at -> Micros,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::columns::{Micros, Uuid};

    users (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        locale -> Text,
        state -> Text,
        created_at -> Micros,
        updated_at -> Micros,
        onboarded_at -> Nullable<Micros>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::columns::{Micros, Uuid};

    credentials (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        permission -> Text,
        email -> Nullable<Text>,
        created_at -> Micros,
        last_login_at -> Nullable<Micros>,
        removed_at -> Nullable<Micros>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::columns::{Micros, Uuid};

    properties (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        title -> Text,
        currency -> Text,
        timezone -> Nullable<Text>,
        country -> Nullable<Text>,
        email -> Nullable<Text>,
        created_at -> Micros,
        updated_at -> Micros,
        deleted_at -> Nullable<Micros>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::columns::{Micros, Uuid};

    property_users (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        property_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        overrides -> Nullable<Text>,
        sees_property -> Bool,
        sees_users -> Bool,
        sees_record -> Bool,
        invited_at -> Micros,
        updated_at -> Micros,
        invited_by -> Nullable<Uuid>,
        withdrawn_at -> Nullable<Micros>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::columns::{Micros, Uuid};

    api_keys (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        credential_id -> Uuid,
        secret_hash -> Binary,
        last_four -> Text,
        scopes -> Text,
        property_limit -> Nullable<Text>,
        created_at -> Micros,
        last_used_at -> Nullable<Micros>,
        expires_at -> Nullable<Micros>,
        revoked_at -> Nullable<Micros>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::columns::{Micros, Uuid};

    access_tokens (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        application_id -> Nullable<Uuid>,
        user_id -> Nullable<Uuid>,
        credential_id -> Nullable<Uuid>,
        secret_hash -> Binary,
        scopes -> Text,
        created_at -> Micros,
        expires_at -> Micros,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::columns::{Micros, Uuid};

    onboarding_tokens (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        email_key -> Nullable<Text>,
        secret_hash -> Binary,
        state -> Text,
        created_at -> Micros,
        expires_at -> Micros,
        settled_at -> Nullable<Micros>,
        purpose -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::columns::{Micros, Uuid};

    outgoing_messages (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        recipient_id -> Uuid,
        property_id -> Nullable<Uuid>,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        created_at -> Micros,
        state -> Text,
        attempts -> BigInt,
        next_attempt_at -> Nullable<Micros>,
        sealed -> Nullable<Binary>,
        claim_id -> Nullable<Uuid>,
        lease_until -> Nullable<Micros>,
        fault -> Nullable<Text>,
        settled_at -> Nullable<Micros>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::columns::{Micros, Uuid};

    audit_records (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        at -> Micros,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        credential_id -> Nullable<Uuid>,
        token_kind -> Nullable<Text>,
        token_id -> Nullable<Uuid>,
        request_id -> Text,
        action -> Text,
        object_id -> Uuid,
        property_id -> Nullable<Uuid>,
        subject_id -> Nullable<Uuid>,
        before_json -> Nullable<Text>,
        after_json -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::columns::{Micros, Uuid};

    passwords (tenant_id, credential_id) {
        tenant_id -> Uuid,
        credential_id -> Uuid,
        hash -> Text,
        changed_at -> Micros,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::columns::{Micros, Uuid};

    link_requests (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        email_key -> Nullable<Text>,
        onboarding_token_id -> Nullable<Uuid>,
        requested_at -> Micros,
    }
}
