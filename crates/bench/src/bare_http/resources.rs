//! Answers, with the same members as Innkeeper's, so that they are about as long.

use innkeeper_domain::time::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{
    key::Key,
    rows::{Account, Member},
};

#[derive(Serialize)]
pub(super) struct Data<T> {
    pub(super) data: T,
}

#[derive(Serialize)]
pub(super) struct List<T, M> {
    pub(super) data: Vec<T>,
    pub(super) meta: M,
}

#[derive(Serialize)]
pub(super) struct PageMeta {
    pub(super) total: usize,
    pub(super) limit: usize,
    pub(super) page: usize,
    pub(super) order_by: &'static str,
    pub(super) order_direction: &'static str,
}

#[derive(Serialize)]
struct Link {
    r#type: &'static str,
    id: Key,
}

#[derive(Serialize)]
pub(super) struct MemberResource {
    r#type: &'static str,
    id: Key,
    attributes: MemberAttributes,
    relationships: Relationships,
    meta: MemberMeta,
}

#[derive(Serialize)]
struct MemberAttributes {
    id: Key,
    property_id: Key,
    user_id: Key,
    role: String,
    overrides: Option<Value>,
}

#[derive(Serialize)]
struct Relationships {
    property: Data<Link>,
    user: Data<UserLink>,
}

#[derive(Serialize)]
struct UserLink {
    r#type: &'static str,
    id: Key,
    email: String,
    name: String,
    attributes: UserAttributes,
}

#[derive(Serialize)]
struct UserAttributes {
    id: Key,
    email: String,
    name: String,
}

#[derive(Serialize)]
struct MemberMeta {
    status: String,
    invited_at: Timestamp,
    updated_at: Timestamp,
    invited_by: Option<Key>,
}

impl From<Member> for MemberResource {
    fn from(member: Member) -> Self {
        let name = match member.last_name {
            Some(last) => format!("{} {last}", member.first_name),
            None => member.first_name,
        };
        let stored = member.overrides.as_deref();
        Self {
            r#type: "property_user",
            id: member.id,
            attributes: MemberAttributes {
                id: member.id,
                property_id: member.property,
                user_id: member.user,
                role: member.role,
                overrides: stored.and_then(|text| serde_json::from_str(text).ok()),
            },
            relationships: Relationships {
                property: Data {
                    data: Link {
                        r#type: "property",
                        id: member.property,
                    },
                },
                user: Data {
                    data: UserLink {
                        r#type: "user",
                        id: member.user,
                        email: member.email.clone(),
                        name: name.clone(),
                        attributes: UserAttributes {
                            id: member.user,
                            email: member.email,
                            name,
                        },
                    },
                },
            },
            meta: MemberMeta {
                status: member.state,
                invited_at: Timestamp::from_micros(member.invited_at),
                updated_at: Timestamp::from_micros(member.updated_at),
                invited_by: member.invited_by,
            },
        }
    }
}

#[derive(Serialize)]
pub(super) struct AccountResource {
    r#type: &'static str,
    id: Key,
    attributes: AccountAttributes,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct AccountAttributes {
    user_id: Key,
    channel: String,
    channel_id: String,
    channel_display_id: Option<String>,
    label: String,
    email: Option<String>,
    valid: bool,
    nb_enabled_listings: i64,
    nb_listings: i64,
    is_pms: bool,
    sync_status: SyncStatus,
    sync_detail: SyncDetail,
    health: Health,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct SyncStatus {
    state: &'static str,
    last_successful_sync_at: Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct SyncDetail {
    run_id: Option<Key>,
    kind: Option<&'static str>,
    phase: Option<&'static str>,
    waiting_reason: Option<&'static str>,
    next_attempt_at: Option<Timestamp>,
    listings: Option<i64>,
    nb_reservations: Option<i64>,
    follow_up_run_id: Option<Key>,
    data_as_of: Option<Timestamp>,
    last_run_result: Option<&'static str>,
    last_failure: Option<&'static str>,
    listings_ready_at: Option<Timestamp>,
    recent_ready_at: Option<Timestamp>,
    history_ready_at: Option<Timestamp>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Health {
    state: &'static str,
    code: Option<&'static str>,
    since: Timestamp,
    user_text: Option<&'static str>,
    action: Option<&'static str>,
    expires_at: Option<Timestamp>,
    next_check_at: Option<Timestamp>,
}

impl From<Account> for AccountResource {
    fn from(account: Account) -> Self {
        let synced_at = Timestamp::from_micros(account.synced_at);
        Self {
            r#type: "accounts",
            id: account.id,
            attributes: AccountAttributes {
                user_id: account.user,
                channel: account.channel,
                channel_id: account.channel_id,
                channel_display_id: account.channel_display_id,
                label: account.label,
                email: account.email,
                valid: true,
                nb_enabled_listings: account.enabled,
                nb_listings: account.listings,
                is_pms: true,
                sync_status: SyncStatus {
                    state: "synchronized",
                    last_successful_sync_at: synced_at,
                },
                sync_detail: SyncDetail {
                    run_id: None,
                    kind: None,
                    phase: None,
                    waiting_reason: None,
                    next_attempt_at: None,
                    listings: None,
                    nb_reservations: None,
                    follow_up_run_id: None,
                    data_as_of: Some(synced_at),
                    last_run_result: Some("succeeded"),
                    last_failure: None,
                    listings_ready_at: Some(synced_at),
                    recent_ready_at: Some(synced_at),
                    history_ready_at: Some(synced_at),
                },
                health: Health {
                    state: "healthy",
                    code: None,
                    since: synced_at,
                    user_text: None,
                    action: None,
                    expires_at: None,
                    next_check_at: None,
                },
            },
        }
    }
}

#[derive(Serialize)]
pub(super) struct Minted {
    pub(super) access_token: String,
    pub(super) token_type: &'static str,
    pub(super) expires_in: u32,
    pub(super) scope: &'static str,
    pub(super) user_id: Key,
    pub(super) credential_id: Key,
}

#[derive(Serialize)]
pub(super) struct Success {
    pub(super) meta: Message,
}

#[derive(Serialize)]
pub(super) struct Message {
    pub(super) message: &'static str,
}
