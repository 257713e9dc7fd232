//! Signing in with a password.

use std::time::Duration;

use super::visit::Visit;
use crate::{
    access::ScopeSet,
    effects::{self, AuditAction, Effects},
    ids::{CredentialId, TenantId},
    onboarding::{Login, Password, PasswordLogin, SESSION_SECONDS, SignInFacts, WrongLogin, login_of},
    people::{Credential, User},
    ports::{Passwords, Queries, StoreError, UnitOfWork, atomically},
    tokens::{AccessToken, Secret, SecretBits, SecretKind},
    values::Email,
};

/// Why nobody came in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// One answer for all causes.
    #[error(transparent)]
    Wrong(#[from] WrongLogin),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Proof that somebody showed the password of a person; only [`prove`] makes one.
#[derive(Clone, Debug)]
pub struct Proven(Login);

/// Finds who may come in by this address. It costs the same whoever is asked for.
///
/// # Errors
///
/// [`StoreError`].
pub fn find_login(
    queries: &dyn Queries,
    tenant: TenantId,
    email: &Email,
) -> Result<Option<Login>, StoreError> {
    Ok(login_of(queries.sign_in_facts(tenant, email.key())?))
}

/// Compares the password shown with the stored one; with nobody's, at the same cost, if there is no login (D-24).
///
/// # Errors
///
/// [`WrongLogin`].
pub fn prove(
    passwords: &dyn Passwords,
    shown: &Password,
    login: Option<Login>,
) -> Result<Proven, WrongLogin> {
    let fits = passwords.verify(shown, login.as_ref().map(|login| &login.login.hash));
    login.filter(|_| fits).map(Proven).ok_or(WrongLogin)
}

/// A session to open.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// The request.
    pub visit: Visit,
    /// Who came in.
    pub proven: Proven,
    /// 128 fresh random bits.
    pub secret_bits: SecretBits,
}

/// An open session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Whose it is.
    pub user: User,
    /// The credential that it is bound to.
    pub credential: CredentialId,
    /// Its token, shown this once.
    pub secret: Secret,
}

/// Opens a session: an access token of no application, with all scopes, bound to the password credential. It ends
/// after [`SESSION_SECONDS`], with the credential, and with a new password.
///
/// # Errors
///
/// [`SignInError::Wrong`] if the person was switched off, or the password changed, since it was compared.
pub fn open_session(uow: &dyn UnitOfWork, command: &OpenSession) -> Result<Session, SignInError> {
    let (visit, Proven(Login { user, login })) = (&command.visit, &command.proven);
    let (tenant, now) = (user.tenant, visit.now);
    atomically(uow, "sessions.open", |repos| {
        // Held against changes: a new password waits, and then ends this session too.
        let user = repos.users().by_id_for_share(tenant, user.id)?;
        let user = user.ok_or(WrongLogin)?;
        let login_now = repos.passwords().of_user(tenant, user.id)?;
        let facts = SignInFacts {
            user,
            login: login_now,
        };
        let Login {
            user,
            login:
                PasswordLogin {
                    credential,
                    permission,
                    ..
                },
        } = login_of(Some(facts))
            .filter(|found| (found.login.credential, &found.login.hash) == (login.credential, &login.hash))
            .ok_or(WrongLogin)?;
        let mut ids = visit.ids;
        let id = ids.make();
        let secret = Secret::issue(SecretKind::AccessToken, tenant, id, &command.secret_bits);
        repos.access_tokens().insert(&AccessToken {
            tenant,
            id,
            application: None,
            subject: Some((user.id, credential)),
            secret: secret.hash(),
            scopes: ScopeSet::all(),
            created_at: now,
            expires_at: now + Duration::from_secs(SESSION_SECONDS),
        })?;
        let through = Credential::of_password(&user, credential, permission, now);
        let context = visit.context_of(&through, ids);
        let record = context
            .scribe()
            .record(AuditAction::UserSignedIn, user.id)
            .about_user(user.id);
        let session = Session {
            user,
            credential,
            secret,
        };
        Ok(effects::record(repos, Effects::one(record), session)?)
    })
}
