//! Local accounts. Of a password only its state is told: the hash never leaves the file that it stands in.

use std::collections::BTreeMap;

use muster_shared::{Item, Problem, SectionName};

use super::account::{self, GROUP, GroupLine, PASSWD, UserLine};
use super::{Collector, Privilege, Section};
use crate::redact;
use crate::root::{ReadError, Root};

const SHADOW: &str = "/etc/shadow";

/// What the shadow file says of an account.
struct Shadow {
    state: &'static str,
    changed_on: Option<String>,
    expires_on: Option<String>,
}

pub(super) struct User;

impl Collector for User {
    fn name(&self) -> SectionName {
        SectionName::User
    }

    fn contents(&self) -> &'static str {
        "local accounts: ids, home, shell, groups, whether a password is set (never the hash)"
    }

    fn purpose(&self) -> &'static str {
        "which accounts exist; what joiners, leavers and grants are checked against"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch(
            "whether a password is set, and until when it counts, stands in `/etc/shadow`; without it that is missing",
        )
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        super::paths(&[PASSWD, SHADOW, GROUP])
    }

    fn collect(&self, root: &Root) -> Section {
        let users = match account::read_users(root) {
            Ok(users) => users,
            Err(error) => return Section::unreadable(&error),
        };
        let mut problems: Vec<Problem> = account::broken_lines(root, PASSWD, account::parse_user).into_iter().collect();
        let groups = account::read_groups(root).map_err(|e| problems.push(e.problem())).ok();
        let shadow = match read_shadow(root) {
            Ok(shadow) => Some(shadow),
            Err(error) if error.is_absent() => None,
            Err(error) => {
                problems.push(error.problem());
                None
            }
        };
        let groups = groups.as_deref().map(Groups::of);
        let items = users.iter().map(|user| item(user, groups.as_ref(), shadow.as_ref()));
        Section::of(items.collect(), problems)
    }
}

/// The groups as they are asked for: there may be a hundred thousand of each.
#[derive(Default)]
struct Groups {
    by_gid: BTreeMap<u32, String>,
    by_member: BTreeMap<String, Vec<String>>,
}

impl Groups {
    fn of(lines: &[GroupLine]) -> Self {
        let mut groups = Self::default();
        for line in lines {
            // The first line of a number counts, as for `getgrgid`.
            groups.by_gid.entry(line.gid).or_insert_with(|| line.name.clone());
            for member in &line.members {
                groups.by_member.entry(member.clone()).or_default().push(line.name.clone());
            }
        }
        groups
    }
}

fn item(user: &UserLine, groups: Option<&Groups>, shadow: Option<&BTreeMap<String, Shadow>>) -> Item {
    let mut item = Item::new(&user.name)
        .with("name", user.name.as_str())
        .with("uid", user.uid)
        .with("gid", user.gid)
        .with("gecos", redact::prose(&user.gecos))
        .with("home", user.home.as_str())
        .with("shell", user.shell.as_str());
    if let Some(groups) = groups {
        let primary = groups.by_gid.get(&user.gid).cloned();
        let mut names = groups.by_member.get(&user.name).cloned().unwrap_or_default();
        names.extend(primary.clone());
        names.sort_unstable();
        names.dedup();
        item.set("primary_group", primary);
        item.set("groups", names);
    }
    match shadow.and_then(|lines| lines.get(&user.name)) {
        Some(line) if user.password == "x" => {
            item.set("password_state", line.state);
            item.set("password_changed_on", line.changed_on.clone());
            item.set("expires_on", line.expires_on.clone());
        }
        _ if user.password != "x" => item.set("password_state", password_state(&user.password)),
        _ => {}
    }
    item
}

fn read_shadow(root: &Root) -> Result<BTreeMap<String, Shadow>, ReadError> {
    let mut found = BTreeMap::new();
    for (name, shadow) in root.text_linked(SHADOW)?.lines().filter_map(parse_shadow) {
        // The first line of a name counts, as for `getspnam`.
        found.entry(name).or_insert(shadow);
    }
    Ok(found)
}

fn parse_shadow(line: &str) -> Option<(String, Shadow)> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, password, changed, _, _, _, _, expires, ..] = fields.as_slice() else { return None };
    let shadow =
        Shadow { state: password_state(password), changed_on: day_to_date(changed), expires_on: day_to_date(expires) };
    Some(((*name).to_owned(), shadow))
}

/// Whether one can log in with a password: shadow(5) locks with `!`, and `*` is no hash of anything.
fn password_state(field: &str) -> &'static str {
    match field.chars().next() {
        None => "empty",
        Some('!' | '*') => "locked",
        Some(_) => "set",
    }
}

/// A date from days since 1970-01-01, the form of shadow(5).
/// Day 0 is no day of a change: it asks for a new password at the next login.
fn day_to_date(field: &str) -> Option<String> {
    let days: i64 = field.parse().ok().filter(|days| *days != 0)?;
    let start = jiff::Timestamp::from_second(days.checked_mul(24 * 60 * 60)?).ok()?.to_string();
    start.split_once('T').map(|(date, _)| date.to_owned())
}

#[cfg(test)]
mod tests {
    use muster_shared::SectionStatus;

    use super::*;

    #[test]
    fn the_first_line_of_a_name_counts_and_broken_lines_are_said() {
        let directory = tempfile::tempdir().unwrap();
        let etc = directory.path().join("etc");
        std::fs::create_dir(&etc).unwrap();
        let passwd =
            "backup:x:0:0:evil:/root:/bin/bash\nbackup:x:34:34::/:/usr/sbin/nologin\n# note\n+@admins\nhalf:x\n";
        std::fs::write(etc.join("passwd"), passwd).unwrap();
        std::fs::write(etc.join("shadow"), "backup:$6$x:0:0:99999:7:::\nbackup:*:19000:0:99999:7:::\n").unwrap();
        let section = User.collect(&Root::at(directory.path())).with_own_keys(SectionName::User);
        let uids: Vec<_> =
            section.items.iter().map(|item| (item.key.as_str(), item.attributes["uid"].clone())).collect();
        assert_eq!(uids, [("backup", 0.into()), ("backup#2", 34.into())]);
        assert_eq!(section.items[0].attributes["password_state"], "set");
        let changed = section.items[0].attributes.get("password_changed_on");
        assert!(changed.is_none_or(serde_json::Value::is_null), "day 0 asks for a new password: {changed:?}");
        assert!(section.problems.iter().any(|problem| problem.message.contains("line 5")), "{:?}", section.problems);
    }

    #[test]
    fn states_groups_and_dates_are_told_and_no_hash() {
        let directory = tempfile::tempdir().unwrap();
        let etc = directory.path().join("etc");
        std::fs::create_dir(&etc).unwrap();
        let passwd = "root:x:0:0:root:/root:/bin/bash\nann:x:1000:100:Ann:/home/ann:/bin/zsh\n\
                      old:$1$salt$hash:7:100::/:/bin/sh\nopen::8:100::/:\nbin:*:2:2:bin:/bin:/usr/sbin/nologin\n";
        std::fs::write(etc.join("passwd"), passwd).unwrap();
        std::fs::write(etc.join("group"), "root:x:0:\nusers:x:100:\nsudo:x:27:ann\nadm:x:4:ann,root\n").unwrap();
        let shadow = "root:!:19000:0:99999:7:::\nann:$y$j9T$abc$def:19723:0:99999:7::20000:\n";
        std::fs::write(etc.join("shadow"), shadow).unwrap();

        let section = User.collect(&Root::at(directory.path()));

        assert_eq!(section.status, SectionStatus::Ok);
        let find = |key: &str| section.items.iter().find(|item| item.key == key).unwrap().attributes.clone();
        let state = |key: &str| find(key)["password_state"].clone();
        assert_eq!(
            [state("root"), state("ann"), state("old"), state("open"), state("bin")],
            ["locked", "set", "set", "empty", "locked"]
        );
        let ann = find("ann");
        assert_eq!(ann["groups"], serde_json::json!(["adm", "sudo", "users"]));
        assert_eq!(ann["primary_group"], "users");
        assert_eq!((&ann["password_changed_on"], &ann["expires_on"]), (&"2024-01-01".into(), &"2024-10-04".into()));
        let all = serde_json::to_string(&section).unwrap();
        assert!(!all.contains("$y$") && !all.contains("$1$"), "a hash got out: {all}");
    }

    /// Accounts times groups would be looked at for an hour.
    #[test]
    fn many_accounts_in_many_groups_are_each_looked_at_once() {
        const COUNT: u32 = 60_000;
        let lines: Vec<GroupLine> = (0..COUNT)
            .map(|n| GroupLine { name: format!("g{n}"), gid: n, members: vec![format!("u{}", n % 1000)] })
            .chain([GroupLine { name: "second".to_owned(), gid: 7, members: Vec::new() }])
            .collect();
        let groups = Groups::of(&lines);
        assert_eq!((groups.by_gid.len(), groups.by_member.len()), (COUNT as usize, 1000));
        for n in 0..COUNT {
            let user = account::parse_user(&format!("u{n}:x:{n}:{n}::/:/bin/sh")).unwrap();
            let item = item(&user, Some(&groups), None);
            assert_eq!(item.text("primary_group"), Some(format!("g{n}").as_str()));
            let count = item.attributes["groups"].as_array().unwrap().len();
            assert_eq!(count, if n < 1000 { 60 } else { 1 }, "{n}");
        }
    }
}
