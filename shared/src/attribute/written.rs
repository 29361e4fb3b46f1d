//! Names of attributes that hosts choose themselves, as far as their manuals know them: what people may demand of them.

use crate::section::SectionName;

/// Names that files of a host give to attributes of an open class, of which people may demand something: pwquality.conf(5) and
/// faillock.conf(5). An agent tells others as well; a demand on such a name is taken for a slip.
pub(super) const WRITTEN: &[(SectionName, &str)] = &[
    (
        SectionName::LoginPolicy,
        "badwords dcredit dictcheck dictpath difok enforce_for_root enforcing gecoscheck lcredit",
    ),
    (
        SectionName::LoginPolicy,
        "local_users_only maxclassrepeat maxrepeat maxsequence minclass minlen ocredit retry ucredit",
    ),
    (
        SectionName::LoginPolicy,
        "usercheck usersubstr admin_group audit deny dir even_deny_root fail_interval no_log_info",
    ),
    (SectionName::LoginPolicy, "nodelay root_unlock_time silent unlock_time"),
];
