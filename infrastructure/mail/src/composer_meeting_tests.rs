//! What mails about meetings say in each language, and what calendars find in them.

use application_meeting::{CalendarFile, CalendarMethod, MailedMeeting, MeetingMailKind as Kind};
use domain_meeting::{MeetingCode, TimeZone};
use domain_shared::FixedClock;
use insta::assert_snapshot;
use mail_parser::{MessageParser, MimeHeaders};

use super::*;

fn composer() -> Composer {
    let clock = Arc::new(FixedClock::at("2026-11-20T14:35:07Z".parse().unwrap()));
    Composer::new("Open Meeting <meet@example.org>", "https://meet.example.org/", clock).unwrap()
}

fn mail(language: &str, kind: Kind) -> MeetingMail {
    MeetingMail {
        id: Uuid::from_u128(7),
        to: "bob@example.com".to_owned(),
        name: "Bob 王".to_owned(),
        language: language.to_owned(),
        meeting: MailedMeeting {
            title: "Weekly & more".to_owned(),
            code: MeetingCode::parse("abc-defg-hij").unwrap(),
            host_name: "Ann".to_owned(),
            starts_at: Some("2027-01-15T08:00:00Z".parse().unwrap()),
            time_zone: TimeZone::UTC,
            recurs: false,
        },
        kind,
        calendar: None,
    }
}

fn invitation() -> Kind {
    Kind::Invitation { token: "a-token_0".into() }
}

fn calendar() -> Option<CalendarFile> {
    let text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:会议\r\nEND:VCALENDAR\r\n".to_owned();
    Some(CalendarFile { method: CalendarMethod::Request, text })
}

/// The mail as its reader sees it: subject and text.
fn read(mail: &MeetingMail) -> String {
    let bytes = composer().compose_meeting(mail).unwrap().formatted();
    let message = MessageParser::default().parse(&bytes).unwrap();
    let text = message.body_text(0).unwrap().replace("\r\n", "\n");
    format!("{}\n\n{text}", message.subject().unwrap())
}

#[test]
fn an_invitation_can_be_answered_by_its_links() {
    assert_snapshot!(read(&mail("en", invitation())), @r"
    Invitation: Weekly & more

    Hello Bob 王,

    Ann invites you to a meeting.

    Meeting: Weekly & more
    Time: Friday, 15 January 2027, 08:00 (UTC)
    Host: Ann

    To accept:

    https://meet.example.org/invitation#token=a-token_0&answer=accept

    To decline:

    https://meet.example.org/invitation#token=a-token_0&answer=decline

    When it is time, open the meeting here:

    https://meet.example.org/m/abc-defg-hij

    You need no account to answer. The links are meant for you alone. If you do not know who sent this, there is nothing to do.

    -- 
    Open Meeting, https://meet.example.org
    ");
    assert_snapshot!(read(&mail("zh-CN", invitation())), @r"
    会议邀请：Weekly & more

    Bob 王，您好：

    Ann 邀请您参加会议。

    会议：Weekly & more
    时间：2027年1月15日 星期五 08:00（UTC）
    主持人：Ann

    接受邀请：

    https://meet.example.org/invitation#token=a-token_0&answer=accept

    谢绝邀请：

    https://meet.example.org/invitation#token=a-token_0&answer=decline

    会议开始时，请在此打开：

    https://meet.example.org/m/abc-defg-hij

    回复无需账户。以上链接仅供您本人使用。如果您不认识发送人，无需处理。

    -- 
    Open Meeting, https://meet.example.org
    ");
}

#[test]
fn a_change_tells_how_it_is_now_where_it_takes_place() {
    let mut changed = mail("en", Kind::Changed { token: None });
    changed.meeting.time_zone = TimeZone::parse("Europe/Berlin").unwrap();
    changed.meeting.recurs = true;
    assert_snapshot!(read(&changed), @r"
    Changed: Weekly & more

    Hello Bob 王,

    Ann has changed a meeting that you are invited to. It is now:

    Meeting: Weekly & more
    Time: Friday, 15 January 2027, 09:00 (Europe/Berlin)
    Repeats: yes
    Host: Ann

    https://meet.example.org/m/abc-defg-hij

    -- 
    Open Meeting, https://meet.example.org
    ");
    changed.language = "zh-CN".to_owned();
    let told = read(&changed);
    assert!(told.contains("2027年1月15日 星期五 09:00（Europe/Berlin）") && told.contains("重复：是"), "{told}");
    let open = read(&mail("en", Kind::Changed { token: Some("t".into()) }));
    assert!(open.contains("#token=t&answer=accept\n") && open.contains("#token=t&answer=decline\n"), "{open}");
}

#[test]
fn ends_starts_and_answers_are_told() {
    let answered = |accepted| Kind::Answered { who: "eve@example.com".to_owned(), accepted };
    for (kind, english, chinese) in [
        (Kind::Cancelled, "Cancelled: Weekly & more", "会议已取消：Weekly & more"),
        (Kind::Withdrawn, "Invitation withdrawn: Weekly & more", "邀请已撤回：Weekly & more"),
        (Kind::Reminder, "Starts soon: Weekly & more", "会议即将开始：Weekly & more"),
        (answered(true), "Accepted: Weekly & more", "邀请已接受：Weekly & more"),
        (answered(false), "Declined: Weekly & more", "邀请已谢绝：Weekly & more"),
    ] {
        for (language, subject) in [("en", english), ("zh-CN", chinese)] {
            let told = read(&mail(language, kind.clone()));
            assert!(told.starts_with(&format!("{subject}\n\n")), "{told}");
            assert!(told.contains("Weekly & more\n") && told.contains("08:00") && !told.contains("#token="), "{told}");
            let is_answer = matches!(kind, Kind::Answered { .. });
            assert_eq!(told.contains("eve@example.com"), is_answer, "{told}");
        }
    }
}

#[test]
fn who_is_not_known_and_what_is_not_planned_is_left_out() {
    let mut instant = mail("xx", invitation());
    instant.name = " \t".to_owned();
    instant.meeting.host_name = String::new();
    instant.meeting.starts_at = None;
    let told = read(&instant);
    assert!(told.contains("\nHello,\n\nThe host invites you"), "English where the language is not spoken: {told}");
    assert!(!told.contains("Time:") && !told.contains("Host:"), "{told}");
}

#[test]
fn calendars_find_the_meeting_in_the_mail_and_people_a_file() {
    let mail = MeetingMail { calendar: calendar(), ..mail("en", invitation()) };
    let message = composer().compose_meeting(&mail).unwrap();
    let bytes = message.formatted();
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    let types: Vec<String> = parsed
        .parts
        .iter()
        .map(|part| {
            let content = part.content_type().unwrap();
            format!("{}/{}", content.ctype(), content.subtype().unwrap_or_default())
        })
        .collect();
    assert_eq!(
        types,
        ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"]
    );
    for part in &parsed.parts[4..] {
        assert_eq!(part.content_type().unwrap().attribute("method"), Some("REQUEST"));
        let text = String::from_utf8(part.contents().to_vec()).unwrap();
        assert_eq!(text.replace("\r\n", "\n"), mail.calendar.as_ref().unwrap().text.replace("\r\n", "\n"));
    }
    assert_eq!(parsed.parts[5].attachment_name(), Some("meeting.ics"));
    assert_eq!(parsed.message_id(), Some("00000000-0000-0000-0000-000000000007@example.org"));
    assert_eq!(composer().compose_meeting(&mail).unwrap().formatted(), bytes, "twice the same");
    let readable = String::from_utf8(composer().compose_meeting_readable(&mail).unwrap().formatted()).unwrap();
    assert!(readable.contains("\r\nSUMMARY:会议\r\n") && !readable.contains("\r\r"), "{readable}");
}

#[test]
fn nobody_adds_headers_by_a_title_or_a_name() {
    for text in [
        "Weekly\r\nBcc: eve@example.com",
        "Weekly\nSubject: other\n\nbody",
        "\u{85}\u{2028}Weekly\r",
        "=?utf-8?q?Weekly=0D=0ABcc:_eve@example.com?=",
        "王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明",
    ] {
        let mut mail = MeetingMail { calendar: calendar(), name: text.to_owned(), ..mail("en", invitation()) };
        mail.meeting.title = text.to_owned();
        mail.meeting.host_name = text.to_owned();
        let bytes = composer().compose_meeting(&mail).unwrap().formatted();
        let written = String::from_utf8(bytes.clone()).unwrap();
        let (head, _) = written.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with(' '))
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name)
            .collect();
        let expected =
            ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"];
        assert_eq!(names, expected, "{text:?} made {head}");
        let message = MessageParser::default().parse(&bytes).unwrap();
        let to: Vec<_> = message.to().unwrap().iter().map(|to| to.address().unwrap().to_owned()).collect();
        assert_eq!(to, ["bob@example.com"], "{text:?}");
        assert!(message.bcc().is_none());
    }
    let refused =
        MeetingMail { to: "bob@example.com\r\nRCPT TO:<eve@example.com>".to_owned(), ..mail("en", invitation()) };
    assert!(matches!(composer().compose_meeting(&refused), Err(MailError::Refused(_))));
}

#[test]
fn titles_are_text_in_the_page() {
    let mut mail = mail("en", invitation());
    mail.meeting.title = "<script>alert(1)</script>".to_owned();
    let bytes = composer().compose_meeting(&mail).unwrap().formatted();
    let message = MessageParser::default().parse(&bytes).unwrap();
    let html = message.body_html(0).unwrap();
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
    assert!(html.contains("#token=a-token_0&amp;answer=accept\""), "{html}");
}

#[test]
fn the_address_of_a_sender_is_told() {
    assert_eq!(Composer::sender_address("Open Meeting <meet@example.org>"), Ok("meet@example.org".to_owned()));
    assert_eq!(Composer::sender_address("meet"), Err(ComposerError::Sender));
}
