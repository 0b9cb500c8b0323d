//! The letters about meetings in Simplified Chinese.

use application_meeting::{MailedMeeting, MeetingMailKind};
use chrono::{Datelike, Weekday};

use crate::{
    letter::{Letter, Paragraph},
    meeting_time::{Links, start},
};

/// The letter for `kind` about `meeting`.
pub(crate) fn letter(kind: &MeetingMailKind, name: &str, meeting: &MailedMeeting, links: Links) -> Letter {
    let greeting = if name.is_empty() { "您好：".to_owned() } else { format!("{name}，您好：") };
    let MailedMeeting { title, host_name, .. } = meeting;
    let host = if host_name.is_empty() { "主持人" } else { host_name };
    let text = Paragraph::Text;
    let facts = || Paragraph::Facts(facts(meeting));
    let join = || Paragraph::Link { label: "打开会议", url: links.meeting.clone() };
    let (subject, paragraphs) = match kind {
        MeetingMailKind::Invitation { .. } => {
            let mut paragraphs = vec![text(format!("{host} 邀请您参加会议。")), facts()];
            paragraphs.extend(answers(&links));
            paragraphs.push(text("会议开始时，请在此打开：".to_owned()));
            paragraphs.push(join());
            paragraphs.push(text("回复无需账户。以上链接仅供您本人使用。如果您不认识发送人，无需处理。".to_owned()));
            (format!("会议邀请：{title}"), paragraphs)
        }
        MeetingMailKind::Changed { .. } => {
            let mut paragraphs = vec![text(format!("{host} 更改了您受邀参加的会议，现在的安排如下：")), facts()];
            paragraphs.extend(answers(&links));
            paragraphs.push(join());
            (format!("会议已更改：{title}"), paragraphs)
        }
        MeetingMailKind::Cancelled => {
            (format!("会议已取消：{title}"), vec![text(format!("{host} 取消了您受邀参加的会议。")), facts()])
        }
        MeetingMailKind::Withdrawn => (
            format!("邀请已撤回：{title}"),
            vec![text(format!("{host} 撤回了会议邀请，邀请中的链接已失效。")), facts()],
        ),
        MeetingMailKind::Reminder => {
            (format!("会议即将开始：{title}"), vec![text("会议即将开始。".to_owned()), facts(), join()])
        }
        MeetingMailKind::Answered { who, accepted } => {
            let (subject, says) = if *accepted { ("已接受", "接受") } else { ("已谢绝", "谢绝") };
            (format!("邀请{subject}：{title}"), vec![text(format!("{who} {says}了您的会议邀请。")), facts(), join()])
        }
    };
    Letter { language: "zh-CN", subject: subject.into(), greeting, paragraphs }
}

fn answers(links: &Links) -> Vec<Paragraph> {
    let Some((accept, decline)) = &links.answers else { return Vec::new() };
    vec![
        Paragraph::Text("接受邀请：".to_owned()),
        Paragraph::Link { label: "接受", url: accept.clone() },
        Paragraph::Text("谢绝邀请：".to_owned()),
        Paragraph::Link { label: "谢绝", url: decline.clone() },
    ]
}

fn facts(meeting: &MailedMeeting) -> Vec<(&'static str, String)> {
    let mut facts = vec![("会议：", meeting.title.clone())];
    if let Some((local, zone)) = start(meeting) {
        let weekday = match local.weekday() {
            Weekday::Mon => "星期一",
            Weekday::Tue => "星期二",
            Weekday::Wed => "星期三",
            Weekday::Thu => "星期四",
            Weekday::Fri => "星期五",
            Weekday::Sat => "星期六",
            Weekday::Sun => "星期日",
        };
        facts.push((
            "时间：",
            format!("{} {weekday} {}（{zone}）", local.format("%Y年%-m月%-d日"), local.format("%H:%M")),
        ));
    }
    if meeting.recurs {
        facts.push(("重复：", "是".to_owned()));
    }
    if !meeting.host_name.is_empty() {
        facts.push(("主持人：", meeting.host_name.clone()));
    }
    facts
}
