//! What acts by itself acts with the rights of who set it up last (case 77): when that account is disabled or lost the right, it is
//! suspended until somebody who has the right takes it on by saving it.

use super::{Action, Extent, extent};
use crate::account::User;
use crate::text::Phrase;

/// Why what `maker` set up does not act any more; nothing when it does. What came with Muster acts as the collector.
pub fn lacks(maker: &str, account: Option<&User>, action: Action) -> Option<Phrase> {
    if maker.starts_with("system:") {
        return None;
    }
    let Some(user) = account else { return Some(Phrase::new("maker_gone").with("maker", maker)) };
    if user.disabled {
        return Some(Phrase::new("maker_disabled").with("maker", maker));
    }
    let may = matches!(extent(&user.actor(None), action), Ok(Extent::Everything));
    let lost = || Phrase::new("maker_lost").with("maker", maker).term("action", "action", action.as_str());
    (!may).then(lost)
}

#[cfg(test)]
mod tests {
    use muster_shared::Time;
    use muster_shared::id::UserId;

    use super::*;
    use crate::right::{Reach, Role};

    fn user(roles: &[Role]) -> User {
        User {
            id: UserId::from_bytes([1; 16]),
            name: "ann".into(),
            display_name: "Ann".into(),
            roles: roles.to_vec(),
            reaches: crate::right::Reaches::new(),
            password_hash: None,
            locale: None,
            manager: None,
            disabled: false,
            created_at: Time::from_millis(0),
        }
    }

    #[test]
    fn what_acts_by_itself_has_the_rights_of_its_maker_as_they_are_now() {
        let key = |account: Option<&User>| lacks("ann", account, Action::AlertRule).map(|why| why.to_string());
        let may = user(&[Role::CmdbOwner]);
        assert_eq!(key(Some(&may)), None);
        assert!(key(None).unwrap().contains("no account"));
        assert!(key(Some(&User { disabled: true, ..may.clone() })).unwrap().contains("disabled"));
        assert!(key(Some(&user(&[Role::Viewer]))).unwrap().contains("any more"));
        // A role that counts in a part of the organisation gives no right over rules of all of it.
        let mut narrow = may;
        narrow.reaches.insert(Role::CmdbOwner, Reach::default());
        assert!(key(Some(&narrow)).is_some());
        assert_eq!(lacks("system:shipped", None, Action::AlertRule), None);
    }
}
