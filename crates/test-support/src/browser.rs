//! A real browser, driven as a person would: Chromium without a window, through its driver.

use std::{fmt, fs, path::PathBuf, process::Command, time::Duration};

use fantoccini::{
    Client, ClientBuilder, Locator, elements::Element, error::CmdError, wd::WebDriverCompatibleCommand,
};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use url::{ParseError, Url};

use crate::{ChildProcess, eventually};

/// How long anything on a page may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a browser is set up.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Width and height of its window, in pixels; none is narrower than 500.
    pub size: (u32, u32),
    /// Whether pages may run JavaScript.
    pub scripts: bool,
    /// The languages that it asks for, as in `Accept-Language`.
    pub languages: &'static str,
    /// Whether it asks for dark pages.
    pub dark: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            size: (1280, 900),
            scripts: true,
            languages: "en",
            dark: false,
        }
    }
}

/// A browser with one window and a profile of its own. Dropping it closes everything.
pub struct Browser {
    runtime: Runtime,
    client: Client,
    driver: ChildProcess,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser.
    ///
    /// # Panics
    ///
    /// If `chromedriver` or `chromium` is missing or does not start; `scripts/test` installs both.
    pub fn start(setup: Setup) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let driver = ChildProcess::spawn(Command::new("chromedriver").arg("--port=0"));
        let started = driver.wait_for_line("started successfully on port", PATIENCE);
        let port = started
            .rsplit(' ')
            .next()
            .unwrap_or_default()
            .trim_end_matches('.')
            .to_owned();
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime for the driver");
        let profile_folder = profile.path().display().to_string();
        let client = runtime
            .block_on(
                ClientBuilder::new(HttpConnector::new())
                    .capabilities(capabilities(setup, &profile_folder))
                    .connect(&format!("http://127.0.0.1:{port}")),
            )
            .unwrap_or_else(|error| panic!("the browser did not start: {error}\n{}", driver.output()));
        Self {
            runtime,
            client,
            driver,
            _profile: profile,
        }
    }

    /// Opens an address, and waits for the page.
    ///
    /// # Panics
    ///
    /// If there is no page.
    pub fn open(&self, url: &str) {
        self.must("open the page", self.client.goto(url));
    }

    /// The title of the page.
    pub fn title(&self) -> String {
        self.must("read the title", self.client.title())
    }

    /// The address of the page.
    pub fn url(&self) -> String {
        self.must("read the address", self.client.current_url())
            .to_string()
    }

    /// All that the page, or the first element that fits the CSS selector, says, as soon as it is there.
    ///
    /// # Panics
    ///
    /// If it does not appear.
    pub fn text(&self, selector: &str) -> String {
        self.must("read a text", self.find(selector).text())
    }

    /// Waits until an element says something, as after a click that leads to another page.
    ///
    /// # Panics
    ///
    /// If that does not come.
    pub fn wait_for(&self, selector: &str, text: &str) {
        let what = format!("`{selector}` to say `{text}`");
        eventually(PATIENCE, &what, || {
            let element = self.runtime.block_on(self.client.find(Locator::Css(selector)));
            // The page may be changing just now.
            let said = element.and_then(|element| self.runtime.block_on(element.text()));
            said.ok().filter(|said| said.contains(text))
        });
    }

    /// What a form field holds.
    ///
    /// # Panics
    ///
    /// If there is no such field.
    pub fn value(&self, selector: &str) -> String {
        let value = self.must("read a field", self.find(selector).prop("value"));
        value.unwrap_or_default()
    }

    /// Types into a field, in place of what it holds.
    ///
    /// # Panics
    ///
    /// If there is no such field.
    pub fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector);
        self.must("empty a field", field.clear());
        self.must("type", field.send_keys(text));
    }

    /// Pastes over what stands in a field, which is never empty meanwhile.
    ///
    /// # Panics
    ///
    /// If there is no such field, or nothing can be pasted.
    pub fn paste_over(&self, selector: &str, text: &str) {
        self.find(selector);
        let [selector, text] = [selector, text].map(|text| Value::from(text).to_string());
        let pasted = self.script(&format!(
            "const field = document.querySelector({selector}); field.focus(); field.select();
             return document.execCommand('insertText', false, {text})"
        ));
        assert_eq!(pasted, true, "nothing was pasted into {selector}");
    }

    /// Clicks.
    ///
    /// # Panics
    ///
    /// If there is no such element.
    pub fn click(&self, selector: &str) {
        self.must("click", self.find(selector).click());
    }

    /// Whether an element is on the page now.
    ///
    /// # Panics
    ///
    /// If the browser does not answer.
    pub fn has(&self, selector: &str) -> bool {
        let found = self.must("look", self.client.find_all(Locator::Css(selector)));
        !found.is_empty()
    }

    /// What a piece of JavaScript returns; the browser runs it itself, whatever the page may.
    ///
    /// # Panics
    ///
    /// If it fails.
    pub fn script(&self, code: &str) -> Value {
        self.must("run a script", self.client.execute(code, Vec::new()))
    }

    /// Keeps a picture of the page as `target/screenshots/NAME.png`.
    ///
    /// # Panics
    ///
    /// If it cannot be taken or written.
    pub fn screenshot(&self, name: &str) {
        let png = self.must("take a picture", self.client.screenshot());
        let folder = screenshots();
        fs::create_dir_all(&folder).expect("a folder for pictures");
        fs::write(folder.join(format!("{name}.png")), png).expect("a picture");
    }

    /// What the browser complains about in its console, such as what a content security policy kept out.
    ///
    /// # Panics
    ///
    /// If the browser does not answer.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.must("read the console", self.client.issue_cmd(ReadConsole));
        let lines = log.as_array().into_iter().flatten();
        lines.map(|line| line["message"].to_string()).collect()
    }

    fn find(&self, selector: &str) -> Element {
        let wait = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(selector));
        self.must(selector, wait)
    }

    fn must<T>(&self, what: &str, doing: impl Future<Output = Result<T, CmdError>>) -> T {
        self.runtime
            .block_on(doing)
            .unwrap_or_else(|error| panic!("cannot {what}: {error}\n{}", self.driver.output()))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver is killed with this, and the browser goes with it; this only spares the profile's last writes.
        drop(self.runtime.block_on(self.client.clone().close()));
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser").finish_non_exhaustive()
    }
}

/// Chromium's own command, which the standard does not have.
#[derive(Debug)]
struct ReadConsole;

impl WebDriverCompatibleCommand for ReadConsole {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}

/// Where pictures are kept: beside what was built.
fn screenshots() -> PathBuf {
    let built = std::env::current_exe().expect("a test has an executable");
    let target = built.ancestors().find(|folder| folder.ends_with("target"));
    target
        .map_or_else(std::env::temp_dir, PathBuf::from)
        .join("screenshots")
}

fn capabilities(setup: Setup, profile: &str) -> Map<String, Value> {
    let (width, height) = setup.size;
    let mut arguments = vec![
        "--headless".to_owned(),
        // Tests may run as root, whom the sandbox refuses, and in containers with little shared memory.
        "--no-sandbox".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        format!("--window-size={width},{height}"),
        format!("--user-data-dir={profile}"),
        format!("--lang={}", setup.languages),
    ];
    if setup.dark {
        arguments.push("--force-dark-mode".to_owned());
    }
    let scripts = if setup.scripts { 1 } else { 2 };
    let chrome = json!({
        "args": arguments,
        "prefs": {
            "intl.accept_languages": setup.languages,
            "profile.managed_default_content_settings.javascript": scripts,
        },
    });
    let options = json!({
        "browserName": "chrome",
        "goog:chromeOptions": chrome,
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    match options {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
