//! What a mail says, apart from how it is sent: the same paragraphs as plain text and as HTML.

use std::borrow::Cow;

/// A letter in one language. Every text in it is one line of plain text; it is escaped where it becomes HTML.
#[derive(Debug)]
pub(crate) struct Letter {
    /// The language tag (BCP 47).
    pub language: &'static str,
    /// What it is about.
    pub subject: Cow<'static, str>,
    /// How it begins.
    pub greeting: String,
    /// What it says.
    pub paragraphs: Vec<Paragraph>,
}

/// A part of a letter.
#[derive(Debug)]
pub(crate) enum Paragraph {
    /// Some sentences.
    Text(String),
    /// Something to follow.
    Link {
        /// What happens then.
        label: &'static str,
        /// Where it leads.
        url: String,
    },
    /// Names, with the colon after them, and values; one pair a line.
    Facts(Vec<(&'static str, String)>),
}

impl Letter {
    /// As plain text.
    pub fn text(&self, signature: &str) -> String {
        let mut parts = vec![self.greeting.clone()];
        parts.extend(self.paragraphs.iter().map(|paragraph| match paragraph {
            Paragraph::Text(text) => text.clone(),
            Paragraph::Link { url, .. } => url.clone(),
            Paragraph::Facts(facts) => {
                facts.iter().map(|(name, value)| format!("{name}{value}")).collect::<Vec<_>>().join("\n")
            }
        }));
        // A line of two hyphens and a blank sets the signature apart (RFC 3676, section 4.3).
        parts.push(format!("-- \n{signature}"));
        parts.join("\n\n") + "\n"
    }

    /// As a page without scripts, pictures or anything from elsewhere.
    pub fn html(&self, signature: &str) -> String {
        let mut body = format!("<p>{}</p>\n", escape(&self.greeting));
        for paragraph in &self.paragraphs {
            body.push_str(&match paragraph {
                Paragraph::Text(text) => format!("<p>{}</p>\n", escape(text)),
                Paragraph::Link { label, url } => {
                    let url = escape(url);
                    format!(
                        "<p><a href=\"{url}\" style=\"{BUTTON}\">{}</a></p>\n<p style=\"{SMALL}\">{url}</p>\n",
                        escape(label)
                    )
                }
                Paragraph::Facts(facts) => {
                    let lines = facts.iter().map(|(name, value)| format!("{}{}", escape(name), escape(value)));
                    format!("<p>{}</p>\n", lines.collect::<Vec<_>>().join("<br>\n"))
                }
            });
        }
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n</head>\n\
             <body style=\"{PAGE}\">\n{body}<p style=\"{SMALL}\">{}</p>\n</body>\n</html>\n",
            self.language,
            escape(&self.subject),
            escape(signature),
        )
    }
}

const PAGE: &str =
    "font: 16px/1.5 system-ui, sans-serif; color: #1f2328; max-width: 36em; margin: 0 auto; padding: 24px";
const BUTTON: &str = "display: inline-block; padding: 10px 18px; border-radius: 6px; background: #0b57d0; \
                      color: #ffffff; text-decoration: none";
const SMALL: &str = "font-size: 13px; color: #57606a; word-break: break-all";

/// Text as it stands in HTML, also within the quotes of an attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// One line of at most `max` characters: control characters, line breaks among them, become blanks.
pub(crate) fn one_line(text: &str, max: usize) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let line: String = text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect();
    let line = line.trim();
    if line.chars().count() <= max {
        return line.to_owned();
    }
    line.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn what_others_chose_is_text_and_nothing_else() {
        let letter = Letter {
            language: "en",
            subject: "A & B".into(),
            greeting: "Hello <script>alert(1)</script>,".to_owned(),
            paragraphs: vec![
                Paragraph::Text("a < b".to_owned()),
                Paragraph::Link { label: "Go", url: "https://x/\"onclick='y'".to_owned() },
                Paragraph::Facts(vec![("Device: ", "<img src=x>".to_owned()), ("Address: ", "::1".to_owned())]),
            ],
        };
        assert_snapshot!(letter.html("Open Meeting"), @r#"
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>A &amp; B</title>
        </head>
        <body style="font: 16px/1.5 system-ui, sans-serif; color: #1f2328; max-width: 36em; margin: 0 auto; padding: 24px">
        <p>Hello &lt;script&gt;alert(1)&lt;/script&gt;,</p>
        <p>a &lt; b</p>
        <p><a href="https://x/&quot;onclick=&#39;y&#39;" style="display: inline-block; padding: 10px 18px; border-radius: 6px; background: #0b57d0; color: #ffffff; text-decoration: none">Go</a></p>
        <p style="font-size: 13px; color: #57606a; word-break: break-all">https://x/&quot;onclick=&#39;y&#39;</p>
        <p>Device: &lt;img src=x&gt;<br>
        Address: ::1</p>
        <p style="font-size: 13px; color: #57606a; word-break: break-all">Open Meeting</p>
        </body>
        </html>
        "#);
        assert_snapshot!(letter.text("Open Meeting"), @r#"
        Hello <script>alert(1)</script>,

        a < b

        https://x/"onclick='y'

        Device: <img src=x>
        Address: ::1

        -- 
        Open Meeting
        "#);
    }

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(one_line(" a\r\nBcc: b\u{2028}c\u{0}\t ", 100), "a  Bcc: b c");
        assert_eq!(one_line("王小明王小明", 4), "王小明…");
        assert_eq!(one_line("abcd", 4), "abcd");
    }
}
