//! The operations of pictures.

use std::sync::Arc;

use application_user::{
    AccountPorts, ReadAvatar, ReadAvatarError, RemoveAvatar, RemoveAvatarError, RenderAvatarError, StoredAvatar,
    UploadAvatar, UploadAvatarCommand, UploadAvatarError,
};
use domain_shared::Clock;
use poem::{
    IntoResponse, Request, Response,
    http::{StatusCode, header},
};
use poem_openapi::{
    ApiResponse, Enum, OpenApi,
    param::{Path, Query},
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use tracing::Instrument;
use uuid::Uuid;

use super::{avatar_upload::AvatarUpload, shapes::Profile};
use crate::{
    answer::Answer,
    authentication::SignedIn,
    code::Code,
    entity_tag::has_tag,
    failure::{Failure, FieldDetail},
    tags::Tag,
};

/// The use cases that the operations drive.
pub struct AvatarUseCases {
    /// Gives an account a picture.
    pub upload: Arc<UploadAvatar>,
    /// Takes it away.
    pub remove: RemoveAvatar,
    /// Hands one out.
    pub read: ReadAvatar,
}

impl AvatarUseCases {
    /// All of them, on these ports.
    #[must_use]
    pub fn new(ports: &AccountPorts) -> Self {
        Self {
            upload: Arc::new(UploadAvatar::new(ports)),
            remove: RemoveAvatar::new(ports),
            read: ReadAvatar::new(ports),
        }
    }
}

/// The operations of this area.
pub struct AvatarsApi {
    /// What they drive.
    pub use_cases: AvatarUseCases,
    /// Dates the answers.
    pub clock: Arc<dyn Clock>,
}

/// The edge of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
pub enum AvatarSize {
    /// For lists.
    #[oai(rename = "64")]
    Small,
    /// For tiles.
    #[default]
    #[oai(rename = "128")]
    Medium,
    /// For a page of its own.
    #[oai(rename = "512")]
    Large,
}

impl AvatarSize {
    const fn pixels(self) -> u16 {
        match self {
            Self::Small => 64,
            Self::Medium => 128,
            Self::Large => 512,
        }
    }
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Account")]
impl AvatarsApi {
    /// Upload a picture of oneself
    ///
    /// It takes the place of the one before. Of the file only the pixels are kept, upright and cut to a square: no name, no
    /// metadata, and of an animation the first picture. What cannot be shown is answered with 422 and a detail for `file`:
    /// `unsupported_format`, `damaged`, `too_small` or `too_many_pixels`.
    #[oai(path = "/upload-avatar", method = "post", operation_id = "uploadAvatar")]
    async fn upload(&self, user: SignedIn, form: AvatarUpload) -> Result<Answer<Profile>, Failure> {
        let command = UploadAvatarCommand { user_id: user.0.user_id, file: form.file, crop: form.crop };
        let upload = self.use_cases.upload.clone();
        // On a task of its own: nothing is left half done when the client goes away meanwhile.
        let task = tokio::spawn(async move { upload.execute(command).await }.in_current_span());
        let user = task.await.map_err(|error| Failure::new(Code::Internal).caused_by(error))??;
        Ok(Answer::new(Profile { user: user.into() }, self.clock.now()))
    }

    /// Remove the own picture
    ///
    /// Removing none is no error.
    #[oai(path = "/avatar", method = "delete", operation_id = "removeAvatar")]
    async fn remove(&self, user: SignedIn) -> Result<Answer<Profile>, Failure> {
        let user = self.use_cases.remove.execute(user.0.user_id).await?;
        Ok(Answer::new(Profile { user: user.into() }, self.clock.now()))
    }

    /// Read a picture
    ///
    /// Where `avatar_url` of a user points. What an identifier names never changes, so that it may be cached for ever.
    #[oai(path = "/avatars/:id", method = "get", operation_id = "readAvatar")]
    async fn read(
        &self,
        request: &Request,
        /// The picture's identifier.
        id: Path<String>,
        /// The edge of the square, in pixels.
        #[oai(default = "AvatarSize::default")]
        size: Query<AvatarSize>,
    ) -> Result<AvatarFile, Failure> {
        let id: Uuid = id.0.parse().map_err(|_| Code::AvatarNotFound)?;
        let size = size.0.pixels();
        let avatar = self.use_cases.read.execute(id, size).await?;
        let tag = format!("\"{id}-{size}\"");
        Ok(if has_tag(request.headers(), &tag) { AvatarFile::Unchanged(tag) } else { AvatarFile::File(tag, avatar) })
    }
}

impl From<UploadAvatarError> for Failure {
    fn from(error: UploadAvatarError) -> Self {
        match error {
            UploadAvatarError::Picture(error) => refused(error),
            // The token is older than the end of the account.
            UploadAvatarError::NotFound => Code::SessionEnded.into(),
            UploadAvatarError::Port(error) => error.into(),
        }
    }
}

fn refused(error: RenderAvatarError) -> Failure {
    let message = error.to_string();
    let (field, code) = match error {
        RenderAvatarError::UnsupportedFormat => ("file", "unsupported_format"),
        RenderAvatarError::Damaged => ("file", "damaged"),
        RenderAvatarError::TooSmall => ("file", "too_small"),
        RenderAvatarError::TooManyPixels => ("file", "too_many_pixels"),
        RenderAvatarError::CropOutside => ("crop_size", "out_of_range"),
        RenderAvatarError::Port(error) => return error.into(),
    };
    Failure::invalid([FieldDetail::new(field, code, message)])
}

impl From<RemoveAvatarError> for Failure {
    fn from(error: RemoveAvatarError) -> Self {
        match error {
            RemoveAvatarError::NotFound => Code::SessionEnded.into(),
            RemoveAvatarError::Port(error) => error.into(),
        }
    }
}

impl From<ReadAvatarError> for Failure {
    fn from(error: ReadAvatarError) -> Self {
        match error {
            ReadAvatarError::UnknownSize => {
                Self::invalid([FieldDetail::new("size", "unknown_value", error.to_string())])
            }
            ReadAvatarError::NotFound => Code::AvatarNotFound.into(),
            ReadAvatarError::Port(error) => error.into(),
        }
    }
}

/// A picture as a file, with its tag.
enum AvatarFile {
    /// The file.
    File(String, StoredAvatar),
    /// The client has it.
    Unchanged(String),
}

/// What an identifier names never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

impl IntoResponse for AvatarFile {
    fn into_response(self) -> Response {
        let response = Response::builder().header(header::CACHE_CONTROL, FOR_EVER);
        match self {
            Self::File(tag, StoredAvatar { media_type, bytes }) => response
                .header(header::ETAG, tag)
                .header(header::CONTENT_DISPOSITION, "inline")
                .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
                .content_type(&media_type)
                .body(bytes),
            Self::Unchanged(tag) => response.header(header::ETAG, tag).status(StatusCode::NOT_MODIFIED).finish(),
        }
    }
}

impl ApiResponse for AvatarFile {
    fn meta() -> MetaResponses {
        let file = MetaSchema { format: Some("binary"), ..MetaSchema::new("string") };
        let header = |name: &str, description: &str| MetaHeader {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            required: true,
            deprecated: false,
            schema: String::schema_ref(),
        };
        let headers = || vec![header("ETag", "Names the file."), header("Cache-Control", "It may be kept for a year.")];
        let answer = |status, description, content| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content,
            headers: headers(),
        };
        let file = MetaMediaType { content_type: "image/jpeg", schema: MetaSchemaRef::Inline(Box::new(file)) };
        MetaResponses {
            responses: vec![
                answer(200, "The file.", vec![file]),
                answer(304, "The file that `If-None-Match` names.", vec![]),
            ],
        }
    }

    fn register(_: &mut Registry) {}
}

#[cfg(test)]
mod tests {
    use application_shared::PortError;
    use application_user::AVATAR_SIZES;

    use super::*;

    #[test]
    fn every_size_that_is_kept_can_be_asked_for() {
        let sizes = [AvatarSize::Small, AvatarSize::Medium, AvatarSize::Large];
        assert_eq!(sizes.map(AvatarSize::pixels), AVATAR_SIZES);
    }

    #[test]
    fn says_what_is_wrong_with_a_picture() {
        let of = |error: RenderAvatarError| Failure::from(UploadAvatarError::from(error));
        for (error, field, code) in [
            (RenderAvatarError::UnsupportedFormat, "file", "unsupported_format"),
            (RenderAvatarError::Damaged, "file", "damaged"),
            (RenderAvatarError::TooSmall, "file", "too_small"),
            (RenderAvatarError::TooManyPixels, "file", "too_many_pixels"),
            (RenderAvatarError::CropOutside, "crop_size", "out_of_range"),
        ] {
            let failure = of(error);
            assert_eq!(failure.code(), Code::RequestInvalid);
            assert_eq!((failure.details()[0].field.as_str(), failure.details()[0].code.as_str()), (field, code));
        }
        assert_eq!(of(PortError::unavailable("busy").into()).code(), Code::ServiceUnavailable);
        assert_eq!(Failure::from(ReadAvatarError::UnknownSize).details()[0].field, "size");
    }
}
