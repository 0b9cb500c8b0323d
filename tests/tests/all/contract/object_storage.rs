//! The contract of `ObjectStorage`, in a folder and on a server that speaks S3.

use std::{sync::Arc, time::Duration};

use application_shared::{
    ByteRange, Download, HealthCheck, ObjectKey, ObjectStorage, ObjectUpload, ObjectWriter, PART_SIZE, PortError,
    UploadError, UploadedPart,
};
use bytes::Bytes;
use chrono::TimeDelta;
use domain_shared::Clock;
use futures::TryStreamExt;
use infrastructure_storage::{HmacDownloadTickets, LocalObjectStorage, S3ObjectStorage, S3Options};
use infrastructure_system::{SystemClock, UuidV7Generator};
use open_meeting_tests::TestS3;
use rstest::rstest;
use secrecy::ExposeSecret;
use tempfile::TempDir;

#[derive(Clone, Copy)]
enum Kind {
    Folder,
    S3,
}

/// A storage, and what it is on.
struct House {
    storage: Arc<dyn ObjectStorage>,
    health: Arc<dyn HealthCheck>,
    place: Place,
}

enum Place {
    Folder(TempDir),
    S3(TestS3),
}

impl House {
    async fn new(kind: Kind) -> Self {
        let place = match kind {
            Kind::Folder => Place::Folder(TempDir::with_prefix("open-meeting-storage.").unwrap()),
            Kind::S3 => Place::S3(TestS3::new().await),
        };
        Self::on(place)
    }

    fn on(place: Place) -> Self {
        let clock = Arc::new(SystemClock);
        match &place {
            Place::Folder(folder) => {
                let tickets = Arc::new(HmacDownloadTickets::new(&"secret".into(), &[]));
                let ids = Arc::new(UuidV7Generator::new(clock.clone()));
                let storage = LocalObjectStorage::open(folder.path(), "/objects/", tickets, clock, ids);
                let storage = Arc::new(storage.unwrap());
                Self { storage: storage.clone(), health: storage, place }
            }
            Place::S3(server) => {
                let storage = Arc::new(S3ObjectStorage::new(&options(server)).unwrap());
                Self { storage: storage.clone(), health: storage, place }
            }
        }
    }

    /// The same place, by another process.
    fn again(self) -> Self {
        Self::on(self.place)
    }

    async fn content(&self, text: &str, range: Option<ByteRange>) -> Option<Bytes> {
        let pieces: Vec<Bytes> = self.storage.read(&key(text), range).await.unwrap()?.try_collect().await.unwrap();
        Some(pieces.concat().into())
    }

    async fn keys(&self, prefix: &str, after: Option<&str>, limit: u16) -> Vec<String> {
        let after = after.map(key);
        let found = self.storage.list(prefix, after.as_ref(), limit).await.unwrap();
        found.into_iter().map(|object| object.key.to_string()).collect()
    }
}

fn options(server: &TestS3) -> S3Options {
    S3Options {
        endpoint: server.endpoint(),
        public_endpoint: None,
        region: "us-east-1".to_owned(),
        bucket: TestS3::BUCKET.to_owned(),
        path_style: true,
        access_key: TestS3::ACCESS_KEY.into(),
        secret_key: TestS3::SECRET_KEY.into(),
    }
}

fn key(text: &str) -> ObjectKey {
    ObjectKey::parse(text).unwrap()
}

/// A part whose bytes tell where they are.
fn part(number: u8, size: usize) -> Bytes {
    let pattern: Vec<u8> = (0..251).map(|at| number ^ at).collect();
    let mut part = pattern.repeat(size / pattern.len() + 1);
    part.truncate(size);
    part.into()
}

#[rstest]
#[case::folder(Kind::Folder)]
#[case::s3(Kind::S3)]
#[tokio::test]
async fn an_object_comes_back_whole_and_in_ranges(#[case] kind: Kind) {
    let house = House::new(kind).await;
    house.health.check().await.unwrap();
    assert_eq!(house.health.name(), "storage");
    let before = SystemClock.now() - TimeDelta::seconds(5);
    house.storage.put(&key("files/1"), Bytes::from_static(b"0123456789")).await.unwrap();
    let known = house.storage.metadata(&key("files/1")).await.unwrap().unwrap();
    assert_eq!((known.key, known.size), (key("files/1"), 10));
    assert!(!known.etag.is_empty() && known.etag.chars().all(|c| c.is_ascii_graphic() && c != '"'), "{}", known.etag);
    assert!(before < known.modified_at && known.modified_at < SystemClock.now() + TimeDelta::seconds(5));
    assert_eq!(house.content("files/1", None).await.unwrap(), "0123456789");
    for (start, length, expected) in
        [(0, 3, "012"), (3, 4, "3456"), (9, 1, "9"), (8, 100, "89"), (10, 1, ""), (99, 9, "")]
    {
        let range = Some(ByteRange { start, length });
        assert_eq!(house.content("files/1", range).await.unwrap(), expected, "{start}+{length}");
    }
    house.storage.put(&key("files/empty"), Bytes::new()).await.unwrap();
    assert_eq!(house.content("files/empty", None).await.unwrap(), "");
}

#[rstest]
#[case::folder(Kind::Folder)]
#[case::s3(Kind::S3)]
#[tokio::test]
async fn an_object_is_replaced_and_deleted(#[case] kind: Kind) {
    let house = House::new(kind).await;
    for text in ["one", "two"] {
        house.storage.put(&key("files/1"), text.into()).await.unwrap();
    }
    let second = house.storage.metadata(&key("files/1")).await.unwrap().unwrap();
    house.storage.put(&key("files/1"), "three".into()).await.unwrap();
    let third = house.storage.metadata(&key("files/1")).await.unwrap().unwrap();
    assert!(second.etag != third.etag && third.size == 5);
    for _ in 0..2 {
        house.storage.delete(&key("files/1")).await.unwrap();
        assert_eq!(house.storage.metadata(&key("files/1")).await.unwrap(), None);
        assert!(house.storage.read(&key("files/1"), None).await.unwrap().is_none());
        assert_eq!(house.content("files/1", Some(ByteRange { start: 0, length: 1 })).await, None);
    }
}

#[rstest]
#[case::folder(Kind::Folder)]
#[case::s3(Kind::S3)]
#[tokio::test]
async fn an_upload_goes_on_after_a_restart_and_is_seen_when_it_is_complete(#[case] kind: Kind) {
    let house = House::new(kind).await;
    let upload = house.storage.begin_upload(&key("recordings/1/track.mp4")).await.unwrap();
    // In any order, at the same time, and one of them twice.
    let (last, first) = tokio::join!(
        house.storage.put_part(&upload, 3, part(3, 1_000)),
        house.storage.put_part(&upload, 1, part(9, PART_SIZE)),
    );
    let mut parts = vec![first.unwrap(), last.unwrap()];
    parts[0] = house.storage.put_part(&upload, 1, part(1, PART_SIZE)).await.unwrap();
    let kept = serde_json::to_string(&(&upload, &parts)).unwrap();
    assert_eq!(house.storage.metadata(&upload.key).await.unwrap(), None);

    let house = house.again();
    let (upload, mut parts): (ObjectUpload, Vec<UploadedPart>) = serde_json::from_str(&kept).unwrap();
    parts.insert(1, house.storage.put_part(&upload, 2, part(2, PART_SIZE)).await.unwrap());
    house.storage.complete_upload(&upload, &parts).await.unwrap();
    let whole = house.content("recordings/1/track.mp4", None).await.unwrap();
    let expected = [part(1, PART_SIZE), part(2, PART_SIZE), part(3, 1_000)].concat();
    assert!(whole == expected, "{} bytes instead of {}", whole.len(), expected.len());
    let range = ByteRange { start: PART_SIZE as u64 - 2, length: 4 };
    let seam = house.content("recordings/1/track.mp4", Some(range)).await.unwrap();
    assert_eq!(seam, expected[PART_SIZE - 2..PART_SIZE + 2]);
    let again = house.storage.complete_upload(&upload, &parts).await;
    assert!(matches!(again, Err(UploadError::NoSuchUpload)), "{again:?}");
    assert_eq!(house.storage.unfinished_uploads("", SystemClock.now() + TimeDelta::hours(1), 9).await.unwrap(), []);
}

#[rstest]
#[case::folder(Kind::Folder)]
#[case::s3(Kind::S3)]
#[tokio::test]
async fn parts_that_make_no_object_are_refused(#[case] kind: Kind) {
    let house = House::new(kind).await;
    let upload = house.storage.begin_upload(&key("files/1")).await.unwrap();
    for (number, size) in [(0, 1), (1, 0), (10_001, 1), (1, PART_SIZE + 1)] {
        let refused = house.storage.put_part(&upload, number, part(1, size)).await;
        assert!(matches!(refused, Err(UploadError::WrongParts)), "{number} {size}");
    }
    let small = house.storage.put_part(&upload, 1, part(1, 10)).await.unwrap();
    let second = house.storage.put_part(&upload, 2, part(2, 10)).await.unwrap();
    let invented = UploadedPart { number: 1, size: 10, tag: "0".repeat(32) };
    for wrong in [vec![], vec![second.clone()], vec![small.clone(), second.clone()], vec![invented]] {
        let refused = house.storage.complete_upload(&upload, &wrong).await;
        assert!(matches!(refused, Err(UploadError::WrongParts)), "{wrong:?}: {refused:?}");
    }
    // None of that has ended it.
    house.storage.complete_upload(&upload, &[small]).await.unwrap();
    assert_eq!(house.content("files/1", None).await.unwrap(), part(1, 10));
}

#[rstest]
#[case::folder(Kind::Folder)]
#[case::s3(Kind::S3)]
#[tokio::test]
async fn an_upload_that_is_not_wanted_any_more_leaves_nothing(#[case] kind: Kind) {
    let house = House::new(kind).await;
    let upload = house.storage.begin_upload(&key("files/1")).await.unwrap();
    let part = house.storage.put_part(&upload, 1, part(1, 10)).await.unwrap();
    let other = house.storage.begin_upload(&key("recordings/1")).await.unwrap();
    let later = SystemClock.now() + TimeDelta::hours(1);
    let unfinished = |prefix: &'static str, before, limit| house.storage.unfinished_uploads(prefix, before, limit);
    assert_eq!(unfinished("files/", later, 9).await.unwrap(), std::slice::from_ref(&upload));
    assert_eq!(unfinished("", later, 9).await.unwrap().len(), 2);
    assert_eq!(unfinished("", later, 1).await.unwrap().len(), 1);
    assert_eq!(unfinished("", SystemClock.now() - TimeDelta::hours(1), 9).await.unwrap(), []);
    for _ in 0..2 {
        house.storage.abort_upload(&upload).await.unwrap();
    }
    assert_eq!(unfinished("", later, 9).await.unwrap(), [other]);
    let refused = house.storage.put_part(&upload, 2, Bytes::from_static(b"x")).await;
    assert!(matches!(refused, Err(UploadError::NoSuchUpload)), "{refused:?}");
    let refused = house.storage.complete_upload(&upload, &[part]).await;
    assert!(matches!(refused, Err(UploadError::NoSuchUpload)), "{refused:?}");
    assert_eq!(house.storage.metadata(&key("files/1")).await.unwrap(), None);
}

#[rstest]
#[case::folder(Kind::Folder)]
#[case::s3(Kind::S3)]
#[tokio::test]
async fn objects_are_listed_in_the_order_of_their_keys(#[case] kind: Kind) {
    let house = House::new(kind).await;
    // In the order of bytes: `-` and `.` come before `/`.
    let all = ["a-b", "a.b", "a/b", "a/c/d", "a/c0", "ab", "b/1", "b/2", "b/3"];
    for text in all.iter().rev() {
        house.storage.put(&key(text), text.as_bytes().to_vec().into()).await.unwrap();
    }
    house.storage.begin_upload(&key("b/0")).await.unwrap();
    assert_eq!(house.keys("", None, 100).await, all);
    assert_eq!(house.keys("a/", None, 100).await, ["a/b", "a/c/d", "a/c0"]);
    assert_eq!(house.keys("b", None, 100).await, ["b/1", "b/2", "b/3"]);
    assert_eq!(house.keys("nothing/", None, 100).await, Vec::<String>::new());
    assert_eq!(house.keys("a/", Some("a/c/d"), 100).await, ["a/c0"]);
    for step in [1, 2, 4] {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = house.keys("", after.as_deref(), step).await;
            after = page.last().cloned();
            found.extend(page.iter().cloned());
            if page.len() < usize::from(step) {
                break;
            }
        }
        assert_eq!(found, all, "{step} at a time");
    }
    let listed = house.storage.list("a/c0", None, 1).await.unwrap().remove(0);
    let known = house.storage.metadata(&key("a/c0")).await.unwrap().unwrap();
    assert_eq!(listed.size, known.size);
    assert!(listed.etag == known.etag || listed.etag.is_empty(), "{} {}", listed.etag, known.etag);
    // Some tell the time to the second only.
    assert_eq!(listed.modified_at.timestamp(), known.modified_at.timestamp());
}

#[rstest]
#[case::folder(Kind::Folder)]
#[case::s3(Kind::S3)]
#[tokio::test]
async fn whatever_comes_in_pieces_is_written_in_parts(#[case] kind: Kind) {
    let house = House::new(kind).await;
    for (name, size, pieces_of) in [
        ("none", 0, 1),
        ("small", 100_000, 777),
        ("one-part", PART_SIZE, 1 << 20),
        ("two-parts", PART_SIZE + 1, 3 << 20),
        ("in-one-piece", 2 * PART_SIZE + 5, 3 * PART_SIZE),
    ] {
        let content = part(7, size);
        let mut writer = ObjectWriter::new(house.storage.clone(), key(name));
        let mut rest = content.clone();
        while !rest.is_empty() {
            writer.write(rest.split_to(rest.len().min(pieces_of))).await.unwrap();
        }
        writer.finish().await.unwrap();
        let read = house.content(name, None).await.unwrap();
        assert!(read == content, "{name}: {} bytes instead of {size}", read.len());
    }
    let mut writer = ObjectWriter::new(house.storage.clone(), key("aborted"));
    writer.write(part(1, PART_SIZE + 1)).await.unwrap();
    writer.abort().await;
    assert_eq!(house.storage.metadata(&key("aborted")).await.unwrap(), None);
    assert_eq!(house.storage.unfinished_uploads("", SystemClock.now() + TimeDelta::hours(1), 9).await.unwrap(), []);
}

#[tokio::test]
async fn a_presigned_address_is_good_by_itself_and_for_its_object_alone() {
    let house = House::new(Kind::S3).await;
    house.storage.put(&key("files/1"), Bytes::from_static(b"0123456789")).await.unwrap();
    house.storage.put(&key("files/2"), Bytes::from_static(b"another")).await.unwrap();
    let download = Download {
        file_name: "会议 \"1\".pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        inline: false,
        expires_in: Duration::from_secs(60),
    };
    let url = house.storage.download_url(&key("files/1"), &download).await.unwrap();
    let url = url.expose_secret();
    assert!(!url.contains(TestS3::SECRET_KEY));
    let http = reqwest::Client::new();
    let answer = http.get(url).header("range", "bytes=2-4").send().await.unwrap();
    assert_eq!(answer.status(), 206);
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    assert_eq!(answer.headers()["content-disposition"], download.content_disposition().as_str());
    assert_eq!(answer.headers()["content-range"], "bytes 2-4/10");
    assert_eq!(answer.text().await.unwrap(), "234");
    for forged in [url.replace("files/1", "files/2"), url.replace("Expires=60", "Expires=600")] {
        assert_eq!(http.get(&forged).send().await.unwrap().status(), 403, "{forged}");
    }
    assert!(http.get(format!("{url}0")).send().await.unwrap().status().is_client_error());
    assert_eq!(http.delete(url).send().await.unwrap().status(), 403, "it is for reading");
}

#[tokio::test]
async fn no_error_tells_the_credentials() {
    let server = TestS3::new().await;
    let wrong = S3Options { secret_key: "another-secret-key".into(), ..options(&server) };
    let storage = S3ObjectStorage::new(&wrong).unwrap();
    let error = storage.put(&key("files/1"), Bytes::from_static(b"x")).await.unwrap_err();
    assert!(matches!(error, PortError::Unavailable(_)));
    let text = format!("{error} {error:?} {storage:?} {:?}", storage.check().await);
    assert!(text.contains("403"), "{text}");
    for secret in ["another-secret-key", TestS3::SECRET_KEY, TestS3::ACCESS_KEY] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[rstest]
#[case::folder(Kind::Folder)]
#[case::s3(Kind::S3)]
#[tokio::test]
async fn a_storage_that_is_away_says_so(#[case] kind: Kind) {
    let house = House::new(kind).await;
    house.storage.put(&key("files/1"), Bytes::from_static(b"x")).await.unwrap();
    let House { storage, health, place } = house;
    drop(place);
    assert!(matches!(health.check().await, Err(PortError::Unavailable(_))));
    assert!(matches!(storage.put(&key("files/2"), Bytes::from_static(b"x")).await, Err(PortError::Unavailable(_))));
    assert!(storage.begin_upload(&key("files/3")).await.is_err());
}
