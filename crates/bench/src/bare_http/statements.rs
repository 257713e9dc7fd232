//! Every statement there is: one a table where the handlers ask step by step, and those that ask for all of it at once.

use diesel::sql_types::{BigInt, Binary, Nullable, Text};

use super::{
    key::{Hash, Key, KeyColumn},
    rows::{Account, AccountColumns, Member, MemberColumns},
    statement::{Tells, Touches, statement, tells, touches},
};

tells! {
    /// Whose token it is.
    UserOfToken { hash: Hash as Binary, } -> (Key,) as (KeyColumn,) = "SELECT user_id FROM tokens WHERE hash = ?"
}

tells! {
    /// What somebody is on a property.
    RoleOn { property: Key as KeyColumn, user: Key as KeyColumn, } -> (String,) as (Text,) =
        "SELECT role FROM members WHERE property_id = ? AND user_id = ?"
}

tells! {
    MemberById { id: Key as KeyColumn, } -> Member as MemberColumns =
        "SELECT m.id, m.property_id, m.user_id, m.role, m.overrides, m.invited_at, m.updated_at, m.invited_by, \
         u.email, u.first_name, u.last_name, u.state \
         FROM members m JOIN users u ON u.id = m.user_id WHERE m.id = ?"
}

tells! {
    /// A member of a property that somebody owns.
    MemberUnder { id: Key as KeyColumn, owner: Key as KeyColumn, } -> Member as MemberColumns =
        "SELECT m.id, m.property_id, m.user_id, m.role, m.overrides, m.invited_at, m.updated_at, m.invited_by, \
         u.email, u.first_name, u.last_name, u.state \
         FROM members m JOIN users u ON u.id = m.user_id JOIN members c ON c.property_id = m.property_id \
         WHERE m.id = ? AND c.user_id = ? AND c.role = 'owner'"
}

tells! {
    /// The first twenty of a property.
    MembersOf { property: Key as KeyColumn, } -> Member as MemberColumns =
        "SELECT m.id, m.property_id, m.user_id, m.role, m.overrides, m.invited_at, m.updated_at, m.invited_by, \
         u.email, u.first_name, u.last_name, u.state \
         FROM members m JOIN users u ON u.id = m.user_id WHERE m.property_id = ? \
         ORDER BY m.invited_at, m.id LIMIT 20"
}

tells! {
    /// The first twenty of a user.
    AccountsOf { user: Key as KeyColumn, } -> Account as AccountColumns =
        "SELECT id, user_id, channel, channel_id, channel_display_id, label, email, nb_enabled_listings, nb_listings, \
         last_success_at FROM accounts WHERE user_id = ? ORDER BY created_at, id LIMIT 20"
}

tells! {
    /// The hash of a client's secret.
    SecretOfClient { id: Key as KeyColumn, } -> (Vec<u8>,) as (Binary,) = "SELECT secret_hash FROM clients WHERE id = ?"
}

touches! {
    InsertMember {
        id: Key as KeyColumn,
        property: Key as KeyColumn,
        user: Key as KeyColumn,
        role: String as Text,
        invited_at: i64 as BigInt,
        updated_at: i64 as BigInt,
        invited_by: Key as KeyColumn,
    } = "INSERT INTO members (id, property_id, user_id, role, invited_at, updated_at, invited_by) \
         VALUES (?, ?, ?, ?, ?, ?, ?)"
}

touches! {
    UpdateMember { overrides: Option<String> as Nullable<Text>, updated_at: i64 as BigInt, id: Key as KeyColumn, } =
        "UPDATE members SET overrides = ?, updated_at = ? WHERE id = ?"
}

touches! {
    DeleteMember { id: Key as KeyColumn, } = "DELETE FROM members WHERE id = ?"
}

touches! {
    InsertToken { hash: Hash as Binary, user: Key as KeyColumn, } = "INSERT INTO tokens (hash, user_id) VALUES (?, ?)"
}

tells! {
    /// A member, for whoever has a place on its property.
    SeenMember { id: Key as KeyColumn, hash: Hash as Binary, } -> Member as MemberColumns =
        "SELECT m.id, m.property_id, m.user_id, m.role, m.overrides, m.invited_at, m.updated_at, m.invited_by, \
         u.email, u.first_name, u.last_name, u.state \
         FROM members m JOIN users u ON u.id = m.user_id JOIN members c ON c.property_id = m.property_id \
         JOIN tokens t ON t.user_id = c.user_id WHERE m.id = ? AND t.hash = ?"
}

tells! {
    /// The first twenty of a property, for whoever has a place on it.
    SeenMembers { property: Key as KeyColumn, seen: Key as KeyColumn, hash: Hash as Binary, } -> Member as MemberColumns =
        "SELECT m.id, m.property_id, m.user_id, m.role, m.overrides, m.invited_at, m.updated_at, m.invited_by, \
         u.email, u.first_name, u.last_name, u.state \
         FROM tokens t JOIN members c ON c.user_id = t.user_id AND c.property_id = ? \
         JOIN members m ON m.property_id = ? JOIN users u ON u.id = m.user_id WHERE t.hash = ? \
         ORDER BY m.invited_at, m.id LIMIT 20"
}

tells! {
    /// The first twenty of the token's own user.
    OwnAccounts { hash: Hash as Binary, user: Key as KeyColumn, } -> Account as AccountColumns =
        "SELECT a.id, a.user_id, a.channel, a.channel_id, a.channel_display_id, a.label, a.email, \
         a.nb_enabled_listings, a.nb_listings, a.last_success_at \
         FROM tokens t JOIN accounts a ON a.user_id = t.user_id WHERE t.hash = ? AND t.user_id = ? \
         ORDER BY a.created_at, a.id LIMIT 20"
}

tells! {
    /// Who owns a property with this token.
    OwnerOf { hash: Hash as Binary, property: Key as KeyColumn, } -> (Key,) as (KeyColumn,) =
        "SELECT t.user_id FROM tokens t JOIN members c ON c.user_id = t.user_id \
         WHERE t.hash = ? AND c.property_id = ? AND c.role = 'owner'"
}

tells! {
    /// A member, for the owner of its property.
    OwnedMember { id: Key as KeyColumn, hash: Hash as Binary, } -> Member as MemberColumns =
        "SELECT m.id, m.property_id, m.user_id, m.role, m.overrides, m.invited_at, m.updated_at, m.invited_by, \
         u.email, u.first_name, u.last_name, u.state \
         FROM members m JOIN users u ON u.id = m.user_id JOIN members c ON c.property_id = m.property_id \
         JOIN tokens t ON t.user_id = c.user_id WHERE m.id = ? AND t.hash = ? AND c.role = 'owner'"
}

tells! {
    /// Adds a member if the token's user owns the property, and tells who that is.
    InviteAsOwner {
        id: Key as KeyColumn,
        user: Key as KeyColumn,
        role: String as Text,
        invited_at: i64 as BigInt,
        updated_at: i64 as BigInt,
        hash: Hash as Binary,
        property: Key as KeyColumn,
    } -> (Key,) as (KeyColumn,) =
        "INSERT INTO members (id, property_id, user_id, role, invited_at, updated_at, invited_by) \
         SELECT ?, c.property_id, ?, ?, ?, ?, t.user_id FROM tokens t JOIN members c ON c.user_id = t.user_id \
         WHERE t.hash = ? AND c.property_id = ? AND c.role = 'owner' RETURNING invited_by"
}

tells! {
    /// Changes a member if the token's user owns the property.
    UpdateAsOwner {
        overrides: Option<String> as Nullable<Text>,
        updated_at: i64 as BigInt,
        id: Key as KeyColumn,
        hash: Hash as Binary,
    } -> Member as MemberColumns =
        "UPDATE members m SET overrides = ?, updated_at = ? FROM users u, members c, tokens t \
         WHERE m.id = ? AND t.hash = ? AND u.id = m.user_id AND c.property_id = m.property_id \
         AND c.user_id = t.user_id AND c.role = 'owner' \
         RETURNING m.id, m.property_id, m.user_id, m.role, m.overrides, m.invited_at, m.updated_at, m.invited_by, \
         u.email, u.first_name, u.last_name, u.state"
}

touches! {
    /// Removes a member if the token's user owns the property.
    DeleteAsOwner { id: Key as KeyColumn, hash: Hash as Binary, } =
        "DELETE FROM members m USING members c, tokens t WHERE m.id = ? AND t.hash = ? \
         AND c.property_id = m.property_id AND c.user_id = t.user_id AND c.role = 'owner'"
}

touches! {
    /// Adds a token if the client has shown its secret.
    MintAsClient { hash: Hash as Binary, user: Key as KeyColumn, client: Key as KeyColumn, secret: Hash as Binary, } =
        "INSERT INTO tokens (hash, user_id) SELECT ?, ? FROM clients WHERE id = ? AND secret_hash = ?"
}

touches! {
    Begin {} = "BEGIN IMMEDIATE"
}

touches! {
    Savepoint {} = "SAVEPOINT job"
}

touches! {
    Release {} = "RELEASE job"
}

touches! {
    Undo {} = "ROLLBACK TO job"
}

touches! {
    Commit {} = "COMMIT"
}

touches! {
    RollBack {} = "ROLLBACK"
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use diesel::{
        connection::{InstrumentationEvent, SimpleConnection as _},
        prelude::*,
    };

    use super::*;
    use crate::bare_http::{fill::ON_SQLITE, statement::Database as _};

    #[test]
    fn a_statement_is_prepared_once() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        connection.batch_execute(ON_SQLITE).unwrap();
        let prepared = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&prepared);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::CacheQuery { .. }) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        for n in 0..3 {
            let (id, hash) = (Key(uuid::Uuid::from_u128(n)), Hash([1; 32]));
            let update = UpdateMember {
                overrides: None,
                updated_at: 1,
                id,
            };
            assert!(connection.row(SeenMember { id, hash }).unwrap().is_none());
            assert_eq!(connection.touch(update).unwrap(), 0);
            assert_eq!(connection.touch(Begin {}).unwrap(), 0);
            connection.touch(Commit {}).unwrap();
        }
        assert_eq!(prepared.load(Ordering::Relaxed), 4);
    }
}
