//! `/api/v1/users/` and the credentials of a user.

use std::collections::HashMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::LOCATION,
    web::{Data, Path, Payload},
};
use innkeeper_domain::{
    access::{Permission, TenantTarget, acts, authorize},
    accounts::ListingStatus,
    ids::{TenantId, UserId},
    people::{Credential, User},
    ports::{Direction, Page, Queries, StoreError, UserFilter},
    time::Timestamp,
    usecases::{
        ChangeUserState, CreateUser, ReadError, create_user, delete_user, get_user, list_credentials,
        list_users,
    },
    values::{Email, Invalid, Problem as Wrong},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{
    Problem,
    document::{self, Attributes, Resource, answer},
    list::ListQuery,
    reference::words::{CredentialTypeName, UserListingStatus},
};
use crate::{
    caller::{Caller, id_in},
    forms::{self, Field},
    links,
    reading::Reading,
    reference::values::{self, Instant, LocaleCode, NamePart, PermissionName},
    state::AppState,
};

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct UserAttributes {
    first_name: String,
    /// Empty if there is none.
    last_name: String,
    #[schema(value_type = values::Email)]
    email: String,
    #[schema(value_type = LocaleCode)]
    locale: &'static str,
    #[schema(value_type = Instant)]
    created_at: Timestamp,
    #[schema(value_type = UserListingStatus)]
    status: &'static str,
}

impl Attributes for UserAttributes {
    const TYPE: &'static str = "users";
    const NAME: &'static str = "User";
}

fn user_resource(user: User, status: ListingStatus) -> Resource<UserAttributes> {
    Resource::new(
        user.id,
        UserAttributes {
            first_name: user.first_name.to_string(),
            last_name: user.last_name.map(|name| name.to_string()).unwrap_or_default(),
            email: user.email.as_str().to_owned(),
            locale: user.locale.as_str(),
            created_at: user.created_at,
            status: status.as_str(),
        },
    )
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct CredentialAttributes {
    #[schema(value_type = Instant)]
    created_at: Timestamp,
    /// When it was last used, at most a minute late.
    #[schema(value_type = Option<Instant>, required)]
    last_login: Option<Timestamp>,
    #[schema(value_type = CredentialTypeName)]
    credential_type: &'static str,
    #[schema(value_type = PermissionName)]
    global_permissions: &'static str,
    #[schema(value_type = values::Email)]
    email: String,
}

impl Attributes for CredentialAttributes {
    const TYPE: &'static str = "credentials";
    const NAME: &'static str = "Credential";
}

fn credential_resource(credential: &Credential) -> Resource<CredentialAttributes> {
    Resource::new(
        credential.id,
        CredentialAttributes {
            created_at: credential.created_at,
            last_login: credential.last_login_at,
            credential_type: credential.kind.as_str(),
            global_permissions: credential.permission.as_str(),
            email: credential.email.as_str().to_owned(),
        },
    )
}

/// `GET /api/v1/users/`.
pub(crate) async fn list(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let list = Reading::new(&request, &state).answer::<acts::ListUsers, _, _, _>(
        wanted(&request),
        |by, (query, filter)| {
            let found = list_users(by.queries, by.actor, filter, query.page)?;
            let found = with_status(by.queries, by.actor.tenant(), found);
            Ok(found.map_err(ReadError::from)?)
        },
    );
    let ((query, _), found) = list.await?;
    let shown = found.map(|(user, status)| user_resource(user, status));
    query.answer(&request, &state, shown)
}

fn wanted(request: &HttpRequest) -> Result<(ListQuery, UserFilter), Problem> {
    let query = ListQuery::read(request, &["email"])?;
    let email = match query.last("filter[email]") {
        Some(text) => Some(Email::parse(text).map_err(|_no_address| Problem::parameter("filter[email]"))?),
        None => None,
    };
    // Both spellings of the field are in use.
    let direction = match query.last("sort") {
        None | Some("-created-at" | "-created_at") => Direction::Descending,
        Some("created-at" | "created_at") => Direction::Ascending,
        Some(_) => return Err(Problem::parameter("sort")),
    };
    let filter = UserFilter {
        only: None,
        email: email.map(|email| email.key().clone()),
        direction,
    };
    Ok((query, filter))
}

/// Each user of a page with how they stand by their listings, in one statement for all of them.
fn with_status(
    queries: &dyn Queries,
    tenant: TenantId,
    found: Page<User>,
) -> Result<Page<(User, ListingStatus)>, StoreError> {
    let ids: Vec<UserId> = found.items.iter().map(|user| user.id).collect();
    let known: HashMap<UserId, ListingStatus> = if ids.is_empty() {
        HashMap::new()
    } else {
        queries.listing_status(tenant, &ids)?.into_iter().collect()
    };
    Ok(found.map(|user| {
        let status = known.get(&user.id).copied().unwrap_or_default();
        (user, status)
    }))
}

/// The attributes of a new user.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schema(as = NewUserAttributes)]
pub(super) struct NewUserForm {
    #[validate(custom(function = forms::person_name))]
    #[schema(value_type = NamePart, required)]
    first_name: Field,
    #[validate(custom(function = forms::person_name))]
    #[schema(value_type = NamePart, required)]
    last_name: Field,
    #[validate(custom(function = forms::email))]
    #[schema(value_type = values::Email, required)]
    email: Field,
    /// English if left out.
    #[validate(custom(function = forms::locale_or_null))]
    #[schema(value_type = Option<LocaleCode>)]
    locale: Field,
}

impl NewUserForm {
    fn command(&self, caller: &Caller) -> Option<CreateUser> {
        Some(CreateUser {
            context: caller.context(),
            email: self.email.email().ok()?,
            first_name: self.first_name.person_name().ok()?,
            last_name: self.last_name.person_name().ok()?,
            locale: self.locale.locale().unwrap_or_default(),
            permission: Permission::Edit,
        })
    }
}

/// `POST /api/v1/users/`.
pub(crate) async fn create(
    request: HttpRequest,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::of(&request, &state).await?;
    authorize::<acts::CreateUser>(&caller.actor, &TenantTarget)?;
    let form: NewUserForm = document::attributes::<UserAttributes, _>(&request, payload).await?;
    let command = form
        .command(&caller)
        .ok_or_else(|| Invalid::field("email", Wrong::Invalid))?;
    let (user, _) = state.write(move |uow| create_user(uow, &command)).await??;
    let mut response = HttpResponse::Created();
    response.insert_header((LOCATION, links::to(&state.public_url, "/api/v1/users", user.id)));
    Ok(answer(response, user_resource(user, ListingStatus::New)))
}

/// `GET /api/v1/users/{user_id}/`.
pub(crate) async fn get(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let asked = id_in(&path).map_err(Problem::from);
    let one = Reading::new(&request, &state);
    let one = one.answer::<acts::ReadUser, _, _, _>(asked, |by, id| {
        let user = get_user(by.queries, by.actor, *id)?;
        let status = by.queries.listing_status(by.actor.tenant(), &[*id]);
        Ok((user, status.map_err(ReadError::from)?))
    });
    let (_, (user, status)) = one.await?;
    let status = status.first().map(|(_, status)| *status).unwrap_or_default();
    Ok(answer(HttpResponse::Ok(), user_resource(user, status)))
}

/// `DELETE /api/v1/users/{user_id}/`.
pub(crate) async fn delete(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::of(&request, &state).await?;
    // Who may not create users may not delete them either, whatever the path names: so before its id is read.
    authorize::<acts::CreateUser>(&caller.actor, &TenantTarget)?;
    let command = ChangeUserState {
        context: caller.context(),
        user: id_in(&path)?,
    };
    state.write(move |uow| delete_user(uow, &command)).await??;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /api/v1/users/{user_id}/credentials/`.
pub(crate) async fn credentials(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let id = id_in(&path).map_err(Problem::from);
    let asked = id.and_then(|id| Ok((id, ListQuery::read(&request, &[])?)));
    let list = Reading::new(&request, &state)
        .answer::<acts::ListCredentials, _, _, _>(asked, |by, (id, query)| {
            Ok(list_credentials(by.queries, by.actor, *id, query.page)?)
        });
    let ((_, query), found) = list.await?;
    query.answer(
        &request,
        &state,
        found.map(|credential| credential_resource(&credential)),
    )
}
