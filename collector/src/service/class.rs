//! Classes: what there is, and what owners define. A change that stored items would break is refused, or makes them fit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use muster_model::class::{
    self, AttributeDefinition, Class, ClassDefinition, ClassVersion, Origin, Registry, Rule, Violation,
};
use muster_model::declared::{self, ChangeSource, Declared, Hand};
use muster_model::event::Event;
use muster_model::right::{Action, Resource};
use muster_model::text::{Phrase, Word};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Attributes;
use muster_store::{Index, Scan, TypedStore};

use super::{Call, Service, ServiceError, Wrong, invalid};

/// Items that a refusal names.
const NAMED: usize = 20;
/// Most items that a change of their class changes with it.
const MOST: usize = 2_000;

/// What an owner says of a class.
#[derive(Clone, Debug, Default)]
pub struct ClassDraft {
    /// Its name for people; not for shipped classes.
    pub label: String,
    /// What its items are; not for shipped classes.
    pub meaning: String,
    /// The attributes; of a shipped class those that are added.
    pub attributes: Vec<AttributeDefinition>,
    /// The attributes that no two living items have the same of.
    pub identified_by: Vec<String>,
    /// Which relations follow from the attributes.
    pub rules: Vec<Rule>,
    /// Values for stored items that would not fit otherwise; null takes a value away.
    pub defaults: Attributes,
    /// Why.
    pub reason: String,
}

/// A class with the version of its definition and how many items it has.
#[derive(Clone, Debug)]
pub struct ClassView {
    /// The class.
    pub class: Class,
    /// Version of the stored definition, 0 when there is none.
    pub version: u64,
    /// How many items people declared of it, as they are now.
    pub items: usize,
}

/// Violations as wrong fields.
pub(crate) fn wrong(violations: Vec<Violation>) -> ServiceError {
    let wrong = |violation: Violation| Wrong { pointer: violation.pointer, detail: violation.why.into() };
    ServiceError::Invalid(violations.into_iter().map(wrong).collect())
}

impl Service {
    /// The classes as they hold.
    pub(crate) async fn registry(&self) -> Result<Arc<Registry>, ServiceError> {
        let known = self.classes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known {
            return Ok(known);
        }
        // Whoever changes a class holds the gate and reads anew afterwards: what is read here is not older than the last change.
        let _gate = self.class_gate.read().await;
        self.read_registry().await
    }

    async fn read_registry(&self) -> Result<Arc<Registry>, ServiceError> {
        let stored = self.store().all::<ClassDefinition>(Scan::keys(Collection::Class, "")).await?;
        let registry = Arc::new(Registry::new(stored.iter().map(|stored| &stored.value)));
        *self.classes.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&registry));
        Ok(registry)
    }

    /// The class of a name; an unknown one is told with the nearest that there is.
    pub(crate) fn class_of(registry: &Registry, name: &str) -> Result<Class, ServiceError> {
        Self::known_class(registry, name).cloned().map_err(|why| invalid("/class", why))
    }

    /// A class, or why there is none of that name.
    pub(in crate::service) fn known_class<'a>(registry: &'a Registry, name: &str) -> Result<&'a Class, Phrase> {
        registry.get(name).ok_or_else(|| {
            let near = registry.all().min_by_key(|class| strsim::levenshtein(&class.name, name));
            let near = near.map(|class| class.name.clone()).unwrap_or_default();
            let name: String = name.chars().take(60).collect();
            Phrase::new("class_unknown").with("class", name).with("near", near)
        })
    }

    /// All classes, by name.
    pub async fn list_classes(&self, call: &Call) -> Result<Vec<ClassView>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::Shared)?;
        let registry = self.registry().await?;
        let mut views = Vec::new();
        for class in registry.all() {
            views.push(self.class_view(class.clone()).await?);
        }
        Ok(views)
    }

    async fn class_view(&self, class: Class) -> Result<ClassView, ServiceError> {
        let stored = self.store().find::<ClassDefinition>(&class.name).await?;
        let scan = Scan::index(Index::DeclaredByClass, format!("{}/", class.name)).limit(usize::MAX);
        let items = if class.is_declared() { self.store().count(scan).await? } else { 0 };
        Ok(ClassView { version: stored.map_or(0, |stored| stored.version), items, class })
    }

    /// One class.
    pub async fn get_class(&self, call: &Call, name: &str) -> Result<ClassView, ServiceError> {
        call.authorize(Action::ItemRead, Resource::Shared)?;
        let registry = self.registry().await?;
        let missing = || ServiceError::NotFound { kind: "class", id: name.chars().take(80).collect() };
        self.class_view(registry.get(name).cloned().ok_or_else(missing)?).await
    }

    /// What owners said of a class, newest first.
    pub async fn class_versions(&self, call: &Call, name: &str) -> Result<Vec<ClassVersion>, ServiceError> {
        self.get_class(call, name).await?;
        let scan = Scan::keys(Collection::ClassVersion, format!("{name}/"));
        let mut versions: Vec<_> =
            self.store().all::<ClassVersion>(scan).await?.into_iter().map(|stored| stored.value).collect();
        versions.reverse();
        Ok(versions)
    }

    /// Defines a class.
    pub async fn create_class(&self, call: &Call, name: &str, draft: ClassDraft) -> Result<ClassView, ServiceError> {
        call.authorize(Action::ClassManage, Resource::All)?;
        if self.registry().await?.get(name).is_some() {
            let name: String = name.chars().take(60).collect();
            return Err(invalid("/name", Phrase::new("class_exists").with("class", name)));
        }
        self.define(call, "class.create", name, Some(0), |_| Ok((draft, false))).await
    }

    /// Changes what owners say of a class: all of it.
    pub async fn update_class(
        &self,
        call: &Call,
        name: &str,
        draft: ClassDraft,
        seen: Option<u64>,
    ) -> Result<ClassView, ServiceError> {
        call.authorize(Action::ClassManage, Resource::One(name))?;
        self.get_class(call, name).await?;
        self.define(call, "class.update", name, seen, |_| Ok((draft, false))).await
    }

    /// Retires a class that no present item has: no new items are taken.
    pub async fn retire_class(&self, call: &Call, name: &str, seen: Option<u64>) -> Result<ClassView, ServiceError> {
        call.authorize(Action::ClassManage, Resource::One(name))?;
        let class = self.get_class(call, name).await?.class;
        if class.origin != Origin::Owner {
            return Err(ServiceError::Conflict(Phrase::new("class_shipped").with("class", name).into()));
        }
        let present: Vec<String> = self.items_of_class(name).await?.into_iter().map(|item| item.value.name).collect();
        if !present.is_empty() {
            let items = Word::list(present.iter().take(NAMED));
            let why = Phrase::new("class_in_use").with("count", present.len()).with("class", name).with("items", items);
            return Err(ServiceError::Conflict(why.into()));
        }
        self.define(call, "class.retire", name, seen, |definition| {
            let ClassDefinition { label, meaning, attributes, identified_by, rules, .. } = definition;
            let reason = String::new();
            Ok((
                ClassDraft { label, meaning, attributes, identified_by, rules, defaults: Attributes::new(), reason },
                true,
            ))
        })
        .await
    }

    /// The items that have to fit a class: present ones of people, and what people say of those of agents.
    async fn items_of_class(&self, name: &str) -> Result<Vec<Versioned<Declared>>, ServiceError> {
        let stored = self.store().all::<Declared>(Scan::index(Index::DeclaredByClass, format!("{name}/"))).await?;
        Ok(stored.into_iter().filter(|item| item.value.is_present()).collect())
    }

    async fn define(
        &self,
        call: &Call,
        action: &str,
        name: &str,
        seen: Option<u64>,
        draft: impl FnOnce(ClassDefinition) -> Result<(ClassDraft, bool), ServiceError> + Send,
    ) -> Result<ClassView, ServiceError> {
        let _gate = self.class_gate.write().await;
        let now = self.now();
        let stored = self.store().find::<ClassDefinition>(name).await?;
        let version = stored.as_ref().map_or(0, |stored| stored.version);
        if seen.is_some_and(|seen| seen != version) {
            return Err(ServiceError::Stale { have: version });
        }
        let before = stored.map_or_else(|| nothing(name, now), |stored| stored.value);
        let number = before.number + 1;
        let (draft, is_retired) = draft(before)?;
        let definition = ClassDefinition {
            name: name.to_owned(),
            label: draft.label.trim().to_owned(),
            meaning: draft.meaning.trim().to_owned(),
            attributes: draft.attributes,
            identified_by: draft.identified_by,
            rules: draft.rules,
            is_retired,
            number,
            changed_at: now,
            changed_by: call.actor.label(),
        };
        // The classes without this one's definition: what is shipped is what the definition is checked against.
        let others = self.store().all::<ClassDefinition>(Scan::keys(Collection::Class, "")).await?;
        let others: Vec<ClassDefinition> =
            others.into_iter().map(|stored| stored.value).filter(|other| other.name != name).collect();
        let shipped = Registry::new(&others);
        let violations = class::check_definition(&definition, &shipped);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let class =
            shipped.get(name).cloned().map_or_else(|| Class::owned(&definition), |class| class.with(&definition));
        let mut changes = ChangeSet::new();
        let hand = Hand { by: call.actor.label(), source: ChangeSource::Class, reason: draft.reason.clone(), now };
        self.adapt_items(&mut changes, &class, &draft.defaults, &hand).await?;
        let summary = format!("{name}, version {number}: {} attributes", definition.attributes.len());
        let mut audit = call.audit(now, action, name, summary);
        audit.reason.clone_from(&draft.reason);
        changes.audit.push(audit);
        changes.events.push(Event::ClassChanged { class: name.to_owned() });
        changes.create(ClassVersion { definition: definition.clone(), reason: draft.reason });
        changes.put(definition, if version == 0 { Expected::Absent } else { Expected::Version(version) });
        self.commit(changes).await?;
        self.read_registry().await?;
        self.class_view(class).await
    }

    /// Makes stored items fit a class as it will be; refuses, and names them, where they do not.
    async fn adapt_items(
        &self,
        changes: &mut ChangeSet,
        class: &Class,
        defaults: &Attributes,
        hand: &Hand,
    ) -> Result<(), ServiceError> {
        let items = self.items_of_class(&class.name).await?;
        let known: BTreeSet<&String> = items.iter().flat_map(|item| item.value.attributes.keys()).collect();
        if let Some(other) = defaults.keys().find(|name| class.attribute(name).is_none() && !known.contains(name)) {
            let pointer = class::pointer(other).replacen("/attributes/", "/defaults/", 1);
            return Err(invalid(&pointer, Phrase::new("class_default")));
        }
        let (mut broken, mut unfit) = (Vec::new(), BTreeSet::new());
        let mut identities: BTreeMap<String, String> = BTreeMap::new();
        let mut adapted = 0;
        for stored in &items {
            let fitted = match declared::fit(&stored.value, class, defaults, hand) {
                Ok(fitted) => fitted,
                Err(violations) => {
                    unfit.insert(stored.value.id);
                    broken.extend(violations.into_iter().map(|violation| break_of(&stored.value, violation)));
                    continue;
                }
            };
            let next = fitted.as_ref().map_or(&stored.value, |(next, _)| next);
            if next.id.declared().is_some() {
                let other = identities.insert(next.identity.clone(), next.name.clone());
                let twice = |other| Violation { pointer: "/identified_by".into(), why: twice(class, other) };
                unfit.extend(other.is_some().then_some(next.id));
                broken.extend(other.map(|other| break_of(next, twice(other))));
            }
            if let Some((next, change)) = fitted {
                adapted += 1;
                changes.events.push(Event::DeclaredChanged { node: next.id });
                changes.create(change);
                changes.update(Versioned { value: next, version: stored.version });
            }
        }
        if !broken.is_empty() {
            let why = Phrase::new("class_break").with("count", unfit.len());
            broken.truncate(NAMED);
            return Err(ServiceError::Conflict(why.with("items", Word::List(broken)).into()));
        }
        if adapted > MOST {
            return Err(ServiceError::Conflict(Phrase::new("class_break_many").with("max", MOST).into()));
        }
        Ok(())
    }
}

/// A class of which nobody said anything yet.
fn nothing(name: &str, now: muster_shared::Time) -> ClassDefinition {
    ClassDefinition {
        name: name.to_owned(),
        label: String::new(),
        meaning: String::new(),
        attributes: Vec::new(),
        identified_by: Vec::new(),
        rules: Vec::new(),
        is_retired: false,
        number: 0,
        changed_at: now,
        changed_by: String::new(),
    }
}

fn break_of(item: &Declared, violation: Violation) -> Word {
    let name = if item.name.is_empty() { item.id.to_string() } else { item.name.clone() };
    let attribute = violation.pointer.rsplit('/').next().unwrap_or_default().to_owned();
    Phrase::new("class_break_one").with("item", name).with("attribute", attribute).with("why", violation.why).into()
}

/// Two items are the same by what tells items of the class apart.
pub(super) fn twice(class: &Class, other: String) -> Phrase {
    let by = if class.identified_by.is_empty() { vec!["name".to_owned()] } else { class.identified_by.clone() };
    Phrase::new("declared_twice").with("item", other).with("by", Word::list(by))
}
