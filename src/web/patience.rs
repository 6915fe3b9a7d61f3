//! How long a body may take to arrive: whoever sends one a byte at a time, or never ends it, would hold a connection for ever.
//!
//! The time for heads, and for connections that say nothing, is the framework's: five seconds.

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use bytes::Bytes;
use futures_util::Stream;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// A body of the largest size that is taken arrives within this time over the slowest of mobile networks.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ends bodies that take too long, as if the sender had gone away.
pub async fn for_bodies(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let payload: Payload = match request.take_payload() {
        Payload::None => Payload::None,
        inner => Payload::Stream { payload: Box::pin(Timely { inner, patience: PATIENCE, end: None }) },
    };
    request.set_payload(payload);
    next.call(request).await
}

/// A body with an end in time. Most bodies arrive with their heads: the clock is set when one has to be waited for.
struct Timely<S> {
    inner: S,
    patience: Duration,
    end: Option<Pin<Box<Sleep>>>,
}

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Stream for Timely<S> {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let ready = Pin::new(&mut this.inner).poll_next(context);
        if ready.is_ready() {
            return ready;
        }
        let end = this.end.get_or_insert_with(|| Box::pin(tokio::time::sleep(this.patience)));
        end.as_mut().poll(context).map(|()| Some(Err(PayloadError::Incomplete(Some(io::ErrorKind::TimedOut.into())))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt, stream};

    #[actix_web::test]
    async fn a_body_that_does_not_end_is_ended() {
        let piece = |text: &'static str| Ok(Bytes::from_static(text.as_bytes()));
        let whole = stream::iter([piece("a"), piece("b")]);
        let mut timely = Timely { inner: whole, patience: Duration::ZERO, end: None };
        assert_eq!(timely.next().await.unwrap().unwrap(), "a");
        assert_eq!(timely.next().await.unwrap().unwrap(), "b");
        assert!(timely.next().await.is_none(), "what is there is taken, however little patience there is");

        let endless = stream::iter([piece("a")]).chain(stream::pending());
        let mut timely = Timely { inner: endless, patience: Duration::from_millis(1), end: None };
        assert_eq!(timely.next().await.unwrap().unwrap(), "a");
        assert!(matches!(timely.next().await, Some(Err(PayloadError::Incomplete(Some(_))))));
    }
}
