//! Generates `src/generated` from `proto/media.proto`:
//! `cargo run -p infrastructure-media-rpc --features generate --example generate`.

use std::{fs, path::Path};

use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (proto, out) = (root.join("proto"), root.join("src/generated"));
    let description = proto.join("media.proto");
    tonic_prost_build::configure()
        .build_transport(false)
        .bytes(".")
        .out_dir(&out)
        .compile_fds(protox::compile([&description], [&proto])?)?;
    // A test looks whether the one is of the other, and untouched.
    let file = out.join("open_meeting.media.v1.rs");
    let code = fs::read_to_string(&file)?;
    let (of, own) = (hash(&fs::read_to_string(description)?), hash(&code));
    let head = format!("// @generated from proto/media.proto\n// description {of}\n// code {own}\n");
    fs::write(file, head + &code)?;
    Ok(())
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
