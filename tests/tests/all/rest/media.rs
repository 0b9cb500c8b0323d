//! Files that people share: uploading, reading in ranges, listing, deleting, and everything that cannot be uploaded.

use application_file::CleanUpFiles;
use chrono::TimeDelta;
use domain_shared::Clock;
use futures::future::join_all;
use open_meeting_tests::wait_until;
use reqwest::{Body, Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    app::{Answer, Client, TestApp, User},
    shared_files::MAX_BYTES,
};

const BOUNDARY: &str = "----0a1b2c3d";
const MEBIBYTE: usize = 1024 * 1024;
fn form(file_name: &str, file: &[u8]) -> Vec<u8> {
    let header = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
         Content-Type: text/html\r\n\r\n"
    );
    [header.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat()
}

async fn upload_to(client: &impl Client, path: &str, body: impl Into<Body>) -> Answer {
    let request = client.request(Method::POST, path);
    let typed = request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
    client.send(typed.body(body)).await
}

async fn upload(client: &impl Client, file_name: &str, file: &[u8]) -> Answer {
    upload_to(client, "/media/upload", form(file_name, file)).await
}

fn id_of(answer: &Answer) -> String {
    answer.data()["file"]["id"].as_str().unwrap().to_owned()
}

/// Reads the content as whoever has the address does.
async fn download(app: &TestApp, file: &Answer, headers: &[(&str, &str)]) -> Response {
    fetch(app, Method::GET, &file.text("download_url"), headers).await
}

async fn fetch(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let request =
        headers.iter().fold(app.request(method, path), |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

fn png(size: usize) -> Vec<u8> {
    let mut file = [&b"\x89PNG\r\n\x1a\n"[..], &(0..251).collect::<Vec<u8>>().repeat(size / 251 + 1)].concat();
    file.truncate(size);
    file
}

/// `ann` and `ben` in a meeting of `ann`'s.
async fn meeting_with(ann: &User, ben: &User) -> String {
    let meeting = ann.create_meeting("Files").await;
    for user in [ann, ben] {
        let answer = user.post(&format!("/meetings/{meeting}/join"), json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    meeting
}

async fn listed(user: &User, query: &str) -> Vec<String> {
    let answer = user.get(&format!("/media{query}")).await;
    let items = answer.data()["items"].as_array().unwrap().clone();
    items.iter().map(|file| file["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_file_is_uploaded_read_listed_and_deleted() {
    let (app, _anon, ann) = TestApp::with_user().await;
    let file = png(10 * MEBIBYTE);
    let uploaded = upload(&ann, "C:\\pictures\\会议.png", &file).await;
    assert_eq!(uploaded.status, 201, "{}", uploaded.body);
    let id = id_of(&uploaded);
    let expected = json!({
        "id": id,
        "name": "会议.png",
        "media_type": "image/png",
        "size": file.len(),
        "sha256": Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
        "owner_id": ann.id,
        "meeting_id": null,
        "created_at": "2027-01-15T08:00:00Z",
    });
    assert_eq!(uploaded.data()["file"], expected);
    let read = ann.get(&format!("/media/{id}")).await;
    assert_eq!(read.data()["file"], expected);
    assert_eq!(read.text("download_url_expires_at"), "2027-01-15T08:15:00Z");
    let content = download(&app, &read, &[]).await;
    assert_eq!(content.status(), StatusCode::OK);
    let headers = content.headers().clone();
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(headers["content-disposition"], "inline; filename=\"__.png\"; filename*=UTF-8''%E4%BC%9A%E8%AE%AE.png");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["accept-ranges"], "bytes");
    assert_eq!(headers["cache-control"], "private, max-age=900");
    assert_eq!(headers["content-length"], file.len().to_string().as_str());
    assert!(headers["content-security-policy"].to_str().unwrap().starts_with("sandbox;"));
    assert!(content.bytes().await.unwrap() == file);
    assert_eq!(listed(&ann, "").await, std::slice::from_ref(&id));

    assert_eq!(ann.delete(&format!("/media/{id}")).await.status, 200);
    assert_eq!(ann.delete(&format!("/media/{id}")).await.error(), "file.not_found");
    assert_eq!(ann.get(&format!("/media/{id}")).await.error(), "file.not_found");
    assert_eq!(download(&app, &read, &[]).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(listed(&ann, "").await, Vec::<String>::new());
    assert!(app.files.stored().await.is_empty());
}

#[tokio::test]
async fn content_is_read_in_ranges_and_under_conditions() {
    let (app, _anon, ann) = TestApp::with_user().await;
    let file = upload(&ann, "a.txt", b"0123456789").await;
    let whole = download(&app, &file, &[]).await;
    let (tag, date) = (whole.headers()["etag"].clone(), whole.headers()["last-modified"].clone());
    let (tag, date) = (tag.to_str().unwrap(), date.to_str().unwrap());
    assert_eq!(whole.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(whole.headers()["content-disposition"], "attachment; filename=\"a.txt\"");
    for (headers, status, range, body) in [
        (&[("range", "bytes=2-4")][..], 206, "bytes 2-4/10", "234"),
        (&[("range", "bytes=-3")], 206, "bytes 7-9/10", "789"),
        (&[("range", "bytes=8-")], 206, "bytes 8-9/10", "89"),
        (&[("range", "bytes=0-0,2-3")], 200, "", "0123456789"),
        (&[("range", "lines=1-2")], 200, "", "0123456789"),
        (&[("range", "bytes=2-4"), ("if-range", tag)], 206, "bytes 2-4/10", "234"),
        (&[("range", "bytes=2-4"), ("if-range", date)], 206, "bytes 2-4/10", "234"),
        (&[("range", "bytes=2-4"), ("if-range", "\"other\"")], 200, "", "0123456789"),
        (&[("if-match", tag)], 200, "", "0123456789"),
        (&[("if-none-match", tag)], 304, "", ""),
        (&[("if-modified-since", date)], 304, "", ""),
        (&[("if-none-match", "\"other\""), ("if-modified-since", date)], 200, "", "0123456789"),
    ] {
        let answer = download(&app, &file, headers).await;
        assert_eq!(answer.status(), status, "{headers:?}");
        assert_eq!(answer.headers()["etag"], tag);
        let told = answer.headers().get("content-range").map_or("", |range| range.to_str().unwrap()).to_owned();
        assert_eq!((told.as_str(), answer.text().await.unwrap().as_str()), (range, body), "{headers:?}");
    }
    let beyond = download(&app, &file, &[("range", "bytes=10-")]).await;
    assert_eq!(
        (beyond.status(), &beyond.headers()["content-range"]),
        (StatusCode::RANGE_NOT_SATISFIABLE, &"bytes */10".parse().unwrap())
    );
    assert!(beyond.text().await.unwrap().contains("request.range_not_satisfiable"));
    let other = download(&app, &file, &[("if-match", "\"other\"")]).await;
    assert_eq!(other.status(), StatusCode::PRECONDITION_FAILED);
    for (headers, status, length) in [(&[][..], 200, "10"), (&[("range", "bytes=2-4")], 206, "3")] {
        let head = fetch(&app, Method::HEAD, &file.text("download_url"), headers).await;
        assert_eq!((head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()), (status, length));
        assert_eq!(head.headers()["etag"], tag);
        assert_eq!(head.bytes().await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn an_address_is_good_until_its_time_is_over_and_not_when_changed() {
    let (app, _anon, ann) = TestApp::with_user().await;
    let file = upload(&ann, "a.txt", b"x").await;
    let url = file.text("download_url");
    let (path, ticket) = url.rsplit_once('/').unwrap();
    assert_eq!(path, "/api/v1/media/objects");
    for at in (0..ticket.len()).step_by(7) {
        let mut forged = ticket.to_owned();
        forged.replace_range(at..=at, if &ticket[at..=at] == "A" { "B" } else { "A" });
        assert_eq!(app.get(&format!("{path}/{forged}")).await.error(), "file.not_found", "{at}");
    }
    for forged in ["x", "..%2f..%2fetc%2fpasswd", "%00", &"A".repeat(5_000), &ticket[1..], "%E7%8E%8B"] {
        assert_eq!(app.get(&format!("{path}/{forged}")).await.error(), "file.not_found", "{forged}");
    }
    app.clock.advance(TimeDelta::seconds(899));
    assert_eq!(download(&app, &file, &[]).await.status(), StatusCode::OK);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(app.get(&url).await.error(), "file.link_expired");
}

#[tokio::test]
async fn files_of_a_meeting_are_for_those_who_take_part() {
    let (_app, anon, ann) = TestApp::with_user().await;
    let (ben, eve) = (anon.sign_up("ben").await, anon.sign_up("eve").await);
    let meeting = meeting_with(&ann, &ben).await;
    let query = format!("?meeting_id={meeting}");
    let shared = upload_to(&ben, &format!("/media/upload{query}"), form("a.txt", b"shared")).await;
    assert_eq!(shared.data()["file"]["meeting_id"], meeting.as_str());
    let id = id_of(&shared);
    let own = id_of(&upload(&ben, "b.txt", b"own").await);

    assert_eq!(ann.get(&format!("/media/{id}")).await.data()["file"]["id"], id.as_str());
    assert_eq!(listed(&ann, &query).await, std::slice::from_ref(&id));
    assert_eq!(listed(&ann, "").await, Vec::<String>::new());
    assert_eq!(listed(&ben, "").await, [own.clone(), id.clone()]);
    assert_eq!(ann.get(&format!("/media/{own}")).await.error(), "file.not_found");
    assert_eq!(ann.delete(&format!("/media/{own}")).await.error(), "file.not_found");

    assert_eq!(eve.get(&format!("/media/{id}")).await.error(), "file.not_found");
    assert_eq!(eve.delete(&format!("/media/{id}")).await.error(), "file.not_found");
    assert_eq!(eve.get(&format!("/media{query}")).await.error(), "file.participants_only");
    let refused = upload_to(&eve, &format!("/media/upload{query}"), form("a.txt", b"x")).await;
    assert_eq!(refused.error(), "file.participants_only");
    for nowhere in ["x", "00000000-0000-0000-0000-000000000001"] {
        let refused = upload_to(&ann, &format!("/media/upload?meeting_id={nowhere}"), form("a.txt", b"x")).await;
        assert_eq!(refused.error(), "meeting.not_found");
        assert_eq!(ann.get(&format!("/media?meeting_id={nowhere}")).await.error(), "meeting.not_found");
    }

    // The host decides about what is shared with the meeting; who takes part, about their own.
    let of_host = upload_to(&ann, &format!("/media/upload{query}"), form("c.txt", b"host's")).await;
    assert_eq!(ben.delete(&format!("/media/{}", id_of(&of_host))).await.error(), "file.forbidden");
    assert_eq!(ann.delete(&format!("/media/{id}")).await.status, 200);
    let kicked = ann.post(&format!("/meetings/{meeting}/participants/{}/kick", ben.id), json!({})).await;
    assert_eq!(kicked.status, 200, "{}", kicked.body);
    assert_eq!(ben.get(&format!("/media/{}", id_of(&of_host))).await.error(), "file.not_found");
}

#[tokio::test]
async fn nobody_does_anything_without_signing_in() {
    let (_app, anon) = TestApp::empty().await;
    assert_eq!(upload(&anon, "a.txt", b"x").await.error(), "auth.required");
    assert_eq!(anon.get("/media").await.error(), "auth.required");
    assert_eq!(anon.get("/media/00000000-0000-0000-0000-000000000001").await.error(), "auth.required");
    assert_eq!(anon.delete("/media/00000000-0000-0000-0000-000000000001").await.error(), "auth.required");
}

#[tokio::test]
async fn what_cannot_be_shared_is_refused_and_leaves_nothing() {
    let (app, _anon, ann) = TestApp::with_user().await;
    let detail = |answer: &Answer| {
        assert_eq!(answer.error(), "request.invalid", "{}", answer.body);
        let detail = &answer.body["error"]["details"][0];
        format!("{} {}", detail["field"].as_str().unwrap(), detail["code"].as_str().unwrap())
    };
    for (name, file, expected) in [
        ("a.png", &b""[..], "file empty"),
        ("a.png", b"MZ\x90\0\x03\0\0\0", "file unsupported_format"),
        ("a.txt", b"\x7fELF\x02\x01\x01\0", "file unsupported_format"),
        ("", b"text", "name empty"),
        ("..", b"text", "name empty"),
        ("a\u{202e}b", b"text", "name forbidden_character"),
        (&"x".repeat(201), b"text", "name too_long"),
    ] {
        assert_eq!(detail(&upload(&ann, name, file).await), expected, "{name}");
    }
    // What it says it is, is not believed: this is text, and is only ever saved.
    let page = upload(&ann, "a.html", b"<script>alert(1)</script>").await;
    assert_eq!(page.data()["file"]["media_type"], "text/plain");
    let saved = download(&app, &page, &[]).await;
    assert_eq!(saved.headers()["content-disposition"], "attachment; filename=\"a.html\"");
    assert_eq!(saved.headers()["content-type"], "text/plain; charset=utf-8");
    ann.delete(&format!("/media/{}", id_of(&page))).await;

    let twice = [form("a.txt", b"one"), form("b.txt", b"two")].concat();
    let twice = String::from_utf8(twice).unwrap().replacen(&format!("--{BOUNDARY}--\r\n"), "", 1);
    assert_eq!(detail(&upload_to(&ann, "/media/upload", twice).await), "file repeated");
    assert_eq!(detail(&upload_to(&ann, "/media/upload", format!("--{BOUNDARY}--\r\n")).await), "file required");
    let whole = form("a.txt", b"text");
    for cut in [&whole[..0], &whole[..20], &whole[..whole.len() - 20]] {
        assert_eq!(upload_to(&ann, "/media/upload", cut.to_vec()).await.error(), "request.malformed");
    }
    let typed = ann.request(Method::POST, "/media/upload").header("content-type", "image/png").body(png(100));
    assert_eq!(ann.send(typed).await.error(), "request.unsupported_media_type");
    assert!(app.files.stored().await.is_empty());
    assert_eq!(listed(&ann, "").await, Vec::<String>::new());
}

#[tokio::test]
async fn files_that_are_too_large_are_refused_whether_they_say_so_or_not() {
    let (app, _anon, ann) = TestApp::with_user().await;
    let head = format!(
        "POST /api/v1/media/upload HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nConnection: close\r\n",
        app.address, ann.access_token
    );
    let begin = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n");
    for (length, chunks) in
        [(format!("Content-Length: {}", MAX_BYTES + 100_000), 0), ("Transfer-Encoding: chunked".to_owned(), 13)]
    {
        let mut socket = TcpStream::connect(app.address).await.unwrap();
        socket.write_all(format!("{head}{length}\r\n\r\n").as_bytes()).await.unwrap();
        let first = if chunks > 0 { format!("{:x}\r\n{begin}\r\n", begin.len()) } else { begin.clone() };
        socket.write_all(first.as_bytes()).await.unwrap();
        let mebibyte = [b"100000\r\n", &vec![b'x'; MEBIBYTE][..], b"\r\n"].concat();
        for _ in 0..chunks {
            // It may be refused while this is written.
            if socket.write_all(&mebibyte).await.is_err() {
                break;
            }
        }
        let mut answer = vec![0; 12];
        socket.read_exact(&mut answer).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 413", "{length}");
    }
    let most = vec![b'x'; usize::try_from(MAX_BYTES).unwrap()];
    assert_eq!(upload(&ann, "a.txt", &most).await.status, 201, "this is not too much");
    wait_until("nothing is left of the others", async || app.files.stored().await.len() == 1).await;
}

#[tokio::test]
async fn ten_uploads_at_once_keep_to_the_quota() {
    let (app, _anon, ann) = TestApp::with_user().await;
    let file = png(4 * MEBIBYTE);
    let answers = join_all((0..10).map(|_| upload(&ann, "a.png", &file))).await;
    let kept = answers.iter().filter(|answer| answer.status == 201).count();
    let refused: Vec<&str> = answers.iter().filter(|answer| answer.status != 201).map(Answer::error).collect();
    assert_eq!((kept, refused), (5, vec!["file.quota_exceeded"; 5]));
    assert_eq!(app.files.stored().await.len(), 5);
    let first = &listed(&ann, "").await[0];
    ann.delete(&format!("/media/{first}")).await;
    assert_eq!(upload(&ann, "a.png", &file).await.status, 201, "there is room again");
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_nothing() {
    let (app, _anon, ann) = TestApp::with_user().await;
    let form = form("a.png", &png(10 * MEBIBYTE));
    let head = format!(
        "POST /api/v1/media/upload HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n",
        app.address,
        ann.access_token,
        form.len()
    );
    let mut socket = TcpStream::connect(app.address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&form[..9 * MEBIBYTE]).await.unwrap();
    wait_until("a part is in the storage", async || !app.files.storage_is_empty().await).await;
    drop(socket);
    wait_until("everything is gone", async || app.files.storage_is_empty().await && app.files.known().await == 0).await;
    // What was set aside is given back.
    let file = png(4 * MEBIBYTE);
    for _ in 0..5 {
        assert_eq!(upload(&ann, "a.png", &file).await.status, 201);
    }
}

#[tokio::test]
async fn lists_go_on_where_they_ended() {
    let (app, _anon, ann) = TestApp::with_user().await;
    let mut expected = Vec::new();
    for number in 0..5 {
        app.clock.advance(TimeDelta::seconds(1));
        expected.insert(0, id_of(&upload(&ann, &format!("{number}.txt"), b"x").await));
    }
    let (mut found, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        pages += 1;
        let page = ann.get(&format!("/media?limit=2&cursor={cursor}")).await;
        let items = page.data()["items"].as_array().unwrap().clone();
        found.extend(items.iter().map(|file| file["id"].as_str().unwrap().to_owned()));
        match &page.data()["next_cursor"] {
            Value::String(next) => cursor = next.clone(),
            _ => break,
        }
    }
    assert_eq!((found, pages), (expected, 3));
    for query in ["limit=0", "limit=101", "limit=x", "cursor=x"] {
        assert_eq!(ann.get(&format!("/media?{query}")).await.error(), "request.invalid", "{query}");
    }
}

#[tokio::test]
async fn what_was_left_behind_is_cleaned_up_by_two_at_once() {
    let (app, _anon, ann) = TestApp::with_user().await;
    let stays = id_of(&upload(&ann, "a.txt", b"stays").await);
    let lost = id_of(&upload(&ann, "b.txt", b"lost").await);
    app.files.lose(&format!("files/{lost}")).await;
    app.files.leave("files/00000000-0000-0000-0000-0000000000ff").await;
    app.files.leave_upload().await;
    let (one, other) = (CleanUpFiles::new(&app.files.ports), CleanUpFiles::new(&app.files.ports));
    // The objects are as old as the system's clock says, which is far behind that of the test.
    for _ in 0..2 {
        let (first, second) = tokio::join!(one.execute(), other.execute());
        first.unwrap();
        second.unwrap();
        app.clock.advance(TimeDelta::days(8));
    }
    assert_eq!(app.files.stored().await, [format!("files/{stays}")]);
    assert!(app.files.ports.storage.unfinished_uploads("", app.clock.now(), 9).await.unwrap().is_empty());
    one.execute().await.unwrap();
    other.execute().await.unwrap();
    assert_eq!(app.files.known().await, 1);
}
