//! What is generated is of the present description, and nobody has changed it by hand.

use sha2::{Digest, Sha256};

#[test]
fn what_is_generated_is_up_to_date() {
    let hash = |text: &str| -> String { Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect() };
    let description = include_str!("../../proto/media.proto");
    let generated = include_str!("../../src/generated/open_meeting.media.v1.rs");
    let mut lines = generated.splitn(4, '\n').skip(1);
    let (of, code_of, code) = (lines.next().unwrap(), lines.next().unwrap(), lines.next().unwrap());
    let advice = "run `cargo run -p infrastructure-media-rpc --features generate --example generate`";
    assert_eq!(of, format!("// description {}", hash(description)), "{advice}");
    assert_eq!(code_of, format!("// code {}", hash(code)), "{advice}");
}
