//! Choosing slots that are ready, fairly among tenants, in one statement.
//!
//! Tenants are found one after the other through the index, so that a tenant with ten thousand ready slots costs no
//! more than one with one. What is chosen of each tenant differs in its words only: SQLite knows no `LATERAL`.

use diesel::{
    QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Bool, Text},
    sqlite::Sqlite,
};

use crate::{
    columns::{Micros, Uuid},
    connection::{AnyConnection, MultiBackend},
};

/// The best slots of each tenant that has any.
#[derive(Debug)]
pub(crate) struct Ready {
    /// Whether the refreshes that people asked for are looked at by themselves.
    pub(crate) people_first: bool,
    /// Channels whose slots are left out.
    pub(crate) except: Vec<String>,
    /// The same as a list in JSON.
    pub(crate) except_json: String,
    /// The most slots of each tenant, and of each kind.
    pub(crate) limit: i64,
}

/// Every tenant that has a ready slot.
const TENANTS: &str = "WITH RECURSIVE walk (tenant_id) AS (\
    SELECT tenant_id FROM (SELECT tenant_id FROM sync_slots WHERE ready ORDER BY tenant_id LIMIT 1) AS least \
    UNION ALL \
    SELECT (SELECT later.tenant_id FROM sync_slots AS later \
    WHERE later.ready AND later.tenant_id > walk.tenant_id ORDER BY later.tenant_id LIMIT 1) \
    FROM walk WHERE walk.tenant_id IS NOT NULL) ";

/// What is told of a slot: how many runs of its tenant are running among it.
const COLUMNS: &str = "SELECT s.tenant_id, s.account_id, s.class = 'refresh', s.rank, \
    (SELECT count(*) FROM sync_slots AS held WHERE held.tenant_id = walk.tenant_id AND held.claim_id IS NOT NULL)";

impl Ready {
    /// The conditions of the statement's parts. Refreshes have an index of their own.
    const fn parts(&self) -> &'static [&'static str] {
        if self.people_first {
            &[
                "s.ready AND s.class = 'refresh'",
                "s.ready AND s.class <> 'refresh'",
            ]
        } else {
            &["s.ready"]
        }
    }
}

impl QueryFragment<Pg> for Ready {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(TENANTS);
        for (place, part) in self.parts().iter().enumerate() {
            out.push_sql(if place == 0 { "" } else { " UNION ALL " });
            out.push_sql(COLUMNS);
            out.push_sql(" FROM walk CROSS JOIN LATERAL (SELECT * FROM sync_slots AS s WHERE ");
            out.push_sql(part);
            out.push_sql(" AND s.tenant_id = walk.tenant_id AND s.channel <> ALL(");
            out.push_bind_param::<Array<Text>, _>(&self.except)?;
            out.push_sql(") ORDER BY s.rank LIMIT ");
            out.push_bind_param::<BigInt, _>(&self.limit)?;
            out.push_sql(") AS s");
        }
        Ok(())
    }
}

impl QueryFragment<Sqlite> for Ready {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(TENANTS);
        for (place, part) in self.parts().iter().enumerate() {
            out.push_sql(if place == 0 { "" } else { " UNION ALL " });
            out.push_sql(COLUMNS);
            // The join keeps its order, and finds each chosen slot by its key.
            out.push_sql(
                " FROM walk CROSS JOIN sync_slots AS s WHERE s.tenant_id = walk.tenant_id \
                 AND s.account_id IN (SELECT s.account_id FROM sync_slots AS s WHERE ",
            );
            out.push_sql(part);
            out.push_sql(
                " AND s.tenant_id = walk.tenant_id AND s.channel NOT IN (SELECT value FROM json_each(",
            );
            out.push_bind_param::<Text, _>(&self.except_json)?;
            out.push_sql(")) ORDER BY s.rank LIMIT ");
            out.push_bind_param::<BigInt, _>(&self.limit)?;
            // As in lists: a bare parameter makes SQLite prepare the statement anew.
            out.push_sql(" + 0");
            out.push_sql(") AND s.lane = 'main'");
        }
        Ok(())
    }
}

impl QueryFragment<MultiBackend> for Ready {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}

impl QueryId for Ready {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Ready {
    type SqlType = (Uuid, Uuid, Bool, Micros, BigInt);
}

impl RunQueryDsl<AnyConnection> for Ready {}
