//! What viewers see in lists, compared with a slow and simple reckoning.

use std::{cmp::Reverse, time::Duration};

use innkeeper_domain::{
    access::{Effect, Overrides, PropertyLimit, Role},
    ids::{PropertyId, UserId},
    people::{PropertyUser, User},
    ports::{Direction, PropertyFilter, PropertyUserFilter, PropertyUserOrder, Queries, Viewer},
    properties::Property,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::lists::compare;
use crate::world::{NOW, World, world};

on_each_backend!(
    property_users_for_everybody_in_every_way,
    properties_for_everybody_in_every_way,
    what_a_grant_shows_is_stored_as_computed,
);

/// Four users on five properties, with all kinds of grants, some withdrawn.
pub(crate) struct Town {
    pub(crate) world: World,
    pub(crate) users: Vec<User>,
    pub(crate) properties: Vec<Property>,
    pub(crate) live: Vec<PropertyUser>,
}

pub(crate) fn town(backend: Backend) -> Town {
    let world = world(backend);
    let users: Vec<_> = (0..4)
        .map(|n| world.stored_user(&format!("u{n}@one.example")))
        .collect();
    let titles = ["Zebra", "apple", "Äpfel", "a b", "Apple"];
    let mut properties: Vec<_> = titles.map(|title| world.stored_property(title)).to_vec();
    let mut live = Vec::new();
    let blind = Overrides::parse([("users.read", Effect::Deny)]).unwrap();
    let blinder = Overrides::parse([("property.read", Effect::Deny)]).unwrap();
    let kinds = [
        (Role::Owner, Overrides::NONE),
        (Role::User, Overrides::NONE),
        (Role::User, blind),
        (Role::User, blinder),
    ];
    for (p, property) in properties.iter().enumerate() {
        for (u, user) in users.iter().enumerate() {
            let place = p * users.len() + u;
            if place % 7 == 5 {
                continue;
            }
            let (role, overrides) = kinds[(p + u * 3) % kinds.len()].clone();
            let mut property_user = world.property_user(property, user.id, role);
            property_user.overrides = overrides;
            // Groups of three are invited at the same instant, in another order than that of their ids.
            property_user.invited_at = NOW + Duration::from_secs(u64::try_from((40 - place) / 3).unwrap());
            world.keep(|repos| repos.property_users().insert(&property_user));
            if place % 9 == 4 {
                world.keep(|repos| {
                    repos
                        .property_users()
                        .withdraw(world.tenant, &[property_user.id], NOW)
                });
            } else {
                live.push(property_user);
            }
        }
    }
    // One property is gone, as are those who were on it.
    let gone = properties.pop().unwrap();
    let theirs: Vec<_> = live
        .extract_if(.., |one| one.property == gone.id)
        .map(|one| one.id)
        .collect();
    world.keep(|repos| repos.property_users().withdraw(world.tenant, &theirs, NOW));
    world.keep(|repos| repos.properties().delete(world.tenant, gone.id, NOW));
    Town {
        world,
        users,
        properties,
        live,
    }
}

impl Town {
    fn shows(&self, viewer: &Viewer, property: PropertyId, people: bool) -> bool {
        let theirs = |user: UserId| {
            self.live
                .iter()
                .find(|one| one.user == user && one.property == property)
        };
        let seen = viewer.user.is_none_or(|user| {
            theirs(user).is_some_and(|one| {
                if people {
                    one.sight().users
                } else {
                    one.sight().property
                }
            })
        });
        seen && viewer.limit.covers(property)
    }

    fn viewers(&self) -> Vec<Viewer> {
        let some = vec![self.properties[3].id, self.properties[0].id, self.world.id()];
        let limits = [
            PropertyLimit::Unlimited,
            PropertyLimit::Only(some),
            PropertyLimit::Only(Vec::new()),
        ];
        let users = self
            .users
            .iter()
            .map(|user| Some(user.id))
            .chain([None, Some(self.world.id())]);
        let tenant = self.world.tenant;
        users
            .flat_map(|user| {
                limits.iter().map(move |limit| Viewer {
                    tenant,
                    user,
                    limit: limit.clone(),
                })
            })
            .collect()
    }
}

/// What may be asked of property users.
fn filters(town: &Town) -> Vec<PropertyUserFilter> {
    let base = PropertyUserFilter {
        properties: None,
        users: None,
        roles: None,
        order: PropertyUserOrder::InvitedAt,
        direction: Direction::Ascending,
    };
    let properties = Some(vec![town.properties[0].id, town.properties[1].id]);
    let one = Some(vec![town.properties[0].id]);
    let users = Some(vec![town.users[0].id, town.users[3].id, town.world.id()]);
    vec![
        base.clone(),
        PropertyUserFilter {
            direction: Direction::Descending,
            properties: properties.clone(),
            ..base.clone()
        },
        PropertyUserFilter {
            order: PropertyUserOrder::Role,
            users: users.clone(),
            ..base.clone()
        },
        PropertyUserFilter {
            order: PropertyUserOrder::Role,
            direction: Direction::Descending,
            ..base.clone()
        },
        PropertyUserFilter {
            roles: Some(vec![Role::Owner]),
            ..base.clone()
        },
        PropertyUserFilter {
            roles: Some(vec![Role::Owner, Role::User]),
            properties,
            users,
            ..base.clone()
        },
        PropertyUserFilter {
            roles: Some(Vec::new()),
            ..base.clone()
        },
        // The screen of a property, which has a query of its own, and lists that are all but one.
        PropertyUserFilter {
            properties: one.clone(),
            ..base.clone()
        },
        PropertyUserFilter {
            properties: one.clone(),
            direction: Direction::Descending,
            ..base.clone()
        },
        PropertyUserFilter {
            properties: one,
            roles: Some(vec![Role::User]),
            ..base
        },
    ]
}

fn property_users_for_everybody_in_every_way(backend: Backend) {
    let town = town(backend);
    let filters = filters(&town);
    let mut shown = 0;
    for viewer in town.viewers() {
        for filter in &filters {
            let passes = |one: &&PropertyUser| {
                town.shows(&viewer, one.property, true)
                    && filter
                        .properties
                        .as_ref()
                        .is_none_or(|these| these.contains(&one.property))
                    && filter
                        .users
                        .as_ref()
                        .is_none_or(|these| these.contains(&one.user))
                    && filter
                        .roles
                        .as_ref()
                        .is_none_or(|these| these.contains(&one.role))
            };
            let mut expected: Vec<_> = town.live.iter().filter(passes).cloned().collect();
            let by_age = |one: &PropertyUser| (one.invited_at, one.id);
            match (filter.order, filter.direction) {
                (PropertyUserOrder::InvitedAt, Direction::Ascending) => expected.sort_by_key(by_age),
                (PropertyUserOrder::InvitedAt, Direction::Descending) => {
                    expected.sort_by_key(|one| Reverse(by_age(one)));
                }
                (PropertyUserOrder::Role, Direction::Ascending) => {
                    expected.sort_by_key(|one| (one.role.as_str(), by_age(one)));
                }
                (PropertyUserOrder::Role, Direction::Descending) => {
                    expected.sort_by_key(|one| Reverse((one.role.as_str(), by_age(one))));
                }
            }
            shown += expected.len();
            compare(&expected, &format!("{viewer:?} {filter:?}"), |page| {
                let found = town.world.store.property_users(&viewer, filter, page).unwrap();
                found.map(|view| {
                    assert!(town.users.contains(&view.user));
                    assert_eq!(view.user.id, view.property_user.user);
                    view.property_user
                })
            });
        }
    }
    assert!(shown > 100, "the town is dull: {shown}");
}

fn properties_for_everybody_in_every_way(backend: Backend) {
    let town = town(backend);
    let base = PropertyFilter {
        ids: None,
        titles: None,
        direction: Direction::Ascending,
    };
    // Two of one title, so that the id decides.
    let twin = town.world.stored_property("apple");
    let mut properties = town.properties.clone();
    properties.push(twin.clone());
    let titles = Some(vec!["apple".to_owned(), "Zebra".to_owned(), "APPLE".to_owned()]);
    let filters = [
        base.clone(),
        PropertyFilter {
            direction: Direction::Descending,
            ..base.clone()
        },
        PropertyFilter {
            titles,
            ..base.clone()
        },
        PropertyFilter {
            ids: Some(vec![town.properties[2].id, twin.id]),
            ..base.clone()
        },
        PropertyFilter {
            titles: Some(Vec::new()),
            ..base
        },
    ];
    for viewer in town.viewers() {
        for filter in &filters {
            let passes = |one: &&Property| {
                town.shows(&viewer, one.id, false)
                    && filter.ids.as_ref().is_none_or(|these| these.contains(&one.id))
                    && filter
                        .titles
                        .as_ref()
                        .is_none_or(|these| these.iter().any(|t| t == one.title.as_str()))
            };
            let mut expected: Vec<_> = properties.iter().filter(passes).cloned().collect();
            // Rust, too, compares texts by their bytes.
            expected
                .sort_by(|one, other| (one.title.as_str(), one.id).cmp(&(other.title.as_str(), other.id)));
            if filter.direction == Direction::Descending {
                expected.reverse();
            }
            compare(&expected, &format!("{viewer:?} {filter:?}"), |page| {
                town.world.store.properties(&viewer, filter, page).unwrap()
            });
        }
    }
}

fn what_a_grant_shows_is_stored_as_computed(backend: Backend) {
    let town = town(backend);
    let mut changed = town.live[0].clone();
    changed.role = Role::User;
    changed.overrides =
        Overrides::parse([("users.read", Effect::Deny), ("property.read", Effect::Allow)]).unwrap();
    town.world.keep(|repos| repos.property_users().update(&changed));
    let all = town.live.iter().skip(1).chain([&changed]);
    let mut kinds = [0; 4];
    for one in all {
        let sight = one.sight();
        let truth = |seen: bool| match backend {
            Backend::Sqlite => i32::from(seen).to_string(),
            Backend::Postgres => seen.to_string(),
        };
        let condition = format!(
            "id = {} AND sees_property = {} AND sees_users = {} AND sees_record = {}",
            town.world.sql(one.id),
            truth(sight.property),
            truth(sight.users),
            truth(sight.record)
        );
        assert_eq!(town.world.count("property_users", &condition), "1", "{one:?}");
        kinds[usize::from(sight.property) + usize::from(sight.users) + usize::from(sight.record)] += 1;
    }
    assert!(
        kinds.iter().all(|count| *count > 0),
        "every kind is there: {kinds:?}"
    );
}
