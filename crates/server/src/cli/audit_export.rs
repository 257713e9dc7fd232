//! Writing records out, page by page.

use std::io::{self, BufWriter, ErrorKind, Write};

use innkeeper_domain::{
    access::{Actor, Bearer},
    effects::{AuditRecord, Facts},
    ids::TenantId,
    ports::{AuditFilter, AuditPage, Direction},
    time::Timestamp,
    usecases::{ReadError, list_audit_records},
};
use serde::Serialize;
use serde_json::Value;

use super::{audit::Format, console::Console, failure::Failure};

/// How many records are in memory at a time.
const PAGE: u32 = 1_000;

/// Which records are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) tenant: TenantId,
    pub(crate) since: Timestamp,
    pub(crate) until: Option<Timestamp>,
}

/// The names of the values, in their order.
const NAMES: [&str; 15] = [
    "tenant_id",
    "id",
    "at",
    "action",
    "actor_type",
    "actor_id",
    "credential_id",
    "token_type",
    "token_id",
    "request_id",
    "object_id",
    "property_id",
    "user_id",
    "before",
    "after",
];

/// Writes them to stdout. A reader who has seen enough and left is no error.
pub(crate) fn write(console: &Console, wanted: &Wanted, format: Format) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write_to(console, wanted, format, &mut out) {
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

fn write_to(console: &Console, wanted: &Wanted, format: Format, out: &mut impl Write) -> Result<(), Failure> {
    let actor = Actor::operator(wanted.tenant);
    let filter = AuditFilter {
        since: Some(wanted.since),
        until: wanted.until,
        ..AuditFilter::default()
    };
    if format == Format::Csv {
        out.write_all(line(NAMES.iter().map(|name| (*name).to_owned())).as_bytes())?;
    }
    let mut after = None;
    loop {
        let page = AuditPage {
            after,
            direction: Direction::Ascending,
            limit: PAGE,
        };
        let slice = list_audit_records(&*console.queries, &actor, &filter, page).map_err(refused)?;
        for record in &slice.records {
            let written = match format {
                Format::Jsonl => json_line(record),
                Format::Csv => line(values(record).into_iter().map(cell)),
            };
            out.write_all(written.as_bytes())?;
        }
        after = slice.records.last().map(|last| last.id);
        if !slice.more {
            break;
        }
    }
    Ok(out.flush()?)
}

fn refused(error: ReadError) -> Failure {
    match error {
        ReadError::Denied(denied) => Failure::Refused(denied.to_string()),
        ReadError::Store(error) => error.into(),
    }
}

/// The values of a record, in the order of their names.
fn values(record: &AuditRecord) -> [Value; 15] {
    let token = record.token.map(|bearer| match bearer {
        Bearer::AccessToken(id) => ("access_token", id.uuid()),
        Bearer::ApiKey(id) => ("api_key", id.uuid()),
    });
    [
        json(record.tenant),
        json(record.id),
        json(record.at),
        json(record.action.as_str()),
        json(record.actor.kind()),
        json(record.actor.id().map(|id| id.to_string())),
        json(record.actor.credential()),
        json(token.map(|(kind, _)| kind)),
        json(token.map(|(_, id)| id.to_string())),
        json(record.request.as_str()),
        json(record.object.to_string()),
        json(record.property),
        json(record.subject),
        json(some(&record.before)),
        json(some(&record.after)),
    ]
}

fn some(facts: &Facts) -> Option<&Facts> {
    Some(facts).filter(|facts| !facts.is_empty())
}

/// Only maps with keys that are no texts fail here, and there are none.
fn json(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

fn json_line(record: &AuditRecord) -> String {
    let fields = NAMES
        .iter()
        .zip(values(record))
        .map(|(name, value)| format!("{}:{value}", Value::from(*name)));
    format!("{{{}}}\n", fields.collect::<Vec<_>>().join(","))
}

/// A value as one cell: nothing is empty, and an object is its JSON.
fn cell(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// A line of cells (RFC 4180).
fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| quoted(&harmless(cell))).collect();
    format!("{}\r\n", cells.join(","))
}

/// What a spreadsheet would run as a formula becomes a text.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_breaks_its_line() {
        let cells = [
            "plain",
            "=1+1",
            "+1",
            "-1",
            "@x",
            "\tx",
            "\rx",
            "a,b",
            "say \"no\"",
            "two\nlines",
            "",
        ];
        let written = line(cells.into_iter().map(str::to_owned));
        assert_eq!(
            written,
            "plain,'=1+1,'+1,'-1,'@x,'\tx,\"'\rx\",\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",\r\n"
        );
    }
}
