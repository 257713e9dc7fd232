//! One description of a schema for both databases, and who has to agree with it.

use std::collections::{BTreeMap, BTreeSet};

use innkeeper_test_support::{Backend, TestDatabase, on_each_backend};

use crate::{tables::GLOBAL, world::database};

on_each_backend!(
    the_tables_of_the_code_are_those_of_the_database,
    every_key_begins_with_the_tenant
);

/// A table, as far as both databases know the same words for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// Name to logical type, with `?` where null is allowed.
    pub(crate) columns: BTreeMap<String, String>,
    pub(crate) primary_key: Vec<String>,
    /// Columns and predicate of unique keys and unique indexes.
    pub(crate) unique: BTreeSet<(Vec<String>, String)>,
    /// Name, columns and predicate of the other indexes.
    pub(crate) indexes: BTreeSet<(String, Vec<String>, String)>,
    /// Columns, the other table, its columns.
    pub(crate) foreign_keys: BTreeSet<(Vec<String>, String, Vec<String>)>,
}

pub(crate) type Schema = BTreeMap<String, Table>;

/// Everything but the table of steps.
pub(crate) fn describe(database: &TestDatabase) -> Schema {
    match database.backend() {
        Backend::Sqlite => sqlite(database),
        Backend::Postgres => postgres(database),
    }
}

/// Lists of columns and of rows both come as texts: fields between `|`, columns between commas, rows on lines.
fn rows(database: &TestDatabase, aggregate: &str, from: &str) -> Vec<Vec<String>> {
    let text = database.scalar(&format!("SELECT {aggregate} FROM {from}"));
    if text == "NULL" {
        return Vec::new();
    }
    text.lines()
        .map(|line| line.split('|').map(str::to_owned).collect())
        .collect()
}

fn list(columns: &str) -> Vec<String> {
    columns.split(',').map(str::to_owned).collect()
}

fn sqlite(database: &TestDatabase) -> Schema {
    let line = "group_concat(line, char(10))";
    let tables = "(SELECT name || '|' || replace(sql, char(10), ' ') AS line FROM sqlite_schema
        WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%')";
    let mut schema = Schema::new();
    for table in rows(database, line, tables) {
        let (name, sql) = (&table[0], &table[1]);
        let mut described = Table::default();
        let columns = format!(
            "(SELECT name || '|' || type || '|' || \"notnull\" || '|' || pk AS line
              FROM pragma_table_info('{name}') ORDER BY cid)"
        );
        let mut key = BTreeMap::new();
        for column in rows(database, line, &columns) {
            let is_id = column[0] == "id" || column[0].ends_with("_id") || column[0] == "invited_by";
            let is_switch = sql.contains(&format!("CHECK ({} IN (0, 1))", column[0]));
            let kind = match column[1].as_str() {
                // A header of a request is a text, though it is called an id.
                "TEXT" => "text",
                "BLOB" if is_id => "uuid",
                "BLOB" => "bytea",
                "INTEGER" if is_switch => "boolean",
                "INTEGER" => "bigint",
                other => panic!("{name}.{}: {other}", column[0]),
            };
            let optional = if column[2] == "1" { "" } else { "?" };
            described
                .columns
                .insert(column[0].clone(), format!("{kind}{optional}"));
            if column[3] != "0" {
                key.insert(column[3].clone(), column[0].clone());
            }
        }
        described.primary_key = key.into_values().collect();
        let indexes = format!(
            "(SELECT l.name || '|' || l.\"unique\" || '|' || l.origin || '|' ||
                  (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno))
                  || '|' || coalesce((SELECT replace(sql, char(10), ' ') FROM sqlite_schema WHERE name = l.name), '')
                  AS line
              FROM pragma_index_list('{name}') AS l WHERE l.origin <> 'pk')"
        );
        for index in rows(database, line, &indexes) {
            let predicate = index[4]
                .split_once(" WHERE ")
                .map_or("", |(_, predicate)| predicate);
            described.add_index(&index[0], index[1] == "1", list(&index[3]), predicate.to_owned());
        }
        let keys = format!(
            "(SELECT group_concat(\"from\", ',') || '|' || \"table\" || '|' || group_concat(\"to\", ',') AS line
              FROM (SELECT * FROM pragma_foreign_key_list('{name}') ORDER BY id, seq) GROUP BY id)"
        );
        for key in rows(database, line, &keys) {
            described
                .foreign_keys
                .insert((list(&key[0]), key[1].clone(), list(&key[2])));
        }
        schema.insert(name.clone(), described);
    }
    schema
}

fn postgres(database: &TestDatabase) -> Schema {
    let line = "string_agg(line, chr(10))";
    let tables = "(SELECT relname AS line FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_\\_%') AS t";
    let columns_of = |numbers: &str, table: &str| {
        format!(
            "(SELECT string_agg(a.attname, ',' ORDER BY k.place)
              FROM unnest({numbers}) WITH ORDINALITY AS k(number, place)
              JOIN pg_attribute AS a ON a.attrelid = {table} AND a.attnum = k.number)"
        )
    };
    let mut schema = Schema::new();
    for table in rows(database, line, tables) {
        let name = &table[0];
        let mut described = Table::default();
        let columns = format!(
            "(SELECT attname || '|' || format_type(atttypid, atttypmod) || '|' || attnotnull AS line
              FROM pg_attribute WHERE attrelid = '{name}'::regclass AND attnum > 0 AND NOT attisdropped) AS t"
        );
        for column in rows(database, line, &columns) {
            let optional = if column[2] == "true" { "" } else { "?" };
            described
                .columns
                .insert(column[0].clone(), format!("{}{optional}", column[1]));
        }
        let indexes = format!(
            "(SELECT i.relname || '|' || x.indisunique || '|' || x.indisprimary || '|' || {} || '|' ||
                  coalesce(pg_get_expr(x.indpred, x.indrelid), '') AS line
              FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid
              WHERE x.indrelid = '{name}'::regclass) AS t",
            columns_of("x.indkey::int[]", "x.indrelid")
        );
        for index in rows(database, line, &indexes) {
            if index[2] == "true" {
                described.primary_key = list(&index[3]);
            } else {
                let predicate = index[4].replace("::text", "");
                let predicate = predicate.replace(['(', ')'], "");
                described.add_index(&index[0], index[1] == "true", list(&index[3]), predicate);
            }
        }
        let keys = format!(
            "(SELECT {} || '|' || confrelid::regclass || '|' || {} AS line
              FROM pg_constraint WHERE conrelid = '{name}'::regclass AND contype = 'f') AS t",
            columns_of("conkey", "conrelid"),
            columns_of("confkey", "confrelid")
        );
        for key in rows(database, line, &keys) {
            described
                .foreign_keys
                .insert((list(&key[0]), key[1].clone(), list(&key[2])));
        }
        schema.insert(name.clone(), described);
    }
    schema
}

impl Table {
    fn add_index(&mut self, name: &str, unique: bool, columns: Vec<String>, predicate: String) {
        if unique {
            self.unique.insert((columns, predicate));
        } else {
            self.indexes.insert((name.to_owned(), columns, predicate));
        }
    }
}

/// Diesel believes `schema.rs`; only this compares it with the migrations.
fn the_tables_of_the_code_are_those_of_the_database(backend: Backend) {
    let mut found: BTreeMap<String, (Vec<String>, BTreeMap<String, String>)> = BTreeMap::new();
    let mut table = String::new();
    let code = [
        include_str!("../../src/schema/people.rs"),
        include_str!("../../src/schema/imports.rs"),
        include_str!("../../src/schema/record.rs"),
    ];
    for line in code.iter().flat_map(|text| text.lines()) {
        if let Some((name, key)) = line
            .strip_suffix(") {")
            .and_then(|head| head.trim().split_once(" ("))
        {
            name.clone_into(&mut table);
            let key = key.split(", ").map(str::to_owned).collect();
            found.insert(table.clone(), (key, BTreeMap::new()));
        } else if let Some((column, kind)) = line.trim().trim_end_matches(',').split_once(" -> ") {
            let (kind, optional) = match kind.strip_prefix("Nullable<") {
                Some(inner) => (inner.trim_end_matches('>'), "?"),
                None => (kind, ""),
            };
            let kind = match kind {
                "Uuid" => "uuid",
                "Text" => "text",
                "Micros" | "BigInt" => "bigint",
                "Bool" => "boolean",
                "Binary" => "bytea",
                other => panic!("{table}.{column}: {other}"),
            };
            let columns = &mut found.get_mut(&table).unwrap().1;
            columns.insert(column.to_owned(), format!("{kind}{optional}"));
        }
    }
    let expected: BTreeMap<_, _> = describe(&database(backend))
        .into_iter()
        .map(|(name, table)| (name, (table.primary_key, table.columns)))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(found.len(), crate::world::TABLES.len());
}

/// The indexes of what is asked for without a tenant.
const WITHOUT_TENANT: [&str; 4] = [
    "sync_slots_due",
    "sync_slots_idle",
    "link_requests_oldest",
    "outgoing_messages_due",
];

/// What lets the tables be spread over several machines by tenant one day.
fn every_key_begins_with_the_tenant(backend: Backend) {
    for (name, table) in describe(&database(backend)) {
        if GLOBAL.contains(&name.as_str()) {
            continue;
        }
        assert_eq!(table.columns["tenant_id"], "uuid", "{name}");
        let foreign = table.foreign_keys.iter().map(|(columns, ..)| columns);
        let unique = table.unique.iter().map(|(columns, _)| columns);
        // What is asked for without a tenant is no key; every machine answers for its own rows.
        let by_tenant = |(name, ..): &&(String, _, _)| !WITHOUT_TENANT.contains(&name.as_str());
        let indexes = table
            .indexes
            .iter()
            .filter(by_tenant)
            .map(|(_, columns, _)| columns);
        for columns in foreign.chain(unique).chain(indexes).chain([&table.primary_key]) {
            assert_eq!(columns[0], "tenant_id", "{name}: {columns:?}");
        }
    }
}
