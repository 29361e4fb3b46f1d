//! Local users and groups.

use muster_model::source::Source;
use muster_shared::report::Item;

use super::value::known;
use super::{Found, Reading};

fn number(text: Option<&str>) -> Option<u64> {
    text?.trim().parse().ok()
}

pub(super) fn users(reading: Reading<'_>) -> Found {
    let mut items = Vec::new();
    for entry in reading.list("local_users") {
        let text = |names: &[&str]| known(entry.text(names));
        let Some(login) = entry.text(&["login"]) else { continue };
        items.push(
            Item::new(login)
                .with("name", login)
                .with("uid", number(entry.text(&["id", "id_user"])))
                .with("gid", number(entry.text(&["gid"])))
                .with("gecos", text(&["name"]))
                .with("home", text(&["home"]))
                .with("shell", text(&["shell"])),
        );
    }
    Found::of(items)
}

pub(super) fn groups(reading: Reading<'_>) -> Found {
    let is_ocs = reading.source == Source::OcsInventory;
    let mut items = Vec::new();
    for entry in reading.list("local_groups") {
        let Some(name) = entry.text(&["name"]) else { continue };
        let mut item = Item::new(name).with("name", name).with("gid", number(entry.text(&["id", "id_group"])));
        // OCS also counts those whose first group it is, and only some of the others: these are no members.
        if !is_ocs {
            let members = entry.all("member").chain(entry.all("members")).flat_map(|text| text.split(','));
            let members: Vec<&str> = members.map(str::trim).filter(|name| !name.is_empty()).collect();
            item.set("members", members);
        }
        items.push(item);
    }
    let found = Found::of(items);
    if is_ocs || found.items.is_empty() {
        found
    } else {
        found.problem("local_groups", "only groups with members are told")
    }
}
