//! What a webhook answers, well or badly.

use std::future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::io::ReaderStream;
use tokio_util::sync::CancellationToken;

/// An answer to one request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// This status, no body.
    Status(u16),
    /// This status with a header, such as `Retry-After`.
    WithHeader(u16, &'static str, String),
    /// This status, and this JSON.
    Json(u16, String),
    /// None, and the connection stays open.
    Hang,
    /// This status, so late.
    Delay(Duration, u16),
    /// This status, once the test says so.
    Held(CancellationToken, u16),
    /// 200, then the connection ends within the body that was announced.
    CloseMidResponse,
    /// 200 and a body without an end.
    EndlessBody,
    /// 503 to the first request of a path and each second one after it, 200 to the others.
    HalfFailing,
}

impl Answer {
    /// The status that the `nth` request gets; none when it gets no answer at all.
    pub(super) const fn status(&self, nth: usize) -> Option<u16> {
        match self {
            Self::Status(status)
            | Self::WithHeader(status, ..)
            | Self::Json(status, _)
            | Self::Delay(_, status)
            | Self::Held(_, status) => Some(*status),
            Self::Hang => None,
            Self::HalfFailing if nth.is_multiple_of(2) => Some(503),
            Self::CloseMidResponse | Self::EndlessBody | Self::HalfFailing => Some(200),
        }
    }

    pub(super) async fn respond(self, nth: usize) -> Response {
        let Some(status) = self.status(nth) else {
            return future::pending().await;
        };
        let status = StatusCode::from_u16(status).unwrap();
        match self {
            Self::Status(_) | Self::Hang | Self::HalfFailing => status.into_response(),
            Self::WithHeader(_, name, value) => {
                let header = (
                    HeaderName::from_static(name),
                    HeaderValue::try_from(value).unwrap(),
                );
                (status, [header]).into_response()
            }
            Self::Json(_, text) => {
                (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
            }
            Self::Delay(delay, _) => {
                tokio::time::sleep(delay).await;
                status.into_response()
            }
            Self::Held(over, _) => {
                over.cancelled().await;
                status.into_response()
            }
            Self::CloseMidResponse => {
                let body = Body::from_stream(ReaderStream::new(Filler::of(1)));
                (status, [(header::CONTENT_LENGTH, "1000000")], body).into_response()
            }
            Self::EndlessBody => {
                let body = Body::from_stream(ReaderStream::new(Filler::of(usize::MAX)));
                (status, body).into_response()
            }
        }
    }
}

/// A body that fails after so many reads.
struct Filler {
    reads: usize,
    flushed: bool,
}

impl Filler {
    const fn of(reads: usize) -> Self {
        Self {
            reads,
            flushed: false,
        }
    }
}

impl AsyncRead for Filler {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Some(left) = self.reads.checked_sub(1) else {
            if self.flushed {
                return Poll::Ready(Err(io::Error::other("as scripted")));
            }
            // The server sends what it has while a body keeps it waiting, and not when it fails.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        };
        self.reads = left;
        let length = buffer.remaining().min(1024);
        buffer.initialize_unfilled_to(length).fill(b'x');
        buffer.advance(length);
        Poll::Ready(Ok(()))
    }
}
