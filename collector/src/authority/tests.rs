//! What the authority signs, and for whom; how one CA follows another one.

use super::*;
use rcgen::{BasicConstraints, IsCa};

const NOW: Time = Time::from_millis(1_790_000_000_000);

fn request(params: &CertificateParams) -> String {
    let key = KeyPair::generate().unwrap();
    params.serialize_request(&key).unwrap().pem().unwrap()
}

#[test]
fn names_and_usages_of_a_request_are_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::open(folder.path(), NOW).unwrap();
    let mut forged = CertificateParams::new(vec!["collector.example".into()]).unwrap();
    forged.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    forged.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let agent = AgentId::new(NOW);
    let issued = authority.issue_agent(&request(&forged), agent, NOW).unwrap();
    let der = CertificateDer::from_pem_slice(issued.pem.as_bytes()).unwrap();
    let certified = agent_of(&der).unwrap();
    assert_eq!((certified.agent, certified.serial), (agent, issued.serial));
    assert_eq!((certified.issued_at, certified.expires_at), (NOW, issued.not_after));
    assert_eq!(certified.key_sha256, issued.key_sha256);
    let text = String::from_utf8_lossy(&der).into_owned();
    assert!(!text.contains("collector.example"));
    let (_, parsed) = x509_parser::parse_x509_certificate(&der).unwrap();
    assert!(!parsed.is_ca());
    let usage = parsed.extended_key_usage().unwrap().unwrap().value;
    assert!(usage.client_auth && !usage.server_auth);
}

#[test]
fn a_bad_request_is_refused_and_the_authority_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::open(folder.path(), NOW).unwrap();
    let good = request(&CertificateParams::default());
    for bad in ["", "junk", &good[..good.len() / 2], &"A".repeat(1 << 20)] {
        assert!(matches!(authority.issue_agent(bad, AgentId::new(NOW), NOW), Err(AuthorityError::Request(_))));
    }
    let again = Authority::open(folder.path(), NOW).unwrap();
    assert_eq!(again.spki_sha256(), authority.spki_sha256());
}

/// A rollover from its beginning to its end, with the collector started anew after each step.
#[test]
fn one_ca_takes_the_place_of_another_in_three_steps() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Authority::open(folder.path(), NOW).unwrap();
    let (authority, first) = (open(), open().spki_sha256());
    let issue = |authority: &Authority| {
        let csr = request(&CertificateParams::default());
        authority.issue_agent(&csr, AgentId::new(NOW), NOW).unwrap().ca
    };
    assert_eq!((issue(&authority), authority.believed().unwrap().len()), (first.clone(), 1));
    let moved = authority.watch();
    authority.rotate(NOW).unwrap();
    assert!(moved.has_changed().unwrap());
    let next = authority.roots().next.unwrap().spki_sha256;
    for authority in [&authority, &open()] {
        assert_eq!((issue(authority), authority.spki_sha256()), (next.clone(), first.clone()), "agents go first");
        assert_eq!(authority.pem().matches("BEGIN CERTIFICATE").count(), 2);
        let (chain, _) = authority.issue_server(&["a".into()], NOW).unwrap();
        assert_eq!(chain[1], authority.roots().current.der().unwrap());
    }
    authority.switch(NOW).unwrap();
    for authority in [&authority, &open()] {
        assert_eq!((issue(authority), authority.spki_sha256()), (next.clone(), next.clone()));
        assert_eq!(authority.roots().old.unwrap().spki_sha256, first);
        assert_eq!(authority.pem().matches("BEGIN CERTIFICATE").count(), 1);
        assert_eq!(authority.believed().unwrap().len(), 2, "who was signed before is let in still");
    }
    authority.drop_old(NOW).unwrap();
    for authority in [&authority, &open()] {
        assert_eq!((authority.roots().old, authority.believed().unwrap().len()), (None, 1));
    }
}

/// A switch that is cut off after any of its files is a rollover before it or after it.
#[test]
fn a_switch_that_is_cut_off_is_completed_or_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let authority = Authority::open(folder.path(), NOW).unwrap();
    authority.rotate(NOW).unwrap();
    let roots = authority.roots();
    fs::copy(path("ca.pem"), path("ca-old.pem")).unwrap();
    let opened = Authority::open(folder.path(), NOW).unwrap().roots();
    assert_eq!((&opened.current, &opened.next, &opened.old), (&roots.current, &roots.next, &None));
    fs::rename(path("ca-next.key"), path("ca.key")).unwrap();
    let opened = Authority::open(folder.path(), NOW).unwrap().roots();
    assert_eq!((Some(&opened.current), &opened.next), (roots.next.as_ref(), &None));
    assert_eq!(opened.old, Some(roots.current));
    // A key of somebody else is said at the start, not by agents that refuse what it signed.
    Authority::open(&path("other"), NOW).unwrap();
    fs::copy(path("other/ca.key"), path("ca.key")).unwrap();
    let error = Authority::open(folder.path(), NOW).unwrap_err().to_string();
    assert!(error.contains("does not belong to the key"), "{error}");
}
