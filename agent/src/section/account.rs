//! The account files, `/etc/passwd` and `/etc/group`, parsed once for everyone who needs them (users, groups, listeners).
//!
//! Lines that are no account (comments, NIS markers `+` and `-`, broken lines) are left out, as the C library does.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_shared::Problem;

use crate::root::{ReadError, Root};

/// Local accounts.
pub(super) const PASSWD: &str = "/etc/passwd";
/// Local groups.
pub(super) const GROUP: &str = "/etc/group";

/// A line of the password file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UserLine {
    pub(super) name: String,
    /// Only ever used to tell empty, shadowed and locked apart.
    pub(super) password: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) gecos: String,
    pub(super) home: String,
    pub(super) shell: String,
}

/// A line of the group file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct GroupLine {
    pub(super) name: String,
    pub(super) gid: u32,
    pub(super) members: Vec<String>,
}

pub(super) fn read_users(root: &Root) -> Result<Vec<UserLine>, ReadError> {
    Ok(root.text_linked(PASSWD)?.lines().filter_map(parse_user).collect())
}

pub(super) fn read_groups(root: &Root) -> Result<Vec<GroupLine>, ReadError> {
    Ok(root.text_linked(GROUP)?.lines().filter_map(parse_group).collect())
}

/// Lines that are meant as entries and are none, as a problem of their file.
pub(super) fn broken_lines<T>(root: &Root, path: &str, parse: fn(&str) -> Option<T>) -> Option<Problem> {
    let text = root.text_linked(path).ok()?;
    let is_broken = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        !line.trim().is_empty() && (name.is_empty() || is_account(name)) && parse(line).is_none()
    };
    let (count, first) = text
        .lines()
        .zip(1..)
        .filter(|(line, _)| is_broken(line))
        .fold((0, 0), |(count, first), (_, n)| (count + 1, if first == 0 { n } else { first }));
    let message = format!("{count} lines are no entries, the first of them is line {first}");
    (count > 0).then(|| Problem { source: path.to_owned(), message })
}

/// Names by uid; the first line of a uid wins, as with `getpwuid`. Empty when the file cannot be read. Those of this inventory, for
/// many ask.
pub(crate) fn user_names(root: &Root) -> Arc<BTreeMap<u32, String>> {
    root.once(read_names)
}

fn read_names(root: &Root) -> BTreeMap<u32, String> {
    let mut names = BTreeMap::new();
    for user in read_users(root).unwrap_or_default() {
        names.entry(user.uid).or_insert(user.name);
    }
    names
}

fn is_account(name: &str) -> bool {
    !name.is_empty() && !name.starts_with(['#', '+', '-'])
}

pub(super) fn parse_user(line: &str) -> Option<UserLine> {
    let mut fields = line.split(':').map(str::to_owned);
    let name = fields.next().filter(|name| is_account(name))?;
    Some(UserLine {
        name,
        password: fields.next()?,
        uid: fields.next()?.parse().ok()?,
        gid: fields.next()?.parse().ok()?,
        gecos: fields.next()?,
        home: fields.next()?,
        shell: fields.next().unwrap_or_default(),
    })
}

pub(super) fn parse_group(line: &str) -> Option<GroupLine> {
    let mut fields = line.split(':');
    let name = fields.next().filter(|name| is_account(name))?.to_owned();
    let gid = fields.nth(1)?.parse().ok()?;
    let members = fields.next().unwrap_or_default();
    let members = members.split(',').map(str::trim).filter(|member| !member.is_empty());
    Some(GroupLine { name, gid, members: members.map(str::to_owned).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_no_account_are_left_out() {
        for line in ["", "# x", "+::::::", "-bad", "x:y", "x:*:abc:0:g:/:/bin/sh", "+@admins::0:0:::"] {
            assert_eq!(parse_user(line), None, "{line}");
        }
        let user = parse_user("ann:x:1000:100:Ann,Room 1:/home/ann:/bin/sh").unwrap();
        assert_eq!((user.name.as_str(), user.uid, user.gecos.as_str()), ("ann", 1000, "Ann,Room 1"));
        assert_eq!(parse_user("sync:*:4:65534::/bin:").unwrap().shell, "");
    }

    #[test]
    fn members_are_split_and_an_empty_list_is_none() {
        assert_eq!(parse_group("adm:x:4:syslog,ann").unwrap().members, ["syslog", "ann"]);
        assert!(parse_group("root:x:0:").unwrap().members.is_empty());
        assert_eq!(parse_group("root:x:no:"), None);
    }
}
