//! Failpoints: places at which a test lets the process die or a sync fail. They exist in debug builds only.
//!
//! `MUSTER_FAILPOINT` names one: `journal.synced:3` kills the process (as `kill -9` does) when the place is reached for the third
//! time, `journal.sync=eio:2` makes the second sync there fail, and `journal.reserve=enospc:2` lets the disk be full there.

/// All failpoints at which a process that serves can die, for tests that try each; a migration has its own.
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

    use rustix::io::Errno;

    /// What happens at a place.
    #[derive(Clone, Copy)]
    enum Fate {
        Dies,
        Fails(Errno),
    }

    /// Place, what happens there, and at which time it is reached.
    static ARMED: LazyLock<Option<(String, Fate, u64)>> = LazyLock::new(|| {
        let text = std::env::var("MUSTER_FAILPOINT").ok()?;
        let (place, count) = text.rsplit_once(':')?;
        let (place, fate) = match place.split_once('=') {
            None => (place, Fate::Dies),
            Some((place, "enospc")) => (place, Fate::Fails(Errno::NOSPC)),
            Some((place, _)) => (place, Fate::Fails(Errno::IO)),
        };
        Some((place.to_owned(), fate, count.parse().ok()?))
    });
    static REACHED: AtomicU64 = AtomicU64::new(0);

    pub(crate) fn is_armed(place: &str) -> bool {
        ARMED.as_ref().is_some_and(|(armed, ..)| armed == place)
    }

    /// What the test wants to happen at a place that is reached, if anything.
    fn reached(place: &str) -> Option<Fate> {
        let (armed, fate, count) = ARMED.as_ref()?;
        (armed == place && REACHED.fetch_add(1, Ordering::SeqCst) + 1 == *count).then_some(*fate)
    }

    /// Dies here, if the test wants it.
    pub(crate) fn at(place: &str) {
        if matches!(reached(place), Some(Fate::Dies)) {
            let _is_on_its_way =
                rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            loop {
                std::thread::park();
            }
        }
    }

    /// Fails here, if the test wants it.
    pub(crate) fn failing(place: &str) -> std::io::Result<()> {
        match reached(place) {
            Some(Fate::Fails(errno)) => Err(errno.into()),
            Some(Fate::Dies) | None => Ok(()),
        }
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
