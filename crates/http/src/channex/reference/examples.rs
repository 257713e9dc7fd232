//! The people and things of the examples: the same all over the document.

use serde_json::{Value, json};

pub(super) const PROPERTY: &str = "0192f0c0-11d2-7a41-8e2f-5b6c7d8e9f01";
pub(super) const GRACE: &str = "0192f0bf-93a4-7b52-a1c3-d4e5f6071829";
pub(super) const ADA: &str = "0192f0be-5a6b-7c63-9d2e-e1f203142536";
pub(super) const PLACE: &str = "0192f0c1-7a7e-7c3d-9b1e-3f5a2c4d6e8f";
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
