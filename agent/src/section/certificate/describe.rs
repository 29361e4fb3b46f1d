//! What is told of a certificate (RFC 5280).

use std::fmt::Write as _;

use muster_shared::Item;
use sha2::{Digest as _, Sha256};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{BasicConstraints, GeneralName, SubjectAlternativeName};
use x509_parser::oid_registry::{OID_X509_EXT_BASIC_CONSTRAINTS, OID_X509_EXT_SUBJECT_ALT_NAME};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::{distinguished_name, x509};

/// The most names of one certificate.
const NAME_CAP: usize = 200;

/// Names of algorithms as `openssl x509` prints them.
const SIGNATURES: &[(&str, &str)] = &[
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1"),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption"),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption"),
    ("1.2.840.113549.1.1.10", "rsassaPss"),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption"),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption"),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption"),
    ("1.3.101.112", "ED25519"),
    ("1.3.101.113", "ED448"),
];

const CURVES: &[(&str, &str, u32)] = &[
    ("1.2.840.10045.3.1.7", "P-256", 256),
    ("1.3.132.0.34", "P-384", 384),
    ("1.3.132.0.35", "P-521", 521),
    ("1.3.132.0.10", "secp256k1", 256),
];

/// The item of a certificate; `None` when it is none.
pub(super) fn item(key: String, der: &[u8]) -> Option<Item> {
    let certificate = x509::read(der)?;
    let time = |seconds: i64| jiff::Timestamp::from_second(seconds).ok().map(|time| time.to_string());
    let validity = certificate.validity();
    let algorithm = certificate.signature_algorithm.algorithm.to_id_string();
    let signature = SIGNATURES.iter().find(|(id, _)| *id == algorithm).map_or(algorithm.as_str(), |(_, name)| name);
    let constraints: Option<BasicConstraints> = x509::extension(&certificate, &OID_X509_EXT_BASIC_CONSTRAINTS);
    let is_ca = constraints.is_some_and(|constraints| constraints.ca);
    let mut item = Item::new(key)
        .with("subject", distinguished_name::text(certificate.subject()))
        .with("issuer", distinguished_name::text(certificate.issuer()))
        .with("serial", hex(certificate.raw_serial()).trim_start_matches("00"))
        .with("not_before", time(validity.not_before.timestamp()))
        .with("not_after", time(validity.not_after.timestamp()))
        .with("signature_algorithm", signature)
        .with("fingerprint_sha256", hex(&Sha256::digest(der)))
        .with("is_ca", is_ca)
        .with("self_signed", certificate.subject().as_raw() == certificate.issuer().as_raw());
    let names = names(&certificate);
    if !names.is_empty() {
        item.set("subject_alternative_names", names);
    }
    set_key(&mut item, certificate.public_key());
    Some(item)
}

fn names(certificate: &X509Certificate) -> Vec<String> {
    let names: Option<SubjectAlternativeName<'_>> = x509::extension(certificate, &OID_X509_EXT_SUBJECT_ALT_NAME);
    let names = names.iter().flat_map(|names| &names.general_names).take(NAME_CAP).filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(format!("DNS:{}", name.to_ascii_lowercase())),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| format!("IP:{address}")),
        GeneralName::RFC822Name(name) => Some(format!("email:{name}")),
        GeneralName::URI(name) => Some(format!("URI:{name}")),
        _ => None,
    });
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn address(bytes: &[u8]) -> Option<std::net::IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(std::net::IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(std::net::IpAddr::from)).ok()
}

fn set_key(item: &mut Item, key: &SubjectPublicKeyInfo) {
    let algorithm = key.algorithm.algorithm.to_id_string();
    match algorithm.as_str() {
        "1.3.101.112" => {
            item.set("key_type", "ed25519");
            item.set("key_bits", 256);
        }
        "1.3.101.113" => {
            item.set("key_type", "ed448");
            item.set("key_bits", 456);
        }
        "1.2.840.10045.2.1" => {
            let curve = key.algorithm.parameters.as_ref().and_then(|parameters| parameters.as_oid().ok());
            let curve = curve.map(|curve| curve.to_id_string()).unwrap_or_default();
            item.set("key_type", "ecdsa");
            match CURVES.iter().find(|(id, _, _)| *id == curve) {
                Some((_, name, bits)) => {
                    item.set("curve", *name);
                    item.set("key_bits", *bits);
                }
                None => item.set("curve", curve),
            }
        }
        _ => match key.parsed() {
            Ok(PublicKey::RSA(rsa)) => {
                item.set("key_type", "rsa");
                item.set("key_bits", bits(rsa.modulus));
            }
            Ok(PublicKey::DSA(_)) => item.set("key_type", "dsa"),
            _ => item.set("key_type", algorithm),
        },
    }
}

/// The length of a number in bits.
fn bits(number: &[u8]) -> Option<u32> {
    let mut bytes = number.iter().skip_while(|byte| **byte == 0);
    let first = bytes.next()?;
    u32::try_from(bytes.count()).ok()?.checked_mul(8)?.checked_add(8 - first.leading_zeros())
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02X}");
    }
    text
}
