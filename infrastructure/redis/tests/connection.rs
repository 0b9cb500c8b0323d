//! Connecting, and telling whether Redis is there.

use application_shared::{HealthCheck, PortError};
use infrastructure_redis::{Redis, RedisConnectError, RedisOptions};

use crate::support::{RedisServer, eventually, free_port, soon};

async fn connect(url: &str) -> Result<Redis, RedisConnectError> {
    soon(Redis::connect(&RedisOptions::new(url.into()))).await
}

#[tokio::test]
async fn a_url_that_is_none_of_redis_is_told_as_such() {
    for url in ["", "localhost:6379", "http://127.0.0.1:6379", "rediss://127.0.0.1", "redis://", "redis://host:99999"] {
        let error = connect(url).await.map(|_| ()).unwrap_err();
        assert!(matches!(error, RedisConnectError::BadUrl(_)), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_with_its_address() {
    let port = free_port();
    let error = connect(&format!("redis://user:s3cr3t@127.0.0.1:{port}/2")).await.map(|_| ()).unwrap_err();
    assert!(matches!(error, RedisConnectError::Unreachable { .. }), "{error}");
    let told = format!("{error} {error:?}");
    assert!(told.contains(&format!("127.0.0.1:{port}")) && !told.contains("s3cr3t"), "{told}");
}

#[tokio::test]
async fn a_wrong_password_is_told_as_such() {
    let server = RedisServer::start_with(&["--requirepass", "s3cr3t"]);
    let right = server.url().replace("redis://", "redis://default:s3cr3t@");
    let redis = connect(&right).await.unwrap();
    redis.health().check().await.unwrap();
    assert!(!format!("{redis:?}").contains("s3cr3t"));
    for wrong in [server.url(), server.url().replace("redis://", "redis://default:guess@")] {
        let error = connect(&wrong).await.map(|_| ()).unwrap_err();
        assert!(matches!(error, RedisConnectError::Refused { .. }), "{error:?}");
        assert!(!error.to_string().contains("guess"), "{error}");
    }
}

#[tokio::test]
async fn health_follows_the_server() {
    let mut server = RedisServer::start();
    let redis = server.connect().await;
    let health = redis.health();
    assert_eq!(health.name(), "redis");
    health.check().await.unwrap();
    server.stop();
    let error = eventually(async || health.check().await.err()).await;
    assert!(matches!(error, PortError::Unavailable(_)), "{error:?}");
    assert!(server.start_again());
    eventually(async || health.check().await.ok()).await;
    redis.shut_down().await;
    assert!(matches!(soon(health.check()).await, Err(PortError::Unavailable(_))));
}
