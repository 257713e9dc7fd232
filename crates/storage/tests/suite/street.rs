//! A street of two houses in one tenant, and both once more in another: where a wrong row would be found.

use innkeeper_domain::{
    access::{PropertyLimit, Role},
    tokens::SecretHash,
    values::{PersonName, Title},
};
use innkeeper_test_support::Backend;

use crate::world::{OneOfEach, World, world};

/// Two of each in the tenant, and both once more, with the same ids and other contents, in another.
pub(crate) struct Street {
    pub(crate) world: World,
    pub(crate) ours: OneOfEach,
    pub(crate) next: OneOfEach,
    pub(crate) copy: OneOfEach,
}

pub(crate) fn street(backend: Backend) -> Street {
    let world = world(backend);
    let mut ours = world.one_of_each_around("ours@one.example");
    let mut next = world.one_of_each_around("next@one.example");
    for (each, name) in [(&mut ours, "ours"), (&mut next, "next")] {
        each.tenant.name = innkeeper_domain::values::Label::parse(name).unwrap();
        each.api_key.limit = PropertyLimit::Only(vec![each.property.id]);
    }
    world.keep(|repos| ours.write(repos));
    world.keep(|repos| next.write(repos));
    let elsewhere = ours.tenant.id;
    let (mut copy, mut other) = (ours.clone().moved_to(elsewhere), next.clone().moved_to(elsewhere));
    for (each, name) in [(&mut copy, "copy"), (&mut other, "other")] {
        each.tenant = crate::world::a_tenant(world.id(), name);
        each.user.first_name = PersonName::parse("Copy").unwrap();
        each.property.title = Title::parse("Copy").unwrap();
        each.property_user.role = Role::User;
        each.application.user_scoped_only = true;
        each.api_key.last_four = "copy".to_owned();
        each.access_token.secret = SecretHash::from_bytes([8; 32]);
        each.credential.kind = innkeeper_domain::people::CredentialKind::Password;
        world.keep(|repos| each.write(repos));
    }
    Street {
        world,
        ours,
        next,
        copy,
    }
}
