//! A message's life: tries, waits, its end, and what is folded into it.

use proptest::prelude::*;
use serde_json::Map;

use super::*;
use crate::notification::Topic;

fn notice(n: i64) -> Notice {
    Notice {
        topic: Topic::TicketOpened,
        at: Time::from_millis(n),
        actor: "ann".into(),
        subject: "tkt_1".into(),
        label: "INC-000001".into(),
        title: "disk full".into(),
        what: "opened".into(),
        path: "/incidents/INC-000001".into(),
        is_urgent: false,
        facts: Map::new(),
        vote_in: None,
        report: None,
    }
}

fn delivery() -> Delivery {
    let to = Destination::Mail("Ann@Example.com".into());
    Delivery::new(to, None, notice(1), Time::from_millis(1), Time::from_millis(1))
}

fn later() -> Outcome {
    Outcome::Later { problem: "503".into(), after_ms: None }
}

#[test]
fn a_message_is_tried_for_a_while_and_then_a_person_looks() {
    let mut delivery = delivery();
    let mut now = Time::from_millis(1);
    for tries in 1..MAX_TRIES {
        delivery.tried(later(), now, 1.0);
        let due = delivery.state.due_at().unwrap();
        assert!(due > now, "{tries}");
        now = due;
    }
    assert!((8..24).contains(&(now.millis() / 3_600_000)), "{}", now.millis());
    delivery.tried(later(), now, 1.0);
    assert_eq!(delivery.state, DeliveryState::Dead { at: now });
    assert_eq!(delivery.failure.as_ref().unwrap().problem, "503");
    let id = delivery.id;
    assert!(delivery.send_again(now));
    assert_eq!((delivery.state.due_at(), delivery.tries, delivery.id), (Some(now), 0, id));
    delivery.tried(Outcome::Taken { answer: "200".into() }, now, 0.0);
    assert_eq!(delivery.state.as_str(), "delivered");
    assert!(!delivery.send_again(now), "what was taken is not sent again");
}

#[test]
fn what_can_never_go_is_given_up_at_once_and_a_wish_to_wait_is_granted() {
    let mut refused = delivery();
    refused.tried(Outcome::Never { problem: "410".into() }, Time::from_millis(9), 0.5);
    assert_eq!(refused.state, DeliveryState::Dead { at: Time::from_millis(9) });
    let mut patient = delivery();
    let asked = Outcome::Later { problem: "429".into(), after_ms: Some(600_000) };
    patient.tried(asked, Time::from_millis(0), 0.5);
    assert_eq!(patient.state.due_at(), Some(Time::from_millis(600_000)));
    let for_ever = Outcome::Later { problem: "429".into(), after_ms: Some(i64::MAX) };
    patient.tried(for_ever, Time::from_millis(0), 0.5);
    assert_eq!(patient.state.due_at(), Some(Time::from_millis(3_600_000)));
}

#[test]
fn a_digest_holds_so_many_and_counts_the_rest() {
    let to = Destination::Mail("ann@example.com".into());
    let mut digest = Delivery::new(to, None, notice(0), Time::from_millis(0), Time::from_millis(60_000));
    assert_eq!((digest.state.as_str(), digest.is_digest(), &digest.thread), ("collecting", false, &None));
    for n in 1..250 {
        digest.fold(notice(n));
    }
    assert_eq!((digest.notices.len(), digest.more, digest.is_digest()), (MAX_NOTICES, 150, true));
}

#[test]
fn a_lane_is_an_address_however_it_is_written() {
    assert_eq!(delivery().to.lane(), Destination::Mail("ann@example.COM".into()).lane());
}

proptest! {
    #[test]
    fn waits_grow_within_their_bounds(tries in 0..100_u32, jitter in -1.0..2.0_f64) {
        let wait = backoff_ms(tries, jitter);
        prop_assert!((FIRST_WAIT_MS / 2..=LONGEST_WAIT_MS).contains(&wait));
        prop_assert!(backoff_ms(tries + 1, 0.0) >= backoff_ms(tries, 0.0));
    }
}
