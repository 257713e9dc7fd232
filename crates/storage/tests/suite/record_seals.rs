//! Sealing: everything once, in a chain without forks, whoever breaks off or comes late.

use std::{thread, time::Duration};

use innkeeper_domain::{
    effects::AuditRecord,
    ids::{ClaimId, Id},
    ports::{Ledger, StoreError},
    record::Head,
    time::Timestamp,
    usecases::{SEAL_BATCH, SEAL_LEASE, Sealed, seal_records, verify_record},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, World, world};

on_each_backend!(
    records_are_sealed_in_their_order_and_once,
    a_batch_is_bounded_and_says_whether_there_is_more,
    a_latecomer_is_found_above_the_watermark_and_below,
    one_at_a_time_seals_and_a_lease_ends,
    a_claim_that_is_lost_adds_nothing,
    sealers_beside_each_other_never_fork_the_chain,
);

pub(crate) const MINUTE: Duration = Duration::from_mins(1);

impl World {
    /// Stores so many records, as of an instant.
    pub(crate) fn recorded(&self, count: usize, at: Timestamp) -> Vec<AuditRecord> {
        let mut ids = innkeeper_domain::ids::Ids::new(at, self.id::<()>().uuid().as_u64_pair().0);
        let records: Vec<AuditRecord> = (0..count)
            .map(|_| AuditRecord {
                id: ids.make(),
                at,
                ..self.audit_record()
            })
            .collect();
        self.keep(|repos| repos.audit().add(&records));
        records
    }

    pub(crate) fn claim(&self) -> ClaimId {
        self.id()
    }

    pub(crate) fn seal(&self, now: Timestamp) -> Sealed {
        let key = self.store.chain_key();
        seal_records(&self.store, &key, self.tenant, self.claim(), now).unwrap()
    }

    /// Seals all there are.
    pub(crate) fn seal_all(&self, now: Timestamp) {
        while self.seal(now).more {}
    }

    /// What a walk along the seals finds, in one line.
    pub(crate) fn walk(&self, expected: Option<Head>, now: Timestamp) -> String {
        let key = self.store.chain_key();
        let verified = verify_record(&self.store, &key, self.tenant, expected, now).unwrap();
        let chain = match verified.chain {
            Ok(head) => format!("holds to {}", head.position),
            Err(fault) => fault.to_string(),
        };
        match verified.unsealed.count {
            0 => chain,
            count => format!("{chain}; {count} unsealed"),
        }
    }

    fn head(&self) -> Head {
        self.store.sealing(self.tenant).unwrap().unwrap().head
    }
}

fn sealed_ids(world: &World) -> Vec<Id<innkeeper_domain::ids::kinds::AuditRecord>> {
    let seals = world.store.seals(world.tenant, 0, 10_000).unwrap();
    seals.iter().map(|(seal, _)| seal.record).collect()
}

fn records_are_sealed_in_their_order_and_once(backend: Backend) {
    let world = world(backend);
    assert_eq!(world.walk(None, NOW), "holds to 0", "nothing holds");
    let mut ids: Vec<_> = world.recorded(5, NOW).iter().map(|record| record.id).collect();
    assert_eq!(
        world.walk(None, NOW + MINUTE),
        "holds to 0",
        "a minute is allowed"
    );
    assert_eq!(world.walk(None, NOW + 2 * MINUTE), "holds to 0; 5 unsealed");
    let five = Sealed {
        records: 5,
        more: false,
    };
    assert_eq!(world.seal(NOW), five);
    let none = Sealed {
        records: 0,
        more: false,
    };
    assert_eq!(world.seal(NOW), none);
    ids.extend(world.recorded(3, NOW + MINUTE).iter().map(|record| record.id));
    world.seal_all(NOW + MINUTE);
    assert_eq!(sealed_ids(&world), ids);
    assert_eq!(world.walk(Some(world.head()), NOW + 9 * MINUTE), "holds to 8");
}

fn a_batch_is_bounded_and_says_whether_there_is_more(backend: Backend) {
    let world = world(backend);
    let batch = usize::try_from(SEAL_BATCH).unwrap();
    world.recorded(batch + 7, NOW);
    let before = world.store.statements();
    assert_eq!(
        world.seal(NOW),
        Sealed {
            records: SEAL_BATCH,
            more: true
        }
    );
    assert!(
        world.store.statements() - before <= 10,
        "a batch is a handful of statements"
    );
    assert_eq!(
        world.seal(NOW),
        Sealed {
            records: 7,
            more: false
        }
    );
    assert_eq!(
        world.walk(None, NOW + 9 * MINUTE),
        format!("holds to {}", batch + 7)
    );
}

/// A record may be committed long after others that have later ids.
fn a_latecomer_is_found_above_the_watermark_and_below(backend: Backend) {
    let world = world(backend);
    world.recorded(2, NOW);
    world.seal_all(NOW);
    let watermark = || {
        world
            .store
            .sealing(world.tenant)
            .unwrap()
            .unwrap()
            .watermark
            .unwrap()
    };
    world.recorded(1, NOW - MINUTE);
    assert_eq!(world.seal(NOW).records, 1, "the watermark trails behind");
    world.recorded(2, NOW + 20 * MINUTE);
    world.seal_all(NOW + 20 * MINUTE);
    let late = world.recorded(1, NOW + 2 * MINUTE);
    assert!(late[0].id < watermark(), "it is below");
    assert_eq!(world.seal(NOW + 21 * MINUTE).records, 0, "the sweep rests");
    assert_eq!(world.walk(None, NOW + 21 * MINUTE), "holds to 5; 1 unsealed");
    for minutes in [90, 91, 92] {
        world.seal_all(NOW + minutes * MINUTE);
    }
    assert_eq!(world.walk(None, NOW + 92 * MINUTE), "holds to 6");
}

fn one_at_a_time_seals_and_a_lease_ends(backend: Backend) {
    let world = world(backend);
    world.recorded(1, NOW);
    let (first, second) = (world.claim(), world.claim());
    let claim = |claim, now| {
        let until = now + SEAL_LEASE;
        world.store.claim(world.tenant, claim, now, until).unwrap()
    };
    assert!(claim(first, NOW).is_some());
    assert!(claim(second, NOW + SEAL_LEASE - Duration::from_micros(1)).is_none());
    assert_eq!(world.seal(NOW).records, 0, "somebody else is at it");
    assert!(
        claim(second, NOW + SEAL_LEASE).is_some(),
        "what broke off is taken over"
    );
    world.store.release(world.tenant, first).unwrap();
    assert!(
        claim(first, NOW + SEAL_LEASE).is_none(),
        "one who lost it gives nothing back"
    );
    world.store.release(world.tenant, second).unwrap();
    assert_eq!(world.seal(NOW + SEAL_LEASE).records, 1);
}

fn a_claim_that_is_lost_adds_nothing(backend: Backend) {
    let world = world(backend);
    world.recorded(1, NOW);
    let (first, second) = (world.claim(), world.claim());
    let sealing = world
        .store
        .claim(world.tenant, first, NOW, NOW + MINUTE)
        .unwrap()
        .unwrap();
    let records = world.store.unsealed(world.tenant, None, 10).unwrap();
    let key = world.store.chain_key();
    let (seals, head) = innkeeper_domain::record::extend(&key, world.tenant, sealing.head, &records, NOW);
    let after = innkeeper_domain::ports::Sealing { head, ..sealing };
    let append = |claim, before| {
        world
            .store
            .append(world.tenant, claim, before, &seals, &after)
            .unwrap()
    };
    assert!(!append(second, sealing.head), "another claim");
    let elsewhere = Head {
        position: 3,
        ..sealing.head
    };
    assert!(!append(first, elsewhere), "the chain ends elsewhere");
    assert_eq!(world.count("audit_seals", ""), "0");
    assert!(append(first, sealing.head));
    assert!(!append(first, sealing.head), "twice");
    assert_eq!(world.count("audit_seals", ""), "1");
}

/// Some see the lease end early, as a machine with a wrong clock would.
fn sealers_beside_each_other_never_fork_the_chain(backend: Backend) {
    let world = world(backend);
    world.recorded(300, NOW);
    let key = world.store.chain_key();
    thread::scope(|scope| {
        for worker in 0..4_u32 {
            let (world, key) = (&world, &key);
            scope.spawn(move || {
                for round in 0..12_u32 {
                    let now = NOW + SEAL_LEASE * (worker * 12 + round);
                    match seal_records(&world.store, key, world.tenant, world.claim(), now) {
                        Ok(_) | Err(StoreError::Busy | StoreError::Conflict) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            });
        }
        for _ in 0..20 {
            world.recorded(5, NOW);
        }
    });
    world.seal_all(NOW + SEAL_LEASE * 100);
    assert_eq!(world.walk(None, NOW + SEAL_LEASE * 100), "holds to 400");
    assert_eq!(world.count("audit_seals", ""), "400");
}
