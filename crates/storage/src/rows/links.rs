//! Rows of `onboarding_tokens`, `link_requests` and `passwords`, as they are read.

use diesel::{Insertable, Queryable, Selectable};
use innkeeper_domain::{
    ids::kinds,
    onboarding::{Asked, LinkRequest, LinkState, PasswordHash, PasswordLogin, StoredLink},
    ports::StoreError,
    tokens::LinkPurpose,
    values::{Email, EmailKey},
};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::{link_requests, onboarding_tokens},
};

/// A key is that of an address, or it would lead to nobody.
fn email_key<K>(cells: &Cells<K>, text: &str) -> Result<EmailKey, StoreError> {
    let email: Email = cells.email("email_key", text)?;
    if email.key().as_str() == text {
        Ok(email.key().clone())
    } else {
        Err(cells.corrupt("email_key"))
    }
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = onboarding_tokens)]
pub(crate) struct StoredLinkRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::OnboardingToken>,
    user_id: Key<kinds::User>,
    email_key: Option<String>,
    secret_hash: Vec<u8>,
    state: String,
    created_at: At,
    expires_at: At,
    purpose: String,
}

impl Decode for StoredLinkRow {
    const TABLE: &'static str = "onboarding_tokens";
    type Entity = StoredLink;

    fn decode(self) -> Result<StoredLink, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        let state = LinkState::ALL
            .into_iter()
            .find(|state| state.as_str() == self.state);
        let purpose = LinkPurpose::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == self.purpose);
        let email = self.email_key.as_deref();
        Ok(StoredLink {
            tenant: self.tenant_id.0,
            id: self.id.0,
            purpose: cells.present("purpose", purpose)?,
            user: self.user_id.0,
            email: email.map(|text| email_key(&cells, text)).transpose()?,
            secret: cells.hash(&self.secret_hash)?,
            state: cells.present("state", state)?,
            created_at: self.created_at.0,
            expires_at: self.expires_at.0,
        })
    }
}

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = link_requests, treat_none_as_default_value = false)]
pub(crate) struct LinkRequestRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::LinkRequest>,
    email_key: Option<String>,
    onboarding_token_id: Option<Key<kinds::OnboardingToken>>,
    requested_at: At,
}

impl From<&LinkRequest> for LinkRequestRow {
    fn from(request: &LinkRequest) -> Self {
        let (email_key, link) = match &request.asked {
            Asked::Address(email) => (Some(email.as_str().to_owned()), None),
            Asked::Link(id) => (None, Some(Key(*id))),
        };
        Self {
            tenant_id: Key(request.tenant),
            id: Key(request.id),
            email_key,
            onboarding_token_id: link,
            requested_at: At(request.requested_at),
        }
    }
}

impl Decode for LinkRequestRow {
    const TABLE: &'static str = "link_requests";
    type Entity = LinkRequest;

    fn decode(self) -> Result<LinkRequest, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        let asked = match (self.email_key, self.onboarding_token_id) {
            (Some(text), None) => Asked::Address(email_key(&cells, &text)?),
            (None, Some(id)) => Asked::Link(id.0),
            _ => return Err(cells.corrupt("email_key")),
        };
        Ok(LinkRequest {
            tenant: self.tenant_id.0,
            id: self.id.0,
            asked,
            requested_at: self.requested_at.0,
        })
    }
}

/// A password with its credential: two tables joined.
#[derive(Queryable)]
pub(crate) struct PasswordLoginRow {
    credential_id: Key<kinds::Credential>,
    permission: String,
    hash: String,
}

impl PasswordLoginRow {
    /// The columns of an outer join, which are all there or none.
    pub(crate) fn joined(
        credential_id: Option<Key<kinds::Credential>>,
        permission: Option<String>,
        hash: Option<String>,
    ) -> Option<Self> {
        Some(Self {
            credential_id: credential_id?,
            permission: permission?,
            hash: hash?,
        })
    }
}

impl Decode for PasswordLoginRow {
    const TABLE: &'static str = "passwords";
    type Entity = PasswordLogin;

    fn decode(self) -> Result<PasswordLogin, StoreError> {
        let cells = Cells::of(Self::TABLE, self.credential_id.0);
        Ok(PasswordLogin {
            credential: self.credential_id.0,
            permission: cells.parse("permission", &self.permission)?,
            hash: cells.made("hash", PasswordHash::parse(self.hash))?,
        })
    }
}
