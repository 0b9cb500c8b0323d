//! Identifiers that are unique and ordered by time of creation.

use std::sync::{Arc, Mutex, PoisonError};

use domain_shared::{Clock, IdGenerator};
use rand::Rng;
use uuid::{Builder, Uuid};

/// Bits of the counter that follows the milliseconds: the 12 bits `rand_a` and the first 30 of `rand_b`.
const COUNTER_BITS: u32 = 42;

/// Makes UUIDv7 (RFC 9562, section 5.7) that grow strictly, however many are made in one millisecond and even when the
/// clock goes back: after the milliseconds stands a counter that starts at random (section 6.2, method 1) with its
/// highest bit clear, then 32 random bits.
pub struct UuidV7Generator {
    clock: Arc<dyn Clock>,
    last: Mutex<Position>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Position {
    millis: u64,
    counter: u64,
}

impl UuidV7Generator {
    /// Takes the time from `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, last: Mutex::default() }
    }

    /// The next place in the order: later than any before.
    fn advance(&self, now: u64, seed: u64) -> Position {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = seed >> (u64::BITS - COUNTER_BITS + 1);
        *last = if now > last.millis {
            Position { millis: now, counter: fresh }
        } else if last.counter + 1 < 1 << COUNTER_BITS {
            Position { counter: last.counter + 1, ..*last }
        } else {
            // More than two billions in a millisecond: borrow from the next one.
            Position { millis: last.millis + 1, counter: fresh }
        };
        *last
    }
}

impl std::fmt::Debug for UuidV7Generator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UuidV7Generator")
    }
}

impl IdGenerator for UuidV7Generator {
    fn next(&self) -> Uuid {
        let mut rng = rand::rng();
        let now = u64::try_from(self.clock.now().timestamp_millis()).unwrap_or(0);
        let at = self.advance(now, rng.next_u64());
        let mut bytes = [0; 10];
        // The version and variant bits lie over the tops of bytes 0 and 2, so the counter is laid around them.
        let (high, low) = (at.counter >> 30, at.counter & 0x3fff_ffff);
        bytes[..2].copy_from_slice(&(high as u16).to_be_bytes());
        bytes[2..6].copy_from_slice(&(low as u32).to_be_bytes());
        rng.fill_bytes(&mut bytes[6..]);
        Builder::from_unix_timestamp_millis(at.millis, &bytes).into_uuid()
    }

    /// Bytes from a ChaCha generator that the operating system seeds and reseeds.
    fn random_bytes(&self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len.min(64)];
        rand::rng().fill_bytes(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::{DateTime, TimeDelta};
    use domain_shared::FixedClock;
    use uuid::{Variant, Version};

    use super::*;

    fn generator(millis: i64) -> (Arc<FixedClock>, UuidV7Generator) {
        let clock = Arc::new(FixedClock::at(DateTime::from_timestamp_millis(millis).unwrap()));
        (Arc::clone(&clock), UuidV7Generator::new(clock))
    }

    fn millis(id: Uuid) -> u64 {
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        seconds * 1000 + u64::from(nanos) / 1_000_000
    }

    #[test]
    fn makes_version_7_with_the_time_in_front() {
        let (_, ids) = generator(1_700_000_000_123);
        let id = ids.next();
        assert_eq!((id.get_version(), id.get_variant()), (Some(Version::SortRand), Variant::RFC4122));
        assert_eq!(millis(id), 1_700_000_000_123);
    }

    #[test]
    fn grows_strictly_while_the_clock_stands_and_when_it_goes_back() {
        let (clock, ids) = generator(1_700_000_000_123);
        let mut last = ids.next();
        for step in 0..10_000 {
            if step == 5_000 {
                clock.advance(TimeDelta::hours(-1));
            }
            let id = ids.next();
            assert!(id > last, "{id} after {last}");
            last = id;
        }
        clock.advance(TimeDelta::hours(2));
        assert!(ids.next() > last);
    }

    #[test]
    fn a_full_counter_borrows_from_the_next_millisecond() {
        let (_, ids) = generator(1000);
        *ids.last.lock().unwrap() = Position { millis: 1000, counter: (1 << COUNTER_BITS) - 2 };
        let (last, next) = (ids.next(), ids.next());
        assert_eq!((millis(last), millis(next)), (1000, 1001));
        assert_eq!(&last.as_bytes()[6..12], [0x7f, 0xff, 0xbf, 0xff, 0xff, 0xff]);
        assert!(next > last);
    }

    #[test]
    fn generators_of_several_nodes_do_not_meet() {
        let nodes: Vec<_> = (0..8).map(|_| generator(1000).1).collect();
        let ids: HashSet<Uuid> = nodes.iter().flat_map(|ids| (0..1000).map(|_| ids.next())).collect();
        assert_eq!(ids.len(), 8000);
    }

    #[test]
    fn threads_never_get_the_same() {
        let (_, ids) = generator(1000);
        let made: Vec<Uuid> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| (0..1000).map(|_| ids.next()).collect::<Vec<_>>())).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(made.iter().collect::<HashSet<_>>().len(), 4000);
    }

    #[test]
    fn a_clock_before_1970_is_no_trouble() {
        let (_, ids) = generator(-5);
        assert_eq!(millis(ids.next()), 0);
    }

    #[test]
    fn random_bytes_are_bounded_and_differ() {
        let (_, ids) = generator(0);
        for (asked, given) in [(0, 0), (1, 1), (64, 64), (65, 64), (usize::MAX, 64)] {
            assert_eq!(ids.random_bytes(asked).len(), given);
        }
        assert_ne!(ids.random_bytes(32), ids.random_bytes(32));
    }
}
