//! `innkeeper openapi`.

use std::io;

use clap::Args;
use innkeeper_domain::ports::ChannelGateway;
use innkeeper_http::document;

use super::{answer::Answer, failure::Failure};
use crate::{channels, compose::StartError, config::Config};

/// Print the OpenAPI 3.1 document of the API
#[derive(Clone, Copy, Debug, Args)]
#[command(after_help = "\
The same document that `serve` answers with at /api/v1/schema/. Nothing is connected to.

Examples:
  innkeeper openapi >openapi.json
  innkeeper openapi --yaml >openapi.yaml")]
pub(crate) struct OpenApi {
    /// As YAML instead of JSON
    #[arg(long, conflicts_with = "json")]
    yaml: bool,
}

impl OpenApi {
    pub(crate) fn run(self, config: &Config) -> Result<Answer, Failure> {
        let gateway = channels::unshared(config).map_err(StartError::from)?;
        let document = document(gateway.channels(), &config.http.public_url(config.http.listen));
        if self.yaml {
            let text = document.to_yaml().map_err(io::Error::other)?;
            return Ok(Answer::Lines(text.lines().map(str::to_owned).collect()));
        }
        Ok(Answer::Document(
            serde_json::to_value(document).map_err(io::Error::other)?,
        ))
    }
}
