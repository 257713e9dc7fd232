//! `/onboarding/{token}`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header::LOCATION},
    web::{Data, Path, Payload},
};
use innkeeper_domain::{
    onboarding::{LinkView, UsableLink},
    tokens::{LinkPurpose, Secret},
    usecases::look_at_link,
    values::Invalid,
};
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroize;

use super::{
    Problem,
    form::{Sent, title},
    page::{self, Content, guarded},
    texts::Texts,
};
use crate::{
    body,
    entrance::{self, Chosen, FlowError},
    failure::Failure,
    state::AppState,
};

const MEDIA_TYPES: &[&str] = &["application/x-www-form-urlencoded"];

/// One request for one link.
struct Visited<'a> {
    request: &'a HttpRequest,
    state: &'a AppState,
    token: &'a str,
    texts: Texts,
}

impl<'a> Visited<'a> {
    fn new(request: &'a HttpRequest, state: &'a AppState, token: &'a str) -> Self {
        Self {
            request,
            state,
            token,
            texts: Texts::of(request),
        }
    }

    /// How the link stands. Nothing is changed, however often it is looked at (C-36).
    async fn look(&self) -> Result<LinkView, Problem> {
        let Ok(secret) = Secret::parse(self.token) else {
            return Ok(LinkView::Unknown);
        };
        let now = self.state.clock.now();
        let looked = self
            .state
            .read(move |queries| look_at_link(queries, &secret, now).map_err(Failure::from));
        let looked = looked.await.and_then(|looked| looked);
        looked.map_err(|failure| self.told(&failure))
    }

    fn told(&self, failure: &Failure) -> Problem {
        Problem::told(failure, self.request)
    }

    /// Where the page is, for forms and redirects.
    fn action(&self) -> String {
        // What is shown may be anything; a token of ours stays as it is.
        let token: String = byte_serialize(self.token.as_bytes()).collect();
        format!("{}/onboarding/{token}", self.state.public_url)
    }

    /// The page of a link.
    fn show(&self, view: &LinkView) -> HttpResponse {
        match view {
            LinkView::Open(link) => self.show_form(StatusCode::OK, link, &Sent::default(), None),
            LinkView::Done(_) => self.show_text(StatusCode::OK, "done", None),
            // One page for a link that is over and for one that never was (C-38).
            LinkView::Expired(_) | LinkView::Unknown => {
                let ask = format!("{}/again", self.action());
                self.show_text(StatusCode::GONE, "over", Some(ask))
            }
        }
    }

    fn show_form(
        &self,
        status: StatusCode,
        link: &UsableLink,
        sent: &Sent,
        invalid: Option<&Invalid>,
    ) -> HttpResponse {
        let findings = invalid.map_or_else(Vec::new, |invalid| Sent::findings(invalid, self.texts));
        let form = sent.form(link, self.action(), findings, self.texts);
        let title = title(link.purpose, self.texts);
        page::answer(status, self.texts, &title, &Content::Form(Box::new(form)))
    }

    fn show_text(&self, status: StatusCode, message: &str, ask: Option<String>) -> HttpResponse {
        let text = self.texts.say(&format!("{message}-text"));
        let title = self.texts.say(message);
        page::answer(status, self.texts, &title, &Content::Message { text, ask })
    }

    /// Back to the page, which now says that it is done; so that a reload sends nothing again.
    fn back(&self) -> HttpResponse {
        guarded(StatusCode::SEE_OTHER)
            .insert_header((LOCATION, self.action()))
            .finish()
    }
}

/// `GET /onboarding/{token}`.
pub(crate) async fn show(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let visited = Visited::new(&request, &state, &path);
    let view = visited.look().await?;
    Ok(visited.show(&view))
}

/// `POST /onboarding/{token}`.
pub(crate) async fn submit(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let visited = Visited::new(&request, &state, &path);
    let sent = body::bytes(&request, payload, MEDIA_TYPES).await;
    let sent = sent.and_then(|mut body| {
        let sent = Sent::parse(&body);
        body.zeroize();
        sent
    });
    let sent = sent.map_err(|failure| visited.told(&failure))?;
    let view = visited.look().await?;
    let LinkView::Open(link) = &view else {
        return Ok(visited.show(&view));
    };
    let named = link.purpose == LinkPurpose::Onboarding;
    let followed = match Chosen::read(|field| sent.given(field, visited.token), named) {
        Err(invalid) => Err(invalid.into()),
        Ok(chosen) if named => entrance::confirm(&request, &state, chosen).await,
        Ok(chosen) => entrance::restore(&request, &state, chosen).await,
    };
    match followed {
        Ok(_user) => Ok(visited.back()),
        // Somebody was faster, or it is over just now: the page says how it stands.
        Err(FlowError::Invalid(invalid)) if invalid.errors().iter().any(|error| error.field == "token") => {
            let view = visited.look().await?;
            Ok(visited.show(&view))
        }
        Err(FlowError::Invalid(invalid)) => {
            Ok(visited.show_form(StatusCode::UNPROCESSABLE_ENTITY, link, &sent, Some(&invalid)))
        }
        Err(error) => Err(refused(error, &request)),
    }
}

/// `POST /onboarding/{token}/again`.
pub(crate) async fn ask_again(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let visited = Visited::new(&request, &state, &path);
    let asked = entrance::ask_by_link(&request, &state, visited.token).await;
    asked.map_err(|error| refused(error, &request))?;
    Ok(visited.show_text(StatusCode::OK, "asked", None))
}

fn refused(error: FlowError, request: &HttpRequest) -> Problem {
    match error {
        FlowError::Failure(failure) => Problem::told(&failure, request),
        FlowError::TooMany(after) => Problem::too_many(after, request),
        FlowError::OtherPerson | FlowError::Wrong | FlowError::Invalid(_) => {
            Problem::told(&Failure::Forbidden, request)
        }
    }
}
