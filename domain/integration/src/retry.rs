//! What becomes of a delivery after an attempt: done, again later, or given up.

use chrono::{DateTime, TimeDelta, Utc};

/// When a delivery is tried again after its first failure; twice as long after each further one.
pub const FIRST_RETRY: TimeDelta = TimeDelta::seconds(5);
/// The longest of these times.
pub const LONGEST_RETRY: TimeDelta = TimeDelta::hours(1);
/// How long a delivery is tried in all, from when it was queued.
pub const PATIENCE: TimeDelta = TimeDelta::hours(24);

/// What a receiver made of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reception {
    /// It answered with this HTTP status.
    Answered(u16),
    /// It gave no answer that can be read, in time or at all.
    None,
}

/// What becomes of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was taken.
    Delivered,
    /// It is tried again then.
    Again(DateTime<Utc>),
    /// It has been tried for long enough.
    GivenUp,
    /// The receiver wants nothing more, for good.
    Gone,
}

/// Judges attempt number `attempt` (from 1) of a delivery that was queued at `queued_at`. Only 2xx takes it, and 410 ends
/// everything; whatever else was answered may be another way later. `jitter` (0 to 255) moves the next attempt by up to a
/// fifth to either side, so that what failed together does not come back together.
#[must_use]
pub fn judge(reception: Reception, attempt: u32, queued_at: DateTime<Utc>, now: DateTime<Utc>, jitter: u8) -> Verdict {
    match reception {
        Reception::Answered(200..=299) => Verdict::Delivered,
        Reception::Answered(410) => Verdict::Gone,
        Reception::Answered(_) | Reception::None => {
            let again = now + delay(attempt, jitter);
            if again - queued_at > PATIENCE { Verdict::GivenUp } else { Verdict::Again(again) }
        }
    }
}

fn delay(attempt: u32, jitter: u8) -> TimeDelta {
    let factor = 2_i32.checked_pow(attempt.saturating_sub(1)).unwrap_or(i32::MAX);
    let delay = FIRST_RETRY.checked_mul(factor).unwrap_or(LONGEST_RETRY).min(LONGEST_RETRY);
    // 80 % to 120 %, in steps of 1/640.
    let part = 512 + i64::from(jitter) * 256 / 255;
    TimeDelta::milliseconds(delay.num_milliseconds() * part / 640)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No jitter to either side.
    const MIDDLE: u8 = 128;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn only_2xx_is_success_and_only_410_is_the_end() {
        for status in 100..=599 {
            let verdict = judge(Reception::Answered(status), 1, at(0), at(0), MIDDLE);
            match status {
                200..=299 => assert_eq!(verdict, Verdict::Delivered, "{status}"),
                410 => assert_eq!(verdict, Verdict::Gone),
                _ => assert!(matches!(verdict, Verdict::Again(_)), "{status}"),
            }
        }
        assert!(matches!(judge(Reception::None, 1, at(0), at(0), MIDDLE), Verdict::Again(_)));
    }

    #[test]
    fn attempts_come_ever_later_and_end_within_a_day() {
        for jitter in [0, MIDDLE, 255] {
            let (mut now, mut delays) = (at(0), Vec::new());
            loop {
                match judge(Reception::None, u32::try_from(delays.len()).unwrap() + 1, at(0), now, jitter) {
                    Verdict::Again(next) => {
                        delays.push(next - now);
                        now = next;
                    }
                    verdict => break assert_eq!(verdict, Verdict::GivenUp),
                }
            }
            assert!(delays.windows(2).all(|pair| pair[0] <= pair[1]), "{delays:?}");
            assert!(now - at(0) <= PATIENCE && now - at(0) > TimeDelta::hours(22), "{now}");
            assert!((27..40).contains(&delays.len()), "{}", delays.len());
        }
    }

    #[test]
    fn the_first_delay_is_five_seconds_give_or_take_a_fifth() {
        assert_eq!(delay(1, 0), TimeDelta::seconds(4));
        assert_eq!(delay(1, 255), TimeDelta::seconds(6));
        assert_eq!(delay(3, 0), TimeDelta::seconds(16));
        for attempt in [12, 31, 32, 33, 1_000, u32::MAX] {
            assert_eq!(delay(attempt, 0), TimeDelta::minutes(48));
            assert_eq!(delay(attempt, 255), TimeDelta::minutes(72));
        }
    }

    #[test]
    fn what_waited_behind_another_for_a_day_is_tried_once() {
        assert_eq!(judge(Reception::None, 1, at(0), at(86_400), MIDDLE), Verdict::GivenUp);
        assert_eq!(judge(Reception::Answered(200), 1, at(0), at(86_400), MIDDLE), Verdict::Delivered);
    }
}
