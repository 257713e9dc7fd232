//! The connectors that the suite asks its questions.

use std::collections::BTreeMap;

use innkeeper_domain::accounts::{CredentialValue, Credentials};

/// One way into one channel.
pub(crate) struct Connector {
    pub(crate) slug: &'static str,
    pub(crate) set: &'static str,
    /// Field and value; `$` stands for the secret, `@` for the link of a calendar with the secret in it.
    pub(crate) values: &'static [(&'static str, &'static str)],
    /// Whether the channel issues tokens that end.
    pub(crate) tokens: bool,
    /// The size of an account with a few pages of reservations.
    pub(crate) size: &'static str,
}

impl Connector {
    /// Credentials with this secret.
    pub(crate) fn credentials(&self, sandbox: &str, secret: &str) -> Credentials {
        let value = |text: &str| match text {
            "$" => CredentialValue::Text(secret.to_owned().into()),
            "@" => CredentialValue::List(vec![format!("{sandbox}/{}/{secret}.ics", self.slug).into()]),
            other => CredentialValue::Text(other.to_owned().into()),
        };
        let values = self
            .values
            .iter()
            .map(|(key, text)| ((*key).to_owned(), value(text)));
        Credentials {
            set: self.set.to_owned(),
            values: values.collect::<BTreeMap<_, _>>(),
        }
    }

    /// Whether it is a calendar link.
    pub(crate) fn is_calendar(&self) -> bool {
        self.values.iter().any(|(_, text)| *text == "@")
    }
}

macro_rules! connectors {
    ($($name:ident: $slug:literal $set:literal $size:literal tokens=$tokens:literal [$($key:literal = $value:literal),*];)*) => {
        $(pub(crate) const $name: Connector = Connector {
            slug: $slug,
            set: $set,
            values: &[$(($key, $value)),*],
            tokens: $tokens,
            size: $size,
        };)*
    };
}

connectors! {
    HOSTAWAY: "hostaway" "api_key" "good-3x90" tokens=true ["account_id" = "1024", "api_key" = "$"];
    HOSTAWAY_CLIENT: "hostaway" "client_credentials" "good-3x90" tokens=true ["client_id" = "1024", "client_secret" = "$"];
    GUESTY: "guesty" "client_credentials" "good-3x90" tokens=true ["client_id" = "c1", "client_secret" = "$"];
    GUESTY_JWT: "guesty" "jwt" "good-3x90" tokens=false ["jwt" = "$"];
    LODGIFY: "lodgify" "api_key" "good-3x60" tokens=false ["api_key" = "$"];
    OWNERREZ: "ownerrez" "personal_access_token" "good-3x90" tokens=false ["username" = "host@hosts.example", "personal_access_token" = "$"];
    SMOOBU: "smoobu" "signed" "good-3x90" tokens=false ["api_key" = "$", "api_secret" = "$"];
    HOSPITABLE: "hospitable" "personal_access_token" "good-3x120" tokens=false ["personal_access_token" = "$"];
    UPLISTING: "uplisting" "api_key" "good-3x120" tokens=false ["api_key" = "$"];
    HOSTFULLY: "hostfully" "api_key" "good-3x90" tokens=false ["api_key" = "$", "agency_uid" = "5c8e2f40-1b7d-4a93-8e66-0f2d9b7c3a15"];
    BEDS24: "beds24" "long_life_token" "good-3x90" tokens=false ["long_life_token" = "$"];
    BEDS24_REFRESH: "beds24" "refresh_token" "good-3x90" tokens=true ["refresh_token" = "$"];
    APALEO: "apaleo" "client_credentials" "good-3x90" tokens=true ["client_id" = "c1", "client_secret" = "$"];
    MEWS: "mews" "access_token" "good-3x90" tokens=false ["access_token" = "$"];
    CLOUDBEDS: "cloudbeds" "api_key" "good-1x250" tokens=false ["api_key" = "$", "property_id" = "1024"];
    CHANNEX: "channex" "api_key" "good-3x90" tokens=false ["api_key" = "$"];
    RENTALS_UNITED: "rentals_united" "login" "good-3x90" tokens=false ["username" = "host@hosts.example", "password" = "$"];
    ICAL: "ical" "calendar" "good-1x90" tokens=false ["ical_urls" = "@"];
    AIRBNB: "airbnb" "calendar" "good-1x90" tokens=false ["ical_urls" = "@"];
    VRBO: "vrbo" "calendar" "good-1x90" tokens=false ["ical_urls" = "@"];
    BOOKING_COM: "booking_com" "calendar" "good-1x90" tokens=false ["ical_urls" = "@"];
}
