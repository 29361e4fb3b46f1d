//! The indexes, declared once: which documents are found under which keys.
//!
//! An index key is text; parts are joined by `/` and times are written so that they sort. A document may stand in an index
//! under several keys or none. Backends add the document's own key behind, so index keys need not be unique.

mod entry;

use muster_model::Collection;
use muster_shared::Time;

pub use entry::entries;

macro_rules! indexes {
    ($($(#[$doc:meta])* $variant:ident($collection:ident) = $code:literal;)+) => {
        /// An index. The number is part of the stored form and never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Index { $($(#[$doc])* $variant = $code,)+ }

        impl Index {
            /// Every index.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The collection whose documents it lists.
            pub const fn collection(self) -> Collection {
                match self { $(Self::$variant => Collection::$collection),+ }
            }

            /// The number in the stored form.
            pub const fn code(self) -> u8 {
                self as u8
            }

            /// The index of a stored number.
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

indexes! {
    /// `host`: agents by the host they speak for.
    AgentByHost(Agent) = 1;
    /// `user`: API tokens by user.
    TokenByUser(ApiToken) = 2;
    /// `user`: sessions by user.
    SessionByUser(Session) = 3;
    /// `name`: users by sign-in name.
    UserByName(User) = 4;
    /// `name`: hosts by name, lower case.
    HostByName(Host) = 5;
    /// `kind=value`: hosts by what they are recognised by.
    HostByIdentifier(Host) = 6;
    /// `item/seq`: history by item.
    HistoryByItem(History) = 7;
    /// `host/section/seq`: history by section.
    HistoryBySection(History) = 8;
    /// `last_seen`: findings by time.
    FindingByTime(Finding) = 9;
    /// `host/item key`: active findings by host.
    FindingActiveByHost(Finding) = 10;
    /// `host/last_seen`: findings by host.
    FindingByHost(Finding) = 11;
    /// `due`: findings to which something happens by itself.
    FindingDue(Finding) = 12;
    /// `routes_at`: findings that wait for the router.
    FindingUnrouted(Finding) = 13;
    /// `fingerprint/id`: findings by fingerprint.
    FindingByFingerprint(Finding) = 14;
    /// `last_seen`: active findings by time.
    FindingActive(Finding) = 15;
    /// `kind/opened_at`: tickets by time.
    TicketByTime(Ticket) = 16;
    /// `number`: tickets by number.
    TicketByNumber(Ticket) = 17;
    /// `kind/priority/opened_at`: active tickets, first things first.
    TicketActive(Ticket) = 18;
    /// `host/policy/opened_at`: active incidents from drift.
    TicketByDrift(Ticket) = 19;
    /// `at`: tickets to which something happens by itself.
    TicketDue(Ticket) = 20;
    /// `item/opened_at`: tickets by item.
    TicketByItem(Ticket) = 21;
    /// `object/seq`: audit entries by the record they are about.
    AuditByObject(Audit) = 22;
    /// `seen_at`: history of the whole fleet by time.
    HistoryByTime(History) = 23;
    /// `kind=value`: hosts that show what another one is recognised by.
    HostByClaim(Host) = 70;
    /// `host`: hosts that were merged into another one.
    HostByAlias(Host) = 71;
    /// `at`: decisions of identity by time.
    DecisionByTime(Decision) = 72;
    /// `agent or host/opened_at`: questions of identity by whom they are about.
    ReviewBySubject(Review) = 73;
    /// `opened_at`: questions of identity that wait for a person.
    ReviewOpen(Review) = 74;
    /// `class/name/id`: declared items by class and name, lower case.
    DeclaredByClass(Declared) = 40;
    /// `class/identity`: present items by what tells them apart.
    DeclaredByIdentity(Declared) = 41;
    /// `node`: relations by each of their ends.
    RelationByNode(Relation) = 42;
    /// `last_seen`: discovered relations that hold, by when they were last seen.
    RelationSeen(Relation) = 43;
    /// `host`: relations by the host that one of their ends is or stands on.
    RelationByHost(Relation) = 44;
    /// `host`: addresses by the host that has or had them.
    AddressByHost(Address) = 45;
    /// `digest`: reports of sources by their bytes.
    SourceByBody(SourceSeen) = 50;
    /// `source/at`: hosts by when a source was last heard of them.
    SourceByTime(SourceSeen) = 51;
    /// `source/device id`: hosts by what a source calls them.
    SourceByDevice(SourceHead) = 52;
    /// `item/id`: findings by item, in the order of their birth.
    FindingByItem(Finding) = 90;
    /// `host/at`: findings to which a look of their host matters, from then on.
    FindingAwaitsLook(Finding) = 91;
    /// `host/id`: findings that are drift, see [`muster_model::finding::FindingState::is_drift`].
    FindingDrift(Finding) = 241;
    /// `host/item key`: active findings that are no change: they say how things are.
    FindingStanding(Finding) = 242;
    /// `class`: items that depend on others by a query.
    DeclaredByQuery(Declared) = 80;
    /// `owner/name`: saved searches by who keeps them, lower case.
    SavedSearchByOwner(SavedSearch) = 85;
    /// `name`: saved searches that everybody sees, lower case.
    SavedSearchShared(SavedSearch) = 86;
    /// `last_at`: alerts by their last event.
    AlertByTime(Alert) = 120;
    /// `last_at`: alerts that are not closed, by their last event.
    AlertActive(Alert) = 121;
    /// `at`: alerts that calm down by themselves.
    AlertDue(Alert) = 122;
    /// `due_at`: alerts that wait for an incident.
    AlertUnrouted(Alert) = 123;
    /// `rule/group`: alerts that are not closed, by their rule and group.
    AlertByGroup(Alert) = 124;
    /// `ticket`: alerts by their incident.
    AlertByIncident(Alert) = 125;
    /// `node`: critical alerts that nothing mutes, by their item.
    AlertCritical(Alert) = 126;
    /// `alert/occurred_at`: events by their alert.
    AlertEventByAlert(AlertEvent) = 127;
    /// `received_at`: events by time.
    AlertEventByTime(AlertEvent) = 128;
    /// `rule/group`: active incidents from alerts.
    TicketByAlert(Ticket) = 129;
    /// `lane/due/id`: messages that are still to be sent, by where they go.
    DeliveryDue(Delivery) = 130;
    /// `created_at`: messages by time.
    DeliveryByTime(Delivery) = 131;
    /// `state/over_at`: messages that are over, by when.
    DeliveryOver(Delivery) = 132;
    /// `lane`: messages to which more may be added.
    DeliveryCollecting(Delivery) = 133;
    /// `thread/id`: messages that are still to be sent, by what they belong to.
    DeliveryByThread(Delivery) = 134;
    /// `lane/created_at`: messages by where they go.
    DeliveryByLane(Delivery) = 135;
    /// `next_at`: escalations with a step to come.
    EscalationDue(Escalation) = 136;
    /// `began_at`: escalations by time.
    EscalationByTime(Escalation) = 137;
    /// `rota/to`: who stands in, by when that ends.
    OverrideByRota(Override) = 138;
    /// `group`: the wishes of people who follow a group.
    PreferenceByGroup(Preference) = 139;
    /// `policy/host`: active findings by the policy that minds.
    FindingByPolicy(Finding) = 110;
    /// `group fingerprint/host`: active findings that make incidents, by the difference that they share.
    FindingByGroup(Finding) = 111;
    /// `parent`: active findings by the one that stands for them.
    FindingByParent(Finding) = 112;
    /// `incident`: active findings by their incident.
    FindingByIncident(Finding) = 113;
    /// `host`: findings of silent hosts.
    FindingUnknown(Finding) = 114;
    /// `ticket/round`: rounds of votes by ticket.
    ApprovalByTicket(Approval) = 100;
    /// `user`: rounds that wait for a vote of somebody.
    ApprovalByVoter(Approval) = 101;
    /// `planned_start`: changes that are planned and not over, by time.
    ChangeByStart(Ticket) = 102;
    /// `ticket`: tickets that are a part of another one.
    TicketByParent(Ticket) = 103;
    /// `at`: clocks that the worker looks at then.
    LevelClockDue(LevelClock) = 140;
    /// `at`: clocks by when they stopped, or were over their time while they go on.
    LevelClockByEnd(LevelClock) = 141;
    /// `at`: clocks that go on, by when their ticket's time began.
    LevelClockOpen(LevelClock) = 142;
    /// `kind/resolved_at`: tickets by when they were resolved.
    TicketByResolution(Ticket) = 143;
    /// `kind/acknowledged_at`: tickets by when somebody took notice.
    TicketByNotice(Ticket) = 144;
    /// `kind/closed_at`: tickets by when they were closed.
    TicketByClosing(Ticket) = 210;
    /// `at`: hosts of which something is to be compared with their peers.
    PeerDue(Peer) = 165;
    /// `first_seen`: findings by when they were first seen.
    FindingByFirstSeen(Finding) = 145;
    /// `change/first_seen`: findings by the changes that have to do with them.
    FindingByChange(Finding) = 180;
    /// `problem fingerprint/last_seen`: findings of incidents, by what a problem would be about.
    FindingByProblem(Finding) = 181;
    /// `state/last_at`: proposals of problems.
    ProblemProposalByState(ProblemProposal) = 182;
    /// `what/opened_at`: incidents by what is said to be their cause, and by their alerts.
    TicketByRecurrence(Ticket) = 183;
    /// `host`: grants by each of their hosts.
    GrantByHost(Grant) = 190;
    /// `ticket`: grants by the ticket that gave them.
    GrantByTicket(Grant) = 191;
    /// `at`: grants by when their time begins, or somebody has to look over them.
    GrantDue(Grant) = 192;
    /// `account`: grants by account.
    GrantByAccount(Grant) = 193;
    /// `user`: grants by who has them.
    GrantByHolder(Grant) = 196;
    /// `node`: grants by the service or item that they are for.
    GrantByResource(Grant) = 174;
    /// `grant`: grants that are not over and whose hosts may become others.
    GrantFollowing(Grant) = 175;
    /// `at`: campaigns to which something happens by itself.
    CampaignDue(Campaign) = 194;
    /// `user`: grants that somebody is to look over.
    ReviewItemByReviewer(ReviewItem) = 195;
    /// `template/closed_at`: standard changes that are over, by what they repeat.
    ChangeByTemplate(Ticket) = 197;
    /// `user`: delegations by who votes.
    DelegationByVoter(Delegation) = 198;
    /// `at`: rounds of votes by when somebody is reminded.
    ApprovalDue(Approval) = 199;
    /// `user`: delegations by in whose place.
    DelegationByOwner(Delegation) = 200;
    /// `hash`: files on tickets by their content.
    AttachmentByBlob(Attachment) = 170;
    /// `state/opened_at`: problems that are known errors, by how far.
    KnownErrorByState(Ticket) = 171;
    /// `number`: articles by number.
    ArticleByNumber(Article) = 172;
    /// Articles whose review nobody was told of, by its day.
    ArticleReview(Article) = 173;
    /// `source/external id`: imported tickets by what the other desk calls them.
    TicketByOrigin(Ticket) = 230;
    /// `channel/external id`: twins of tickets by what the other desk calls them.
    TwinByExternal(Twin) = 231;
    /// `ticket`: twins by our ticket.
    TwinByTicket(Twin) = 232;
    /// `at`: tickets that wake who has them.
    TicketFollowUp(Ticket) = 211;
    /// `number`: improvements by number.
    ImprovementByNumber(Improvement) = 212;
    /// `at`: reports by when they come.
    ReportPlanDue(ReportPlan) = 213;
    /// `plan/due_at`: reports that came, by plan.
    ReportRunByPlan(ReportRun) = 214;
}

/// Counts up when [`entries`] finds a stored document under other keys than before: indexes that were made by the older function
/// are built anew. A new index needs no count.
const ENTRIES: u32 = 2;

/// Names what an index is made by: a stored index with another name lacks entries and is built anew.
pub fn fingerprint() -> String {
    let indexes = Index::ALL.iter().map(|index| format!("{}:{index:?}", index.code())).collect::<Vec<_>>().join(",");
    format!("{ENTRIES}/{}", muster_shared::canonical::Digest::of(indexes.as_bytes()))
}

/// Whether documents of a collection have index entries: the others need not be read before they are replaced.
pub fn is_indexed(collection: Collection) -> bool {
    Index::ALL.iter().any(|index| index.collection() == collection)
}

/// What backends put between an index key and the document's own key. No index key holds it.
pub const SEPARATOR: char = '\0';

/// The key of the document that a place of an index leads to.
pub fn document_of(place: &str) -> &str {
    place.rsplit(SEPARATOR).next().unwrap_or_default()
}

/// The time in a place whose index text ends with one, see [`time_key`].
pub fn time_of(place: &str) -> Option<Time> {
    let (text, _) = place.split_once(SEPARATOR)?;
    let at = text.rsplit('/').next()?;
    i64::from_str_radix(at, 16).ok().map(Time::from_millis)
}

/// A time as index text: sorts as time does.
pub fn time_key(at: Time) -> String {
    // Times before 1970 do not occur; they would all sort first.
    format!("{:012x}", at.millis().max(0))
}
