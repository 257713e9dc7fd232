//! An account of a played channel, with a worker at hand.

use std::time::Duration;

use innkeeper_domain::{
    accounts::HealthState,
    ids::{AccountId, UserId},
    ports::{MockQueries, SlotKey},
    sync::{IfRunning, Threshold},
    time::Timestamp,
    usecases::{
        AddAccount, Hold, ImportEnd, ImportPorts, RefreshAccount, Work, add_account, load_work,
        refresh_account, run_import, schedule_run, take_run,
    },
};

use crate::{
    cast::{NOW, tenant},
    remote::{Calm, Remote, Script, credentials, listing, reservation},
    world::{World, application},
};

/// A world with one account of one user, whose initial import is queued.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) remote: Remote,
    pub(crate) user: UserId,
    pub(crate) account: AccountId,
}

impl Stage {
    pub(crate) fn new(script: Script) -> Self {
        let (world, remote) = (World::new(), Remote::new(script));
        let user = world.person("ana");
        let state = world.state();
        let mut queries = MockQueries::new();
        queries
            .expect_user()
            .returning(move |_, id| Ok(state.user(id).cloned()));
        let command = AddAccount {
            context: world.context(&application()),
            user,
            channel: "hostaway".to_owned(),
            credentials: credentials("77"),
            label: None,
        };
        let account = add_account(&queries, &remote, &world.store, &command)
            .unwrap()
            .account;
        Self {
            world,
            remote,
            user,
            account,
        }
    }

    /// Two listings of two reservations each, in pages of two.
    pub(crate) fn furnished(change: impl FnOnce(&mut Script)) -> Self {
        let mut script = Script {
            listings: ["a", "b", "c"].map(listing).into(),
            reservations: vec![
                reservation("1", "a"),
                reservation("2", "b"),
                reservation("3", "a"),
                reservation("4", "c"),
            ],
            ..Script::default()
        };
        change(&mut script);
        Self::new(script)
    }

    pub(crate) fn key(&self) -> SlotKey {
        SlotKey {
            tenant: tenant(),
            account: self.account,
        }
    }

    pub(crate) fn take(&self, now: Timestamp) -> Option<Work> {
        let (claim, worker) = (self.world.fresh(), self.world.fresh());
        let started = take_run(&self.world.store, self.key(), (claim, worker), now).unwrap()?;
        let hold = Hold {
            key: self.key(),
            run: started.run,
            claim,
        };
        Some(load_work(&self.world.store, hold, started).unwrap().unwrap())
    }

    pub(crate) fn go_on(&self, work: Work, watch: &Calm) -> ImportEnd {
        let ports = ImportPorts {
            uow: &self.world.store,
            gateway: &self.remote,
            watch,
        };
        run_import(ports, work).unwrap()
    }

    /// Takes the run that is ready and works on it.
    pub(crate) fn work_at(&self, now: Timestamp) -> ImportEnd {
        let work = self.take(now).expect("a run is ready");
        self.go_on(work, &Calm::at(now))
    }

    pub(crate) fn refresh(&self, minutes: u32) {
        let command = RefreshAccount {
            context: self.world.context(&application()),
            user: self.user,
            account: self.account,
            threshold: Threshold::from_minutes(minutes).unwrap(),
            if_running: IfRunning::Refuse,
        };
        refresh_account(&self.world.store, &command).unwrap();
    }

    /// Lets a scheduled run begin at an instant, and works on it.
    pub(crate) fn scheduled_at(&self, now: Timestamp) -> ImportEnd {
        assert!(schedule_run(&self.world.store, self.key(), self.world.fresh(), now).unwrap());
        self.remote.script(|script| script.now = Some(now));
        self.work_at(now)
    }

    pub(crate) fn health(&self) -> HealthState {
        let kept = self.world.state();
        kept.account(self.account).unwrap().health.state
    }

    pub(crate) fn asked(&self) -> usize {
        self.remote.script(|script| script.asked.len())
    }

    /// What is stored, by the channel's ids.
    pub(crate) fn stored(&self) -> (Vec<String>, Vec<String>) {
        let state = self.world.state();
        let mut listings: Vec<String> = state
            .listings
            .iter()
            .map(|(row, _)| row.record.channel_listing_id.clone())
            .collect();
        let mut reservations: Vec<String> = state
            .reservations
            .iter()
            .map(|row| row.record.channel_reservation_id.clone())
            .collect();
        listings.sort();
        reservations.sort();
        (listings, reservations)
    }
}

/// So many hours after the account was added.
pub(crate) fn later(hours: u64) -> Timestamp {
    NOW + Duration::from_hours(hours)
}
