//! Writes a meeting as a calendar file.

use application_meeting::{CalendarAttendee, CalendarEntry, CalendarMethod, CalendarWriter};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain_meeting::{Recurrence, TimeZone};
use thiserror::Error;

use crate::{
    content_line::{Lines, mailto, quoted},
    time_zone,
};

/// Why no files can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ICalendarWriterError {
    /// The links would lead nowhere.
    #[error("must be an address such as https://meet.example.org")]
    PublicUrl,
    /// Calendars want to know who asks.
    #[error("must be an address such as meet@example.org")]
    Organizer,
}

/// Writes calendar files in which this server asks, in the name of the host: answers go by its links, and nobody's
/// address is told.
#[derive(Debug, Clone)]
pub struct ICalendarWriter {
    public_url: String,
    organizer: String,
}

impl ICalendarWriter {
    /// Files with links that begin with `public_url`, such as `https://meet.example.org`, in the name of the address
    /// `organizer`, which should be the one that mails come from.
    ///
    /// # Errors
    /// [`ICalendarWriterError`] when one of them cannot be used.
    pub fn new(public_url: &str, organizer: &str) -> Result<Self, ICalendarWriterError> {
        let public_url = public_url.trim_end_matches('/');
        if !matches!(public_url.split_once("://"), Some(("http" | "https", host)) if !host.is_empty()) {
            return Err(ICalendarWriterError::PublicUrl);
        }
        let is_address = organizer.is_ascii() && !organizer.contains(|c: char| c.is_whitespace() || c.is_control());
        if !(is_address && organizer.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())) {
            return Err(ICalendarWriterError::Organizer);
        }
        Ok(Self { public_url: public_url.to_owned(), organizer: organizer.to_owned() })
    }

    fn add_entry(&self, lines: &mut Lines, method: CalendarMethod, entry: &CalendarEntry) {
        lines.add("BEGIN", "VEVENT");
        lines.add("UID", &entry.meeting_id.to_string());
        lines.add("DTSTAMP", &utc(entry.written_at));
        lines.add("SEQUENCE", &entry.sequence.to_string());
        lines.add("STATUS", if method == CalendarMethod::Cancel { "CANCELLED" } else { "CONFIRMED" });
        match recurring_in_a_zone(entry) {
            // What recurs goes by the clocks of the zone, and so the file has to.
            Some((recurrence, zone)) => {
                for (name, at) in [("DTSTART", entry.start), ("DTEND", entry.end)] {
                    let local = recurrence.time_zone().local(at).format("%Y%m%dT%H%M%S").to_string();
                    lines.add(&format!("{name};TZID={}", zone.name()), &local);
                }
            }
            None => {
                lines.add("DTSTART", &utc(entry.start));
                lines.add("DTEND", &utc(entry.end));
            }
        }
        if let Some(recurrence) = &entry.recurrence {
            lines.add("RRULE", recurrence.rule());
        }
        for excluded in &entry.excluded {
            // In the form of the start, or readers take it for another time.
            match recurring_in_a_zone(entry) {
                Some((recurrence, zone)) => lines.add(
                    &format!("EXDATE;TZID={}", zone.name()),
                    &recurrence.time_zone().local(*excluded).format("%Y%m%dT%H%M%S").to_string(),
                ),
                None => lines.add("EXDATE", &utc(*excluded)),
            }
        }
        let url = format!("{}/m/{}", self.public_url, entry.code);
        lines.add_text("SUMMARY", &entry.title);
        if let Some(description) = &entry.description {
            lines.add_text("DESCRIPTION", description);
        }
        // Many calendars show the place, few the address.
        lines.add_text("LOCATION", &url);
        lines.add("URL", &url);
        lines.add(&format!("ORGANIZER;CN={}", quoted(&entry.host_name)), &mailto(&self.organizer));
        // What is published is for everybody and names nobody (RFC 5546, section 3.2.1).
        if method != CalendarMethod::Publish {
            entry.attendees.iter().for_each(|attendee| add_attendee(lines, attendee));
        }
        lines.add("END", "VEVENT");
    }
}

impl CalendarWriter for ICalendarWriter {
    fn write(&self, method: CalendarMethod, entry: &CalendarEntry) -> String {
        let mut lines = Lines::default();
        lines.add("BEGIN", "VCALENDAR");
        lines.add("VERSION", "2.0");
        lines.add("PRODID", "-//Open Meeting//Open Meeting//EN");
        lines.add("CALSCALE", "GREGORIAN");
        lines.add(
            "METHOD",
            match method {
                CalendarMethod::Publish => "PUBLISH",
                CalendarMethod::Request => "REQUEST",
                CalendarMethod::Cancel => "CANCEL",
            },
        );
        if let Some((recurrence, zone)) = recurring_in_a_zone(entry) {
            // What holds at the start began before it.
            let from = entry.start.checked_sub_signed(TimeDelta::days(1)).unwrap_or(entry.start);
            time_zone::add(&mut lines, zone, from, recurrence.horizon());
        }
        self.add_entry(&mut lines, method, entry);
        lines.add("END", "VCALENDAR");
        lines.finish()
    }
}

/// How an entry recurs whose times the file has to tell in a time zone.
fn recurring_in_a_zone(entry: &CalendarEntry) -> Option<(&Recurrence, Tz)> {
    let recurrence = entry.recurrence.as_ref().filter(|recurrence| recurrence.time_zone() != TimeZone::UTC)?;
    // Both know the same names.
    recurrence.time_zone().as_str().parse().ok().map(|zone| (recurrence, zone))
}

/// Somebody who is asked. They answer by a link, not by a mail that their calendar writes.
fn add_attendee(lines: &mut Lines, attendee: &CalendarAttendee) {
    let CalendarAttendee { name, email, accepted } = attendee;
    let name = if name.trim().is_empty() { email } else { name };
    let answer = match accepted {
        None => "NEEDS-ACTION",
        Some(true) => "ACCEPTED",
        Some(false) => "DECLINED",
    };
    let parameters = format!("CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer};RSVP=FALSE;CN={}", quoted(name));
    lines.add(&format!("ATTENDEE;{parameters}"), &mailto(email));
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
