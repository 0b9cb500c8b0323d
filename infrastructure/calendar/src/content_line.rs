//! Lines of a calendar file: escaped, and folded (RFC 5545, section 3.1).

/// The most bytes of a line without its end.
const MAX_LINE: usize = 75;

/// A file under way.
#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// Adds a line whose value stands as it is: a word, a number, a time, a rule, an address.
    pub fn add(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{}", printable(value)));
    }

    /// Adds a line whose value is text of people (RFC 5545, section 3.3.11).
    pub fn add_text(&mut self, name: &str, text: &str) {
        self.fold(&format!("{name}:{}", escape(text)));
    }

    /// The file.
    pub fn finish(self) -> String {
        self.0
    }

    /// Adds a line, broken into pieces of at most 75 bytes, between characters.
    fn fold(&mut self, line: &str) {
        let mut room = MAX_LINE;
        for character in line.chars() {
            if character.len_utf8() > room {
                self.0.push_str("\r\n ");
                // The blank counts.
                room = MAX_LINE - 1;
            }
            room -= character.len_utf8();
            self.0.push(character);
        }
        self.0.push_str("\r\n");
    }
}

/// A parameter of a property, quoted (RFC 5545, section 3.2): it cannot hold quotes and control characters.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", printable(text).replace('"', "'"))
}

/// An address as a URI (RFC 6068, section 2): what would end its part, or is not allowed there, is percent-encoded.
pub fn mailto(address: &str) -> String {
    let mut uri = String::from("mailto:");
    for byte in address.bytes() {
        if byte.is_ascii_alphanumeric() || b"@-._~!$'*+=".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

fn is_forbidden(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Without anything that could end a line.
fn printable(text: &str) -> String {
    text.chars().map(|c| if is_forbidden(c) { ' ' } else { c }).collect()
}

/// Text of people: line breaks are told, other control characters become blanks.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            ';' => escaped.push_str("\\;"),
            ',' => escaped.push_str("\\,"),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => escaped.push_str("\\n"),
            other if is_forbidden(other) => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(name: &str, text: &str) -> String {
        let mut lines = Lines::default();
        lines.add_text(name, text);
        lines.finish()
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("a\\b;c,d\r\ne\nf\rg\u{2028}h:\"i\""), "a\\\\b\\;c\\,d\\ne\\nf\\ng\\nh:\"i\"");
        assert_eq!(escape("bell\u{7} nul\0 tab\t next\u{85}"), "bell  nul  tab  next ");
        assert_eq!(quoted("Ann \"A\"; X:\r\nY,王"), "\"Ann 'A'; X:  Y,王\"");
        assert_eq!(mailto("o'neill+tag@mail.example"), "mailto:o'neill+tag@mail.example");
        assert_eq!(mailto("a?b&c%d/e{f}`g@x"), "mailto:a%3Fb%26c%25d%2Fe%7Bf%7D%60g@x");
        assert_eq!(mailto("a\r\nb@x"), "mailto:a%0D%0Ab@x");
        let mut lines = Lines::default();
        lines.add("URL", "https://meet.example\r\nX:y");
        assert_eq!(lines.finish(), "URL:https://meet.example  X:y\r\n");
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        assert_eq!(folded("SUMMARY", &"a".repeat(67)), format!("SUMMARY:{}\r\n", "a".repeat(67)));
        assert_eq!(folded("SUMMARY", &"a".repeat(68)), format!("SUMMARY:{}\r\n a\r\n", "a".repeat(67)));
        assert_eq!(folded("SUMMARY", &"王".repeat(23)), format!("SUMMARY:{}\r\n {}\r\n", "王".repeat(22), "王"));
    }

    proptest! {
        #[test]
        fn any_text_is_one_line_that_can_be_unfolded(text in "\\PC{0,300}|(.|[\\r\\n\\x00-\\x1f]){0,200}") {
            let folded = folded("SUMMARY", &text);
            prop_assert!(folded.ends_with("\r\n"));
            for line in folded.trim_end_matches("\r\n").split("\r\n") {
                prop_assert!(line.len() <= MAX_LINE);
                prop_assert!(!line.contains(is_forbidden));
            }
            let unfolded = folded.replace("\r\n ", "");
            prop_assert_eq!(unfolded, format!("SUMMARY:{}\r\n", escape(&text)));
        }
    }
}
