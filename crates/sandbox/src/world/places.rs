//! Where the listings stand.

use chrono_tz::Tz;

/// A city with what the channels tell about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct City {
    pub(super) name: &'static str,
    pub(super) region: &'static str,
    /// ISO 3166 alpha-2, upper case.
    pub(super) country: &'static str,
    pub(super) country_name: &'static str,
    pub(super) zone: Tz,
    /// ISO 4217, only currencies with two decimals.
    pub(super) currency: &'static str,
    /// Degrees north, times 10,000.
    pub(super) latitude: i32,
    /// Degrees east, times 10,000.
    pub(super) longitude: i32,
    pub(super) streets: [&'static str; 4],
}

impl Default for City {
    fn default() -> Self {
        CITIES[0]
    }
}

/// A row of the table below.
macro_rules! city {
    ($name:literal, $region:literal, $country:literal, $country_name:literal, $zone:ident, $currency:literal,
     $latitude:literal, $longitude:literal, $streets:expr) => {
        City {
            name: $name,
            region: $region,
            country: $country,
            country_name: $country_name,
            zone: Tz::$zone,
            currency: $currency,
            latitude: $latitude,
            longitude: $longitude,
            streets: $streets,
        }
    };
}

/// All cities.
#[rustfmt::skip]
pub(super) const CITIES: [City; 18] = [
    city!("Lisbon", "Lisboa", "PT", "Portugal", Europe__Lisbon, "EUR", 387_223, -91_393, ["Rua Augusta", "Rua da Prata", "Calçada do Combro", "Rua de São Bento"]),
    city!("Porto", "Porto", "PT", "Portugal", Europe__Lisbon, "EUR", 411_579, -86_291, ["Rua das Flores", "Rua de Cedofeita", "Rua do Almada", "Rua Miguel Bombarda"]),
    city!("Barcelona", "Catalunya", "ES", "Spain", Europe__Madrid, "EUR", 413_874, 21_686, ["Carrer de Mallorca", "Carrer d'Aragó", "Carrer de Verdi", "Passeig de Gràcia"]),
    city!("Palma", "Illes Balears", "ES", "Spain", Europe__Madrid, "EUR", 395_696, 26_502, ["Carrer de Sant Miquel", "Carrer dels Oms", "Carrer de la Mar", "Avinguda Jaume III"]),
    city!("Paris", "Île-de-France", "FR", "France", Europe__Paris, "EUR", 488_566, 23_522, ["Rue des Martyrs", "Rue Oberkampf", "Rue de Charonne", "Rue Lepic"]),
    city!("Nice", "Provence-Alpes-Côte d'Azur", "FR", "France", Europe__Paris, "EUR", 437_102, 72_620, ["Rue de France", "Rue Bonaparte", "Avenue Borriglione", "Rue Droite"]),
    city!("Rome", "Lazio", "IT", "Italy", Europe__Rome, "EUR", 419_028, 124_964, ["Via dei Coronari", "Via Urbana", "Via della Lungara", "Via Cavour"]),
    city!("Berlin", "Berlin", "DE", "Germany", Europe__Berlin, "EUR", 525_200, 134_050, ["Torstraße", "Kastanienallee", "Weserstraße", "Bergmannstraße"]),
    city!("Vienna", "Wien", "AT", "Austria", Europe__Vienna, "EUR", 482_082, 163_738, ["Neubaugasse", "Lerchenfelder Straße", "Margaretenstraße", "Taborstraße"]),
    city!("Amsterdam", "Noord-Holland", "NL", "Netherlands", Europe__Amsterdam, "EUR", 523_676, 49_041, ["Prinsengracht", "Haarlemmerdijk", "Javastraat", "Lindengracht"]),
    city!("London", "England", "GB", "United Kingdom", Europe__London, "GBP", 515_074, -1_278, ["Brick Lane", "Upper Street", "Bermondsey Street", "Portobello Road"]),
    city!("Edinburgh", "Scotland", "GB", "United Kingdom", Europe__London, "GBP", 559_533, -31_883, ["Broughton Street", "Grassmarket", "Leith Walk", "Candlemaker Row"]),
    city!("Copenhagen", "Hovedstaden", "DK", "Denmark", Europe__Copenhagen, "DKK", 556_761, 125_683, ["Jægersborggade", "Vesterbrogade", "Nansensgade", "Elmegade"]),
    city!("Kraków", "Małopolskie", "PL", "Poland", Europe__Warsaw, "PLN", 500_647, 199_450, ["ulica Floriańska", "ulica Józefa", "ulica Grodzka", "ulica Długa"]),
    city!("New York", "NY", "US", "United States", America__New_York, "USD", 407_128, -740_060, ["Bedford Avenue", "Bleecker Street", "Smith Street", "Amsterdam Avenue"]),
    city!("Austin", "TX", "US", "United States", America__Chicago, "USD", 302_672, -977_431, ["East 6th Street", "South Congress Avenue", "Rainey Street", "Manor Road"]),
    city!("Vancouver", "BC", "CA", "Canada", America__Vancouver, "CAD", 492_827, -1_231_207, ["Commercial Drive", "Main Street", "Denman Street", "West 4th Avenue"]),
    city!("Sydney", "NSW", "AU", "Australia", Australia__Sydney, "AUD", -338_688, 1_512_093, ["Crown Street", "Campbell Parade", "King Street", "Glebe Point Road"]),
];

/// The first half of a title.
pub(super) const CHARMS: [&str; 16] = [
    "Sunny",
    "Quiet",
    "Bright",
    "Charming",
    "Cosy",
    "Spacious",
    "Stylish",
    "Elegant",
    "Historic",
    "Modern",
    "Riverside",
    "Hidden",
    "Artist's",
    "Family",
    "Rooftop",
    "Garden",
];

/// The second half of a title, with the vendors' word for the kind of place.
pub(super) const KINDS: [(&str, &str); 8] = [
    ("Loft", "apartment"),
    ("Studio", "apartment"),
    ("Apartment", "apartment"),
    ("Penthouse", "apartment"),
    ("Townhouse", "house"),
    ("Cottage", "house"),
    ("Villa", "villa"),
    ("Suite", "apartment"),
];
