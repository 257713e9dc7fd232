//! Clients that generators make of the reference: made without a warning, and working.

use std::{fs, os::unix::fs::symlink, path::Path, time::Duration};

use innkeeper_test_support::{Backend, on_each_backend};

use super::{
    tools::{Tools, given, succeeds},
    world::World,
};

const PATIENCE: Duration = Duration::from_mins(3);

on_each_backend!(a_python_client_on_boards, a_typescript_client_on_boards);

fn a_python_client_on_boards(backend: Backend) {
    let (tools, world) = (Tools::find(), World::start(backend));
    let place = world.place.directory.path();

    let mut generate = tools.python("openapi-python-client", place);
    generate.args(["generate", "--meta", "none", "--fail-on-warning"]);
    generate.args(["--output-path", "innkeeper_client", "--url", &world.reference()]);
    assert_eq!(
        succeeds(&mut generate, PATIENCE),
        "Generating innkeeper_client",
        "nothing to complain about"
    );

    let mut import = tools.python("python", place);
    import.args(["-W", "error", "-c", IMPORT_EVERYTHING]);
    succeeds(&mut import, PATIENCE);

    let mut flow = tools.python("python", place);
    copy("flow.py", place);
    flow.args(["-W", "error", "flow.py"]);
    assert_told(&world, &succeeds(world.introduce(&mut flow), PATIENCE));
}

/// A module with a mistake in it is found by who uses it; nobody should be the first.
const IMPORT_EVERYTHING: &str = "
import importlib, pkgutil, innkeeper_client
for module in pkgutil.walk_packages(innkeeper_client.__path__, 'innkeeper_client.'):
    importlib.import_module(module.name)
";

fn a_typescript_client_on_boards(backend: Backend) {
    let (tools, world) = (Tools::find(), World::start(backend));
    let place = world.place.directory.path();

    let mut generate = tools.node("openapi-typescript", place);
    generate.args([&world.reference(), "--output", "innkeeper.d.ts"]);
    let said = succeeds(&mut generate, PATIENCE);
    let complaints = said
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('✨') && !line.starts_with('🚀'));
    assert_eq!(complaints.collect::<Vec<_>>(), Vec::<&str>::new(), "{said}");

    symlink(tools.modules(), place.join("node_modules")).unwrap();
    fs::write(place.join("package.json"), r#"{"type": "module"}"#).unwrap();
    copy("tsconfig.json", place);
    copy("flow.ts", place);
    succeeds(&mut tools.node("tsc", place), PATIENCE);

    let mut flow = tools.command("node", place);
    flow.arg("flow.js");
    assert_told(&world, &succeeds(world.introduce(&mut flow), PATIENCE));
}

/// Both programs take the same steps, and tell how many listings they have seen.
#[track_caller]
fn assert_told(world: &World, said: &str) {
    let listings = world.sandbox.truth("hostaway", "good").listings.len();
    let expected =
        format!("imported listings: {listings}\non the property: owner active, user invited\nwithdrawn");
    assert_eq!(said, expected);
}

fn copy(name: &str, place: &Path) {
    fs::copy(given("clients").join(name), place.join(name)).unwrap();
}
