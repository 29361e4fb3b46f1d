//! Certificates made here, in every wrapping.

use std::fs;

use muster_shared::SectionStatus;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn made(name: &str) -> rcgen::Certificate {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(vec![name.to_owned(), "10.1.2.3".to_owned()]).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
    parameters.not_after = rcgen::date_time_ymd(2030, 1, 2);
    parameters.self_signed(&key).unwrap()
}

#[test]
fn chains_keys_and_der_are_told_and_bundles_left_out() {
    let tree = tempfile::tempdir().unwrap();
    let root = tree.path();
    for directory in
        ["etc/nginx/ssl", "etc/ssl/certs", "srv/tls", "etc/letsencrypt/live/x", "etc/letsencrypt/archive/x"]
    {
        fs::create_dir_all(root.join(directory)).unwrap();
    }
    let one = made("WWW.example.org");
    let chain =
        format!("-----BEGIN PRIVATE KEY-----\nU0VDUkVU\n-----END PRIVATE KEY-----\n{}{}", one.pem(), made("ca").pem());
    fs::write(root.join("etc/nginx/ssl/x.pem"), chain).unwrap();
    fs::write(root.join("etc/ssl/certs/ca-certificates.crt"), made("a").pem().repeat(12)).unwrap();
    fs::write(root.join("etc/ssl/certs/snake.pem"), made("snake").pem()).unwrap();
    fs::write(root.join("srv/tls/x.der"), made("der").der()).unwrap();
    fs::write(root.join("srv/broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    fs::write(root.join("etc/letsencrypt/archive/x/cert1.pem"), made("le").pem()).unwrap();
    std::os::unix::fs::symlink("../../archive/x/cert1.pem", root.join("etc/letsencrypt/live/x/cert.pem")).unwrap();
    let configured = ["/srv/tls", "/srv/broken.pem", "/srv/gone.pem"].map(str::to_owned);
    let section = Certificate::new(&configured).collect(&Root::at(root));
    let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "/etc/letsencrypt/live/x/cert.pem",
            "/etc/nginx/ssl/x.pem",
            "/etc/nginx/ssl/x.pem 2",
            "/etc/ssl/certs/snake.pem",
            "/srv/tls/x.der"
        ]
    );
    let messages: Vec<&str> = section.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["1 certificates are not understood and left out", "not there"]);
    let x = &section.items[1].attributes;
    assert_eq!(x["subject"], "CN=WWW.example.org");
    assert_eq!(x["subject_alternative_names"], json!(["DNS:www.example.org", "IP:10.1.2.3"]));
    assert_eq!(
        (&x["not_after"], &x["self_signed"], &x["is_ca"]),
        (&json!("2030-01-02T00:00:00Z"), &json!(true), &json!(false))
    );
    assert_eq!((&x["key_type"], &x["curve"], &x["key_bits"]), (&json!("ecdsa"), &json!("P-256"), &json!(256)));
    assert_eq!(x["signature_algorithm"], "ecdsa-with-SHA256");
    assert!(!serde_json::to_string(&section).unwrap().contains("U0VD"));
}

#[test]
fn a_renewal_is_a_change_of_the_same_item() {
    let tree = tempfile::tempdir().unwrap();
    let path = tree.path().join("a.pem");
    let collect = || Certificate::new(&["/a.pem".to_owned()]).collect(&Root::at(tree.path())).items;
    fs::write(&path, made("a").pem()).unwrap();
    let before = collect();
    fs::write(&path, made("a").pem()).unwrap();
    let after = collect();
    assert_eq!(before[0].key, after[0].key);
    assert_ne!(before[0].attributes["fingerprint_sha256"], after[0].attributes["fingerprint_sha256"]);
}

#[test]
fn a_configured_path_that_is_nothing_is_never_no_certificates() {
    let tree = tempfile::tempdir().unwrap();
    assert_eq!(Certificate::new(&[]).collect(&Root::at(tree.path())).status, SectionStatus::Unsupported);
    rustix::fs::mknodat(rustix::fs::CWD, tree.path().join("p.pem"), rustix::fs::FileType::Fifo, 0o600.into(), 0)
        .unwrap();
    let section = Certificate::new(&["/p.pem".to_owned()]).collect(&Root::at(tree.path()));
    assert_eq!((section.status, section.problems[0].message.as_str()), (SectionStatus::Partial, "not a regular file"));
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..400, to in any::<u8>()) {
        let _ = pem::certificates(&bytes, 5);
        let _ = describe::item(String::new(), &bytes);
        let mut der = made("x").der().to_vec();
        if let Some(byte) = der.get_mut(at) {
            *byte = to;
        }
        let _ = describe::item(String::new(), &der);
    }
}

#[test]
fn a_file_for_a_certificate_that_holds_none_is_said() {
    let tree = tempfile::tempdir().unwrap();
    for path in ["etc/letsencrypt/live/x/cert.pem", "etc/nginx/dhparam.pem"] {
        let path = tree.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "junk").unwrap();
    }
    let section = Certificate::new(&[]).collect(&Root::at(tree.path()));
    let said: Vec<&str> = section.problems.iter().map(|problem| problem.source.as_str()).collect();
    assert_eq!((section.status, said), (SectionStatus::Partial, vec!["/etc/letsencrypt/live/x/cert.pem"]));
}

/// What an account of a service may put beside its certificate.
#[test]
fn a_folder_without_end_is_not_read_to_its_end() {
    let tree = tempfile::tempdir().unwrap();
    let main = tree.path().join("etc/postgresql/15/main");
    std::fs::create_dir_all(&main).unwrap();
    for n in 0..80 {
        std::fs::File::create(main.join(format!("{n}.pem"))).unwrap().set_len(SIZE_CAP_BYTES).unwrap();
    }
    let mut found = Found::default();
    let root = Root::at(tree.path());
    for n in 0..80 {
        found.well_known(&root, &format!("/etc/postgresql/15/main/{n}.pem"));
    }
    assert_eq!((found.files, found.is_full), (64, true));
    let section = Certificate::new(&[]).collect(&root);
    assert!(section.problems.iter().any(|problem| problem.message.contains("left out")), "{:?}", section.problems);
}
