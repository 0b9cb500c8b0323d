//! The letters in Simplified Chinese.

use application_user::AccountMailKind;
use chrono::{DateTime, TimeDelta, Utc};

use crate::letter::{Letter, Paragraph};

/// The letter for `kind`, from the server at `site`; `link` is what its token leads to.
pub(crate) fn letter(kind: &AccountMailKind, name: &str, site: &str, link: Option<String>) -> Letter {
    let greeting = if name.is_empty() { "您好：".to_owned() } else { format!("{name}，您好：") };
    let text = Paragraph::Text;
    let (subject, paragraphs) = match kind {
        AccountMailKind::VerifyEmail { valid_for, .. } => (
            "请确认您的邮箱地址",
            vec![
                text(format!("{site} 上的一个账户使用了此邮箱地址。请确认该地址属于您：")),
                Paragraph::Link { label: "确认邮箱地址", url: link.unwrap_or_default() },
                text(format!("链接仅可使用一次，{}内有效。", duration(*valid_for))),
                text("如果不是您本人操作，无需处理：该地址将保持未确认状态。".to_owned()),
            ],
        ),
        AccountMailKind::ResetPassword { valid_for, .. } => (
            "设置新密码",
            vec![
                text(format!("有人申请为您在 {site} 的账户设置新密码。如需设置，请打开以下链接：")),
                Paragraph::Link { label: "设置新密码", url: link.unwrap_or_default() },
                text(format!("链接仅可使用一次，{}内有效。设置后，所有设备都将退出登录。", duration(*valid_for))),
                text("如果不是您本人操作，无需处理：您的密码不会改变。".to_owned()),
            ],
        ),
        AccountMailKind::PasswordChanged { at } => (
            "您的密码已更改",
            vec![
                text(format!("您在 {site} 的账户密码已于 {}更改，其他设备已退出登录。", time(*at))),
                text("如果是您本人操作，无需处理。".to_owned()),
                text(format!("如果不是您本人操作，请立即打开 {site}，申请通过邮件设置新密码，并告知管理员。")),
            ],
        ),
        AccountMailKind::TokenReused { at, user_agent, address } => {
            let mut facts = Vec::new();
            facts.extend(user_agent.as_ref().map(|agent| ("设备：", agent.clone())));
            facts.extend(address.map(|address| ("地址：", address.to_string())));
            let mut paragraphs = vec![text(format!(
                "有人使用了您在 {site} 的某台设备的登录凭证副本。该设备已于 {}退出登录，副本已失效。",
                time(*at)
            ))];
            paragraphs.extend((!facts.is_empty()).then_some(Paragraph::Facts(facts)));
            paragraphs.push(text("如需继续使用，请在该设备上重新登录。".to_owned()));
            paragraphs.push(text(
                "如果您不清楚原因（例如曾从备份恢复浏览器），请更改密码，其他设备将随之退出登录。".to_owned(),
            ));
            ("您的一台设备已退出登录", paragraphs)
        }
        AccountMailKind::AccountClosing { purge_at } => (
            "您的账户将被删除",
            vec![
                text(format!("按照申请，您在 {site} 的账户将于 {}删除。", time(*purge_at))),
                text("如需保留账户，请在此之前登录。".to_owned()),
                text("如果不是您本人操作，请立即登录并更改密码。".to_owned()),
            ],
        ),
    };
    Letter { language: "zh-CN", subject: subject.into(), greeting, paragraphs }
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y年%-m月%-d日 %H:%M（UTC）").to_string()
}

fn duration(length: TimeDelta) -> String {
    match (length.num_days(), length.num_hours(), length.num_minutes()) {
        (days @ 2.., ..) => format!("{days} 天"),
        (_, hours @ 1.., _) => format!("{hours} 小时"),
        (.., minutes) => format!("{minutes} 分钟"),
    }
}
