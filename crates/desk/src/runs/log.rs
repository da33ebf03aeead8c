//! What the runs of the open photo have left behind.

use engine::Report;

/// What the runs of the open photo have left behind.
#[derive(Clone, Debug, Default)]
pub struct RunLog {
    /// The reports of all runs on this photo, the latest last.
    pub reports: Vec<Report>,
    /// Counts the results that came and went.
    pub(crate) results: u64,
    /// A run has ended: the work is worth saving at once.
    pub(crate) due: bool,
}

impl RunLog {
    /// Reports beyond this are forgotten, oldest first.
    const REPORTS: usize = 200;

    /// A run has left a result.
    pub(crate) fn ran(&mut self, report: &Report) {
        self.results += 1;
        self.due = true;
        self.reports.push(report.clone());
        let extra = self.reports.len().saturating_sub(Self::REPORTS);
        self.reports.drain(..extra);
    }
}
