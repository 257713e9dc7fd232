//! Accounts, and their credentials.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl,
    dsl::{exists, not},
};
use innkeeper_domain::{
    accounts::{Account, ChannelSlug, Credentials, TokenKey},
    ids::{AccountId, TenantId, UserId},
    ports::{AccountRepo, StoreError},
};

use crate::{
    channel_state::{Token, row_id},
    columns::Key,
    locking::ForUpdate,
    rows::{AccountIdentityRow, AccountRow, AccountStateRow, ListingCountsRow, selected},
    schema::{account_credentials, accounts, channel_tokens},
    sealed::{open_credentials, seal_credentials},
    session::SqlSession,
    upsert::{CredentialColumns, CredentialPut},
};

impl AccountRepo for SqlSession<'_> {
    fn by_identity(
        &mut self,
        tenant: TenantId,
        user: UserId,
        channel: &ChannelSlug,
        channel_id: &str,
    ) -> Result<Option<Account>, StoreError> {
        self.one::<AccountRow, _>(
            accounts::table
                .filter(accounts::tenant_id.eq(Key(tenant)))
                .filter(accounts::user_id.eq(Key(user)))
                .filter(accounts::channel.eq(channel.as_str()))
                .filter(accounts::channel_id.eq(channel_id))
                .select(selected::<AccountRow>()),
        )
    }

    fn find(&mut self, tenant: TenantId, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.one::<AccountRow, _>(
            accounts::table
                .find((Key(tenant), Key(id)))
                .select(selected::<AccountRow>()),
        )
    }

    fn lock(&mut self, tenant: TenantId, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.one::<AccountRow, _>(ForUpdate(
            accounts::table
                .find((Key(tenant), Key(id)))
                .select(selected::<AccountRow>()),
        ))
    }

    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<Account>, StoreError> {
        self.all::<AccountRow, _>(
            accounts::table
                .filter(accounts::tenant_id.eq(Key(tenant)))
                .filter(accounts::user_id.eq(Key(user)))
                .filter(accounts::deleted_at.is_null())
                .order((accounts::created_at, accounts::id))
                .select(selected::<AccountRow>()),
        )
    }

    fn insert(&mut self, account: &Account) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(accounts::table).values((
            AccountIdentityRow::from(account),
            ListingCountsRow::from(&account.listings),
            AccountStateRow::from(account),
        )))
    }

    fn update(&mut self, account: &Account) -> Result<(), StoreError> {
        let one = accounts::table.find((Key(account.tenant), Key(account.id)));
        let change = diesel::update(one).set(AccountStateRow::from(account));
        self.execute_on_one("accounts", change)
    }

    fn count_listings(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        new: u32,
        enabled_change: i64,
    ) -> Result<(), StoreError> {
        if new == 0 && enabled_change == 0 {
            return Ok(());
        }
        let enabled = accounts::nb_enabled_listings + enabled_change;
        let change = diesel::update(accounts::table.find((Key(tenant), Key(account)))).set((
            accounts::nb_listings.eq(accounts::nb_listings + i64::from(new)),
            accounts::nb_enabled_listings.eq(enabled),
            accounts::ever_enabled.eq(accounts::ever_enabled.or(enabled.gt(0))),
        ));
        self.execute_on_one("accounts", change)
    }

    fn keep_credentials(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        generation: u32,
        credentials: &Credentials,
        token: TokenKey,
    ) -> Result<(), StoreError> {
        let key = self.master_key;
        self.call(|link| {
            let sealed = seal_credentials(key, (tenant, account, generation), credentials)?;
            let row = CredentialPut {
                tenant_id: Key(tenant),
                account_id: Key(account),
                generation: i64::from(generation),
                sealed: &sealed,
                token_id: Key(row_id(token)),
            };
            Ok(CredentialColumns::put(link, [row].into_iter()).map(drop)?)
        })
    }

    fn credentials(
        &mut self,
        tenant: TenantId,
        account: AccountId,
    ) -> Result<Option<Credentials>, StoreError> {
        let key = self.master_key;
        self.call(|link| {
            let found: Vec<(i64, Vec<u8>)> = link.rows(
                account_credentials::table
                    .find((Key(tenant), Key(account)))
                    .select((account_credentials::generation, account_credentials::sealed)),
            )?;
            let open = |(generation, sealed): &(i64, Vec<u8>)| {
                open_credentials(key, (tenant, account), *generation, sealed)
            };
            Ok(found.first().map(open).transpose()?)
        })
    }

    fn destroy_credentials(&mut self, tenant: TenantId, account: AccountId) -> Result<(), StoreError> {
        let row = account_credentials::table.find((Key(tenant), Key(account)));
        let tokens: Vec<Key<Token>> = self.values(row.select(account_credentials::token_id))?;
        self.execute(diesel::delete(row))?;
        for token in tokens {
            // Another user may have added the same account of the channel with the same credentials.
            let others = account_credentials::table
                .filter(account_credentials::tenant_id.eq(Key(tenant)))
                .filter(account_credentials::token_id.eq(token));
            let unused = channel_tokens::table
                .find((Key(tenant), token))
                .filter(not(exists(others)));
            self.execute(diesel::delete(unused))?;
        }
        Ok(())
    }
}
