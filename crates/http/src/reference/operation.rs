//! What the reference tells of one operation.

use std::borrow::Cow;

use innkeeper_domain::{
    access::{Act, Action, Need, Permission},
    accounts::Channel,
};
use serde_json::Value;
use utoipa::openapi::{
    Content, Required,
    content::ContentBuilder,
    example::ExampleBuilder,
    link::{Link, LinkBuilder},
    path::Parameter,
    request_body::{RequestBody, RequestBodyBuilder},
};

use super::{
    refusals::{Refusal, Told},
    shape::Shape,
    tag::Tag,
};

/// Who may ask.
#[derive(Clone, Copy, Debug)]
pub(super) enum Access {
    /// Everybody.
    Open,
    /// An application by its id and secret.
    Client,
    /// Whoever has a token of any scope.
    AnyToken,
    /// Whoever the decision function admits to the action.
    Action(Action),
}

/// One operation, as it is told beside its handler.
pub(crate) struct Operation {
    pub(super) id: &'static str,
    pub(super) tag: Tag,
    pub(super) summary: &'static str,
    text: &'static str,
    pub(super) access: Access,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    pub(super) answers: Vec<Answer>,
    pub(super) refusals: Vec<Refusal>,
}

/// What is sent.
pub(super) struct Body {
    pub(super) shape: Shape,
    examples: Vec<BodyExample>,
    of_channels: Option<OfChannels>,
}

/// What may be sent: a name, a summary, and the body.
pub(crate) type BodyExample = (Cow<'static, str>, Cow<'static, str>, Value);
/// Examples that are made from the catalogue.
type OfChannels = fn(&[Channel]) -> Vec<BodyExample>;

impl Operation {
    /// An operation that everybody may ask for, until it [needs](Self::needs) something. Its id becomes a method's name
    /// in generated clients.
    pub(crate) fn new(tag: Tag, id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            tag,
            summary,
            text: "",
            access: Access::Open,
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// What a reader should know, in Markdown.
    pub(crate) fn text(self, text: &'static str) -> Self {
        Self { text, ..self }
    }

    /// The action that is judged; scope and permission are read off it.
    pub(crate) fn needs<A: Act>(self) -> Self {
        Self {
            access: Access::Action(A::ACTION),
            ..self
        }
    }

    /// An application shows its id and secret.
    pub(crate) fn needs_a_client(self) -> Self {
        Self {
            access: Access::Client,
            ..self
        }
    }

    /// Any valid token will do.
    pub(crate) fn needs_a_token(self) -> Self {
        Self {
            access: Access::AnyToken,
            ..self
        }
    }

    /// A parameter of the path or the query.
    pub(crate) fn takes(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// The body that is read, with an example. Called again, it adds an example.
    pub(crate) fn reads(
        mut self,
        shape: Shape,
        name: &'static str,
        summary: &'static str,
        example: Value,
    ) -> Self {
        let body = self.body.get_or_insert_with(|| Body::new(shape));
        body.examples.push((name.into(), summary.into(), example));
        self
    }

    /// The body that is read, with examples that are made from the catalogue.
    pub(crate) fn reads_of_channels(mut self, shape: Shape, examples: OfChannels) -> Self {
        let body = self.body.get_or_insert_with(|| Body::new(shape));
        body.of_channels = Some(examples);
        self
    }

    /// A success.
    pub(crate) fn answers(mut self, answer: Answer) -> Self {
        self.answers.push(answer);
        self
    }

    /// A refusal beyond those that every operation of the dialect has: a name for the example, why, and the very value
    /// that the handler answers with.
    pub(crate) fn refuses(mut self, name: &'static str, why: &'static str, problem: &dyn Told) -> Self {
        self.refusals.push(Refusal::of(name, why, problem));
        self
    }

    /// The whole description: the text, and what a caller needs.
    pub(super) fn description(&self) -> String {
        let needed = match self.access {
            Access::Open => "**Needs** no token.".to_owned(),
            Access::Client => "**Needs** the id and secret of an application.".to_owned(),
            Access::AnyToken => "**Needs** a token of any scope.".to_owned(),
            Access::Action(action) => {
                format!("**Needs** the scope `{}`{}.", action.scope(), told(action.need()))
            }
        };
        [self.text, &needed]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n")
    }
}

/// A need in words, to stand behind a scope.
fn told(need: Need) -> String {
    match need {
        Need::Listing => "; what the caller may not see is left out".to_owned(),
        Need::Policy(policy) => format!(", and the policy `{}` on the property", policy.as_str()),
        Need::Unlimited => ", and a token that is not limited to properties".to_owned(),
        Need::Oneself => ", and a token of that very user, or of an application".to_owned(),
        Need::Account(permission) => {
            let base = ", and a token of that very user whose key is not limited to properties, or of an application";
            match permission {
                Permission::None => base.to_owned(),
                Permission::View | Permission::Edit | Permission::Admin => {
                    format!(
                        "{base}; the login behind it has at least the permission `{}`",
                        permission.as_str()
                    )
                }
            }
        }
        Need::Application => ", and a token of an application that stands for no user".to_owned(),
        Need::Operator => ", and is for the operator alone".to_owned(),
        Need::Owner => ", and the role `owner` on the property".to_owned(),
    }
}

impl Body {
    fn new(shape: Shape) -> Self {
        Self {
            shape,
            examples: Vec::new(),
            of_channels: None,
        }
    }

    /// The body as it is told.
    pub(super) fn document(&self, media_type: &str, channels: &[Channel]) -> RequestBody {
        let of_channels = self.of_channels.map(|examples| examples(channels));
        let examples = self.examples.iter().chain(of_channels.iter().flatten());
        let examples = examples.map(|(name, summary, value)| {
            let example = ExampleBuilder::new().summary(summary.as_ref());
            (name.as_ref(), example.value(Some(value.clone())).build())
        });
        let content = ContentBuilder::new()
            .schema(Some(self.shape.schema.clone()))
            .examples_from_iter(examples);
        RequestBodyBuilder::new()
            .required(Some(Required::True))
            .content(media_type, content.build())
            .build()
    }
}

/// A success.
pub(crate) struct Answer {
    pub(super) status: u16,
    pub(super) text: &'static str,
    pub(super) bodies: Vec<Shown>,
    pub(super) headers: Vec<&'static str>,
    pub(super) links: Vec<(&'static str, Link)>,
}

/// One form of the body of an answer.
pub(super) struct Shown {
    /// The dialect's own, where none is named.
    pub(super) media_type: Option<&'static str>,
    pub(super) shape: Shape,
    example: Value,
}

impl Shown {
    pub(super) fn document(&self) -> Content {
        let content = ContentBuilder::new().schema(Some(self.shape.schema.clone()));
        content.example(Some(self.example.clone())).build()
    }
}

impl Answer {
    /// An answer without a body, until it [shows](Self::shows) one.
    pub(crate) fn new(status: u16, text: &'static str) -> Self {
        Self {
            status,
            text,
            bodies: Vec::new(),
            headers: Vec::new(),
            links: Vec::new(),
        }
    }

    /// Its body in the form of the dialect, with an example.
    pub(crate) fn shows(mut self, shape: Shape, example: Value) -> Self {
        self.bodies.push(Shown {
            media_type: None,
            shape,
            example,
        });
        self
    }

    /// A body in a form of its own.
    pub(crate) fn shows_as(mut self, media_type: &'static str, shape: Shape, example: Value) -> Self {
        self.bodies.push(Shown {
            media_type: Some(media_type),
            shape,
            example,
        });
        self
    }

    /// A header beside the request's id; those that are known stand in `headers`.
    pub(crate) fn with_header(mut self, name: &'static str) -> Self {
        self.headers.push(name);
        self
    }

    /// What can be asked next with what stands in this answer.
    pub(crate) fn leads_to<'p>(
        mut self,
        operation: &'static str,
        parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> Self {
        let link = LinkBuilder::new().operation_id(operation);
        let link = parameters
            .into_iter()
            .fold(link, |link, (name, place)| link.parameter(name, place));
        self.links.push((operation, link.build()));
        self
    }
}
