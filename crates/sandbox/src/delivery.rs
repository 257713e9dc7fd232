//! How an answer travels: whole, drop by drop, or not to its end.

use std::{io, time::Duration};

use actix_web::{
    HttpResponse,
    body::SizedStream,
    http::{StatusCode, header::CONTENT_TYPE},
    web::Bytes,
};
use futures_util::{StreamExt, stream};
use tokio::time::sleep;

use crate::answer::Answer;

/// The time between two bytes of a slow answer.
const DRIP: Duration = Duration::from_secs(1);
/// The time that the first half of a cut answer gets to leave the machine.
const LINGER: Duration = Duration::from_millis(20);

/// The way of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Whole,
    /// One byte a second.
    Slow,
    /// Half of what was announced, then the end of the connection.
    Cut,
}

/// Sends an answer its way.
pub(crate) fn deliver(answer: Answer, delivery: Delivery) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    if !answer.content_type.is_empty() {
        response.insert_header((CONTENT_TYPE, answer.content_type));
    }
    for (name, value) in answer.headers {
        response.append_header((name, value));
    }
    let size = u64::try_from(answer.body.len()).unwrap_or(0);
    match delivery {
        Delivery::Whole => response.body(answer.body),
        Delivery::Slow => {
            let drops = stream::iter(answer.body)
                .enumerate()
                .then(|(place, byte)| async move {
                    if place > 0 {
                        sleep(DRIP).await;
                    }
                    Ok::<_, io::Error>(Bytes::copy_from_slice(&[byte]))
                });
            response.body(SizedStream::new(size, Box::pin(drops)))
        }
        Delivery::Cut => {
            let half = answer.body.slice(..answer.body.len() / 2);
            let end = stream::once(async {
                sleep(LINGER).await;
                Err(io::Error::from(io::ErrorKind::ConnectionAborted))
            });
            let cut = stream::iter([Ok(half)]).chain(end);
            response.body(SizedStream::new(size + 1, Box::pin(cut)))
        }
    }
}
