//! Sections' part of the table of foreign bytes (`crate::foreign`): answers of the kernel over netlink, of engines and of
//! systemd over their sockets. Every function gives the size of what it made of the bytes.

use std::collections::BTreeMap;

use muster_shared::Item;
use netlink_packet_core::NetlinkDeserializable;
use netlink_packet_sock_diag::SockDiagMessage;

use super::bus::{self, Body};
use super::engine::api;
use super::firewall::{nft, ruleset};
use super::listener::socket;
use super::netlink::Answers;
use super::rtnetlink::{ADDRESS, LINK, Message, ROUTE};
use super::service::activity;
use super::time_sync::source;
use super::{interface, route};
use crate::foreign::Streams;

/// Name and reader.
pub(crate) const STREAMS: Streams = &[
    ("engine_answer", engine_answer),
    ("netlink_nftables", netlink_nftables),
    ("netlink_route", netlink_route),
    ("netlink_sockets", netlink_sockets),
    ("systemd_answer", systemd_answer),
    ("time_source", time_source),
];

fn size(items: &[Item]) -> usize {
    serde_json::to_vec(items).map_or(0, |json| json.len())
}

fn answers<M: NetlinkDeserializable>(datagram: &[u8]) -> Vec<M> {
    let mut answers = Answers::default();
    drop(answers.take(datagram));
    answers.messages
}

fn engine_answer(bytes: &[u8]) -> usize {
    size(&api::of_answer(bytes))
}

fn netlink_nftables(bytes: &[u8]) -> usize {
    let mut found = nft::Ruleset::default();
    for message in answers::<nft::Message>(bytes) {
        match message.kind {
            0 => found.tables.push(message),
            3 => found.chains.push(message),
            6 => found.rules.push(message),
            9 => {
                found.sets.push(message);
                found.elements.push(Vec::new());
            }
            _ => found.elements.last_mut().into_iter().for_each(|elements| elements.push(message.clone())),
        }
    }
    size(&ruleset::items(&found))
}

fn netlink_route(bytes: &[u8]) -> usize {
    let mut messages: Vec<Message> = answers(bytes);
    let routes = messages.iter().filter(|message| message.tells(ROUTE));
    let mut items: Vec<Item> = routes.filter_map(|found| route::item(found, &BTreeMap::new())).collect();
    let (addresses, others): (Vec<Message>, _) = messages.drain(..).partition(|message| message.tells(ADDRESS));
    let addresses = interface::group(&addresses);
    let links: Vec<Message> = others.into_iter().filter(|message| message.tells(LINK)).collect();
    let names = interface::names_of(&links);
    items.extend(links.iter().filter_map(|link| interface::link::item(link, &names)));
    let told =
        addresses.into_values().map(|(fixed, dynamic)| Item::new("").with("fixed", fixed).with("dynamic", dynamic));
    items.extend(told);
    size(&items)
}

fn netlink_sockets(bytes: &[u8]) -> usize {
    let items = answers(bytes).into_iter().filter_map(|message| match message {
        SockDiagMessage::InetResponse(response) => {
            let (found, remote) = socket::from_response("tcp", &response);
            Some(Item::new(format!("{found:?} {remote:?}")))
        }
        _ => None,
    });
    size(&items.collect::<Vec<_>>())
}

fn time_source(bytes: &[u8]) -> usize {
    let whole = |read: fn(&mut Body) -> std::io::Result<String>| {
        bus::read_whole(bytes, "v").and_then(|mut body| read(&mut body)).map_or(0, |text| text.len())
    };
    let told = [source::tracking(bytes), source::variables(bytes)];
    whole(source::server)
        + whole(|body| source::stratum(body).map(|stratum| stratum.to_string()))
        + told.iter().flatten().map(|source| format!("{source:?}").len()).sum::<usize>()
}

fn systemd_answer(bytes: &[u8]) -> usize {
    activity::of_answer(bytes).iter().map(|unit| format!("{unit:?}").len()).sum()
}
