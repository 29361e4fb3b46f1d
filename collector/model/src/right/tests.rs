//! The table of rights, asked pair by pair; tokens and own things.

use muster_shared::id::{AgentId, UserId};

use super::*;
use muster_shared::Time;

fn user(roles: &[Role], scopes: Option<Vec<Scope>>) -> Actor {
    Actor::User {
        id: UserId::new(Time::from_millis(1)),
        name: "ann".into(),
        roles: roles.to_vec(),
        reaches: Reaches::new(),
        scopes,
    }
}

#[test]
fn every_pair_of_role_and_right_is_as_the_table_says() {
    for role in Role::ALL {
        for action in Action::ALL {
            let allowed = authorize(&user(&[*role], None), *action, Resource::All).is_ok();
            assert_eq!(allowed, holders(*action).contains(role), "{role} {action}");
        }
    }
}

#[test]
fn no_role_and_no_agent_may_do_anything() {
    for action in Action::ALL {
        assert!(authorize(&user(&[], None), *action, Resource::All).is_err());
        let agent = Actor::Agent(AgentId::new(Time::from_millis(1)));
        assert!(authorize(&agent, *action, Resource::All).is_err());
    }
}

#[test]
fn a_token_never_gives_more_than_its_scope_nor_more_than_its_user() {
    let admin = user(&[Administrator], Some(vec![Scope::Read]));
    assert!(authorize(&admin, Action::TicketRead, Resource::All).is_ok());
    let denied = authorize(&admin, Action::TicketCreate, Resource::All).unwrap_err();
    assert!(denied.to_string().contains("scope"), "{denied}");
    let viewer = user(&[Role::Viewer], Some(vec![Scope::All]));
    assert!(authorize(&viewer, Action::TicketCreate, Resource::All).is_err());
}

#[test]
fn own_things_are_only_the_owners() {
    let other = UserId::new(Time::from_millis(2));
    assert!(authorize(&user(&[Administrator], None), Action::SelfManage, Resource::Own(other)).is_err());
}
