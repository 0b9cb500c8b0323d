//! Stand-ins for the ports, in memory.
