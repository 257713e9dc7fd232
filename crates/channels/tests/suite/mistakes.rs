//! Each kind of mistake in a manifest is told with file and line.

use innkeeper_channels::mistakes;

const GOOD: &str = include_str!("../../manifests/hostaway.toml");

/// The line, from 1, on which `text` stands first.
fn line_of(manifest: &str, text: &str) -> usize {
    let at = manifest.find(text).unwrap_or_else(|| panic!("no `{text}`"));
    1 + manifest.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// What is replaced by what, a text on the line that is told, and a part of what is told.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    (
        "slug = \"hostaway\"",
        "slug = \"other\"",
        "slug = \"other\"",
        "not the file's name",
    ),
    (
        "slug = \"hostaway\"",
        "slug = \"Host Away\"",
        "slug = ",
        "not the name of a channel",
    ),
    ("label = \"Hostaway\"", "label = \" \"", "label = ", "blank"),
    (
        "kind = \"pms\"",
        "kind = \"hotel\"",
        "kind = ",
        "no kind of channel",
    ),
    (
        "kind = \"pms\"",
        "kind = \"pms\"\ncolour = \"red\"",
        "colour",
        "unknown field `colour`",
    ),
    (
        "history = \"full\"",
        "history = \"window(x)\"",
        "history = ",
        "window(N)",
    ),
    (
        "history = \"full\"",
        "history = \"unknown\"",
        "history = ",
        "although there is a connector",
    ),
    (
        "docs_url = \"https:",
        "docs_url = \"http:",
        "docs_url",
        "no https address",
    ),
    (
        "auth = \"api_key\"",
        "auth = \"nothing\"",
        "auth = \"nothing\"",
        "there is no [auth.nothing]",
    ),
    (
        "name = \"client_credentials\"",
        "name = \"api_key\"",
        "name = \"api_key\"\nauth = \"client",
        "there twice",
    ),
    (
        "key = \"account_id\"",
        "key = \"Account\"",
        "key = \"Account\"",
        "no key",
    ),
    (
        "format = \"integer\"",
        "format = \"number\"",
        "format = \"number\"",
        "no format",
    ),
    (
        "example = \"12345\"",
        "example = \"abc\"",
        "key = \"account_id\"",
        "has not its format",
    ),
    (
        "{ fixed = \"https://api",
        "{ fixed = \"http://api",
        "{ fixed",
        "no https origin",
    ),
    (
        "{ fixed = \"https://api",
        "{ floating = \"https://api",
        "{ floating",
        "unknown variant `floating`",
    ),
    (
        "${credential.account_id}",
        "${credential.account}",
        "client_id = \"${credential.account}",
        "no set has a field `account`",
    ),
    (
        "${credential.account_id}",
        "${account_id}",
        "client_id = \"${account_id}",
        "no placeholder",
    ),
    (
        "${credential.account_id}",
        "${credential.account_id",
        "client_id = \"${credential.account_id\"",
        "without its `}`",
    ),
    (
        "client_auth = \"form\"",
        "client_auth = \"cookie\"",
        "client_auth = \"cookie\"",
        "unknown variant",
    ),
    (
        "scope = \"key\"",
        "scope = \"planet\"",
        "scope = \"planet\"",
        "unknown variant",
    ),
    (
        "form = \"unix_time\"",
        "form = \"moon\"",
        "form = \"moon\"",
        "unknown variant",
    ),
    (
        "fault = \"insufficient_permissions\"",
        "fault = \"bad\"",
        "fault = \"bad\"",
        "no fault's code",
    ),
    (
        "request.path = \"/v1/users\"",
        "request.host = \"files\"\nrequest.path = \"/v1/users\"",
        "/v1/users",
        "there is no host `files`",
    ),
    (
        ", end = { total = \"count\" }",
        "",
        "paging.offset",
        "missing field `end`",
    ),
    (
        "end = { total = \"count\" }",
        "end = \"short_page\"",
        "end = \"short_page\"",
        "unknown variant `short_page`",
    ),
    (
        "end = { total = \"count\" }",
        "end = \"no_cursor\"",
        "/v1/listings",
        "does not fit the paging",
    ),
    (
        "size = 100, end = { total",
        "size = 0, end = { total",
        "/v1/listings",
        "no records",
    ),
    (
        ", offset = \"${page.offset}\"",
        "",
        "/v1/listings",
        "its paging needs Offset",
    ),
    (
        ", latestActivityStart = \"${since}\"",
        "",
        "/v1/reservations",
        "incremental needs Since",
    ),
    (
        "listing_id = \"listingMapId\"\n",
        "",
        "[streams.reservations.fields]",
        "missing field `listing_id`",
    ),
    (
        "check_in = \"arrivalDate\"\n",
        "",
        "[streams.reservations.fields]",
        "missing field `check_in`",
    ),
    (
        "city = \"city\"",
        "town = \"city\"",
        "town",
        "unknown field `town`",
    ),
    ("city = \"city\"", "city = \"a..b\"", "a..b", "is no path"),
    (
        "city = \"city\"",
        "city = { paths = \"city\" }",
        "paths",
        "unknown field `paths`",
    ),
    (
        "table.expired = \"expired\"",
        "table.expired = \"late\"",
        "\"late\"",
        "no status",
    ),
    (
        "account_id = { credential = [\"account_id\", ",
        "account_id = { credential = [\"number\", ",
        "account_id = { credential = [\"number",
        "no set has a field `number`",
    ),
    ("[check]", "[checks]", "[checks]", "unknown field `checks`"),
    (
        "[check]\n",
        "[check]\nsuccess = [{ path = \"status\" }]\n",
        "/v1/users",
        "says nothing",
    ),
    (
        "on = \"token\"\nstatus = [400, 401, 403]\n",
        "",
        "slug = ",
        "an error rule says nothing",
    ),
];

#[test]
fn each_kind_of_mistake_is_told_with_file_and_line() {
    assert_eq!(mistakes("hostaway.toml", GOOD), Ok(()));
    for (from, to, told_at, told) in MISTAKES {
        assert!(GOOD.contains(*from), "nothing like `{from}` any more");
        let text = GOOD.replacen(from, to, 1);
        let found = mistakes("hostaway.toml", &text).expect_err(to);
        let line = line_of(&text, told_at);
        let all: Vec<_> = found.iter().map(ToString::to_string).collect();
        let start = format!("hostaway.toml:{line}: ");
        assert!(
            all.iter()
                .any(|one| one.starts_with(&start) && one.contains(told)),
            "{from} -> {to}: line {line} and `{told}` expected, told {all:#?}"
        );
    }
}
