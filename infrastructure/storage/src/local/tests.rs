//! What only a folder can be held to: what is left in it, and what a crash leaves behind.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use application_shared::{Download, DownloadTickets, HealthCheck, ObjectKey, ObjectStorage, ObjectUpload, PART_SIZE};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta};
use domain_shared::{Clock, FixedClock, SequentialIds};
use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::*;

struct House {
    folder: TempDir,
    storage: LocalObjectStorage,
    tickets: Arc<HmacDownloadTickets>,
    clock: Arc<FixedClock>,
}

fn house() -> House {
    let folder = TempDir::new().unwrap();
    let clock = Arc::new(FixedClock::at(DateTime::UNIX_EPOCH));
    let tickets = Arc::new(HmacDownloadTickets::new(&"secret".into(), &[]));
    let ids = Arc::new(SequentialIds::default());
    let storage = LocalObjectStorage::open(folder.path(), "/download/", tickets.clone(), clock.clone(), ids).unwrap();
    House { folder, storage, tickets, clock }
}

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

/// Every file in the folder, as a path below it.
fn files(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![house.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(house.folder.path()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn nothing_but_the_object_is_left() {
    let house = house();
    house.storage.put(&key("files/1"), Bytes::from_static(b"one")).await.unwrap();
    let upload = house.storage.begin_upload(&key("files/2")).await.unwrap();
    let part = house.storage.put_part(&upload, 1, Bytes::from_static(b"two")).await.unwrap();
    house.storage.complete_upload(&upload, &[part]).await.unwrap();
    house.storage.check().await.unwrap();
    assert_eq!(files(&house), ["objects/files/1", "objects/files/2"]);
    let refused = house.storage.put(&key("files/1/below"), Bytes::from_static(b"x")).await;
    assert!(refused.is_err(), "an object is no folder");
    assert_eq!(files(&house), ["objects/files/1", "objects/files/2"]);
}

#[tokio::test]
async fn what_a_crash_leaves_is_no_object_and_is_found() {
    let house = house();
    let upload = house.storage.begin_upload(&key("files/1")).await.unwrap();
    house.storage.put_part(&upload, 2, Bytes::from_static(b"last")).await.unwrap();
    // A crash in the middle of writing a part, and of beginning an upload.
    let folder = house.folder.path().join("uploads").join(&upload.id);
    fs::write(folder.join("00001"), "").unwrap();
    let nameless = house.folder.path().join("uploads/00000000-0000-0000-0000-0000000000ff");
    fs::create_dir(&nameless).unwrap();
    assert_eq!(house.storage.metadata(&key("files/1")).await.unwrap(), None);
    let whole = UploadedPart { number: 1, size: PART_SIZE as u64, tag: String::new() };
    let last = UploadedPart { number: 2, size: 4, tag: String::new() };
    assert!(matches!(house.storage.complete_upload(&upload, &[whole, last]).await, Err(UploadError::WrongParts)));
    let later = DateTime::<Utc>::from(std::time::SystemTime::UNIX_EPOCH) + TimeDelta::days(365_000);
    assert_eq!(house.storage.unfinished_uploads("recordings/", later, 9).await.unwrap(), []);
    assert_eq!(house.storage.unfinished_uploads("files/", later, 9).await.unwrap(), std::slice::from_ref(&upload));
    assert_eq!(house.storage.unfinished_uploads("files/", DateTime::UNIX_EPOCH, 9).await.unwrap(), []);
    assert!(!nameless.exists(), "nobody can go on with it");
    house.storage.abort_upload(&upload).await.unwrap();
    assert_eq!(files(&house), Vec::<String>::new());
}

#[tokio::test]
async fn an_upload_leads_nowhere_but_to_its_folder() {
    let house = house();
    fs::write(house.folder.path().join("key"), "files/1").unwrap();
    for id in ["", ".", "..", "../..", "/", "x", "00000000-0000-0000-0000-0000000000ff"] {
        let upload = ObjectUpload { key: key("files/1"), id: id.to_owned() };
        let refused = house.storage.put_part(&upload, 1, Bytes::from_static(b"x")).await;
        assert!(matches!(refused, Err(UploadError::NoSuchUpload)), "{id}");
        house.storage.abort_upload(&upload).await.unwrap();
    }
    assert_eq!(files(&house), ["key"]);
}

#[tokio::test]
async fn an_address_leads_here_and_says_everything() {
    let house = house();
    let download = Download {
        file_name: "a.png".to_owned(),
        media_type: "image/png".to_owned(),
        inline: true,
        expires_in: Duration::from_secs(60),
    };
    let url = house.storage.download_url(&key("files/1"), &download).await.unwrap();
    let ticket = url.expose_secret().strip_prefix("/download/").unwrap();
    let opened = house.tickets.open(ticket, house.clock.now()).unwrap();
    assert_eq!((opened.key, opened.media_type, opened.inline), (key("files/1"), "image/png".to_owned(), true));
    assert_eq!(opened.expires_at, house.clock.now() + TimeDelta::seconds(60));
    house.clock.advance(TimeDelta::seconds(60));
    assert!(house.tickets.open(ticket, house.clock.now()).is_err());
}

#[tokio::test]
async fn a_folder_that_is_gone_is_told() {
    let house = house();
    fs::remove_dir_all(house.folder.path()).unwrap();
    assert!(house.storage.check().await.is_err());
    assert!(house.storage.put(&key("a"), Bytes::new()).await.is_err());
    let ids = Arc::new(SequentialIds::default());
    fs::write(house.folder.path(), "no folder").unwrap();
    let refused = LocalObjectStorage::open(house.folder.path(), "/", house.tickets.clone(), house.clock.clone(), ids)
        .unwrap_err();
    assert!(refused.to_string().contains(house.folder.path().to_str().unwrap()));
    fs::remove_file(house.folder.path()).unwrap();
}
