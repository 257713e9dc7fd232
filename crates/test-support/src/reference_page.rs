//! The page of the API reference, used as a person would: with the mouse and the keyboard.

use serde_json::Value;

use crate::{Browser, browser::Setup};

/// The page of a running server, in a browser of its own.
#[derive(Debug)]
pub struct ReferencePage {
    browser: Browser,
    server: String,
}

impl ReferencePage {
    /// Opens the page of the server at this address, and waits until the operations are there.
    ///
    /// # Panics
    ///
    /// If they do not appear.
    pub fn open(server: &str, setup: Setup) -> Self {
        let page = Self {
            browser: Browser::start(setup),
            server: server.to_owned(),
        };
        page.open_again();
        page
    }

    /// Opens the page anew, as if nobody had used it before.
    ///
    /// # Panics
    ///
    /// If the operations do not appear.
    pub fn open_again(&self) {
        self.browser.open(&format!("{}/api/v1/docs/", self.server));
        self.browser.text(".opblock");
    }

    /// The browser with the page.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Gives a token to the page.
    ///
    /// # Panics
    ///
    /// If there is no place for it.
    pub fn authorize(&self, token: &str) {
        self.authorize_with(&[("#auth-bearer-value", token)]);
    }

    /// Gives the id and secret of an application to the page, which gets a token for them.
    ///
    /// # Panics
    ///
    /// If there is no place for them, or they get no token.
    pub fn authorize_as(&self, id: &str, secret: &str) {
        self.authorize_with(&[
            ("#client_id_clientCredentials", id),
            ("#client_secret_clientCredentials", secret),
        ]);
    }

    fn authorize_with(&self, fields: &[(&str, &str)]) {
        self.browser.click(".auth-wrapper > .authorize");
        for (field, text) in fields {
            self.browser.fill(field, text);
        }
        let (field, _) = fields.first().expect("a field to fill in");
        self.browser
            .click(&format!(".auth-container:has({field}) .authorize"));
        self.browser.wait_for(".dialog-ux", "Authorized");
        self.browser.click(".dialog-ux .close-modal");
    }

    /// Tries an operation out, with these parameters and the body given, or the one that stands there as an example.
    /// Tells status and body of the answer, as the page shows them.
    ///
    /// # Panics
    ///
    /// If the page has no place for a parameter or the body, or shows no answer.
    pub fn tries(
        &self,
        operation: &str,
        parameters: &[(&str, &str)],
        body: Option<&Value>,
    ) -> (String, Value) {
        let place = place_of(operation);
        if !self.browser.has(&format!("{place} .opblock-body")) {
            self.browser.click(&format!("{place} .opblock-summary-control"));
        }
        for (name, value) in parameters {
            let field = format!("{place} [data-param-name='{name}'] input");
            self.browser.fill(&field, value);
        }
        if let Some(body) = body {
            let field = format!("{place} .body-param__text");
            // An emptied field is given its example again.
            self.browser.paste_over(&field, &body.to_string());
        }
        let clear = format!("{place} .btn-clear");
        if self.browser.has(&clear) {
            // What was answered before would be taken for the answer.
            self.browser.click(&clear);
        }
        self.browser.click(&format!("{place} .execute"));
        let answer = format!("{place} .live-responses-table .response");
        let status = self.browser.text(&format!("{answer} .response-col_status"));
        let body = format!("{answer} .highlight-code code");
        let body = if self.browser.has(&body) {
            let text = self.browser.text(&body);
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{operation}: {error} in {text}"))
        } else {
            Value::Null
        };
        (status, body)
    }

    /// Keeps a picture of the answer to an operation that was tried out.
    ///
    /// # Panics
    ///
    /// If there is none, or it cannot be written.
    pub fn picture(&self, operation: &str, name: &str) {
        let answer = format!("{} .live-responses-table", place_of(operation));
        let scroll = format!("document.querySelector(\"{answer}\").scrollIntoView()");
        self.browser.script(&scroll);
        self.browser.screenshot(name);
    }

    /// Asserts that the browser had nothing to complain about since it was asked last, such as what the page's policy
    /// kept out, and that the page asked nobody but its own server.
    ///
    /// # Panics
    ///
    /// If it had, or the page did.
    pub fn assert_nothing_is_amiss(&self) {
        assert_eq!(self.complaints(), Vec::<String>::new());
        let asked = "return performance.getEntriesByType('resource').map(entry => entry.name)";
        let asked = self.browser.script(asked);
        let asked: Vec<&str> = asked
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let own = format!("{}/", self.server);
        assert!(
            asked.len() > 3 && asked.iter().all(|address| address.starts_with(&own)),
            "{asked:#?}"
        );
    }

    /// What the browser complained about since it was asked last.
    pub fn complaints(&self) -> Vec<String> {
        let complaints = self.browser.complaints().into_iter();
        // Hints on how a form could be made are no complaints.
        complaints.filter(|line| !line.contains("[DOM]")).collect()
    }
}

fn place_of(operation: &str) -> String {
    format!("[id$='-{operation}']")
}
