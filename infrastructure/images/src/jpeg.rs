//! Whether a JPEG file is whole. The decoder shows a cut-off picture with grey below the cut.

/// Whether the file goes on to its end-of-image marker. What follows that is ignored.
pub fn is_whole(file: &[u8]) -> bool {
    walk(file).is_some()
}

/// Goes from marker to marker (ITU-T T.81, annex B); `None` when the file ends before the picture.
fn walk(file: &[u8]) -> Option<()> {
    let mut at = 2;
    loop {
        // Between segments there may be any number of fill bytes; within a scan there is its data.
        while *file.get(at)? != 0xff {
            at += 1;
        }
        while *file.get(at)? == 0xff {
            at += 1;
        }
        let marker = *file.get(at)?;
        at += 1;
        match marker {
            0xd9 => return Some(()),
            // An escaped 0xff within a scan, a restart, or a marker without a segment.
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            _ => {
                let length = u16::from_be_bytes([*file.get(at)?, *file.get(at + 1)?]);
                at += usize::from(length.max(2));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{gradient, jpeg, jpeg_with_exif};

    #[test]
    fn a_file_is_whole_with_its_end_only() {
        let whole = jpeg(&gradient(64, 64));
        assert!(is_whole(&whole));
        let with_trailer = [&whole[..], b"a video \xff\xda\xff\xd8"].concat();
        assert!(is_whole(&with_trailer));
        for end in 0..whole.len() - 1 {
            assert!(!is_whole(&whole[..end]), "cut at {end} of {}", whole.len());
        }
    }

    #[test]
    fn the_end_of_an_inner_picture_is_not_the_end() {
        let mut exif = b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
        exif.extend(jpeg(&gradient(32, 32)));
        let whole = jpeg_with_exif(&gradient(64, 64), exif);
        assert!(is_whole(&whole));
        assert!(!is_whole(&whole[..whole.len() - 2]));
    }
}
