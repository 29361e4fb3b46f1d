//! The loop that watches: what changed is looked at once it is quiet.

use std::path::PathBuf;

use super::{Board, held};
use crate::probe::{Eyes, Watching};
use crate::root::Root;

/// Watches until the process ends; where nothing can be watched, changes are seen at the scan interval.
pub(super) async fn watch_loop(board: &Board, eyes: Eyes, root: Root, base: PathBuf) {
    let mut watching = match Watching::new(&eyes, &root, &base) {
        Ok(watching) => watching,
        Err(error) => {
            tracing::warn!(%error, "cannot watch files: changes are seen at the scan interval");
            return std::future::pending().await;
        }
    };
    loop {
        let changed = tokio::select! {
            changed = watching.first() => changed,
            () = board.scanned.notified() => {
                let fresh = watching.refresh().await;
                if fresh.is_empty() {
                    continue;
                }
                Ok(fresh)
            }
        };
        let sections = match changed {
            Ok(sections) => sections,
            Err(error) => {
                tracing::warn!(%error, "cannot watch files any more: changes are seen at the scan interval");
                return std::future::pending().await;
            }
        };
        let sections = watching.settle(sections).await;
        if !sections.is_empty() {
            held(&board.touched).extend(sections);
            board.changed.notify_one();
        }
    }
}
