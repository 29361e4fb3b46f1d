//! What commits touched and what stands in memory has not read again yet; nothing that was noted gets lost, whoever gives up reading.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Keys that commits touched.
#[derive(Debug)]
pub(super) struct Noted<K>(Mutex<BTreeSet<K>>);

impl<K> Default for Noted<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Ord + Copy> Noted<K> {
    /// Notes what was written.
    pub(super) fn note(&self, keys: impl IntoIterator<Item = K>) {
        let mut keys = keys.into_iter().peekable();
        if keys.peek().is_some() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(keys);
        }
    }

    /// Takes what is noted, to read it.
    pub(super) fn take(&self) -> Taken<'_, K> {
        Taken { from: self, left: std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)) }
    }
}

/// What was taken: it goes back where it came from, unless it was read.
#[derive(Debug)]
pub(super) struct Taken<'a, K: Ord + Copy> {
    from: &'a Noted<K>,
    left: BTreeSet<K>,
}

impl<K: Ord + Copy> Taken<'_, K> {
    pub(super) fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// The next one to read.
    pub(super) fn first(&self) -> Option<K> {
        self.left.first().copied()
    }

    /// Says that the first one was read.
    pub(super) fn pop(&mut self) {
        self.left.pop_first();
    }
}

impl<K: Ord + Copy> Drop for Taken<'_, K> {
    fn drop(&mut self) {
        self.from.note(std::mem::take(&mut self.left));
    }
}

#[cfg(test)]
mod tests {
    use super::Noted;

    #[test]
    fn what_was_not_read_is_noted_again() {
        let noted = Noted::default();
        noted.note([3, 1, 2]);
        let mut taken = noted.take();
        assert_eq!(taken.first(), Some(1));
        taken.pop();
        noted.note([1]);
        drop(taken);
        let mut taken = noted.take();
        let mut left = Vec::new();
        while let Some(key) = taken.first() {
            left.push(key);
            taken.pop();
        }
        assert_eq!(left, [1, 2, 3]);
        drop(taken);
        assert!(noted.take().is_empty());
    }

    #[tokio::test]
    async fn a_reader_that_is_cancelled_loses_nothing() {
        let noted = Noted::default();
        noted.note([1, 2]);
        let reading = async {
            let mut taken = noted.take();
            while taken.first().is_some() {
                tokio::task::yield_now().await;
                std::future::pending::<()>().await;
                taken.pop();
            }
        };
        tokio::select! {
            () = reading => unreachable!("the reader waits for ever"),
            () = async { for _ in 0..4 { tokio::task::yield_now().await } } => {}
        }
        assert_eq!(noted.take().first(), Some(1));
    }
}
