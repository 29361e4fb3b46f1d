//! Many callers at once: no lost update, whole commits only, and indexes that fit what they list.

use std::sync::atomic::{AtomicBool, Ordering};

use muster_model::right::Actor;
use muster_model::ticket::edit::{self, Opening};
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Channel, Ticket};

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_update_is_lost_among_many_callers() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(dir.path()));
    store.commit(put(counter("shared", 0), Expected::Absent)).await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut sequences = Vec::new();
                while sequences.len() < 40 {
                    let found: Versioned<Counter> = store.find("shared").await.unwrap().unwrap();
                    let mut changes = ChangeSet::new();
                    changes
                        .update(Versioned { value: counter("shared", found.value.last + 1), version: found.version });
                    changes.audit.push(draft("increment"));
                    match store.commit(changes).await {
                        Ok(sequence) => {
                            let seen: Versioned<Counter> = store.find("shared").await.unwrap().unwrap();
                            assert!(seen.version > found.version, "a caller does not see its own commit");
                            sequences.push(sequence);
                        }
                        Err(StoreError::Conflict { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
                sequences
            })
        })
        .collect();
    let mut sequences = Vec::new();
    for task in tasks {
        sequences.extend(task.await.unwrap());
    }
    sequences.sort_unstable();
    assert_eq!(sequences, (2..=321).collect::<Vec<_>>(), "each commit has a number of its own");
    let found: Versioned<Counter> = store.find("shared").await.unwrap().unwrap();
    assert_eq!((found.value.last, found.version), (320, 321));
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
    let before = store.shared.index().rows();
    drop(store);
    let copied = tempfile::tempdir().unwrap();
    copy_journal(dir.path(), copied.path());
    assert!(rows(copied.path()) == before, "groups are replayed to the same content");
}

fn opened(n: u8) -> Ticket {
    let opening = Opening::incident("t".into(), Channel::Api);
    let (mut ticket, _) = edit::open(
        opening,
        format!("INC-{n}"),
        &muster_model::ticket::Priorities::default(),
        &Actor::System("test"),
        Time::from_millis(n.into()),
    );
    ticket.id = muster_shared::id::TicketId::from_bytes([n; 16]);
    ticket
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_an_index_lists_fits_it_while_it_changes_and_verify_stays_calm() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(dir.path()));
    let active: Vec<Ticket> = (0..20).map(opened).collect();
    let fields = Fields { close_code: Some("fixed".into()), close_notes: Some("n".into()), ..Fields::default() };
    let resolve =
        |ticket: &Ticket| transition::apply(ticket, "auto_resolve", &fields, &Actor::System("test"), ticket.opened_at);
    let resolved: Vec<Ticket> = active.iter().map(|ticket| resolve(ticket).unwrap().0).collect();
    let over = Arc::new(AtomicBool::new(false));
    let writer = {
        let (store, over) = (Arc::clone(&store), Arc::clone(&over));
        tokio::spawn(async move {
            for round in 0..60 {
                // All change at once: a whole commit has all of them active, or none.
                let mut changes = ChangeSet::new();
                for ticket in if round % 2 == 0 { &active } else { &resolved } {
                    changes.put(ticket.clone(), Expected::Any);
                }
                store.commit(changes).await.unwrap();
            }
            over.store(true, Ordering::SeqCst);
        })
    };
    let mut listed = 0_usize;
    while !over.load(Ordering::SeqCst) {
        let scan = Scan::index(muster_store::Index::TicketActive, "incident/").limit(6);
        let found: Vec<Versioned<Ticket>> = store.all(scan).await.unwrap();
        assert!(
            found.iter().all(|ticket| ticket.value.state.name().is_active()),
            "the index lists a ticket that is over"
        );
        listed += found.len();
        assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
    }
    writer.await.unwrap();
    assert!(listed > 0);
}
