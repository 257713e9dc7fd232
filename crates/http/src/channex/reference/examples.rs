//! People and things of the examples, as this dialect shows them.

use serde_json::{Value, json};

use crate::reference::cast::{ADA, GRACE, PLACE, PROPERTY};

pub(super) const INVITED_AT: &str = "2026-05-04T09:30:00.000000Z";

/// Grace at the Seaside Hotel.
pub(super) fn property_user() -> Value {
    let user = grace();
    json!({
        "type": "property_user",
        "id": PLACE,
        "attributes": place(),
        "relationships": {"property": {"data": {"type": "property", "id": PROPERTY}}, "user": {"data": user}},
        "meta": {"status": "active", "invited_at": INVITED_AT, "updated_at": INVITED_AT, "invited_by": ADA}
    })
}

/// The attributes of her place.
pub(super) fn place() -> Value {
    json!({
        "id": PLACE, "property_id": PROPERTY, "user_id": GRACE, "role": "user", "overrides": {"rates.update": false}
    })
}

/// Grace, as others are told of her.
pub(super) fn grace() -> Value {
    let (email, name) = ("grace@example.com", "Grace Hopper");
    json!({
        "type": "user", "id": GRACE, "email": email, "name": name,
        "attributes": {"id": GRACE, "email": email, "name": name}
    })
}

/// The Seaside Hotel.
pub(super) fn property() -> Value {
    let created_at = "2026-05-04T09:00:00.000000Z";
    json!({
        "type": "property",
        "id": PROPERTY,
        "attributes": {
            "id": PROPERTY, "title": "Seaside Hotel", "currency": "EUR", "timezone": "Europe/Lisbon",
            "country": "PT", "email": "desk@seaside.example"
        },
        "meta": {"created_at": created_at, "updated_at": created_at}
    })
}
