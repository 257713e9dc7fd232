//! `innkeeper audit`.

use clap::{Subcommand, ValueEnum};
use innkeeper_domain::{
    ids::TenantId,
    ports::{Ledger, PageRequest},
    record::Head,
    tenancy::Tenant,
    time::Timestamp,
    usecases::{Verified, verify_record},
};

use super::{
    answer::{Answer, Form, Record},
    arguments::{self, TenantArgument},
    audit_export::{self, Wanted},
    console::{self, Console},
    failure::Failure,
};

/// How many tenants are read at a time.
const TENANTS: u32 = 500;

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values, with a line of names
    Csv,
}

/// The record of who did what
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Write records to stdout, oldest first
    #[command(after_help = "\
Records hold ids, and neither addresses nor secrets. However many there are, only a page of them is in memory. In CSV, a \
value that a spreadsheet would take for a formula begins with an apostrophe.

Examples:
  innkeeper audit export --since 2026-01-01T00:00:00Z --format jsonl >record.jsonl
  innkeeper audit export --since 2026-01-01T00:00:00Z --until 2026-02-01T00:00:00Z --format csv >january.csv")]
    Export {
        /// From this instant on (RFC 3339)
        #[arg(long, value_name = "INSTANT", value_parser = arguments::instant)]
        since: Timestamp,
        /// Before this instant (RFC 3339)
        #[arg(long, value_name = "INSTANT", value_parser = arguments::instant)]
        until: Option<Timestamp>,
        /// In which form
        #[arg(long, value_enum)]
        format: Format,
        #[command(flatten)]
        tenant: TenantArgument,
    },
    /// Walk the seals of the record, and tell the first that does not hold
    #[command(after_help = "\
Walks every tenant unless one is named. Prints, for each, `head`: keep it where nobody who can write the database can \
write, and give it to --expect later; without it, records that were cut off at the end together with their seals are not \
missed. Exit code 1 if anything does not hold. Records without a seal are counted once they are over a minute old: while \
`serve` or `worker` runs there should be none.

Examples:
  innkeeper audit verify
  innkeeper audit verify --tenant acme --expect 1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    Verify {
        #[command(flatten)]
        tenant: TenantArgument,
        /// A head that was printed before, which the chain must still have
        #[arg(long, value_name = "POSITION:HASH")]
        expect: Option<Head>,
    },
}

impl AuditCommand {
    pub(crate) fn run(self, console: &Console, form: Form) -> Result<Answer, Failure> {
        match self {
            Self::Export {
                since,
                until,
                format,
                tenant,
            } => {
                if form == Form::Json {
                    return Err(Failure::Usage(
                        "--json is not for exports; their form is chosen with --format".to_owned(),
                    ));
                }
                let wanted = Wanted {
                    tenant: console.tenant(tenant.tenant.as_deref())?,
                    since,
                    until,
                };
                audit_export::write(console, &wanted, format)?;
                Ok(Answer::Told)
            }
            Self::Verify { tenant, expect } => verify(console, tenant.tenant.as_deref(), expect, form),
        }
    }
}

fn verify(
    console: &Console,
    called: Option<&str>,
    expect: Option<Head>,
    form: Form,
) -> Result<Answer, Failure> {
    let tenants = match (called, expect) {
        (None, None) => all_tenants(console)?,
        (called, _) => vec![console.tenant(called)?],
    };
    let key = console.store.chain_key();
    let mut items = Vec::new();
    let mut broken = Vec::new();
    for tenant in tenants {
        let ledger: &dyn Ledger = &*console.store;
        let verified = verify_record(ledger, &key, tenant, expect, console::now())?;
        if let Err(fault) = verified.chain {
            broken.push(format!("the record of tenant {tenant} does not hold: {fault}"));
        }
        items.push(described(tenant, &verified));
    }
    let about = Record::default().with("holds", broken.is_empty());
    let answer = Answer::Many {
        name: "tenants",
        items,
        about,
    };
    if broken.is_empty() {
        return Ok(answer);
    }
    form.print(&answer)?;
    Err(Failure::Refused(broken.join("; ")))
}

fn all_tenants(console: &Console) -> Result<Vec<TenantId>, Failure> {
    let mut all = Vec::new();
    for number in 1.. {
        let Ok(request) = PageRequest::new(number, TENANTS) else {
            break;
        };
        let page = console.queries.tenants(request)?;
        all.extend(page.items.iter().map(|tenant: &Tenant| tenant.id));
        if page.items.len() < usize::try_from(TENANTS).unwrap_or(usize::MAX) {
            break;
        }
    }
    Ok(all)
}

fn described(tenant: TenantId, verified: &Verified) -> Record {
    let (head, fault) = match verified.chain {
        Ok(head) => (Some(head.to_string()), None),
        Err(fault) => (None, Some(fault.to_string())),
    };
    Record::default()
        .with("tenant_id", tenant)
        .with("head", head)
        .with("fault", fault)
        .with("holds_to", verified.holds_to.to_string())
        .with("unsealed", verified.unsealed.count)
        .with("first_unsealed", verified.unsealed.first)
}
