//! From the pixels of a picture to the squares that are kept.

use application_user::{AVATAR_SIZES, AvatarCrop, AvatarImage, MIN_AVATAR_EDGE, RenderAvatarError};
use image::{
    DynamicImage, ExtendedColorType, GenericImageView, Rgb, RgbImage,
    codecs::jpeg::JpegEncoder,
    imageops::{FilterType, resize, thumbnail},
    metadata::Orientation,
};

use crate::decode::Decoded;

const QUALITY: u8 = 85;
/// Larger squares are first reduced by averaging, which is fast, and then well.
const FAST_ABOVE: u32 = 2_048;
const FAST_EDGE: u32 = 1_024;

/// Cuts the part out, and encodes it in every size.
pub fn squares(picture: Decoded, crop: Option<AvatarCrop>) -> Result<Vec<AvatarImage>, RenderAvatarError> {
    let Decoded { pixels, orientation } = picture;
    let (width, height) = (pixels.width(), pixels.height());
    let crop = upright_crop(upright_size(orientation, width, height), crop)?;
    let (left, top) = stored_corner(orientation, (width, height), crop);
    let mut square = on_white(&pixels, left, top, crop.size);
    drop(pixels);
    if crop.size > FAST_ABOVE {
        square = thumbnail(&square, FAST_EDGE, FAST_EDGE);
    }
    let mut images = Vec::with_capacity(AVATAR_SIZES.len());
    for size in AVATAR_SIZES {
        let mut scaled = DynamicImage::from(resize(&square, size.into(), size.into(), FilterType::Lanczos3));
        scaled.apply_orientation(orientation);
        images.push(encode(&scaled, size)?);
    }
    Ok(images)
}

fn encode(image: &DynamicImage, size: u16) -> Result<AvatarImage, RenderAvatarError> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode(image.as_bytes(), size.into(), size.into(), ExtendedColorType::Rgb8)
        .map_err(|_| RenderAvatarError::Damaged)?;
    Ok(AvatarImage { size, media_type: "image/jpeg", bytes })
}

const fn swaps_edges(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}

const fn upright_size(orientation: Orientation, width: u32, height: u32) -> (u32, u32) {
    if swaps_edges(orientation) { (height, width) } else { (width, height) }
}

/// The part that is wanted, or the square in the middle.
fn upright_crop((width, height): (u32, u32), crop: Option<AvatarCrop>) -> Result<AvatarCrop, RenderAvatarError> {
    let Some(crop) = crop else {
        let size = width.min(height);
        return Ok(AvatarCrop { x: (width - size) / 2, y: (height - size) / 2, size });
    };
    let inside = |from: u32, edge: u32| from.checked_add(crop.size).is_some_and(|end| end <= edge);
    if !inside(crop.x, width) || !inside(crop.y, height) {
        return Err(RenderAvatarError::CropOutside);
    }
    if crop.size < MIN_AVATAR_EDGE {
        return Err(RenderAvatarError::TooSmall);
    }
    Ok(crop)
}

/// Where the upper left corner of the part is in the picture as it is stored. Only the small squares are turned.
const fn stored_corner(orientation: Orientation, (width, height): (u32, u32), crop: AvatarCrop) -> (u32, u32) {
    let AvatarCrop { x, y, size } = crop;
    match orientation {
        Orientation::NoTransforms => (x, y),
        Orientation::Rotate90 => (y, height - x - size),
        Orientation::Rotate180 => (width - x - size, height - y - size),
        Orientation::Rotate270 => (width - y - size, x),
        Orientation::FlipHorizontal => (width - x - size, y),
        Orientation::FlipVertical => (x, height - y - size),
        Orientation::Rotate90FlipH => (y, x),
        Orientation::Rotate270FlipH => (width - y - size, height - x - size),
    }
}

/// A square of the picture, on white where it can be seen through.
fn on_white(pixels: &DynamicImage, left: u32, top: u32, size: u32) -> RgbImage {
    RgbImage::from_fn(size, size, |x, y| {
        let [red, green, blue, alpha] = pixels.get_pixel(left + x, top + y).0;
        let over_white = |colour: u8| {
            let mixed = (u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha)) + 127) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Rgb([over_white(red), over_white(green), over_white(blue)])
    })
}

#[cfg(test)]
mod tests {
    use image::RgbaImage;

    use super::*;
    use crate::samples::gradient;

    #[test]
    fn a_part_is_the_same_whether_it_is_cut_before_or_after_turning() {
        let stored = DynamicImage::from(gradient(90, 60));
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let mut upright = stored.clone();
            upright.apply_orientation(orientation);
            assert_eq!(upright_size(orientation, 90, 60), (upright.width(), upright.height()));
            for (x, y) in [(0, 0), (3, 7), (upright.width() - 40, 0), (5, upright.height() - 40)] {
                let (left, top) = stored_corner(orientation, (90, 60), AvatarCrop { x, y, size: 40 });
                let mut cut = DynamicImage::from(on_white(&stored, left, top, 40));
                cut.apply_orientation(orientation);
                assert_eq!(cut.to_rgb8(), upright.crop_imm(x, y, 40, 40).to_rgb8(), "{orientation:?} {x} {y}");
            }
        }
    }

    #[test]
    fn without_a_wish_it_is_the_middle() {
        let middle = |width, height| upright_crop((width, height), None).unwrap();
        assert_eq!(middle(100, 40), AvatarCrop { x: 30, y: 0, size: 40 });
        assert_eq!(middle(33, 100), AvatarCrop { x: 0, y: 33, size: 33 });
    }

    #[test]
    fn a_part_lies_inside_and_can_be_seen() {
        let crop = |x, y, size| upright_crop((100, 80), Some(AvatarCrop { x, y, size }));
        assert!(crop(20, 0, 80).is_ok());
        for outside in [crop(21, 0, 80), crop(0, 1, 80), crop(u32::MAX, 0, 80), crop(0, 0, u32::MAX), crop(100, 80, 0)]
        {
            assert!(matches!(outside, Err(RenderAvatarError::CropOutside | RenderAvatarError::TooSmall)));
        }
        assert!(matches!(crop(0, 0, 81), Err(RenderAvatarError::CropOutside)));
        assert!(matches!(crop(0, 0, MIN_AVATAR_EDGE - 1), Err(RenderAvatarError::TooSmall)));
    }

    #[test]
    fn what_can_be_seen_through_is_white() {
        let mut pixels = RgbaImage::from_pixel(2, 2, image::Rgba([0, 0, 0, 0]));
        pixels.put_pixel(1, 0, image::Rgba([255, 0, 0, 255]));
        pixels.put_pixel(0, 1, image::Rgba([0, 0, 0, 128]));
        let flat = on_white(&DynamicImage::from(pixels), 0, 0, 2);
        assert_eq!(flat.get_pixel(0, 0).0, [255, 255, 255]);
        assert_eq!(flat.get_pixel(1, 0).0, [255, 0, 0]);
        assert_eq!(flat.get_pixel(0, 1).0, [127, 127, 127]);
    }
}
