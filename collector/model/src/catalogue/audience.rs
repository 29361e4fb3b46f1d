//! To whom an item of the catalogue is offered (service-desk rules, section 8: visibility).

use std::collections::BTreeSet;

use super::Offer;
use crate::right::{Actor, Reach};

impl Offer {
    /// Whether it is offered to somebody, by roles and by where they are: members of a team, and whose roles count there. A role that
    /// counts everywhere counts in each site and for each service, but makes nobody a member of a team.
    pub fn is_for(&self, actor: &Actor, teams: &BTreeSet<String>) -> bool {
        let Actor::User { roles, reaches, .. } = actor else { return matches!(actor, Actor::System(_)) };
        let by_role = self.visible_to.is_empty() || roles.iter().any(|role| self.visible_to.contains(role));
        let within = &self.visible_within;
        if within.is_empty() || !by_role {
            return by_role;
        }
        let mut own = Reach { teams: teams.clone(), ..Reach::default() };
        for reach in reaches.values() {
            own.join(reach);
        }
        let is_everywhere = roles.iter().any(|role| !reaches.contains_key(role));
        let is_of_place = !within.sites.is_empty() || !within.services.is_empty();
        within.meets(&own) || (is_everywhere && is_of_place)
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::id::UserId;

    use super::*;
    use crate::right::{Reaches, Role};

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn somebody(roles: &[Role], reaches: Reaches) -> Actor {
        let id = UserId::from_bytes([1; 16]);
        Actor::User { id, name: "ann".into(), roles: roles.to_vec(), reaches, scopes: None }
    }

    #[test]
    fn an_item_is_for_roles_and_for_people_of_a_team_a_site_or_a_service() {
        let offer = |visible_to: &[Role], within: Reach| Offer {
            visible_to: visible_to.to_vec(),
            visible_within: within,
            ..Offer::default()
        };
        let everywhere = somebody(&[Role::Requester], Reaches::new());
        let berlin = Reach { sites: set(&["Berlin"]), ..Reach::default() };
        let in_berlin = somebody(&[Role::Requester], Reaches::from([(Role::Requester, berlin.clone())]));
        let paris = Reach { sites: set(&["paris"]), ..Reach::default() };
        let none = BTreeSet::new();
        assert!(offer(&[], Reach::default()).is_for(&in_berlin, &none));
        assert!(!offer(&[Role::Responder], Reach::default()).is_for(&in_berlin, &none));
        assert!(offer(&[], Reach { sites: set(&["berlin"]), ..Reach::default() }).is_for(&in_berlin, &none));
        assert!(!offer(&[], paris.clone()).is_for(&in_berlin, &none));
        assert!(offer(&[], paris).is_for(&everywhere, &none), "a role that counts everywhere counts there");
        let team = Reach { teams: set(&["Linux"]), ..Reach::default() };
        assert!(!offer(&[], team.clone()).is_for(&everywhere, &none), "it makes nobody a member of a team");
        assert!(offer(&[], team.clone()).is_for(&everywhere, &set(&["linux"])));
        assert!(!offer(&[Role::Responder], team).is_for(&everywhere, &set(&["linux"])), "both have to fit");
        let shop = Reach { services: set(&["item_1"]), ..Reach::default() };
        let of_shop = somebody(&[Role::Requester], Reaches::from([(Role::Requester, shop.clone())]));
        assert!(offer(&[], shop.clone()).is_for(&of_shop, &none));
        assert!(!offer(&[], shop).is_for(&in_berlin, &none));
    }
}
