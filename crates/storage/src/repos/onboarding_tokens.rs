//! The hashes of on-boarding links.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{TenantId, UserId},
    ports::{OnboardingTokenRepo, StoreError},
    time::Timestamp,
    tokens::OnboardingToken,
};

use crate::{
    columns::{At, Key},
    rows::OnboardingTokenRow,
    schema::onboarding_tokens,
    session::SqlSession,
};

impl OnboardingTokenRepo for SqlSession<'_> {
    fn insert(&mut self, token: &OnboardingToken) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(onboarding_tokens::table).values(OnboardingTokenRow::from(token)))
    }

    fn cancel_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        let open = onboarding_tokens::table
            .filter(onboarding_tokens::tenant_id.eq(Key(tenant)))
            .filter(onboarding_tokens::user_id.eq(Key(user)))
            .filter(onboarding_tokens::settled_at.is_null());
        self.execute(diesel::update(open).set((
            onboarding_tokens::state.eq("cancelled"),
            onboarding_tokens::email_key.eq(None::<String>),
            onboarding_tokens::settled_at.eq(Some(At(at))),
        )))
    }
}
