//! Hears what another desk tells of tickets: a signed event becomes edits, transitions and remarks by the use cases that people have,
//! with the rights of the account that delivers it; what is not taken is noted with both words.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::bridge::incoming::{self, Decision, Heard};
use muster_model::bridge::{Desk, Twin, shared, way};
use muster_model::exchange::read::Unknown;
use muster_model::exchange::{Field, Preset, Remark, Told};
use muster_model::notification::channel::Channel;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::edit::{Edit, Opening};
use muster_model::ticket::transition::Fields;
use muster_model::ticket::{self, Details, Entry, FieldChange, StateName, Ticket, TimelineEntry, Visibility};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::Time;
use muster_shared::canonical::Digest;
use muster_shared::id::ChannelId;
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use super::drift::write_ticket;
use super::notification::Signed;
use super::{Call, Service, ServiceError, Wrong, invalid};

/// What an event did.
#[derive(Clone, Debug, Default)]
pub struct Hearing {
    /// The number of our ticket; `None` when it is about none.
    pub ticket: Option<String>,
    /// Whether the ticket was made by this event.
    pub is_new: bool,
    /// Whether the event was heard before.
    pub is_repeated: bool,
    /// Fields that were taken.
    pub taken: Vec<Field>,
    /// Fields that stay as they are here.
    pub disputed: Vec<Field>,
    /// Fields of which something newer was heard before.
    pub stale: Vec<Field>,
    /// What was said in words that are not known here, and what would be one.
    pub unknown: Unknown,
    /// How many remarks are new.
    pub remarks: usize,
}

/// What is known of the bridge that is heard by.
struct Ear<'a> {
    call: &'a Call,
    channel: &'a Channel,
    desk: &'a Desk,
    preset: Preset,
}

/// What the steps to a state may be given: more is not known of the other side.
const KNOWN: &[&str] = &["comment", "reason", "close_code", "close_notes", "cause_item"];

impl Service {
    /// Whether a caller may deliver events of another desk: asked before a body is read.
    pub(crate) fn may_hear(&self, call: &Call) -> Result<(), ServiceError> {
        let _ = self;
        call.authorize(Action::TicketUpdate, Resource::All)
    }

    /// What a ticket is kept alike with on other desks, with the name of each desk.
    pub async fn list_twins(&self, call: &Call, text: &str) -> Result<Vec<(String, Twin)>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        let twins = self.store().all::<Twin>(Scan::exactly(Index::TwinByTicket, &ticket.id.to_string())).await?;
        let mut named = Vec::new();
        for twin in twins.into_iter().map(|stored| stored.value) {
            let channel = self.store().find::<Channel>(&twin.channel.to_string()).await?;
            named.push((channel.map(|channel| channel.value.name).unwrap_or_default(), twin));
        }
        Ok(named)
    }

    /// Hears an event of another desk.
    pub async fn hear_desk(
        &self,
        call: &Call,
        id: ChannelId,
        signed: &Signed,
        body: &[u8],
    ) -> Result<Hearing, ServiceError> {
        self.may_hear(call)?;
        let missing = || ServiceError::NotFound { kind: "channel", id: id.to_string() };
        let channel = self.store().find::<Channel>(&id.to_string()).await?.ok_or_else(missing)?.value;
        let none = || ServiceError::Conflict(Phrase::new("bridge_none").into());
        let preset = channel.kind.desk().filter(|_| channel.is_active).ok_or_else(none)?;
        let desk = channel.desk.as_deref().ok_or_else(none)?;
        let secret = self.open_signing(&channel).map_err(|error| ServiceError::Conflict(error.to_string().into()))?;
        if !signed.holds(&secret, body, self.now()) {
            return Err(invalid("/signature", Phrase::new("bridge_signature")));
        }
        let call = &Call { via: "bridge", ..call.clone() };
        let repetition = signed.id.as_ref().map(|name| (format!("{id}/{name}"), Digest::of(body).to_string()));
        if let Some(number) = self.answered(call, "bridge.event", &repetition).await? {
            return Ok(Hearing {
                ticket: Some(number).filter(|text| text != "-"),
                is_repeated: true,
                ..Hearing::default()
            });
        }
        let event: Value = serde_json::from_slice(body)
            .map_err(|error| invalid("", Phrase::new("import_no_json").with("cause", error.to_string())))?;
        let heard = incoming::parse(preset, desk, &channel.name, &event).map_err(|wrong| {
            let wrong = wrong
                .into_iter()
                .map(|(place, why)| Wrong { pointer: format!("/{}", place.unwrap_or_default()), detail: why.into() });
            ServiceError::Invalid(wrong.collect())
        })?;
        let ear = Ear { call, channel: &channel, desk, preset };
        let Some((twin, is_new)) = self.twin_of(&ear, &heard).await? else {
            let mut changes = ChangeSet::new();
            self.remember(&mut changes, call, "bridge.event", &repetition, &"-");
            self.commit(changes).await?;
            return Ok(Hearing { unknown: heard.unknown, ..Hearing::default() });
        };
        let mut hearing = Box::pin(self.heed(&ear, &heard, twin, repetition)).await?;
        hearing.is_new = is_new;
        Ok(hearing)
    }

    /// The twin that an event is about; it is made where the bridge takes new tickets.
    async fn twin_of(&self, ear: &Ear<'_>, heard: &Heard) -> Result<Option<(Versioned<Twin>, bool)>, ServiceError> {
        let external_id = heard.told.external_id();
        let scan = Scan::index(Index::TwinByExternal, format!("{}/{external_id}", ear.channel.id));
        let known = self.store().all::<Twin>(scan).await?;
        let is_it = |stored: &Versioned<Twin>| {
            stored.value.channel == ear.channel.id && stored.value.external_id == external_id
        };
        if let Some(known) = known.into_iter().find(is_it) {
            return Ok(Some((known, false)));
        }
        if !ear.desk.takes_new {
            return Ok(None);
        }
        let told = &heard.told;
        let level = |field: Field| told.get(field).and_then(|text| text.parse().ok()).unwrap_or(3);
        let opening = Opening {
            details: Details::empty(told.kind),
            title: told.get(Field::Title).unwrap_or_default().chars().take(200).collect::<String>().into(),
            description: told.get(Field::Description).unwrap_or_default().to_owned().into(),
            impact: level(Field::Impact),
            urgency: level(Field::Urgency),
            ..Opening::incident(String::new().into(), ticket::Channel::Api)
        };
        // The same event twice makes one ticket, also when the first one died on the way.
        let key = (format!("{}/{external_id}", ear.channel.id), external_id.to_owned());
        let ticket = self.create_ticket(ear.call, opening, Some(key)).await?.value;
        let is = self.tell_ticket(&ticket, &ear.channel.name, &self.people().await?, true).await?;
        let twin = Twin {
            channel: ear.channel.id,
            ticket: ticket.id,
            external_id: external_id.to_owned(),
            remote_id: heard.remote_id.clone(),
            url: told.get(Field::Url).unwrap_or_default().to_owned(),
            remote: shared(&is, ear.preset),
            // What came with the first word is not undone by an older one that comes later.
            heard: shared(told, ear.preset)
                .into_keys()
                .filter(|field| told.get(*field).is_some())
                .map(|field| (field, heard.at))
                .collect(),
            sent: ticket.timeline,
            foreign: BTreeSet::new(),
            unknown: BTreeMap::new(),
            at: self.now(),
        };
        let mut changes = ChangeSet::new();
        let summary = format!("{}: {external_id}", ear.channel.name);
        changes.audit.push(ear.call.audit(self.now(), "ticket.twin", ticket.id, summary));
        changes.create(twin.clone());
        self.commit(changes).await?;
        Ok(Some((Versioned { value: twin, version: 1 }, true)))
    }

    /// Takes what is to be taken of an event, and notes the rest.
    async fn heed(
        &self,
        ear: &Ear<'_>,
        heard: &Heard,
        twin: Versioned<Twin>,
        repetition: Option<(String, String)>,
    ) -> Result<Hearing, ServiceError> {
        let key = twin.value.ticket.to_string();
        let before = self.get_ticket(ear.call, &key).await?.value;
        let timeline = self.timeline(before.id).await?;
        let is = self.tell_ticket(&before, &ear.channel.name, &self.people().await?, true).await?;
        let mut decision = incoming::decide(heard, &is, &twin.value, (ear.desk, ear.preset), &timeline);
        let edit = edit_of(&decision, &is, &ear.channel.name);
        if edit != Edit::default() {
            match self.edit_ticket(ear.call, &key, edit, None).await {
                Ok(_) => {}
                // What stands against it here is no fault of the event: a ticket that is over keeps its fields.
                Err(ServiceError::Conflict(_) | ServiceError::Invalid(_)) => dispute(&mut decision, &is),
                Err(other) => return Err(other),
            }
        }
        self.follow(ear, heard, &is, &mut decision, &key).await?;
        let after = self.get_ticket(ear.call, &key).await?.value;
        let made = before.timeline + 1..=after.timeline;
        let (decision, made, twin, repetition, is) = (&decision, &made, &twin, &repetition, &is);
        self.decide(|| async move {
            let (mut changes, now) = (ChangeSet::new(), self.now());
            let mut ticket = self.get_ticket(ear.call, &key_of(&twin.value)).await?;
            let known = self.timeline(ticket.value.id).await?;
            let remarks = incoming::unheard(heard, &known);
            let mut twin = self
                .store()
                .find::<Twin>(&format!("{}/{}", twin.value.channel, twin.value.ticket))
                .await?
                .unwrap_or_else(|| twin.clone());
            let unheard_of = incoming::unheard_of(heard, &twin.value);
            let disputed = disputed(decision, &unheard_of, is);
            let entries = noted(&mut ticket.value, ear, &remarks, disputed, now);
            for (field, value) in unheard_of {
                twin.value.unknown.entry(field).or_default().insert(value);
            }
            twin.value.foreign.extend(made.clone().chain(entries.iter().map(|entry| entry.seq)));
            let theirs = shared(&heard.told, ear.preset);
            for field in decision.take.keys().chain(decision.disputed.keys()) {
                twin.value.remote.insert(*field, theirs.get(field).cloned().unwrap_or_default());
                twin.value.heard.insert(*field, heard.at);
            }
            let hearing = Hearing {
                ticket: Some(ticket.value.number.clone()),
                taken: decision.take.keys().copied().collect(),
                disputed: decision.disputed.keys().copied().collect(),
                stale: decision.stale.clone(),
                unknown: heard.unknown.clone(),
                remarks: remarks.len(),
                ..Hearing::default()
            };
            if !entries.is_empty() {
                let summary = format!("{}: {}", ticket.value.number, twin.value.external_id);
                changes.audit.push(ear.call.audit(now, "ticket.heard", ticket.value.id, summary));
                for entry in entries {
                    changes.create(entry);
                }
                write_ticket(&mut changes, ticket.clone());
            }
            self.remember(&mut changes, ear.call, "bridge.event", repetition, &ticket.value.number);
            let expected = Expected::Version(twin.version);
            changes.put(twin.value, expected);
            Ok((changes, hearing))
        })
        .await
    }

    /// Brings a ticket to where the other desk says it stands, by the events that lead there; where none do, it stays and that is noted.
    async fn follow(
        &self,
        ear: &Ear<'_>,
        heard: &Heard,
        is: &Told,
        decision: &mut Decision,
        key: &str,
    ) -> Result<(), ServiceError> {
        let Some(wanted) =
            decision.take.get(&Field::State).filter(|wanted| is.get(Field::State) != Some(wanted)).cloned()
        else {
            return Ok(());
        };
        let ticket = self.get_ticket(ear.call, key).await?.value;
        let to = StateName::ALL.iter().copied().find(|name| name.as_str() == wanted);
        let steps = to.and_then(|to| way(&ticket, to, KNOWN));
        let mut is_there = steps.is_some();
        for row in steps.unwrap_or_default() {
            let told = |field: Field| heard.told.get(field).map(str::to_owned);
            let says = Phrase::new("bridge_says").with("desk", ear.channel.name.as_str());
            let fields = Fields {
                reason: if row.to == StateName::OnHold { told(Field::HoldReason) } else { told(Field::CloseCode) },
                close_code: told(Field::CloseCode),
                close_notes: told(Field::CloseNotes),
                cause_item: Some("none".to_owned()),
                said: told(Field::CloseNotes).is_none().then(|| says.into()),
                ..Fields::default()
            };
            match Box::pin(self.transition_ticket(ear.call, key, row.event, fields, None)).await {
                Ok(_) => {}
                // What stands against it here is no fault of the event.
                Err(ServiceError::Transition(_) | ServiceError::Conflict(_) | ServiceError::Invalid(_)) => {
                    is_there = false;
                    break;
                }
                Err(other) => return Err(other),
            }
        }
        if !is_there {
            decision.take.remove(&Field::State);
            let now = self.get_ticket(ear.call, key).await?.value.state.name().as_str().to_owned();
            decision.disputed.insert(Field::State, (wanted, now));
        }
        Ok(())
    }
}

fn key_of(twin: &Twin) -> String {
    twin.ticket.to_string()
}

/// The fields that were to be edited stay as they are.
fn dispute(decision: &mut Decision, is: &Told) {
    for field in [Field::Title, Field::Description, Field::Impact, Field::Urgency, Field::Priority] {
        if let Some(theirs) = decision.take.remove(&field) {
            decision.disputed.insert(field, (theirs, is.get(field).unwrap_or_default().to_owned()));
        }
    }
}

/// The fields that are edited as such.
fn edit_of(decision: &Decision, is: &Told, desk: &str) -> Edit {
    let news = |field: Field| decision.take.get(&field).filter(|text| is.get(field) != Some(text)).cloned();
    let level = |field: Field| news(field).and_then(|text| text.parse().ok());
    let priority = level(Field::Priority);
    Edit {
        title: news(Field::Title).map(|title| title.chars().take(200).collect()),
        description: news(Field::Description),
        impact: level(Field::Impact),
        urgency: level(Field::Urgency),
        priority,
        override_reason: priority.map(|_| desk.to_owned()),
        ..Edit::default()
    }
}

/// What is said there and stays otherwise here: the word of the other side does not count, or is none that is known.
fn disputed(decision: &Decision, unheard_of: &BTreeMap<Field, String>, is: &Told) -> Vec<FieldChange> {
    let change = |field: &Field, theirs: &str, ours: &str| FieldChange {
        field: field.as_str().to_owned(),
        from: theirs.to_owned(),
        to: ours.to_owned(),
    };
    let known = decision.disputed.iter().map(|(field, (theirs, ours))| change(field, theirs, ours));
    let unknown = unheard_of.iter().map(|(field, theirs)| change(field, theirs, is.get(*field).unwrap_or_default()));
    known.chain(unknown).collect()
}

/// The entries of what was said there, and of what was not taken.
fn noted(
    ticket: &mut Ticket,
    ear: &Ear<'_>,
    remarks: &[&Remark],
    disputed: Vec<FieldChange>,
    now: Time,
) -> Vec<TimelineEntry> {
    let from = || Some(ear.channel.name.clone());
    let mut entries = Vec::new();
    for remark in remarks {
        let visibility = if remark.is_internal { Visibility::Internal } else { Visibility::Public };
        let by = if remark.by.is_empty() { ear.channel.name.as_str() } else { remark.by.as_str() };
        let entry =
            ticket.note(remark.at, by, Entry::Comment { text: remark.text.clone(), visibility, is_asker: false });
        entries.push(TimelineEntry { imported_from: from(), ..entry });
    }
    if !disputed.is_empty() {
        let entry = ticket.note(now, &ear.channel.name, Entry::Disputed { fields: disputed });
        entries.push(TimelineEntry { imported_from: from(), ..entry });
    }
    entries
}
