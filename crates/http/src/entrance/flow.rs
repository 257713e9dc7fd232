//! The steps of coming in. What is slow runs in the lane of passwords and never in a transaction.

use std::time::Duration;

use actix_web::HttpRequest;
use innkeeper_domain::{
    access::Actor,
    people::User,
    ports::Used,
    tokens::{LinkPurpose, Secret},
    usecases::{
        ConfirmInvite, FollowLinkError, OpenSession, RestorePassword, Session, SignInError, TenantError,
        Visit, choose_password, confirm_invite, find_login, open_session, prove, restore_password,
        tenant_for, usable_link,
    },
    values::{Email, Invalid, Problem},
};

use super::{Chosen, SignIn};
use crate::{
    caller::{Caller, fresh_ids, request_id},
    failure::Failure,
    state::AppState,
};

/// Why somebody did not come in.
#[derive(Debug)]
pub(crate) enum FlowError {
    /// Before or beneath it.
    Failure(Failure),
    /// Fields are wrong.
    Invalid(Invalid),
    /// Somebody else is signed in (D-46).
    OtherPerson,
    /// Wrong address or password, or nobody who may come in: one answer for all.
    Wrong,
    /// Too many attempts.
    TooMany(Duration),
}

impl From<Failure> for FlowError {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Invalid> for FlowError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<FollowLinkError> for FlowError {
    fn from(error: FollowLinkError) -> Self {
        match error {
            FollowLinkError::Invalid(invalid) => Self::Invalid(invalid),
            FollowLinkError::OtherPerson => Self::OtherPerson,
            FollowLinkError::NotHashed(error) => {
                tracing::error!(%error, "no password can be set");
                Self::Failure(Failure::Internal)
            }
            FollowLinkError::Store(error) => Self::Failure(error.into()),
        }
    }
}

impl From<SignInError> for FlowError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong(_) => Self::Wrong,
            SignInError::Store(error) => Self::Failure(error.into()),
        }
    }
}

impl From<TenantError> for FlowError {
    fn from(error: TenantError) -> Self {
        match error {
            TenantError::Invalid(invalid) => Self::Invalid(invalid),
            TenantError::Store(error) => Self::Failure(error.into()),
        }
    }
}

pub(crate) fn visit(request: &HttpRequest, state: &AppState) -> Visit {
    let now = state.clock.now();
    Visit {
        now,
        ids: fresh_ids(state, now),
        request: request_id(request, state),
    }
}

/// Counts an attempt.
pub(crate) fn count(request: &HttpRequest, state: &AppState, email: Option<&Email>) -> Result<(), FlowError> {
    let counted = state.throttle.count(request, email.map(Email::key));
    counted.map_err(FlowError::TooMany)
}

/// Who is signed in, if anybody is. A token that counts for nobody is as good as none here.
async fn signed_in(request: &HttpRequest, state: &AppState) -> Result<Option<Actor>, Failure> {
    match Caller::of(request, state).await {
        Ok(caller) => Ok(Some(caller.actor)),
        Err(Failure::NoToken | Failure::BadToken) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The secret of a link. One that cannot be ours is told like any other that cannot be used (C-38).
fn secret_of(token: &str) -> Result<Secret, Invalid> {
    let why = "is invalid or has expired";
    Secret::parse(token.trim())
        .ok()
        .ok_or_else(|| Invalid::field("token", Problem::Refused { why }))
}

/// On-boards the person of a link: looks at the link, hashes the password, and lets the use case judge again.
pub(crate) async fn confirm(
    request: &HttpRequest,
    state: &AppState,
    chosen: Chosen,
) -> Result<User, FlowError> {
    let visit = visit(request, state);
    let followed = follow(request, state, &visit, chosen, LinkPurpose::Onboarding).await?;
    let name = followed
        .chosen
        .name
        .ok_or_else(|| Invalid::field("name", Problem::Blank))?;
    let command = ConfirmInvite {
        visit,
        secret: followed.secret,
        user: followed.user,
        name,
        password: followed.password,
    };
    Ok(state.write(move |uow| confirm_invite(uow, &command)).await??)
}

/// Sets a new password for the person of a link, in the same way.
pub(crate) async fn restore(
    request: &HttpRequest,
    state: &AppState,
    chosen: Chosen,
) -> Result<User, FlowError> {
    let visit = visit(request, state);
    let followed = follow(request, state, &visit, chosen, LinkPurpose::PasswordReset).await?;
    let command = RestorePassword {
        visit,
        secret: followed.secret,
        user: followed.user,
        password: followed.password,
    };
    Ok(state.write(move |uow| restore_password(uow, &command)).await??)
}

/// A link that can be used, and the hash of the password chosen.
struct Followed {
    secret: Secret,
    user: innkeeper_domain::ids::UserId,
    chosen: Chosen,
    password: innkeeper_domain::onboarding::PasswordHash,
}

async fn follow(
    request: &HttpRequest,
    state: &AppState,
    visit: &Visit,
    chosen: Chosen,
    purpose: LinkPurpose,
) -> Result<Followed, FlowError> {
    count(request, state, None)?;
    let secret = secret_of(&chosen.token)?;
    let caller = signed_in(request, state).await?;
    let (shown, now) = (secret.clone(), visit.now);
    let link = state
        .read(move |queries| usable_link(queries, &shown, purpose, caller.as_ref(), now))
        .await??;
    let (passwords, salt) = (state.passwords.clone(), state.entropy.bits());
    let user = link.user;
    let hashing = state.blocking.passwords.run(move || {
        let name = chosen.name.clone().map(|name| {
            let (first, last) = name.into_parts();
            last.map_or_else(|| first.to_string(), |last| format!("{first} {last}"))
        });
        let hash = choose_password(passwords.as_ref(), &link, name.as_deref(), &chosen.password, salt);
        hash.map(|hash| (chosen, hash))
    });
    let (chosen, password) = hashing.await??;
    Ok(Followed {
        secret,
        user,
        chosen,
        password,
    })
}

/// Opens a session for whoever shows the right password. It takes as long for nobody as for somebody (D-24).
pub(crate) async fn sign_in(
    request: &HttpRequest,
    state: &AppState,
    shown: SignIn,
) -> Result<Session, FlowError> {
    count(request, state, Some(&shown.email))?;
    let visit = visit(request, state);
    let SignIn {
        email,
        password,
        tenant,
    } = shown;
    let found = state.read(move |queries| {
        let login = match tenant_for(queries, tenant.as_deref())? {
            Some(tenant) => find_login(queries, tenant, &email)?,
            None => None,
        };
        Ok::<_, TenantError>(login)
    });
    let login = found.await??;
    let passwords = state.passwords.clone();
    let proving = state
        .blocking
        .passwords
        .run(move || prove(passwords.as_ref(), &password, login));
    let proven = proving.await?.map_err(|_wrong| FlowError::Wrong)?;
    let now = visit.now;
    let command = OpenSession {
        visit,
        proven,
        secret_bits: state.entropy.secret_bits(),
    };
    let session = state.write(move |uow| open_session(uow, &command)).await??;
    state
        .uses
        .note(Used::Credential(session.user.tenant, session.credential), now);
    Ok(session)
}

/// Writes down that somebody asked for a link by an address; whether it is anybody's is not looked at here.
pub(crate) async fn ask_by_address(
    request: &HttpRequest,
    state: &AppState,
    email: Email,
    tenant: Option<String>,
) -> Result<(), FlowError> {
    count(request, state, Some(&email))?;
    let visit = visit(request, state);
    let tenant = state
        .read(move |queries| tenant_for(queries, tenant.as_deref()))
        .await??;
    if let Some(tenant) = tenant {
        let asked =
            state.write(move |uow| innkeeper_domain::usecases::ask_by_address(uow, &visit, tenant, &email));
        asked.await?.map_err(Failure::from)?;
    }
    Ok(())
}

/// Writes down that somebody asked for a new link by an earlier one. All are answered alike (C-38).
pub(crate) async fn ask_by_link(
    request: &HttpRequest,
    state: &AppState,
    token: &str,
) -> Result<(), FlowError> {
    count(request, state, None)?;
    let Ok(secret) = Secret::parse(token) else {
        return Ok(());
    };
    let visit = visit(request, state);
    let queries = state.queries.clone();
    let asked = state
        .write(move |uow| innkeeper_domain::usecases::ask_by_link(queries.as_ref(), uow, &visit, &secret));
    asked.await?.map_err(Failure::from)?;
    Ok(())
}
