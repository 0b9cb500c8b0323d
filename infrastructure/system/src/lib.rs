//! The system clock and the identifier generator.
