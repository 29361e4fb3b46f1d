//! Certificates as the parser reads them (RFC 5280), with the extensions that somebody asks for and no other: reading them all, as it
//! does unasked, is half of its code.

use x509_parser::asn1_rs::Oid;
use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::error::X509Error;
use x509_parser::nom::Parser as _;
use x509_parser::prelude::FromDer;

/// The certificate; `None` when it is none.
pub(crate) fn read(der: &[u8]) -> Option<X509Certificate<'_>> {
    let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
    parser.parse(der).ok().map(|(_, certificate)| certificate)
}

/// The extension of a kind; `None` also when there are two, or it cannot be read.
pub(crate) fn extension<'a, T: FromDer<'a, X509Error>>(certificate: &X509Certificate<'a>, kind: &Oid<'_>) -> Option<T> {
    let found = certificate.get_extension_unique(kind).ok()??;
    T::from_der(found.value).ok().map(|(_, extension)| extension)
}
