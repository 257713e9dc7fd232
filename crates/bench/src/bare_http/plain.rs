//! The plain form: a pool of ten, each request on a thread that may block, three statements.

use actix_web::web;
use diesel::r2d2::{ConnectionManager, Pool, R2D2Connection};

use super::{
    key::{Hash, Key},
    refused::Refused,
    rows::{Account, Member},
    side::{Answer, Change, Invitation, Minting, Side},
    statement::Database,
    statements::{
        AccountsOf, DeleteMember, InsertMember, InsertToken, MemberById, MemberUnder, MembersOf, RoleOn,
        SecretOfClient, UpdateMember, UserOfToken,
    },
};

/// The plain form on either database.
pub(super) struct Plain<C: R2D2Connection + 'static> {
    pub(super) links: Pool<ConnectionManager<C>>,
    /// The one connection that writes, where there must not be more.
    pub(super) writer: Option<Pool<ConnectionManager<C>>>,
}

impl<C: R2D2Connection + Database + Send + 'static> Plain<C> {
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut C) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let links = self.links.clone();
        web::block(move || work(&mut *links.get()?)).await?
    }

    /// First what must be read, then what is written.
    async fn write<A: 'static, T: Send + 'static>(
        &self,
        check: impl FnOnce(&mut C) -> Answer<A> + Send + 'static,
        write: impl FnOnce(&mut C, A) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let (links, writer) = (self.links.clone(), self.writer.clone());
        let work = move || {
            let mut link = links.get()?;
            let checked = check(&mut link)?;
            let Some(writer) = writer else {
                return write(&mut link, checked);
            };
            drop(link);
            write(&mut *writer.get()?, checked)
        };
        web::block(work).await?
    }
}

fn user(link: &mut impl Database, caller: Hash) -> Answer<Key> {
    let (user,) = link.row(UserOfToken { hash: caller })?.ok_or(Refused::Token)?;
    Ok(user)
}

fn role(link: &mut impl Database, property: Key, user: Key) -> Answer<String> {
    let (role,) = link.row(RoleOn { property, user })?.ok_or(Refused::NotFound)?;
    Ok(role)
}

/// The member, if the caller owns its property.
fn owned(link: &mut impl Database, caller: Hash, id: Key) -> Answer<Member> {
    let owner = user(link, caller)?;
    link.row(MemberUnder { id, owner })?.ok_or(Refused::NotFound)
}

impl<C: R2D2Connection + Database + Send + 'static> Side for Plain<C> {
    async fn get(&self, caller: Hash, id: Key) -> Answer<Member> {
        let work = move |link: &mut C| {
            let user = user(link, caller)?;
            let member = link.row(MemberById { id })?.ok_or(Refused::NotFound)?;
            role(link, member.property, user)?;
            Ok(member)
        };
        self.read(work).await
    }

    async fn list(&self, caller: Hash, property: Key) -> Answer<Vec<Member>> {
        let work = move |link: &mut C| {
            let user = user(link, caller)?;
            role(link, property, user)?;
            Ok(link.rows(MembersOf { property })?)
        };
        self.read(work).await
    }

    async fn accounts(&self, caller: Hash, of: Key) -> Answer<Vec<Account>> {
        let work = move |link: &mut C| {
            if user(link, caller)? != of {
                return Err(Refused::NotFound);
            }
            Ok(link.rows(AccountsOf { user: of })?)
        };
        self.read(work).await
    }

    async fn invite(&self, caller: Hash, invitation: Invitation) -> Answer<Key> {
        let property = invitation.property;
        let check = move |link: &mut C| {
            let user = user(link, caller)?;
            let is_owner = role(link, property, user)? == "owner";
            is_owner.then_some(user).ok_or(Refused::NotFound)
        };
        let write = move |link: &mut C, owner: Key| {
            link.touch(invitation.insert(owner))?;
            Ok(owner)
        };
        self.write(check, write).await
    }

    async fn update(&self, caller: Hash, change: Change) -> Answer<Member> {
        let id = change.id;
        let check = move |link: &mut C| owned(link, caller, id);
        let write = move |link: &mut C, member: Member| {
            link.touch(change.update())?;
            Ok(change.applied(member))
        };
        self.write(check, write).await
    }

    async fn withdraw(&self, caller: Hash, id: Key) -> Answer<()> {
        let check = move |link: &mut C| owned(link, caller, id);
        let write = move |link: &mut C, _: Member| {
            let removed = link.touch(DeleteMember { id })?;
            (removed == 1).then_some(()).ok_or(Refused::NotFound)
        };
        self.write(check, write).await
    }

    async fn mint(&self, minting: Minting) -> Answer<()> {
        let Minting {
            client,
            secret,
            user,
            token,
        } = minting;
        let check = move |link: &mut C| {
            let (stored,) = link.row(SecretOfClient { id: client })?.ok_or(Refused::Token)?;
            (stored == secret.0).then_some(()).ok_or(Refused::Token)
        };
        let write = move |link: &mut C, ()| {
            link.touch(InsertToken { hash: token, user })?;
            Ok(())
        };
        self.write(check, write).await
    }
}

impl Invitation {
    /// The statement that adds the member.
    pub(super) fn insert(&self, owner: Key) -> InsertMember {
        InsertMember {
            id: self.id,
            property: self.property,
            user: self.user,
            role: self.role.clone(),
            invited_at: self.at,
            updated_at: self.at,
            invited_by: owner,
        }
    }
}

impl Change {
    /// The statement that changes the member.
    pub(super) fn update(&self) -> UpdateMember {
        UpdateMember {
            overrides: self.overrides.clone(),
            updated_at: self.at,
            id: self.id,
        }
    }

    /// What the member then is.
    pub(super) fn applied(self, member: Member) -> Member {
        Member {
            overrides: self.overrides,
            updated_at: self.at,
            ..member
        }
    }
}
