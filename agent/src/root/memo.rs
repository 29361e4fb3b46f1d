//! What several sections read alike is read once in each inventory: the units of systemd, for services, timers and clocks.
//!
//! It lasts for one inventory: the next one sees the host as it is then. Nothing is held while something is read, for a disk
//! that hangs must not take a second section with it.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Root;

/// What was read until now: the few things that are read so.
#[derive(Clone, Default)]
pub(super) struct Memo(Arc<Mutex<Vec<Known>>>);

type Known = Arc<dyn Any + Send + Sync>;

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Memo").finish_non_exhaustive()
    }
}

impl Memo {
    fn known(&self) -> MutexGuard<'_, Vec<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Root {
    /// The same tree for one inventory: what is read [once](Root::once) is remembered until it is dropped.
    #[must_use]
    pub fn for_one_inventory(&self) -> Self {
        Self { memo: Some(Memo::default()), ..self.clone() }
    }

    /// What `read` makes of this tree, by the first who asks in this inventory.
    pub fn once<T: Any + Send + Sync>(&self, read: impl FnOnce(&Self) -> T) -> Arc<T> {
        let Some(memo) = &self.memo else { return Arc::new(read(self)) };
        let known = memo.known().iter().find_map(|known| Arc::clone(known).downcast().ok());
        known.unwrap_or_else(|| {
            let read = Arc::new(read(self));
            memo.known().push(read.clone());
            read
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Name(Option<String>);

    #[test]
    fn an_inventory_reads_once_and_the_next_one_again() {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::at(directory.path());
        let write = |text: &str| std::fs::write(directory.path().join("name"), text).unwrap();
        let name = |root: &Root| root.once(|root| Name(root.value("/name"))).0.clone().unwrap();
        write("one");
        let first = root.for_one_inventory();
        assert_eq!(name(&first), "one");
        write("two");
        assert_eq!((name(&first), name(&first.clone())), ("one".to_owned(), "one".to_owned()));
        assert_eq!(name(&root.for_one_inventory()), "two");
        assert_eq!(name(&root), "two", "outside of an inventory nothing is remembered");
        // Another type is another question, and one that ends badly leaves nothing behind.
        assert_eq!(*first.once(|_| 7_u8), 7);
        let bad = first.clone();
        assert!(std::thread::spawn(move || bad.once(|_| -> u16 { panic!("a reader that fails") })).join().is_err());
        assert_eq!((*first.once(|_| 8_u16), *first.once(|_| 9_u8)), (8, 7));
    }
}
