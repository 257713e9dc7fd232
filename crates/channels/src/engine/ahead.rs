//! Calls that were begun before they were asked for: one an account, and not for long.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, SyncSender},
    },
    time::{Duration, Instant},
};

use innkeeper_domain::{
    accounts::{ChannelFailure, Fetched, Position, Stream},
    ports::{FetchRequest, TokenKey},
    time::Timestamp,
};

/// How long an answer may wait to be asked for. What is left by a run that was lost must not be taken for news.
const LONGEST: Duration = Duration::from_mins(1);
/// The most calls that are begun at a time; more are made when they are asked for.
const MOST: usize = 64;

pub(crate) type Answer = Result<Fetched, ChannelFailure>;

/// The calls that were begun, by account.
#[derive(Debug, Default)]
pub(crate) struct Ahead(Mutex<HashMap<TokenKey, Begun>>);

#[derive(Debug)]
struct Begun {
    page: Page,
    at: Instant,
    answer: Receiver<Answer>,
}

/// Which page, within an account.
#[derive(Debug, PartialEq, Eq)]
struct Page {
    stream: Stream,
    listing: Option<String>,
    position: Option<Position>,
    since: Option<Timestamp>,
}

impl Page {
    fn of(request: &FetchRequest) -> Self {
        Self {
            stream: request.stream,
            listing: request.listing.clone(),
            position: request.position.clone(),
            since: request.since,
        }
    }
}

impl Ahead {
    fn calls(&self) -> MutexGuard<'_, HashMap<TokenKey, Begun>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where to put the answer of a call; `None` if there are too many already. An earlier one of the account is
    /// forgotten.
    pub(crate) fn begin(&self, account: TokenKey, request: &FetchRequest) -> Option<SyncSender<Answer>> {
        let mut calls = self.calls();
        calls.retain(|key, begun| *key != account && begun.at.elapsed() < LONGEST);
        if calls.len() >= MOST {
            return None;
        }
        let (put, answer) = mpsc::sync_channel(1);
        let begun = Begun {
            page: Page::of(request),
            at: Instant::now(),
            answer,
        };
        calls.insert(account, begun);
        Some(put)
    }

    /// The answer of the call that was begun for this page, once it is there. Another one of the account is forgotten:
    /// whatever asked for it has gone.
    pub(crate) fn take(&self, account: TokenKey, request: &FetchRequest) -> Option<Answer> {
        let begun = self.calls().remove(&account)?;
        if begun.page != Page::of(request) || begun.at.elapsed() >= LONGEST {
            return None;
        }
        // A call that broke off says nothing; it is made again then.
        begun.answer.recv_timeout(request.limit).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use innkeeper_domain::{
        accounts::{ChannelFault, Credentials, Urgency},
        ids::{Id, TenantId},
    };

    use super::*;

    const ACCOUNT: TokenKey = TokenKey([1; 16]);

    fn page(position: Option<&str>) -> FetchRequest {
        let tenant: TenantId = Id::from_uuid(uuid::Uuid::nil());
        FetchRequest {
            tenant,
            channel: "hostaway".parse().unwrap(),
            credentials: Credentials {
                set: "api_key".to_owned(),
                values: BTreeMap::new(),
            },
            stream: Stream::Reservations,
            listing: None,
            position: position.map(|text| Position(text.to_owned())),
            since: None,
            urgency: Urgency::Background,
            limit: Duration::from_secs(5),
        }
    }

    fn answer() -> Answer {
        Err(ChannelFault::Unavailable.into())
    }

    #[test]
    fn an_answer_is_for_the_page_it_was_begun_for_and_for_one_asker() {
        let ahead = Ahead::default();
        let put = ahead.begin(ACCOUNT, &page(Some("2"))).unwrap();
        put.send(answer()).unwrap();
        assert_eq!(ahead.take(TokenKey([2; 16]), &page(Some("2"))), None);
        assert_eq!(ahead.take(ACCOUNT, &page(Some("2"))), Some(answer()));
        assert_eq!(ahead.take(ACCOUNT, &page(Some("2"))), None);
    }

    #[test]
    fn a_run_that_begins_anew_gets_nothing_that_was_begun_before_it() {
        let ahead = Ahead::default();
        let put = ahead.begin(ACCOUNT, &page(Some("2"))).unwrap();
        put.send(answer()).unwrap();
        assert_eq!(ahead.take(ACCOUNT, &page(None)), None);
        assert_eq!(ahead.take(ACCOUNT, &page(Some("2"))), None, "it was forgotten");
    }

    #[test]
    fn a_call_that_broke_off_is_made_again() {
        let ahead = Ahead::default();
        drop(ahead.begin(ACCOUNT, &page(Some("2"))));
        assert_eq!(ahead.take(ACCOUNT, &page(Some("2"))), None);
    }

    #[test]
    fn there_are_only_so_many() {
        let ahead = Ahead::default();
        let begun: Vec<_> = (0..100)
            .filter_map(|n| ahead.begin(TokenKey([n; 16]), &page(Some("2"))))
            .collect();
        assert_eq!(begun.len(), MOST);
    }
}
