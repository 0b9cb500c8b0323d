//! From a file that anybody may have made to pixels, within bounds.

use std::io::Cursor;

use application_user::{
    MIN_AVATAR_EDGE,
    RenderAvatarError::{self, Damaged, TooManyPixels, TooSmall, UnsupportedFormat},
};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, guess_format, metadata::Orientation,
};

use crate::{jpeg, png, webp};

/// The longest edge that is decoded.
pub const MAX_EDGE: u32 = 8_192;
/// The most pixels that are decoded.
pub const MAX_PIXELS: u64 = 40_000_000;
/// The most bytes that the pixels may fill: 40 megapixels with 48 bits each.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// A decoded picture, as it is stored; to be seen upright it has to be turned.
pub struct Decoded {
    /// The pixels.
    pub pixels: DynamicImage,
    /// How to turn it.
    pub orientation: Orientation,
}

/// Decodes a file; of an animation, the first frame. The format is found by the content.
pub fn decode(file: &[u8]) -> Result<Decoded, RenderAvatarError> {
    let format = guess_format(file).map_err(|_| UnsupportedFormat)?;
    let file = match format {
        ImageFormat::Jpeg if jpeg::is_whole(file) => file,
        ImageFormat::Png if png::is_whole(file) => file,
        ImageFormat::WebP => webp::container(file)?,
        ImageFormat::Jpeg | ImageFormat::Png => return Err(Damaged),
        _ => return Err(UnsupportedFormat),
    };
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(failed)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    if decoder.total_bytes() > MAX_BYTES {
        return Err(TooManyPixels);
    }
    if width.min(height) < MIN_AVATAR_EDGE {
        return Err(TooSmall);
    }
    // What cannot be read of the metadata does not matter.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let pixels = DynamicImage::from_decoder(decoder).map_err(failed)?;
    Ok(Decoded { pixels, orientation })
}

/// Refuses more pixels than are decoded.
pub fn check_size(width: u32, height: u32) -> Result<(), RenderAvatarError> {
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > MAX_EDGE || pixels > MAX_PIXELS { Err(TooManyPixels) } else { Ok(()) }
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_EDGE);
    limits.max_image_height = Some(MAX_EDGE);
    limits.max_alloc = Some(MAX_BYTES);
    limits
}

fn failed(error: ImageError) -> RenderAvatarError {
    match error {
        ImageError::Limits(_) => TooManyPixels,
        ImageError::Unsupported(_) => UnsupportedFormat,
        ImageError::Decoding(_) | ImageError::Encoding(_) | ImageError::Parameter(_) | ImageError::IoError(_) => {
            Damaged
        }
    }
}
