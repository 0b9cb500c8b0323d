//! What mails say in each language, and that their headers hold whatever people call themselves.

use application_user::AccountMailKind as Kind;
use chrono::TimeDelta;
use domain_shared::FixedClock;
use insta::assert_snapshot;
use mail_parser::MessageParser;
use uuid::Uuid;

use super::*;

fn composer() -> Composer {
    let clock = Arc::new(FixedClock::at("2026-11-20T14:35:07Z".parse().unwrap()));
    Composer::new("Open Meeting <meet@example.org>", "https://meet.example.org/", clock).unwrap()
}

fn mail(language: Language, kind: Kind) -> AccountMail {
    let (to, name) = ("ann@example.com".to_owned(), "Ann 王".to_owned());
    AccountMail { id: Uuid::from_u128(7), to, name, language, kind }
}

fn verify_email() -> Kind {
    Kind::VerifyEmail { token: "a-token_0".into(), valid_for: TimeDelta::days(3) }
}

fn reset_password() -> Kind {
    Kind::ResetPassword { token: "a-token_0".into(), valid_for: TimeDelta::hours(1) }
}

fn password_changed() -> Kind {
    Kind::PasswordChanged { at: "2026-11-20T14:35:07Z".parse().unwrap() }
}

fn token_reused() -> Kind {
    Kind::TokenReused {
        at: "2026-11-20T04:05:07Z".parse().unwrap(),
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0".to_owned()),
        address: Some("2001:db8::7".parse().unwrap()),
    }
}

fn account_closing() -> Kind {
    Kind::AccountClosing { purge_at: "2026-12-04T14:35:07Z".parse().unwrap() }
}

/// The mail as its reader sees it: subject and text.
fn read(language: Language, kind: Kind) -> String {
    let bytes = composer().compose(&mail(language, kind)).unwrap().formatted();
    let message = MessageParser::default().parse(&bytes).unwrap();
    let text = message.body_text(0).unwrap().replace("\r\n", "\n");
    format!("{}\n\n{text}", message.subject().unwrap())
}

#[test]
fn a_new_address_is_confirmed_by_a_link() {
    assert_snapshot!(read(Language::English, verify_email()), @r#"
    Confirm your e-mail address

    Hello Ann 王,

    An account at https://meet.example.org has this e-mail address. Please confirm that it is yours:

    https://meet.example.org/verify-email#token=a-token_0

    The link works once, within 3 days.

    If it was not you, there is nothing to do: the address stays unconfirmed.

    -- 
    Open Meeting, https://meet.example.org
    "#);
    assert_snapshot!(read(Language::SimplifiedChinese, verify_email()), @r#"
    请确认您的邮箱地址

    Ann 王，您好：

    https://meet.example.org 上的一个账户使用了此邮箱地址。请确认该地址属于您：

    https://meet.example.org/verify-email#token=a-token_0

    链接仅可使用一次，3 天内有效。

    如果不是您本人操作，无需处理：该地址将保持未确认状态。

    -- 
    Open Meeting, https://meet.example.org
    "#);
}

#[test]
fn another_password_is_chosen_by_a_link() {
    assert_snapshot!(read(Language::English, reset_password()), @r#"
    Choose another password

    Hello Ann 王,

    Somebody asked for another password for your account at https://meet.example.org. To choose one:

    https://meet.example.org/reset-password#token=a-token_0

    The link works once, within 1 hour. All devices are signed out afterwards.

    If it was not you, there is nothing to do: your password stays as it is.

    -- 
    Open Meeting, https://meet.example.org
    "#);
    assert_snapshot!(read(Language::SimplifiedChinese, reset_password()), @r#"
    设置新密码

    Ann 王，您好：

    有人申请为您在 https://meet.example.org 的账户设置新密码。如需设置，请打开以下链接：

    https://meet.example.org/reset-password#token=a-token_0

    链接仅可使用一次，1 小时内有效。设置后，所有设备都将退出登录。

    如果不是您本人操作，无需处理：您的密码不会改变。

    -- 
    Open Meeting, https://meet.example.org
    "#);
}

#[test]
fn a_changed_password_is_told() {
    assert_snapshot!(read(Language::English, password_changed()), @r#"
    Your password was changed

    Hello Ann 王,

    The password of your account at https://meet.example.org was changed on 20 November 2026, 14:35 UTC. Other devices were signed out.

    If it was you, there is nothing to do.

    If it was not you, go to https://meet.example.org now, ask there for a mail to choose another password, and tell the administrator.

    -- 
    Open Meeting, https://meet.example.org
    "#);
    assert_snapshot!(read(Language::SimplifiedChinese, password_changed()), @r#"
    您的密码已更改

    Ann 王，您好：

    您在 https://meet.example.org 的账户密码已于 2026年11月20日 14:35（UTC）更改，其他设备已退出登录。

    如果是您本人操作，无需处理。

    如果不是您本人操作，请立即打开 https://meet.example.org，申请通过邮件设置新密码，并告知管理员。

    -- 
    Open Meeting, https://meet.example.org
    "#);
}

#[test]
fn a_stolen_token_is_told_with_the_device() {
    assert_snapshot!(read(Language::English, token_reused()), @r#"
    One of your devices was signed out

    Hello Ann 王,

    Somebody used a copy of the sign-in of one of your devices at https://meet.example.org. The device was signed out on 20 November 2026, 04:05 UTC, so that the copy is of no use any more.

    Device: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0
    Address: 2001:db8::7

    To go on, sign in on that device again.

    If you know of no reason, such as a browser that was restored from a backup, change your password; that signs all other devices out.

    -- 
    Open Meeting, https://meet.example.org
    "#);
    assert_snapshot!(read(Language::SimplifiedChinese, token_reused()), @r#"
    您的一台设备已退出登录

    Ann 王，您好：

    有人使用了您在 https://meet.example.org 的某台设备的登录凭证副本。该设备已于 2026年11月20日 04:05（UTC）退出登录，副本已失效。

    设备：Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0
    地址：2001:db8::7

    如需继续使用，请在该设备上重新登录。

    如果您不清楚原因（例如曾从备份恢复浏览器），请更改密码，其他设备将随之退出登录。

    -- 
    Open Meeting, https://meet.example.org
    "#);
    let unknown = Kind::TokenReused { at: DateTime::UNIX_EPOCH, user_agent: None, address: None };
    assert!(!read(Language::English, unknown).contains("Device:"));
}

#[test]
fn the_end_of_an_account_is_told() {
    assert_snapshot!(read(Language::English, account_closing()), @r#"
    Your account will be deleted

    Hello Ann 王,

    Your account at https://meet.example.org will be deleted on 4 December 2026, 14:35 UTC, as asked for.

    To keep it, sign in before then.

    If it was not you, sign in now and change your password.

    -- 
    Open Meeting, https://meet.example.org
    "#);
    assert_snapshot!(read(Language::SimplifiedChinese, account_closing()), @r#"
    您的账户将被删除

    Ann 王，您好：

    按照申请，您在 https://meet.example.org 的账户将于 2026年12月4日 14:35（UTC）删除。

    如需保留账户，请在此之前登录。

    如果不是您本人操作，请立即登录并更改密码。

    -- 
    Open Meeting, https://meet.example.org
    "#);
}

#[test]
fn times_until_a_link_ends_are_in_words() {
    for (minutes, english, chinese) in [
        (1, "1 minute.", "1 分钟"),
        (59, "59 minutes.", "59 分钟"),
        (60, "1 hour.", "1 小时"),
        (2 * 24 * 60, "2 days.", "2 天"),
    ] {
        let kind = || Kind::VerifyEmail { token: "t".into(), valid_for: TimeDelta::minutes(minutes) };
        let told = read(Language::English, kind());
        assert!(told.contains(&format!("within {english}")), "{told}");
        let told = read(Language::SimplifiedChinese, kind());
        assert!(told.contains(&format!("{chinese}内")), "{told}");
    }
}

#[test]
fn the_whole_mail() {
    let bytes = composer().compose(&mail(Language::English, reset_password())).unwrap().formatted();
    assert_snapshot!(String::from_utf8(bytes).unwrap().replace("\r\n", "\n"), @r#"
    From: "Open Meeting" <meet@example.org>
    To: =?utf-8?b?QW5uIOeOiw==?= <ann@example.com>
    Subject: Choose another password
    Date: Fri, 20 Nov 2026 14:35:07 +0000
    Message-ID: <00000000-0000-0000-0000-000000000007@example.org>
    Auto-Submitted: auto-generated
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="part-00000000000000000000000000000007"

    --part-00000000000000000000000000000007
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    Hello Ann =E7=8E=8B,

    Somebody asked for another password for your account at https://meet.exampl=
    e.org. To choose one:

    https://meet.example.org/reset-password#token=3Da-token_0

    The link works once, within 1 hour. All devices are signed out afterwards.

    If it was not you, there is nothing to do: your password stays as it is.

    --=20
    Open Meeting, https://meet.example.org

    --part-00000000000000000000000000000007
    Content-Type: text/html; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    <!DOCTYPE html>
    <html lang=3D"en">
    <head>
    <meta charset=3D"utf-8">
    <title>Choose another password</title>
    </head>
    <body style=3D"font: 16px/1.5 system-ui, sans-serif; color: #1f2328; max-wi=
    dth: 36em; margin: 0 auto; padding: 24px">
    <p>Hello Ann =E7=8E=8B,</p>
    <p>Somebody asked for another password for your account at https://meet.exa=
    mple.org. To choose one:</p>
    <p><a href=3D"https://meet.example.org/reset-password#token=3Da-token_0" st=
    yle=3D"display: inline-block; padding: 10px 18px; border-radius: 6px; backg=
    round: #0b57d0; color: #ffffff; text-decoration: none">Choose password</a><=
    /p>
    <p style=3D"font-size: 13px; color: #57606a; word-break: break-all">https:/=
    /meet.example.org/reset-password#token=3Da-token_0</p>
    <p>The link works once, within 1 hour. All devices are signed out afterward=
    s.</p>
    <p>If it was not you, there is nothing to do: your password stays as it is.=
    </p>
    <p style=3D"font-size: 13px; color: #57606a; word-break: break-all">Open Me=
    eting, https://meet.example.org</p>
    </body>
    </html>

    --part-00000000000000000000000000000007--
    "#);
}

#[test]
fn the_page_says_what_the_text_says() {
    for language in Language::ALL {
        for kind in [verify_email(), reset_password(), password_changed(), token_reused(), account_closing()] {
            let bytes = composer().compose(&mail(language, kind)).unwrap().formatted();
            let message = MessageParser::default().parse(&bytes).unwrap();
            let (text, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
            assert!(html.contains(&format!("<html lang=\"{}\">", language.as_str())));
            for line in text.lines().filter(|line| !line.is_empty() && *line != "-- ") {
                assert!(html.contains(line), "{line} is not in {html}");
            }
        }
    }
}

#[test]
fn nobody_adds_headers_by_a_name() {
    for name in [
        "Ann\r\nBcc: eve@example.com",
        "Ann\nSubject: other",
        "Ann\r\n\r\nanother body",
        "\u{85}\u{2028}Ann\r",
        "Ann\" <eve@example.com>, \"",
        "Ann <eve@example.com>,",
        "=?utf-8?q?Ann=0D=0ABcc:_eve@example.com?=",
        "王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明王小明",
    ] {
        let mail = AccountMail { name: name.to_owned(), ..mail(Language::English, verify_email()) };
        let bytes = composer().compose(&mail).unwrap().formatted();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with(' '))
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name)
            .collect();
        let expected =
            ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"];
        assert_eq!(names, expected, "{name:?} made {head}");
        assert!(head.lines().all(|line| line.len() <= 998), "{head}");
        let message = MessageParser::default().parse(&bytes).unwrap();
        let to: Vec<_> = message.to().unwrap().iter().map(|to| to.address().unwrap().to_owned()).collect();
        assert_eq!(to, ["ann@example.com"], "{name:?}");
        assert!(message.bcc().is_none());
    }
}

#[test]
fn a_name_in_chinese_arrives() {
    let bytes = composer().compose(&mail(Language::English, verify_email())).unwrap().formatted();
    let message = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(message.to().unwrap().first().unwrap().name(), Some("Ann 王"));
    let nameless = AccountMail { name: " \t".to_owned(), ..mail(Language::SimplifiedChinese, verify_email()) };
    let bytes = composer().compose(&nameless).unwrap().formatted();
    let message = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(message.to().unwrap().first().unwrap().name(), None);
    assert!(message.body_text(0).unwrap().starts_with("您好："));
}

#[test]
fn a_mail_in_a_file_can_be_read_as_it_stands() {
    let mail = mail(Language::SimplifiedChinese, verify_email());
    let text = String::from_utf8(composer().compose_readable(&mail).unwrap().formatted()).unwrap();
    for part in ["Ann 王，您好：\r\n", "\r\nhttps://meet.example.org/verify-email#token=a-token_0\r\n"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for to in ["", "ann", "ann@", "ann@example.com\r\nRCPT TO:<eve@example.com>", "ann@example.com, eve@example.com"] {
        let mail = AccountMail { to: to.to_owned(), ..mail(Language::English, verify_email()) };
        assert!(matches!(composer().compose(&mail), Err(MailError::Refused(_))), "{to}");
    }
}

#[test]
fn senders_and_public_addresses_are_checked() {
    for good in [
        "meet@example.org",
        "Open Meeting <meet@example.org>",
        "\"Meet, open\" <a@b.example>",
        "会议 <a@b.example>",
        "Open Meeting <open-meeting@localhost>",
    ] {
        assert_eq!(Composer::check_sender(good), Ok(()), "{good}");
    }
    for bad in
        ["", "meet", "Meet <meet@example.org", "a@b.example\r\nBcc: c@d.example", "Meet\n <a@b.example>", "a@b, c@d"]
    {
        assert_eq!(Composer::check_sender(bad), Err(ComposerError::Sender), "{bad}");
    }
    let clock = || Arc::new(FixedClock::at(DateTime::UNIX_EPOCH));
    for bad in ["", "meet.example.org", "ftp://meet.example.org", "https://"] {
        assert_eq!(Composer::new("a@b.example", bad, clock()).unwrap_err(), ComposerError::PublicUrl, "{bad}");
    }
}

#[test]
fn a_mail_server_is_greeted_with_our_public_name() {
    let hello = |url: &str| {
        let clock = Arc::new(FixedClock::at(DateTime::UNIX_EPOCH));
        Composer::new("a@b.example", url, clock).unwrap().hello_name().to_string()
    };
    assert_eq!(hello("https://meet.example.org"), "meet.example.org");
    assert_eq!(hello("http://localhost:8080/"), "localhost");
    assert_eq!(hello("http://192.0.2.1:80"), "[192.0.2.1]");
    assert_eq!(hello("http://[2001:db8::1]:80"), "[IPv6:2001:db8::1]");
    assert_eq!(hello("http://[2001:db8::1]"), "[IPv6:2001:db8::1]");
}
