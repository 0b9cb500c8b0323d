//! Media nodes on other hosts: who is let in, and who is believed.

use std::{net::TcpListener, path::Path, sync::Arc};

use application_room::{MediaEngine, TransportDirection};
use infrastructure_media_rpc::{TlsFiles, TlsNode, TlsPeer};
use tokio::task::JoinHandle;

use crate::{
    engine::{Heard, StubEngine, room},
    until,
};

fn files(authority: &str, own: &str) -> TlsFiles {
    let file = |name: String| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/remote/certificates").join(name);
    TlsFiles {
        authority: file(format!("{authority}-authority.pem")),
        certificate: file(format!("{own}-node.pem")),
        key: file(format!("{own}-node.key")),
    }
}

fn node(engine: &Arc<StubEngine>, files: &TlsFiles) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (address, tokio::spawn(TlsNode::new(listener, files).unwrap().serve(engine.clone())))
}

#[tokio::test]
async fn a_node_is_driven_by_those_of_its_authority() {
    let engine = Arc::new(StubEngine::default());
    let (address, node) = node(&engine, &files("ours", "ours"));
    let remote = TlsPeer::new("n", &address, &files("ours", "ours")).unwrap().connect().await.unwrap();
    let heard = Heard::default();
    let router = remote.open_router(room(), heard.sink()).await.unwrap();
    remote.create_transport(&router.id, TransportDirection::Send, None).await.unwrap();
    node.abort();
    until("the room is told", async || heard.all() == ["RouterClosed"]).await;
    until("the router is closed", async || engine.routers() == 0).await;
}

#[tokio::test]
async fn nobody_else_is_let_in_and_nobody_else_is_believed() {
    let engine = Arc::new(StubEngine::default());
    let (address, _node) = node(&engine, &files("ours", "ours"));
    let refused = async |files: TlsFiles| {
        let connected = TlsPeer::new("n", &address, &files).unwrap().connect().await;
        connected.map(drop).unwrap_err().to_string()
    };
    // It believes the node, and is not believed.
    refused(files("ours", "theirs")).await;
    // It does not believe the node.
    let error = refused(files("theirs", "ours")).await;
    assert!(error.contains("certificate"), "{error}");
    // No TLS at all.
    let plain = tokio::net::TcpStream::connect(&address).await.unwrap();
    let remote = infrastructure_media_rpc::RemoteMediaEngine::over(plain, Default::default()).await;
    if let Ok(remote) = remote {
        remote.closed().await;
    }
    assert_eq!(engine.routers(), 0);
    TlsPeer::new("n", &address, &files("ours", "ours")).unwrap().connect().await.unwrap();
}

#[test]
fn files_and_addresses_that_make_no_sense_are_named() {
    let good = files("ours", "ours");
    let error = |files: &TlsFiles, address: &str| TlsPeer::new("n", address, files).map(drop).unwrap_err().to_string();
    for address in ["media.example.org", "media.example.org:port", "a b:7000", ":7000"] {
        assert!(error(&good, address).contains("is no host with a port"), "{address}");
    }
    let missing = TlsFiles { certificate: "/nonexistent.pem".into(), ..good.clone() };
    assert!(error(&missing, "localhost:7000").contains("/nonexistent.pem"));
    let empty = TlsFiles { authority: good.key.clone(), ..good.clone() };
    assert!(error(&empty, "localhost:7000").contains("has no certificate"));
    let mixed = TlsFiles { key: files("theirs", "theirs").key, ..good };
    assert!(error(&mixed, "[::1]:7000").contains("do not go together"));
}
