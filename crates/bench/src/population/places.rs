//! Rows of properties and property users.

use innkeeper_domain::{
    access::{Overrides, Role},
    ids::Id,
    people::PropertyUser,
};
use uuid::Uuid;

use super::{
    cells::{Filling, Table},
    numbers::{Kind, Numbers, id, made_at},
};

const HOUSES: [&str; 7] = [
    "Casa do Mar",
    "Hotel Meridian Centro",
    "Gästehaus am Alten Hafen",
    "Villa Bougainvillea",
    "Riverside Apartments",
    "Chalet des Trois Sapins",
    "Old Mill Guesthouse",
];

pub(super) fn properties(tenant: Uuid, numbers: Numbers) -> Filling<'static> {
    let row = move |n: u64| {
        let at = usize::try_from(n).unwrap_or_default() % HOUSES.len();
        let house = HOUSES.get(at).copied().unwrap_or_default();
        vec![
            tenant.into(),
            id(Kind::Property, n).into(),
            format!("{house} {n:07}").into(),
            "EUR".into(),
            "Europe/Lisbon".into(),
            "PT".into(),
            format!("front-desk.{n:07}@meridian-hosts.example.com").into(),
            made_at(n).into(),
            made_at(n).into(),
        ]
    };
    Filling {
        table: Table {
            name: "properties",
            columns: &[
                "tenant_id",
                "id",
                "title",
                "currency",
                "timezone",
                "country",
                "email",
                "created_at",
                "updated_at",
            ],
        },
        rows: Box::new((0..numbers.properties).map(row)),
    }
}

/// The place as the domain knows it.
pub(super) fn property_user(tenant: Uuid, numbers: Numbers, n: u64) -> PropertyUser {
    let property = Numbers::property_of(n);
    let is_owners = Numbers::is_owners(n);
    let owner = id(Kind::User, numbers.owner_of(property));
    PropertyUser {
        tenant: Id::from_uuid(tenant),
        id: Id::from_uuid(id(Kind::Place, n)),
        property: Id::from_uuid(id(Kind::Property, property)),
        user: Id::from_uuid(id(Kind::User, numbers.user_of(n))),
        role: if is_owners { Role::Owner } else { Role::User },
        overrides: Overrides::NONE,
        invited_at: made_at(n),
        updated_at: made_at(n),
        invited_by: (!is_owners).then(|| Id::from_uuid(owner)),
    }
}

pub(super) fn property_users(tenant: Uuid, numbers: Numbers) -> Filling<'static> {
    let row = move |n| {
        let place = property_user(tenant, numbers, n);
        let sight = place.sight();
        vec![
            place.tenant.uuid().into(),
            place.id.uuid().into(),
            place.property.uuid().into(),
            place.user.uuid().into(),
            place.role.as_str().into(),
            sight.property.into(),
            sight.users.into(),
            sight.record.into(),
            place.invited_at.into(),
            place.updated_at.into(),
            place
                .invited_by
                .map_or(super::cells::Cell::Null, |by| by.uuid().into()),
        ]
    };
    Filling {
        table: Table {
            name: "property_users",
            columns: &[
                "tenant_id",
                "id",
                "property_id",
                "user_id",
                "role",
                "sees_property",
                "sees_users",
                "sees_record",
                "invited_at",
                "updated_at",
                "invited_by",
            ],
        },
        rows: Box::new((0..numbers.places).map(row)),
    }
}
