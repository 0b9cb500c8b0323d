//! DTLS parameters: ORTC `RTCDtlsParameters`, fingerprints as in RFC 8122.

use application_room::MediaError;
use mediasoup::prelude::DtlsParameters;
use mediasoup::types::data_structures::{DtlsFingerprint, DtlsRole};
use serde_json::Value;

use super::MAX_FINGERPRINTS;
use super::reader::{Charset, Field};

/// Reads `{role?, fingerprints: [{algorithm, value}]}`.
///
/// The worker compares the first fingerprint alone, so the strongest one is put first.
///
/// # Errors
/// `Rejected` with the first field that is wrong.
pub fn dtls_parameters(value: &Value) -> Result<DtlsParameters, MediaError> {
    let object = Field::root(value, "dtls_parameters").object()?;
    let role = match object.optional("role") {
        None => DtlsRole::Auto,
        Some(field) => match field.string(1, 16, Charset::Token)? {
            "auto" => DtlsRole::Auto,
            "client" => DtlsRole::Client,
            "server" => DtlsRole::Server,
            _ => return Err(field.reject("must be auto, client or server")),
        },
    };
    let list = object.required("fingerprints")?;
    let mut fingerprints =
        list.clone().list(MAX_FINGERPRINTS)?.into_iter().map(fingerprint).collect::<Result<Vec<_>, _>>()?;
    if fingerprints.is_empty() {
        return Err(list.reject("must have at least one entry"));
    }
    fingerprints.sort_by_key(|fingerprint| std::cmp::Reverse(strength(fingerprint)));
    Ok(DtlsParameters { role, fingerprints })
}

fn fingerprint(field: Field<'_>) -> Result<DtlsFingerprint, MediaError> {
    let object = field.object()?;
    let algorithm = object.required("algorithm")?;
    let value = object.required("value")?;
    Ok(match algorithm.string(1, 16, Charset::Token)? {
        "sha-1" => DtlsFingerprint::Sha1 { value: octets(&value)? },
        "sha-224" => DtlsFingerprint::Sha224 { value: octets(&value)? },
        "sha-256" => DtlsFingerprint::Sha256 { value: octets(&value)? },
        "sha-384" => DtlsFingerprint::Sha384 { value: octets(&value)? },
        "sha-512" => DtlsFingerprint::Sha512 { value: octets(&value)? },
        _ => return Err(algorithm.reject("must be sha-1, sha-224, sha-256, sha-384 or sha-512")),
    })
}

/// Exactly `N` octets of two hexadecimal digits each, with colons between.
fn octets<const N: usize>(field: &Field<'_>) -> Result<[u8; N], MediaError> {
    let text = field.string(N * 3 - 1, N * 3 - 1, Charset::Text)?;
    let wrong = || field.reject("must be hexadecimal octets with colons between");
    let mut octets = [0; N];
    let mut parts = text.split(':');
    for octet in &mut octets {
        let part = parts.next().filter(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
        *octet = u8::from_str_radix(part.ok_or_else(wrong)?, 16).map_err(|_| wrong())?;
    }
    Ok(octets)
}

const fn strength(fingerprint: &DtlsFingerprint) -> u16 {
    match fingerprint {
        DtlsFingerprint::Sha1 { .. } => 1,
        DtlsFingerprint::Sha224 { .. } => 224,
        DtlsFingerprint::Sha256 { .. } => 256,
        DtlsFingerprint::Sha384 { .. } => 384,
        DtlsFingerprint::Sha512 { .. } => 512,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sha256() -> String {
        vec!["aB"; 32].join(":")
    }

    fn field_of(value: Value) -> String {
        match dtls_parameters(&value) {
            Err(MediaError::Rejected { field, .. }) => field,
            other => panic!("not rejected: {other:?}"),
        }
    }

    #[test]
    fn reads_what_a_browser_sends() {
        let read = dtls_parameters(&json!({
            "role": "client",
            "fingerprints": [
                {"algorithm": "sha-1", "value": vec!["00"; 20].join(":")},
                {"algorithm": "sha-256", "value": sha256()},
            ],
        }))
        .unwrap();
        assert_eq!(read.role, DtlsRole::Client);
        assert_eq!(read.fingerprints[0], DtlsFingerprint::Sha256 { value: [0xab; 32] });
        assert_eq!(read.fingerprints.len(), 2);
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        let good = json!({"algorithm": "sha-256", "value": sha256()});
        assert_eq!(field_of(json!(7)), "dtls_parameters");
        assert_eq!(field_of(json!({"role": "boss", "fingerprints": [good]})), "dtls_parameters.role");
        assert_eq!(field_of(json!({"fingerprints": []})), "dtls_parameters.fingerprints");
        assert_eq!(field_of(json!({"fingerprints": vec![good.clone(); 9]})), "dtls_parameters.fingerprints");
        let value = "dtls_parameters.fingerprints[1].value";
        for wrong in [
            json!(""),
            json!(vec!["ab"; 31].join(":")),
            json!(vec!["+b"; 32].join(":")),
            json!("a".repeat(95)),
            // Ninety-five bytes with a character of several bytes across the places where octets are cut.
            json!(format!("{}é{}", "a".repeat(4), "b".repeat(89))),
            json!(null),
        ] {
            assert_eq!(
                field_of(json!({"fingerprints": [good.clone(), {"algorithm": "sha-256", "value": wrong}]})),
                value
            );
        }
        assert_eq!(
            field_of(json!({"fingerprints": [{"algorithm": "md5", "value": sha256()}]})),
            "dtls_parameters.fingerprints[0].algorithm"
        );
    }
}
