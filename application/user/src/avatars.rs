//! Pictures of people.

use application_shared::PortError;
use async_trait::async_trait;
use domain_shared::UserId;
use thiserror::Error;
use uuid::Uuid;

/// The edges of the square sizes that every picture is kept in, in pixels.
pub const AVATAR_SIZES: [u16; 3] = [64, 128, 512];

/// The shortest edge of a picture, or of the part of it that is wanted, in pixels.
pub const MIN_AVATAR_EDGE: u32 = 32;

/// The part of an uploaded picture that is wanted, in pixels of the upright picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AvatarCrop {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// The edge of the square.
    pub size: u32,
}

/// A picture in one size, encoded anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvatarImage {
    /// The edge, in pixels.
    pub size: u16,
    /// The media type, such as `image/jpeg`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Why a file is no picture.
#[derive(Debug, Error)]
pub enum RenderAvatarError {
    /// Not a JPEG, PNG or WebP, whatever it is called.
    #[error("must be a JPEG, PNG or WebP")]
    UnsupportedFormat,
    /// It says it is one, and cannot be read.
    #[error("is damaged")]
    Damaged,
    /// Fewer pixels than can be shown.
    #[error("is too small")]
    TooSmall,
    /// More pixels than anybody needs (width, height or both).
    #[error("has too many pixels")]
    TooManyPixels,
    /// The part wanted lies outside.
    #[error("the crop lies outside of the picture")]
    CropOutside,
    /// It could not be done now.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Decodes a picture that anybody may have made, within bounds of memory and time, and encodes it anew in every size of
/// [`AVATAR_SIZES`]: nothing of the file itself is kept.
#[async_trait]
pub trait AvatarRenderer: Send + Sync {
    /// Renders the part of the picture; without one the middle square.
    async fn render(&self, file: Vec<u8>, crop: Option<AvatarCrop>) -> Result<Vec<AvatarImage>, RenderAvatarError>;
}

/// A stored picture, as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAvatar {
    /// The media type.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Keeps pictures. Each has an identifier that is never used again, so that what it names never changes.
#[async_trait]
pub trait AvatarStore: Send + Sync {
    /// Keeps the picture `id` of `owner` in all its sizes, or nothing of it.
    async fn put(&self, id: Uuid, owner: UserId, images: &[AvatarImage]) -> Result<(), PortError>;
    /// The picture in that size.
    async fn get(&self, id: Uuid, size: u16) -> Result<Option<StoredAvatar>, PortError>;
    /// Deletes the picture in all its sizes; one that is not there is no error.
    async fn delete(&self, id: Uuid) -> Result<(), PortError>;
    /// Deletes every picture of `owner`.
    async fn delete_of(&self, owner: UserId) -> Result<(), PortError>;
}

/// Where pictures are read, on this server.
const URL: &str = "/api/v1/avatars/";

/// Where the picture `id` is read.
pub(crate) fn url_of(id: Uuid) -> String {
    format!("{URL}{id}")
}

/// Deletes a picture that an account does not show any more. If that is not possible now, it goes with the account.
pub(crate) async fn delete_replaced(store: &dyn AvatarStore, url: Option<&str>) {
    let Some(id) = url.and_then(|url| url.strip_prefix(URL)?.parse().ok()) else { return };
    if let Err(error) = store.delete(id).await {
        tracing::warn!(%error, %id, "a picture that is not shown any more could not be deleted");
    }
}
