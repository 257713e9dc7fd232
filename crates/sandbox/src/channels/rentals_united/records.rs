//! Records, written as XML.

use chrono::{DateTime, TimeDelta, Utc};

use crate::world::{Account, Source, Stay, StayStatus, Unit};

/// What the numbers of answers mean, as far as they are used here.
pub(super) const STATUSES: [(i32, &str); 5] = [
    (0, "Success"),
    (-1, "The XML contains not implemented method"),
    (-3, "Invalid request"),
    (-4, "Incorrect login or password"),
    (-6, "This request was rate limited"),
];

pub(super) const RESERVATION_STATUSES: [(i32, &str); 3] =
    [(1, "Confirmed"), (2, "Canceled"), (3, "Modified")];

/// A list of numbers and their meanings.
pub(super) fn dictionary(list: &str, entry: &str, rows: &[(i32, &str)]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|(id, text)| format!("<{entry} ID=\"{id}\">{text}</{entry}>"))
        .collect();
    format!("<{list}>{}</{list}>", rows.concat())
}

/// The short form of lists.
pub(super) fn property(unit: &Unit, account: &Account) -> String {
    format!("<Property>{}</Property>", head(unit, account))
}

fn head(unit: &Unit, account: &Account) -> String {
    let created = moment(unit.created);
    format!(
        "<PUID BuildingID=\"-1\">{}</PUID><ID BuildingID=\"-1\" BuildingName=\"\">{}</ID><Name>{}</Name>\
        <OwnerID>{}</OwnerID><DetailedLocationID TypeID=\"4\">{}</DetailedLocationID>\
        <LastMod NLA=\"{}\">{created}</LastMod><DateCreated>{created}</DateCreated><IMAP>false</IMAP><IMU>false</IMU>\
        <UserID>{}</UserID>",
        escape(&unit.nickname),
        unit.number,
        escape(&unit.title),
        account.number(),
        1_000 + unit.city.len(),
        !unit.enabled,
        account.number(),
    )
}

/// The detail form.
pub(super) fn whole_property(unit: &Unit, account: &Account) -> String {
    format!(
        "<Property Currency=\"{}\">{}<CleaningPrice>0.00</CleaningPrice><Space>70</Space>\
        <StandardGuests>2</StandardGuests><CanSleepMax>{}</CanSleepMax><PropertyTypeID>3</PropertyTypeID>\
        <ObjectTypeID>3</ObjectTypeID><NoOfUnits>1</NoOfUnits><Floor>1</Floor><Street>{}</Street>\
        <ZipCode>{}</ZipCode><Coordinates><Longitude>{}</Longitude><Latitude>{}</Latitude></Coordinates>\
        <IsActive>{}</IsActive><IsArchived>false</IsArchived><CheckInOut><CheckInFrom>15:00</CheckInFrom>\
        <CheckInTo>22:00</CheckInTo><CheckOutUntil>11:00</CheckOutUntil></CheckInOut></Property>",
        unit.currency,
        head(unit, account),
        unit.capacity,
        escape(&unit.street),
        unit.zip,
        unit.longitude,
        unit.latitude,
        unit.enabled,
    )
}

/// A reservation of one stay. The vendor's own price and the guest's are the same here, so that no sum is in doubt.
pub(super) fn reservation(unit: &Unit, stay: &Stay) -> String {
    let total = stay.total();
    format!(
        "<Reservation Currency=\"{}\"><ReservationID>{}</ReservationID><StatusID>{}</StatusID>\
        <LastMod>{}</LastMod><StayInfos><StayInfo><PropertyID>{}</PropertyID><DateFrom>{}</DateFrom>\
        <DateTo>{}</DateTo><NumberOfGuests>{}</NumberOfGuests><Costs><RUPrice>{total}</RUPrice>\
        <ClientPrice>{total}</ClientPrice><AlreadyPaid>0.00</AlreadyPaid></Costs><Comments></Comments>\
        <Units>1</Units></StayInfo></StayInfos><CustomerInfo><Name>{}</Name><SurName>{}</SurName>\
        <Email>{}</Email><Phone>{}</Phone><LanguageID>1</LanguageID></CustomerInfo><Creator>{}</Creator>\
        <Comments>{}</Comments><PMSReservationId></PMSReservationId><ReferenceID>{}</ReferenceID>\
        <IsArchived>false</IsArchived></Reservation>",
        unit.currency,
        stay.number,
        status(stay),
        moment(stay.updated),
        unit.number,
        stay.arrival,
        stay.departure,
        stay.guests(),
        escape(stay.first_name),
        escape(stay.last_name),
        escape(&stay.email()),
        escape(&stay.phone()),
        creator(stay),
        escape(stay.note),
        stay.code(),
    )
}

/// 1 is confirmed, 2 is cancelled, 3 is confirmed and changed since.
fn status(stay: &Stay) -> u32 {
    match stay.status {
        StayStatus::Cancelled => 2,
        StayStatus::Inquiry
        | StayStatus::Pending
        | StayStatus::Confirmed
        | StayStatus::CheckedIn
        | StayStatus::CheckedOut
        | StayStatus::Declined
        | StayStatus::Expired
        | StayStatus::NoShow
        | StayStatus::Blocked => {
            if stay.updated - stay.booked > TimeDelta::days(2) {
                3
            } else {
                1
            }
        }
    }
}

/// The user of the vendor that made the reservation.
pub(super) fn creator(stay: &Stay) -> &'static str {
    match stay.source {
        Source::Airbnb => "airbnb@sales.example",
        Source::Booking => "bookingcom@sales.example",
        Source::Vrbo => "vrbo@sales.example",
        Source::Expedia => "expedia@sales.example",
        Source::Direct => "host@hosts.example",
        Source::Website => "website@hosts.example",
    }
}

/// `2026-06-01 12:00:00`. No zone is documented; it is UTC here.
fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
