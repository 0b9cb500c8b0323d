//! The form with which a file is uploaded, read as it comes: bounded in time and in what is not the file, and never in
//! memory as a whole. The type that the client gives the file is not looked at.

use std::{
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use application_file::{BrokenContent, Content};
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use poem::{
    Body, FromRequest, Request, RequestBody, Result,
    http::header,
    web::{Field, Multipart},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaRequest, Registry},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    time::{Instant, timeout_at},
};

use crate::{
    code::Code,
    failure::Failure,
    form::{self, FILE},
};

/// What may stand in the form before the next part, in bytes.
pub const MAX_FORM_BYTES: u64 = 64 * 1024;
/// How long the client may send nothing.
const MAX_SILENCE: Duration = Duration::from_secs(30);
/// How long the form may take to arrive, however large it is.
const MAX_TIME: Duration = Duration::from_secs(3_600);
/// How many parts are looked at.
const MAX_PARTS: usize = 16;
/// What is read at once, in bytes.
const PIECE: usize = 64 * 1024;

/// A file on its way.
pub struct FileUpload {
    /// What the client calls it.
    pub name: String,
    /// How many bytes the form has, if that was told: so many the file has at most.
    pub announced: Option<u64>,
    /// The file.
    pub content: Content,
}

impl<'a> ApiExtractor<'a> for FileUpload {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(_: &mut Registry) {}

    fn request_meta() -> Option<MetaRequest> {
        form::meta_request(
            "One file. It is taken as it comes; send its length, so that only so much is set aside.",
            vec![(FILE, form::meta_file("The file. What it is called stands in its `filename`."))],
        )
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(begin(request, body, MAX_SILENCE).await?)
    }
}

/// Reads the form up to the file.
async fn begin(request: &Request, body: &mut RequestBody, silence: Duration) -> Result<FileUpload, Failure> {
    let body = form::take_body(request, body)?;
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let watch = Arc::new(Watch::default());
    let mut body = RequestBody::new(Body::from_bytes_stream(watched(body, watch.clone(), silence)));
    let broken = |_| Failure::from(watch.told());
    let mut form = <Multipart as FromRequest>::from_request(request, &mut body)
        .await
        .map_err(|error| broken(error.to_string()))?;
    for _ in 0..MAX_PARTS {
        watch.expect_little();
        let Some(part) = form.next_field().await.map_err(|error| broken(error.to_string()))? else {
            let missing = crate::failure::FieldDetail::new(FILE, "required", "must be given");
            return Err(Failure::invalid([missing]));
        };
        if part.name() == Some(FILE) {
            watch.open();
            let name = part.file_name().unwrap_or_default().to_owned();
            return Ok(FileUpload { name, announced: length, content: content(form, part, watch) });
        }
    }
    Err(Code::RequestMalformed.into())
}

/// What is known of a body while it is read.
struct Watch {
    /// How much has been read.
    read: AtomicU64,
    /// How much may be read before more is too much.
    room: AtomicU64,
    /// What is wrong with it. The parser of forms passes on no error but as a text.
    wrong: OnceLock<BrokenContent>,
}

impl Default for Watch {
    fn default() -> Self {
        Self { read: AtomicU64::new(0), room: AtomicU64::new(0), wrong: OnceLock::new() }
    }
}

impl Watch {
    /// The file begins: it is bounded elsewhere.
    fn open(&self) {
        self.room.store(u64::MAX, Ordering::Relaxed);
    }

    /// Something other than the file comes: before its next part only so much may be read. What was read already may reach
    /// far into it.
    fn expect_little(&self) {
        self.room.store(self.read.load(Ordering::Relaxed) + MAX_FORM_BYTES, Ordering::Relaxed);
    }

    fn told(&self) -> BrokenContent {
        self.wrong.get().copied().unwrap_or(BrokenContent::Malformed)
    }

    fn tell(&self, wrong: BrokenContent) -> std::io::Error {
        // The first is why.
        let _ = self.wrong.set(wrong);
        std::io::Error::other(wrong)
    }
}

/// The body, cut off when it takes too long or has too much beside the file.
fn watched(
    body: Body,
    watch: Arc<Watch>,
    silence: Duration,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    let end = Instant::now() + MAX_TIME;
    let pieces = Box::pin(body.into_bytes_stream());
    let watched = stream::try_unfold((pieces, watch), move |(mut pieces, watch)| async move {
        if watch.read.load(Ordering::Relaxed) > watch.room.load(Ordering::Relaxed) {
            return Err(watch.tell(BrokenContent::Malformed));
        }
        match timeout_at(end.min(Instant::now() + silence), pieces.next()).await {
            Ok(Some(Ok(piece))) => {
                watch.read.fetch_add(piece.len() as u64, Ordering::Relaxed);
                Ok(Some((piece, (pieces, watch))))
            }
            Ok(Some(Err(_))) => Err(watch.tell(BrokenContent::Malformed)),
            Ok(None) => Ok(None),
            Err(_) => Err(watch.tell(BrokenContent::TooSlow)),
        }
    });
    OneAtATime { pieces: Box::pin(watched), given: false }
}

/// A body that pauses after each piece. The parser of forms reads for as long as there is something to be read, and would
/// have all of a file that comes quickly in memory before it hands out the first of it.
struct OneAtATime<S> {
    pieces: Pin<Box<S>>,
    given: bool,
}

impl<S: Stream> Stream for OneAtATime<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        if std::mem::take(&mut self.given) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = self.pieces.as_mut().poll_next(context);
        self.given = matches!(piece, Poll::Ready(Some(_)));
        piece
    }
}

/// A form in the middle of its file.
struct Reading {
    form: Multipart,
    file: Pin<Box<dyn AsyncRead + Send>>,
    watch: Arc<Watch>,
}

/// The file, which ends well only when the form does: nothing of a form that was cut off is kept.
fn content(form: Multipart, file: Field, watch: Arc<Watch>) -> Content {
    let reading = Reading { form, file: Box::pin(file.into_async_read()), watch };
    let pieces = stream::try_unfold(Some(reading), |reading| async move {
        let Some(mut reading) = reading else { return Ok(None) };
        let mut piece = BytesMut::with_capacity(PIECE);
        match reading.file.read_buf(&mut piece).await {
            Ok(0) => {
                finish(reading).await?;
                Ok(None)
            }
            Ok(_) => Ok(Some((piece.freeze(), Some(reading)))),
            Err(_) => Err(reading.watch.told()),
        }
    });
    pieces.into_stream().boxed()
}

/// Reads what follows the file.
async fn finish(reading: Reading) -> Result<(), BrokenContent> {
    let Reading { mut form, file, watch } = reading;
    drop(file);
    for _ in 0..MAX_PARTS {
        watch.expect_little();
        match form.next_field().await {
            Ok(None) => return Ok(()),
            Ok(Some(part)) if part.name() == Some(FILE) => return Err(BrokenContent::Repeated),
            Ok(Some(_)) => {}
            Err(_) => return Err(watch.told()),
        }
    }
    Err(BrokenContent::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::testing::{BOUNDARY, form, form_type};

    async fn begun(content_type: &str, body: Body, silence: Duration) -> Result<FileUpload, Failure> {
        let request = Request::builder().header(header::CONTENT_TYPE, content_type).finish();
        begin(&request, &mut RequestBody::new(body), silence).await
    }

    async fn begun_form(body: Body) -> Result<FileUpload, Failure> {
        begun(&form_type(), body, MAX_SILENCE).await
    }

    async fn read(body: Body) -> Result<(String, Vec<u8>), Failure> {
        read_within(body, MAX_SILENCE).await
    }

    async fn read_within(body: Body, silence: Duration) -> Result<(String, Vec<u8>), Failure> {
        let upload = begun(&form_type(), body, silence).await?;
        let content: Vec<Bytes> = upload.content.try_collect().await?;
        Ok((upload.name, content.concat()))
    }

    #[tokio::test]
    async fn the_file_is_what_stands_in_the_form() {
        let file: Vec<u8> = (0..200_000_u32).flat_map(|n| n.to_le_bytes()).collect();
        let parts: [(&str, &[u8]); 3] = [
            ("name=\"note\"", b"passed over"),
            ("name=\"file\"; filename=\"a b.bin\"", &file),
            ("name=\"note\"", b"passed over"),
        ];
        let (name, content) = read(form(&parts).into()).await.unwrap();
        assert_eq!(name, "a b.bin");
        assert!(content == file);
    }

    #[tokio::test]
    async fn what_is_no_form_with_one_file_is_refused() {
        let file: (&str, &[u8]) = ("name=\"file\"; filename=\"a\"", b"x");
        let code = |outcome: Result<(String, Vec<u8>), Failure>| {
            let failure = outcome.unwrap_err();
            (failure.code(), failure.details().first().map(|detail| detail.code.clone()).unwrap_or_default())
        };
        let invalid = |code: &str| (Code::RequestInvalid, code.to_owned());
        assert_eq!(code(read(form(&[]).into()).await), invalid("required"));
        assert_eq!(code(read(form(&[("name=\"other\"", b"x")]).into()).await), invalid("required"));
        assert_eq!(code(read(form(&[file, file]).into()).await), invalid("repeated"));
        let malformed = (Code::RequestMalformed, String::new());
        let whole = form(&[file]);
        for cut in [0, 10, whole.len() - 20, whole.len() - 8] {
            assert_eq!(code(read(whole[..cut].to_vec().into()).await), malformed, "{cut}");
        }
        let note: (&str, &[u8]) = ("name=\"note\"", b"x");
        assert_eq!(code(read(form(&[note; MAX_PARTS]).into()).await), malformed);
        let many = [&[file][..], &[note; MAX_PARTS]].concat();
        assert_eq!(code(read(form(&many).into()).await), malformed);
        for other in ["application/json", "multipart/mixed; boundary=0a1b2c", "", ";"] {
            let outcome = begun(other, form(&[file]).into(), MAX_SILENCE).await;
            assert_eq!(outcome.map(drop).unwrap_err().code(), Code::UnsupportedMediaType, "{other}");
        }
    }

    #[tokio::test]
    async fn what_is_not_the_file_is_bounded() {
        // In pieces, as it comes from a socket.
        let pieces = |parts: &[(&str, &[u8])]| {
            let form: Vec<Result<Bytes, std::io::Error>> =
                form(parts).chunks(4_096).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            Body::from_bytes_stream(stream::iter(form))
        };
        let much = vec![b'x'; 300_000];
        let file: (&str, &[u8]) = ("name=\"file\"; filename=\"a\"", &much);
        let note: (&str, &[u8]) = ("name=\"note\"", &much);
        assert!(read(pieces(&[file])).await.is_ok());
        for parts in [[note, file], [file, note]] {
            assert_eq!(read(pieces(&parts)).await.unwrap_err().code(), Code::RequestMalformed);
        }
        let header = format!("name=\"file\"; filename=\"{}\"", "x".repeat(300_000));
        assert_eq!(read(pieces(&[(&header, b"x")])).await.unwrap_err().code(), Code::RequestMalformed);
    }

    #[tokio::test]
    async fn a_file_that_comes_quickly_is_not_read_ahead() {
        let (read, piece) = (Arc::new(AtomicU64::new(0)), vec![b'x'; 8_192]);
        let begun = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n");
        let counted = read.clone();
        let pieces = stream::iter([Bytes::from(begun)]).chain(stream::repeat(Bytes::from(piece)));
        let pieces = pieces.map(move |piece| {
            counted.fetch_add(piece.len() as u64, Ordering::Relaxed);
            Ok::<_, std::io::Error>(piece)
        });
        let body = Body::from_bytes_stream(pieces);
        let mut upload = begun_form(body).await.unwrap();
        let mut taken = 0;
        for _ in 0..100 {
            taken += upload.content.next().await.unwrap().unwrap().len() as u64;
            let ahead = read.load(Ordering::Relaxed) - taken;
            assert!(ahead <= 4 * 8_192, "{ahead} bytes");
        }
        assert!(taken > 100_000, "{taken} bytes");
    }

    #[tokio::test]
    async fn nobody_is_waited_for_without_end() {
        let begun = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx");
        let pieces = stream::iter([Ok::<_, std::io::Error>(begun)]).chain(stream::pending());
        let soon = Duration::from_millis(20);
        assert_eq!(read_within(Body::from_bytes_stream(pieces), soon).await.unwrap_err().code(), Code::RequestTimeout);
        let silent = stream::pending::<Result<Bytes, std::io::Error>>();
        assert_eq!(read_within(Body::from_bytes_stream(silent), soon).await.unwrap_err().code(), Code::RequestTimeout);
    }
}
