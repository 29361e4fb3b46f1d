//! Sends tickets to another desk: what differs between a ticket and its twin there, one request after the other, each noted when it
//! was taken. A process that dies in between looks for what it made before it makes it again.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use muster_model::bridge::{Desk, Twin, carries, outgoing, shared};
use muster_model::exchange::{Field, Preset, Told};
use muster_model::notification::channel::Channel;
use muster_model::notification::delivery::{Delivery, Outcome};
use muster_model::ticket::{Kind, Ticket};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::Time;
use muster_store::TypedStore;
use reqwest::Method;
use serde_json::{Value, json};

use super::web;
use crate::service::{Call, Service, ServiceError};

/// What a desk was asked came to nothing, now or for good.
type Asked<T> = Result<T, Outcome>;

/// One bridge while it is crossed.
struct Crossing<'a> {
    service: &'a Service,
    channel: &'a Channel,
    desk: Desk,
    preset: Preset,
    url: String,
    /// What stands in the header `Authorization`.
    login: String,
    now: Time,
}

/// A login as a header has it: `user:password`, or a token.
fn authorization(secret: &str) -> String {
    if secret.contains(':') { format!("Basic {}", STANDARD.encode(secret)) } else { format!("Bearer {secret}") }
}

fn never<T>(problem: impl Into<String>) -> Asked<T> {
    Err(Outcome::Never { problem: problem.into() })
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

impl Service {
    /// Brings the twin of a ticket up to date; a ticket without one gets it.
    pub(super) async fn cross(
        &self,
        channel: &Channel,
        delivery: &Delivery,
        (url, secret): (String, Option<String>),
    ) -> Result<Outcome, ServiceError> {
        let taken = |answer: &str| Ok(Outcome::Taken { answer: answer.to_owned() });
        let Some(preset) = channel.kind.desk() else { return taken("no desk") };
        let crossing = Crossing {
            service: self,
            channel,
            desk: channel.desk.as_deref().cloned().unwrap_or_default(),
            preset,
            url: url.trim_end_matches('/').to_owned(),
            login: authorization(&secret.unwrap_or_default()),
            now: self.now(),
        };
        let Some(subject) = delivery.notices.last().map(|notice| notice.subject.clone()) else {
            return taken("nothing");
        };
        if subject == channel.id.to_string() {
            return Ok(crossing.test().await);
        }
        let Some(ticket) = self.store().find::<Ticket>(&subject).await? else { return taken("the ticket is gone") };
        if !carries(ticket.value.kind()) {
            return taken("tickets of this kind stay here");
        }
        crossing.ticket(&ticket.value).await
    }

    /// The twin of a ticket on a bridge.
    pub(in crate::service) async fn find_twin(
        &self,
        channel: &Channel,
        ticket: &Ticket,
    ) -> Result<Option<Versioned<Twin>>, ServiceError> {
        Ok(self.store().find::<Twin>(&format!("{}/{}", channel.id, ticket.id)).await?)
    }
}

impl Crossing<'_> {
    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Asked<Value> {
        let request = web::Question {
            method,
            url: &format!("{}{path}", self.url),
            authorization: &self.login,
            body: body.map(|body| body.to_string().into_bytes()),
        };
        web::ask(self.service.post(), request).await
    }

    /// Asks for something that changes nothing: whether address and login are right.
    async fn test(&self) -> Outcome {
        let path = match self.preset {
            Preset::Jira => "/rest/api/2/myself",
            _ => "/api/now/table/incident?sysparm_limit=1&sysparm_fields=number",
        };
        match self.ask(Method::GET, path, None).await {
            Ok(_) => Outcome::Taken { answer: "address and login are right".to_owned() },
            Err(outcome) => outcome,
        }
    }

    async fn ticket(&self, ticket: &Ticket) -> Result<Outcome, ServiceError> {
        let people = self.service.people().await?;
        let told = self.service.tell_ticket(ticket, &self.channel.name, &people, false).await?;
        let stored = self.service.find_twin(self.channel, ticket).await?;
        let mut twin = match stored {
            Some(stored) => stored,
            None => match self.make(ticket, &told).await {
                Ok(twin) => self.keep(Versioned { value: twin, version: 0 }).await?,
                Err(outcome) => return Ok(outcome),
            },
        };
        match self.tell_fields(&told, &twin.value).await {
            Ok(sent) if sent.is_empty() => {}
            Ok(sent) => {
                twin.value.remote.extend(sent);
                twin = self.keep(twin).await?;
            }
            Err(outcome) => return Ok(outcome),
        }
        let timeline = self.service.timeline(ticket.id).await?;
        for entry in timeline.iter().filter(|entry| entry.seq > twin.value.sent).cloned().collect::<Vec<_>>() {
            if let Some(comment) = outgoing::comment(&entry, &twin.value) {
                let signed = outgoing::signed(&comment, &entry.actor, &ticket.number, entry.seq);
                if let Err(outcome) = self.say(&twin.value, told.kind, &signed).await {
                    return Ok(outcome);
                }
                twin.value.advance(entry.seq);
                twin = self.keep(twin).await?;
            }
        }
        if twin.value.sent < ticket.timeline {
            twin.value.advance(ticket.timeline);
            twin = self.keep(twin).await?;
        }
        Ok(Outcome::Taken { answer: twin.value.external_id })
    }

    /// Notes what the other desk has now.
    async fn keep(&self, twin: Versioned<Twin>) -> Result<Versioned<Twin>, ServiceError> {
        let mut changes = ChangeSet::new();
        let version = twin.version;
        if version == 0 {
            let call = Call::system("bridge");
            let summary = format!("{}: {}", self.channel.name, twin.value.external_id);
            changes.audit.push(call.audit(self.now, "ticket.twin", twin.value.ticket, summary));
        }
        let expected = if version == 0 { Expected::Absent } else { Expected::Version(version) };
        changes.put(twin.value.clone(), expected);
        self.service.commit(changes).await?;
        Ok(Versioned { version: version + 1, ..twin })
    }

    /// Makes the twin of a ticket, or finds the one that was made and of which nobody heard.
    async fn make(&self, ticket: &Ticket, told: &Told) -> Asked<Twin> {
        let found = self.find(ticket, told).await?;
        let is_new = found.is_none();
        let (external_id, remote_id) = match found {
            Some(found) => found,
            None => self.create(ticket, told).await?,
        };
        let url = if self.preset == Preset::Jira {
            format!("{}/browse/{external_id}", self.url)
        } else {
            let table = outgoing::table(told.kind).unwrap_or_default();
            format!("{}/nav_to.do?uri={table}.do?sys_id={remote_id}", self.url)
        };
        let mut twin = Twin {
            channel: self.channel.id,
            ticket: ticket.id,
            external_id,
            remote_id,
            url,
            remote: BTreeMap::new(),
            heard: BTreeMap::new(),
            sent: 0,
            foreign: BTreeSet::new(),
            unknown: BTreeMap::new(),
            at: self.now,
        };
        // What was found may have anything; a new one has what it was made of. Jira makes every issue in its first status.
        if is_new {
            twin.remote = shared(told, self.preset);
            if self.preset == Preset::Jira && told.get(Field::State) != Some(told.kind.first_state().name().as_str()) {
                twin.remote.remove(&Field::State);
            }
        }
        Ok(twin)
    }

    /// The twin that was made before, by the mark that it was made with: what people call it, and its id.
    async fn find(&self, ticket: &Ticket, told: &Told) -> Asked<Option<(String, String)>> {
        if self.preset == Preset::Jira {
            let path =
                format!("/rest/api/2/search?fields=key&maxResults=1&jql=labels%3D%22{}%22", outgoing::label(ticket.id));
            let found = self.ask(Method::GET, &path, None).await?;
            return Ok(text(&found, "/issues/0/key").zip(text(&found, "/issues/0/id")));
        }
        let table = outgoing::table(told.kind).unwrap_or_default();
        let query =
            format!("sysparm_query=correlation_id%3D{}&sysparm_limit=1&sysparm_fields=sys_id,number", ticket.id);
        let found = self.ask(Method::GET, &format!("/api/now/table/{table}?{query}"), None).await?;
        Ok(text(&found, "/result/0/number").zip(text(&found, "/result/0/sys_id")))
    }

    async fn create(&self, ticket: &Ticket, told: &Told) -> Asked<(String, String)> {
        let made = if self.preset == Preset::Jira {
            let body = outgoing::jira_issue(told, &self.desk, ticket.id);
            let made = self.ask(Method::POST, "/rest/api/2/issue", Some(&body)).await?;
            text(&made, "/key").zip(text(&made, "/id"))
        } else {
            let table = outgoing::table(told.kind).unwrap_or_default();
            let mut body = outgoing::servicenow(told, &shared(told, self.preset));
            body.insert("correlation_id".into(), json!(ticket.id));
            body.insert("correlation_display".into(), json!(format!("Muster {}", ticket.number)));
            let path = format!("/api/now/table/{table}?sysparm_input_display_value=true&sysparm_fields=sys_id,number");
            let made = self.ask(Method::POST, &path, Some(&Value::Object(body))).await?;
            text(&made, "/result/number").zip(text(&made, "/result/sys_id"))
        };
        made.map_or_else(|| never("the answer names no new record"), Ok)
    }

    /// Sends what differs; gives what the other desk has then.
    async fn tell_fields(&self, told: &Told, twin: &Twin) -> Asked<BTreeMap<Field, String>> {
        let news = outgoing::news(told, twin, &self.desk, self.preset);
        if news.is_empty() {
            return Ok(news);
        }
        if self.preset != Preset::Jira {
            let table = outgoing::table(told.kind).unwrap_or_default();
            let path = format!(
                "/api/now/table/{table}/{}?sysparm_input_display_value=true&sysparm_fields=sys_id",
                twin.remote_id
            );
            self.ask(Method::PATCH, &path, Some(&Value::Object(outgoing::servicenow(told, &news)))).await?;
            return Ok(news);
        }
        let issue = format!("/rest/api/2/issue/{}", twin.remote_id);
        let body = outgoing::jira_fields(told, &news);
        if !body.is_empty() {
            self.ask(Method::PUT, &issue, Some(&json!({ "fields": body }))).await?;
        }
        if news.contains_key(&Field::State) || news.contains_key(&Field::HoldReason) {
            let offered = self.ask(Method::GET, &format!("{issue}/transitions"), None).await?;
            if let Some(id) = outgoing::jira_transition(told, &offered) {
                let body = json!({"transition": {"id": id}});
                self.ask(Method::POST, &format!("{issue}/transitions"), Some(&body)).await?;
            } else {
                // No step leads there: people there read where it stands here, once.
                let state = told.get(Field::State).unwrap_or_default();
                let said = format!("{state}\n\n{}", outgoing::mark("state", twin.sent));
                self.say(twin, told.kind, &said).await?;
            }
        }
        Ok(news)
    }

    async fn say(&self, twin: &Twin, kind: Kind, said: &str) -> Asked<()> {
        if self.preset == Preset::Jira {
            let path = format!("/rest/api/2/issue/{}/comment", twin.remote_id);
            self.ask(Method::POST, &path, Some(&json!({"body": said}))).await?;
        } else {
            let table = outgoing::table(kind).unwrap_or_default();
            let path = format!("/api/now/table/{table}/{}?sysparm_fields=sys_id", twin.remote_id);
            self.ask(Method::PATCH, &path, Some(&json!({"comments": said}))).await?;
        }
        Ok(())
    }
}
