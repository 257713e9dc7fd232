//! Whether the time of an answer tells what the answer does not: invitations by somebody who may not invite, of people
//! whom the tenant knows and of people whom nobody knows (D-23).

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    time::Instant,
};

use anyhow::{Context as _, ensure};
use clap::Args;
use reqwest::blocking::Client;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    databases::Kind,
    ranks::{Compared, compare, median},
    server::Server,
    site::Site,
};

/// Medians further apart than this tell something, in seconds.
const TELLING: f64 = 0.001;
/// So unlikely in every round, ranks tell something.
const UNLIKELY: f64 = 0.001;
/// Requests that are made before any is measured.
const WARM: u32 = 200;

/// What to measure.
#[derive(Clone, Debug, Args)]
pub(crate) struct Plan {
    /// Requests of each kind in a round
    #[arg(long, default_value_t = 2_000)]
    requests: u32,
    /// How often all of it is done
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    #[command(flatten)]
    site: Site,
}

/// One comparison in one round.
#[derive(Clone, Debug, Serialize)]
struct Row {
    database: Kind,
    pair: &'static str,
    round: u32,
    median_seconds: f64,
    #[serde(flatten)]
    compared: Compared,
}

/// A server with one property: its owner, a member who may not invite, another member, and somebody without a place.
struct Scene {
    server: Server,
    client: Client,
    key: String,
    property: String,
    hidden: String,
}

const MEMBER: &str = "member@example.test";
const KNOWN: &str = "known@example.test";
const NO_PROPERTY: &str = "01890000-0000-7000-8000-000000000000";
const CONTROL: &str = "control: property seen and out of sight";

impl Plan {
    /// Measures, prints, keeps the figures beside the build, and fails if an answer's time tells anything.
    pub(crate) fn carry_out(&self) -> anyhow::Result<()> {
        let root = self.site.root()?;
        let mut rows = Vec::new();
        for kind in self.site.kinds() {
            let databases = self.site.databases(kind)?;
            self.measure(kind, &Scene::set(&root, &databases.empty("timing")?)?, &mut rows)?;
        }
        fs::write(
            self.site.results()?.join("timing.json"),
            serde_json::to_vec_pretty(&rows)?,
        )?;
        judge(&rows)
    }

    fn measure(&self, kind: Kind, scene: &Scene, rows: &mut Vec<Row>) -> anyhow::Result<()> {
        let mut fresh = 0;
        let mut nobody = || {
            fresh += 1;
            format!("nobody-{fresh}@example.test")
        };
        for _ in 0..WARM {
            scene.ask(&scene.property, &nobody())?;
            scene.ask(&scene.property, KNOWN)?;
        }
        let (seen, hidden) = (scene.property.as_str(), scene.hidden.as_str());
        let pairs = [
            ("known and unknown address", (seen, Some(KNOWN)), (seen, None)),
            (
                "a member's and an unknown address",
                (seen, Some(MEMBER)),
                (seen, None),
            ),
            (
                "the same, property out of sight",
                (hidden, Some(KNOWN)),
                (hidden, None),
            ),
            (
                "property out of sight and none at all",
                (hidden, None),
                (NO_PROPERTY, None),
            ),
            // Who sees a property knows that; it costs more to refuse, and so shows that differences are seen here.
            (CONTROL, (seen, None), (hidden, None)),
        ];
        for round in 1..=self.rounds {
            for (pair, one, other) in pairs {
                let mut ask = |(property, email): (&str, Option<&str>)| {
                    scene.ask(property, email.map_or_else(&mut nobody, str::to_owned).as_str())
                };
                let (mut ones, mut others) = (Vec::new(), Vec::new());
                for turn in 0..self.requests {
                    // In turns, each first as often as the other.
                    if turn.is_multiple_of(2) {
                        ones.push(ask(one)?);
                        others.push(ask(other)?);
                    } else {
                        others.push(ask(other)?);
                        ones.push(ask(one)?);
                    }
                }
                let row = Row {
                    database: kind,
                    pair,
                    round,
                    median_seconds: median(&ones),
                    compared: compare(&ones, &others),
                };
                say(&row)?;
                rows.push(row);
            }
        }
        Ok(())
    }
}

fn say(row: &Row) -> anyhow::Result<()> {
    let Compared { between_medians, p } = row.compared;
    writeln!(
        io::stdout(),
        "{:<10} {:<50} round {}: median {:.3} ms, apart {:.1} us, p {p:.4}",
        row.database.name(),
        row.pair,
        row.round,
        row.median_seconds * 1e3,
        between_medians * 1e6,
    )?;
    Ok(())
}

/// One round of many may be unlikely by chance; all rounds of a pair may not. The control must be.
fn judge(rows: &[Row]) -> anyhow::Result<()> {
    for row in rows {
        let name = row.database.name();
        let same = rows
            .iter()
            .filter(|other| (other.database, other.pair) == (row.database, row.pair));
        let unlikely = same.clone().all(|other| other.compared.p < UNLIKELY);
        let far = same.clone().all(|other| other.compared.between_medians > TELLING);
        if row.pair == CONTROL {
            ensure!(unlikely, "{name}: no difference was seen where there is one");
        } else {
            ensure!(
                !unlikely && !far,
                "{name}: {} can be told apart by time",
                row.pair
            );
        }
    }
    writeln!(io::stdout(), "nothing can be told apart by time but the control")?;
    Ok(())
}

impl Scene {
    fn set(root: &Path, database: &str) -> anyhow::Result<Self> {
        let server = Server::start(root, database)?;
        for name in ["owner", "inviter", "member", "known"] {
            let person = format!("--email {name}@example.test --first-name {name} --last-name Tester");
            server.run(&format!("user create {person}"))?;
        }
        let property = |title: &str| {
            let property = format!("--title {title} --currency EUR --owner owner@example.test");
            server.tell(&format!("property create {property}"), "property_id")
        };
        let (seen, hidden) = (property("Seen")?, property("Hidden")?);
        let key = |name: &str| server.tell(&format!("api-key create --user {name}@example.test"), "api_key");
        let (owner, inviter) = (key("owner")?, key("inviter")?);
        let scene = Self {
            client: Client::new(),
            key: inviter,
            property: seen,
            hidden,
            server,
        };
        for email in ["inviter@example.test", MEMBER] {
            let status = scene.invite(&owner, &scene.property, email)?;
            ensure!(
                status == 201,
                "the invitation of {email} was answered with {status}"
            );
        }
        Ok(scene)
    }

    /// Tries to invite, and tells how long the refusal took.
    fn ask(&self, property: &str, email: &str) -> anyhow::Result<f64> {
        let begun = Instant::now();
        let status = self.invite(&self.key, property, email)?;
        let seconds = begun.elapsed().as_secs_f64();
        ensure!(
            status == 403,
            "an invitation without rights was answered with {status}"
        );
        Ok(seconds)
    }

    fn invite(&self, key: &str, property: &str, email: &str) -> anyhow::Result<u16> {
        let body: Value = json!({"invite": {"property_id": property, "user_email": email, "role": "user"}});
        let request = self
            .client
            .post(format!("{}/api/v1/property_users", self.server.url()));
        let answer = request
            .bearer_auth(key)
            .json(&body)
            .send()
            .context("the server is gone")?;
        let status = answer.status().as_u16();
        // Read to its end, so that the connection can be used again.
        answer.bytes()?;
        Ok(status)
    }
}
