//! The index entries of each document.

use muster_model::Document;
use muster_shared::Time;

use super::{Index, time_key};

/// The index entries of a document.
#[expect(clippy::too_many_lines, reason = "one arm for each kind of document, so that a new one cannot be forgotten")]
pub fn entries(document: &Document) -> Vec<(Index, String)> {
    match document {
        Document::Agent(agent) => agent.host.map(|host| (Index::AgentByHost, host.to_string())).into_iter().collect(),
        Document::ApiToken(token) => vec![(Index::TokenByUser, token.user.to_string())],
        Document::Session(session) => vec![(Index::SessionByUser, session.user.to_string())],
        Document::User(user) => vec![(Index::UserByName, user.name.clone())],
        Document::Host(host) => {
            let identifiers = host.identifiers.iter().map(|id| (Index::HostByIdentifier, id.index_key()));
            let claims = host.claims.iter().map(|id| (Index::HostByClaim, id.index_key()));
            let alias = host.merged_into.map(|into| (Index::HostByAlias, into.to_string()));
            identifiers.chain(claims).chain(alias).chain([(Index::HostByName, host.name.to_lowercase())]).collect()
        }
        Document::History(entry) => vec![
            (Index::HistoryByItem, format!("{}/{:016x}", entry.item, entry.seq)),
            (Index::HistoryBySection, format!("{}/{}{}/{:016x}", entry.host, entry.section, entry.mark(), entry.seq)),
            (Index::HistoryByTime, time_key(entry.seen_at)),
        ],
        Document::Finding(finding) => finding_entries(finding),
        Document::Ticket(ticket) => ticket_entries(ticket),
        Document::Twin(twin) => vec![
            (Index::TwinByExternal, format!("{}/{}", twin.channel, twin.external_id)),
            (Index::TwinByTicket, twin.ticket.to_string()),
        ],
        Document::Approval(approval) => approval_entries(approval),
        Document::Decision(decision) => vec![(Index::DecisionByTime, time_key(decision.at))],
        Document::Review(review) => {
            let opened = time_key(review.opened_at);
            let mut entries: Vec<_> =
                review.subjects().map(|subject| (Index::ReviewBySubject, format!("{subject}/{opened}"))).collect();
            entries.extend(review.state.is_open().then_some((Index::ReviewOpen, opened)));
            entries
        }
        Document::Peer(peer) => peer.due_at().map(|at| (Index::PeerDue, time_key(at))).into_iter().collect(),
        Document::ReportPlan(plan) => {
            let due = plan.next_at.filter(|_| plan.terms.is_active);
            due.map(|at| (Index::ReportPlanDue, time_key(at))).into_iter().collect()
        }
        Document::ReportRun(run) => {
            vec![(Index::ReportRunByPlan, format!("{}/{}", run.plan, time_key(run.made_at)))]
        }
        Document::Improvement(improvement) => vec![(Index::ImprovementByNumber, improvement.number.clone())],
        Document::ProblemProposal(proposal) => {
            let (state, last) = (proposal.state.as_str(), time_key(proposal.last_at));
            vec![(Index::ProblemProposalByState, format!("{state}/{last}"))]
        }
        Document::Declared(declared) => declared_entries(declared),
        Document::Relation(relation) => relation_entries(relation),
        Document::Address(address) => vec![(Index::AddressByHost, address.host.to_string())],
        Document::Audit(entry) => vec![(Index::AuditByObject, format!("{}/{:016x}", entry.draft.object, entry.seq))],
        Document::SourceSeen(seen) => vec![
            (Index::SourceByBody, seen.body.to_string()),
            (Index::SourceByTime, format!("{}/{}", seen.source, time_key(seen.at))),
        ],
        Document::SourceHead(head) => vec![(Index::SourceByDevice, format!("{}/{}", head.source, head.device_id))],
        Document::Grant(grant) => {
            let hosts = grant.touched().map(|host| (Index::GrantByHost, host.to_string()));
            let due = grant.due_at().map(|at| (Index::GrantDue, time_key(at)));
            let own =
                [(Index::GrantByTicket, grant.ticket.to_string()), (Index::GrantByAccount, grant.account.clone())];
            let holder = grant.holder.map(|holder| (Index::GrantByHolder, holder.to_string()));
            let resource = grant.resource().map(|node| (Index::GrantByResource, node.to_string()));
            let follows = grant.follows.is_some() && grant.ended_at().is_none();
            let follows = follows.then(|| (Index::GrantFollowing, grant.id.to_string()));
            hosts.chain(due).chain(holder).chain(own).chain(resource).chain(follows).collect()
        }
        Document::Campaign(campaign) => {
            campaign.next_at().map(|at| (Index::CampaignDue, time_key(at))).into_iter().collect()
        }
        Document::ReviewItem(item) => {
            let asked = item.reviewers.iter().filter(|_| item.answer.is_none() && item.outcome.is_none());
            asked.map(|(user, _)| (Index::ReviewItemByReviewer, user.to_string())).collect()
        }
        Document::Delegation(delegation) => vec![
            (Index::DelegationByVoter, delegation.to.to_string()),
            (Index::DelegationByOwner, delegation.from.to_string()),
        ],
        Document::Article(article) => {
            let review = article.review_due().map(|day| (Index::ArticleReview, time_key(day)));
            review.into_iter().chain([(Index::ArticleByNumber, article.number.clone())]).collect()
        }
        Document::Attachment(file) => vec![(Index::AttachmentByBlob, file.hash.to_string())],
        Document::Alert(alert) => alert_entries(alert),
        Document::AlertEvent(event) => {
            let by_alert =
                event.alert.map(|alert| (Index::AlertEventByAlert, format!("{alert}/{}", time_key(event.occurred_at))));
            by_alert.into_iter().chain([(Index::AlertEventByTime, time_key(event.received_at))]).collect()
        }
        Document::SavedSearch(search) => {
            let name = search.name.to_lowercase();
            let shared = search.is_shared.then(|| (Index::SavedSearchShared, name.clone()));
            shared.into_iter().chain([(Index::SavedSearchByOwner, format!("{}/{name}", search.owner))]).collect()
        }
        Document::LevelClock(clock) => {
            let due = clock.due_at.map(|at| (Index::LevelClockDue, time_key(at)));
            let ended = clock.ended_at().map(|at| (Index::LevelClockByEnd, time_key(at)));
            let open = clock.is_open().then(|| (Index::LevelClockOpen, time_key(clock.start_at)));
            due.into_iter().chain(ended).chain(open).collect()
        }
        Document::Delivery(_) | Document::Escalation(_) | Document::Override(_) | Document::Preference(_) => {
            notification_entries(document)
        }
        Document::AlertKey(_)
        | Document::AlertRule(_)
        | Document::Silence(_)
        | Document::Maintenance(_)
        | Document::ArticleVersion(_)
        | Document::Aside(_)
        | Document::Baseline(_)
        | Document::BaselineMove(_)
        | Document::Bucket(_)
        | Document::Blackout(_)
        | Document::Calendar(_)
        | Document::CalendarVersion(_)
        | Document::CatalogueItem(_)
        | Document::CatalogueVersion(_)
        | Document::Channel(_)
        | Document::Class(_)
        | Document::ClassVersion(_)
        | Document::Counter(_)
        | Document::Cursor(_)
        | Document::DeclaredChange(_)
        | Document::Demo(_)
        | Document::EnrollmentToken(_)
        | Document::AdmittedKey(_)
        | Document::EscalationPolicy(_)
        | Document::Event(_)
        | Document::HostMerge(_)
        | Document::HostPast(_)
        | Document::IdentificationRules(_)
        | Document::Idempotency(_)
        | Document::Import(_)
        | Document::ImportFile(_)
        | Document::ImportNote(_)
        | Document::Inventory(_)
        | Document::LastSeen(_)
        | Document::LevelBook(_)
        | Document::LevelPolicy(_)
        | Document::LevelPolicyVersion(_)
        | Document::Metrics(_)
        | Document::Pin(_)
        | Document::Policy(_)
        | Document::PolicySetting(_)
        | Document::Profile(_)
        | Document::Proposal(_)
        | Document::ProfileVersion(_)
        | Document::Rollout(_)
        | Document::Routing(_)
        | Document::ApprovalRules(_)
        | Document::Meeting(_)
        | Document::Rematch(_)
        | Document::Track(_)
        | Document::CapacityTrack(_)
        | Document::CapacityThreshold(_)
        | Document::Sweep(_)
        | Document::Waiver(_)
        | Document::FormerReconciliation(_)
        | Document::RetentionSet(_)
        | Document::PriorityVersion(_)
        | Document::ItemWatchers(_)
        | Document::Reconciliation(_)
        | Document::Rota(_)
        | Document::Section(_)
        | Document::Separation(_)
        | Document::SignInLink(_)
        | Document::SourceErrors(_)
        | Document::Subscription(_)
        | Document::Timeline(_)
        | Document::Team(_)
        | Document::Template(_)
        | Document::TemplateEdition(_)
        | Document::Told(_)
        | Document::Watchers(_) => Vec::new(),
    }
}

fn notification_entries(document: &Document) -> Vec<(Index, String)> {
    match document {
        Document::Delivery(delivery) => delivery_entries(delivery),
        Document::Escalation(escalation) => {
            let due = escalation.next_at().map(|at| (Index::EscalationDue, time_key(at)));
            due.into_iter().chain([(Index::EscalationByTime, time_key(escalation.began_at))]).collect()
        }
        Document::Override(it) => vec![(Index::OverrideByRota, format!("{}/{}", it.rota, time_key(it.to)))],
        Document::Preference(preference) => {
            preference.groups.iter().map(|group| (Index::PreferenceByGroup, group.clone())).collect()
        }
        _ => Vec::new(),
    }
}

fn delivery_entries(delivery: &muster_model::notification::delivery::Delivery) -> Vec<(Index, String)> {
    use muster_model::notification::delivery::DeliveryState;

    let (lane, created) = (delivery.to.lane(), time_key(delivery.created_at));
    let mut entries =
        vec![(Index::DeliveryByTime, created.clone()), (Index::DeliveryByLane, format!("{lane}/{created}"))];
    if let Some(due) = delivery.state.due_at() {
        entries.push((Index::DeliveryDue, format!("{lane}/{}/{}", time_key(due), delivery.id)));
        entries.extend(
            delivery.thread.as_ref().map(|thread| (Index::DeliveryByThread, format!("{thread}/{}", delivery.id))),
        );
    }
    if let Some(over) = delivery.state.over_at() {
        entries.push((Index::DeliveryOver, format!("{}/{}", delivery.state.as_str(), time_key(over))));
    }
    if matches!(delivery.state, DeliveryState::Collecting { .. }) {
        entries.push((Index::DeliveryCollecting, lane));
    }
    entries
}

fn declared_entries(declared: &muster_model::declared::Declared) -> Vec<(Index, String)> {
    let name = declared.name.to_lowercase();
    let mut entries = vec![(Index::DeclaredByClass, format!("{}/{name}/{}", declared.class, declared.id))];
    if declared.is_present() && declared.id.declared().is_some() {
        entries.push((Index::DeclaredByIdentity, format!("{}/{}", declared.class, declared.identity)));
    }
    if !declared.members.is_empty() {
        entries.push((Index::DeclaredByQuery, declared.class.clone()));
    }
    entries
}

fn relation_entries(relation: &muster_model::relation::Relation) -> Vec<(Index, String)> {
    use muster_model::relation::Source;

    let mut entries: Vec<_> = [relation.from, relation.to].map(|node| (Index::RelationByNode, node.to_string())).into();
    let hosts: std::collections::BTreeSet<_> =
        [relation.from.host(), relation.to.host()].into_iter().flatten().collect();
    entries.extend(hosts.into_iter().map(|host| (Index::RelationByHost, host.to_string())));
    if relation.source == Source::Discovered && relation.holds() {
        entries.push((Index::RelationSeen, time_key(relation.last_seen)));
    }
    entries
}

fn finding_entries(finding: &muster_model::finding::Finding) -> Vec<(Index, String)> {
    use muster_model::drift::explained::awaits_look;
    use muster_model::finding::{Basis, FindingState};
    use muster_model::policy::Outcome;

    let seen = time_key(finding.last_seen);
    let mut entries = vec![
        (Index::FindingByTime, seen.clone()),
        (Index::FindingByFirstSeen, time_key(finding.first_seen)),
        (Index::FindingByHost, format!("{}/{seen}", finding.host)),
        (Index::FindingByFingerprint, format!("{}/{}", finding.fingerprint, finding.id)),
        (Index::FindingByItem, format!("{}/{}", finding.item, finding.id)),
    ];
    if matches!(finding.state, FindingState::Unknown { .. }) {
        entries.push((Index::FindingUnknown, finding.host.to_string()));
    }
    if let Some(from) = awaits_look(finding) {
        entries.push((Index::FindingAwaitsLook, format!("{}/{}", finding.host, time_key(from))));
    }
    if finding.state.is_drift() {
        entries.push((Index::FindingDrift, format!("{}/{}", finding.host, finding.id)));
    }
    if finding.state.is_active() {
        entries.push((Index::FindingActive, seen.clone()));
        entries.push((Index::FindingActiveByHost, format!("{}/{}", finding.host, finding.item_key)));
        if !finding.basis.is_change() {
            entries.push((Index::FindingStanding, format!("{}/{}", finding.host, finding.item_key)));
        }
        entries.push((Index::FindingByPolicy, format!("{}/{}", finding.policy, finding.host)));
        entries.extend(finding.parent.map(|parent| (Index::FindingByParent, parent.to_string())));
        entries.extend(finding.incident.map(|incident| (Index::FindingByIncident, incident.to_string())));
        if finding.outcome == Outcome::Incident && finding.parent.is_none() && finding.basis != Basis::Storm {
            entries.push((Index::FindingByGroup, format!("{}/{}", finding.group_fingerprint, finding.host)));
        }
    }
    if finding.outcome == Outcome::Incident && (finding.incident.is_some() || finding.reopen_count > 0) {
        entries.push((Index::FindingByProblem, format!("{}/{seen}", finding.problem_fingerprint)));
    }
    for found in &finding.matches {
        entries.push((Index::FindingByChange, format!("{}/{}", found.change, time_key(finding.first_seen))));
    }
    if let Some(due) = finding.state.due_at() {
        entries.push((Index::FindingDue, time_key(due)));
    }
    if let Some(routes_at) = finding.routes_at()
        && finding.outcome == Outcome::Incident
        && !finding.is_routed
        && finding.parent.is_none()
    {
        entries.push((Index::FindingUnrouted, time_key(routes_at)));
    }
    entries
}

fn alert_entries(alert: &muster_model::alert::Alert) -> Vec<(Index, String)> {
    let last = time_key(alert.last_at);
    let mut entries = vec![(Index::AlertByTime, last.clone())];
    entries.extend(alert.incident.map(|ticket| (Index::AlertByIncident, ticket.to_string())));
    entries.extend(alert.state.due_at().map(|at| (Index::AlertDue, time_key(at))));
    if alert.state.is_active() {
        entries.push((Index::AlertActive, last));
        entries
            .extend(alert.route.as_ref().map(|route| (Index::AlertByGroup, format!("{}/{}", route.rule, route.group))));
    }
    entries.extend(alert.routes_at().map(|at| (Index::AlertUnrouted, time_key(at))));
    entries.extend(alert.mutes().map(|node| (Index::AlertCritical, node.to_string())));
    entries
}

fn approval_entries(approval: &muster_model::approval::Approval) -> Vec<(Index, String)> {
    let mut entries = vec![(Index::ApprovalByTicket, format!("{}/{:06}", approval.ticket, approval.round))];
    entries.extend(approval.waits_for().iter().map(|user| (Index::ApprovalByVoter, user.to_string())));
    entries.extend(approval.due_at().map(|at| (Index::ApprovalDue, time_key(at))));
    entries
}

fn ticket_entries(ticket: &muster_model::ticket::Ticket) -> Vec<(Index, String)> {
    use muster_model::ticket::Breadth;

    let opened = time_key(ticket.opened_at);
    let kind = ticket.kind().as_str();
    let mut entries =
        vec![(Index::TicketByTime, format!("{kind}/{opened}")), (Index::TicketByNumber, ticket.number.clone())];
    let at = |at: Option<Time>| at.map(|at| format!("{kind}/{}", time_key(at)));
    entries.extend(at(ticket.resolved_at).map(|key| (Index::TicketByResolution, key)));
    entries.extend(at(ticket.closed_at).map(|key| (Index::TicketByClosing, key)));
    entries.extend(at(ticket.acknowledged_at).map(|key| (Index::TicketByNotice, key)));
    entries.extend(ticket.items.iter().map(|item| (Index::TicketByItem, format!("{}/{opened}", item.id))));
    if ticket.state.name().is_active() {
        entries.extend(ticket.follow_up_at.map(|at| (Index::TicketFollowUp, time_key(at))));
        entries.push((Index::TicketActive, format!("{kind}/{}/{opened}", ticket.priority)));
        if let Some(origin) = &ticket.alert {
            entries.push((Index::TicketByAlert, format!("{}/{}", origin.rule, origin.group)));
        }
        if let Some(origin) = &ticket.drift {
            let of = match &origin.breadth {
                Breadth::Host => format!("{}/{}", origin.host, origin.policy),
                Breadth::Group { fingerprint, .. } => format!("group/{fingerprint}"),
                Breadth::Policy { policy, .. } => format!("policy/{policy}"),
                Breadth::Digest => "digest".to_owned(),
            };
            entries.push((Index::TicketByDrift, format!("{of}/{opened}")));
        }
    }
    let subjects = muster_model::problem_proposal::recurs(ticket).into_iter().filter_map(|subject| subject.key());
    entries.extend(subjects.map(|key| (Index::TicketByRecurrence, format!("{key}/{opened}"))));
    if let Some(parent) = ticket.parent {
        entries.push((Index::TicketByParent, parent.to_string()));
    }
    if let Some(change) = ticket.details.change()
        && ticket.state.name().is_active()
        && let Some((start, _)) = change.window()
    {
        entries.push((Index::ChangeByStart, time_key(start)));
    }
    if let Some(template) = ticket.details.change().and_then(|change| change.plan.template)
        && let Some(closed) = ticket.closed_at.filter(|_| ticket.state.resolution().is_some())
    {
        entries.push((Index::ChangeByTemplate, format!("{template}/{}", time_key(closed))));
    }
    if let Some(state) = muster_model::ticket::problem::known_error(ticket) {
        entries.push((Index::KnownErrorByState, format!("{}/{opened}", state.as_str())));
    }
    if let Some(origin) = &ticket.origin {
        let key = muster_model::exchange::Origin::key(&origin.source, &origin.external_id);
        entries.push((Index::TicketByOrigin, key));
    }
    let due = ticket.due_at();
    entries.extend(due.map(|at| (Index::TicketDue, time_key(at))));
    entries
}
