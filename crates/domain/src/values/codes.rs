//! Codes from international lists: currencies, countries, time zones, languages.

use std::{fmt, str::FromStr};

/// A text that is not a code of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a known code")]
pub struct UnknownCode;

/// ISO 4217 codes in use, without testing codes, precious metals and fund codes.
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN \
    BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR \
    LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP \
    PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP \
    TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// ISO 3166-1 alpha-2 codes.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
    FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ \
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML \
    MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS \
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL \
    TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

macro_rules! listed_code {
    ($(#[$doc:meta])* $name:ident in $list:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(&'static str);

        impl $name {
            /// Every code of the list.
            pub fn all() -> impl Iterator<Item = &'static str> {
                $list.split_ascii_whitespace()
            }

            /// The code, in capitals.
            pub fn as_str(self) -> &'static str {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = UnknownCode;

            /// Accepts a code of the list, in capitals.
            fn from_str(text: &str) -> Result<Self, UnknownCode> {
                Self::all().find(|code| *code == text).map(Self).ok_or(UnknownCode)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }
    };
}

listed_code! {
    /// An ISO 4217 currency code such as `EUR`.
    Currency in CURRENCIES
}
listed_code! {
    /// An ISO 3166-1 alpha-2 country code such as `PT`.
    Country in COUNTRIES
}

/// The name of an IANA time zone such as `Europe/Lisbon`.
///
/// Only the form is checked here; whether the zone exists is for the adapter that carries a zone database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneName(String);

impl ZoneName {
    /// The most characters of a name.
    pub const MAX_CHARS: usize = 64;

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ZoneName {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
        let named = !text.is_empty() && text.len() <= Self::MAX_CHARS && text.bytes().all(fits);
        named.then(|| Self(text.to_owned())).ok_or(UnknownCode)
    }
}

/// The language and region in which a person is written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// English, the default.
    #[default]
    En,
    /// English of the United Kingdom.
    EnGb,
    /// English of Australia.
    EnAu,
    /// English of Canada.
    EnCa,
    /// Japanese.
    Ja,
    /// French.
    Fr,
    /// Portuguese.
    Pt,
    /// German.
    De,
    /// Spanish.
    Es,
    /// Italian.
    It,
}

impl Locale {
    /// Every locale that a person may have.
    pub const ALL: [Self; 10] = [
        Self::En,
        Self::EnGb,
        Self::EnAu,
        Self::EnCa,
        Self::Ja,
        Self::Fr,
        Self::Pt,
        Self::De,
        Self::Es,
        Self::It,
    ];

    /// The tag as it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::EnGb => "en-GB",
            Self::EnAu => "en-AU",
            Self::EnCa => "en-CA",
            Self::Ja => "ja",
            Self::Fr => "fr",
            Self::Pt => "pt",
            Self::De => "de",
            Self::Es => "es",
            Self::It => "it",
        }
    }
}

impl FromStr for Locale {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL
            .into_iter()
            .find(|locale| locale.as_str() == text)
            .ok_or(UnknownCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_from_their_lists_only() {
        assert_eq!("EUR".parse::<Currency>().map(Currency::as_str), Ok("EUR"));
        assert_eq!("PT".parse::<Country>().map(Country::as_str), Ok("PT"));
        for text in ["", "eur", "EURO", "XXX", "EUR USD", " EUR", "ZZZ"] {
            assert_eq!(text.parse::<Currency>(), Err(UnknownCode), "{text}");
        }
        assert_eq!(Country::all().count(), 249);
        for locale in Locale::ALL {
            assert_eq!(locale.as_str().parse(), Ok(locale));
        }
    }
}
