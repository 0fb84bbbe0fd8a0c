//! A call's body on its way here, watched so that it is seen when it has come.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};

use crate::doors::Call;

/// A body. Until it is here its call is none under way, however much it trickles: else a few bytes now and then would
/// keep a place for ever.
pub struct Awaited {
    body: Body,
    call: Arc<Call>,
}

impl Awaited {
    /// Of this call. Most calls have none, and are here at once.
    pub fn of(body: Body, call: Arc<Call>) -> Self {
        if body.is_end_stream() {
            call.is_here();
        }
        Self { body, call }
    }
}

impl HttpBody for Awaited {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        if frame.is_none() || this.body.is_end_stream() {
            this.call.is_here();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        self.call.is_here();
    }
}
