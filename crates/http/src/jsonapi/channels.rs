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
use utoipa::{PartialSchema, ToSchema};

use super::{
    Problem,
    document::{Attributes, Resource, answer},
    list::ListQuery,
    reference::words::{ChannelHistory, ChannelKindName, DocsUrl},
};
use crate::{
    caller::Caller,
    reference::{ChannelName, Shape},
    state::AppState,
};

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ChannelAttributes {
    /// The channel's name for people.
    label: String,
    #[schema(value_type = ChannelKindName)]
    kind: &'static str,
    /// Whether it is a property management system.
    is_pms: bool,
    /// Whether accounts of it can be connected here.
    available: bool,
    #[schema(value_type = ChannelHistory)]
    history: String,
    /// The ways to connect, the recommended one first.
    credential_sets: Vec<SetShown>,
    /// `null` if they do not do so in public.
    #[schema(value_type = Option<DocsUrl>, required)]
    docs_url: Option<String>,
}

impl Attributes for ChannelAttributes {
    const TYPE: &'static str = "channels";
    const NAME: &'static str = "Channel";

    fn id() -> Shape {
        Shape::plain(ChannelName::schema())
    }
}

/// One way to prove that an account is one's own: send these keys, and no others, as `credentials`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CredentialSet)]
struct SetShown {
    /// Its name, unique within the channel.
    name: String,
    /// Whether accounts can be connected with it here.
    available: bool,
    fields: Vec<FieldShown>,
}

/// One value that an account is added with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CredentialField)]
struct FieldShown {
    /// Its key in `credentials`.
    key: String,
    /// What to call it in a form.
    label: String,
    /// Whether to hide it while it is typed.
    secret: bool,
    /// Whether it must be sent.
    required: bool,
    /// Only there, and `true`, if it takes several values.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    list: bool,
    /// The form of each value, as a regular expression; left out, any text will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pattern: Option<&'static str>,
    /// A made-up value.
    example: String,
}

fn channel_resource(channel: &Channel) -> Resource<ChannelAttributes> {
    Resource::new(
        &channel.slug,
        ChannelAttributes {
            label: channel.label.clone(),
            kind: channel.kind.as_str(),
            is_pms: channel.is_pms(),
            available: channel.is_available(),
            history: channel.history.to_string(),
            credential_sets: channel.credential_sets.iter().map(set).collect(),
            docs_url: channel.docs_url.clone(),
        },
    )
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
