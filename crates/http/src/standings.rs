//! What was last read of the tokens in use, so that a read can ask in one statement for its answer and for whether its
//! caller still stands as then.

use std::{fmt, sync::Arc};

use innkeeper_domain::{
    access::Actor,
    ids::{TenantId, kinds},
    ports::Queries,
    time::Timestamp,
    tokens::{Secret, Standing},
    usecases::{AuthenticateError, standing_of},
};
use quick_cache::sync::Cache;
use uuid::Uuid;

/// The most tokens remembered: about a kilobyte each. Those that are not used are forgotten first.
const MOST: usize = 10_000;

/// What was last read of the tokens in use.
pub struct Standings(Cache<(TenantId, Uuid), Arc<Standing>>);

impl Standings {
    /// Answers a read as whoever shows the token.
    ///
    /// It is tried as of what is remembered first. That counts only if it is a success, for then its first statement found
    /// the access version unmoved; anything else, a refusal too, is done again from the token on. `read` MUST ask
    /// `queries` for something before it succeeds.
    ///
    /// # Errors
    ///
    /// [`AuthenticateError`] if the token counts for nobody; what the read failed with is inside.
    pub(crate) fn answer<T, E>(
        &self,
        queries: &dyn Queries,
        shown: &Secret,
        now: Timestamp,
        read: impl Fn(&dyn Queries, &Actor) -> Result<T, E>,
    ) -> Result<(Actor, Result<T, E>), AuthenticateError> {
        if let Some((known, actor)) = self.known(shown, now)
            && let Some(queries) = queries.at_version(known.tenant(), known.version())
            && let Ok(answer) = read(queries.as_ref(), &actor)
        {
            return Ok((actor, Ok(answer)));
        }
        let actor = self.read(queries, shown, now)?;
        let answer = read(queries, &actor);
        Ok((actor, answer))
    }

    /// Whoever shows the token: one statement, a small one if the token was seen lately.
    ///
    /// # Errors
    ///
    /// [`AuthenticateError`].
    pub(crate) fn caller(
        &self,
        queries: &dyn Queries,
        shown: &Secret,
        now: Timestamp,
    ) -> Result<Actor, AuthenticateError> {
        if let Some((known, actor)) = self.known(shown, now)
            && queries.is_at_version(known.tenant(), known.version())?
        {
            return Ok(actor);
        }
        self.read(queries, shown, now)
    }

    /// What is remembered of the token, if it would count now.
    fn known(&self, shown: &Secret, now: Timestamp) -> Option<(Arc<Standing>, Actor)> {
        let known = self.0.get(&place_of(shown))?;
        let actor = known.verify(shown, now).ok()?;
        Some((known, actor))
    }

    /// Reads the token anew, and remembers it if it counts.
    fn read(
        &self,
        queries: &dyn Queries,
        shown: &Secret,
        now: Timestamp,
    ) -> Result<Actor, AuthenticateError> {
        let standing = standing_of(queries, shown)?;
        let actor = standing.verify(shown, now)?;
        self.0.insert(place_of(shown), Arc::new(standing));
        Ok(actor)
    }
}

/// Ids are never used twice, whatever they are of.
fn place_of(shown: &Secret) -> (TenantId, Uuid) {
    (shown.tenant(), shown.record::<kinds::ApiKey>().uuid())
}

impl Default for Standings {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl fmt::Debug for Standings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standings")
            .field("remembered", &self.0.len())
            .finish()
    }
}
