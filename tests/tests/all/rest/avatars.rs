//! Pictures of people: uploading, showing, removing; and what is no picture.

use std::io::Cursor;

use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::app::{Answer, Client, TestApp, User};

const BOUNDARY: &str = "----0a1b2c3d";

/// What stands after `form-data; ` in the header of each part, and its content.
type Parts<'a> = &'a [(&'a str, &'a [u8])];
/// Field and code of what is wrong.
type Told<'a> = &'a [(&'a str, &'a str)];

fn form(parts: Parts<'_>) -> Vec<u8> {
    let mut form = Vec::new();
    for (header, content) in parts {
        form.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {header}\r\n\r\n").bytes());
        form.extend_from_slice(content);
        form.extend(b"\r\n");
    }
    form.extend(format!("--{BOUNDARY}--\r\n").bytes());
    form
}

async fn upload(client: &impl Client, parts: Parts<'_>) -> Answer {
    let request = client.request(Method::POST, "/upload-avatar");
    let typed = request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
    client.send(typed.body(form(parts))).await
}

async fn upload_file(user: &User, file: &[u8]) -> Answer {
    upload(user, &[("name=\"file\"; filename=\"me.png\"", file)]).await
}

/// Red on the left, blue on the right.
fn picture(format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(200, 100, |x, _| Rgb(if x < 100 { [255, 0, 0] } else { [0, 0, 255] }));
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(pixels).write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Reads a picture as a browser does.
async fn read(app: &TestApp, url: &str, known: Option<&str>) -> Response {
    let mut request = app.request(Method::GET, url);
    if let Some(tag) = known {
        request = request.header("if-none-match", tag);
    }
    request.send().await.unwrap()
}

async fn avatar_url(user: &User) -> Option<String> {
    user.get("/profile").await.data()["user"]["avatar_url"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn an_uploaded_picture_is_shown_in_every_size_to_everybody() {
    let (app, _anon, user) = TestApp::with_user().await;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let answer = upload_file(&user, &picture(format)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let url = answer.data()["user"]["avatar_url"].as_str().unwrap().to_owned();
        let id: uuid::Uuid = url.strip_prefix("/api/v1/avatars/").unwrap().parse().unwrap();
        assert_eq!(avatar_url(&user).await.as_deref(), Some(url.as_str()));
        for (query, size) in [("", 128), ("?size=64", 64), ("?size=128", 128), ("?size=512", 512)] {
            let response = read(&app, &format!("{url}{query}"), None).await;
            assert_eq!(response.status(), StatusCode::OK);
            let headers = response.headers().clone();
            assert_eq!(headers["content-type"], "image/jpeg");
            assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
            assert_eq!(headers["etag"], format!("\"{id}-{size}\"").as_str());
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers["content-disposition"], "inline");
            let shown = image::load_from_memory(&response.bytes().await.unwrap()).unwrap();
            assert_eq!((shown.width(), shown.height()), (size, size));
            let (left, right) = (shown.get_pixel(2, size / 2).0, shown.get_pixel(size - 3, size / 2).0);
            assert!(left[0] > 200 && left[2] < 60 && right[0] < 60 && right[2] > 200, "{left:?} {right:?}");
        }
        let tag = format!("\"{id}-128\"");
        let again = read(&app, &url, Some(&tag)).await;
        assert_eq!(
            (again.status(), again.headers()["etag"].to_str().unwrap()),
            (StatusCode::NOT_MODIFIED, tag.as_str())
        );
        assert_eq!(again.bytes().await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn the_answer_is_the_account() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let answer = upload_file(&user, &picture(ImageFormat::Png)).await;
    let mut shown = answer.snapshot();
    shown["body"]["data"]["user"]["avatar_url"] = "[url]".into();
    assert_eq!(shown["body"]["data"]["user"]["username"], "ann");
    assert_eq!(shown["status"], 200);
    let removed = user.send(user.request(Method::DELETE, "/avatar")).await;
    assert_eq!(removed.data()["user"]["avatar_url"], json!(null));
    shown["body"]["data"]["user"]["avatar_url"] = json!(null);
    assert_eq!(removed.snapshot(), shown);
}

#[tokio::test]
async fn only_the_part_that_is_wanted_is_shown() {
    let (app, _anon, user) = TestApp::with_user().await;
    let file = picture(ImageFormat::Png);
    let crop: [(&str, &[u8]); 4] = [
        ("name=\"file\"", &file),
        ("name=\"crop_x\"", b"100"),
        ("name=\"crop_y\"", b"0"),
        ("name=\"crop_size\"", b"100"),
    ];
    let answer = upload(&user, &crop).await;
    let url = answer.data()["user"]["avatar_url"].as_str().unwrap().to_owned();
    let shown = image::load_from_memory(&read(&app, &url, None).await.bytes().await.unwrap()).unwrap();
    let left = shown.get_pixel(2, 64).0;
    assert!(left[0] < 60 && left[2] > 200, "{left:?}");
}

#[tokio::test]
async fn a_picture_that_is_replaced_or_removed_is_gone() {
    let (app, _anon, user) = TestApp::with_user().await;
    upload_file(&user, &picture(ImageFormat::Png)).await;
    let first = avatar_url(&user).await.unwrap();
    upload_file(&user, &picture(ImageFormat::Jpeg)).await;
    let second = avatar_url(&user).await.unwrap();
    assert_ne!(first, second);
    insta::assert_json_snapshot!(app.get(&first).await.snapshot(), @r#"
    {
      "body": {
        "code": 404,
        "error": {
          "details": [],
          "type": "avatar.not_found"
        },
        "message": "picture not found",
        "timestamp": "[timestamp]"
      },
      "status": 404
    }
    "#);
    assert_eq!(read(&app, &second, None).await.status(), StatusCode::OK);
    for _ in 0..2 {
        let answer = user.send(user.request(Method::DELETE, "/avatar")).await;
        assert_eq!((answer.status, &answer.data()["user"]["avatar_url"]), (200, &json!(null)));
        assert_eq!(app.get(&second).await.error(), "avatar.not_found");
    }
}

#[tokio::test]
async fn pictures_that_are_not_there_and_sizes_that_are_not_kept() {
    let (app, anon, user) = TestApp::with_user().await;
    upload_file(&user, &picture(ImageFormat::Png)).await;
    let url = avatar_url(&user).await.unwrap();
    for size in ["65", "0", "-1", "64.0", "x", "", "1000000000000", "64;DROP TABLE avatars"] {
        let answer = app.get(&format!("{url}?size={size}")).await;
        assert_eq!(answer.error(), "request.invalid", "{size}");
        assert_eq!(answer.body["error"]["details"][0]["field"], "size", "{size}");
    }
    for id in ["x", "00000000-0000-0000-0000-000000000000", "..%2f..%2fetc%2fpasswd", "%00", "1'%20OR%20'1'='1"] {
        assert_eq!(anon.get(&format!("/avatars/{id}")).await.error(), "avatar.not_found", "{id}");
    }
}

#[tokio::test]
async fn only_who_is_signed_in_has_a_picture() {
    let (_app, anon) = TestApp::empty().await;
    let file = picture(ImageFormat::Png);
    assert_eq!(upload(&anon, &[("name=\"file\"", &file)]).await.error(), "auth.required");
    assert_eq!(anon.send(anon.request(Method::DELETE, "/avatar")).await.error(), "auth.required");
}

#[tokio::test]
async fn the_name_of_the_file_is_nothing_to_us() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let file = picture(ImageFormat::Png);
    for name in
        ["../../../etc/passwd", "/etc/passwd", "..\\\\..\\\\boot.ini", "a%00.php", "<script>", "", "x.svg", "王.png"]
    {
        let header = format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/html");
        let answer = upload(&user, &[(&header, &file)]).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        assert!(name.is_empty() || !answer.body.to_string().contains(name), "{name}");
        assert!(avatar_url(&user).await.unwrap().starts_with("/api/v1/avatars/0"));
    }
}

/// A PNG that claims a size, and holds nothing.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut file = picture(ImageFormat::Png);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let mut checksum = u32::MAX;
    for byte in &file[12..29] {
        checksum ^= u32::from(*byte);
        for _ in 0..8 {
            checksum = (checksum >> 1) ^ (0xedb8_8320 & (checksum & 1).wrapping_neg());
        }
    }
    file[29..33].copy_from_slice(&(!checksum).to_be_bytes());
    file
}

#[tokio::test]
async fn what_is_no_picture_is_refused() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let whole = picture(ImageFormat::Png);
    let small = {
        let mut file = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(31, 64).write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    };
    for (file, code) in [
        (&b""[..], "unsupported_format"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "unsupported_format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "unsupported_format"),
        (b"GIF89a", "unsupported_format"),
        (&whole[..whole.len() / 2], "damaged"),
        (b"\x89PNG\r\n\x1a\n<script>", "damaged"),
        (&small, "too_small"),
        (&claiming(50_000, 50_000), "too_many_pixels"),
        (&claiming(8_000, 8_000), "too_many_pixels"),
    ] {
        let answer = upload_file(&user, file).await;
        assert_eq!(answer.error(), "request.invalid", "{code}: {}", answer.body);
        assert_eq!(answer.body["error"]["details"][0]["field"], "file", "{code}");
        assert_eq!(answer.body["error"]["details"][0]["code"], code, "{}", answer.body);
    }
    assert_eq!(avatar_url(&user).await, None);
    insta::assert_json_snapshot!(upload_file(&user, b"GIF89a").await.snapshot(), @r#"
    {
      "body": {
        "code": 422,
        "error": {
          "details": [
            {
              "code": "unsupported_format",
              "field": "file",
              "message": "must be a JPEG, PNG or WebP"
            }
          ],
          "type": "request.invalid"
        },
        "message": "a value in the request is not acceptable",
        "timestamp": "[timestamp]"
      },
      "status": 422
    }
    "#);
}

#[tokio::test]
async fn forms_that_lack_something_or_have_too_much() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let picture = picture(ImageFormat::Png);
    let (file, x, y, size) = ("name=\"file\"", "name=\"crop_x\"", "name=\"crop_y\"", "name=\"crop_size\"");
    let cases: &[(Parts<'_>, Told<'_>)] = &[
        (&[], &[("file", "required")]),
        (&[("name=\"picture\"", &picture)], &[("file", "required")]),
        (&[(file, &picture), (file, &picture)], &[("file", "repeated")]),
        (&[(file, &picture), (x, b"0")], &[("crop_y", "required"), ("crop_size", "required")]),
        (&[(file, &picture), (x, b"0"), (y, b"0"), (size, b"31")], &[("crop_size", "out_of_range")]),
        (&[(file, &picture), (x, b"0"), (y, b"0"), (size, b"101")], &[("crop_size", "out_of_range")]),
        (&[(file, &picture), (x, b"150"), (y, b"0"), (size, b"51")], &[("crop_size", "out_of_range")]),
        (&[(file, &picture), (x, b"4294967295"), (y, b"0"), (size, b"100")], &[("crop_size", "out_of_range")]),
        (
            &[(file, &picture), (x, b"-1"), (y, b"\xff"), (size, b"1e2")],
            &[("crop_x", "wrong_type"), ("crop_y", "wrong_type"), ("crop_size", "wrong_type")],
        ),
    ];
    for (parts, expected) in cases {
        let answer = upload(&user, parts).await;
        assert_eq!(answer.error(), "request.invalid", "{}", answer.body);
        let details = answer.body["error"]["details"].as_array().unwrap();
        let told: Vec<_> =
            details.iter().map(|told| (told["field"].as_str().unwrap(), told["code"].as_str().unwrap())).collect();
        assert_eq!(told, *expected);
    }
    assert_eq!(avatar_url(&user).await, None);
}

#[tokio::test]
async fn bodies_that_are_no_form() {
    let (_app, _anon, user) = TestApp::with_user().await;
    let send = |content_type: Option<&'static str>, body: Vec<u8>| {
        let mut request = user.request(Method::POST, "/upload-avatar").body(body);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        user.send(request)
    };
    for content_type in [None, Some("application/json"), Some("image/png"), Some("multipart/mixed; boundary=x")] {
        let answer = send(content_type, picture(ImageFormat::Png)).await;
        assert_eq!(answer.error(), "request.unsupported_media_type", "{content_type:?}");
    }
    for body in [
        &b""[..],
        b"--x",
        b"--x\r\n\r\n",
        b"\0\xff",
        b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ncut",
    ] {
        let answer = send(Some("multipart/form-data; boundary=x"), body.to_vec()).await;
        assert_eq!(answer.error(), "request.malformed", "{}", String::from_utf8_lossy(body));
    }
    assert_eq!(send(Some("multipart/form-data"), form(&[])).await.error(), "request.malformed");
}

#[tokio::test]
async fn bodies_of_more_than_five_mebibytes() {
    let (app, _anon, user) = TestApp::with_user().await;
    let head = format!(
        "POST /api/v1/upload-avatar HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nConnection: close\r\n",
        app.address, user.access_token
    );
    // One says how large it is, and is refused before it is sent. The other does not.
    for (length, chunks) in [("Content-Length: 6291456", 0), ("Transfer-Encoding: chunked", 6)] {
        let mut socket = TcpStream::connect(app.address).await.unwrap();
        socket.write_all(format!("{head}{length}\r\n\r\n").as_bytes()).await.unwrap();
        let mebibyte = [b"100000\r\n", &vec![b' '; 0x10_0000][..], b"\r\n"].concat();
        for _ in 0..chunks {
            // It may be refused while this is written.
            if socket.write_all(&mebibyte).await.is_err() {
                break;
            }
        }
        let mut status_line = String::new();
        BufReader::new(&mut socket).read_line(&mut status_line).await.unwrap();
        assert_eq!(status_line, "HTTP/1.1 413 Payload Too Large\r\n", "{length}");
    }
    assert_eq!(upload_file(&user, &vec![0; 5 * 1024 * 1024]).await.error(), "request.invalid", "this is not too much");
}
