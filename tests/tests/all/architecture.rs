//! The rules of the house (docs/adr/0005), read from `cargo metadata` and from the sources: which crate may know which,
//! no framework where the rules live, no clock or randomness outside their ports, and documents that keep their form.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// The layer of a crate: the top-level folder it lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Domain,
    Application,
    Infrastructure,
    Interfaces,
    Apps,
    Tests,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests crate lies in the workspace").to_owned()
}

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().expect("cargo metadata")
}

fn layer_of(package: &Package) -> Layer {
    let folder =
        package.manifest_path.strip_prefix(root().to_str().expect("UTF-8 path")).expect("inside the workspace");
    match folder.components().next().map(|part| part.as_str().to_owned()).as_deref() {
        Some("domain") => Layer::Domain,
        Some("application") => Layer::Application,
        Some("infrastructure") => Layer::Infrastructure,
        Some("interfaces") => Layer::Interfaces,
        Some("apps") => Layer::Apps,
        Some("tests") => Layer::Tests,
        other => panic!("{} lies in {other:?}, which is no layer", package.name),
    }
}

fn edge_allowed(from: Layer, to: Layer) -> bool {
    match from {
        Layer::Domain => to == Layer::Domain,
        Layer::Application => matches!(to, Layer::Domain | Layer::Application),
        Layer::Infrastructure | Layer::Interfaces => matches!(to, Layer::Domain | Layer::Application),
        Layer::Apps => to != Layer::Tests,
        Layer::Tests => true,
    }
}

/// `user` in `domain-user`, `None` for crates that are no module crate.
fn module_of(name: &str) -> Option<&str> {
    name.strip_prefix("domain-").or_else(|| name.strip_prefix("application-"))
}

/// Edges of one kind inside the workspace, as pairs of crate names.
fn edges(metadata: &Metadata) -> Vec<(&Package, &Package)> {
    let by_name: BTreeMap<&str, &Package> = metadata.packages.iter().map(|p| (p.name.as_str(), p)).collect();
    metadata
        .packages
        .iter()
        .flat_map(|package| {
            package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind == DependencyKind::Normal)
                .filter_map(|dependency| by_name.get(dependency.name.as_str()).map(|to| (package, *to)))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn crates_depend_inwards_only() {
    let metadata = metadata();
    let edges = edges(&metadata);
    assert!(edges.len() > 20, "cargo metadata shows the workspace's edges, not {}", edges.len());
    let forbidden: Vec<String> = edges
        .iter()
        .filter(|(from, to)| !edge_allowed(layer_of(from), layer_of(to)))
        .map(|(from, to)| format!("{} -> {}", from.name, to.name))
        .collect();
    assert!(forbidden.is_empty(), "edges against the layers: {forbidden:?}");
}

#[test]
fn modules_know_each_other_by_identifiers_only() {
    let metadata = metadata();
    let forbidden: Vec<String> = edges(&metadata)
        .iter()
        .filter_map(|(from, to)| {
            let (from_module, to_module) = (module_of(&from.name)?, module_of(&to.name)?);
            (to_module != "shared" && from_module != to_module).then(|| format!("{} -> {}", from.name, to.name))
        })
        .collect();
    assert!(forbidden.is_empty(), "a module uses another's types: {forbidden:?}");
}

#[test]
fn the_core_is_free_of_frameworks() {
    // What the core may use from outside. Everything else - HTTP, SQL, Redis, media, tokens - belongs further out.
    let mut domain: BTreeSet<&str> =
        ["chrono", "secrecy", "serde", "thiserror", "unicode-normalization", "uuid"].into();
    // The clocks of the world and the calendar's rules are facts, not technology: tables and pure functions.
    domain.extend(["chrono-tz", "rrule"]);
    let mut application = domain.clone();
    application.extend(["async-trait", "futures", "serde_json", "tokio", "tracing"]);
    // So are a piece of memory that is shared, and a checksum.
    application.extend(["bytes", "sha2"]);
    let metadata = metadata();
    let ours: BTreeSet<&str> = metadata.packages.iter().map(|p| p.name.as_str()).collect();
    let mut forbidden = Vec::new();
    for package in &metadata.packages {
        let allowed = match layer_of(package) {
            Layer::Domain => &domain,
            Layer::Application => &application,
            _ => continue,
        };
        for dependency in package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal) {
            if !ours.contains(dependency.name.as_str()) && !allowed.contains(dependency.name.as_str()) {
                forbidden.push(format!("{} -> {}", package.name, dependency.name));
            }
        }
    }
    assert!(forbidden.is_empty(), "frameworks in the core: {forbidden:?}");
}

#[test]
fn dependency_versions_stand_once_in_the_workspace() {
    let mut found = Vec::new();
    for manifest in
        files_below(&root(), "Cargo.toml").into_iter().filter(|path| path.parent() != Some(root().as_path()))
    {
        let text = fs::read_to_string(&manifest).expect("readable manifest");
        let dependencies = text.split("dependencies]").skip(1).flat_map(|section| {
            section.lines().skip(1).take_while(|line| !line.starts_with('[')).map(str::to_owned).collect::<Vec<_>>()
        });
        found.extend(
            dependencies
                .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
                .filter(|line| !line.contains(".workspace = true") && !line.contains("workspace = true"))
                .map(|line| format!("{}: {line}", manifest.display())),
        );
    }
    assert!(found.is_empty(), "versions outside the workspace table: {found:?}");
}

#[test]
fn every_crate_is_quick_to_compile() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace's manifest");
    let missing: Vec<String> = metadata()
        .packages
        .iter()
        .map(|package| format!("{} = {{ opt-level = 0, debug = \"line-tables-only\" }}", package.name))
        .filter(|line| !manifest.lines().any(|other| other == line))
        .collect();
    assert!(missing.is_empty(), "[profile.dev.package] in Cargo.toml lacks {missing:#?}");
}

#[test]
fn time_and_randomness_come_through_their_ports() {
    // clippy bans the calls it can name (clippy.toml); this also sees those behind a `use`.
    let banned = ["Utc::now", "Local::now", "SystemTime::now", "Uuid::now_v7", "Uuid::new_v4", "thread_rng", "rand::"];
    let mut found = Vec::new();
    for layer in ["domain", "application"] {
        for file in files_ending(&root().join(layer), ".rs") {
            let text = fs::read_to_string(&file).expect("readable source");
            for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
                if banned.iter().any(|call| line.contains(call)) {
                    found.push(format!("{}:{}: {}", file.display(), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(found.is_empty(), "clock or randomness outside their ports: {found:#?}");
}

#[test]
fn every_source_file_says_what_it_is_for() {
    let mut silent = Vec::new();
    let mut seen = 0;
    for folder in ["domain", "application", "infrastructure", "interfaces", "apps", "tests"] {
        for file in files_ending(&root().join(folder), ".rs") {
            seen += 1;
            let text = fs::read_to_string(&file).expect("readable source");
            if !text.trim_start().starts_with("//!") && !text.starts_with("// @generated") {
                silent.push(file);
            }
        }
        for ending in [".ts", ".tsx"] {
            for file in files_ending(&root().join(folder), ending) {
                seen += 1;
                let text = fs::read_to_string(&file).expect("readable source");
                if !text.starts_with("//") && !text.starts_with("/*") {
                    silent.push(file);
                }
            }
        }
    }
    assert!(seen > 50, "only {seen} source files found");
    assert!(silent.is_empty(), "files that do not open with what they are for: {silent:#?}");
}

#[test]
fn every_decision_record_has_the_agreed_form() {
    let mut records: Vec<PathBuf> = files_ending(&root().join("docs/adr"), ".md");
    records.sort();
    assert!(records.len() >= 10, "the decision records are there");
    for (index, record) in records.iter().enumerate() {
        let name = record.file_name().and_then(|name| name.to_str()).expect("UTF-8 name");
        let number = format!("{:04}-", index + 1);
        assert!(name.starts_with(&number), "{name} should start with {number}: numbers have no gaps");
        let text = fs::read_to_string(record).expect("readable record");
        for section in ["## Context", "## Options", "## Decision", "## Consequences", "## Confirmation"] {
            assert!(text.contains(section), "{name} has no {section}");
        }
    }
}

fn files_below(folder: &Path, name: &str) -> Vec<PathBuf> {
    files_ending(folder, name).into_iter().filter(|path| path.file_name().is_some_and(|file| file == name)).collect()
}

/// All files whose name ends so, below a folder, without what builds and package managers put there.
fn files_ending(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("readable folder").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            if path.is_dir() {
                if !["target", "node_modules", "dist", "test-results"].contains(&name.as_str())
                    && !name.starts_with('.')
                {
                    folders.push(path);
                }
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn every_error_code_is_documented() {
    // The codes stand in one file for each interface, as string literals with a dot in them.
    let documented = fs::read_to_string(root().join("docs/api.md")).expect("docs/api.md");
    let mut missing = Vec::new();
    let mut seen = 0;
    for file in ["interfaces/rest/src/code.rs", "interfaces/signaling/src/protocol/error_code.rs"] {
        let text = fs::read_to_string(root().join(file)).expect("the file of error codes");
        for literal in text.split('"').skip(1).step_by(2) {
            let is_code =
                literal.contains('.') && literal.chars().all(|c| c.is_ascii_lowercase() || c == '.' || c == '_');
            if is_code {
                seen += 1;
                if !documented.contains(&format!("`{literal}`")) {
                    missing.push(literal.to_owned());
                }
            }
        }
    }
    assert!(seen > 30, "only {seen} error codes found");
    assert!(missing.is_empty(), "error codes missing in docs/api.md: {missing:?}");
}
