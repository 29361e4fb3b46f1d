//! Access that comes with an item of the catalogue: what a request for it opens an access ticket with, when its fulfilment begins.
//! The votes on access stay as they are: the item asks, it lets nobody in.

use muster_shared::Time;
use muster_shared::id::{HostId, NodeId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FieldType, FormSchema, Refused, refused};
use crate::text::Phrase;
use crate::ticket::access::{Entitlement, LONGEST_PRIVILEGED_MS, Terms, is_account_name, is_privileged};

/// A day.
const DAY_MS: i64 = 86_400_000;
/// The longest that access from the catalogue lasts, in days.
const MOST_DAYS: u32 = 3_660;
/// The longest name of an account, in characters.
const LONGEST_ACCOUNT: u64 = 64;

/// What a request asks access to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessGrant {
    /// What it allows.
    pub entitlement: Entitlement,
    /// Which group, for the entitlement `group`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// On which hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostId>,
    /// To which service or item: on the hosts that serve it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<NodeId>,
    /// The field of the form that names the account; without it the account has the requester's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// For how many days; without it for good, which privileged access never is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

impl AccessGrant {
    /// Whether it can be asked for with a form.
    pub(super) fn check(&self, form: &FormSchema) -> Result<(), Refused> {
        let needs_group = self.entitlement == Entitlement::Group;
        let group = self.group.as_deref().map(str::trim).filter(|group| !group.is_empty());
        if needs_group != group.is_some() {
            let key = if needs_group { "is_needed" } else { "grant_no_group" };
            return Err(refused("/access_grant/group", Phrase::new(key)));
        }
        if self.hosts.is_empty() && self.resource.is_none() {
            return Err(refused("/access_grant/hosts", Phrase::new("is_needed")));
        }
        let most = if is_privileged(self.entitlement, None, group) {
            u32::try_from(LONGEST_PRIVILEGED_MS / DAY_MS).unwrap_or(MOST_DAYS)
        } else {
            MOST_DAYS
        };
        let is_endless = self.days.is_none() && most < MOST_DAYS;
        if is_endless || self.days.is_some_and(|days| !(1..=most).contains(&days)) {
            let why = Phrase::new("number_from_to").with("min", "1").with("max", most.to_string());
            return Err(refused("/access_grant/days", why));
        }
        let Some(name) = &self.account else { return Ok(()) };
        let fits = form.properties.get(name).is_some_and(|field| {
            let is_short = field.max_length.is_some_and(|most| most <= LONGEST_ACCOUNT) || !field.r#enum.is_empty();
            field.r#type == FieldType::String && field.format.is_none() && is_short && form.required.contains(name)
        });
        if fits { Ok(()) } else { Err(refused("/access_grant/account", Phrase::new("grant_account"))) }
    }

    /// Why answers name no account that there can be; the check of the form says what is missing.
    pub fn wrong_account(&self, answers: &Value) -> Option<Refused> {
        let field = self.account.as_ref()?;
        let name = answers.get(field)?.as_str()?.trim();
        let is_wrong = !is_account_name(name);
        is_wrong.then(|| refused(format!("/answers/{field}"), Phrase::new("account_form")))
    }

    /// What is asked for with some answers by somebody of a name.
    pub fn terms(&self, answers: &Value, requester: &str, reason: String, now: Time) -> Terms {
        let answered = self.account.as_ref().and_then(|field| answers.get(field)).and_then(Value::as_str);
        Terms {
            account: Some(answered.unwrap_or(requester).trim().to_owned()),
            entitlement: self.entitlement,
            group: self.group.clone(),
            hosts: self.hosts.clone(),
            resource: self.resource,
            question: None,
            reason: Some(reason),
            valid_from: None,
            valid_to: self.days.map(|days| now.plus_millis(i64::from(days) * DAY_MS)),
            exception: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form() -> FormSchema {
        let form = json!({"type": "object", "required": ["who", "why"], "properties": {
            "who": {"type": "string", "maxLength": 32}, "why": {"type": "string"}, "n": {"type": "integer"},
        }});
        FormSchema::read(&form).unwrap()
    }

    fn grant() -> AccessGrant {
        AccessGrant { hosts: vec![HostId::from_bytes([1; 16])], ..AccessGrant::default() }
    }

    fn pointer(grant: &AccessGrant) -> String {
        grant.check(&form()).map_or_else(|wrong| wrong.pointer, |()| String::new())
    }

    #[test]
    fn what_cannot_be_asked_for_is_refused_with_its_place() {
        assert_eq!(pointer(&grant()), "");
        assert_eq!(pointer(&AccessGrant { hosts: Vec::new(), ..grant() }), "/access_grant/hosts");
        assert_eq!(pointer(&AccessGrant { group: Some("dev".into()), ..grant() }), "/access_grant/group");
        let group = AccessGrant { entitlement: Entitlement::Group, ..grant() };
        assert_eq!(pointer(&group), "/access_grant/group");
        assert_eq!(pointer(&AccessGrant { group: Some("dev".into()), ..group.clone() }), "");
        let sudo = AccessGrant { entitlement: Entitlement::Sudo, ..grant() };
        for (days, is_fit) in [(None, false), (Some(0), false), (Some(90), true), (Some(91), false)] {
            assert_eq!(pointer(&AccessGrant { days, ..sudo.clone() }).is_empty(), is_fit, "{days:?}");
        }
        for (field, is_fit) in [("who", true), ("why", false), ("n", false), ("other", false)] {
            assert_eq!(pointer(&AccessGrant { account: Some(field.into()), ..grant() }).is_empty(), is_fit, "{field}");
        }
    }

    #[test]
    fn the_account_is_the_answer_or_the_requester_and_it_ends_after_its_days() {
        let now = Time::from_millis(1_000);
        let own = grant().terms(&json!({"who": "eve"}), "ann", "REQ-000001".into(), now);
        assert_eq!((own.account.as_deref(), own.valid_to), (Some("ann"), None));
        let named = AccessGrant { account: Some("who".into()), days: Some(2), ..grant() };
        let terms = named.terms(&json!({"who": " bob "}), "ann", "REQ-000001".into(), now);
        assert_eq!((terms.account.as_deref(), terms.valid_to), (Some("bob"), Some(now.plus_millis(2 * DAY_MS))));
        assert_eq!(named.wrong_account(&json!({"who": " bob "})), None);
        let wrong = named.wrong_account(&json!({"who": "bob; rm"})).unwrap();
        assert_eq!(wrong.pointer, "/answers/who");
        assert_eq!(grant().wrong_account(&json!({"who": "bob; rm"})), None, "there the account is the requester's");
    }
}
