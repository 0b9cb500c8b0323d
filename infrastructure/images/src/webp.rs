//! What a WebP file says of itself, checked before it is decoded: the decoder makes room for what a chunk claims.

use application_user::RenderAvatarError::{self, Damaged};

use crate::decode::check_size;

/// The key frame start code of VP8 (RFC 6386, section 9.1), three bytes into the frame.
const VP8_START: [u8; 3] = [0x9d, 0x01, 0x2a];

/// The container without what follows it.
///
/// # Errors
/// When a chunk claims to go on after the end of the file, or a frame to have too many pixels.
pub fn container(file: &[u8]) -> Result<&[u8], RenderAvatarError> {
    let size = number(file, 4).ok_or(Damaged)?;
    let container = size.checked_add(8).and_then(|end| file.get(..end)).ok_or(Damaged)?;
    check_chunks(container.get(12..).ok_or(Damaged)?, true)?;
    Ok(container)
}

fn check_chunks(mut chunks: &[u8], outermost: bool) -> Result<(), RenderAvatarError> {
    while let Some(size) = number(chunks, 4) {
        let (name, rest) = (&chunks[..4], &chunks[8..]);
        let content = rest.get(..size).ok_or(Damaged)?;
        match name {
            b"ANMF" if outermost => check_chunks(content.get(16..).ok_or(Damaged)?, false)?,
            b"ALPH" => {}
            // Frames are decoded whole before their size is compared with the one announced.
            _ if content.get(3..6) == Some(&VP8_START) => {
                let edge = |at| u16::from_le_bytes([content[at], content[at + 1]]) & 0x3fff;
                if content.len() < 10 {
                    return Err(Damaged);
                }
                check_size(edge(6).into(), edge(8).into())?;
            }
            _ => {}
        }
        chunks = rest.get(size + size % 2..).unwrap_or_default();
    }
    Ok(())
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    usize::try_from(u32::from_le_bytes(*bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{VP8_FRAME, chunk, gradient, riff, webp};

    #[test]
    fn what_follows_the_container_is_cut_off() {
        let whole = webp(&gradient(40, 40));
        let longer = [&whole[..], b"<script>"].concat();
        assert!(container(&longer).is_ok_and(|found| found == whole));
        for end in 0..whole.len() {
            assert!(matches!(container(&whole[..end]), Err(Damaged)), "cut at {end} of {}", whole.len());
        }
    }

    #[test]
    fn a_chunk_cannot_claim_more_than_there_is() {
        let mut exif = chunk(b"EXIF", b"II*\0");
        exif[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(matches!(container(&riff(&[chunk(b"VP8X", &[0; 10]), exif])), Err(Damaged)));
    }

    #[test]
    fn a_frame_cannot_be_larger_than_the_file_says() {
        let mut frame = VP8_FRAME.to_vec();
        frame[6..10].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
        let animated = chunk(b"ANMF", &[&[0; 16], &chunk(b"VP8 ", &frame)[..]].concat());
        for chunks in [chunk(b"VP8 ", &frame), animated] {
            let file = riff(&[chunk(b"VP8X", &[0; 10]), chunks]);
            assert!(matches!(container(&file), Err(RenderAvatarError::TooManyPixels)));
        }
    }
}
