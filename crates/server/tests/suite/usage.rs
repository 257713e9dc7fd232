//! Wrong usage, help and version: nothing is opened for them.

use crate::harness::Place;

const ID: &str = "018f3e2c-7a00-7000-8000-000000000001";

#[test]
fn wrong_usage_is_exit_code_2_and_says_nothing_on_stdout() {
    let place = Place::bare();
    for line in [
        "fly",
        "--fly",
        "tenant",
        "tenant create",
        "tenant create --name",
        "tenant delete --name acme",
        "application update",
        &format!("application update {ID}"),
        &format!("application update {ID} --user-scoped-only --any-token"),
        "application update not-an-id --any-token",
        "application create --scope property:fly",
        "application rotate-secret",
        "user create --email ana --first-name Ana --last-name Lima",
        "user create --email ana@example.com --first-name Ana",
        "user create --email ana@example.com --first-name Ana --last-name Lima --permission owner",
        "user update --email ana@example.com",
        "user update --email ana@example.com --enable --disable",
        "user list --limit x",
        "credential add",
        "credential remove 1",
        "property create --title Casa --currency EURO --owner ana@example.com",
        "property create --title Casa --currency eur --owner ana@example.com",
        "api-key create",
        "api-key create --user ana@example.com --expires-in 90",
        "api-key create --user ana@example.com --expires-in 0",
        "api-key create --user ana@example.com --expires-in 40000d",
        "api-key create --user ana@example.com --property casa",
        "api-key revoke",
        "config",
        "config set",
        "migrate down",
        "serve --port 80",
        "worker --count 4",
        "channels",
        "channels show",
        "channels check hostaway",
        "channels check hostaway --credential hush",
        "channels check hostaway --credential a=- --credential b=-",
        "sandbox --listen 9090",
        "sandbox --listings 0",
        "demo --listen 8080",
        "config show --config",
    ] {
        let run = place.line(line);
        assert_eq!(run.code, Some(2), "innkeeper {line}: {}", run.stderr);
        run.was_wrong_usage();
    }
    assert_eq!(
        place.directory.path().read_dir().unwrap().count(),
        0,
        "nothing was made"
    );
}

#[test]
fn help_and_version_succeed_everywhere() {
    let place = Place::bare();
    for line in [
        "--help",
        "--version",
        "serve --help",
        "demo --help",
        "migrate --help",
        "migrate status --help",
        "tenant create --help",
        "application create --help",
        "application update --help",
        "application rotate-secret --help",
        "user create --help",
        "user update --help",
        "user list --help",
        "credential add --help",
        "credential remove --help",
        "credential list --help",
        "property create --help",
        "api-key create --help",
        "api-key list --help",
        "api-key revoke --help",
        "worker --help",
        "channels list --help",
        "channels show --help",
        "channels check --help",
        "sandbox --help",
        "config check --help",
        "config show --help",
    ] {
        let stdout = place.line(line).succeeded();
        let has_example = stdout.contains("Example") || stdout.contains("First steps");
        assert!(
            has_example || line == "--version" || line.contains("status"),
            "{line}: {stdout}"
        );
    }
    // Without a command the help is what was missing: it comes on stderr.
    let run = place.line("");
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("Usage: innkeeper"), "{}", run.stderr);
}
