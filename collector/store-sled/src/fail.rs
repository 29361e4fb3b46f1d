//! Failpoints: places at which a test lets the process die or a sync fail. They exist in debug builds only.
//!
//! `MUSTER_FAILPOINT` names one: `journal.synced:3` kills the process (as `kill -9` does) when the place is reached for the third
//! time, `journal.sync=eio:2` makes the second sync there fail.

/// All failpoints at which a process can die, for tests that try each.
#[cfg(test)]
pub(crate) const PLACES: &[&str] = &[
    "writer.accepted",
    "journal.half",
    "journal.written",
    "journal.synced",
    "index.applied",
    "segment.footer",
    "segment.create",
    "checkpoint.begin",
    "checkpoint.block",
    "checkpoint.written",
    "checkpoint.renamed",
    "journal.pruned",
    "rebuild.loaded",
    "rebuild.replayed",
    "format.written",
    "backup.file",
    "backup.manifest",
    "blob.written",
    "blob.named",
];

#[cfg(debug_assertions)]
mod armed {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Place, whether it fails instead of dying, and at which time it is reached.
    static ARMED: LazyLock<Option<(String, bool, u64)>> = LazyLock::new(|| {
        let text = std::env::var("MUSTER_FAILPOINT").ok()?;
        let (place, count) = text.rsplit_once(':')?;
        let (place, fails) = place.strip_suffix("=eio").map_or((place, false), |place| (place, true));
        Some((place.to_owned(), fails, count.parse().ok()?))
    });
    static REACHED: AtomicU64 = AtomicU64::new(0);

    pub(crate) fn is_armed(place: &str) -> bool {
        ARMED.as_ref().is_some_and(|(armed, ..)| armed == place)
    }

    fn is_reached(place: &str, wanted: bool) -> bool {
        let Some((armed, fails, count)) = ARMED.as_ref() else { return false };
        armed == place && *fails == wanted && REACHED.fetch_add(1, Ordering::SeqCst) + 1 == *count
    }

    /// Dies here, if the test wants it.
    pub(crate) fn at(place: &str) {
        if is_reached(place, false) {
            let _is_on_its_way =
                rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            loop {
                std::thread::park();
            }
        }
    }

    /// Fails here, if the test wants it.
    pub(crate) fn failing(place: &str) -> std::io::Result<()> {
        if is_reached(place, true) { Err(rustix::io::Errno::IO.into()) } else { Ok(()) }
    }
}

#[cfg(not(debug_assertions))]
mod armed {
    pub(crate) const fn is_armed(_: &str) -> bool {
        false
    }

    pub(crate) const fn at(_: &str) {}

    #[expect(clippy::unnecessary_wraps, reason = "it can fail in debug builds")]
    pub(crate) const fn failing(_: &str) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) use armed::{at, failing, is_armed};
