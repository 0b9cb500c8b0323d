//! SCTP capabilities: mediasoup's `SctpCapabilities`.

use application_room::MediaError;
use serde_json::Value;

use super::MAX_SCTP_STREAMS;
use super::reader::Field;

/// Streams that a client can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SctpStreams {
    /// Outgoing ("OS").
    pub outgoing: u16,
    /// Incoming, at most ("MIS").
    pub incoming: u16,
}

/// Reads `{numStreams: {OS, MIS}}`.
///
/// # Errors
/// `Rejected` with the first field that is wrong.
pub fn sctp_capabilities(value: &Value) -> Result<SctpStreams, MediaError> {
    let streams = Field::root(value, "sctp_capabilities").object()?.required("numStreams")?.object()?;
    let count = |name| {
        let field = streams.required(name)?;
        u16::try_from(field.integer(1, MAX_SCTP_STREAMS)?).map_err(|_| field.reject("is too large"))
    };
    Ok(SctpStreams { outgoing: count("OS")?, incoming: count("MIS")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_what_mediasoup_client_sends() {
        let read = sctp_capabilities(&json!({"numStreams": {"OS": 1024, "MIS": 1024}})).unwrap();
        assert_eq!(read, SctpStreams { outgoing: 1024, incoming: 1024 });
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        for (value, expected) in [
            (json!(null), "sctp_capabilities"),
            (json!({}), "sctp_capabilities.numStreams"),
            (json!({"numStreams": {"OS": 0, "MIS": 1}}), "sctp_capabilities.numStreams.OS"),
            (json!({"numStreams": {"OS": 1, "MIS": 65536}}), "sctp_capabilities.numStreams.MIS"),
            (json!({"numStreams": {"OS": 1.5, "MIS": 1}}), "sctp_capabilities.numStreams.OS"),
            (json!({"numStreams": {"OS": 1}}), "sctp_capabilities.numStreams.MIS"),
        ] {
            match sctp_capabilities(&value) {
                Err(MediaError::Rejected { field, .. }) => assert_eq!(field, expected),
                other => panic!("not rejected: {other:?}"),
            }
        }
    }
}
