//! What the doctor found, line by line.

use std::fmt::Display;

use super::say;

/// Counts what was found, and prints it as it comes.
#[derive(Debug, Default)]
pub(super) struct Report {
    warnings: usize,
    failures: usize,
}

impl Report {
    /// Something is as it should be.
    pub(super) fn fine(&mut self, what: &str, finding: impl Display) {
        line("ok", what, finding);
    }

    /// Something works, but perhaps not as wished.
    pub(super) fn doubtful(&mut self, what: &str, finding: impl Display) {
        self.warnings += 1;
        line("warn", what, finding);
    }

    /// Something does not work.
    pub(super) fn bad(&mut self, what: &str, finding: impl Display) {
        self.failures += 1;
        line("FAIL", what, finding);
    }

    /// A hint.
    pub(super) fn advice(&self, text: impl Display) {
        line("", "", text);
    }

    /// Whether nothing failed.
    pub(super) const fn is_fine(&self) -> bool {
        self.failures == 0
    }

    /// The last line.
    pub(super) fn summary(&self) -> String {
        match (self.failures, self.warnings) {
            (0, 0) => "\nEverything is fine.".to_owned(),
            (0, warnings) => format!("\nEverything works; warnings: {warnings}."),
            (failures, _) => format!("\nFailed checks: {failures}."),
        }
    }
}

fn line(mark: &str, what: &str, finding: impl Display) {
    say(format_args!("{mark:<5} {what:<14} {finding}"));
}
