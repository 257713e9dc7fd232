//! An account with everything that its imports leave in the store.

use std::{collections::BTreeMap, time::Duration};

use innkeeper_domain::{
    accounts::{
        Account, AccountState, CredentialValue, Credentials, Health, ImportHistory, ListingCounts,
        ListingRecord, Position, ReservationRecord, ReservationStatus, Stream, TokenKey,
    },
    ids::{AccountId, RunId, TenantId, UserId},
    imports::{
        Checkpoint, ContentHash, Counts, Item, ItemState, ListingRef, StoredListing, StoredReservation,
        hash_of_listing, hash_of_reservation,
    },
    people::User,
    ports::{Repos, StoreError},
    sync::{Command, Create, Refusal, Slot, Step, decide},
    time::Timestamp,
    values::Label,
};
use zeroize::Zeroizing;

use crate::world::{NOW, World};

/// Under which the tokens of these accounts are kept.
pub(crate) const TOKEN: TokenKey = TokenKey([7; 16]);

pub(crate) fn after(seconds: u64) -> Timestamp {
    NOW + Duration::from_secs(seconds)
}

/// What an import of an account stores.
#[derive(Clone, Debug)]
pub(crate) struct Connected {
    pub(crate) account: Account,
    pub(crate) credentials: Credentials,
    pub(crate) slot: Slot,
    pub(crate) run: RunId,
    pub(crate) listings: Vec<StoredListing>,
    pub(crate) reservations: Vec<StoredReservation>,
    pub(crate) items: Vec<Item>,
    pub(crate) checkpoint: Checkpoint,
}

impl World {
    pub(crate) fn account(&self, user: UserId, channel_id: &str) -> Account {
        Account {
            tenant: self.tenant,
            id: self.id(),
            user,
            channel: "hostaway".parse().unwrap(),
            channel_id: channel_id.to_owned(),
            channel_display_id: Some("No. 7".to_owned()),
            label: Label::parse("Sea side").unwrap(),
            email: Some("Desk@Hotel.example".to_owned()),
            state: AccountState::Active,
            generation: 1,
            health: Health::healthy(NOW),
            listings: ListingCounts::default(),
            imports: ImportHistory::default(),
            created_at: NOW,
            updated_at: NOW,
        }
    }

    pub(crate) fn stored_account(&self, user: UserId, channel_id: &str) -> Account {
        let account = self.account(user, channel_id);
        self.keep(|repos| repos.accounts().insert(&account));
        account
    }

    pub(crate) fn listing(&self, account: &Account, key: &str) -> StoredListing {
        let record = ListingRecord {
            channel_listing_id: key.to_owned(),
            title: Some(format!("House {key}")),
            address: Some("Rua do Sol 1".to_owned()),
            city: Some("Faro".to_owned()),
            country: Some("PT".parse().unwrap()),
            timezone: Some("Europe/Lisbon".parse().unwrap()),
            currency: Some("EUR".parse().unwrap()),
            capacity: Some(4),
            enabled: true,
            changed_at: Some(NOW),
        };
        StoredListing {
            tenant: account.tenant,
            account: account.id,
            id: self.id(),
            hash: hash_of_listing(&record),
            record,
            seen_at: NOW,
            synced_at: Some(NOW),
            updated_at: NOW,
        }
    }

    /// One of which nothing is known but that it is there.
    pub(crate) fn bare_listing(&self, account: &Account, key: &str) -> StoredListing {
        let mut listing = self.listing(account, key);
        listing.record = ListingRecord {
            channel_listing_id: key.to_owned(),
            title: None,
            address: None,
            city: None,
            country: None,
            timezone: None,
            currency: None,
            capacity: None,
            enabled: false,
            changed_at: None,
        };
        listing.synced_at = None;
        listing
    }

    pub(crate) fn reservation(&self, account: &Account, key: &str) -> StoredReservation {
        let record = ReservationRecord {
            channel_reservation_id: key.to_owned(),
            channel_listing_id: Some("L0".to_owned()),
            status: ReservationStatus::Confirmed,
            check_in: "2026-07-01".parse().ok(),
            check_out: "2026-07-08".parse().ok(),
            adults: Some(2),
            children: Some(1),
            total: Some("1250.50".parse().unwrap()),
            currency: Some("EUR".parse().unwrap()),
            booked_at: Some(NOW),
            updated_at: Some(NOW),
            source: Some("Booking site \"é\"".to_owned()),
            confirmation_code: Some("HX-1".to_owned()),
        };
        StoredReservation {
            tenant: account.tenant,
            account: account.id,
            id: self.id(),
            listing: None,
            hash: hash_of_reservation(&record),
            record,
            seen_at: NOW,
            updated_at: NOW,
        }
    }

    /// A person's account in the midst of its first import.
    pub(crate) fn connected(&self, user: &User) -> Connected {
        self.connected_as(user, "acc-1")
    }

    pub(crate) fn connected_as(&self, user: &User, channel_id: &str) -> Connected {
        let account = self.account(user.id, channel_id);
        let run = self.id();
        let slot = created(&account, run);
        let listings: Vec<_> = (0..3).map(|n| self.listing(&account, &format!("L{n}"))).collect();
        let mut reservation = self.reservation(&account, "R0");
        reservation.listing = Some(listings[0].id);
        let reservations = vec![reservation, self.reservation(&account, "R1")];
        let items = listings
            .iter()
            .map(|listing| Item {
                listing: listing.id,
                state: ItemState::ToDo,
            })
            .collect();
        let checkpoint = Checkpoint {
            stream: Stream::Reservations,
            listing: Some(ListingRef {
                id: listings[0].id,
                channel_listing_id: "L0".to_owned(),
            }),
            position: Some(Position("page=2".to_owned())),
            began_at: Some(NOW),
            counts: Counts {
                listings: 3,
                reservations: 2,
                ..Counts::default()
            },
            ..Checkpoint::start(account.tenant, run)
        };
        Connected {
            account,
            credentials: secrets(&[("api_key", "c0ffee-under-the-sea")]),
            slot,
            run,
            listings,
            reservations,
            items,
            checkpoint,
        }
    }

    pub(crate) fn stored_connected(&self, user: &User, channel_id: &str) -> Connected {
        let connected = self.connected_as(user, channel_id);
        self.keep(|repos| connected.write(repos));
        connected
    }

    /// Does what a command leads to, in one transaction, and says what was answered.
    pub(crate) fn command(
        &self,
        (tenant, account): (TenantId, AccountId),
        command: &Command,
        now: Timestamp,
    ) -> Result<Step, Refusal> {
        self.keep(|repos| {
            let slot = repos.slots().lock(tenant, account)?;
            let step = match decide(slot.as_ref(), command, now) {
                Ok(step) => step,
                Err(refusal) => return Ok(Err(refusal)),
            };
            store_step(repos, (tenant, account), slot.is_some(), &step, now)?;
            Ok(Ok(step))
        })
    }
}

/// Stores all of a step.
pub(crate) fn store_step(
    repos: &mut dyn Repos,
    (tenant, account): (TenantId, AccountId),
    is_there: bool,
    step: &Step,
    now: Timestamp,
) -> Result<(), StoreError> {
    match &step.slot {
        Some(slot) if is_there => repos.slots().update(slot, now)?,
        Some(slot) => repos.slots().insert(slot, &"hostaway".parse().unwrap(), now)?,
        None => repos.slots().remove(tenant, account)?,
    }
    repos.runs().apply(tenant, account, &step.runs, None)
}

/// A slot with a pending initial import.
pub(crate) fn created(account: &Account, run: RunId) -> Slot {
    let create = Command::Create(Create {
        tenant: account.tenant,
        account: account.id,
        generation: account.generation,
        run,
    });
    decide(None, &create, NOW).unwrap().slot.unwrap()
}

pub(crate) fn secrets(values: &[(&str, &str)]) -> Credentials {
    let values: BTreeMap<_, _> = values
        .iter()
        .map(|(key, text)| {
            let text = Zeroizing::new((*text).to_owned());
            ((*key).to_owned(), CredentialValue::Text(text))
        })
        .collect();
    Credentials {
        set: "api_key".to_owned(),
        values,
    }
}

impl Connected {
    pub(crate) fn key(&self) -> (TenantId, AccountId) {
        (self.account.tenant, self.account.id)
    }

    pub(crate) fn write(&self, repos: &mut dyn Repos) -> Result<(), StoreError> {
        let (tenant, account) = self.key();
        repos.accounts().insert(&self.account)?;
        repos
            .accounts()
            .keep_credentials(tenant, account, 1, &self.credentials, TOKEN)?;
        let create = Command::Create(Create {
            tenant,
            account,
            generation: 1,
            run: self.run,
        });
        let step = decide(None, &create, NOW).unwrap();
        repos.runs().apply(tenant, account, &step.runs, None)?;
        repos.slots().insert(&self.slot, &self.account.channel, NOW)?;
        let imports = repos.imports();
        imports.put_listings(&self.listings)?;
        imports.put_reservations(&self.reservations)?;
        imports.add_items(tenant, self.run, &self.items)?;
        imports.save_checkpoint(&self.checkpoint)?;
        imports.save_cursor(tenant, account, Stream::Reservations, Some(NOW))
    }

    /// The same things with the same ids in another tenant.
    pub(crate) fn moved_to(mut self, tenant: TenantId) -> Self {
        self.account.tenant = tenant;
        self.slot.tenant = tenant;
        self.checkpoint.tenant = tenant;
        for listing in &mut self.listings {
            listing.tenant = tenant;
        }
        for reservation in &mut self.reservations {
            reservation.tenant = tenant;
        }
        self
    }
}

pub(crate) fn hash(byte: u8) -> ContentHash {
    ContentHash([byte; 16])
}
