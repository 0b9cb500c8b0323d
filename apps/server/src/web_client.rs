//! Serves the built web client: its files, and its index page for every address that the client itself routes.

use std::path::{Path, PathBuf};

use poem::{
    Endpoint, EndpointExt, FromRequest, IntoResponse, Request, RequestBody, Response, Result,
    endpoint::BoxEndpoint,
    error::{MethodNotAllowedError, NotFoundError},
    http::{HeaderValue, Method, header},
    middleware::Compression,
    web::{CompressionAlgo, StaticFileRequest},
};

/// Longest path that is looked at, in bytes.
const LONGEST_PATH: usize = 1024;
/// Files whose names bear a hash of their content: they never change.
const HASHED: &str = "/assets/";
/// What the pages may load and whom they may talk to. Styles are set by the component library at run time.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; \
                      connect-src 'self' ws: wss:; object-src 'none'; base-uri 'self'; form-action 'self'; \
                      frame-ancestors 'none'";
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), geolocation=()";

/// The web client in `root`. Answers GET and HEAD; whatever is not there is 404.
///
/// # Errors
/// When there is no such folder.
pub fn web_client(root: &Path) -> std::io::Result<BoxEndpoint<'static>> {
    // Compared with canonical paths of files later on, so that no link leads out.
    let files = Files { root: root.canonicalize()? };
    let compressed = Files { root: files.root.clone() }.with(Compression::new().algorithms([CompressionAlgo::GZIP]));
    Ok(WebClient { files, compressed: compressed.boxed() }.boxed())
}

struct WebClient {
    files: Files,
    compressed: BoxEndpoint<'static>,
}

impl Endpoint for WebClient {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(MethodNotAllowedError.into());
        }
        let extension = request.uri().path().rsplit_once('.').map_or("html", |(_, extension)| extension);
        let worthwhile =
            matches!(extension, "html" | "js" | "mjs" | "css" | "svg" | "json" | "wasm" | "webmanifest" | "txt")
                || extension.contains('/');
        // A part of a file cannot be asked for compressed.
        if worthwhile && !request.headers().contains_key(header::RANGE) {
            let mut response = self.compressed.call(request).await?;
            response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
            return Ok(response);
        }
        self.files.call(request).await
    }
}

/// Files of one folder, never of another.
struct Files {
    root: PathBuf,
}

impl Endpoint for Files {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let path = request.uri().path();
        let (file, is_page) = match self.find(path) {
            Some(file) => {
                let is_page = file.extension().is_some_and(|extension| extension == "html");
                (file, is_page)
            }
            None if is_client_route(path) => (self.root.join("index.html"), true),
            None => return Err(NotFoundError.into()),
        };
        let hashed = path.starts_with(HASHED);
        let wanted = StaticFileRequest::from_request(&request, &mut RequestBody::default()).await?;
        let mut response = wanted.create_response(file, true, false)?.into_response();
        let headers = response.headers_mut();
        let caching = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        if is_page {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            headers.insert("permissions-policy", HeaderValue::from_static(PERMISSIONS));
        }
        Ok(response)
    }
}

impl Files {
    /// The file of that path. Names of built files need no escapes, so a path with any names none.
    fn find(&self, path: &str) -> Option<PathBuf> {
        let relative = path.strip_prefix('/').filter(|relative| !relative.is_empty() && path.len() <= LONGEST_PATH)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b'@' | b'+');
        let good =
            relative.split('/').all(|name| !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain));
        let file = good.then(|| self.root.join(relative))?.canonicalize().ok()?;
        (file.starts_with(&self.root) && file.is_file()).then_some(file)
    }
}

/// Whether the client routes that path itself: it looks like no file.
fn is_client_route(path: &str) -> bool {
    !path.starts_with(HASHED) && path.rsplit('/').next().is_some_and(|name| !name.contains('.'))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use poem::test::TestClient;
    use rstest::rstest;

    use super::*;

    struct Site {
        _folder: tempfile::TempDir,
        client: TestClient<BoxEndpoint<'static>>,
    }

    fn site() -> Site {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("dist");
        fs::create_dir_all(root.join("assets")).unwrap();
        fs::write(root.join("index.html"), "<title>index</title>").unwrap();
        fs::write(root.join("favicon.ico"), "icon").unwrap();
        fs::write(root.join("assets/app-1a2b.js"), "let a = 1;".repeat(500)).unwrap();
        fs::write(root.join(".secret"), "hidden").unwrap();
        fs::write(folder.path().join("outside.txt"), "outside").unwrap();
        std::os::unix::fs::symlink(folder.path().join("outside.txt"), root.join("link.txt")).unwrap();
        let client = TestClient::new(web_client(&root).unwrap());
        Site { _folder: folder, client }
    }

    #[rstest]
    #[case("/")]
    #[case("/meetings")]
    #[case("/join/abc-defg-hij")]
    #[tokio::test]
    async fn pages_are_the_index_and_are_asked_for_each_time(#[case] path: &str) {
        let response = site().client.get(path).send().await;
        response.assert_status_is_ok();
        response.assert_header("cache-control", "no-cache");
        response.assert_header("content-type", "text/html; charset=utf-8");
        response.assert_header_exist("content-security-policy");
        response.assert_text("<title>index</title>").await;
    }

    #[tokio::test]
    async fn hashed_files_never_change_and_come_compressed() {
        let site = site();
        let response = site.client.get("/assets/app-1a2b.js").send().await;
        response.assert_status_is_ok();
        response.assert_header("cache-control", "public, max-age=31536000, immutable");
        response.assert_text("let a = 1;".repeat(500)).await;
        let response = site.client.get("/assets/app-1a2b.js").header("accept-encoding", "gzip, br").send().await;
        response.assert_header("content-encoding", "gzip");
        response.assert_header("vary", "accept-encoding");
        assert!(response.0.into_body().into_bytes().await.unwrap().len() < 500);
    }

    #[tokio::test]
    async fn what_has_not_changed_is_not_sent_again() {
        let site = site();
        let response = site.client.get("/favicon.ico").send().await;
        response.assert_header("cache-control", "no-cache");
        let tag = response.0.header("etag").unwrap().to_owned();
        let response = site.client.get("/favicon.ico").header("if-none-match", tag).send().await;
        response.assert_status(poem::http::StatusCode::NOT_MODIFIED);
    }

    #[rstest]
    #[case("/assets/gone.js")]
    #[case("/assets/gone")]
    #[case("/robots.txt")]
    #[case("/.secret")]
    #[case("/link.txt")]
    #[case("/../outside.txt")]
    #[case("/assets/../../outside.txt")]
    #[case("/%2e%2e/outside.txt")]
    #[case("/..%2foutside.txt")]
    #[case("/%2e%2e%2foutside.txt")]
    #[case("//etc/passwd.txt")]
    #[case("/assets/%00.js")]
    #[case("/..\\outside.txt")]
    #[tokio::test]
    async fn nothing_else_is_given_out(#[case] path: &str) {
        let files = site();
        // Not every client or library would let such a path through: ask the endpoint itself.
        let Ok(uri) = path.parse::<poem::http::Uri>() else { return };
        let root = files._folder.path().join("dist");
        let request = Request::builder().uri(uri).finish();
        let error = web_client(&root).unwrap().call(request).await.expect_err("it is not there");
        assert_eq!(error.status(), poem::http::StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn only_reading_is_possible() {
        let response = site().client.post("/").send().await;
        response.assert_status(poem::http::StatusCode::METHOD_NOT_ALLOWED);
    }
}
