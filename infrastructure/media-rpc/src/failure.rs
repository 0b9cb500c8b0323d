//! What the engine refuses, as a gRPC status, and back.

use application_room::MediaError;
use prost::Message;
use tonic::{Code, Status};

use crate::generated::{Done, Failure, Rejected, failure};

/// The longest text that is passed on: a status travels in headers, which have bounds.
const TEXT_BYTES: usize = 1024;

/// Texts of the port's errors that are not from clients. Those that another version of the program knows become
/// [`OTHER`].
const KNOWN: [&str; 12] = [
    "router",
    "transport",
    "producer",
    "consumer",
    "routers",
    "transports per room",
    "producers per transport",
    "consumers per transport",
    "the transport is connected already",
    "the transport is for receiving",
    "the transport is for sending",
    "this consumer has no layers",
];
const OTHER: &str = "media";

pub(crate) fn status(error: &MediaError) -> Status {
    let (code, failure) = match error {
        MediaError::Rejected { field, reason } => {
            let rejected = Rejected { field: shortened(field), reason: shortened(reason) };
            (Code::InvalidArgument, failure::Failure::Rejected(rejected))
        }
        MediaError::NotFound(what) => (Code::NotFound, failure::Failure::NotFound((*what).to_owned())),
        MediaError::CannotConsume => (Code::FailedPrecondition, failure::Failure::CannotConsume(Done {})),
        MediaError::WrongState(why) => (Code::FailedPrecondition, failure::Failure::WrongState((*why).to_owned())),
        MediaError::LimitReached(limit) => {
            (Code::ResourceExhausted, failure::Failure::LimitReached((*limit).to_owned()))
        }
        MediaError::Unavailable(source) => {
            (Code::Unavailable, failure::Failure::Unavailable(shortened(&source.to_string())))
        }
    };
    let details = Failure { failure: Some(failure) }.encode_to_vec();
    Status::with_details(code, "the media engine refuses", details.into())
}

pub(crate) fn media_error(status: Status) -> MediaError {
    let failure = Failure::decode(status.details()).ok().and_then(|failure| failure.failure);
    match failure {
        Some(failure::Failure::Rejected(Rejected { field, reason })) => MediaError::Rejected { field, reason },
        Some(failure::Failure::NotFound(what)) => MediaError::NotFound(known(&what)),
        Some(failure::Failure::CannotConsume(Done {})) => MediaError::CannotConsume,
        Some(failure::Failure::WrongState(why)) => MediaError::WrongState(known(&why)),
        Some(failure::Failure::LimitReached(limit)) => MediaError::LimitReached(known(&limit)),
        Some(failure::Failure::Unavailable(why)) => MediaError::Unavailable(why.into()),
        // Not from the engine: the connection, or a message that the other end does not understand.
        None => MediaError::Unavailable(status.into()),
    }
}

fn known(text: &str) -> &'static str {
    KNOWN.into_iter().find(|known| *known == text).unwrap_or(OTHER)
}

fn shortened(text: &str) -> String {
    let end = (0..=TEXT_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_comes_back_as_it_was() {
        let rejected = MediaError::Rejected { field: "codecs[0]".to_owned(), reason: "is no codec, 王".to_owned() };
        for error in [
            rejected,
            MediaError::NotFound("producer"),
            MediaError::CannotConsume,
            MediaError::WrongState("the transport is for sending"),
            MediaError::LimitReached("routers"),
            MediaError::Unavailable("no media worker is running".into()),
        ] {
            let back = media_error(status(&error));
            assert_eq!((back.to_string(), format!("{back:?}")), (error.to_string(), format!("{error:?}")));
        }
    }

    #[test]
    fn what_another_version_says_is_still_that_kind_of_refusal() {
        let error = MediaError::WrongState("the moon is full");
        assert!(matches!(media_error(status(&error)), MediaError::WrongState(OTHER)));
        assert!(matches!(media_error(Status::deadline_exceeded("late")), MediaError::Unavailable(_)));
    }

    #[test]
    fn texts_are_bounded_and_not_cut_within_a_character() {
        let long = "é".repeat(2_000);
        let error = MediaError::Rejected { field: long.clone(), reason: long };
        let MediaError::Rejected { field, .. } = media_error(status(&error)) else { panic!("another error") };
        assert_eq!(field.len(), TEXT_BYTES);
        assert_eq!(shortened(&format!("a{}", "é".repeat(2_000))).len(), TEXT_BYTES - 1);
    }
}
