//! One transaction, as the domain's repositories see it.

use std::{collections::BTreeSet, mem};

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::TenantId,
    ports::{
        AccessTokenRepo, AccountRepo, ApiKeyRepo, ApplicationRepo, AuditLog, CredentialRepo, ImportRepo,
        LinkRequestRepo, OnboardingTokenRepo, Outbox, PasswordRepo, PropertyRepo, PropertyUserRepo, Repos,
        RunRepo, SlotRepo, StoreError, TenantRepo, UserRepo, Verdict,
    },
};

use crate::{
    columns::Key,
    connection::{Ask, Do, Link},
    error::Failure,
    inserts::{Insert, MOST},
    rows::{Decode, decode},
    schema::tenants,
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
    /// What is still to be written, before anything else is asked or done.
    inserts: Vec<Box<dyn Insert>>,
    /// Tenants with tokens that count for less by what this transaction changed.
    lowered: BTreeSet<TenantId>,
}

impl<'l> SqlSession<'l> {
    pub(crate) fn over(link: &'l mut Link, master_key: &'l MasterKey) -> Self {
        Self {
            link,
            master_key,
            failure: None,
            inserts: Vec::new(),
            lowered: BTreeSet::new(),
        }
    }

    /// Notes that tokens of a tenant may count for less from now on.
    pub(crate) fn lowers(&mut self, tenant: TenantId) {
        self.lowered.insert(tenant);
    }

    /// Ends the work, which is kept only if no call failed: a body may have swallowed an error.
    pub(crate) fn finish(mut self, verdict: Verdict) -> Result<Verdict, Failure> {
        if verdict == Verdict::Keep && self.flush().is_ok() {
            // The last statements, so that nobody waits for these rows longer than a commit takes: all who lower share them.
            for tenant in mem::take(&mut self.lowered) {
                let next = tenants::access_version.eq(tenants::access_version + 1);
                let moved = diesel::update(tenants::table.find(Key(tenant))).set(next);
                if self.execute_on_one("tenants", moved).is_err() {
                    break;
                }
            }
        }
        self.failure.map_or(Ok(verdict), Err)
    }

    /// Runs one call, unless an earlier one failed.
    pub(crate) fn call<T>(
        &mut self,
        run: impl FnOnce(&mut Link) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.stands()?;
        let inserts = mem::take(&mut self.inserts);
        let outcome = match self.link.insert(&inserts) {
            Ok(()) => run(self.link),
            Err(error) => Err(error.into()),
        };
        self.noticing(outcome)
    }

    /// Fails as a call does if this failed.
    pub(crate) fn noticing<T>(&mut self, outcome: Result<T, Failure>) -> Result<T, StoreError> {
        outcome.map_err(|failure| {
            let echo = failure.echo();
            self.failure = Some(failure);
            echo
        })
    }

    /// Writes a row of what a change leaves behind, together with others, before anything else is asked or done. So whether
    /// it could be written shows with the next call, or at the end.
    pub(crate) fn insert(&mut self, row: impl Insert + 'static) -> Result<(), StoreError> {
        self.stands()?;
        if self.inserts.len() == MOST {
            self.flush()?;
        }
        self.inserts.push(Box::new(row));
        Ok(())
    }

    /// Writes what is still to be written.
    fn flush(&mut self) -> Result<(), StoreError> {
        self.call(|_| Ok(()))
    }

    fn stands(&self) -> Result<(), StoreError> {
        match &self.failure {
            None => Ok(()),
            Some(_) => Err(StoreError::failed(
                "an earlier call of the same transaction failed",
            )),
        }
    }

    /// The values of all rows of a query.
    pub(crate) fn values<'query, Q, R>(&mut self, query: Q) -> Result<Vec<R>, StoreError>
    where
        Q: Ask<'query, R>,
    {
        self.call(|link| Ok(link.rows(query)?))
    }

    /// All rows of a query, as the domain knows them.
    pub(crate) fn all<'query, R, Q>(&mut self, query: Q) -> Result<Vec<R::Entity>, StoreError>
    where
        R: Decode,
        Q: Ask<'query, R>,
    {
        self.call(|link| decode(link.rows::<Q, R>(query)))
    }

    /// The row of a query by key.
    pub(crate) fn one<'query, R, Q>(&mut self, query: Q) -> Result<Option<R::Entity>, StoreError>
    where
        R: Decode,
        Q: Ask<'query, R>,
    {
        self.all::<R, Q>(query).map(|mut found| found.pop())
    }

    /// Runs a statement on any number of rows.
    pub(crate) fn execute<Q: Do>(&mut self, statement: Q) -> Result<(), StoreError> {
        self.call(|link| Ok(link.execute(statement).map(drop)?))
    }

    /// Runs a statement on any number of rows of a tenant, whose tokens count for less if there are any.
    pub(crate) fn execute_lowering<Q: Do>(
        &mut self,
        tenant: TenantId,
        statement: Q,
    ) -> Result<(), StoreError> {
        if self.call(|link| Ok(link.execute(statement)?))? > 0 {
            self.lowers(tenant);
        }
        Ok(())
    }

    /// Runs a statement on exactly one row of `table`.
    pub(crate) fn execute_on_one<Q: Do>(
        &mut self,
        table: &'static str,
        statement: Q,
    ) -> Result<(), StoreError> {
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
