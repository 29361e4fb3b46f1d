//! Addresses: MAC addresses in every form in which they are written, IPv6 addresses that are made of one (EUI-64), and
//! addresses that are routed on the Internet, as text and as the kernel's tables write them.
//!
//! A pseudonym stands for the value, not for its writing: the address in a socket table is that in a configuration file.
//! Addresses of private, local and multicast networks name nobody and stay.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Scrub;

/// `xx:xx:xx:xx:xx:xx`, also with hyphens.
const MAC_LENGTH: usize = 17;
/// The first bytes of port and node names of storage networks, and of InfiniBand: eight pairs or more.
const PAIRS_LENGTH: usize = 23;
/// How often a pseudonym that would be an address of a private network is drawn anew.
const DRAWS: u32 = 16;

fn is_pairs(text: &[u8], separator: u8) -> bool {
    text.iter().enumerate().all(|(i, b)| if i % 3 == 2 { *b == separator } else { b.is_ascii_hexdigit() })
}

/// All zeros, broadcast and multicast name nobody.
fn is_nobody(mac: &str) -> bool {
    let mac = mac.to_ascii_lowercase().replace('-', ":");
    ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e", "33:33"].iter().any(|start| mac.starts_with(start))
}

/// Whether a text is the MAC address of a device, with colons.
pub(super) fn is_mac(text: &str) -> bool {
    text.len() == MAC_LENGTH && is_pairs(text.as_bytes(), b':') && !is_nobody(text)
}

/// What a known MAC address is written as besides: without separators, and in three groups.
pub(super) fn other_forms(mac: &str) -> Vec<String> {
    let bare: String = mac.chars().filter(char::is_ascii_hexdigit).collect();
    let groups: Vec<&str> = [0, 4, 8].iter().filter_map(|at| bare.get(*at..at + 4)).collect();
    vec![groups.join("."), bare]
}

/// Whether an address is routed on the Internet.
fn is_public(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    !(first == 0
        || first >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || is_shared)
}

/// The MAC address in the lower half of an address.
fn mac_inside(address: Ipv6Addr) -> Option<[u8; 6]> {
    let octets = address.octets();
    let (upper, lower) = octets.get(8..)?.split_at_checked(4)?;
    match (<[u8; 4]>::try_from(upper).ok()?, <[u8; 4]>::try_from(lower).ok()?) {
        ([first, second, third, 0xff], [0xfe, rest @ ..]) => {
            let [fourth, fifth, sixth] = rest;
            Some([first ^ 2, second, third, fourth, fifth, sixth])
        }
        _ => None,
    }
}

impl Scrub {
    /// The address that a text begins with, as it may leave the machine, and its length. `are_numbers` says whether four
    /// numbers with dots are an address here and not a version.
    pub(super) fn address(&self, text: &str, are_numbers: bool) -> Option<(usize, String)> {
        let bytes = text.as_bytes();
        if !bytes.first()?.is_ascii_hexdigit() && !text.starts_with("::") {
            return None;
        }
        let ends =
            |length: usize| bytes.get(length).is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b':' | b'-'));
        for separator in [b':', b'-'] {
            let is_mac = bytes.get(..MAC_LENGTH).is_some_and(|text| is_pairs(text, separator));
            if let Some(mac) = text.get(..MAC_LENGTH).filter(|mac| is_mac && ends(MAC_LENGTH) && !is_nobody(mac)) {
                return Some((MAC_LENGTH, self.mac(mac)));
            }
        }
        let is_part = |b: &u8| b.is_ascii_hexdigit() || *b == b':' || *b == b'.';
        let run = bytes.iter().position(|b| !is_part(b)).unwrap_or(bytes.len());
        let next = bytes.get(run);
        let run = text.get(..run)?;
        if run.len() >= PAIRS_LENGTH && is_pairs(run.as_bytes(), b':') {
            return Some((run.len(), self.like(run)));
        }
        // A sentence or a port may follow.
        let run = if run.ends_with("::") { run } else { run.trim_end_matches([':', '.']) };
        if run.contains(':') {
            let with_port = run.parse::<Ipv6Addr>().is_err() && run.contains('.');
            let run = if with_port { run.split(':').next().unwrap_or_default() } else { run };
            return match run.parse::<IpAddr>().ok()? {
                IpAddr::V4(address) if are_numbers => Some((run.len(), self.ipv4(address)?.to_string())),
                IpAddr::V4(_) => None,
                IpAddr::V6(address) => Some((run.len(), self.ipv6(address)?.to_string())),
            };
        }
        // What goes on is a version or a name: `1.2.3.4-5`.
        let goes_on = next.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'+' | b'~' | b'_'));
        let address: Ipv4Addr = run.parse().ok().filter(|_| are_numbers && !goes_on)?;
        Some((run.len(), self.ipv4(address)?.to_string()))
    }

    /// A locally administered address in the same form.
    pub(super) fn mac(&self, text: &str) -> String {
        let digits: Vec<char> = text.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect();
        let pairs: Vec<String> = digits.chunks(2).map(|pair| pair.iter().collect()).collect();
        let new = self.like(&pairs.join(":"));
        let mut new = "02".chars().chain(new.chars().filter(char::is_ascii_hexdigit).skip(2));
        let fill = |old: char| if old.is_ascii_hexdigit() { new.next().unwrap_or('0') } else { old };
        let filled: String = text.chars().map(fill).collect();
        if text.bytes().any(|b| b.is_ascii_uppercase()) { filled.to_ascii_uppercase() } else { filled }
    }

    /// Another public address whose numbers are as long; `None` for one that stays.
    pub(super) fn ipv4(&self, address: Ipv4Addr) -> Option<Ipv4Addr> {
        if !is_public(address) {
            return None;
        }
        let octets = address.octets();
        let draw = |draw: u32| {
            let stream = self.stream(format!("{address} {draw}").as_bytes(), 4);
            let mut new = octets;
            for ((place, old), random) in new.iter_mut().zip(octets).zip(stream) {
                *place = match old {
                    0..10 => random % 10,
                    10..100 => 10 + random % 90,
                    100.. => 100 + random % 124,
                };
            }
            Ipv4Addr::from(new)
        };
        (0..DRAWS).map(draw).find(|new| is_public(*new) && *new != address).or(Some(Ipv4Addr::new(192, 0, 2, 1)))
    }

    /// Another address of the same form; `None` for one that stays.
    pub(super) fn ipv6(&self, address: Ipv6Addr) -> Option<Ipv6Addr> {
        if let Some(inside) = address.to_ipv4_mapped() {
            return Some(self.ipv4(inside)?.to_ipv6_mapped());
        }
        let is_global = address.segments().first().is_some_and(|first| first >> 13 == 1);
        let mac = mac_inside(address);
        if !is_global && mac.is_none() {
            return None;
        }
        let mut new = address.segments();
        if is_global {
            let stream = self.stream(address.to_string().as_bytes(), 16);
            for ((i, place), random) in new.iter_mut().enumerate().zip(stream.chunks_exact(2)) {
                let random = random.iter().fold(0, |number, byte| number << 8 | u16::from(*byte));
                // As many digits as before, and still global.
                *place = match *place {
                    0 => 0,
                    _ if i == 0 => 0x2000 | random & 0x1fff,
                    1..0x10 => 1 + random % 0xf,
                    0x10..0x100 => 0x10 + random % 0xf0,
                    0x100..0x1000 => 0x100 + random % 0xf00,
                    0x1000.. => 0x1000 + random % 0xf000,
                };
            }
        }
        let mut octets = Ipv6Addr::from(new).octets();
        if let Some(mac) = mac {
            let text: Vec<String> = mac.iter().map(|byte| format!("{byte:02x}")).collect();
            let new = self.mac(&text.join(":"));
            let mut new = new.split(':').filter_map(|pair| u8::from_str_radix(pair, 16).ok());
            for at in [8, 9, 10, 13, 14, 15] {
                let byte = new.next().unwrap_or_default();
                octets.get_mut(at).into_iter().for_each(|place| *place = if at == 8 { byte ^ 2 } else { byte });
            }
            octets.get_mut(11..13).into_iter().for_each(|place| place.copy_from_slice(&[0xff, 0xfe]));
        }
        Some(Ipv6Addr::from(octets))
    }

    /// A socket table of `/proc/net`: addresses are words of 32 bits in the order of the machine, in hex.
    pub(super) fn socket_table(&self, text: &str) -> String {
        let scrub_field = |field: &str| -> String {
            let (hex, port) = field.split_once(':').unwrap_or((field, ""));
            match self.kernel_address(hex) {
                Some(new) => format!("{new}:{port}"),
                None => field.to_owned(),
            }
        };
        let scrub_line = |line: &str| {
            let mut fields = line.split(' ').scan(0, |count, field| {
                *count += usize::from(!field.is_empty());
                Some(if !field.is_empty() && matches!(*count, 2 | 3) { scrub_field(field) } else { field.to_owned() })
            });
            let first = fields.next().unwrap_or_default();
            fields.fold(first, |line, field| line + " " + &field)
        };
        text.split_inclusive('\n').map(scrub_line).collect()
    }

    fn kernel_address(&self, hex: &str) -> Option<String> {
        if !matches!(hex.len(), 8 | 32) || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let words: Option<Vec<u32>> =
            (0..hex.len()).step_by(8).map(|at| u32::from_str_radix(hex.get(at..at + 8)?, 16).ok()).collect();
        let octets: Vec<u8> = words?.into_iter().flat_map(u32::to_ne_bytes).collect();
        let new: Vec<u8> = if let Ok(octets) = <[u8; 4]>::try_from(octets.as_slice()) {
            self.ipv4(octets.into())?.octets().to_vec()
        } else {
            self.ipv6(<[u8; 16]>::try_from(octets).ok()?.into())?.octets().to_vec()
        };
        let words = new.chunks_exact(4).filter_map(<[u8]>::first_chunk);
        let words: Vec<String> = words.map(|word| format!("{:08X}", u32::from_ne_bytes(*word))).collect();
        Some(words.concat())
    }
}
