//! Use cases of meetings.
