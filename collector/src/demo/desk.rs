//! How the people of the demo speak to the collector: by its REST API, each with a token of their own, so that every right, guard and
//! validation counts for them as for anybody. The requests go to the router in this process; nothing listens meanwhile.

use std::collections::HashMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use http_body_util::BodyExt as _;
use muster_model::right::{Actor, Role, Scope};
use muster_shared::ManualClock;
use muster_shared::id::{ApiTokenId, UserId};
use serde_json::Value;
use tower::ServiceExt as _;

use super::DemoError;
use super::people::{ADMIN, PEOPLE};
use crate::app::{Peer, Shared};
use crate::http;
use crate::service::account::NewUser;
use crate::service::{Call, Service};

/// What the making itself does: accounts, tokens, the record of the demo.
pub(super) const MAKER: Call = Call { actor: Actor::System("demo"), via: "command", request_id: None };

/// The name of the tokens by which the demo was made.
const TOKEN_NAME: &str = "demo";

struct Person {
    id: UserId,
    token: ApiTokenId,
    text: String,
}

/// The service desk, as its people reach it.
pub(super) struct Desk {
    router: Router,
    people: HashMap<&'static str, Person>,
}

impl Desk {
    /// The desk with the accounts of all people. None of them has a password: nobody can sign in as one.
    pub(super) async fn open(app: Shared, clock: &ManualClock) -> Result<Self, DemoError> {
        let mut people = HashMap::new();
        for person in PEOPLE {
            // No two of them are born at the same moment: ids sort by birth.
            clock.advance_millis(1_000);
            let new = NewUser {
                name: person.name.into(),
                display_name: Some(person.display_name.into()),
                password: None,
                roles: person.roles.to_vec(),
                reaches: muster_model::right::Reaches::new(),
                manager: None,
            };
            let id = app.service.create_user(&MAKER, new).await?.value.id;
            let (text, token) = Self::token(&app.service, id).await?;
            people.insert(person.name, Person { id, token, text });
        }
        Ok(Self { router: http::people(app), people })
    }

    async fn token(service: &Service, user: UserId) -> Result<(String, ApiTokenId), DemoError> {
        let (text, token) =
            service.create_api_token(&MAKER, user, TOKEN_NAME, vec![Scope::All], super::TOKEN_DAYS).await?;
        Ok((text, token.id))
    }

    /// Somebody's id.
    pub(super) fn id(&self, name: &str) -> Option<UserId> {
        self.people.get(name).map(|person| person.id)
    }

    /// The administrator, who has every seat in which somebody waits: whoever looks at the demo has an inbox with something in it.
    pub(super) async fn admit(&mut self, service: &Service) -> Result<(), DemoError> {
        let new = NewUser {
            name: ADMIN.into(),
            display_name: Some("Administrator".into()),
            password: None,
            roles: vec![Role::Administrator, Role::ServiceOwner, Role::ChangeApprover, Role::AccessReviewer],
            reaches: muster_model::right::Reaches::new(),
            manager: None,
        };
        let id = service.create_user(&MAKER, new).await?.value.id;
        let (text, token) = Self::token(service, id).await?;
        self.people.insert(ADMIN, Person { id, token, text });
        Ok(())
    }

    /// The first of these accounts by name: one of the people who is not `but`, the administrator only when nobody else is.
    pub(super) fn one_of(&self, ids: &[&str], but: &str) -> Option<&'static str> {
        let is_wanted = |person: &Person| ids.contains(&person.id.to_string().as_str());
        let wanted = self.people.iter().filter(|(name, person)| **name != but && is_wanted(person));
        wanted.map(|(name, _)| *name).min_by_key(|name| (*name == ADMIN, *name))
    }

    /// Asks, and gives the answer when the collector did what was asked for.
    pub(super) async fn ask(
        &self,
        who: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, DemoError> {
        let refused = |status: u16, detail: String| DemoError::Refused {
            who: who.to_owned(),
            what: format!("{method} {path} {}", body.map(Value::to_string).unwrap_or_default()),
            status,
            detail,
        };
        let person = self.people.get(who).ok_or_else(|| refused(0, "there is no such person".into()))?;
        let mut request = Request::builder().method(method.clone()).uri(format!("/api/v1{path}"));
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", person.text));
        if method == Method::PATCH || method == Method::PUT {
            request = request.header(header::IF_MATCH, "*");
        }
        let content = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = request.header(header::CONTENT_TYPE, "application/json").body(content);
        let mut request = request.map_err(|error| refused(0, error.to_string()))?;
        request.extensions_mut().insert(Peer(SocketAddr::from(([127, 0, 0, 1], 0))));
        let answer = match self.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let status = answer.status();
        let bytes = answer.into_body().collect().await.map_err(|error| refused(0, error.to_string()))?.to_bytes();
        if !status.is_success() {
            return Err(refused(status.as_u16(), String::from_utf8_lossy(&bytes).into_owned()));
        }
        Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Takes all tokens back: they were for the making alone.
    pub(super) async fn close(self, service: &Service) -> Result<(), DemoError> {
        for person in self.people.values() {
            service.revoke_api_token(&MAKER, person.id, person.token).await?;
        }
        Ok(())
    }
}
