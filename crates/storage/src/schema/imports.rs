//! Accounts, what schedules their imports, and what these bring.

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::columns::{Micros, Uuid};

    accounts (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        user_id -> Uuid,
        channel -> Text,
        channel_id -> Text,
        channel_display_id -> Nullable<Text>,
        label -> Text,
        email -> Nullable<Text>,
        deleted_at -> Nullable<Micros>,
        generation -> BigInt,
        health -> Text,
        health_fault -> Nullable<Text>,
        health_since -> Micros,
        nb_listings -> BigInt,
        nb_enabled_listings -> BigInt,
        ever_enabled -> Bool,
        last_success_at -> Nullable<Micros>,
        data_as_of -> Nullable<Micros>,
        last_outcome -> Nullable<Text>,
        last_outcome_fault -> Nullable<Text>,
        last_failure_fault -> Nullable<Text>,
        last_failure_at -> Nullable<Micros>,
        listings_ready_at -> Nullable<Micros>,
        reservations_ready_at -> Nullable<Micros>,
        created_at -> Micros,
        updated_at -> Micros,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};
    use crate::columns::Uuid;

    account_credentials (tenant_id, account_id) {
        tenant_id -> Uuid,
        account_id -> Uuid,
        generation -> BigInt,
        sealed -> Binary,
        token_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::columns::{Micros, Uuid};

    sync_slots (tenant_id, account_id, lane) {
        tenant_id -> Uuid,
        account_id -> Uuid,
        lane -> Text,
        channel -> Text,
        generation -> BigInt,
        pending_run_id -> Nullable<Uuid>,
        pending_kind -> Nullable<Text>,
        pending_threshold -> Nullable<BigInt>,
        pending_raised -> Nullable<Bool>,
        pending_requested_at -> Nullable<Micros>,
        pending_first_requested_at -> Nullable<Micros>,
        pending_not_before -> Nullable<Micros>,
        started_run_id -> Nullable<Uuid>,
        started_kind -> Nullable<Text>,
        started_threshold -> Nullable<BigInt>,
        started_raised -> Nullable<Bool>,
        started_first_requested_at -> Nullable<Micros>,
        started_cutoff -> Nullable<Micros>,
        started_at -> Nullable<Micros>,
        deadline -> Nullable<Micros>,
        attempt -> Nullable<BigInt>,
        failures -> Nullable<BigInt>,
        misreads -> Nullable<BigInt>,
        rescues -> Nullable<BigInt>,
        rate_limited_since -> Nullable<Micros>,
        progress -> Nullable<BigInt>,
        claim_id -> Nullable<Uuid>,
        worker_id -> Nullable<Uuid>,
        lease_until -> Nullable<Micros>,
        wait_reason -> Nullable<Text>,
        wait_until -> Nullable<Micros>,
        ready -> Bool,
        class -> Nullable<Text>,
        rank -> Nullable<Micros>,
        wake_at -> Nullable<Micros>,
        idle_since -> Nullable<Micros>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::columns::{Micros, Uuid};

    sync_runs (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        account_id -> Uuid,
        kind -> Text,
        state -> Text,
        wait_reason -> Nullable<Text>,
        threshold -> Nullable<BigInt>,
        actor_kind -> Nullable<Text>,
        actor_id -> Nullable<Uuid>,
        credential_id -> Nullable<Uuid>,
        permission -> Nullable<Text>,
        requested_at -> Micros,
        started_at -> Nullable<Micros>,
        ended_at -> Nullable<Micros>,
        superseded_by_id -> Nullable<Uuid>,
        attempts -> BigInt,
        rescues -> BigInt,
        fault -> Nullable<Text>,
        listings -> BigInt,
        listings_done -> BigInt,
        listings_skipped -> BigInt,
        listings_failed -> BigInt,
        listings_new -> BigInt,
        reservations -> BigInt,
        reservations_failed -> BigInt,
        failed_items -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::columns::{Micros, Uuid};

    sync_checkpoints (tenant_id, run_id) {
        tenant_id -> Uuid,
        run_id -> Uuid,
        stream -> Text,
        listing_id -> Nullable<Uuid>,
        channel_listing_id -> Nullable<Text>,
        position -> Nullable<Text>,
        since -> Nullable<Micros>,
        began_at -> Nullable<Micros>,
        reservations_began_at -> Nullable<Micros>,
        listings_ready_at -> Nullable<Micros>,
        sweep_stopped -> Bool,
        is_over -> Bool,
        listings -> BigInt,
        listings_done -> BigInt,
        listings_skipped -> BigInt,
        listings_failed -> BigInt,
        listings_new -> BigInt,
        reservations -> BigInt,
        reservations_failed -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::columns::Uuid;

    sync_items (tenant_id, run_id, listing_id) {
        tenant_id -> Uuid,
        run_id -> Uuid,
        listing_id -> Uuid,
        state -> Text,
        fault -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::columns::{Micros, Uuid};

    stream_cursors (tenant_id, account_id, stream) {
        tenant_id -> Uuid,
        account_id -> Uuid,
        stream -> Text,
        changed_since -> Micros,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::columns::{Micros, Uuid};

    listings (tenant_id, account_id, id) {
        tenant_id -> Uuid,
        account_id -> Uuid,
        id -> Uuid,
        channel_listing_id -> Text,
        title -> Nullable<Text>,
        address -> Nullable<Text>,
        city -> Nullable<Text>,
        country -> Nullable<Text>,
        timezone -> Nullable<Text>,
        currency -> Nullable<Text>,
        capacity -> Nullable<BigInt>,
        enabled -> Bool,
        changed_at -> Nullable<Micros>,
        content_hash -> Binary,
        seen_at -> Micros,
        synced_at -> Nullable<Micros>,
        missing -> BigInt,
        updated_at -> Micros,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::columns::{Micros, Uuid};

    reservations (tenant_id, account_id, id) {
        tenant_id -> Uuid,
        account_id -> Uuid,
        id -> Uuid,
        channel_reservation_id -> Text,
        listing_id -> Nullable<Uuid>,
        channel_listing_id -> Nullable<Text>,
        status -> Text,
        check_in -> Nullable<BigInt>,
        check_out -> Nullable<BigInt>,
        adults -> Nullable<BigInt>,
        children -> Nullable<BigInt>,
        total -> Nullable<Text>,
        currency -> Nullable<Text>,
        booked_at -> Nullable<Micros>,
        changed_at -> Nullable<Micros>,
        source -> Nullable<Text>,
        confirmation_code -> Nullable<Text>,
        content_hash -> Binary,
        seen_at -> Micros,
        updated_at -> Micros,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};
    use crate::columns::{Micros, Uuid};

    channel_tokens (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        version -> BigInt,
        sealed -> Nullable<Binary>,
        expires_at -> Micros,
        renewing_until -> Nullable<Micros>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::columns::Micros;

    channel_budgets (channel, scope) {
        channel -> Text,
        scope -> Text,
        windows -> Text,
        blocked_until -> Nullable<Micros>,
        expires_at -> Micros,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::columns::{Micros, Uuid};

    workers (id) {
        id -> Uuid,
        host -> Text,
        started_at -> Micros,
        seen_at -> Micros,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::columns::Micros;

    clock_floor (name) {
        name -> Text,
        at -> Micros,
    }
}
