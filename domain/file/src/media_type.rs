//! What a file is, found out from its first bytes. Neither its name nor what its sender says is believed.

use std::fmt;

use thiserror::Error;

/// How many bytes from the beginning of a file are looked at.
pub const SNIFFED_BYTES: usize = 4096;

/// A kind of file that can be shared, by the name that IANA has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MediaType(&'static str);

/// No kind of file that can be shared bears that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no kind of file that can be shared")]
pub struct UnknownMediaType;

const PNG: &str = "image/png";
const JPEG: &str = "image/jpeg";
const GIF: &str = "image/gif";
const WEBP: &str = "image/webp";
const MP3: &str = "audio/mpeg";
const MP4_AUDIO: &str = "audio/mp4";
const OGG: &str = "audio/ogg";
const WAV: &str = "audio/wav";
const FLAC: &str = "audio/flac";
const MP4: &str = "video/mp4";
const QUICKTIME: &str = "video/quicktime";
const WEBM: &str = "video/webm";
const MATROSKA: &str = "video/x-matroska";
const PDF: &str = "application/pdf";
const ZIP: &str = "application/zip";
const GZIP: &str = "application/gzip";
const SEVEN_ZIP: &str = "application/x-7z-compressed";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const ODT: &str = "application/vnd.oasis.opendocument.text";
const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";
const ODP: &str = "application/vnd.oasis.opendocument.presentation";
const TEXT: &str = "text/plain";

const ALL: [&str; 24] = [
    PNG, JPEG, GIF, WEBP, MP3, MP4_AUDIO, OGG, WAV, FLAC, MP4, QUICKTIME, WEBM, MATROSKA, PDF, ZIP, GZIP, SEVEN_ZIP,
    DOCX, XLSX, PPTX, ODT, ODS, ODP, TEXT,
];

impl MediaType {
    /// Every kind of file that can be shared.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter().map(Self)
    }

    /// Finds the kind of that name.
    ///
    /// # Errors
    /// [`UnknownMediaType`] when there is none.
    pub fn parse(name: &str) -> Result<Self, UnknownMediaType> {
        Self::all().find(|known| known.0 == name).ok_or(UnknownMediaType)
    }

    /// What a file is that begins with these bytes: the first [`SNIFFED_BYTES`], or all there are. What is executed or
    /// rendered by browsers (HTML, SVG) is text, and is handed out as such.
    #[must_use]
    pub fn sniff(head: &[u8]) -> Option<Self> {
        by_signature(head).or_else(|| is_text(head).then_some(TEXT)).map(Self)
    }

    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether a browser may show it in place: pictures, sound and video, which cannot carry a script.
    #[must_use]
    pub fn is_shown_inline(self) -> bool {
        ["image/", "audio/", "video/"].iter().any(|kind| self.0.starts_with(kind))
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

fn by_signature(head: &[u8]) -> Option<&'static str> {
    let at = |place: usize, bytes: &[u8]| head.get(place..).is_some_and(|rest| rest.starts_with(bytes));
    let found = if at(0, b"\x89PNG\r\n\x1a\n") {
        PNG
    } else if at(0, b"\xff\xd8\xff") {
        JPEG
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        GIF
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        WEBP
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        WAV
    } else if at(4, b"ftyp") {
        return iso_media(head.get(8..12)?);
    } else if at(0, b"\x1a\x45\xdf\xa3") {
        matroska(head)
    } else if at(0, b"OggS") {
        OGG
    } else if at(0, b"fLaC") {
        FLAC
    } else if at(0, b"ID3") || is_mpeg_frame(head) {
        MP3
    } else if at(0, b"%PDF-") {
        PDF
    } else if at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06") {
        zip(head)
    } else if at(0, b"\x1f\x8b\x08") {
        GZIP
    } else if at(0, b"7z\xbc\xaf\x27\x1c") {
        SEVEN_ZIP
    } else {
        return None;
    };
    Some(found)
}

/// ISO base media (ISO/IEC 14496-12) tells by its brand what it holds. Still pictures (HEIC, AVIF) are not taken.
fn iso_media(brand: &[u8]) -> Option<&'static str> {
    match brand {
        b"qt  " => Some(QUICKTIME),
        b"M4A " | b"M4B " => Some(MP4_AUDIO),
        b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" | b"avif" | b"avis" => None,
        _ => Some(MP4),
    }
}

/// The document type stands among the first elements (RFC 8794).
fn matroska(head: &[u8]) -> &'static str {
    let begin = &head[..head.len().min(64)];
    if contains(begin, b"webm") { WEBM } else { MATROSKA }
}

/// The header of a frame of MPEG layer 3: eleven bits of synchronisation, a version, a layer, a bit rate and a sampling rate
/// that exist.
fn is_mpeg_frame(head: &[u8]) -> bool {
    let [first, second, third, _, ..] = head else { return false };
    *first == 0xff
        && second & 0xe0 == 0xe0
        && second & 0x18 != 0x08
        && second & 0x06 == 0x02
        && !matches!(third >> 4, 0 | 15)
        && third & 0x0c != 0x0c
}

/// Office documents are archives: OpenDocument tells what it is in its first member, Office Open XML by the folders in it.
fn zip(head: &[u8]) -> &'static str {
    for (mark, kind) in [
        (&b"mimetypeapplication/vnd.oasis.opendocument.text"[..], ODT),
        (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", ODS),
        (b"mimetypeapplication/vnd.oasis.opendocument.presentation", ODP),
    ] {
        if head.get(30..).is_some_and(|rest| rest.starts_with(mark)) {
            return kind;
        }
    }
    if contains(head, b"[Content_Types].xml") || contains(head, b"_rels/.rels") {
        for (folder, kind) in [(&b"word/"[..], DOCX), (b"xl/", XLSX), (b"ppt/", PPTX)] {
            if contains(head, folder) {
                return kind;
            }
        }
    }
    ZIP
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// UTF-8 without control characters but those of lines, perhaps cut off in the middle of a character.
fn is_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && head.len() >= SNIFFED_BYTES => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !valid.is_empty() && !valid.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniff(head: &[u8]) -> Option<&'static str> {
        MediaType::sniff(head).map(MediaType::as_str)
    }

    #[test]
    fn files_are_told_by_their_first_bytes() {
        let ooxml =
            |folder: &str| format!("PK\x03\x04{}[Content_Types].xml...{folder}document", "\0".repeat(26)).into_bytes();
        let opendocument = |kind: &str| {
            format!("PK\x03\x04{}mimetypeapplication/vnd.oasis.opendocument.{kind}PK", "\0".repeat(26)).into_bytes()
        };
        for (head, expected) in [
            (b"\x89PNG\r\n\x1a\n....".to_vec(), "image/png"),
            (b"\xff\xd8\xff\xe0".to_vec(), "image/jpeg"),
            (b"GIF89a".to_vec(), "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ".to_vec(), "image/webp"),
            (b"RIFF\0\0\0\0WAVEfmt ".to_vec(), "audio/wav"),
            (b"\0\0\0\x18ftypisom\0\0".to_vec(), "video/mp4"),
            (b"\0\0\0\x18ftypM4A \0\0".to_vec(), "audio/mp4"),
            (b"\0\0\0\x14ftypqt  ".to_vec(), "video/quicktime"),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm".to_vec(), "video/webm"),
            (b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska".to_vec(), "video/x-matroska"),
            (b"OggS\0\x02".to_vec(), "audio/ogg"),
            (b"fLaC\0".to_vec(), "audio/flac"),
            (b"ID3\x04".to_vec(), "audio/mpeg"),
            (b"\xff\xfb\x90\x64".to_vec(), "audio/mpeg"),
            (b"%PDF-1.7\n".to_vec(), "application/pdf"),
            (b"PK\x05\x06\0\0".to_vec(), "application/zip"),
            (ooxml("word/"), DOCX),
            (ooxml("xl/"), XLSX),
            (ooxml("ppt/"), PPTX),
            (opendocument("text"), ODT),
            (opendocument("spreadsheet"), ODS),
            (opendocument("presentation"), ODP),
            (b"\x1f\x8b\x08\0".to_vec(), "application/gzip"),
            (b"7z\xbc\xaf\x27\x1c\0".to_vec(), "application/x-7z-compressed"),
            (b"hello\r\n\tworld".to_vec(), "text/plain"),
            ("会议记录".as_bytes().to_vec(), "text/plain"),
        ] {
            assert_eq!(sniff(&head), Some(expected));
            assert_eq!(MediaType::parse(expected).map(MediaType::as_str), Ok(expected));
        }
    }

    #[test]
    fn what_a_browser_would_run_is_text_and_is_saved() {
        for page in
            ["<!DOCTYPE html><script>alert(1)</script>", "<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"]
        {
            let found = MediaType::sniff(page.as_bytes()).unwrap();
            assert_eq!((found.as_str(), found.is_shown_inline()), ("text/plain", false));
        }
        assert!(!MediaType::parse("application/pdf").unwrap().is_shown_inline());
        assert!(MediaType::parse("video/mp4").unwrap().is_shown_inline());
    }

    #[test]
    fn everything_else_is_not_taken() {
        for head in [
            &b""[..],
            b"\0",
            b"MZ\x90\0",
            b"\x7fELF\x02\x01",
            b"\xca\xfe\xba\xbe",
            b"\0\0\0\x1cftypheic",
            b"\xff\xff\xff\xff",
            b"\xff\xfe\x00",
            b"ab\x1b[31m",
            b"caf\xe9",
            b"RIFF\0\0\0\0AVI ",
        ] {
            assert_eq!(sniff(head), None, "{head:?}");
        }
        assert_eq!(MediaType::parse("text/html"), Err(UnknownMediaType));
    }

    #[test]
    fn text_may_be_cut_in_the_middle_of_a_character() {
        let mut head = vec![b'x'; SNIFFED_BYTES - 1];
        head.push("王".as_bytes()[0]);
        assert_eq!(sniff(&head), Some("text/plain"));
        assert_eq!(sniff(&head[10..]), None, "a whole file that ends so is damaged");
    }

    #[test]
    fn each_kind_has_one_name() {
        let names: std::collections::BTreeSet<_> = MediaType::all().collect();
        assert_eq!(names.len(), ALL.len());
    }
}
