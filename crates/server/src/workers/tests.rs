//! What keeps the queue going, over mocks.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use innkeeper_domain::ports::{MockChannelGateway, MockRunQueue, Repos, SlotKey, UnitOfWork, Verdict};

use super::{
    held::tests::{NOW, held},
    *,
};

/// A store that is out of order, and counts how often it was asked.
#[derive(Default)]
struct Broken {
    asked: AtomicU32,
}

impl Broken {
    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

impl UnitOfWork for Broken {
    fn run(
        &self,
        _name: &'static str,
        _body: &mut dyn FnMut(&mut dyn Repos) -> Verdict,
    ) -> Result<(), StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Err(StoreError::Busy)
    }
}

fn shared(uow: &Arc<Broken>, expect: impl FnOnce(&mut MockRunQueue)) -> Arc<Shared> {
    let mut queue = MockRunQueue::new();
    queue.expect_now().returning(|| Ok(NOW));
    expect(&mut queue);
    let ports = WorkerPorts {
        uow: uow.clone(),
        tending: uow.clone(),
        queue: Arc::new(queue),
        gateway: Arc::new(MockChannelGateway::new()),
    };
    Arc::new(Shared::new(ports, Arc::new(Bell::new(1))).unwrap())
}

const HOUR: Duration = Duration::from_hours(1);

fn keys(count: u64) -> Vec<SlotKey> {
    (0..count).map(|seed| held(seed).hold.key).collect()
}

#[test]
fn a_slot_that_fails_does_not_keep_the_others_waiting() {
    let uow = Arc::new(Broken::default());
    let shared = shared(&uow, |queue| {
        queue.expect_due().times(1).returning(|_, _| Ok(keys(3)));
        queue.expect_report().times(1).returning(|_, _, _, _| Ok(()));
        queue.expect_idle().times(1).returning(|before, _| {
            // The time goes on by itself, so that it is an hour and a little more.
            assert!(before >= NOW - HOUR && before < NOW - HOUR + Duration::from_secs(30));
            Ok(keys(2))
        });
    });
    let mut timer = Timer::new(shared, HOUR);
    let pause = timer.tick();
    assert_eq!(uow.asked(), 5);
    assert!(
        pause >= Duration::from_secs(1) && pause <= Duration::from_secs(2),
        "{pause:?}"
    );
}

#[test]
fn never_is_a_schedule_too() {
    let uow = Arc::new(Broken::default());
    let shared = shared(&uow, |queue| {
        queue.expect_due().returning(|_, _| Err(StoreError::Busy));
        queue
            .expect_report()
            .returning(|_, _, _, _| Err(StoreError::Busy));
        queue.expect_idle().never();
    });
    Timer::new(shared, Duration::ZERO).tick();
}

#[test]
fn what_is_due_soon_is_not_slept_over() {
    let shared = shared(&Arc::default(), |_| {});
    let long = Duration::from_mins(1);
    assert_eq!(shared.sleep(long), long);
    shared.look_in(Duration::from_secs(30));
    shared.look_in(Duration::from_secs(10));
    assert!(shared.sleep(long) <= Duration::from_secs(10));
    shared.look_in(Duration::ZERO);
    assert!(
        shared.sleep(long) > Duration::from_secs(5),
        "what is due by now was looked at"
    );
}

#[test]
fn only_silent_runs_are_renewed_and_a_failure_takes_none_away() {
    let uow = Arc::new(Broken::default());
    let shared = shared(&uow, |_| {});
    let (fresh, silent, lost) = (held(1), held(2), held(3));
    silent.age(Duration::from_secs(12));
    lost.age(Duration::from_secs(12));
    lost.lose();
    for held in [&fresh, &silent, &lost] {
        shared.held.add(held);
    }
    renewal::tick(&shared);
    assert_eq!(uow.asked(), 1);
    assert!(!silent.is_lost() && silent.time_left(NOW).is_some());
}

#[test]
fn a_stuck_run_is_handed_back_once_and_its_place_filled() {
    let uow = Arc::new(Broken::default());
    let shared = shared(&uow, |_| {});
    // So that the thread that comes in its place ends at once.
    shared.bell.close();
    let (well, stuck) = (held(1), held(2));
    stuck.age(watchdog::LONGEST_PAGE);
    shared.held.add(&well);
    shared.held.add(&stuck);
    let places = Places::default();
    watchdog::tick(&shared, &places);
    watchdog::tick(&shared, &places);
    assert_eq!(uow.asked(), 1);
    assert!(stuck.is_abandoned() && stuck.time_left(NOW).is_none());
    assert!(!well.is_lost());
    assert_eq!(places.threads.lock().unwrap().len(), 1);
}

#[test]
fn a_quarter_of_the_places_takes_the_oldest_work() {
    let oldest = |count: u32| {
        let orders = (0..count).map(|place| order_of(place, count));
        orders.filter(|order| *order == PickOrder::OldestFirst).count()
    };
    let of = [1, 3, 4, 7, 8, 16].map(oldest);
    assert_eq!(of, [0, 0, 1, 1, 2, 4]);
}
