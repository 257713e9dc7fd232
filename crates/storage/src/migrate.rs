//! The schema: its steps, which of them a database has, and going forward.

use std::{collections::BTreeSet, error::Error, time::SystemTime};

use diesel::{
    QueryDsl,
    migration::{Migration, MigrationConnection, MigrationSource, MigrationVersion},
    result::Error as DieselError,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use innkeeper_domain::{
    access::Actor,
    effects::{AuditAction, AuditRecord, Fact, RequestId},
    ids::{Ids, kinds},
    ports::StoreError,
    tenancy::Tenant,
    time::Timestamp,
    values::Label,
};

use crate::{
    columns::Key,
    connection::{Link, MultiBackend},
    error::Kind,
    rows::{AuditRecordRow, TenantRow},
    schema::{audit_records, tenants},
};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// How often to ask for the lock while another process migrates; each time waits as long as any work would.
const PATIENCE: u32 = 150;

/// How the schema of a database relates to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// Just what the program expects.
    Current,
    /// So many steps are missing.
    Behind(usize),
    /// It has steps that the program does not know.
    NewerThanBinary,
}

/// One step of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name, such as `0001_initial`.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
}

/// Why the schema was not brought forward.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database was migrated by a newer version of the program, which an older one must not touch.
    #[error(
        "the database has the schema step `{step}`, which this version does not know: use a newer version"
    )]
    NewerThanBinary {
        /// The first unknown step.
        step: String,
    },
    /// Another process held the database all the time.
    #[error("another process is using the database")]
    Busy,
    /// The database cannot be reached.
    #[error("the database cannot be reached")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A step failed; nothing of this run was kept.
    #[error("the schema could not be brought forward")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

type Steps = Vec<Box<dyn Migration<MultiBackend>>>;

/// All steps for this kind of database, in their order.
fn steps(link: &Link) -> Result<Steps, MigrateError> {
    let source = link.choose(SQLITE, POSTGRES);
    let mut steps: Steps = source.migrations().map_err(MigrateError::Failed)?;
    steps.sort_by_key(|step| step.name().version().as_owned());
    Ok(steps)
}

/// The versions that the database has. Only reads.
fn applied(link: &mut Link) -> Result<BTreeSet<String>, DieselError> {
    #[derive(diesel::QueryableByName)]
    struct Version {
        #[diesel(sql_type = diesel::sql_types::Text)]
        version: String,
    }
    match link.rows(diesel::sql_query(
        "SELECT version FROM __diesel_schema_migrations",
    )) {
        Ok(versions) => Ok(versions.into_iter().map(|row: Version| row.version).collect()),
        Err(error) if Kind::of(&error) == Kind::NoTable => Ok(BTreeSet::new()),
        Err(error) => Err(error),
    }
}

/// The steps, and whether the database has them; with the unknown ones that it has beside them.
pub(crate) fn status(link: &mut Link) -> Result<(Vec<Step>, Vec<String>), MigrateError> {
    let mut applied = applied(link)?;
    let steps = steps(link)?.into_iter().map(|step| {
        let name = step.name().to_string();
        let applied = applied.remove(&step.name().version().to_string());
        Step { name, applied }
    });
    let steps = steps.collect();
    Ok((steps, applied.into_iter().collect()))
}

/// The state that a status amounts to.
pub(crate) fn state(status: &(Vec<Step>, Vec<String>)) -> SchemaState {
    let (steps, unknown) = status;
    match steps.iter().filter(|step| !step.applied).count() {
        _ if !unknown.is_empty() => SchemaState::NewerThanBinary,
        0 => SchemaState::Current,
        missing => SchemaState::Behind(missing),
    }
}

/// Takes the steps that are missing, all or none, and says which. `afterwards` belongs to the same transaction.
pub(crate) fn forward(
    link: &mut Link,
    afterwards: impl FnOnce(&mut Link) -> Result<(), MigrateError>,
) -> Result<Vec<String>, MigrateError> {
    let steps = steps(link)?;
    patiently(|| link.bare().setup().map(drop))?;
    patiently(|| link.begin_alone())?;
    let has: BTreeSet<_> = link
        .bare()
        .applied_migrations()
        .map_err(MigrateError::Failed)?
        .into_iter()
        .collect();
    let unknown =
        |version: &&MigrationVersion<'_>| !steps.iter().any(|step| step.name().version() == **version);
    if let Some(step) = has.iter().find(unknown) {
        return Err(MigrateError::NewerThanBinary {
            step: step.to_string(),
        });
    }
    let mut taken = Vec::new();
    for step in steps.iter().filter(|step| !has.contains(&step.name().version())) {
        link.bare().run_migration(step).map_err(MigrateError::Failed)?;
        taken.push(step.name().to_string());
    }
    afterwards(link)?;
    link.end_alone()?;
    Ok(taken)
}

/// Tries again while another process is in the way; two that make the same table at once are, too.
fn patiently(mut attempt: impl FnMut() -> Result<(), DieselError>) -> Result<(), MigrateError> {
    let mut left = PATIENCE;
    loop {
        match attempt() {
            Err(error) if left > 0 && matches!(Kind::of(&error), Kind::Passing | Kind::Unique) => left -= 1,
            outcome => return Ok(outcome?),
        }
    }
}

/// Makes the tenant `default`, if there is none at all.
pub(crate) fn first_tenant(link: &mut Link) -> Result<(), MigrateError> {
    let some: Vec<Key<kinds::Tenant>> = link.rows(tenants::table.select(tenants::id).limit(1))?;
    if !some.is_empty() {
        return Ok(());
    }
    let mut entropy = [0; 8];
    getrandom::fill(&mut entropy).map_err(|error| MigrateError::Failed(error.to_string().into()))?;
    let elapsed = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let now = Timestamp::from_micros(0) + elapsed;
    let mut ids = Ids::new(now, u64::from_le_bytes(entropy));
    let id = ids.make();
    let name = Label::parse("default").map_err(|error| MigrateError::Failed(Box::new(error)))?;
    let row = TenantRow::from(&Tenant {
        id,
        name,
        created_at: now,
    });
    link.execute(diesel::insert_into(tenants::table).values(row))?;
    let request = RequestId::made(ids.make::<()>().uuid());
    let operator = Actor::operator(id);
    let record = AuditRecord::new(
        ids.make(),
        now,
        &operator,
        &request,
        AuditAction::TenantCreated,
        id,
    );
    let record = record.after(vec![("name", Fact::text("default"))]);
    let row = AuditRecordRow::of(&record).map_err(|error| MigrateError::Failed(Box::new(error)))?;
    link.execute(diesel::insert_into(audit_records::table).values(row))?;
    Ok(())
}

impl From<StoreError> for MigrateError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy,
            StoreError::Unavailable(cause) => Self::Unavailable(cause),
            other => Self::Failed(Box::new(other)),
        }
    }
}

impl From<DieselError> for MigrateError {
    fn from(error: DieselError) -> Self {
        match Kind::of(&error) {
            Kind::Passing => Self::Busy,
            Kind::Lost => Self::Unavailable(Box::new(error)),
            Kind::Unique | Kind::Unreadable | Kind::NoTable | Kind::Other => Self::Failed(Box::new(error)),
        }
    }
}
