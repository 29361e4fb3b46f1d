//! What a store tells of itself: for metrics and for `doctor`.

use muster_store::{Sequence, Stats};

use crate::keeper::last_scrub;
use crate::open::size_of;
use crate::shared::Shared;
use crate::{blob, checkpoint, format, journal, room};

/// Sizes, facts, and what is wrong.
pub(crate) fn stats(shared: &Shared, sequence: Sequence, index_bytes: u64) -> Stats {
    let dir = &shared.options.dir;
    let state = shared.state().clone();
    let size = |part: &str| size_of(&dir.join(part));
    let mut problems: Vec<String> = shared.check_halted().err().into_iter().chain(room::lacking(dir)).collect();
    let never = || "none yet".to_owned();
    let scrub = last_scrub(dir);
    let scrubbed = scrub.map_or_else(never, |(at, wrong)| {
        let told = if wrong.is_empty() { "nothing wrong".to_owned() } else { wrong.join("; ") };
        problems.extend(
            wrong
                .iter()
                .filter(|line| ["audit trail", "attachment"].iter().any(|part| line.starts_with(part)))
                .cloned(),
        );
        format!("{at}: {told}")
    });
    let checkpoint = state.checkpoint.map_or_else(never, |checkpoint| {
        let documents = checkpoint.sums.documents();
        format!("commit {}, {documents} documents, made {}", checkpoint.tail.sequence, checkpoint.made_at)
    });
    let index = if state.is_rebuilding { " (a new one is being built)" } else { "" };
    let facts = vec![
        ("form", format::FORM.to_string()),
        ("epoch", state.epoch.to_string()),
        ("checkpoint", checkpoint),
        ("index", format!("generation {}{index}", state.generation)),
        ("last scrub", scrubbed),
    ];
    let bytes = vec![
        ("journal", size(journal::FOLDER)),
        ("checkpoint", size(checkpoint::FOLDER)),
        ("index", index_bytes),
        ("blob", blob::size(dir)),
    ];
    Stats { sequence, bytes, facts, problems }
}
