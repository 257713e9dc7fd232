//! Keys and tokens with all that decides whether they count, each by one statement along primary keys.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl};
use innkeeper_domain::{
    access::ScopeSet,
    ids::{AccessTokenId, ApiKeyId, TenantId, UserId},
    people::UserState,
    ports::{Page, PageRequest},
    tenancy::Application,
    tokens::{AccessToken, AccessVersion, ApiKey, CredentialFacts, KeyFacts, TokenFacts},
};

use super::lists;
use crate::{
    columns::Key,
    connection::{Link, MultiBackend},
    error::Failure,
    rows::{
        AccessTokenRow, AccessVersionRow, ApiKeyRow, ApplicationRow, CredentialStateRow, UserStateRow,
        decode, selected,
    },
    schema::{access_tokens, api_keys, applications, credentials, tenants, users},
};

type KnownRows = (ApiKeyRow, (AccessVersionRow, (UserStateRow, CredentialStateRow)));
type Known = (ApiKey, (AccessVersion, (UserState, CredentialFacts)));

pub(super) fn key_facts(
    link: &mut Link,
    tenant: TenantId,
    id: ApiKeyId,
) -> Result<Option<KeyFacts>, Failure> {
    let query = api_keys::table
        .inner_join(
            users::table.on(users::tenant_id
                .eq(api_keys::tenant_id)
                .and(users::id.eq(api_keys::user_id))),
        )
        .inner_join(
            credentials::table.on(credentials::tenant_id
                .eq(api_keys::tenant_id)
                .and(credentials::id.eq(api_keys::credential_id))),
        )
        .inner_join(tenants::table.on(tenants::id.eq(api_keys::tenant_id)))
        .filter(api_keys::tenant_id.eq(Key(tenant)))
        .filter(api_keys::id.eq(Key(id)))
        .select((
            selected::<ApiKeyRow>(),
            (
                selected::<AccessVersionRow>(),
                (selected::<UserStateRow>(), selected::<CredentialStateRow>()),
            ),
        ));
    let found: Vec<Known> = decode(link.rows::<_, KnownRows>(query))?;
    Ok(found
        .into_iter()
        .next()
        .map(|(key, (version, (user, credential)))| KeyFacts {
            key,
            user,
            credential,
            version,
        }))
}

type TokenRows = (
    AccessTokenRow,
    (
        AccessVersionRow,
        (
            Option<ApplicationRow>,
            (Option<UserStateRow>, Option<CredentialStateRow>),
        ),
    ),
);
type Token = (
    AccessToken,
    (
        AccessVersion,
        (Option<Application>, (Option<UserState>, Option<CredentialFacts>)),
    ),
);

pub(super) fn token_facts(
    link: &mut Link,
    tenant: TenantId,
    id: AccessTokenId,
) -> Result<Option<TokenFacts>, Failure> {
    let query = access_tokens::table
        .left_join(
            applications::table.on(applications::tenant_id
                .eq(access_tokens::tenant_id)
                .and(applications::id.nullable().eq(access_tokens::application_id))),
        )
        .left_join(
            users::table.on(users::tenant_id
                .eq(access_tokens::tenant_id)
                .and(users::id.nullable().eq(access_tokens::user_id))),
        )
        .left_join(
            credentials::table.on(credentials::tenant_id
                .eq(access_tokens::tenant_id)
                .and(credentials::id.nullable().eq(access_tokens::credential_id))),
        )
        .inner_join(tenants::table.on(tenants::id.eq(access_tokens::tenant_id)))
        .filter(access_tokens::tenant_id.eq(Key(tenant)))
        .filter(access_tokens::id.eq(Key(id)))
        .select((
            selected::<AccessTokenRow>(),
            (
                selected::<AccessVersionRow>(),
                (
                    selected::<Option<ApplicationRow>>(),
                    (
                        selected::<Option<UserStateRow>>(),
                        selected::<Option<CredentialStateRow>>(),
                    ),
                ),
            ),
        ));
    let found: Vec<Token> = decode(link.rows::<_, TokenRows>(query))?;
    // A token of an application that is gone must not pass for a session.
    let whole = |(token, (_, (application, _))): &Token| token.application.is_some() == application.is_some();
    Ok(found
        .into_iter()
        .find(whole)
        .map(
            |(token, (version, (application, (user, credential))))| TokenFacts {
                token,
                application_scopes: application
                    .as_ref()
                    .map_or_else(ScopeSet::all, |application| application.scopes),
                user_scoped_only: application.is_some_and(|application| application.user_scoped_only),
                subject: user.zip(credential),
                version,
            },
        ))
}

/// The newest first.
pub(super) fn api_keys(
    link: &mut Link,
    tenant: TenantId,
    user: Option<UserId>,
    page: PageRequest,
) -> Result<Page<ApiKey>, Failure> {
    let mut list = api_keys::table
        .filter(api_keys::tenant_id.eq(Key(tenant)))
        .order((api_keys::created_at.desc(), api_keys::id.desc()))
        .select(selected::<ApiKeyRow>())
        .into_boxed::<MultiBackend>();
    let mut keys = api_keys::table
        .filter(api_keys::tenant_id.eq(Key(tenant)))
        .select(api_keys::id)
        .into_boxed::<MultiBackend>();
    if let Some(user) = user {
        list = list.filter(api_keys::user_id.eq(Key(user)));
        keys = keys.filter(api_keys::user_id.eq(Key(user)));
    }
    lists::page::<ApiKeyRow, _, _>(link, page, list, keys)
}
