//! Rows of `accounts`.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};
use innkeeper_domain::{
    accounts::{Account, AccountState, ChannelFault, Health, HealthState, ImportHistory, ListingCounts},
    ids::kinds,
    ports::StoreError,
    sync::{LastFailure, Outcome, Past, RunState},
    values::Label,
};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::accounts,
};

/// What names an account, and never changes.
#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = accounts, treat_none_as_default_value = false)]
pub(crate) struct AccountIdentityRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::Account>,
    user_id: Key<kinds::User>,
    channel: String,
    channel_id: String,
    created_at: At,
}

/// What is kept with every page.
#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(crate) struct ListingCountsRow {
    nb_listings: i64,
    nb_enabled_listings: i64,
    ever_enabled: bool,
}

/// Everything else.
#[derive(AsChangeset, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = accounts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct AccountStateRow {
    channel_display_id: Option<String>,
    label: String,
    email: Option<String>,
    deleted_at: Option<At>,
    generation: i64,
    health: String,
    health_fault: Option<String>,
    health_since: At,
    last_success_at: Option<At>,
    data_as_of: Option<At>,
    last_outcome: Option<String>,
    last_outcome_fault: Option<String>,
    last_failure_fault: Option<String>,
    last_failure_at: Option<At>,
    listings_ready_at: Option<At>,
    reservations_ready_at: Option<At>,
    updated_at: At,
}

/// A whole account.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(crate) struct AccountRow {
    #[diesel(embed)]
    identity: AccountIdentityRow,
    #[diesel(embed)]
    counts: ListingCountsRow,
    #[diesel(embed)]
    state: AccountStateRow,
}

impl From<&Account> for AccountIdentityRow {
    fn from(account: &Account) -> Self {
        Self {
            tenant_id: Key(account.tenant),
            id: Key(account.id),
            user_id: Key(account.user),
            channel: account.channel.as_str().to_owned(),
            channel_id: account.channel_id.clone(),
            created_at: At(account.created_at),
        }
    }
}

impl From<&ListingCounts> for ListingCountsRow {
    fn from(counts: &ListingCounts) -> Self {
        Self {
            nb_listings: i64::from(counts.all),
            nb_enabled_listings: i64::from(counts.enabled),
            ever_enabled: counts.ever_enabled,
        }
    }
}

fn code(fault: Option<ChannelFault>) -> Option<String> {
    fault.map(|fault| fault.as_str().to_owned())
}

impl From<&Account> for AccountStateRow {
    fn from(account: &Account) -> Self {
        let ImportHistory {
            past,
            listings_ready_at,
            reservations_ready_at,
        } = account.imports;
        let outcome = past.last_outcome;
        Self {
            channel_display_id: account.channel_display_id.clone(),
            label: account.label.as_str().to_owned(),
            email: account.email.clone(),
            deleted_at: match account.state {
                AccountState::Active => None,
                AccountState::Deleted { at } => Some(At(at)),
            },
            generation: i64::from(account.generation),
            health: account.health.state.as_str().to_owned(),
            health_fault: code(account.health.fault),
            health_since: At(account.health.since),
            last_success_at: past.last_success_at.map(At),
            data_as_of: past.data_as_of.map(At),
            last_outcome: outcome.map(|outcome| outcome.state().as_str().to_owned()),
            last_outcome_fault: code(outcome.and_then(Outcome::fault)),
            last_failure_fault: code(past.last_failure.map(|failure| failure.fault)),
            last_failure_at: past.last_failure.map(|failure| At(failure.at)),
            listings_ready_at: listings_ready_at.map(At),
            reservations_ready_at: reservations_ready_at.map(At),
            updated_at: At(account.updated_at),
        }
    }
}

impl Decode for AccountRow {
    const TABLE: &'static str = "accounts";
    type Entity = Account;

    fn decode(self) -> Result<Account, StoreError> {
        let Self {
            identity,
            counts,
            state,
        } = self;
        let cells = Cells::of(Self::TABLE, identity.id.0);
        let health = HealthState::from_name(&state.health);
        Ok(Account {
            tenant: identity.tenant_id.0,
            id: identity.id.0,
            user: identity.user_id.0,
            channel: cells.parse("channel", &identity.channel)?,
            channel_id: identity.channel_id,
            label: cells.made("label", Label::parse(&state.label))?,
            generation: cells.count("generation", state.generation)?,
            health: Health {
                state: cells.present("health", health)?,
                fault: cells.fault("health_fault", state.health_fault.as_deref())?,
                since: state.health_since.0,
            },
            listings: ListingCounts {
                all: cells.count("nb_listings", counts.nb_listings)?,
                enabled: cells.count("nb_enabled_listings", counts.nb_enabled_listings)?,
                ever_enabled: counts.ever_enabled,
            },
            imports: ImportHistory {
                past: past(&cells, &state)?,
                listings_ready_at: state.listings_ready_at.map(|at| at.0),
                reservations_ready_at: state.reservations_ready_at.map(|at| at.0),
            },
            state: match state.deleted_at {
                None => AccountState::Active,
                Some(at) => AccountState::Deleted { at: at.0 },
            },
            channel_display_id: state.channel_display_id,
            email: state.email,
            created_at: identity.created_at.0,
            updated_at: state.updated_at.0,
        })
    }
}

fn past(cells: &Cells<kinds::Account>, row: &AccountStateRow) -> Result<Past, StoreError> {
    let outcome_fault = cells.fault("last_outcome_fault", row.last_outcome_fault.as_deref())?;
    let outcome = |name: &String| match (RunState::from_name(name), outcome_fault) {
        (Some(RunState::Succeeded), None) => Ok(Outcome::Succeeded),
        (Some(RunState::PartiallySucceeded), None) => Ok(Outcome::PartiallySucceeded),
        (Some(RunState::Failed), Some(fault)) => Ok(Outcome::Failed(fault)),
        _ => Err(cells.corrupt("last_outcome")),
    };
    let failure = cells.fault("last_failure_fault", row.last_failure_fault.as_deref())?;
    let last_failure = match (failure, row.last_failure_at) {
        (None, None) => None,
        (Some(fault), Some(at)) => Some(LastFailure { fault, at: at.0 }),
        (None, Some(_)) | (Some(_), None) => return Err(cells.corrupt("last_failure_at")),
    };
    Ok(Past {
        last_success_at: row.last_success_at.map(|at| at.0),
        data_as_of: row.data_as_of.map(|at| at.0),
        last_outcome: row.last_outcome.as_ref().map(outcome).transpose()?,
        last_failure,
    })
}
