//! The narrator: asks the server, checks what it answers, and tells what happened.

use std::{
    thread,
    time::{Duration, Instant},
};

use reqwest::{
    Method,
    blocking::{Client, RequestBuilder},
};
use serde::Serialize;
use serde_json::Value as Json;

use super::paint::{Ink, Paper, brief};
use crate::{
    cli::{Answer, Failure, Form, Record},
    one_line::with_causes,
    progress::{Bar, Progress},
};

/// Longer than any answer takes, shorter than a visitor's patience.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where requests say in whose name they are made.
const NAME_COLUMN: usize = 66;

/// Somebody who makes requests.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) token: String,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub(super) struct Reply(Json);

impl Reply {
    /// Whether there is something at a place such as `/data/id`.
    pub(super) fn has(&self, place: &str) -> bool {
        self.0.pointer(place).is_some_and(|value| !value.is_null())
    }

    /// The number at a place.
    pub(super) fn number(&self, place: &str) -> Option<u64> {
        self.0.pointer(place).and_then(Json::as_u64)
    }

    /// The items of the list at a place.
    pub(super) fn list(&self, place: &str) -> Vec<Self> {
        let items = self.0.pointer(place).and_then(Json::as_array);
        items.into_iter().flatten().cloned().map(Self).collect()
    }

    /// Whether that value, and no other, is at a place.
    pub(super) fn is(&self, place: &str, value: impl Into<Json>) -> bool {
        self.0.pointer(place) == Some(&value.into())
    }
}

/// A step that was not as it should be.
#[derive(Debug, thiserror::Error)]
#[error("step {step} of the demo, \"{title}\", was not as it should be: {why}")]
pub(crate) struct Broken {
    step: usize,
    title: &'static str,
    why: String,
}

/// A step as it is told in JSON.
#[derive(Debug, Serialize)]
struct Step {
    number: usize,
    title: &'static str,
    requests: Vec<Asked>,
    noticed: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Asked {
    method: String,
    path: String,
    status: u16,
}

/// Tells the story.
#[derive(Debug)]
pub(super) struct Narrator {
    client: Client,
    url: String,
    form: Form,
    paper: Paper,
    steps: Vec<Step>,
}

impl Narrator {
    /// A narrator who asks the server at `url`.
    pub(super) fn new(url: &str, form: Form) -> Result<Self, Failure> {
        // A proxy of the visitor's does not know the way to this machine's own server.
        let client = Client::builder().no_proxy().timeout(PATIENCE).build();
        let client = client.map_err(|error| Failure::Refused(with_causes(&error)))?;
        let paper = match form {
            Form::Lines => Paper::of_stdout(),
            Form::Json => Paper::None,
        };
        Ok(Self {
            client,
            url: url.to_owned(),
            form,
            paper,
            steps: Vec::new(),
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn paper(&self) -> Paper {
        self.paper
    }

    /// How many requests were made.
    pub(super) fn requests(&self) -> usize {
        self.steps.iter().map(|step| step.requests.len()).sum()
    }

    /// Begins a step.
    pub(super) fn step(&mut self, title: &'static str) {
        let number = self.steps.len() + 1;
        self.paper.line("");
        let heading = self.paper.ink(Ink::Bold, &format!("{number:>2}  {title}"));
        self.paper.line(&heading);
        self.steps.push(Step {
            number,
            title,
            requests: Vec::new(),
            noticed: Vec::new(),
        });
    }

    /// Asks for something with JSON in the name of a person, and expects a status.
    pub(super) fn ask(
        &mut self,
        person: &Person,
        (method, path): (Method, &str),
        body: Option<&Json>,
        expected: u16,
    ) -> Result<Reply, Broken> {
        let request = self.client.request(method.clone(), format!("{}{path}", self.url));
        let request = request.bearer_auth(&person.token);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let shown = body.map(Json::to_string);
        self.send((method, path), (person.name, shown), request, expected)
    }

    /// Posts JSON without a token, as somebody who is about to come in.
    pub(super) fn ask_openly(
        &mut self,
        name: &str,
        (method, path): (Method, &str),
        body: &Json,
        expected: u16,
    ) -> Result<Reply, Broken> {
        let request = self.client.request(method.clone(), format!("{}{path}", self.url));
        let shown = (name, Some(body.to_string()));
        self.send((method, path), shown, request.json(body), expected)
    }

    /// Asks for a token in the name of an application.
    pub(super) fn ask_token(&mut self, name: &str, form: &[(&str, &str)]) -> Result<Reply, Broken> {
        let path = "/o/token/";
        let request = self.client.post(format!("{}{path}", self.url)).form(form);
        let shown: Vec<String> = form.iter().map(|(key, value)| format!("{key}={value}")).collect();
        self.send((Method::POST, path), (name, Some(shown.join("&"))), request, 200)
    }

    fn send(
        &mut self,
        (method, path): (Method, &str),
        (name, body): (&str, Option<String>),
        request: RequestBuilder,
        expected: u16,
    ) -> Result<Reply, Broken> {
        let paper = self.paper;
        self.tell_request(&method, path, name);
        if let Some(body) = body {
            paper.line(&format!("    {}", paper.ink(Ink::Wire, &brief(&body))));
        }
        let answer = request.send().map_err(|error| self.broken(with_causes(&error)))?;
        let status = answer.status();
        let text = answer.text().map_err(|error| self.broken(with_causes(&error)))?;
        self.note_request(&method, path, status.as_u16());
        let is_right = status.as_u16() == expected;
        let ink = if is_right { Ink::Good } else { Ink::Bad };
        let reason = status.canonical_reason().unwrap_or_default();
        let told = if status.is_success() {
            String::new()
        } else {
            format!("  {}", paper.ink(Ink::Faint, &brief(&text)))
        };
        paper.line(&format!(
            "    {}{told}",
            paper.ink(ink, &format!("{} {reason}", status.as_u16()))
        ));
        if !is_right {
            return Err(self.broken(format!("expected {expected}, got {}: {text}", status.as_u16())));
        }
        self.read(&text)
    }

    /// An answer without a body reads as nothing.
    fn read(&self, text: &str) -> Result<Reply, Broken> {
        if text.is_empty() {
            return Ok(Reply(Json::Null));
        }
        let reply = serde_json::from_str(text).map(Reply);
        reply.map_err(|error| self.broken(format!("the body is not JSON: {error}")))
    }

    /// Asks for something again and again until it is as it should be. It counts, and is told, as one request.
    pub(super) fn until(
        &mut self,
        person: &Person,
        path: &str,
        (every, longest): (Duration, Duration),
        mut is_so: impl FnMut(&Reply) -> bool,
    ) -> Result<Reply, Broken> {
        self.tell_request(&Method::GET, path, person.name);
        let begun = Instant::now();
        loop {
            let request = self.client.get(format!("{}{path}", self.url));
            let answer = request.bearer_auth(&person.token).send();
            let answer = answer.map_err(|error| self.broken(with_causes(&error)))?;
            let status = answer.status().as_u16();
            let text = answer.text().map_err(|error| self.broken(with_causes(&error)))?;
            if status != 200 {
                return Err(self.broken(format!("expected 200, got {status}: {text}")));
            }
            let reply = self.read(&text)?;
            if is_so(&reply) {
                self.note_request(&Method::GET, path, status);
                return Ok(reply);
            }
            if begun.elapsed() > longest {
                return Err(self.broken(format!("waited in vain; the last answer was {text}")));
            }
            thread::sleep(every);
        }
    }

    /// A bar for what goes on.
    pub(super) fn counting(&self, label: &str) -> Bar {
        Progress::of(self.form).counting(label)
    }

    /// What was done beside the server, if it went well.
    pub(super) fn or_broken<T>(&self, outcome: Result<T, String>) -> Result<T, Broken> {
        outcome.map_err(|why| self.broken(why))
    }

    fn tell_request(&self, method: &Method, path: &str, name: &str) {
        let paper = self.paper;
        let line = format!("{method} {}", brief(path));
        let gap = " ".repeat(NAME_COLUMN.saturating_sub(line.chars().count()).max(2));
        let by = paper.ink(Ink::Faint, &format!("as {name}"));
        paper.line(&format!("    {}{gap}{by}", paper.ink(Ink::Wire, &line)));
    }

    fn note_request(&mut self, method: &Method, path: &str, status: u16) {
        if let Some(step) = self.steps.last_mut() {
            step.requests.push(Asked {
                method: method.to_string(),
                path: path.to_owned(),
                status,
            });
        }
    }

    /// Tells what to notice in an answer, if it is so.
    pub(super) fn notice(&mut self, what: &str, is_so: bool) -> Result<(), Broken> {
        if !is_so {
            return Err(self.broken(format!("it is not so that {what}")));
        }
        let mark = self.paper.ink(Ink::Good, "✓");
        self.paper.line(&format!("    {mark} {what}"));
        if let Some(step) = self.steps.last_mut() {
            step.noticed.push(what.to_owned());
        }
        Ok(())
    }

    /// The text at a place of an answer, such as `/data/id`.
    pub(super) fn text(&self, reply: &Reply, place: &str) -> Result<String, Broken> {
        let text = reply.0.pointer(place).and_then(Json::as_str);
        text.map(str::to_owned)
            .ok_or_else(|| self.broken(format!("the answer has no text at {place}")))
    }

    fn broken(&self, why: String) -> Broken {
        let (step, title) = self
            .steps
            .last()
            .map_or((0, ""), |step| (step.number, step.title));
        Broken { step, title, why }
    }

    /// Says that all is done; as a document, if that is wanted.
    pub(super) fn finish(&self, about: Record) -> Result<(), Broken> {
        if self.form == Form::Json {
            let document = about.with("as_it_should_be", true).with("steps", &self.steps);
            let printed = self.form.print(&Answer::One(document));
            printed.map_err(|error| self.broken(error.to_string()))?;
        }
        Ok(())
    }
}
