//! The hashes of links in mails.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{OnboardingTokenId, TenantId, UserId, kinds},
    onboarding::{LinkState, StoredLink},
    ports::{OnboardingTokenRepo, StoreError},
    time::Timestamp,
    tokens::OnboardingToken,
};

use crate::{
    columns::{At, Key},
    locking::ForUpdate,
    rows::{OnboardingTokenRow, StoredLinkRow, selected},
    schema::onboarding_tokens,
    session::SqlSession,
};

impl OnboardingTokenRepo for SqlSession<'_> {
    fn insert(&mut self, token: &OnboardingToken) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(onboarding_tokens::table).values(OnboardingTokenRow::from(token)))
    }

    fn user_of(&mut self, tenant: TenantId, id: OnboardingTokenId) -> Result<Option<UserId>, StoreError> {
        let found = self.values::<_, Key<kinds::User>>(
            onboarding_tokens::table
                .find((Key(tenant), Key(id)))
                .select(onboarding_tokens::user_id),
        )?;
        Ok(found.into_iter().next().map(|user| user.0))
    }

    fn lock(&mut self, tenant: TenantId, id: OnboardingTokenId) -> Result<Option<StoredLink>, StoreError> {
        self.one::<StoredLinkRow, _>(ForUpdate(
            onboarding_tokens::table
                .find((Key(tenant), Key(id)))
                .select(selected::<StoredLinkRow>()),
        ))
    }

    fn cancel_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.settle_links(tenant, user, LinkState::Cancelled, at)
    }

    fn use_all_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.settle_links(tenant, user, LinkState::Used, at)
    }
}

impl SqlSession<'_> {
    fn settle_links(
        &mut self,
        tenant: TenantId,
        user: UserId,
        state: LinkState,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let open = onboarding_tokens::table
            .filter(onboarding_tokens::tenant_id.eq(Key(tenant)))
            .filter(onboarding_tokens::user_id.eq(Key(user)))
            .filter(onboarding_tokens::settled_at.is_null());
        self.execute(diesel::update(open).set((
            onboarding_tokens::state.eq(state.as_str()),
            onboarding_tokens::email_key.eq(None::<String>),
            onboarding_tokens::settled_at.eq(Some(At(at))),
        )))
    }
}
