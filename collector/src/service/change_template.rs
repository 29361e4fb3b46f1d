//! Templates of standard changes: proposed, written anew, voted on, suspended, withdrawn; which of them a change may follow.

use muster_model::right::{Action, Resource};
use muster_model::text::{Phrase, Text};
use muster_model::ticket::change::template::{Doer, Draft, Followed, LAST, Template, TemplateEdition, TemplateEvent};
use muster_model::ticket::change::{Change, ChangeType, Plan};
use muster_model::ticket::state::CloseCode;
use muster_model::ticket::{StateName, Ticket};
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::{TemplateId, TicketId};
use muster_store::{Index, Scan, TypedStore};

use super::class::wrong;
use super::ticket::check_text;
use super::{Call, Service, ServiceError, Wrong, check_version, invalid};

/// Longest comment.
const LONGEST: usize = 2_000;

/// What somebody proposes: a draft, and the change that it is made of.
#[derive(Clone, Debug)]
pub(crate) struct Proposal {
    /// What is said of it; without a plan it is that of the change.
    pub(crate) draft: Draft,
    /// Id or number of a change that was voted on and ended well.
    pub(crate) from: Option<String>,
}

fn doer(call: &Call, at: Time) -> Doer {
    Doer { by: call.actor.label(), user: call.actor.user(), at }
}

fn is_good(ticket: &Ticket) -> bool {
    let code = ticket.state.resolution().map(|how| how.close_code);
    matches!(code, Some(CloseCode::Successful | CloseCode::SuccessfulWithIssues))
}

impl Service {
    /// All templates, by name.
    pub async fn list_templates(&self, call: &Call) -> Result<Vec<Versioned<Template>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let mut all = self.store().all::<Template>(Scan::keys(Collection::Template, "")).await?;
        all.sort_by_key(|stored| stored.value.draft.name.to_lowercase());
        Ok(all)
    }

    /// One template.
    pub async fn get_template(&self, call: &Call, id: TemplateId) -> Result<Versioned<Template>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let missing = || ServiceError::NotFound { kind: "template", id: id.to_string() };
        self.store().find::<Template>(&id.to_string()).await?.ok_or_else(missing)
    }

    /// Every edition of a template, the newest first.
    pub async fn list_editions(&self, call: &Call, id: TemplateId) -> Result<Vec<TemplateEdition>, ServiceError> {
        self.get_template(call, id).await?;
        let scan = Scan::keys(Collection::TemplateEdition, format!("{id}/")).descending();
        Ok(self.store().all::<TemplateEdition>(scan).await?.into_iter().map(|stored| stored.value).collect())
    }

    /// The last changes that followed a template and are over, the newest first, as far as somebody sees them.
    pub async fn changes_of_template(&self, call: &Call, id: TemplateId) -> Result<Vec<Ticket>, ServiceError> {
        self.get_template(call, id).await?;
        let sight = self.sight(call, Action::TicketRead).await?;
        let mut seen = Vec::new();
        for ticket in self.followers(id).await? {
            if self.sees_ticket(&sight, &ticket).await? {
                seen.push(ticket);
            }
        }
        Ok(seen)
    }

    async fn followers(&self, id: TemplateId) -> Result<Vec<Ticket>, ServiceError> {
        let scan = Scan::index(Index::ChangeByTemplate, format!("{id}/")).descending().limit(LAST);
        Ok(self.store().page::<Ticket>(scan).await?.rows.into_iter().map(|stored| stored.value).collect())
    }

    /// The template that a text names, by its id or its name.
    pub(crate) async fn template_named(&self, call: &Call, field: &str, name: &str) -> Result<Followed, ServiceError> {
        let name = name.trim();
        if let Ok(id) = name.parse() {
            return Ok(Followed::Template(id));
        }
        if let Ok(id) = name.parse() {
            return Ok(Followed::Change(id));
        }
        let folded = name.to_lowercase();
        let all = self.list_templates(call).await?.into_iter().map(|stored| stored.value);
        let mut fits = all.filter(|template| template.draft.name.to_lowercase() == folded);
        let unknown =
            || invalid(field, Phrase::new("template_none").with("name", name.chars().take(80).collect::<String>()));
        fits.next().map(|template| Followed::Template(template.id)).ok_or_else(unknown)
    }

    /// Proposes a template. Nothing follows it before somebody else approved it.
    pub(crate) async fn create_template(
        &self,
        call: &Call,
        proposal: Proposal,
    ) -> Result<Versioned<Template>, ServiceError> {
        call.authorize(Action::ChangePlan, Resource::All)?;
        let Proposal { mut draft, from } = proposal;
        let mut source = None;
        if let Some(number) = from {
            let (id, plan) = self.plan_of_change(call, &number).await?;
            source = Some(id);
            // Its plan was tried; what is said besides stands in its stead.
            if draft.plan == Plan::default() {
                draft.plan = plan;
                draft = draft.timeless();
            }
        }
        self.check_template_draft(call, None, None, &draft).await?;
        let doer = doer(call, self.now());
        let template = Template::proposed(TemplateId::new(doer.at), draft, source, &doer);
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(doer.at, "template.propose", template.id, template.draft.name.clone()));
        changes.create(template.this_edition(&doer));
        changes.create(template.clone());
        self.commit(changes).await?;
        Ok(Versioned { value: template, version: 1 })
    }

    /// The plan of a change that may become a template: it was voted on, and it ended well.
    async fn plan_of_change(&self, call: &Call, number: &str) -> Result<(TicketId, Plan), ServiceError> {
        let found = Box::pin(self.get_ticket(call, number.trim())).await;
        let ticket = found.map_err(|error| invalid("/from", error.text()))?.value;
        let is_made = ticket.state.resolution().is_some_and(|how| how.close_code == CloseCode::Successful);
        let voted = ticket.details.change().filter(|change| {
            is_made && change.plan.r#type == ChangeType::Normal && change.approved_plan == Some(change.plan.digest())
        });
        let wrong = || invalid("/from", Phrase::new("template_from").with("number", ticket.number.as_str()));
        Ok((ticket.id, voted.ok_or_else(wrong)?.plan.clone()))
    }

    /// Writes a template anew: another plan or day of review is another edition, which waits for approval.
    pub(crate) async fn replace_template(
        &self,
        call: &Call,
        id: TemplateId,
        draft: Draft,
        seen: Option<u64>,
    ) -> Result<Versioned<Template>, ServiceError> {
        call.authorize(Action::ChangePlan, Resource::One(&id.to_string()))?;
        let before = self.get_template(call, id).await?.value.draft;
        self.check_template_draft(call, Some(id), Some(&before), &draft).await?;
        let draft = &draft;
        self.decide(|| async move {
            let stored = self.get_template(call, id).await?;
            check_version(&stored, seen)?;
            if stored.value.draft == *draft {
                return Ok((ChangeSet::new(), stored));
            }
            let doer = doer(call, self.now());
            let next = stored.value.edited(draft.clone(), &doer).map_err(|why| ServiceError::Conflict(why.into()))?;
            let mut changes = ChangeSet::new();
            let summary = format!("{} {}", next.draft.name, next.edition);
            changes.audit.push(call.audit(doer.at, "template.edit", id, summary));
            if next.edition != stored.value.edition {
                changes.create(next.this_edition(&doer));
            }
            let written = Versioned { value: next.clone(), version: stored.version + 1 };
            changes.update(Versioned { value: next, version: stored.version });
            Ok((changes, written))
        })
        .await
    }

    /// Votes on a template, suspends it, proposes it again or withdraws it.
    pub(crate) async fn move_template(
        &self,
        call: &Call,
        id: TemplateId,
        event: TemplateEvent,
        edition: Option<u64>,
        comment: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Template>, ServiceError> {
        let right = if event.is_of_planners() { Action::ChangePlan } else { Action::ChangeReview };
        call.authorize(right, Resource::One(&id.to_string()))?;
        check_text("/comment", comment, 0, LONGEST)?;
        let comment = comment.trim();
        self.decide(|| async move {
            let stored = self.get_template(call, id).await?;
            check_version(&stored, seen)?;
            let doer = doer(call, self.now());
            let said = (!comment.is_empty()).then(|| Text::Written(comment.to_owned()));
            let next = stored.value.after(event, edition, said, &doer);
            let next = next.map_err(|why| match why.say.as_ref() {
                "template_comment" => invalid("/comment", why),
                "template_edition_moved" => invalid("/edition", why),
                _ => ServiceError::Conflict(why.into()),
            })?;
            let mut changes = ChangeSet::new();
            let summary = format!("{} {}", next.draft.name, next.edition);
            let mut audit = call.audit(doer.at, &format!("template.{}", event.as_str()), id, summary);
            comment.clone_into(&mut audit.reason);
            changes.audit.push(audit);
            let written = Versioned { value: next.clone(), version: stored.version + 1 };
            changes.update(Versioned { value: next, version: stored.version });
            Ok((changes, written))
        })
        .await
    }

    async fn check_template_draft(
        &self,
        call: &Call,
        own: Option<TemplateId>,
        before: Option<&Draft>,
        draft: &Draft,
    ) -> Result<(), ServiceError> {
        let violations = draft.check(before, self.now());
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let recurrence = draft.plan.recurrence.as_ref().and_then(|when| when.check("/plan/recurrence"));
        if let Some(odd) = recurrence {
            return Err(invalid(&odd.pointer, odd.why));
        }
        let name = draft.name.to_lowercase();
        let others = self.store().all::<Template>(Scan::keys(Collection::Template, "")).await?;
        let is_same = |other: &Template| Some(other.id) != own && other.draft.name.to_lowercase() == name;
        if others.iter().any(|stored| is_same(&stored.value)) {
            return Err(invalid("/name", Phrase::new("template_taken")));
        }
        let scope = Box::pin(self.check_scope(call, &draft.plan.scope)).await;
        scope.map_err(|error| match error {
            ServiceError::Invalid(errors) => {
                let at = |one: Wrong| {
                    let pointer = one.pointer.strip_prefix("/details").unwrap_or(&one.pointer).to_owned();
                    Wrong { pointer, ..one }
                };
                ServiceError::Invalid(errors.into_iter().map(at).collect())
            }
            other => other,
        })
    }

    /// Names the edition of the template that a standard change follows, where nobody said one.
    pub(super) async fn name_edition(&self, change: &mut Change) -> Result<(), ServiceError> {
        let plan = &mut change.plan;
        let Some(Followed::Template(id)) = plan.template.filter(|_| plan.r#type == ChangeType::Standard) else {
            return Ok(());
        };
        if plan.template_edition.is_none() {
            let found = self.store().find::<Template>(&id.to_string()).await?;
            plan.template_edition = found.map(|stored| stored.value.edition);
        }
        Ok(())
    }

    /// Whether a standard change is what its template says, but for when and by whom, and the template counts.
    pub(super) async fn check_template(&self, change: &Change) -> Result<(), ServiceError> {
        let plan = &change.plan;
        let Some(followed) = plan.template.filter(|_| plan.r#type == ChangeType::Standard) else {
            return Ok(());
        };
        let unknown = |number: String| Phrase::new("guard_template_change").with("number", number);
        let why = match followed {
            Followed::Change(id) => {
                let found = self.store().find::<Ticket>(&id.to_string()).await?;
                Some(unknown(found.map_or_else(|| id.to_string(), |found| found.value.number)))
            }
            Followed::Template(id) => match self.store().find::<Template>(&id.to_string()).await? {
                Some(template) => template.value.refuses(plan, self.now()),
                None => Some(unknown(id.to_string())),
            },
        };
        why.map_or(Ok(()), |why| Err(invalid("/details/plan/template", why)))
    }

    /// Suspends the template of a change that ended without success, when too many of the last ones did since it was approved.
    pub(super) async fn after_standard_change(
        &self,
        changes: &mut ChangeSet,
        ticket: &Ticket,
    ) -> Result<(), ServiceError> {
        let Some(change) = ticket.details.change().filter(|_| ticket.state.name() == StateName::Closed) else {
            return Ok(());
        };
        let Some(Followed::Template(id)) = change.plan.template.filter(|_| !is_good(ticket)) else { return Ok(()) };
        let Some(stored) = self.store().find::<Template>(&id.to_string()).await? else { return Ok(()) };
        let since = stored.value.approved_at;
        let mut last = vec![ticket.clone()];
        last.extend(self.followers(id).await?.into_iter().filter(|other| other.id != ticket.id));
        last.truncate(LAST);
        last.retain(|other| other.closed_at >= since);
        let failed = last.iter().filter(|other| !is_good(other)).count();
        let call = Call::system("templates");
        let doer = doer(&call, self.now());
        let Some(next) = stored.value.after_change(failed, last.len(), &doer) else { return Ok(()) };
        let mut audit = call.audit(doer.at, "template.suspend", id, next.draft.name.clone());
        audit.reason =
            next.steps.last().and_then(|step| step.comment.as_ref()).map(ToString::to_string).unwrap_or_default();
        changes.audit.push(audit);
        changes.update(Versioned { value: next, version: stored.version });
        Ok(())
    }
}
