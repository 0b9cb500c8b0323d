//! Fakes of the ports, in memory, for the tests of the use cases.
