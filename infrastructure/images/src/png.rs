//! Whether a PNG file is whole.

/// Whether the file goes on to its IEND chunk. What follows that is ignored.
pub fn is_whole(file: &[u8]) -> bool {
    let mut chunks = file.get(8..).unwrap_or_default();
    while let Some((length, rest)) = chunks.split_first_chunk() {
        if rest.starts_with(b"IEND") {
            return rest.len() >= 8;
        }
        // Name, content, checksum.
        let length = u32::from_be_bytes(*length);
        let size = usize::try_from(length).ok().and_then(|length| length.checked_add(8));
        chunks = size.and_then(|size| rest.get(size..)).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{gradient, png};

    #[test]
    fn a_file_is_whole_with_its_end_only() {
        let whole = png(&gradient(64, 64));
        assert!(is_whole(&whole));
        assert!(is_whole(&[&whole[..], b"more"].concat()));
        for end in 0..whole.len() {
            assert!(!is_whole(&whole[..end]), "cut at {end} of {}", whole.len());
        }
    }
}
