//! `/api/v1/channels/`: what accounts can be connected to.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use innkeeper_domain::{
    accounts::{Channel, CredentialField, CredentialSet},
    ports::{Page, PageRequest, Total},
};
use serde::Serialize;

use super::{
    Problem,
    document::{Resource, answer},
    list::ListQuery,
};
use crate::{caller::Caller, state::AppState};

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct ChannelAttributes {
    label: String,
    kind: &'static str,
    is_pms: bool,
    available: bool,
    history: String,
    credential_sets: Vec<SetShown>,
    docs_url: Option<String>,
}

#[derive(Debug, Serialize)]
struct SetShown {
    name: String,
    available: bool,
    fields: Vec<FieldShown>,
}

#[derive(Debug, Serialize)]
struct FieldShown {
    key: String,
    label: String,
    secret: bool,
    required: bool,
    /// Told of those that take several values.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    list: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
    example: String,
}

fn channel_resource(channel: &Channel) -> Resource<ChannelAttributes> {
    Resource {
        r#type: "channels",
        id: channel.slug.to_string(),
        attributes: ChannelAttributes {
            label: channel.label.clone(),
            kind: channel.kind.as_str(),
            is_pms: channel.is_pms(),
            available: channel.is_available(),
            history: channel.history.to_string(),
            credential_sets: channel.credential_sets.iter().map(set).collect(),
            docs_url: channel.docs_url.clone(),
        },
    }
}

fn set(set: &CredentialSet) -> SetShown {
    SetShown {
        name: set.name.clone(),
        available: set.available,
        fields: set.fields.iter().map(field).collect(),
    }
}

fn field(field: &CredentialField) -> FieldShown {
    FieldShown {
        key: field.key.clone(),
        label: field.label.clone(),
        secret: field.secret,
        required: field.required,
        list: field.list,
        pattern: field.format.pattern(),
        example: field.example.clone(),
    }
}

/// `GET /api/v1/channels/`. The catalogue holds no secret: any token will do.
pub(crate) async fn list(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    Caller::of(&request, &state).await?;
    let query = ListQuery::read(&request, &[])?;
    let found = page_of(state.gateway.channels(), query.page);
    query.answer(&request, &state, found.map(channel_resource))
}

fn page_of(channels: &[Channel], page: PageRequest) -> Page<&Channel> {
    let fits = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let on_page = channels.iter().skip(fits(page.offset()));
    Page {
        items: on_page.take(fits(page.size().into())).collect(),
        total: Total::counted(u64::try_from(channels.len()).unwrap_or(u64::MAX)),
    }
}

/// `GET /api/v1/channels/{slug}/`.
pub(crate) async fn get(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    Caller::of(&request, &state).await?;
    let mut channels = state.gateway.channels().iter();
    let found = channels.find(|channel| channel.slug.as_str() == path.as_str());
    let channel = found.ok_or_else(Problem::not_found)?;
    Ok(answer(HttpResponse::Ok(), channel_resource(channel)))
}
