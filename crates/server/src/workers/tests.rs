//! What keeps the queue going, over mocks.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use innkeeper_domain::{
    accounts::ChannelSlug,
    ports::{MockChannelGateway, MockRunQueue, Repos, SlotKey, UnitOfWork, Verdict},
};
use innkeeper_test_support::eventually;

use super::{
    held::tests::{NOW, held, held_in},
    *,
};

/// A store that fails in one way, and counts how often it was asked.
struct Broken {
    asked: AtomicU32,
    fail: fn() -> StoreError,
}

impl Default for Broken {
    fn default() -> Self {
        Self::with(|| StoreError::Busy)
    }
}

impl Broken {
    fn with(fail: fn() -> StoreError) -> Self {
        Self {
            asked: AtomicU32::default(),
            fail,
        }
    }

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
        Err((self.fail)())
    }
}

fn shared<U: UnitOfWork + 'static>(uow: &Arc<U>, expect: impl FnOnce(&mut MockRunQueue)) -> Arc<Shared> {
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
fn a_process_that_ends_does_not_wait_for_a_whole_batch() {
    let uow = Arc::new(Broken::default());
    let shared = shared(&uow, |queue| {
        queue.expect_due().returning(|_, _| Ok(keys(100)));
        queue.expect_report().returning(|_, _, _, _| Ok(()));
        queue.expect_idle().returning(|_, _| Ok(keys(100)));
    });
    shared.timer.close();
    Timer::new(shared, HOUR).tick();
    assert_eq!(uow.asked(), 0);
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
    let shared = shared(&Arc::<Broken>::default(), |_| {});
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
    let (well, stuck) = (held(1), held_in(PickOrder::OldestFirst, 2));
    stuck.age(watchdog::LONGEST_PAGE);
    shared.held.add(&well);
    shared.held.add(&stuck);
    let places = Places::default();
    watchdog::tick(&shared, &places);
    watchdog::tick(&shared, &places);
    assert_eq!(uow.asked(), 1);
    assert!(stuck.is_abandoned() && stuck.time_left(NOW).is_none());
    assert!(!well.is_lost());
    let orders: Vec<PickOrder> = places.threads().iter().map(|(order, _)| *order).collect();
    assert_eq!(orders, [PickOrder::OldestFirst]);
}

#[test]
fn a_stuck_run_that_was_to_try_a_channel_leaves_that_to_another() {
    let shared = shared(&Arc::<Broken>::default(), |_| {});
    shared.bell.close();
    let (stuck, other) = (held(1), held(2));
    let channel: ChannelSlug = "hostaway".parse().unwrap();
    let begun = Instant::now();
    for _ in 0..5 {
        shared.circuits.failed(&channel, stuck.hold.claim, begun);
    }
    let later = begun + Duration::from_mins(1);
    assert!(shared.circuits.admits(&channel, stuck.hold.claim, later));
    stuck.age(watchdog::LONGEST_PAGE);
    shared.held.add(&stuck);
    watchdog::tick(&shared, &Places::default());
    assert!(shared.circuits.admits(&channel, other.hold.claim, later));
}

#[test]
fn an_end_does_not_wait_for_threads_that_were_given_up() {
    let shared = shared(&Arc::<Broken>::default(), |_| {});
    let places = Places::default();
    let (stuck, bell) = (held(1), Arc::new(Bell::new(1)));
    let theirs = bell.clone();
    let thread = thread::spawn(move || theirs.wait(Duration::from_mins(1)));
    places.threads().push((PickOrder::PeopleFirst, thread));
    shared.held.add(&stuck);
    assert!(!places.have_ended(&shared));
    stuck.abandon();
    assert!(places.have_ended(&shared));
    bell.close();
}

/// A store that breaks everything at first.
#[derive(Default)]
struct Panics {
    asked: AtomicU32,
}

impl UnitOfWork for Panics {
    fn run(
        &self,
        _name: &'static str,
        _body: &mut dyn FnMut(&mut dyn Repos) -> Verdict,
    ) -> Result<(), StoreError> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        assert!(asked > 0, "the first call breaks off");
        Err(StoreError::failed("no more work"))
    }
}

#[test]
fn a_place_that_breaks_off_looks_again() {
    let uow = Arc::new(Panics::default());
    let shared = shared(&uow, |queue| {
        queue.expect_ready().returning(|_, _, _| Ok(keys(1)));
    });
    // So that it need not rest.
    shared.bell.ring();
    let places = Places::default();
    places.start(&shared, PickOrder::PeopleFirst).unwrap();
    eventually(Duration::from_secs(20), "a second look", || {
        (uow.asked.load(Ordering::SeqCst) > 1).then_some(())
    });
    shared.bell.close();
    eventually(Duration::from_secs(20), "its end", || {
        places.have_ended(&shared).then_some(())
    });
}

#[test]
fn a_slot_that_cannot_be_read_is_passed_over_and_told_once() {
    let uow = Arc::new(Broken::with(|| StoreError::Corrupt {
        table: "slots",
        id: "1".to_owned(),
        what: "no such state".to_owned(),
    }));
    let shared = shared(&uow, |queue| {
        queue.expect_ready().returning(|_, _, _| Ok(keys(3)));
    });
    assert!(place::take(&shared, PickOrder::PeopleFirst).unwrap().is_none());
    assert_eq!(uow.asked(), 3);
    assert!(!keys(3).into_iter().any(|key| shared.is_first_time(key)));
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
