//! Listing, adding, reading and deleting accounts.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::LOCATION,
    web::{Data, Path, Payload},
};
use innkeeper_domain::{
    access::acts,
    ids::{AccountId, UserId},
    ports::{AccountView, ChannelGateway, Queries, UnitOfWork},
    usecases::{
        AddAccount, AddAccountError, DeleteAccount, add_account, delete_account, get_account, list_accounts,
    },
};

use super::{
    super::{
        Problem,
        document::{self, answer},
        list::ListQuery,
    },
    account_in,
    form::NewAccount,
    problem::not_added,
    resource::{AccountAttributes, account_resource},
};
use crate::{
    caller::{Caller, id_in},
    links,
    reading::Reading,
    state::AppState,
};

/// `GET /api/v1/users/{user_id}/accounts/`.
pub(crate) async fn list(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let query = ListQuery::read(&request, &[]);
    let asked = query.and_then(|query| Ok((query, id_in(&path)?)));
    let list = Reading::new(&request, &state);
    let now = list.now;
    let list = list.answer::<acts::ReadAccounts, _, _, _>(asked, |by, (query, user)| {
        Ok(list_accounts(by.queries, by.actor, *user, query.page)?)
    });
    let ((query, _), found) = list.await?;
    let gateway = state.gateway.as_ref();
    let shown = found.map(|view| account_resource(view, gateway, now));
    query.answer(&request, &state, shown)
}

/// `POST /api/v1/users/{user_id}/accounts/`.
pub(crate) async fn create(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::WriteAccounts>(&request, &state).await?;
    let attributes = document::bare_attributes::<AccountAttributes>(&request, payload).await?;
    let new = NewAccount::read(attributes)?;
    let (user, named) = (id_in(&path)?, new.channel.clone());
    let command = AddAccount {
        context: caller.context(),
        user,
        channel: new.channel,
        credentials: new.credentials,
        label: new.label,
    };
    let added = state.call_channel(move |queries, gateway, uow| add(queries, gateway, uow, &command));
    let added = added.await?.map_err(|error| not_added(error, &named))?;
    // Nobody sees it if somebody deleted it at once.
    let view = added.ok_or_else(Problem::not_found)?;
    let location = link(&state, user, view.account.id);
    let mut response = HttpResponse::Created();
    response.insert_header((LOCATION, location));
    let resource = account_resource(view, state.gateway.as_ref(), caller.now());
    Ok(answer(response, resource))
}

/// Adds an account, and reads it as it is then.
fn add(
    queries: &dyn Queries,
    gateway: &dyn ChannelGateway,
    uow: &dyn UnitOfWork,
    command: &AddAccount,
) -> Result<Option<AccountView>, AddAccountError> {
    let added = add_account(queries, gateway, uow, command)?;
    let tenant = command.context.actor.tenant();
    Ok(queries.account(tenant, command.user, added.account)?)
}

/// A link to an account.
pub(super) fn link(state: &AppState, user: UserId, account: AccountId) -> String {
    let collection = format!("/api/v1/users/{user}/accounts");
    links::to(&state.public_url, &collection, account)
}

/// `GET /api/v1/users/{user_id}/accounts/{account_id}/`.
pub(crate) async fn get(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let one = Reading::new(&request, &state);
    let now = one.now;
    let one = one
        .answer::<acts::ReadAccounts, _, _, _>(account_in(&path.0, &path.1), |by, (user, account)| {
            Ok(get_account(by.queries, by.actor, *user, *account)?)
        });
    let (_, view) = one.await?;
    let resource = account_resource(view, state.gateway.as_ref(), now);
    Ok(answer(HttpResponse::Ok(), resource))
}

/// `DELETE /api/v1/users/{user_id}/accounts/{account_id}/`.
pub(crate) async fn delete(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::WriteAccounts>(&request, &state).await?;
    let command = DeleteAccount {
        context: caller.context(),
        user: id_in(&path.0)?,
        account: id_in(&path.1)?,
    };
    state.write(move |uow| delete_account(uow, &command)).await??;
    Ok(HttpResponse::NoContent().finish())
}
