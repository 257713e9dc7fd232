//! What the record tells of the past is what was so then: random commands by the real use cases, and every instant asked
//! about again at the end.

use std::time::Duration;

use innkeeper_domain::{
    access::{Actor, Effect, Overrides, Role},
    effects::{MailLimits, RequestId},
    ids::{Ids, PropertyId, UserId},
    people::{InviteFields, UpdateFields, UserState},
    ports::{Direction, PageRequest, PropertyUserFilter, PropertyUserOrder, Queries, Viewer},
    properties::PropertyFields,
    record::PastPlace,
    time::Timestamp,
    tokens::SecretBits,
    usecases::{
        ChangeUserState, Context, CreateProperty, DeleteProperty, InvitePropertyUser, Others,
        UpdatePropertyUser, WithdrawPropertyUser, create_property, delete_property, delete_user,
        history_of_property, invite_property_user, update_property_user, withdraw_property_user,
    },
    values::{Email, Title},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, World, world};

on_each_backend!(
    the_past_is_told_as_it_was,
    requests_that_cross_each_other_end_in_the_same_order,
);

const LIMITS: MailLimits = MailLimits {
    per_actor: u32::MAX,
    pending_per_property: u32::MAX,
    per_recipient_and_property: u32::MAX,
    per_recipient: u32::MAX,
};

/// Numbers that look random and repeat (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most).unwrap()).unwrap()
    }
}

/// A property that things happen to.
struct Inn {
    world: World,
    property: PropertyId,
    founder: UserId,
}

impl Inn {
    fn founded(backend: Backend) -> Self {
        let world = world(backend);
        let founder = world.stored_user("founder@one.example").id;
        let mut inn = Self {
            world,
            property: PropertyId::from_uuid(uuid::Uuid::nil()),
            founder,
        };
        let fields = PropertyFields {
            title: Title::parse("Sea Inn").unwrap(),
            currency: "EUR".parse().unwrap(),
            timezone: None,
            country: None,
            email: None,
        };
        let command = CreateProperty {
            context: inn.context(NOW),
            fields,
            owner: Some(founder),
        };
        inn.property = create_property(&inn.world.store, &command).unwrap().id;
        inn
    }

    fn context(&self, now: Timestamp) -> Context {
        Context {
            actor: Actor::operator(self.world.tenant),
            now,
            ids: Ids::new(now, self.world.id::<()>().uuid().as_u64_pair().0 ^ 0x5eed),
            request: RequestId::parse("history").unwrap(),
        }
    }

    /// Who is on the property now, as the tables say.
    fn now(&self) -> Vec<(UserId, Role, Overrides)> {
        let viewer = Viewer {
            tenant: self.world.tenant,
            user: None,
            limit: innkeeper_domain::access::PropertyLimit::Unlimited,
        };
        let filter = PropertyUserFilter {
            properties: Some(vec![self.property]),
            users: None,
            roles: None,
            order: PropertyUserOrder::InvitedAt,
            direction: Direction::Ascending,
        };
        let page = self
            .world
            .store
            .property_users(&viewer, &filter, PageRequest::first(500))
            .unwrap();
        let mut places: Vec<_> = page
            .items
            .into_iter()
            .map(|view| view.property_user)
            .map(|place| (place.user, place.role, place.overrides))
            .collect();
        places.sort_by_key(|(user, ..)| *user);
        places
    }

    fn then(&self, at: Timestamp) -> Vec<(UserId, Role, Overrides)> {
        let actor = Actor::operator(self.world.tenant);
        let told = history_of_property(&self.world.store, &actor, self.property, at).unwrap();
        assert!(told.iter().all(|place: &PastPlace| place.since <= at));
        let mut places: Vec<_> = told
            .into_iter()
            .map(|place| (place.user, place.role, place.overrides))
            .collect();
        places.sort_by_key(|(user, ..)| *user);
        places
    }

    /// One command at random; a refusal is fine, and changes nothing.
    fn rolls(&self, dice: &mut Dice, now: Timestamp) {
        let (store, context) = (&self.world.store, self.context(now));
        let roles = [Role::User, Role::Owner];
        let role = roles[dice.below(2)];
        let overrides = match dice.below(3) {
            0 => Overrides::parse([("reports.read", Effect::Deny), ("rates.read", Effect::Allow)]).unwrap(),
            1 => Overrides::parse([("listings.update", Effect::Allow)]).unwrap(),
            _ => Overrides::NONE,
        };
        let places = self.world.keep(|repos| {
            repos
                .property_users()
                .of_property(self.world.tenant, self.property)
        });
        let place = (!places.is_empty()).then(|| places[dice.below(places.len())].clone());
        match (dice.below(10), place) {
            (0..=3, _) => {
                let email = format!("guest{}@one.example", dice.below(6));
                let command = InvitePropertyUser {
                    context,
                    property: self.property,
                    fields: Ok(InviteFields {
                        email: Email::parse(&email).unwrap(),
                        role,
                        overrides,
                    }),
                    mail_limits: LIMITS,
                    onboarding_bits: SecretBits::new([1; 16]),
                    onboarding_lifetime: Duration::from_hours(1),
                };
                drop(invite_property_user(store, &command));
            }
            (4..=6, Some(place)) => {
                let fields = UpdateFields {
                    role: (dice.below(2) == 0).then_some(role),
                    overrides: (dice.below(2) == 0).then_some(overrides),
                };
                let command = UpdatePropertyUser {
                    context,
                    id: place.id,
                    fields: Ok(fields),
                };
                drop(update_property_user(store, &command));
            }
            (7 | 8, Some(place)) => {
                let command = WithdrawPropertyUser {
                    context,
                    id: place.id,
                    mail_limits: LIMITS,
                };
                drop(withdraw_property_user(store, &command));
            }
            (_, Some(place)) if place.user != self.founder => {
                let command = ChangeUserState {
                    context,
                    user: place.user,
                };
                drop(delete_user(store, &command));
            }
            (_, _) => {}
        }
    }
}

fn the_past_is_told_as_it_was(backend: Backend) {
    for seed in [0x9e37_79b9, 0xdead_beef, 0x0bad_cafe] {
        let inn = Inn::founded(backend);
        let mut dice = Dice(seed);
        let mut moments = vec![(NOW - Duration::from_secs(1), Vec::new()), (NOW, inn.now())];
        let mut at = NOW;
        for _ in 0..40 {
            at = at + Duration::from_secs(1);
            inn.rolls(&mut dice, at);
            moments.push((at, inn.now()));
            // Until the next command everything stays as it is.
            moments.push((at + Duration::from_micros(999_999), inn.now()));
        }
        at = at + Duration::from_secs(1);
        let command = DeleteProperty {
            context: inn.context(at),
            id: inn.property,
            others: Others::Withdraw,
        };
        delete_property(&inn.world.store, &command).unwrap();
        moments.push((at, Vec::new()));
        for (at, then) in &moments {
            assert_eq!(inn.then(*at), *then, "{seed:x} at {at}");
        }
        let kinds: std::collections::BTreeSet<usize> = moments.iter().map(|(_, then)| then.len()).collect();
        assert!(kinds.len() > 2, "it was no empty story: {kinds:?}");
    }
}

/// A request reads its clock before it waits for others, so what is done later may bear an earlier instant.
fn requests_that_cross_each_other_end_in_the_same_order(backend: Backend) {
    let inn = Inn::founded(backend);
    let mut dice = Dice(0x00c0_ffee);
    let mut at = NOW;
    for step in 0..60 {
        at = at + Duration::from_millis(10);
        let early = Duration::from_millis(if dice.below(2) == 0 { 25 } else { 0 });
        inn.rolls(&mut dice, at - early);
        let after = at + Duration::from_millis(1);
        assert_eq!(inn.then(after), inn.now(), "step {step}");
    }
    assert_eq!(
        inn.world
            .count("users", &format!("state = '{}'", UserState::Active)),
        "1",
        "guests never came in"
    );
}
