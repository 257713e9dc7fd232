//! Settings: where they come from, and everything that can be wrong with them.

use serde_json::Value;

use crate::harness::{KEY, Place};

fn problems(place: &Place) -> Vec<String> {
    let run = place.line("config check --json");
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["valid"], false);
    let problems: Vec<String> = serde_json::from_value(report["problems"].clone()).unwrap();
    let count = match problems.len() {
        1 => "the configuration has 1 problem".to_owned(),
        several => format!("the configuration has {several} problems"),
    };
    assert_eq!(run.one_error(), count);
    problems
}

fn shown(place: &Place, line: &str) -> Vec<(String, Value, String)> {
    let report = place.line(&format!("{line} config show --json")).json();
    let settings = report["settings"].as_array().unwrap().iter().map(|setting| {
        let text = |name: &str| setting[name].as_str().unwrap().to_owned();
        (text("setting"), setting["value"].clone(), text("from"))
    });
    settings.collect()
}

#[test]
fn defaults_are_right_and_shown() {
    let place = Place::bare();
    insta::assert_snapshot!(place.line("config check").succeeded(), @r"
    valid: true
    problems: -
    ");
    insta::assert_snapshot!(place.line("config show").succeeded(), @r"
    database.url: sqlite://innkeeper-data/innkeeper.db  # default
    http.listen: 127.0.0.1:8080  # default
    http.public_url: http://127.0.0.1:8080  # default
    http.cors_origins: -  # default
    http.trusted_proxies: -  # default
    secrets.master_key: in the file innkeeper-data/innkeeper.db.key  # default
    mail.transport: log  # default
    mail.from: -  # default
    mail.retry_after: 30s  # default
    mail.limits.per_actor: 100  # default
    mail.limits.pending_per_property: 50  # default
    mail.limits.per_recipient_and_property: 3  # default
    mail.limits.per_recipient: 5  # default
    onboarding.lifetime: 3d  # default
    channels.sandbox_url: -  # default
    sync.every: 6h  # default
    workers.count: 4  # default
    workers.listen: -  # default
    log.format: json  # default
    log.level: info  # default
    ");
    assert_eq!(
        place.directory.path().read_dir().unwrap().count(),
        0,
        "nothing was made"
    );
}

#[test]
fn each_wrong_value_is_told_by_the_name_of_its_variable() {
    let base64 = "must be 32 bytes in base64, as `openssl rand -base64 32` makes them";
    let url = "must be a URL such as https://innkeeper.example";
    let origins = "must list origins such as https://app.example, without paths";
    let time = "must be a length of time such as 90d, 72h, 15m, 30s or 0";
    let database = "must be `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`";
    let transport = "must be `log`, `file:DIRECTORY` or `smtp://USER:PASSWORD@HOST:PORT`";
    let level = "must be error, warn, info, debug, trace or off, or such as `info,TARGET=debug`";
    for (name, value, what) in [
        ("DATABASE__URL", "mysql://db/inn", database),
        ("DATABASE__URL", "sqlite://", database),
        ("DATABASE__URL", "sqlite://:memory:", database),
        (
            "HTTP__LISTEN",
            "8080",
            "must be an address and a port such as 127.0.0.1:8080 or [::]:8080",
        ),
        ("HTTP__PUBLIC_URL", "inn.example", url),
        ("HTTP__PUBLIC_URL", "ftp://inn.example", url),
        ("HTTP__PUBLIC_URL", "https://ana:hush@inn.example", url),
        ("HTTP__CORS_ORIGINS", "*", origins),
        (
            "HTTP__CORS_ORIGINS",
            "https://a.example, https://b.example/",
            origins,
        ),
        (
            "HTTP__TRUSTED_PROXIES",
            "10.0.0.0/8,proxy",
            "must list addresses or networks such as 127.0.0.1, 10.0.0.0/8 or fd00::/8",
        ),
        ("SECRETS__MASTER_KEY", "hush", base64),
        ("SECRETS__MASTER_KEY", "AAAA", base64),
        ("MAIL__TRANSPORT", "pigeon", transport),
        ("MAIL__TRANSPORT", "file:", transport),
        (
            "MAIL__FROM",
            "Innkeeper",
            "must be an address, or `Name <address>`",
        ),
        (
            "MAIL__LIMITS__PER_ACTOR",
            "0",
            "must be a number from 1 to 1000000",
        ),
        (
            "MAIL__LIMITS__PER_RECIPIENT",
            "many",
            "must be a number from 1 to 1000000",
        ),
        ("ONBOARDING__LIFETIME", "30m", "must be from 1h to 30d"),
        ("ONBOARDING__LIFETIME", "31d", "must be from 1h to 30d"),
        ("ONBOARDING__LIFETIME", "3 days", time),
        ("CHANNELS__SANDBOX_URL", "127.0.0.1:9090", url),
        ("SYNC__EVERY", "30s", "must be 0 for never, or from 1m to 30d"),
        ("SYNC__EVERY", "6", time),
        ("WORKERS__COUNT", "0", "must be a number from 1 to 256"),
        ("LOG__FORMAT", "xml", "must be `pretty` or `json`"),
        ("LOG__LEVEL", "loud", level),
        ("LOG__LEVEL", "info,hyper=loud", level),
        ("HTTP__LISTN", "127.0.0.1:80", "is not a setting"),
        ("HTTP", "127.0.0.1:80", "is not a setting"),
        ("HTTP__LISTEN__PORT", "80", "is not a setting"),
        ("HTTP__listen", "127.0.0.1:80", "is not a setting"),
        ("DATABASE_URL", "sqlite://a.db", "is not a setting"),
        ("NOTHING", "", "is not a setting"),
        ("", "x", "is not a setting"),
        (
            "CHANNELS__INTEGRATOR__AIRBNB",
            "x",
            "must name a channel and one value of it",
        ),
    ] {
        let place = Place::bare().with(&format!("INNKEEPER_{name}"), value);
        assert_eq!(
            problems(&place),
            [format!("INNKEEPER_{name} {what}")],
            "{name}={value}"
        );
    }
}

#[test]
fn what_one_setting_demands_of_another() {
    let postgres = Place::bare().with("INNKEEPER_DATABASE__URL", "postgres://ana:hush@db/inn");
    assert_eq!(
        problems(&postgres),
        [
            "INNKEEPER_SECRETS__MASTER_KEY must be set for PostgreSQL: 32 bytes in base64, as \
          `openssl rand -base64 32` makes them"
        ]
    );
    let smtp = Place::bare().with("INNKEEPER_MAIL__TRANSPORT", "smtp://ana:hush@mail:587");
    assert_eq!(
        problems(&smtp),
        [
            "INNKEEPER_MAIL__FROM must be set to send mails through SMTP, such as `Innkeeper <inn@example.com>`"
        ]
    );
    let two = Place::bare()
        .with("INNKEEPER_HTTP", "x")
        .with("INNKEEPER_HTTP__LISTEN", "127.0.0.1:80");
    assert_eq!(
        problems(&two),
        [
            "INNKEEPER_HTTP__LISTEN is set beside a variable whose name begins with it, or the other way round",
            "INNKEEPER_HTTP is not a setting",
        ]
    );
}

#[test]
fn all_problems_are_told_at_once_by_every_command_and_no_value_is_repeated() {
    let place = Place::bare()
        .with("INNKEEPER_DATABASE__URL", "postgres://ana:hush@db/inn")
        .with("INNKEEPER_SECRETS__MASTER_KEY", "hush")
        .with("INNKEEPER_WORKERS__COUNT", "hush")
        .with("INNKEEPER_FLY", "hush");
    place.write(
        "inn.toml",
        "fly = 'hush'\n[http]\nlisten = 80\n[channels.integrator]\nairbnb = 'hush'\n",
    );
    let told = [
        "`http.listen` in inn.toml must be a text",
        "INNKEEPER_SECRETS__MASTER_KEY must be 32 bytes in base64, as `openssl rand -base64 32` makes them",
        "`channels.integrator.airbnb` in inn.toml must name a channel and one value of it",
        "INNKEEPER_WORKERS__COUNT must be a number from 1 to 256",
        "INNKEEPER_FLY is not a setting",
    ];
    let check = place.line("--config inn.toml config check");
    assert_eq!(check.code, Some(1));
    assert_eq!(check.one_error(), "the configuration has 5 problems");
    assert_eq!(
        check.stdout,
        told.map(|problem| format!("problem: {problem}\n")).concat()
    );
    for line in ["serve", "migrate", "user list", "config show"] {
        let refusal = place.line(&format!("--config inn.toml {line}")).refused();
        assert_eq!(
            refusal,
            format!("the configuration has 5 problems: {}", told.join("; ")),
            "{line}"
        );
    }
}

#[test]
fn a_file_that_cannot_be_used_is_told_without_its_content() {
    let place = Place::bare();
    assert_eq!(
        place.line("--config no.toml migrate").refused(),
        "there is no configuration file no.toml; name one that is there with --config, or leave the option out"
    );
    place.write(
        "bad.toml",
        "[database]\nurl = \"postgres://ana:hush@db/inn\nx = 1\n",
    );
    let refusal = place.line("--config bad.toml migrate").refused();
    assert!(
        refusal.starts_with("the configuration file bad.toml is not TOML, at line 2"),
        "{refusal}"
    );
    assert!(!refusal.contains("hush"), "{refusal}");
    let refusal = place.line("--config . migrate").refused();
    assert!(
        refusal.starts_with("the configuration file . cannot be read ("),
        "{refusal}"
    );
}

#[test]
fn variables_win_over_the_file_and_the_file_over_defaults() {
    let place = Place::bare()
        .with("INNKEEPER_HTTP__LISTEN", "0.0.0.0:80")
        .with("INNKEEPER_SYNC__EVERY", "0")
        .with("INNKEEPER_LOG__LEVEL", "")
        .with("INNKEEPER_TEST_FLY", "not ours to judge");
    place.write(
        "inn.toml",
        "[http]\nlisten = '127.0.0.1:1'\ncors_origins = ['https://a.example', 'http://b.example:81']\n\
         [log]\nlevel = 'warn'\n[sync]\nevery = '1h'\n[workers]\ncount = 8\n",
    );
    let shown = shown(&place, "--config inn.toml");
    let of = |key: &str| {
        let found = shown.iter().find(|(setting, _, _)| setting == key).unwrap();
        (found.1.clone(), found.2.as_str())
    };
    assert_eq!(of("http.listen"), ("0.0.0.0:80".into(), "INNKEEPER_HTTP__LISTEN"));
    assert_eq!(of("http.public_url"), ("http://127.0.0.1:80".into(), "default"));
    assert_eq!(
        of("http.cors_origins").0,
        serde_json::json!(["https://a.example", "http://b.example:81"])
    );
    assert_eq!(of("sync.every"), ("0".into(), "INNKEEPER_SYNC__EVERY"));
    assert_eq!(of("workers.count"), (8.into(), "inn.toml"));
    assert_eq!(
        of("log.level"),
        ("warn".into(), "inn.toml"),
        "an empty variable counts as not set"
    );
    assert_eq!(of("mail.limits.per_actor"), (100.into(), "default"));
}

#[test]
fn secrets_are_masked() {
    let place = Place::bare()
        .with(
            "INNKEEPER_DATABASE__URL",
            "postgres://ana:hush-1@db/inn?sslpassword=hush-2",
        )
        .with("INNKEEPER_SECRETS__MASTER_KEY", KEY)
        .with("INNKEEPER_MAIL__TRANSPORT", "smtp://ana:hush-3@mail:587")
        .with("INNKEEPER_MAIL__FROM", "Innkeeper <inn@example.com>")
        .with("INNKEEPER_CHANNELS__INTEGRATOR__AIRBNB__CLIENT_SECRET", "hush-4");
    for line in ["config show", "config show --json"] {
        let stdout = place.line(line).succeeded();
        assert!(!stdout.contains("hush") && !stdout.contains(KEY), "{stdout}");
        for masked in [
            "postgres://ana:***@db/inn?sslpassword=***",
            "smtp://ana:***@mail:587",
            "channels.integrator.airbnb.client_secret",
        ] {
            assert!(stdout.contains(masked), "{stdout}");
        }
    }
}
