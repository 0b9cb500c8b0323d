//! Files of every kind, as they come in.

use std::sync::mpsc;

use ::png::{BitDepth, ColorType, Encoder, chunk::ChunkType};
use application_user::{
    AVATAR_SIZES,
    RenderAvatarError::{CropOutside, Damaged, Port, TooManyPixels, TooSmall, UnsupportedFormat},
};
use image::{DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader, Rgba, RgbaImage};

use super::*;
use crate::samples::{chunk, exif, gradient, jpeg, jpeg_with_exif, png, riff, webp, webp_with_exif};

async fn render(file: &[u8]) -> Result<Vec<AvatarImage>, RenderAvatarError> {
    ImageAvatarRenderer::default().render(file.to_vec(), None).await
}

async fn rendered(file: &[u8], crop: Option<AvatarCrop>) -> DynamicImage {
    let images = ImageAvatarRenderer::default().render(file.to_vec(), crop).await.unwrap();
    assert_eq!(images.iter().map(|image| image.size).collect::<Vec<_>>(), AVATAR_SIZES);
    for image in &images {
        assert_eq!(image.media_type, "image/jpeg");
        let mut reader = ImageReader::new(std::io::Cursor::new(&image.bytes));
        reader.set_format(ImageFormat::Jpeg);
        let mut decoder = reader.into_decoder().unwrap();
        assert_eq!(decoder.dimensions(), (image.size.into(), image.size.into()));
        assert_eq!(decoder.exif_metadata().unwrap(), None);
        assert_eq!(decoder.icc_profile().unwrap(), None);
    }
    image::load_from_memory(&images[1].bytes).unwrap()
}

/// Whether the pixel there has about that colour.
fn shows(image: &DynamicImage, x: u32, y: u32, colour: [u8; 3]) {
    let found = image.get_pixel(x, y).0;
    let near = found.iter().zip(colour).all(|(found, wanted)| found.abs_diff(wanted) < 24);
    assert!(near, "{found:?} at {x}, {y} instead of {colour:?}");
}

#[tokio::test]
async fn every_format_becomes_squares() {
    let picture = gradient(300, 200);
    for file in [jpeg(&picture), png(&picture), webp(&picture)] {
        let shown = rendered(&file, None).await;
        // The middle: from 50 to 250 of 300.
        shows(&shown, 2, 2, [44, 3, 64]);
        shows(&shown, 125, 2, [210, 3, 64]);
        shows(&shown, 2, 125, [44, 250, 64]);
    }
}

#[tokio::test]
async fn sixteen_bits_grey_and_few_colours_are_pictures_too() {
    let picture = DynamicImage::from(gradient(64, 64));
    for picture in [
        DynamicImage::from(picture.to_rgb16()),
        DynamicImage::from(picture.to_luma8()),
        DynamicImage::from(picture.to_luma_alpha16()),
    ] {
        let mut file = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut file, ImageFormat::Png).unwrap();
        rendered(&file.into_inner(), None).await;
    }
}

#[tokio::test]
async fn only_the_part_that_is_wanted_is_shown() {
    let shown = rendered(&png(&gradient(400, 400)), Some(AvatarCrop { x: 300, y: 0, size: 100 })).await;
    shows(&shown, 2, 2, [193, 2, 64]);
    shows(&shown, 125, 125, [252, 62, 64]);
}

#[tokio::test]
async fn a_large_picture_is_reduced_and_a_small_one_enlarged() {
    for edge in [2_500, 32] {
        let shown = rendered(&jpeg(&gradient(edge, edge)), None).await;
        shows(&shown, 2, 2, [4, 4, 64]);
        shows(&shown, 125, 125, [250, 250, 64]);
    }
}

#[tokio::test]
async fn the_picture_is_upright_and_tells_nothing_else() {
    // What the pixel at the upper left shows, by how the camera was held.
    let corners =
        [[0, 0], [255, 0], [255, 255], [0, 255], [0, 0], [0, 255], [255, 255], [255, 0]].map(|[r, g]| [r, g, 64]);
    for (held, corner) in (1..=8).zip(corners) {
        let picture = gradient(128, 128);
        let with_exif = [jpeg_with_exif(&picture, exif(held)), webp_with_exif(&picture, exif(held))];
        for file in with_exif {
            assert!(file.windows(3).any(|bytes| bytes == b"GPS"));
            shows(&rendered(&file, None).await, 2, 2, corner);
            for image in render(&file).await.unwrap() {
                assert!(!image.bytes.windows(3).any(|bytes| bytes == b"GPS"));
                assert!(!image.bytes.windows(4).any(|bytes| bytes == b"Exif"));
            }
        }
    }
}

#[tokio::test]
async fn the_part_is_one_of_the_upright_picture() {
    // 200 wide and 100 high as it is stored, 100 wide and 200 high as it is seen.
    let file = jpeg_with_exif(&gradient(200, 100), exif(6));
    let shown = rendered(&file, Some(AvatarCrop { x: 0, y: 100, size: 100 })).await;
    shows(&shown, 2, 2, [130, 250, 64]);
    let outside = AvatarCrop { x: 100, y: 0, size: 100 };
    assert!(matches!(ImageAvatarRenderer::default().render(file, Some(outside)).await, Err(CropOutside)));
}

#[tokio::test]
async fn whatever_is_shown_the_files_stay_small() {
    // Nothing is harder to compress than noise.
    let mut state = 1_u32;
    let noise = image::RgbImage::from_fn(512, 512, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, red, green, blue] = state.to_le_bytes();
        image::Rgb([red, green, blue])
    });
    let images = render(&png(&noise)).await.unwrap();
    let sizes: Vec<_> = images.iter().map(|image| image.bytes.len()).collect();
    assert!(sizes.iter().sum::<usize>() < 512 * 1024, "{sizes:?}");
}

#[tokio::test]
async fn what_can_be_seen_through_is_white() {
    let mut file = std::io::Cursor::new(Vec::new());
    let clear = RgbaImage::from_pixel(64, 64, Rgba([200, 0, 0, 0]));
    DynamicImage::from(clear).write_to(&mut file, ImageFormat::Png).unwrap();
    shows(&rendered(&file.into_inner(), None).await, 64, 64, [255, 255, 255]);
}

/// An animation of WebP with two frames: black, white.
fn animation() -> Vec<u8> {
    let frame = |shade: u8| {
        let still = webp(&image::RgbImage::from_pixel(64, 64, image::Rgb([shade; 3])));
        let header = [0, 0, 0, 0, 0, 0, 63, 0, 0, 63, 0, 0, 100, 0, 0, 0];
        chunk(b"ANMF", &[&header[..], &still[12..]].concat())
    };
    let extended = chunk(b"VP8X", &[0b10, 0, 0, 0, 63, 0, 0, 63, 0, 0]);
    riff(&[extended, chunk(b"ANIM", &[0, 0, 0, 0, 0, 0]), frame(0), frame(255)])
}

#[tokio::test]
async fn of_an_animation_the_first_picture_is_shown() {
    shows(&rendered(&animation(), None).await, 64, 64, [0, 0, 0]);
}

/// A PNG of one bit for each pixel, all of them 0.
fn black_png(width: u32, height: u32, filled: bool) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    encoder.set_compression(::png::Compression::High);
    let mut writer = encoder.write_header().unwrap();
    if filled {
        writer.write_image_data(&vec![0; width.div_ceil(8) as usize * height as usize]).unwrap();
    } else {
        writer.write_chunk(ChunkType(*b"IDAT"), b"\x78\x01\x03\0\0\0\0\x01").unwrap();
    }
    drop(writer);
    if !filled {
        file.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
    }
    file
}

#[tokio::test]
async fn a_small_file_cannot_become_many_pixels() {
    let claims = black_png(50_000, 50_000, false);
    assert!(claims.len() < 200);
    assert!(matches!(render(&claims).await, Err(TooManyPixels)));
    let zeros = black_png(20_000, 20_000, true);
    assert!(zeros.len() < 200_000, "{} bytes", zeros.len());
    assert!(matches!(render(&zeros).await, Err(TooManyPixels)));
    // Each edge would do.
    assert!(matches!(render(&black_png(8_192, 8_192, true)).await, Err(TooManyPixels)));
    assert!(matches!(render(&black_png(8_193, 64, true)).await, Err(TooManyPixels)));
    rendered(&black_png(8_192, 64, true), None).await;
    let mut wide = jpeg(&gradient(64, 64));
    let frame = wide.windows(2).position(|bytes| bytes == [0xff, 0xc0]).unwrap();
    wide[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    assert!(matches!(render(&wide).await, Err(TooManyPixels)));
    let mut wide = webp(&gradient(64, 64));
    wide[21..25].copy_from_slice(&0x0fff_bffe_u32.to_le_bytes());
    assert!(matches!(render(&wide).await, Err(TooManyPixels)));
}

#[tokio::test]
async fn a_picture_has_something_to_see() {
    for (width, height) in [(1, 1), (31, 400), (400, 31)] {
        assert!(matches!(render(&png(&gradient(width, height))).await, Err(TooSmall)));
    }
    let lossy = riff(&[chunk(b"VP8 ", &crate::samples::VP8_FRAME)]);
    assert!(matches!(render(&lossy).await, Err(TooSmall)));
    let small = AvatarCrop { x: 0, y: 0, size: 31 };
    let outcome = ImageAvatarRenderer::default().render(png(&gradient(64, 64)), Some(small)).await;
    assert!(matches!(outcome, Err(TooSmall)));
}

#[tokio::test]
async fn what_is_cut_off_is_refused() {
    let picture = gradient(64, 64);
    for whole in [jpeg(&picture), png(&picture), webp(&picture), animation()] {
        for parts in 1..8 {
            let cut = &whole[..whole.len() * parts / 8];
            assert!(matches!(render(cut).await, Err(Damaged)), "{parts} of 8");
        }
    }
}

#[tokio::test]
async fn other_files_are_refused() {
    let html = b"<!DOCTYPE html><script>alert(1)</script>";
    for other in [
        &b""[..],
        b"x",
        html,
        br#"<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>"#,
        b"GIF89a<script>alert(1)</script>",
        b"BM\0\0\0\0",
        b"%PDF-1.7",
        b"\x00\x00\x00\x20ftypavif",
        b"MZ",
        b"\x7fELF",
        b"II*\0",
    ] {
        assert!(matches!(render(other).await, Err(UnsupportedFormat)), "{}", String::from_utf8_lossy(other));
    }
    for start in [&b"\xff\xd8\xff"[..], b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\xff\x7fWEBP"] {
        assert!(matches!(render(&[start, html].concat()).await, Err(Damaged)), "{start:?}");
    }
}

#[tokio::test]
async fn nothing_that_hides_in_a_picture_is_kept() {
    let hidden = b"<script>alert(1)</script>";
    let picture = gradient(64, 64);
    let mut commented = jpeg(&picture);
    commented.splice(2..2, [b"\xff\xfe\x00\x1b", &hidden[..]].concat());
    for file in [commented, [&jpeg(&picture)[..], hidden].concat(), [&png(&picture)[..], hidden].concat()] {
        for image in render(&file).await.unwrap() {
            assert!(!image.bytes.windows(6).any(|bytes| bytes == b"script"));
        }
    }
}

#[tokio::test]
async fn whatever_is_changed_in_a_file_nothing_panics() {
    let picture = gradient(48, 40);
    let files = [
        jpeg_with_exif(&picture, exif(6)),
        png(&picture),
        webp_with_exif(&picture, exif(3)),
        animation(),
        riff(&[chunk(b"VP8 ", &crate::samples::VP8_FRAME)]),
    ];
    // xorshift, so that each run is the same.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    for file in files {
        for _ in 0..100 {
            let mut changed = file.clone();
            for _ in 0..=random(8) {
                let at = if random(2) == 0 { random(changed.len()) } else { random(changed.len().min(64)) };
                changed[at] = u8::try_from(random(256)).unwrap();
            }
            if random(4) == 0 {
                changed.truncate(random(changed.len()));
            }
            // Not through the renderer, which would catch it.
            let _ = decode(&changed).and_then(|picture| squares(picture, None));
        }
    }
}

fn limited(concurrency: usize, queue: usize) -> Arc<ImageAvatarRenderer> {
    let concurrency = NonZeroUsize::new(concurrency).unwrap();
    Arc::new(ImageAvatarRenderer::new(ImageLimits { concurrency, queue }))
}

#[tokio::test]
async fn whoever_finds_the_queue_full_is_turned_away() {
    let renderer = limited(1, 1);
    let (release, gate) = mpsc::channel::<()>();
    let first = tokio::spawn({
        let renderer = Arc::clone(&renderer);
        async move { renderer.run(move || gate.recv().map_err(|_| Damaged)).await }
    });
    let second = tokio::spawn({
        let renderer = Arc::clone(&renderer);
        async move { renderer.render(png(&gradient(32, 32)), None).await }
    });
    while renderer.admitted.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let third = renderer.render(png(&gradient(32, 32)), None).await;
    assert!(matches!(third, Err(Port(PortError::Unavailable(_)))));
    release.send(()).unwrap();
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    assert_eq!((renderer.admitted.available_permits(), renderer.running.available_permits()), (2, 1));
}

#[tokio::test]
async fn a_panic_is_a_damaged_file_and_the_next_has_its_turn() {
    let renderer = limited(1, 0);
    let outcome = renderer.run(|| -> Result<(), _> { panic!("a decoder's mistake") }).await;
    assert!(matches!(outcome, Err(Damaged)));
    renderer.render(png(&gradient(32, 32)), None).await.unwrap();
}
