//! How long a body may take to arrive: whoever sends one a byte at a time, or never ends it, would hold a connection for ever.
//!
//! The time for heads, and for connections that say nothing, is the framework's: five seconds.

use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
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

/// Ends a body that takes too long, as if the sender had gone away.
pub fn for_body(request: &mut ServiceRequest) {
    let payload: Payload = match request.take_payload() {
        Payload::None => Payload::None,
        inner => {
            Payload::Stream { payload: Box::pin(Timely { inner, patience: PATIENCE, was_missing: false, end: None }) }
        }
    };
    request.set_payload(payload);
}

/// A body with an end in time. Most bodies arrive with their heads, and are there at the second look: the clock is set for those
/// that have to be waited for.
struct Timely<S> {
    inner: S,
    patience: Duration,
    /// Whether it was looked at and was not there.
    was_missing: bool,
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
        if !this.was_missing {
            this.was_missing = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
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
        let mut timely = Timely { inner: whole, patience: Duration::ZERO, was_missing: false, end: None };
        assert_eq!(timely.next().await.unwrap().unwrap(), "a");
        assert_eq!(timely.next().await.unwrap().unwrap(), "b");
        assert!(timely.next().await.is_none(), "what is there is taken, however little patience there is");

        let endless = stream::iter([piece("a")]).chain(stream::pending());
        let mut timely = Timely { inner: endless, patience: Duration::from_millis(1), was_missing: false, end: None };
        assert_eq!(timely.next().await.unwrap().unwrap(), "a");
        assert!(matches!(timely.next().await, Some(Err(PayloadError::Incomplete(Some(_))))));
    }
}
