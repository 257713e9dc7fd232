//! Every served route: its path, its methods, their handlers, and what the reference tells of each.

use crate::{
    channex, health, jsonapi, oauth, onboarding as pages, reference,
    routes::{Resource, delete, get, head, post, put, resource},
};

/// Everything that the API serves.
pub(crate) fn all() -> Vec<Resource> {
    [
        people_and_properties(),
        onboarding(),
        accounts(),
        reference_itself(),
        probes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn people_and_properties() -> Vec<Resource> {
    vec![
        resource(
            "/o/token",
            "POST",
            [post(oauth::token, oauth::reference::create_token)],
        ),
        resource(
            "/api/v1/property_users",
            "GET, POST",
            [
                get(channex::list, channex::reference::list_property_users),
                post(channex::invite, channex::reference::invite_user),
            ],
        ),
        // Before what takes any word for an id.
        resource(
            "/api/v1/property_users/history",
            "GET",
            [get(
                channex::history,
                channex::reference::get_property_user_history,
            )],
        ),
        resource(
            "/api/v1/audit_records",
            "GET",
            [get(
                channex::list_audit_records,
                channex::reference::list_audit_records,
            )],
        ),
        resource(
            "/api/v1/property_users/{id}",
            "GET, PUT, DELETE",
            [
                get(channex::get, channex::reference::get_property_user),
                put(channex::update, channex::reference::update_property_user),
                delete(channex::withdraw, channex::reference::withdraw_user),
            ],
        ),
        resource(
            "/api/v1/properties",
            "GET, POST",
            [
                get(channex::list_properties, channex::reference::list_properties),
                post(channex::create_property, channex::reference::create_property),
            ],
        ),
        resource(
            "/api/v1/properties/{id}",
            "GET, PUT, DELETE",
            [
                get(channex::get_property, channex::reference::get_property),
                put(channex::update_property, channex::reference::update_property),
                delete(channex::delete_property, channex::reference::delete_property),
            ],
        ),
        resource(
            "/api/v1/users",
            "GET, POST",
            [
                get(jsonapi::list_users, jsonapi::reference::list_users),
                post(jsonapi::create_user, jsonapi::reference::create_user),
            ],
        ),
        resource(
            "/api/v1/users/{user_id}",
            "GET, DELETE",
            [
                get(jsonapi::get_user, jsonapi::reference::get_user),
                delete(jsonapi::delete_user, jsonapi::reference::delete_user),
            ],
        ),
        resource(
            "/api/v1/users/{user_id}/credentials",
            "GET",
            [get(jsonapi::credentials, jsonapi::reference::list_credentials)],
        ),
        resource(
            "/api/v1/api_keys",
            "GET, POST",
            [
                get(jsonapi::list_api_keys, jsonapi::reference::list_api_keys),
                post(jsonapi::create_api_key, jsonapi::reference::create_api_key),
            ],
        ),
        resource(
            "/api/v1/api_keys/{id}",
            "DELETE",
            [delete(
                jsonapi::revoke_api_key,
                jsonapi::reference::revoke_api_key,
            )],
        ),
    ]
}

fn onboarding() -> Vec<Resource> {
    vec![
        resource(
            "/api/v1/confirm_invite",
            "POST",
            [post(channex::confirm_invite, channex::reference::confirm_invite)],
        ),
        resource(
            "/api/v1/sign_in",
            "POST",
            [post(channex::sign_in, channex::reference::sign_in)],
        ),
        resource(
            "/api/v1/request_restore_password",
            "POST",
            [post(
                channex::request_restore_password,
                channex::reference::request_restore_password,
            )],
        ),
        resource(
            "/api/v1/restore_password",
            "POST",
            [post(
                channex::restore_password,
                channex::reference::restore_password,
            )],
        ),
        resource(
            "/api/v1/property_users/{id}/onboarding",
            "GET",
            [get(channex::get_onboarding, channex::reference::get_onboarding)],
        ),
        resource(
            "/api/v1/property_users/{id}/onboarding/resend",
            "POST",
            [post(
                channex::resend_onboarding,
                channex::reference::resend_invitation,
            )],
        ),
        resource(
            "/onboarding/{token}",
            "GET, HEAD, POST",
            [
                get(pages::show, pages::reference::show_onboarding_page),
                head(pages::show, pages::reference::head_onboarding_page),
                post(pages::submit, pages::reference::submit_onboarding_page),
            ],
        ),
        resource(
            "/onboarding/{token}/again",
            "POST",
            [post(pages::ask_again, pages::reference::ask_for_new_link)],
        ),
    ]
}

fn accounts() -> Vec<Resource> {
    vec![
        resource(
            "/api/v1/users/{user_id}/accounts",
            "GET, POST",
            [
                get(jsonapi::list_accounts, jsonapi::reference::list_accounts),
                post(jsonapi::add_account, jsonapi::reference::add_account),
            ],
        ),
        resource(
            "/api/v1/users/{user_id}/accounts/{account_id}",
            "GET, DELETE",
            [
                get(jsonapi::get_account, jsonapi::reference::get_account),
                delete(jsonapi::delete_account, jsonapi::reference::delete_account),
            ],
        ),
        resource(
            "/api/v1/users/{user_id}/accounts/{account_id}/refresh",
            "POST",
            [post(jsonapi::refresh, jsonapi::reference::refresh_account)],
        ),
        resource(
            "/api/v1/users/{user_id}/accounts/{account_id}/listings",
            "GET",
            [get(jsonapi::listings, jsonapi::reference::list_listings)],
        ),
        resource(
            "/api/v1/users/{user_id}/accounts/{account_id}/reservations",
            "GET",
            [get(jsonapi::reservations, jsonapi::reference::list_reservations)],
        ),
        resource(
            "/api/v1/users/{user_id}/accounts/{account_id}/runs",
            "GET",
            [get(jsonapi::list_runs, jsonapi::reference::list_runs)],
        ),
        resource(
            "/api/v1/users/{user_id}/accounts/{account_id}/runs/{run_id}",
            "GET",
            [get(jsonapi::get_run, jsonapi::reference::get_run)],
        ),
        resource(
            "/api/v1/channels",
            "GET",
            [get(jsonapi::list_channels, jsonapi::reference::list_channels)],
        ),
        resource(
            "/api/v1/channels/{slug}",
            "GET",
            [get(jsonapi::get_channel, jsonapi::reference::get_channel)],
        ),
    ]
}

fn reference_itself() -> Vec<Resource> {
    vec![
        resource(
            "/api/v1/schema",
            "GET",
            [get(reference::schema, reference::get_schema)],
        ),
        resource(
            "/api/v1/docs",
            "GET",
            [get(reference::docs, reference::show_docs)],
        ),
        resource(
            "/api/v1/docs/{file}",
            "GET",
            [get(reference::docs_file, reference::get_docs_file)],
        ),
    ]
}

/// What a process serves that does not serve the API, too.
pub(crate) fn probes() -> Vec<Resource> {
    vec![
        resource(
            "/healthz",
            "GET, HEAD",
            [
                get(health::healthz, reference::get_health),
                head(health::healthz, reference::head_health),
            ],
        ),
        resource(
            "/readyz",
            "GET, HEAD",
            [
                get(health::readyz, reference::get_readiness),
                head(health::readyz, reference::head_readiness),
            ],
        ),
        resource(
            "/metrics",
            "GET, HEAD",
            [
                get(health::metrics, reference::get_metrics),
                head(health::metrics, reference::head_metrics),
            ],
        ),
    ]
}
