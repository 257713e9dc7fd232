//! The best form: each database used as well as we know how.

use std::{cell::RefCell, rc::Rc};

use actix_web::web;
use diesel::{
    PgConnection, SqliteConnection,
    r2d2::{ConnectionManager, Pool},
};

use super::{
    group::Writer,
    key::{Hash, Key},
    refused::Refused,
    rows::{Account, Member},
    side::{Answer, Change, Invitation, Minting, Side},
    statement::Database as _,
    statements::{
        DeleteAsOwner, DeleteMember, InsertToken, InviteAsOwner, MintAsClient, OwnAccounts, OwnedMember,
        OwnerOf, SecretOfClient, SeenMember, SeenMembers, UpdateAsOwner,
    },
};

/// On SQLite: one statement reads all, on the thread that answers and over a connection of its own; writes are committed
/// in groups.
#[derive(Clone)]
pub(super) struct Inline {
    pub(super) link: Rc<RefCell<SqliteConnection>>,
    pub(super) writer: Writer,
}

impl Inline {
    /// Never across a wait: the thread answers others meanwhile.
    fn read<T>(&self, work: impl FnOnce(&mut SqliteConnection) -> diesel::QueryResult<T>) -> Answer<T> {
        Ok(work(&mut self.link.borrow_mut())?)
    }

    /// Finds nothing unless the caller owns the member's property.
    fn owned(&self, caller: Hash, id: Key) -> Answer<Member> {
        let found = self.read(|link| link.row(OwnedMember { id, hash: caller }))?;
        found.ok_or(Refused::NotFound)
    }
}

impl Side for Inline {
    async fn get(&self, caller: Hash, id: Key) -> Answer<Member> {
        let found = self.read(|link| link.row(SeenMember { id, hash: caller }))?;
        found.ok_or(Refused::NotFound)
    }

    async fn list(&self, caller: Hash, property: Key) -> Answer<Vec<Member>> {
        self.read(|link| link.rows(seen_members(caller, property)))
            .and_then(some)
    }

    async fn accounts(&self, caller: Hash, user: Key) -> Answer<Vec<Account>> {
        self.read(|link| link.rows(OwnAccounts { hash: caller, user }))
            .and_then(some)
    }

    async fn invite(&self, caller: Hash, invitation: Invitation) -> Answer<Key> {
        let statement = OwnerOf {
            hash: caller,
            property: invitation.property,
        };
        let (owner,) = self.read(|link| link.row(statement))?.ok_or(Refused::NotFound)?;
        let insert = move |link: &mut SqliteConnection| link.touch(invitation.insert(owner));
        self.writer.run(insert).await?;
        Ok(owner)
    }

    async fn update(&self, caller: Hash, change: Change) -> Answer<Member> {
        let member = self.owned(caller, change.id)?;
        let update = change.update();
        self.writer
            .run(move |link: &mut SqliteConnection| link.touch(update))
            .await?;
        Ok(change.applied(member))
    }

    async fn withdraw(&self, caller: Hash, id: Key) -> Answer<()> {
        self.owned(caller, id)?;
        let delete = move |link: &mut SqliteConnection| link.touch(DeleteMember { id });
        one(self.writer.run(delete).await?)
    }

    async fn mint(&self, minting: Minting) -> Answer<()> {
        let statement = SecretOfClient { id: minting.client };
        let (stored,) = self.read(|link| link.row(statement))?.ok_or(Refused::Token)?;
        if stored != minting.secret.0 {
            return Err(Refused::Token);
        }
        let statement = InsertToken {
            hash: minting.token,
            user: minting.user,
        };
        let insert = move |link: &mut SqliteConnection| link.touch(statement);
        one(self.writer.run(insert).await?)
    }
}

/// On PostgreSQL: one statement, and so one round trip, a request.
#[derive(Clone)]
pub(super) struct Joined(pub(super) Pool<ConnectionManager<PgConnection>>);

impl Joined {
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut PgConnection) -> diesel::QueryResult<T> + Send + 'static,
    ) -> Answer<T> {
        let links = self.0.clone();
        web::block(move || Ok(work(&mut *links.get()?)?)).await?
    }
}

impl Side for Joined {
    async fn get(&self, caller: Hash, id: Key) -> Answer<Member> {
        let found = self.run(move |link| link.row(SeenMember { id, hash: caller }));
        found.await?.ok_or(Refused::NotFound)
    }

    async fn list(&self, caller: Hash, property: Key) -> Answer<Vec<Member>> {
        let found = self.run(move |link| link.rows(seen_members(caller, property)));
        found.await.and_then(some)
    }

    async fn accounts(&self, caller: Hash, user: Key) -> Answer<Vec<Account>> {
        let found = self.run(move |link| link.rows(OwnAccounts { hash: caller, user }));
        found.await.and_then(some)
    }

    async fn invite(&self, caller: Hash, invitation: Invitation) -> Answer<Key> {
        let statement = InviteAsOwner {
            id: invitation.id,
            user: invitation.user,
            role: invitation.role,
            invited_at: invitation.at,
            updated_at: invitation.at,
            hash: caller,
            property: invitation.property,
        };
        let found = self.run(move |link| link.row(statement)).await?;
        found.map(|(owner,)| owner).ok_or(Refused::NotFound)
    }

    async fn update(&self, caller: Hash, change: Change) -> Answer<Member> {
        let statement = UpdateAsOwner {
            overrides: change.overrides,
            updated_at: change.at,
            id: change.id,
            hash: caller,
        };
        let found = self.run(move |link| link.row(statement)).await?;
        found.ok_or(Refused::NotFound)
    }

    async fn withdraw(&self, caller: Hash, id: Key) -> Answer<()> {
        one(self
            .run(move |link| link.touch(DeleteAsOwner { id, hash: caller }))
            .await?)
    }

    async fn mint(&self, minting: Minting) -> Answer<()> {
        let statement = MintAsClient {
            hash: minting.token,
            user: minting.user,
            client: minting.client,
            secret: minting.secret,
        };
        one(self.run(move |link| link.touch(statement)).await?)
    }
}

fn seen_members(caller: Hash, property: Key) -> SeenMembers {
    SeenMembers {
        property,
        seen: property,
        hash: caller,
    }
}

/// An empty list is told of nobody: the caller is on that of a property, and everybody here who may ask has accounts.
fn some<T>(rows: Vec<T>) -> Answer<Vec<T>> {
    if rows.is_empty() {
        return Err(Refused::NotFound);
    }
    Ok(rows)
}

fn one(touched: usize) -> Answer<()> {
    (touched == 1).then_some(()).ok_or(Refused::NotFound)
}
