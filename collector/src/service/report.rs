//! Reports that come by themselves: their plans, and what is written when one came. What a report says is composed by whoever runs it
//! (`crate::report`), over the same use cases as pages and API; here it is kept and sent, in one commit with the next time.

use std::collections::HashMap;

use muster_model::account::User;
use muster_model::calendar::Calendar;
use muster_model::notification::Notice;
use muster_model::notification::channel::{Channel, ChannelKind, is_address};
use muster_model::notification::delivery::{Delivery, Destination};
use muster_model::notification::form::mail::File;
use muster_model::query::Query;
use muster_model::report_plan::{Due, KEPT_RUNS, Last, ReportPlan, ReportRun, Subject, Table, Terms};
use muster_model::right::{Action, Resource};
use muster_model::saved_search::SavedSearch;
use muster_model::text::{Phrase, Text};
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::Time;
use muster_shared::id::{ReportPlanId, ReportRunId, UserId};
use muster_store::{Index, Scan, TypedStore};

use super::class::wrong;
use super::ticket::check_text;
use super::{Call, Service, ServiceError, check_version, invalid};

/// Who sends.
const CALL: Call = Call::system("reports");

/// A report that is to be made now.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Its plan.
    pub plan: Versioned<ReportPlan>,
    /// When it was due, and what was missed.
    pub due: Due,
    /// With whose rights it is asked; why nobody can ask any more.
    pub call: Result<Call, Text>,
}

fn missing(id: ReportPlanId) -> ServiceError {
    ServiceError::NotFound { kind: "report", id: id.to_string() }
}

impl Service {
    /// The plans of reports, by name.
    pub async fn list_report_plans(&self, call: &Call) -> Result<Vec<Versioned<ReportPlan>>, ServiceError> {
        call.authorize(Action::ReportRead, Resource::All)?;
        let mut all = self.store().all::<ReportPlan>(Scan::keys(Collection::ReportPlan, "")).await?;
        all.sort_by(|a, b| (&a.value.terms.name, a.value.id).cmp(&(&b.value.terms.name, b.value.id)));
        Ok(all)
    }

    /// One plan.
    pub async fn get_report_plan(&self, call: &Call, id: ReportPlanId) -> Result<Versioned<ReportPlan>, ServiceError> {
        call.authorize(Action::ReportRead, Resource::One(&id.to_string()))?;
        self.store().find::<ReportPlan>(&id.to_string()).await?.ok_or_else(|| missing(id))
    }

    /// A question about items, with the attributes of all classes.
    pub(crate) async fn item_query(&self, field: &str, filter: &str) -> Result<Query, ServiceError> {
        let registry = self.registry().await?;
        Query::parse(filter, &registry.item_fields()).map_err(|error| invalid(field, error.phrase()))
    }

    /// Whether the caller sees what comes of a question.
    async fn check_subject(&self, call: &Call, subject: &Subject) -> Result<(), ServiceError> {
        for right in subject.rights() {
            call.authorize(*right, Resource::All)?;
        }
        match subject {
            Subject::Search { search } => match self.get_saved_search(call, *search).await {
                Ok(_) => Ok(()),
                Err(error) => Err(invalid("/subject/search", error.text())),
            },
            Subject::Capacity { filter, .. } => {
                let read = Query::parse(filter, &self.registry().await?.host_fields());
                read.map(drop).map_err(|error| invalid("/subject/filter", error.phrase()))
            }
            Subject::Availability { filter, .. } => self.item_query("/subject/filter", filter).await.map(drop),
            Subject::Kpi { .. } => Ok(()),
        }
    }

    async fn check_report(&self, call: &Call, terms: &Terms) -> Result<(), ServiceError> {
        check_text("/name", &terms.name, 1, 120)?;
        let violations = terms.check();
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        for (i, address) in terms.recipients.iter().enumerate() {
            if !is_address(address) {
                let why = Phrase::new("no_address").with("value", address.chars().take(80).collect::<String>());
                return Err(invalid(&format!("/recipients/{i}"), why));
            }
        }
        if !terms.recipients.is_empty() && !self.post().has_mail() {
            return Err(invalid("/recipients", Phrase::new("report_mail")));
        }
        for (i, channel) in terms.channels.iter().enumerate() {
            let pointer = format!("/channels/{i}");
            let Some(found) = self.store().find::<Channel>(&channel.to_string()).await? else {
                let error = ServiceError::NotFound { kind: "channel", id: channel.to_string() };
                return Err(invalid(&pointer, error.text()));
            };
            if !found.value.kind.takes_reports() {
                return Err(invalid(&pointer, Phrase::new("report_channel").with("name", found.value.name)));
            }
        }
        if let Some(calendar) = &terms.calendar {
            let found = self.get_calendar(call, calendar).await;
            found.map_err(|error| invalid("/calendar", error.text()))?;
        }
        self.check_subject(call, &terms.subject).await
    }

    async fn calendar_of(&self, terms: &Terms) -> Result<Option<Versioned<Calendar>>, ServiceError> {
        match &terms.calendar {
            Some(name) => self.get_calendar(&CALL, name).await.map(Some),
            None => Ok(None),
        }
    }

    async fn next_run(&self, terms: &Terms, after: Time) -> Result<Option<Time>, ServiceError> {
        let opening = self.calendar_of(terms).await?.map(|calendar| calendar.value.opening());
        Ok(terms.next_after(after, opening.as_ref()))
    }

    /// Has a report come by itself, with the caller's rights.
    pub async fn create_report_plan(&self, call: &Call, terms: Terms) -> Result<Versioned<ReportPlan>, ServiceError> {
        call.authorize(Action::ReportSchedule, Resource::All)?;
        let owner = call.actor.user().ok_or_else(|| invalid("/name", Phrase::new("report_owner")))?;
        self.check_report(call, &terms).await?;
        let now = self.now();
        let next_at = self.next_run(&terms, now).await?;
        let plan = ReportPlan { id: ReportPlanId::new(now), terms, owner, next_at, last: None, created_at: now };
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "report.create", plan.id, plan.terms.name.clone()));
        changes.create(plan.clone());
        self.commit(changes).await?;
        Ok(Versioned { value: plan, version: 1 })
    }

    /// Puts other terms in the place of those of a plan. From then on it is asked with the caller's rights.
    pub async fn replace_report_plan(
        &self,
        call: &Call,
        id: ReportPlanId,
        terms: Terms,
        seen: Option<u64>,
    ) -> Result<Versioned<ReportPlan>, ServiceError> {
        call.authorize(Action::ReportSchedule, Resource::One(&id.to_string()))?;
        let owner = call.actor.user().ok_or_else(|| invalid("/name", Phrase::new("report_owner")))?;
        self.check_report(call, &terms).await?;
        let terms = &terms;
        self.decide(|| async move {
            let stored = self.get_report_plan(call, id).await?;
            check_version(&stored, seen)?;
            let now = self.now();
            let next_at = self.next_run(terms, now).await?;
            let next = ReportPlan { terms: terms.clone(), owner, next_at, ..stored.value };
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(now, "report.update", id, next.terms.name.clone()));
            changes.update(Versioned { value: next.clone(), version: stored.version });
            Ok((changes, Versioned { value: next, version: stored.version + 1 }))
        })
        .await
    }

    /// Ends a plan. Its runs go with it.
    pub async fn remove_report_plan(
        &self,
        call: &Call,
        id: ReportPlanId,
        seen: Option<u64>,
    ) -> Result<(), ServiceError> {
        call.authorize(Action::ReportSchedule, Resource::One(&id.to_string()))?;
        self.decide(|| async move {
            let stored = self.get_report_plan(call, id).await?;
            check_version(&stored, seen)?;
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(self.now(), "report.remove", id, stored.value.terms.name.clone()));
            changes.delete(Collection::ReportPlan, id.to_string(), Expected::Version(stored.version));
            for run in self.runs_of(id).await? {
                changes.delete(Collection::ReportRun, run.value.key(), Expected::Version(run.version));
            }
            Ok((changes, ()))
        })
        .await
    }

    /// The runs of a plan, the oldest first.
    async fn runs_of(&self, id: ReportPlanId) -> Result<Vec<Versioned<ReportRun>>, ServiceError> {
        Ok(self.store().all::<ReportRun>(Scan::index(Index::ReportRunByPlan, format!("{id}/"))).await?)
    }

    /// The reports that came of a plan, the newest first: for who may see what they say.
    pub async fn list_report_runs(&self, call: &Call, id: ReportPlanId) -> Result<Vec<ReportRun>, ServiceError> {
        let plan = self.get_report_plan(call, id).await?.value;
        self.check_sees(call, &plan).await?;
        Ok(self.runs_of(id).await?.into_iter().rev().map(|stored| stored.value).collect())
    }

    /// One report that came.
    pub async fn get_report_run(&self, call: &Call, id: ReportRunId) -> Result<Versioned<ReportRun>, ServiceError> {
        call.authorize(Action::ReportRead, Resource::One(&id.to_string()))?;
        let missing = || ServiceError::NotFound { kind: "report", id: id.to_string() };
        let run = self.store().find::<ReportRun>(&id.to_string()).await?.ok_or_else(missing)?;
        let plan = self.get_report_plan(call, run.value.plan).await?.value;
        self.check_sees(call, &plan).await?;
        Ok(run)
    }

    /// What a plan says is said with its owner's rights: others see it who have them too.
    async fn check_sees(&self, call: &Call, plan: &ReportPlan) -> Result<(), ServiceError> {
        if call.actor.user() == Some(plan.owner) {
            return Ok(());
        }
        for right in plan.terms.subject.rights() {
            call.authorize(*right, Resource::All)?;
        }
        let Subject::Search { search } = &plan.terms.subject else { return Ok(()) };
        match self.store().find::<SavedSearch>(&search.to_string()).await? {
            Some(found) => call.authorize(found.value.list.right(), Resource::All),
            None => Ok(()),
        }
    }

    /// When the next report is due.
    pub async fn next_report_due(&self) -> Result<Option<Time>, ServiceError> {
        let first = self.store().first::<ReportPlan>(Scan::index(Index::ReportPlanDue, "")).await?;
        Ok(first.and_then(|stored| stored.value.next_at))
    }

    /// The next report that is to be made now.
    pub async fn due_report(&self) -> Result<Option<Ready>, ServiceError> {
        let first = self.store().first::<ReportPlan>(Scan::index(Index::ReportPlanDue, "")).await?;
        let Some(plan) = first else { return Ok(None) };
        let opening = self.calendar_of(&plan.value.terms).await?.map(|calendar| calendar.value.opening());
        let Some(due) = plan.value.due(self.now(), opening.as_ref()) else { return Ok(None) };
        let call = self.call_of_owner(plan.value.owner).await?;
        Ok(Some(Ready { plan, due, call }))
    }

    /// A report that somebody wants now; its times stay as they are.
    pub async fn report_now(&self, call: &Call, id: ReportPlanId) -> Result<Ready, ServiceError> {
        call.authorize(Action::ReportSchedule, Resource::One(&id.to_string()))?;
        let plan = self.get_report_plan(call, id).await?;
        self.check_sees(call, &plan.value).await?;
        let due = Due { at: self.now(), missed: None, next_at: plan.value.next_at };
        let owner = self.call_of_owner(plan.value.owner).await?;
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "report.run", id, plan.value.terms.name.clone()));
        self.commit(changes).await?;
        Ok(Ready { plan, due, call: owner })
    }

    async fn call_of_owner(&self, owner: UserId) -> Result<Result<Call, Text>, ServiceError> {
        let user = self.store().find::<User>(&owner.to_string()).await?.map(|stored| stored.value);
        let user = user.filter(|user| !user.disabled);
        Ok(user.map_or_else(
            || Err(Phrase::new("report_owner").into()),
            |user| {
                let actor = user.actor(None);
                Ok(Call { actor, via: "report", request_id: None })
            },
        ))
    }

    /// Where a plan's report goes: nowhere that is not there any more.
    async fn destinations_of(&self, terms: &Terms) -> Result<Vec<Destination>, ServiceError> {
        let mut to: Vec<Destination> = terms.recipients.iter().cloned().map(Destination::Mail).collect();
        for id in &terms.channels {
            let Some(channel) = self.store().find::<Channel>(&id.to_string()).await? else { continue };
            match channel.value.kind {
                ChannelKind::Email => to.extend(channel.value.addresses.into_iter().map(Destination::Mail)),
                _ => to.push(Destination::Channel(*id)),
            }
        }
        to.sort();
        to.dedup();
        Ok(to)
    }

    /// Keeps and sends what came of a report, and moves its plan on, in one commit. A plan that somebody changed meanwhile is looked at
    /// again.
    pub async fn finish_report(
        &self,
        ready: &Ready,
        outcome: Result<Table, Text>,
    ) -> Result<Option<ReportRunId>, ServiceError> {
        let (now, plan) = (self.now(), &ready.plan.value);
        let mut changes = ChangeSet::new();
        let (notice, rows, problem, id) = match outcome {
            Ok(table) => {
                let run = ReportRun {
                    id: ReportRunId::new(now),
                    plan: plan.id,
                    name: plan.terms.name.clone(),
                    due_at: ready.due.at,
                    made_at: now,
                    missed: ready.due.missed,
                    table,
                };
                let (notice, rows, id) = (run.notice(), run.table.total, run.id);
                let runs = self.runs_of(plan.id).await?;
                for old in runs.iter().take((runs.len() + 1).saturating_sub(KEPT_RUNS)) {
                    changes.delete(Collection::ReportRun, old.value.key(), Expected::Version(old.version));
                }
                changes.create(run);
                (notice, rows, None, Some(id))
            }
            Err(why) => (plan.failed(ready.due, &why, now), 0, Some(why), None),
        };
        self.send_report(&mut changes, &plan.terms, &notice, now).await?;
        let missed = ready.due.missed.map_or(0, |(count, _)| count);
        let last = Last { due_at: ready.due.at, made_at: now, rows, missed, problem };
        changes.audit.push(CALL.audit(now, "report.made", plan.id, plan.terms.name.clone()));
        let next = ReportPlan { next_at: ready.due.next_at, last: Some(last), ..plan.clone() };
        changes.update(Versioned { value: next, version: ready.plan.version });
        match self.commit(changes).await {
            Ok(()) => Ok(id),
            Err(muster_store::StoreError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn send_report(
        &self,
        changes: &mut ChangeSet,
        terms: &Terms,
        notice: &Notice,
        now: Time,
    ) -> Result<(), ServiceError> {
        for (i, to) in self.destinations_of(terms).await?.into_iter().enumerate() {
            // Ids sort by birth: of one lane none is born at the same moment as another.
            let born = now.plus_millis(i64::try_from(i).unwrap_or_default());
            changes.create(Delivery::new(to, None, notice.clone(), born, now));
        }
        Ok(())
    }

    /// The files of the reports that a mail brings.
    pub(super) async fn files_in(&self, delivery: &Delivery) -> Result<HashMap<ReportRunId, File>, ServiceError> {
        let mut files = HashMap::new();
        for id in delivery.notices.iter().filter_map(|notice| notice.report) {
            let run = self.store().find::<ReportRun>(&id.to_string()).await?;
            files.extend(run.map(|run| (id, File { name: run.value.file_name(), text: run.value.table.to_csv() })));
        }
        Ok(files)
    }
}
