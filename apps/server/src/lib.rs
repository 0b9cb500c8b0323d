//! The program open-meeting: composition root, configuration, roles and subcommands.
