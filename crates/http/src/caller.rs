//! Who makes a request.

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{AUTHORIZATION, HeaderMap, HeaderName},
};
use innkeeper_domain::{
    access::{Act, Actor, Bearer, Subject, admit},
    effects::RequestId,
    ids::{Id, Ids, TenantId},
    ports::Used,
    time::Timestamp,
    tokens::Secret,
    usecases::Context,
};

use crate::{failure::Failure, state::AppState};

const USER_API_KEY: HeaderName = HeaderName::from_static("user-api-key");

/// An authenticated caller at the one instant at which the request is judged.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    now: Timestamp,
    entropy: u64,
    request: RequestId,
}

/// What the log tells about the caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity {
    pub(crate) tenant: TenantId,
    pub(crate) token: Option<Bearer>,
}

impl Caller {
    /// Authenticates the request.
    ///
    /// # Errors
    ///
    /// [`Failure::NoToken`], [`Failure::BadToken`], or what the store failed with.
    pub(crate) async fn of(request: &HttpRequest, state: &AppState) -> Result<Self, Failure> {
        let shown = shown_in(request)?;
        let now = state.clock.now();
        let (queries, standings) = (state.queries.clone(), state.standings.clone());
        let call = move || standings.caller(queries.as_ref(), &shown, now);
        let actor = state.blocking.run_bounded(call).await??;
        known(&actor, request, state, now);
        let (entropy, _) = halves(state.entropy.bits());
        Ok(Self {
            actor,
            now,
            entropy,
            request: request_id(request, state),
        })
    }

    /// Authenticates the request, and turns a token without the scope of `A` away before anything is read for it.
    ///
    /// # Errors
    ///
    /// As [`Self::of`], and [`Failure::Forbidden`].
    pub(crate) async fn admitted<A: Act>(request: &HttpRequest, state: &AppState) -> Result<Self, Failure> {
        let caller = Self::of(request, state).await?;
        admit::<A>(&caller.actor)?;
        Ok(caller)
    }

    /// The instant of the request.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// What use cases are told.
    pub(crate) fn context(&self) -> Context {
        Context {
            actor: self.actor.clone(),
            now: self.now,
            ids: Ids::new(self.now, self.entropy),
            request: self.request.clone(),
        }
    }
}

/// The token of a request. What cannot be one of ours takes no place in any queue.
///
/// # Errors
///
/// [`Failure::NoToken`], [`Failure::BadToken`].
pub(crate) fn shown_in(request: &HttpRequest) -> Result<Secret, Failure> {
    let shown = Secret::parse(token_of(request.headers())?).ok();
    shown.ok_or(Failure::BadToken)
}

/// Tells the log who the caller is, and notes the use of their token.
pub(crate) fn known(actor: &Actor, request: &HttpRequest, state: &AppState, now: Timestamp) {
    request.extensions_mut().insert(Identity {
        tenant: actor.tenant(),
        token: actor.token(),
    });
    note_use(actor, state, now);
}

fn halves(bits: [u8; 16]) -> (u64, u64) {
    uuid::Uuid::from_bytes(bits).as_u64_pair()
}

/// Fresh ids for a request that has no caller.
pub(crate) fn fresh_ids(state: &AppState, now: Timestamp) -> Ids {
    Ids::new(now, halves(state.entropy.bits()).0)
}

/// The request's id, as the middleware put it there.
pub(crate) fn request_id(request: &HttpRequest, state: &AppState) -> RequestId {
    let known = request.extensions().get::<RequestId>().cloned();
    known.unwrap_or_else(|| RequestId::made(fresh_ids(state, state.clock.now()).make::<()>().uuid()))
}

/// Keys are used by every request; a credential is used through its keys.
fn note_use(actor: &Actor, state: &AppState, now: Timestamp) {
    let (Some(Bearer::ApiKey(key)), Subject::User { credential, .. }) = (actor.token(), actor.subject())
    else {
        return;
    };
    state.uses.note(Used::ApiKey(actor.tenant(), key), now);
    state.uses.note(Used::Credential(actor.tenant(), credential), now);
}

/// The id in a path. An ill-formed one names nothing, as an unknown one does.
pub(crate) fn id_in<K>(path: &str) -> Result<Id<K>, Failure> {
    path.parse().ok().ok_or(Failure::NotFound)
}

/// The token of the request: `Authorization: Bearer`, or `user-api-key`. Two that differ are none.
fn token_of(headers: &HeaderMap) -> Result<&str, Failure> {
    let mut tokens = headers
        .get_all(AUTHORIZATION)
        .map(|value| bearer(value.to_str().ok()));
    let mut keys = headers
        .get_all(USER_API_KEY)
        .map(|value| value.to_str().ok().map(str::trim));
    let token = match (tokens.next(), keys.next()) {
        (None, None) => return Err(Failure::NoToken),
        (Some(token), None) | (None, Some(token)) => token,
        (Some(token), Some(key)) if token == key => token,
        (Some(_), Some(_)) => None,
    };
    let one = tokens.next().is_none() && keys.next().is_none();
    token.filter(|_| one).ok_or(Failure::BadToken)
}

fn bearer(value: Option<&str>) -> Option<&str> {
    let (scheme, token) = value?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
