//! Who may do what: roles and rights as one table, and the one function that asks it. Deny by default.

mod actor;
pub mod maker;
mod reach;
mod scope;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use actor::{Actor, Because, Denied, Resource};
pub use reach::{Extent, Reach, Reaches, WHOLE, extent};
use scope::in_scope;
pub use scope::is_read;

macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in JSON and on the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

names! {
    /// What an account is for.
    Role {
        /// May everything that a person may.
        Administrator = "administrator",
        /// Answers for hosts and items; decides what is right.
        CmdbOwner = "cmdb_owner",
        /// Works tickets.
        Responder = "responder",
        /// Asks: opens incidents, requests services and access.
        Requester = "requester",
        /// Answers for incidents.
        IncidentManager = "incident_manager",
        /// Answers for problems and the risks that are lived with.
        ProblemManager = "problem_manager",
        /// Plans changes.
        ChangeRequester = "change_requester",
        /// Makes changes.
        ChangeImplementer = "change_implementer",
        /// Answers for changes: their schedule, conflicts and reviews.
        ChangeManager = "change_manager",
        /// Answers for releases.
        ReleaseManager = "release_manager",
        /// Answers for a service: what it is made of, who may use it.
        ServiceOwner = "service_owner",
        /// Looks over who has access.
        AccessReviewer = "access_reviewer",
        /// Votes on changes.
        ChangeApprover = "change_approver",
        /// Looks.
        Viewer = "viewer",
        /// Looks at everything, the audit trail too.
        Auditor = "auditor",
    }
}

names! {
    /// What can be done. One per use case; the service asks for it before anything else.
    Action {
        /// See hosts, items and their history.
        ItemRead = "item.read",
        /// Change what people say of a host: owner, site, criticality.
        HostUpdate = "host.update",
        /// Declare items and relations, change them, retire them.
        ItemManage = "item.manage",
        /// Define classes and attributes.
        ClassManage = "class.manage",
        /// Ask an agent for a fresh look.
        HostRecheck = "host.recheck",
        /// Say which host a machine is: answer reviews, merge and split hosts.
        IdentityDecide = "identity.decide",
        /// Change the rules by which hosts are recognised, or try others.
        IdentityRules = "identity.rules",
        /// See findings, baselines and policies.
        FindingRead = "finding.read",
        /// Move the baseline: what was found is right.
        FindingAccept = "finding.accept",
        /// Let a finding stand for a time, with a reason.
        FindingWaive = "finding.waive",
        /// Silence a finding for a time.
        FindingSuppress = "finding.suppress",
        /// Make policies, change them, switch them on and off.
        PolicyManage = "policy.manage",
        /// Say who deals with incidents of drift.
        RoutingUpdate = "routing.update",
        /// See tickets.
        TicketRead = "ticket.read",
        /// Open a ticket.
        TicketCreate = "ticket.create",
        /// Change fields and assignment of a ticket.
        TicketUpdate = "ticket.update",
        /// Move a ticket through its states.
        TicketTransition = "ticket.transition",
        /// Say that an incident is a major one, or is none.
        MajorAccept = "major.accept",
        /// Work on problems.
        ProblemManage = "problem.manage",
        /// Write articles of knowledge.
        KnowledgeManage = "knowledge.manage",
        /// Live with a problem until a day.
        RiskAccept = "risk.accept",
        /// Plan changes and hand them in.
        ChangePlan = "change.plan",
        /// Make changes.
        ChangeImplement = "change.implement",
        /// Take conflicts of changes on, review changes and close them.
        ChangeReview = "change.review",
        /// Take on that a change is made in a blackout.
        BlackoutOverride = "blackout.override",
        /// Plan releases and send them out.
        ReleaseManage = "release.manage",
        /// Hand in requests of services and access, and take them back.
        RequestSubmit = "request.submit",
        /// Say what can be asked for.
        CatalogueManage = "catalogue.manage",
        /// Grant access that was approved, and take it back.
        AccessManage = "access.manage",
        /// Let oneself in without votes, for hours, to be looked over afterwards.
        AccessEmergency = "access.emergency",
        /// Look over who has access, and say what must be separate.
        AccessReview = "access.review",
        /// Vote, where one has a seat.
        ApprovalVote = "approval.vote",
        /// Comment on a ticket, and put files on it.
        TicketComment = "ticket.comment",
        /// Read and write what is only for those who work on tickets.
        TicketInternal = "ticket.internal",
        /// Import tickets of another desk, with times, names and states as it says.
        TicketImport = "ticket.import",
        /// Set a priority against the matrix.
        PriorityOverride = "priority.override",
        /// Set the matrix of priorities, and what makes an incident a major one.
        PriorityRules = "priority.rules",
        /// See agents and enrollment tokens.
        AgentRead = "agent.read",
        /// Shut an agent out.
        AgentRevoke = "agent.revoke",
        /// Make and take back enrollment tokens.
        EnrollmentManage = "enrollment.manage",
        /// See accounts.
        UserRead = "user.read",
        /// Make, change and disable accounts; end their sessions.
        UserManage = "user.manage",
        /// See and end own sessions, make and take back own API tokens, change own language and password.
        SelfManage = "self.manage",
        /// Read and verify the audit trail.
        AuditRead = "audit.read",
        /// Follow the stream of events.
        EventRead = "event.read",
        /// Deliver what another product's agent found.
        SourceReport = "source.report",
        /// Say which source is believed.
        ReconciliationUpdate = "reconciliation.update",
        /// Say how long the past is kept.
        RetentionUpdate = "retention.update",
        /// Pin a value of an item, and take the pin back.
        ItemPin = "item.pin",
        /// Keep searches for oneself.
        SearchSave = "search.save",
        /// Share a saved search with everybody; change and remove what others shared.
        SearchShare = "search.share",
        /// Set calendars and service levels, and reckon clocks anew.
        LevelManage = "level.manage",
        /// Send events: for monitoring systems.
        EventSend = "event.send",
        /// See alerts, silences, maintenance windows and alert rules.
        AlertRead = "alert.read",
        /// Acknowledge and close alerts.
        AlertUpdate = "alert.update",
        /// Silence alerts, and say when items are under maintenance.
        AlertSilence = "alert.silence",
        /// Say which alerts make incidents.
        AlertRule = "alert.rule",
        /// See channels, subscriptions and the messages that went out.
        NotificationRead = "notification.read",
        /// Make and change channels and subscriptions; send messages again.
        NotificationManage = "notification.manage",
        /// See who is on call, and escalations.
        OnCallRead = "on_call.read",
        /// Make and change rotas and plans of escalation.
        OnCallManage = "on_call.manage",
        /// Set whose votes tickets ask for, and which ask for none.
        ApprovalRule = "approval.rule",
        /// Write down what a meeting of the board decided.
        BoardRecord = "board.record",
        /// Stand in for whoever is on call, or let somebody; take an escalation.
        OnCallOverride = "on_call.override",
        /// Write into the register of improvements, and move what stands in it.
        ImprovementManage = "improvement.manage",
        /// See which reports come by themselves, and those that came.
        ReportRead = "report.read",
        /// Have reports come by themselves.
        ReportSchedule = "report.schedule",
    }
}

names! {
    /// What an API token is limited to.
    Scope {
        /// Reading only.
        Read = "read",
        /// Everything that its user may do with tickets and findings.
        Work = "work",
        /// Everything that its user may do.
        All = "all",
        /// Delivering inventories, and nothing else: for the configuration of another product's agent.
        Inventory = "inventory",
        /// Sending events, and nothing else: for the configuration of a monitoring system.
        Events = "events",
    }
}

use Role::{
    AccessReviewer, Administrator, Auditor, ChangeApprover, ChangeImplementer, ChangeManager, ChangeRequester,
    CmdbOwner, IncidentManager, ProblemManager, ReleaseManager, Requester, Responder, ServiceOwner,
};

const EVERYBODY: &[Role] = Role::ALL;

/// Everybody but those who only look.
const WORKING: &[Role] = &[
    Administrator,
    CmdbOwner,
    Responder,
    Requester,
    IncidentManager,
    ProblemManager,
    ChangeRequester,
    ChangeApprover,
    ChangeImplementer,
    ChangeManager,
    ReleaseManager,
    ServiceOwner,
    AccessReviewer,
];

/// Who works on tickets, and who looks over everything: not those who only ask.
const INTERNAL: &[Role] = &[
    Administrator,
    CmdbOwner,
    Responder,
    IncidentManager,
    ProblemManager,
    ChangeRequester,
    ChangeApprover,
    ChangeImplementer,
    ChangeManager,
    ReleaseManager,
    ServiceOwner,
    AccessReviewer,
    Auditor,
];

/// The roles that hold a right. The table that code, tests and docs share.
pub const fn holders(action: Action) -> &'static [Role] {
    match action {
        Action::ItemRead
        | Action::FindingRead
        | Action::TicketRead
        | Action::EventRead
        | Action::AlertRead
        | Action::SelfManage
        | Action::OnCallRead
        | Action::SearchSave => EVERYBODY,
        Action::AgentRead | Action::NotificationRead => &[Administrator, CmdbOwner, Responder, Auditor],
        Action::HostUpdate
        | Action::IdentityDecide
        | Action::IdentityRules
        | Action::ItemManage
        | Action::ClassManage
        | Action::FindingAccept
        | Action::FindingWaive
        | Action::PolicyManage
        | Action::RoutingUpdate
        | Action::SourceReport
        | Action::ReconciliationUpdate
        | Action::EventSend
        | Action::AlertRule
        | Action::OnCallManage
        | Action::ItemPin => &[Administrator, CmdbOwner],
        Action::HostRecheck | Action::FindingSuppress | Action::SearchShare | Action::OnCallOverride => {
            &[Administrator, CmdbOwner, Responder]
        }
        Action::TicketUpdate | Action::TicketTransition => {
            &[Administrator, CmdbOwner, Responder, IncidentManager, ServiceOwner]
        }
        Action::TicketCreate | Action::TicketComment | Action::RequestSubmit | Action::ApprovalVote => WORKING,
        Action::TicketInternal => INTERNAL,
        Action::PriorityOverride => &[Administrator, Responder, IncidentManager],
        Action::ProblemManage => &[Administrator, Responder, IncidentManager, ProblemManager],
        Action::KnowledgeManage => {
            &[Administrator, CmdbOwner, Responder, IncidentManager, ProblemManager, ServiceOwner]
        }
        Action::MajorAccept => &[Administrator, IncidentManager],
        Action::RiskAccept => &[Administrator, ProblemManager],
        Action::ChangePlan => {
            &[Administrator, CmdbOwner, Responder, ChangeRequester, ChangeImplementer, ChangeManager, ReleaseManager]
        }
        Action::ChangeImplement => &[Administrator, ChangeImplementer, ChangeManager],
        Action::ChangeReview | Action::BlackoutOverride | Action::BoardRecord => &[Administrator, ChangeManager],
        Action::ReleaseManage => &[Administrator, ReleaseManager],
        Action::AccessManage | Action::CatalogueManage => &[Administrator, ServiceOwner],
        Action::ImprovementManage => &[Administrator, ServiceOwner, ProblemManager, IncidentManager, ChangeManager],
        Action::ReportRead => &[Administrator, CmdbOwner, ServiceOwner, IncidentManager, ChangeManager, Auditor],
        Action::ReportSchedule => &[Administrator, CmdbOwner, ServiceOwner, IncidentManager, ChangeManager],
        Action::AccessEmergency => &[Administrator, Responder, IncidentManager, ServiceOwner],
        Action::AccessReview => &[Administrator, AccessReviewer],
        Action::AlertUpdate | Action::AlertSilence => &[Administrator, CmdbOwner, Responder, IncidentManager],
        Action::UserRead | Action::AuditRead => &[Administrator, Auditor],
        Action::AgentRevoke
        | Action::EnrollmentManage
        | Action::UserManage
        | Action::ApprovalRule
        | Action::PriorityRules
        | Action::RetentionUpdate
        | Action::TicketImport
        | Action::LevelManage
        | Action::NotificationManage => &[Administrator],
    }
}

/// Whether `actor` may do `action` to `resource`. Every use case of the service begins here, or with the [`extent`] of the right.
pub fn authorize(actor: &Actor, action: Action, resource: Resource<'_>) -> Result<(), Denied> {
    let because = |because| Denied { actor: actor.label(), action, because };
    let extent = extent(actor, action)?;
    match resource {
        Resource::Own(owner) => match actor.user() {
            Some(user) if user != owner => Err(because(Because::Role)),
            _ => Ok(()),
        },
        Resource::Shared => Ok(()),
        Resource::All | Resource::One(_) => match extent {
            Extent::Everything => Ok(()),
            Extent::Within(_) => Err(because(Because::Reach)),
        },
    }
}

#[cfg(test)]
mod tests;
