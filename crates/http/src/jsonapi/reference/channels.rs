//! The operations of the catalogue.

use serde_json::{Value, json};

use super::{
    super::channels::ChannelAttributes,
    shapes::{document, list, many, one, page, shown},
};
use crate::reference::{Answer, ChannelName, Operation, Tag, in_path};

fn hostaway() -> Value {
    shown::<ChannelAttributes>(
        "hostaway",
        json!({
            "label": "Hostaway",
            "kind": "pms",
            "is-pms": true,
            "available": true,
            "history": "full",
            "credential-sets": [{
                "name": "api_key",
                "available": true,
                "fields": [
                    {
                        "key": "account_id",
                        "label": "Account ID",
                        "secret": false,
                        "required": true,
                        "pattern": "^[0-9]{1,20}$",
                        "example": "12345"
                    },
                    {
                        "key": "api_key",
                        "label": "API key",
                        "secret": true,
                        "required": true,
                        "example": "3f1c0a5b7d9e2f4a6c8b0d1e3f5a7c9b"
                    }
                ]
            }],
            "docs-url": "https://api.hostaway.com/documentation"
        }),
    )
}

pub(crate) fn list_channels() -> Operation {
    let operation = Operation::new(Tag::Channels, "listChannels", "List channels")
        .text(
            "The catalogue: every channel that is known, with the credentials that it asks for. Accounts can be added of \
             those that are `available`.",
        )
        .needs_a_token();
    page(operation).answers(
        Answer::new(200, "A page of channels, in the order of their names.")
            .shows(
                many::<ChannelAttributes>(),
                list("/api/v1/channels/", &[hostaway()]),
            )
            .leads_to("getChannel", [("slug", "$response.body#/data/0/id")]),
    )
}

pub(crate) fn get_channel() -> Operation {
    Operation::new(Tag::Channels, "getChannel", "Read one channel")
        .needs_a_token()
        .takes(in_path::<ChannelName>("slug", "The channel's name on the wire."))
        .answers(Answer::new(200, "The channel.").shows(one::<ChannelAttributes>(), document(&hostaway())))
}
