//! Names in certificates as text: `C=DE, O=Example, CN=mars.example.org` (RFC 4514 in the order of the certificate).
//!
//! The parser brings this too, with a table of all that has a number in cryptography, which weighs more than the parser: here
//! stand those that occur in names. What is in no table has its number.

use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::x509::X509Name;

const TYPES: &[(&str, &str)] = &[
    ("0.9.2342.19200300.100.1.1", "uid"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "Email"),
    ("1.3.6.1.4.1.311.60.2.1.1", "msJurisdictionLocality"),
    ("1.3.6.1.4.1.311.60.2.1.2", "msJurisdictionStateOrProvince"),
    ("1.3.6.1.4.1.311.60.2.1.3", "msJurisdictionCountry"),
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "surname"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "streetAddress"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.13", "description"),
    ("2.5.4.15", "businessCategory"),
    ("2.5.4.16", "postalAddress"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.41", "name"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.43", "initials"),
    ("2.5.4.45", "uniqueIdentifier"),
    ("2.5.4.46", "dnQualifier"),
];

/// The name in one line.
pub(crate) fn text(name: &X509Name<'_>) -> String {
    let mut text = String::new();
    for part in name.iter_rdn() {
        for (n, attribute) in part.iter().enumerate() {
            text.push_str(match (n, text.is_empty()) {
                (_, true) => "",
                (0, false) => ", ",
                (_, false) => " + ",
            });
            let number = attribute.attr_type().to_id_string();
            text.push_str(TYPES.iter().find(|(known, _)| *known == number).map_or(number.as_str(), |(_, name)| name));
            text.push('=');
            text.push_str(&value(attribute.attr_value()));
        }
    }
    text
}

/// A value as text, or in hexadecimal digits when it is none.
fn value(value: &Any<'_>) -> String {
    let text = if value.tag() == Tag::BmpString {
        let units = value.data.chunks_exact(2).map(|pair| pair.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte)));
        String::from_utf16(&units.collect::<Vec<_>>()).ok()
    } else {
        std::str::from_utf8(value.data).ok().map(str::to_owned)
    };
    let is_readable = |text: &String| !text.chars().any(char::is_control);
    text.filter(is_readable)
        .unwrap_or_else(|| value.data.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02X}")))
}

#[cfg(test)]
mod tests {
    use rcgen::string::{BmpString, PrintableString};
    use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, KeyPair};
    use x509_parser::certificate::X509Certificate;
    use x509_parser::prelude::FromDer;

    use super::*;

    fn of(types: Vec<(DnType, DnValue)>) -> (String, String) {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        for (kind, value) in types {
            params.distinguished_name.push(kind, value);
        }
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let (_, read) = X509Certificate::from_der(certificate.der()).unwrap();
        (text(read.subject()), read.subject().to_string())
    }

    #[test]
    fn names_read_as_the_parser_reads_them() {
        let (own, theirs) = of(vec![
            (DnType::CountryName, DnValue::PrintableString(PrintableString::try_from("DE").unwrap())),
            (DnType::StateOrProvinceName, "Hessen".into()),
            (DnType::OrganizationName, "Example, Inc.".into()),
            (DnType::OrganizationalUnitName, DnValue::BmpString("Büro".parse::<BmpString>().unwrap())),
            (DnType::CommonName, "mars.example.org".into()),
            (DnType::CustomDnType(vec![1, 2, 840, 113_549, 1, 9, 1]), "ops@example.org".into()),
            (DnType::CustomDnType(vec![2, 5, 4, 5]), "HRB 1".into()),
            (DnType::CustomDnType(vec![2, 5, 4, 15]), "Private".into()),
        ]);
        assert_eq!(own, theirs);
        assert!(own.starts_with("C=DE, ST=Hessen, O=Example, Inc., OU=Büro, CN=mars.example.org, Email="), "{own}");
    }

    #[test]
    fn what_is_no_text_or_has_no_name_is_told_in_numbers() {
        let (own, _) =
            of(vec![(DnType::CustomDnType(vec![1, 3, 6, 1, 99]), "x".into()), (DnType::CommonName, "a\nb".into())]);
        assert_eq!(own, "1.3.6.1.99=x, CN=610A62");
        assert_eq!(of(Vec::new()).0, "");
    }
}
