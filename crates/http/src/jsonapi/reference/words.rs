//! Plain values of this dialect, as the reference tells them.

use innkeeper_domain::{
    accounts::{
        Amount, ChannelFault, ChannelKind, ChannelSlug, HealthState, LISTING_KEY_MAX, ListingStatus,
        ReservationStatus,
    },
    people::CredentialKind,
    sync::{Disposition, Outcome, RunKind, RunState, SyncState, WaitReason},
    tokens::{KeyState, SecretKind},
    values::Label,
};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat};

use super::super::{
    accounts::{PHASES, REQUESTERS},
    code::Code,
};
use crate::reference::values::{secret, text, values, visible, words};

values! {
    /// An instant that is read.
    AnyInstant => text("An instant of RFC 3339, of any offset.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .examples(["2027-01-01T00:00:00Z"]);
    /// A link.
    Link => uri("An absolute link, under the service's public address.")
        .examples(["https://innkeeper.example/api/v1/users/?page%5Bnumber%5D=1"]);
    /// An address of somebody else's page.
    DocsUrl => uri("Where the channel's makers describe its interface.")
        .examples(["https://api.hostaway.com/documentation"]);
    /// What tells failures apart.
    ErrorCode => words("What went wrong, as clients tell it apart.", Code::all().map(Code::as_str));
    /// The same of those that are about a channel.
    ChannelErrorCode => words("Why an account cannot be added.", Code::of_channels().map(Code::as_str));
    /// The status of an answer.
    ErrorStatus => text("The status of the answer.").pattern(Some("^[45][0-9]{2}$")).examples(["404"]);
    /// How a user stands by their listings.
    UserListingStatus => words(
        "By the enabled listings of the user's accounts: `new` had none so far, `active` has some, `inactive` had some and \
         has none now.",
        ListingStatus::ALL.map(ListingStatus::as_str),
    );
    /// The kind of a login.
    CredentialTypeName => words(
        "`password`: the person signs in. `partner`: an application speaks for them.",
        CredentialKind::ALL.map(CredentialKind::as_str),
    );
    /// The state of a key.
    ApiKeyState => words("Only an `active` key is accepted.", KeyState::ALL.map(KeyState::as_str));
    /// What keys begin with.
    ApiKeyPrefix => words("What every key begins with.", [SecretKind::ApiKey.prefix()]);
    /// A key in the clear.
    ApiKeySecret => secret(SecretKind::ApiKey, "The key itself. It is told this once, and never again.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)));
    /// The end of a secret.
    LastFour => text("The last four characters of the key, by which people tell keys apart.")
        .min_length(Some(4))
        .max_length(Some(4));
    /// The kind of a channel.
    ChannelKindName => words(
        "What the channel is: a property management system, a channel manager, an online travel agency, a calendar feed \
         or a booking site of one's own.",
        ChannelKind::ALL.map(ChannelKind::as_str),
    );
    /// How far back a channel can be read.
    ChannelHistory => text(
        "How far back reservations can be read: all of them (`full`), so many days (`window(365)`), those that are current \
         at the first import and later ones (`from_connection`), or `unknown`.",
    )
    .pattern(Some(r"^(full|window\([0-9]+\)|from_connection|unknown)$"));
    /// The channel of an account.
    AccountChannel => text("The channel's name on the wire: the id of one of the `channels`.")
        .pattern(Some("^[a-z0-9_]+$"))
        .max_length(Some(ChannelSlug::MAX_CHARS))
        .examples(["hostaway"]);
    /// What an account is called.
    AccountLabel => visible("What the account is called.")
        .max_length(Some(Label::MAX_CHARS))
        .examples(["Seaside flats"]);
    /// The channel's id of something.
    ChannelKey => text("The channel's own id.").min_length(Some(1)).max_length(Some(LISTING_KEY_MAX));
    /// The state of an account's imports.
    SyncStateName => words(
        "`in_progress`: an import runs. `queued`: one waits. `completed`: none does, and one has succeeded. `unknown`: none \
         does, and none has succeeded so far.",
        SyncState::ALL.map(SyncState::as_str),
    );
    /// What a run is for.
    RunCause => words("Why there is this import.", RunKind::ALL.map(RunKind::as_str));
    /// Where a run is.
    RunStateName => words("Where the import is. The last five never change again.", RunState::ALL.map(RunState::as_str));
    /// How a run ended.
    RunResult => words(
        "How an import ended.",
        [Outcome::Succeeded, Outcome::PartiallySucceeded, Outcome::Failed(ChannelFault::Internal)]
            .map(|outcome| outcome.state().as_str()),
    );
    /// What a run reads.
    RunPhase => words("What the import reads: listings first.", PHASES);
    /// Why a run waits.
    RunWaitingReason => words(
        "Why the import waits: the channel's limits, a failed try, others whose turn it is, or the loss of its worker.",
        WaitReason::ALL.map(WaitReason::as_str),
    );
    /// Why something failed.
    FaultCode => words("Why it failed.", ChannelFault::ALL.map(ChannelFault::as_str));
    /// Who asked for a run.
    RequesterType => words("Who asked: the operator, an application or a user.", REQUESTERS);
    /// What became of a wish for fresh data.
    RefreshDisposition => words(
        "`queued`: the import is next. `replaced`: it took the place of one that had not started. `merged`: the first import \
         has not started and will do it. `queued_behind`: it comes after the one that runs.",
        Disposition::WORDS,
    );
    /// How an account fares.
    AccountHealthState => words(
        "`healthy`: all is well. `degraded`: the last import brought a part only. `rate_limited`: the channel asks to wait. \
         `channel_down`: the channel is out of order. `needs_reauth`: new credentials are needed. `action_required`: the \
         person has to do something at the channel. `unreadable`: the stored credentials cannot be opened.",
        HealthState::ALL.map(HealthState::as_str),
    );
    /// The status of a reservation.
    ReservationStatusName => words(
        "What became of it. `blocked` is no reservation: the owner holds the dates.",
        ReservationStatus::ALL.map(ReservationStatus::as_str),
    );
    /// An amount of money.
    DecimalAmount => text("A decimal amount as text, so that nothing is rounded.")
        .pattern(Some(format!(
            r"^-?[0-9]{{1,{}}}(\.[0-9]{{1,{}}})?$",
            Amount::MOST_DIGITS,
            Amount::MOST_DECIMALS
        )))
        .examples(["412.50"]);
}

fn uri(description: &str) -> ObjectBuilder {
    text(description).format(Some(SchemaFormat::Custom("uri".to_owned())))
}
