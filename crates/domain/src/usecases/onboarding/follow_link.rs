//! Following a link in a mail, as far as nothing is changed.

use crate::{
    access::Actor,
    ids::{UserId, kinds},
    onboarding::{LinkStanding, LinkView, Password, PasswordHash, UsableLink, standing_of},
    people::User,
    ports::{NotHashed, Passwords, Queries, Repos, StoreError},
    time::Timestamp,
    tokens::{LinkPurpose, Secret, SecretKind},
    values::{Invalid, Problem},
};

/// Why a link was not followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowLinkError {
    /// Fields are wrong: `token` for every link that cannot be used, whatever the cause (C-38), or `password`.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Somebody else is signed in (D-46).
    #[error("the caller is signed in as somebody else")]
    OtherPerson,
    /// The password could not be hashed.
    #[error(transparent)]
    NotHashed(#[from] NotHashed),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The one answer for every link that cannot be used.
fn not_usable() -> FollowLinkError {
    let why = "is invalid or has expired";
    Invalid::field("token", Problem::Refused { why }).into()
}

/// What the page of a link shows. Nothing is changed, however often it is looked at (C-36).
///
/// # Errors
///
/// [`StoreError`].
pub fn look_at_link(queries: &dyn Queries, shown: &Secret, now: Timestamp) -> Result<LinkView, StoreError> {
    if shown.kind() != SecretKind::Onboarding {
        return Ok(LinkView::Unknown);
    }
    let facts = queries.link(shown.tenant(), shown.record::<kinds::OnboardingToken>())?;
    Ok(LinkView::of(facts, shown, now))
}

/// The person of a link that can be used for `purpose`, locked. The link is judged once more now that nobody else can
/// use it: of several who do so at the same time, one gets here.
///
/// # Errors
///
/// [`FollowLinkError::Invalid`] on `token`.
pub(super) fn lock_person(
    repos: &mut dyn Repos,
    secret: &Secret,
    purpose: LinkPurpose,
    user: UserId,
    now: Timestamp,
) -> Result<User, FollowLinkError> {
    let tenant = secret.tenant();
    let user = repos.users().lock(tenant, user)?.ok_or_else(not_usable)?;
    let link = repos
        .onboarding_tokens()
        .lock(tenant, secret.record::<kinds::OnboardingToken>())?
        .filter(|link| link.purpose == purpose)
        .ok_or_else(not_usable)?;
    match standing_of(&link, &user, secret, now) {
        LinkStanding::Open => Ok(user),
        LinkStanding::Unknown | LinkStanding::Done | LinkStanding::Expired => Err(not_usable()),
    }
}

/// The link, if it can be used for `purpose` at `now` by a caller who is signed in as `caller` or not at all.
///
/// # Errors
///
/// [`FollowLinkError::Invalid`] on `token`; [`FollowLinkError::OtherPerson`].
pub fn usable_link(
    queries: &dyn Queries,
    shown: &Secret,
    purpose: LinkPurpose,
    caller: Option<&Actor>,
    now: Timestamp,
) -> Result<UsableLink, FollowLinkError> {
    let link = match look_at_link(queries, shown, now)? {
        LinkView::Open(link) if link.purpose == purpose => *link,
        LinkView::Open(_) | LinkView::Done(_) | LinkView::Expired(_) | LinkView::Unknown => {
            return Err(not_usable());
        }
    };
    let somebody_else = |actor: &Actor| {
        actor
            .user()
            .is_some_and(|user| (actor.tenant(), user) != (link.tenant, link.user))
    };
    if caller.is_some_and(somebody_else) {
        return Err(FollowLinkError::OtherPerson);
    }
    Ok(link)
}

/// Judges a new password and hashes it, with 128 fresh random bits as its salt. It is slow on purpose.
///
/// # Errors
///
/// [`FollowLinkError::Invalid`] on `password` if it is too easy to guess.
pub fn choose_password(
    passwords: &dyn Passwords,
    link: &UsableLink,
    name: Option<&str>,
    password: &Password,
    salt: [u8; 16],
) -> Result<PasswordHash, FollowLinkError> {
    let mut about = vec![link.email.as_str().to_owned(), link.suggested_name.clone()];
    about.extend(name.map(str::to_owned));
    about.extend(link.places.iter().map(|place| place.property.to_string()));
    if let Some(why) = passwords.weakness(password, &about) {
        return Err(Invalid::field("password", Problem::Refused { why }).into());
    }
    Ok(passwords.hash(password, salt)?)
}
