//! One transaction, as the domain's repositories see it.

use diesel::{
    RunQueryDsl,
    query_dsl::methods::{ExecuteDsl, LoadQuery},
};
use innkeeper_domain::ports::{
    AccessTokenRepo, AccountRepo, ApiKeyRepo, ApplicationRepo, AuditLog, CredentialRepo, ImportRepo,
    LinkRequestRepo, OnboardingTokenRepo, Outbox, PasswordRepo, PropertyRepo, PropertyUserRepo, Repos,
    RunRepo, SlotRepo, StoreError, TenantRepo, UserRepo,
};

use crate::{
    connection::{AnyConnection, Link},
    error::Failure,
    rows::{Decode, decode},
    seal::MasterKey,
};

/// The repositories of one transaction.
///
/// After the first failed call every later one fails without reaching the database: a swallowed error must not
/// be committed, and PostgreSQL would refuse anyway where SQLite would go on.
pub(crate) struct SqlSession<'l> {
    link: &'l mut Link,
    pub(crate) master_key: &'l MasterKey,
    failure: Option<Failure>,
}

impl<'l> SqlSession<'l> {
    pub(crate) fn over(link: &'l mut Link, master_key: &'l MasterKey) -> Self {
        Self {
            link,
            master_key,
            failure: None,
        }
    }

    /// What the first failed call met.
    pub(crate) fn into_failure(self) -> Option<Failure> {
        self.failure
    }

    /// Runs one call, unless an earlier one failed.
    pub(crate) fn call<T>(
        &mut self,
        run: impl FnOnce(&mut Link) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        if self.failure.is_some() {
            return Err(StoreError::failed(
                "an earlier call of the same transaction failed",
            ));
        }
        run(self.link).map_err(|failure| {
            let echo = failure.echo();
            self.failure = Some(failure);
            echo
        })
    }

    /// The values of all rows of a query.
    pub(crate) fn values<'query, Q, R>(&mut self, query: Q) -> Result<Vec<R>, StoreError>
    where
        Q: RunQueryDsl<AnyConnection> + LoadQuery<'query, AnyConnection, R>,
    {
        self.call(|link| Ok(link.rows(query)?))
    }

    /// All rows of a query, as the domain knows them.
    pub(crate) fn all<'query, R, Q>(&mut self, query: Q) -> Result<Vec<R::Entity>, StoreError>
    where
        R: Decode,
        Q: RunQueryDsl<AnyConnection> + LoadQuery<'query, AnyConnection, R>,
    {
        self.call(|link| decode(link.rows::<Q, R>(query)))
    }

    /// The row of a query by key.
    pub(crate) fn one<'query, R, Q>(&mut self, query: Q) -> Result<Option<R::Entity>, StoreError>
    where
        R: Decode,
        Q: RunQueryDsl<AnyConnection> + LoadQuery<'query, AnyConnection, R>,
    {
        self.all::<R, Q>(query).map(|mut found| found.pop())
    }

    /// Runs a statement on any number of rows.
    pub(crate) fn execute<Q>(&mut self, statement: Q) -> Result<(), StoreError>
    where
        Q: RunQueryDsl<AnyConnection> + ExecuteDsl<AnyConnection>,
    {
        self.call(|link| Ok(link.execute(statement).map(drop)?))
    }

    /// Runs a statement on exactly one row of `table`.
    pub(crate) fn execute_on_one<Q>(&mut self, table: &'static str, statement: Q) -> Result<(), StoreError>
    where
        Q: RunQueryDsl<AnyConnection> + ExecuteDsl<AnyConnection>,
    {
        self.call(|link| match link.execute(statement)? {
            1 => Ok(()),
            count => {
                Err(StoreError::failed(format!("{count} rows of `{table}` to change instead of one")).into())
            }
        })
    }
}

impl Repos for SqlSession<'_> {
    fn tenants(&mut self) -> &mut dyn TenantRepo {
        self
    }

    fn applications(&mut self) -> &mut dyn ApplicationRepo {
        self
    }

    fn users(&mut self) -> &mut dyn UserRepo {
        self
    }

    fn credentials(&mut self) -> &mut dyn CredentialRepo {
        self
    }

    fn properties(&mut self) -> &mut dyn PropertyRepo {
        self
    }

    fn property_users(&mut self) -> &mut dyn PropertyUserRepo {
        self
    }

    fn api_keys(&mut self) -> &mut dyn ApiKeyRepo {
        self
    }

    fn access_tokens(&mut self) -> &mut dyn AccessTokenRepo {
        self
    }

    fn onboarding_tokens(&mut self) -> &mut dyn OnboardingTokenRepo {
        self
    }

    fn link_requests(&mut self) -> &mut dyn LinkRequestRepo {
        self
    }

    fn passwords(&mut self) -> &mut dyn PasswordRepo {
        self
    }

    fn outbox(&mut self) -> &mut dyn Outbox {
        self
    }

    fn accounts(&mut self) -> &mut dyn AccountRepo {
        self
    }

    fn slots(&mut self) -> &mut dyn SlotRepo {
        self
    }

    fn runs(&mut self) -> &mut dyn RunRepo {
        self
    }

    fn imports(&mut self) -> &mut dyn ImportRepo {
        self
    }

    fn audit(&mut self) -> &mut dyn AuditLog {
        self
    }
}
