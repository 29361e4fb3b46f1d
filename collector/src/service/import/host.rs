//! Rows about hosts and their items: what the file tells is one source's word among others, what people say of a host is said as
//! by them.

use std::collections::BTreeMap;
use std::pin::Pin;

use futures_util::{StreamExt, TryStreamExt, stream};
use muster_model::class::check_values;
use muster_model::declared::{Declared, Edit};
use muster_model::host::Host;
use muster_model::identification::{Identifier, identifiers_in};
use muster_model::import::mapping::{Target, single_key};
use muster_model::import::row::{Entry, HostEntry, ItemEntry, People};
use muster_model::import::{Note, NoteKind, Outcome, Recognition, Sample};
use muster_model::source::Source;
use muster_model::source::told::{self, Absent, Part};
use muster_model::text::{Phrase, Word};
use muster_shared::canonical::Digest;
use muster_shared::diff::ItemMap;
use muster_shared::id::{HostId, ItemId, NodeId};
use muster_shared::{Attributes, Problem, SectionName};
use muster_store::TypedStore;
use serde_json::{Value, json};

use super::Ended;
use super::job::{Items, Prepared};
use crate::service::host::{HostEdit, SaidOf, Unheard};
use crate::service::source::{About, Manner, Overruled, Report, Told};
use crate::service::{Call, Service, ServiceError};

/// Hosts that are told of at the same time.
const AT_ONCE: usize = 16;

/// Rows that are about to be told, by their places.
type Telling<'a> = Pin<Box<dyn Future<Output = Result<Vec<(usize, Ended)>, ServiceError>> + Send + 'a>>;

/// Rows about one host.
struct Group<'a> {
    rows: Vec<(usize, &'a Prepared, &'a Entry)>,
}

impl Service {
    /// What rows tell of hosts.
    pub(super) async fn tell_rows(
        &self,
        call: &Call,
        job: &Items,
        rows: &[Prepared],
        is_dry: bool,
    ) -> Result<Vec<Ended>, ServiceError> {
        let mut ended: BTreeMap<usize, Ended> = BTreeMap::new();
        let mut groups: BTreeMap<(usize, String), Group<'_>> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            match &row.entry {
                Err(wrong) => drop(ended.insert(place, row.broken(wrong))),
                Ok(entry) => {
                    // Items of one host are told together; each row about a host stands alone.
                    let key = match entry {
                        Entry::Item(item) => (0, item.host.to_lowercase()),
                        Entry::Host(_) | Entry::Declared(_) | Entry::Relation(_) | Entry::Ticket(_) => {
                            (place + 1, String::new())
                        }
                    };
                    groups.entry(key).or_insert_with(|| Group { rows: Vec::new() }).rows.push((place, row, entry));
                }
            }
        }
        let told: Vec<Telling<'_>> = groups
            .into_values()
            .map(|group| -> Telling<'_> { Box::pin(self.tell_group(call, job, group, is_dry)) })
            .collect();
        let told = stream::iter(told).buffer_unordered(AT_ONCE);
        ended.extend(told.try_collect::<Vec<_>>().await?.into_iter().flatten());
        Ok(ended.into_values().collect())
    }

    async fn tell_group(
        &self,
        call: &Call,
        job: &Items,
        group: Group<'_>,
        is_dry: bool,
    ) -> Result<Vec<(usize, Ended)>, ServiceError> {
        if let [(place, row, Entry::Host(entry))] = group.rows.as_slice() {
            let ended = match self.tell_host(call, job, (row, entry), is_dry).await {
                Ok(ended) => ended,
                Err(error) => row.not_taken(job, error)?,
            };
            return Ok(vec![(*place, ended)]);
        }
        let items: Vec<(usize, &Prepared, &ItemEntry)> = group
            .rows
            .iter()
            .filter_map(|(place, row, entry)| match entry {
                Entry::Item(item) => Some((*place, *row, &**item)),
                Entry::Host(_) | Entry::Declared(_) | Entry::Relation(_) | Entry::Ticket(_) => None,
            })
            .collect();
        self.tell_items(call, job, &items, is_dry).await
    }

    /// One row about a host.
    async fn tell_host(
        &self,
        call: &Call,
        job: &Items,
        (row, entry): (&Prepared, &HostEntry),
        is_dry: bool,
    ) -> Result<Ended, ServiceError> {
        let wrong = check_values(&job.class, &entry.own);
        if !wrong.is_empty() {
            return Ok(row.violating(job, wrong));
        }
        let known = match (entry.id, job.order.plan.recognise_by, &entry.name) {
            (Some(id), ..) => Some(self.true_host(id).await?.value),
            (None, Recognition::Name, Some(name)) => match self.hosts_named(name).await?.as_slice() {
                [] => None,
                [host] => Some(host.clone()),
                several => {
                    let hosts = Word::list(several.iter().take(5).map(|host| host.id));
                    let column = job.mapping.column_at("/name").map(str::to_owned);
                    return Ok(row.conflict(column, Phrase::new("import_many_hosts").with("hosts", hosts)));
                }
            },
            (None, ..) => None,
        };
        let says_nothing = entry.facts.is_empty() && entry.identifiers.is_empty() && entry.external_id.is_none();
        let is_renamed = |host: &Host| entry.name.as_ref().is_some_and(|name| *name != host.name);
        let mut ended = row.end(Outcome::Unchanged);
        let mut sample =
            Sample { row: row.row, line: row.line, name: String::new(), is_new: false, fields: BTreeMap::new() };
        let host = match known {
            Some(host) if says_nothing && !is_renamed(&host) => {
                sample.name.clone_from(&host.name);
                Some(host)
            }
            known => {
                let report = report_of_host(entry, known.as_ref());
                let told = self.told(call, &report, is_dry).await?;
                ended = Ended { notes: notes_of(row, job, &told.overruled), ..row.end(told.outcome) };
                sample.is_new = told.outcome == Outcome::Created;
                sample.name = told.name;
                sample.fields = told.changes.into_iter().map(|(at, change)| (plain(&at), change)).collect();
                self.store().find::<Host>(&told.host.to_string()).await?.map(|stored| stored.value)
            }
        };
        let (said, unheard) = self.say_of_host(call, host.as_ref(), entry, &job.order.reason, is_dry).await?;
        ended.notes.extend(unheard.iter().map(|one| note_of_unheard(row, job, one)));
        if !said.is_empty() && ended.outcome == Outcome::Unchanged {
            ended.outcome = Outcome::Updated;
        }
        sample.fields.extend(said);
        let is_changed = matches!(ended.outcome, Outcome::Created | Outcome::Updated);
        ended.sample = is_changed.then_some(sample);
        Ok(ended)
    }

    async fn told(&self, call: &Call, report: &Report, is_dry: bool) -> Result<Told, ServiceError> {
        let parts: Vec<_> = report.telling.sections.iter().map(|(name, part)| (name, &part.items)).collect();
        let words = serde_json::to_vec(&json!([report.telling.device_id, report.name, parts])).unwrap_or_default();
        self.tell(call, report, Digest::of(&words), &Manner { is_dry, repetition: None }).await
    }

    /// Says something of a host, and gives what was different, and what does not count. Without a host it is one that a dry run would
    /// make.
    async fn say_of_host(
        &self,
        call: &Call,
        host: Option<&Host>,
        entry: &HostEntry,
        reason: &str,
        is_dry: bool,
    ) -> Result<(BTreeMap<String, (Value, Value)>, Vec<Unheard>), ServiceError> {
        let People { owner, site, criticality, lifecycle } = entry.people.clone();
        let edit = HostEdit { owner, site, criticality, lifecycle };
        let mut said = match host {
            None => SaidOf { changes: edit.first(), overruled: Vec::new() },
            Some(_) if edit.is_empty() => SaidOf::default(),
            Some(host) => self.say_of(call, host.id, &edit, (reason, None, is_dry)).await?,
        };
        let node = host.map(|host| NodeId::Host(host.id));
        said.changes.extend(self.declare_of(call, node, &entry.own, reason, is_dry).await?);
        Ok((said.changes, said.overruled))
    }

    /// Changes attributes that owners added to what is discovered, and gives what was different.
    async fn declare_of(
        &self,
        call: &Call,
        node: Option<NodeId>,
        own: &Attributes,
        reason: &str,
        is_dry: bool,
    ) -> Result<BTreeMap<String, (Value, Value)>, ServiceError> {
        if own.is_empty() {
            return Ok(BTreeMap::new());
        }
        let known = match node {
            Some(node) => self.store().find::<Declared>(&node.to_string()).await?,
            None => None,
        };
        let before = |name: &String| known.as_ref().and_then(|stored| stored.value.attributes.get(name).cloned());
        let changed = own.iter().map(|(name, value)| (name.clone(), (before(name).unwrap_or_default(), value.clone())));
        let changed: BTreeMap<_, _> = changed.filter(|(_, (before, after))| before != after).collect();
        if let (Some(node), false, false) = (node, is_dry, changed.is_empty()) {
            let edit = Edit { attributes: own.clone(), ..Edit::default() };
            self.edit_declared(call, node, edit, reason, None).await?;
        }
        Ok(changed)
    }

    /// The rows about items of one host.
    async fn tell_items(
        &self,
        call: &Call,
        job: &Items,
        rows: &[(usize, &Prepared, &ItemEntry)],
        is_dry: bool,
    ) -> Result<Vec<(usize, Ended)>, ServiceError> {
        let Some((_, _, first)) = rows.first() else { return Ok(Vec::new()) };
        let all = |end: &dyn Fn(&Prepared) -> Ended| rows.iter().map(|(place, row, _)| (*place, end(row))).collect();
        let column = || job.mapping.column(|target| *target == Target::Host).map(str::to_owned);
        let found = match first.host.parse::<HostId>() {
            Ok(id) => {
                self.store().find::<Host>(&id.to_string()).await?.map(|stored| stored.value).into_iter().collect()
            }
            Err(_) => self.hosts_named(&first.host).await?,
        };
        let host = match found.as_slice() {
            [host] => host,
            [] => {
                let why = Phrase::new("import_no_host").with("host", first.host.as_str());
                return Ok(all(&|row| row.refused(column(), why.clone())));
            }
            several => {
                let hosts = Word::list(several.iter().take(5).map(|host| host.id));
                let why = Phrase::new("import_many_hosts").with("hosts", hosts);
                return Ok(all(&|row| row.conflict(column(), why.clone())));
            }
        };
        let section = first.section;
        let items = rows.iter().map(|(_, _, item)| (item.key.clone(), item.attributes.clone())).collect();
        let report = report_of_items(host, section, items);
        let told = match self.told(call, &report, is_dry).await {
            Ok(told) => told,
            Err(error) => {
                let text = error.text();
                let (_, row, _) = rows.first().ok_or_else(|| ServiceError::Busy(text.clone()))?;
                let end = row.not_taken(job, error)?.outcome;
                return Ok(all(&|row| match end {
                    Outcome::Conflict => row.conflict(None, text.clone()),
                    _ => row.refused(None, text.clone()),
                }));
            }
        };
        let mut ended = Vec::new();
        for (place, row, item) in rows {
            let start = format!("{section}/{}/", item.key);
            let fields: BTreeMap<_, _> = told
                .changes
                .iter()
                .filter_map(|(at, change)| Some((at.strip_prefix(&start)?.to_owned(), change.clone())))
                .collect();
            ended.push((*place, self.end_item(call, job, (row, item), (&told, fields), is_dry).await?));
        }
        Ok(ended)
    }

    async fn end_item(
        &self,
        call: &Call,
        job: &Items,
        (row, item): (&Prepared, &ItemEntry),
        (told, mut fields): (&Told, BTreeMap<String, (Value, Value)>),
        is_dry: bool,
    ) -> Result<Ended, ServiceError> {
        let is_new = !fields.is_empty() && fields.values().all(|(before, _)| before.is_null());
        let overruled: Vec<Overruled> = told.overruled.iter().filter(|one| one.key == item.key).cloned().collect();
        let mut ended = Ended { notes: notes_of(row, job, &overruled), ..row.end(Outcome::Unchanged) };
        let node = NodeId::Item(ItemId::new(told.host, item.section, &item.key));
        match self.declare_of(call, Some(node), &item.own, &job.order.reason, is_dry).await {
            Ok(said) => fields.extend(said),
            Err(error) => return row.not_taken(job, error),
        }
        if !fields.is_empty() {
            ended.outcome = if is_new { Outcome::Created } else { Outcome::Updated };
            let name = format!("{} {}", told.name, item.key);
            ended.sample = Some(Sample { row: row.row, line: row.line, name, is_new, fields });
        }
        Ok(ended)
    }
}

/// The place of a fact as a column names it.
fn plain(at: &str) -> String {
    let mut parts = at.splitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("host"), _, Some(name)) => name.to_owned(),
        (Some(section), _, Some(name)) => format!("{section}.{name}"),
        _ => at.to_owned(),
    }
}

/// A file tells a part of what there is.
fn part(items: ItemMap) -> Part {
    let missing = Problem { source: "import".to_owned(), message: "a file tells a part of what there is".to_owned() };
    Part { items, metrics: BTreeMap::new(), problems: vec![missing], absent: Absent::Unchanged }
}

fn telling(device_id: String, sections: BTreeMap<SectionName, Part>) -> told::Telling {
    told::Telling { source: Source::Import, device_id, client: "import".to_owned(), sections, left_out: Vec::new() }
}

fn report_of_host(entry: &HostEntry, known: Option<&Host>) -> Report {
    let mut identifiers: Vec<Identifier> = identifiers_in(&entry.facts);
    identifiers.extend(entry.identifiers.iter().cloned());
    identifiers.sort();
    identifiers.dedup();
    let name = entry.name.clone().or_else(|| known.map(|host| host.name.clone()));
    let name = name.or_else(|| entry.external_id.clone()).unwrap_or_default();
    let shown = || identifiers.first().map(|identifier| identifier.value.clone()).unwrap_or_default();
    let device = entry.external_id.clone().unwrap_or_else(|| if name.is_empty() { shown() } else { name.clone() });
    let sections = entry.facts.iter().map(|(section, attributes)| {
        let key = single_key(*section).unwrap_or_default().to_owned();
        (*section, part(ItemMap::from([(key, attributes.clone())])))
    });
    let about = known.map_or(About::Asked, |host| About::Host(host.id));
    Report { telling: telling(device, sections.collect()), name, identifiers, is_partial: false, about }
}

fn report_of_items(host: &Host, section: SectionName, items: ItemMap) -> Report {
    let telling = telling(host.name.clone(), BTreeMap::from([(section, part(items))]));
    let about = About::Host(host.id);
    Report { telling, name: host.name.clone(), identifiers: Vec::new(), is_partial: false, about }
}

/// That something said of a host itself does not count.
fn note_of_unheard(row: &Prepared, job: &Items, one: &Unheard) -> Note {
    let value = muster_model::export::csv::plain(Some(&one.counts)).chars().take(60).collect::<String>();
    let why = Phrase::new("import_overruled")
        .with("attribute", one.field.as_str())
        .with("value", value)
        .term("source", "source", one.source.as_str())
        .term("reason", "reason", one.reason.as_str());
    row.note(NoteKind::Overruled, job.mapping.column_at(&format!("/{}", one.field)).map(str::to_owned), why)
}

fn notes_of(row: &Prepared, job: &Items, overruled: &[Overruled]) -> Vec<Note> {
    let note = |one: &Overruled| {
        let is_it = |target: &Target| matches!(target, Target::Fact(section, name, _) if *section == one.section && *name == one.attribute);
        let column = job.mapping.column(is_it).map(str::to_owned);
        let value = muster_model::export::csv::plain(Some(&one.counts)).chars().take(60).collect::<String>();
        let why = Phrase::new("import_overruled")
            .with("attribute", if one.attribute.is_empty() { one.key.clone() } else { one.attribute.clone() })
            .with("value", value)
            .term("source", "source", one.source.as_str())
            .term("reason", "reason", one.reason.as_str());
        row.note(NoteKind::Overruled, column, why)
    };
    overruled.iter().map(note).collect()
}
