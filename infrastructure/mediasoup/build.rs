//! Links the system's libraries that the media worker was built against (system-libraries/README.md).
//!
//! The worker's own build script has asked the same program whether they are there. When they are not, the worker has
//! its dependencies inside and there is nothing to link.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=system-libraries");
    println!("cargo:rerun-if-env-changed=MEDIASOUP_UPSTREAM_LIBRARIES");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");

    let available = Path::new(env!("CARGO_MANIFEST_DIR")).join("system-libraries/available");
    let output = match Command::new("sh").arg(&available).output() {
        Ok(output) => output,
        Err(error) => {
            println!("cargo:warning=cannot run {}: {error}", available.display());
            return;
        }
    };
    if !output.status.success() {
        println!("cargo:warning={}", String::from_utf8_lossy(&output.stderr).trim());
        return;
    }
    for flag in String::from_utf8_lossy(&output.stdout).split_whitespace() {
        if let Some(directory) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={directory}");
        } else if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib=dylib={library}");
        }
    }
}
