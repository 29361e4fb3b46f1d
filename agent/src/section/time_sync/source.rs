//! Which source a clock follows just now: chrony and ntpd tell it over their control protocols on loopback, systemd-timesyncd on the
//! system's bus. Nothing is set, and nothing is started by asking.
//!
//! Who may not speak IP, as the probe, is not answered by the first two; then the agent asks. Where a daemon does not run the kernel
//! says so at once.

use std::io::Result;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use muster_shared::Item;

use crate::section::bus::{Body, Call, Place};
use crate::section::oddity;

/// How long a daemon on the same host may take.
const TIME_OUT: Duration = Duration::from_millis(200);
/// The longest answer: one datagram.
const CAP_BYTES: usize = 1_024;

const CHRONY_PORT: u16 = 323;
const NTP_PORT: u16 = 123;
/// A request for "tracking" of version 6 (`candm.h`): version, request, two that say nothing, the command. It is as long as its
/// answer, which chronyd wants for nobody to be flooded with.
const TRACKING: [u8; 6] = [6, 1, 0, 0, 0, 33];
const TRACKING_BYTES: usize = 104;
/// The answer: version, reply; at 6 its kind, at 8 whether it went well.
const TRACKING_ANSWER: u16 = 5;
/// A clock that follows nothing (RFC 5905, leap indicator).
const UNSYNCHRONIZED: u16 = 3;
/// "Read variables" of the system (RFC 9327): mode 6 of version 2, the operation; the rest is zero.
const READ_VARIABLES: [u8; 12] = [0x16, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
/// The answer to it, well or not and with more to come or not.
const READ_ANSWER: u8 = 0x82;
const FLAGS: u8 = 0x60;
/// A stratum from here on means that the clock follows nothing.
const NO_STRATUM: u32 = 16;

const BUS: Place<'_> = Place { path: "/run/dbus/system_bus_socket", is_bus: true };

/// A question for a property of systemd-timesyncd.
const fn property(arguments: &'static [&'static str]) -> Call {
    Call {
        destination: "org.freedesktop.timesync1",
        path: "/org/freedesktop/timesync1",
        interface: "org.freedesktop.DBus.Properties",
        member: "Get",
        arguments,
        answer: "v",
    }
}

const SERVER: Call = property(&["org.freedesktop.timesync1.Manager", "ServerName"]);
const LAST_MESSAGE: Call = property(&["org.freedesktop.timesync1.Manager", "NTPMessage"]);

/// What a daemon says.
#[derive(Debug, Default, PartialEq)]
pub(in crate::section) struct Source {
    /// The address or name of a server, or the kind of a clock.
    name: Option<String>,
    stratum: Option<u32>,
    offset_ms: Option<f64>,
}

/// What the daemon of this name says, if it runs and answers.
pub(in crate::section) fn ask(daemon: &str) -> Option<Source> {
    match daemon {
        "chrony" => {
            let mut request = [0; TRACKING_BYTES];
            request.get_mut(..TRACKING.len())?.copy_from_slice(&TRACKING);
            tracking(&exchange(CHRONY_PORT, &request).ok()?)
        }
        "ntpd" => variables(&exchange(NTP_PORT, &READ_VARIABLES).ok()?),
        "systemd-timesyncd" => {
            let name = BUS.ask(&SERVER).and_then(|mut body| server(&mut body)).ok().filter(|name| !name.is_empty())?;
            let stratum = BUS.ask(&LAST_MESSAGE).and_then(|mut body| stratum(&mut body)).ok();
            Some(Source { name: Some(name), stratum, offset_ms: None })
        }
        _ => None,
    }
}

impl Source {
    /// Adds it to the item of the daemon. It moves from server to server: it is shown, and its change is no drift.
    pub(super) fn describe(self, item: &mut Item) {
        item.set("current_source", self.name.filter(|name| oddity::is_readable(name)));
        item.set("stratum", self.stratum.filter(|stratum| (1..NO_STRATUM).contains(stratum)));
        item.set("offset_ms", self.offset_ms.filter(|offset| offset.is_finite()));
    }
}

/// One question and one answer over UDP on loopback.
fn exchange(port: u16, request: &[u8]) -> Result<Vec<u8>> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_read_timeout(Some(TIME_OUT))?;
    socket.connect((Ipv4Addr::LOCALHOST, port))?;
    socket.send(request)?;
    let mut answer = vec![0; CAP_BYTES];
    let length = socket.recv(&mut answer)?;
    answer.truncate(length);
    Ok(answer)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

/// The answer of chronyd: behind a head of 28 bytes the reference, its address (of one of two families), stratum, leap, a time, and
/// offsets in a form of its own.
pub(in crate::section) fn tracking(answer: &[u8]) -> Option<Source> {
    let is_answer = answer.starts_with(&[6, 2]) && short(answer, 6)? == TRACKING_ANSWER && short(answer, 8)? == 0;
    let (reference, family, stratum, leap) =
        (long(answer, 28)?, short(answer, 48)?, short(answer, 52)?, short(answer, 54)?);
    if !is_answer || leap == UNSYNCHRONIZED {
        return None;
    }
    let address = answer.get(32..)?;
    let name = match family {
        1 => address.first_chunk::<4>().map(|bytes| IpAddr::from(*bytes).to_string()),
        2 => address.first_chunk::<16>().map(|bytes| IpAddr::from(Ipv6Addr::from(*bytes)).to_string()),
        _ => clock(reference),
    };
    // How far the clock is from right just now: what is corrected, in seconds.
    let offset_ms = long(answer, 68).map(|offset| float(offset) * 1_000.0);
    Some(Source { name, stratum: Some(u32::from(stratum)), offset_ms })
}

/// The kind of a clock from its reference: four letters, `PPS` or `GPS`.
fn clock(reference: u32) -> Option<String> {
    let letters = reference.to_be_bytes().into_iter().take_while(|byte| *byte != 0).map(char::from);
    let name: String = letters.collect();
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_graphic())).then_some(name)
}

/// chrony's number: seven bits of exponent, twenty-five of coefficient, both with a sign.
fn float(bits: u32) -> f64 {
    let signed = bits.cast_signed();
    let (exponent, coefficient) = (signed >> 25, (signed << 7) >> 7);
    f64::from(coefficient) * f64::from(exponent - 25).exp2()
}

/// The answer of ntpd: `stratum=2, refid=192.0.2.1, offset=-0.02`, milliseconds. What comes with a second datagram is not waited for.
pub(in crate::section) fn variables(answer: &[u8]) -> Option<Source> {
    let is_answer = answer.get(1)? & !FLAGS == READ_ANSWER;
    let text = String::from_utf8_lossy(answer.get(12..)?.get(..usize::from(short(answer, 10)?))?);
    let value = |wanted: &str| {
        let named = text.split(',').filter_map(|part| part.split_once('='));
        named.map(|(name, value)| (name.trim(), value.trim())).find(|(name, _)| *name == wanted).map(|(_, value)| value)
    };
    let stratum = value("stratum")?.parse().ok().filter(|stratum| *stratum < NO_STRATUM && is_answer)?;
    Some(Source {
        name: value("refid").map(str::to_owned),
        stratum: Some(stratum),
        offset_ms: value("offset").and_then(|offset| offset.parse().ok()),
    })
}

/// The name of the server of systemd-timesyncd.
pub(in crate::section) fn server(body: &mut Body) -> Result<String> {
    body.variant("s")?;
    body.text()
}

/// The stratum in its last message, the fourth of its numbers.
pub(in crate::section) fn stratum(body: &mut Body) -> Result<u32> {
    body.variant("(uuuuittayttttbtt)")?;
    body.align(8);
    for _ in 0..3 {
        body.number()?;
    }
    body.number()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::section::bus;
    use crate::section::bus::tests::push_text;

    /// An answer of chronyd 4.3 that follows a server, as it came over the wire.
    fn tracked(family: u16, stratum: u16, leap: u16) -> Vec<u8> {
        let mut answer = vec![6, 2, 0, 0, 0, 33, 0, 5, 0, 0];
        answer.resize(28, 0);
        answer.extend(*b"PPS\0");
        answer.extend([192, 0, 2, 7]);
        answer.resize(48, 0);
        for number in [family, 0, stratum, leap] {
            answer.extend(number.to_be_bytes());
        }
        answer.resize(68, 0);
        // 2^-9 seconds.
        answer.extend(((-7_i32 << 25) | (1 << 23)).to_be_bytes());
        answer.resize(TRACKING_BYTES, 0);
        answer
    }

    /// A source of this name.
    pub(in crate::section::time_sync) fn following(name: &str) -> Source {
        Source { name: Some(name.to_owned()), stratum: Some(2), offset_ms: None }
    }

    #[test]
    fn a_daemon_is_asked_over_loopback_and_one_that_is_not_there_answers_at_once() {
        let daemon = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = daemon.local_addr().unwrap().port();
        let playing = std::thread::spawn(move || {
            let mut request = [0; CAP_BYTES];
            let (length, from) = daemon.recv_from(&mut request).unwrap();
            daemon.send_to(&tracked(1, 3, 0), from).unwrap();
            request[..length].to_vec()
        });
        let answer = exchange(port, &TRACKING).unwrap();
        assert_eq!(tracking(&answer).unwrap().name.as_deref(), Some("192.0.2.7"));
        assert_eq!(playing.join().unwrap(), TRACKING);
        assert_eq!(exchange(port, &TRACKING).unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
    }

    #[test]
    fn chrony_says_whom_it_follows() {
        let told = |source: Option<Source>| {
            let mut item = Item::new("chrony");
            source.unwrap_or_default().describe(&mut item);
            json!(item.attributes)
        };
        assert_eq!(
            told(tracking(&tracked(1, 3, 0))),
            json!({"current_source": "192.0.2.7", "stratum": 3, "offset_ms": 1.953_125})
        );
        assert_eq!(told(tracking(&tracked(2, 1, 0)))["current_source"], json!("c000:207::"));
        assert_eq!(told(tracking(&tracked(0, 1, 0)))["current_source"], json!("PPS"));
        assert_eq!(tracking(&tracked(1, 0, UNSYNCHRONIZED)), None, "it follows nothing");
        assert_eq!((float(0), float((1 << 25) | 0x1ff_ffff)), (0.0, -1.0 / 16_777_216.0));
    }

    #[test]
    fn ntpd_says_whom_it_follows() {
        let answer = |text: &str| {
            let mut bytes = vec![0x16, 0xa2, 0, 1, 6, 0x15, 0, 0, 0, 0];
            bytes.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
            bytes.extend(text.bytes());
            bytes
        };
        let text = "version=\"ntpd ntpsec-1.2.2\", leap=0, stratum=2, refid=192.0.2.9,\r\noffset=-0.25, peer=1\r\n";
        let expected = Source { name: Some("192.0.2.9".into()), stratum: Some(2), offset_ms: Some(-0.25) };
        assert_eq!(variables(&answer(text)), Some(expected));
        assert_eq!(variables(&answer("stratum=16, refid=INIT")), None);
        assert_eq!(variables(&answer(text)[..40]), None, "cut off");
    }

    #[test]
    fn timesyncd_says_whom_it_follows() {
        let mut body = vec![1, b's', 0];
        push_text(&mut body, "time.example");
        let mut read = bus::read_whole(&bus::tests::answer("v", &body), "v").unwrap();
        assert_eq!(server(&mut read).unwrap(), "time.example");
        let mut body = vec![18];
        body.extend(b"(uuuuittayttttbtt)\0");
        body.resize(body.len().next_multiple_of(8), 0);
        for number in [0_u32, 4, 4, 2] {
            body.extend(number.to_le_bytes());
        }
        let mut read = bus::read_whole(&bus::tests::answer("v", &body), "v").unwrap();
        assert_eq!(stratum(&mut read).unwrap(), 2);
        let mut read = bus::read_whole(&bus::tests::answer("v", &body), "v").unwrap();
        assert!(server(&mut read).is_err(), "a value of another type");
    }

    proptest! {
        #[test]
        fn any_answer_is_survived(bytes in proptest::collection::vec(any::<u8>(), 0..160)) {
            let _ = (tracking(&bytes), variables(&bytes));
            let _ = tracking(&[&[6, 2, 0, 0, 0, 33, 0, 5, 0, 0], bytes.as_slice()].concat());
        }
    }
}
