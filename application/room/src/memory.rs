//! What is remembered for a while, and never without bound.

use std::{collections::HashMap, hash::Hash, time::Duration};

use tokio::time::Instant;

/// Keys and when each was last remembered. The oldest is forgotten when there are too many.
#[derive(Debug)]
pub(crate) struct Memory<K> {
    since: HashMap<K, Instant>,
    capacity: usize,
    duration: Duration,
}

impl<K: Copy + Eq + Hash> Memory<K> {
    pub(crate) fn new(capacity: usize, duration: Duration) -> Self {
        Self { since: HashMap::new(), capacity: capacity.max(1), duration }
    }

    pub(crate) fn remember(&mut self, key: K, now: Instant) {
        if self.since.len() >= self.capacity {
            let duration = self.duration;
            self.since.retain(|_, since| now.duration_since(*since) < duration);
            while self.since.len() >= self.capacity {
                let Some(oldest) = self.since.iter().min_by_key(|(_, since)| **since).map(|(key, _)| *key) else {
                    break;
                };
                self.since.remove(&oldest);
            }
        }
        self.since.insert(key, now);
    }

    pub(crate) fn holds(&mut self, key: K, now: Instant) -> bool {
        match self.since.get(&key) {
            Some(since) if now.duration_since(*since) < self.duration => true,
            Some(_) => {
                self.since.remove(&key);
                false
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_after_a_while_and_the_oldest_when_there_are_too_many() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut memory = Memory::new(2, Duration::from_secs(10));
        for key in 1..=3 {
            memory.remember(key, after(key));
        }
        assert_eq!([1, 2, 3].map(|key| memory.holds(key, after(4))), [false, true, true]);
        memory.remember(2, after(12));
        assert_eq!([2, 3].map(|key| memory.holds(key, after(13))), [true, false]);
    }
}
