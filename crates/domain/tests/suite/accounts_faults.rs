//! What goes wrong with a channel: one table of what each class means, and of how an account fares after it.

use innkeeper_domain::accounts::{ChannelFailure, ChannelFault, FaultSide, Health, HealthState};
use rstest::rstest;

use crate::{cast::NOW, sync_cast::seconds};

/// Columns: the code, with whom it lies, whether no later try can do better, whether the person can do something, the
/// health after it.
#[rstest]
#[case(
    ChannelFault::InvalidCredentials,
    "invalid_credentials",
    FaultSide::Account,
    true,
    true,
    Some(HealthState::NeedsReauth)
)]
#[case(
    ChannelFault::AuthorizationRevoked,
    "authorization_revoked",
    FaultSide::Account,
    true,
    true,
    Some(HealthState::NeedsReauth)
)]
#[case(
    ChannelFault::UserActionRequired,
    "user_action_required",
    FaultSide::Account,
    true,
    true,
    Some(HealthState::ActionRequired)
)]
#[case(
    ChannelFault::InsufficientPermissions,
    "insufficient_permissions",
    FaultSide::Account,
    false,
    true,
    Some(HealthState::ActionRequired)
)]
#[case(
    ChannelFault::ConnectedElsewhere,
    "connected_elsewhere",
    FaultSide::Account,
    true,
    true,
    Some(HealthState::ActionRequired)
)]
#[case(
    ChannelFault::CodeAlreadyUsed,
    "code_already_used",
    FaultSide::Account,
    true,
    true,
    Some(HealthState::NeedsReauth)
)]
#[case(
    ChannelFault::RateLimited,
    "channel_rate_limited",
    FaultSide::Channel,
    false,
    false,
    Some(HealthState::RateLimited)
)]
#[case(
    ChannelFault::Unavailable,
    "channel_unavailable",
    FaultSide::Channel,
    false,
    false,
    Some(HealthState::ChannelDown)
)]
#[case(
    ChannelFault::BadResponse,
    "channel_bad_response",
    FaultSide::Channel,
    false,
    false,
    Some(HealthState::Degraded)
)]
#[case(
    ChannelFault::Unsupported,
    "unsupported",
    FaultSide::Account,
    false,
    false,
    Some(HealthState::Degraded)
)]
#[case(ChannelFault::Internal, "internal", FaultSide::Ours, false, false, None)]
#[case(
    ChannelFault::Crashed,
    "crashed",
    FaultSide::Ours,
    false,
    true,
    Some(HealthState::Degraded)
)]
fn each_class_of_failure_means_the_same_everywhere(
    #[case] fault: ChannelFault,
    #[case] code: &str,
    #[case] side: FaultSide,
    #[case] is_refusal: bool,
    #[case] has_action: bool,
    #[case] health: Option<HealthState>,
) {
    assert_eq!(
        (fault.as_str(), ChannelFault::from_code(code)),
        (code, Some(fault))
    );
    assert_eq!(ChannelFailure::from(fault).to_string(), code);
    assert_eq!(fault.side(), side);
    assert_eq!(
        (fault.is_refusal(), fault.action().is_some()),
        (is_refusal, has_action)
    );
    assert_eq!(HealthState::after(fault), health);
    // What no later try can mend must stop the schedule.
    let stops = health.is_some_and(|state| !state.is_valid());
    assert!(stops || !is_refusal);
}

#[test]
fn what_people_are_told_are_sentences_of_our_own() {
    let told: Vec<_> = ChannelFault::ALL.into_iter().map(ChannelFault::told).collect();
    let actions = ChannelFault::ALL.into_iter().filter_map(ChannelFault::action);
    for text in told.iter().copied().chain(actions) {
        assert!(
            text.ends_with('.') && text.starts_with(char::is_uppercase),
            "{text}"
        );
    }
    let distinct: std::collections::BTreeSet<_> = told.iter().collect();
    assert_eq!(distinct.len(), ChannelFault::ALL.len());
    assert_eq!(ChannelFault::from_code("rate_limited"), None);
}

/// Columns: the name, whether the credentials work as far as is known, whether a page that came in ends it.
#[rstest]
#[case(HealthState::Healthy, "healthy", true, false)]
#[case(HealthState::Degraded, "degraded", true, false)]
#[case(HealthState::RateLimited, "rate_limited", true, true)]
#[case(HealthState::ChannelDown, "channel_down", true, true)]
#[case(HealthState::NeedsReauth, "needs_reauth", false, true)]
#[case(HealthState::ActionRequired, "action_required", false, false)]
#[case(HealthState::Unreadable, "unreadable", false, true)]
fn each_state_of_health_is_one_thing(
    #[case] state: HealthState,
    #[case] name: &str,
    #[case] is_valid: bool,
    #[case] ends_with_a_page: bool,
) {
    assert_eq!(
        (state.as_str(), HealthState::from_name(name)),
        (name, Some(state))
    );
    assert_eq!(
        (state.is_valid(), state.ends_with_a_page()),
        (is_valid, ends_with_a_page)
    );
    assert_eq!(HealthState::from_name("Healthy"), None);
}

#[test]
fn the_same_state_for_the_same_reason_keeps_its_beginning() {
    let later = NOW + seconds(60);
    let down = Health::healthy(NOW).becoming(HealthState::ChannelDown, Some(ChannelFault::Unavailable), NOW);
    assert_eq!(
        down.becoming(HealthState::ChannelDown, Some(ChannelFault::Unavailable), later),
        down
    );
    let other = down.becoming(HealthState::ChannelDown, Some(ChannelFault::RateLimited), later);
    assert_eq!(
        (other.since, other.fault),
        (later, Some(ChannelFault::RateLimited))
    );
    let well = down.becoming(HealthState::Healthy, None, later);
    assert_eq!(well, Health::healthy(later));
}
