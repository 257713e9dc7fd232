//! One suite for all connectors: the same questions, against the sandbox.

pub(crate) mod bench;
pub(crate) mod connectors;
mod kept;
mod questions;
mod tokens;

macro_rules! ask {
    ($($module:ident $connector:ident),* $(,)?) => {
        $(mod $module {
            use super::{connectors::$connector as CONNECTOR, questions};

            ask!(@ good_credentials_name_the_account bad_credentials_are_refused
                an_unreachable_channel_is_unavailable an_import_holds_the_truth an_empty_account_is_fine
                changes_are_found a_refusal_in_the_middle_is_repaired_or_stands too_many_requests_are_a_wait
                passing_faults_are_told_and_survived a_slow_answer_is_given_up crooked_pages_lose_nothing
                one_token_serves_check_and_import no_secret_is_logged);
        })*
    };
    (@ $($question:ident)*) => {
        $(#[test]
        fn $question() {
            questions::$question(&CONNECTOR);
        })*
    };
}

ask! {
    hostaway HOSTAWAY, hostaway_client HOSTAWAY_CLIENT, guesty GUESTY, guesty_jwt GUESTY_JWT, lodgify LODGIFY,
    ownerrez OWNERREZ, smoobu SMOOBU, hospitable HOSPITABLE, uplisting UPLISTING, hostfully HOSTFULLY, beds24 BEDS24,
    beds24_refresh BEDS24_REFRESH, apaleo APALEO, mews MEWS, cloudbeds CLOUDBEDS, channex CHANNEX,
    rentals_united RENTALS_UNITED, ical ICAL, airbnb AIRBNB, vrbo VRBO, booking_com BOOKING_COM,
}
