//! Certificates of an agent: two phases, retirement, and whose key is the last.

use super::*;

const NOW: Time = Time::from_millis(1_790_000_000_000);

fn agent() -> Agent {
    Agent {
        id: AgentId::new(NOW),
        key_sha256: "k1".into(),
        token: EnrollmentTokenId::new(NOW),
        hostname: "web-1".into(),
        version: "0.1.0".into(),
        certificate_serial: "s1".into(),
        certificate_expires_at: NOW.plus_millis(10),
        certificate_generation: 1,
        enrolled_at: NOW,
        host: None,
        matched: None,
        revoked_at: None,
        previous: None,
        standing: Standing::Active,
        recoveries: 0,
        split: None,
        split_from: None,
        superseded_by: None,
        ca: None,
        not_understood: None,
        adopts_from: None,
    }
}

#[test]
fn the_certificate_before_is_good_until_the_new_one_was_used() {
    let mut agent = agent();
    assert_eq!(agent.shown("s1", NOW), Shown::Newest);
    agent.take_certificate("s2".into(), "k2".into(), NOW.plus_millis(20), "ca2".into());
    assert_eq!((agent.certificate_generation, agent.shown("s1", NOW)), (2, Shown::Previous));
    // The answer was lost and asked for again: still the second generation, and the lost certificate is nobody's.
    agent.take_certificate("s3".into(), "k2".into(), NOW.plus_millis(20), "ca2".into());
    assert_eq!((agent.certificate_generation, agent.shown("s2", NOW)), (2, Shown::Retired));
    assert_eq!(agent.shown("s1", NOW.plus_millis(11)), Shown::Expired);
    assert_eq!(agent.shown("s3", NOW), Shown::NewestFirst);
    assert!(agent.is_last_key("k1") && agent.is_last_key("k2"));
    agent.previous = None;
    assert_eq!((agent.shown("s3", NOW), agent.shown("s1", NOW)), (Shown::Newest, Shown::Retired));
    assert!(!agent.is_last_key("k1") && agent.is_last_key("k2"));
}

#[test]
fn records_from_before_are_read() {
    let mut old = serde_json::to_value(agent()).unwrap();
    for new in ["previous", "standing", "recoveries", "split", "split_from"] {
        old.as_object_mut().unwrap().remove(new);
    }
    assert_eq!(serde_json::from_value::<Agent>(old).unwrap().standing, Standing::Active);
}
