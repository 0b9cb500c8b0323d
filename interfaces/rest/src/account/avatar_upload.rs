//! The form with which a picture is uploaded, bounded in size, time and parts. Neither the name nor the type that the
//! client gives the file is looked at.

use std::time::Duration;

use application_user::{AvatarCrop, MIN_AVATAR_EDGE};
use poem::{FromRequest, Request, RequestBody, Result, web::Multipart};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaRequest, MetaSchema, MetaSchemaRef, Registry},
};

use crate::{
    code::Code,
    failure::{Failure, FieldDetail},
    form::{self, FILE},
    json::read_bytes_within,
};

/// The largest file that is taken.
const MAX_FILE_BYTES: usize = 5 * 1024 * 1024;
/// What stands around it in the form.
const MAX_FORM_BYTES: usize = 16 * 1024;
/// How long the form may take to arrive: 5 MiB at half a megabit per second.
const MAX_TIME: Duration = Duration::from_secs(90);
/// How many parts are looked at.
const MAX_PARTS: usize = 16;
/// No number of pixels has more digits.
const MAX_DIGITS: usize = 10;

/// The file, and the part of it that is wanted.
pub struct AvatarUpload {
    /// The file.
    pub file: Vec<u8>,
    /// The part.
    pub crop: Option<AvatarCrop>,
}

impl<'a> ApiExtractor<'a> for AvatarUpload {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(_: &mut Registry) {}

    fn request_meta() -> Option<MetaRequest> {
        let file = "A JPEG, PNG or WebP of at most 5 MiB, with edges of 32 to 8,192 pixels and at most 40 megapixels.";
        form::meta_request(
            "Without a crop, the square in the middle is shown. Its three numbers come together.",
            vec![
                (FILE, form::meta_file(file)),
                (CROP[0], pixels("From the left.", 0)),
                (CROP[1], pixels("From the top.", 0)),
                (CROP[2], pixels("The edge of the square.", MIN_AVATAR_EDGE)),
            ],
        )
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(read(request, body).await?)
    }
}

fn pixels(description: &'static str, minimum: u32) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(MetaSchema {
        description: Some(description),
        minimum: Some(minimum.into()),
        ..MetaSchema::new_with_format("integer", "int32")
    }))
}

async fn read(request: &Request, body: &mut RequestBody) -> Result<AvatarUpload, Failure> {
    let body = form::take_body(request, body)?;
    let bytes = read_bytes_within(request.headers(), body, MAX_FILE_BYTES + MAX_FORM_BYTES, MAX_TIME).await?;
    let mut body = RequestBody::new(bytes.into());
    let mut form = <Multipart as FromRequest>::from_request(request, &mut body).await.map_err(malformed)?;
    let mut parts = Parts::default();
    let mut count = 0;
    while let Some(part) = form.next_field().await.map_err(malformed)? {
        count += 1;
        if count > MAX_PARTS {
            return Err(Code::RequestMalformed.into());
        }
        let Some(name) = part.name().and_then(|name| NAMES.into_iter().find(|known| *known == name)) else { continue };
        let content = part.bytes().await.map_err(malformed)?;
        parts.take(name, content)?;
    }
    parts.into_upload().map_err(Failure::invalid)
}

fn malformed<E>(_: E) -> Failure {
    Code::RequestMalformed.into()
}

const CROP: [&str; 3] = ["crop_x", "crop_y", "crop_size"];
const NAMES: [&str; 4] = [FILE, CROP[0], CROP[1], CROP[2]];

/// What has been found in the form, and what is wrong with it.
#[derive(Default)]
struct Parts {
    file: Option<Vec<u8>>,
    crop: [Option<u32>; 3],
    wrong: Vec<FieldDetail>,
}

impl Parts {
    fn take(&mut self, name: &'static str, content: Vec<u8>) -> Result<(), Failure> {
        if let Some(number) = CROP.iter().position(|crop| *crop == name) {
            match pixels_in(&content) {
                Some(pixels) if self.crop[number].is_none() => self.crop[number] = Some(pixels),
                Some(_) => self.refuse(name, "repeated", "must be given once"),
                None => {
                    // So that it is not told to be missing, too.
                    self.crop[number] = Some(0);
                    self.refuse(name, "wrong_type", "must be a whole number of pixels");
                }
            }
            return Ok(());
        }
        if content.len() > MAX_FILE_BYTES {
            return Err(Code::TooLarge.into());
        }
        if self.file.is_some() {
            self.refuse(name, "repeated", "must be given once");
        }
        self.file = Some(content);
        Ok(())
    }

    fn refuse(&mut self, name: &str, code: &str, message: &str) {
        if !self.wrong.iter().any(|detail| detail.field == name) {
            self.wrong.push(FieldDetail::new(name, code, message));
        }
    }

    fn into_upload(mut self) -> Result<AvatarUpload, Vec<FieldDetail>> {
        let file = self.file.take().unwrap_or_else(|| {
            self.refuse(FILE, "required", "must be given");
            Vec::new()
        });
        let crop = match self.crop {
            [None, None, None] => None,
            [x, y, size] => {
                for (name, number) in CROP.into_iter().zip([x, y, size]) {
                    if number.is_none() {
                        self.refuse(name, "required", "must be given with the others");
                    }
                }
                let crop = AvatarCrop { x: x.unwrap_or(0), y: y.unwrap_or(0), size: size.unwrap_or(MIN_AVATAR_EDGE) };
                if crop.size < MIN_AVATAR_EDGE {
                    self.refuse(CROP[2], "out_of_range", &format!("must be at least {MIN_AVATAR_EDGE}"));
                }
                Some(crop)
            }
        };
        if self.wrong.is_empty() { Ok(AvatarUpload { file, crop }) } else { Err(self.wrong) }
    }
}

fn pixels_in(content: &[u8]) -> Option<u32> {
    let digits = content.len() <= MAX_DIGITS && content.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(content).ok().filter(|_| digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use poem::{Body, http::header};

    use super::*;
    use crate::form::testing::{form, form_type};

    /// What stands after `form-data; ` in the header of each part, and its content.
    type Form<'a> = &'a [(&'a str, &'a [u8])];
    /// Field and code of what is wrong.
    type Told<'a> = &'a [(&'a str, &'a str)];

    async fn read_as(content_type: &str, form: Vec<u8>) -> Result<AvatarUpload, Failure> {
        let request = Request::builder().header(header::CONTENT_TYPE, content_type).finish();
        super::read(&request, &mut RequestBody::new(Body::from(form))).await
    }

    async fn read_parts(parts: Form<'_>) -> Result<AvatarUpload, Failure> {
        read_as(&form_type(), form(parts)).await
    }

    #[tokio::test]
    async fn takes_the_file_and_the_crop_and_no_name() {
        let file = b"any\r\n--bytes\0".as_slice();
        let upload = read_parts(&[
            ("name=\"note\"", b"ignored"),
            ("name=\"crop_size\"", b"128"),
            ("name=\"file\"; filename=\"../../etc/passwd\"", file),
            ("name=\"crop_x\"", b"7"),
            ("name=\"crop_y\"", b"0"),
        ])
        .await
        .unwrap();
        assert_eq!(upload.file, file);
        assert_eq!(upload.crop, Some(AvatarCrop { x: 7, y: 0, size: 128 }));
        assert_eq!(read_parts(&[("name=\"file\"", b"")]).await.unwrap().crop, None);
    }

    #[tokio::test]
    async fn tells_every_part_that_is_wrong() {
        let (file, x, y, size) = ("name=\"file\"", "name=\"crop_x\"", "name=\"crop_y\"", "name=\"crop_size\"");
        let cases: [(Form<'_>, Told<'_>); 7] = [
            (&[], &[("file", "required")]),
            (&[("name=\"File\"", b"x")], &[("file", "required")]),
            (&[(file, b"x"), (file, b"y"), (file, b"z")], &[("file", "repeated")]),
            (&[(file, b"x"), (x, b"1")], &[("crop_y", "required"), ("crop_size", "required")]),
            (&[(file, b"x"), (x, b"1"), (y, b"1"), (size, b"31")], &[("crop_size", "out_of_range")]),
            (&[(file, b"x"), (x, b"1"), (x, b"1"), (y, b"1"), (size, b"32")], &[("crop_x", "repeated")]),
            (
                &[(x, b"-1"), (y, b"1.5"), (size, b"99999999999")],
                &[
                    ("crop_x", "wrong_type"),
                    ("crop_y", "wrong_type"),
                    ("crop_size", "wrong_type"),
                    ("file", "required"),
                ],
            ),
        ];
        for (parts, expected) in cases {
            let failure = read_parts(parts).await.map(drop).unwrap_err();
            let told: Vec<_> = failure.details().iter().map(|told| (told.field.as_str(), told.code.as_str())).collect();
            assert_eq!(told, expected);
        }
    }

    #[tokio::test]
    async fn what_is_no_form_is_refused() {
        let code = |content_type: &'static str, body: Vec<u8>| async move {
            read_as(content_type, body).await.map(drop).unwrap_err().code()
        };
        for other in ["application/json", "image/png", "multipart/mixed; boundary=0a1b2c", "", ";"] {
            assert_eq!(code(other, form(&[])).await, Code::UnsupportedMediaType, "{other}");
        }
        let typed = "multipart/form-data; boundary=0a1b2c";
        for broken in [b"".to_vec(), b"--0a1b2c".to_vec(), b"--0a1b2c\r\nx".to_vec(), b"\xff\0".to_vec()] {
            assert_eq!(code(typed, broken).await, Code::RequestMalformed);
        }
        assert_eq!(code("multipart/form-data", form(&[])).await, Code::RequestMalformed);
        let many: Vec<(&str, &[u8])> = vec![("name=\"note\"", b"x"); MAX_PARTS + 1];
        assert_eq!(code(typed, form(&many)).await, Code::RequestMalformed);
        assert_eq!(code(typed, form(&[("name=\"file\"", &vec![0; MAX_FILE_BYTES + 1])])).await, Code::TooLarge);
        assert_eq!(code(typed, vec![0; MAX_FILE_BYTES + MAX_FORM_BYTES + 1]).await, Code::TooLarge);
        assert!(read_parts(&[("name=\"file\"", &vec![0; MAX_FILE_BYTES])]).await.is_ok());
    }
}
