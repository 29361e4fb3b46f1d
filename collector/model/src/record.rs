//! Everything that is stored: one registry of collections and the document type of each.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value with the version under which it is stored; versions of a key count up from 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Versioned<T> {
    /// The document.
    pub value: T,
    /// Its version: the `ETag` of the API, the lock of a commit.
    pub version: u64,
}

/// A document type with a place of its own.
pub trait Record: Serialize + serde::de::DeserializeOwned + Into<Document> + Send + Sync + 'static {
    /// Where documents of this type live.
    const COLLECTION: Collection;

    /// The key of this document in its collection.
    fn key(&self) -> String;
}

macro_rules! documents {
    ($($(#[$doc:meta])* $variant:ident($ty:path) = $code:literal, $name:literal;)+) => {
        /// A collection of the store. The number is part of the stored form and never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum Collection { $($(#[$doc])* $variant = $code,)+ }

        impl Collection {
            /// Every collection.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in messages and statistics.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The number in the stored form.
            pub const fn code(self) -> u8 {
                self as u8
            }

            /// The collection of a stored number.
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }

        /// A document of any collection.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Document { $($(#[$doc])* $variant($ty),)+ }

        impl Document {
            /// Where it lives.
            pub const fn collection(&self) -> Collection {
                match self { $(Self::$variant(_) => Collection::$variant),+ }
            }

            /// Its key there.
            pub fn key(&self) -> String {
                match self { $(Self::$variant(document) => document.key()),+ }
            }

            /// Its stored form: JSON.
            pub fn encode(&self) -> serde_json::Result<Vec<u8>> {
                match self { $(Self::$variant(document) => serde_json::to_vec(document)),+ }
            }

            /// A document from its stored form.
            pub fn decode(collection: Collection, bytes: &[u8]) -> serde_json::Result<Self> {
                match collection { $(Collection::$variant => serde_json::from_slice(bytes).map(Self::$variant)),+ }
            }
        }

        $(impl From<$ty> for Document {
            fn from(document: $ty) -> Self {
                Self::$variant(document)
            }
        })+
    };
}

documents! {
    /// Agents: key pairs that speak for hosts.
    Agent(crate::agent::Agent) = 1, "agent";
    /// API tokens.
    ApiToken(crate::account::ApiToken) = 2, "api_token";
    /// The audit trail.
    Audit(crate::audit::AuditEntry) = 3, "audit";
    /// The authorised ledger's version per host.
    Baseline(crate::baseline::Baseline) = 4, "baseline";
    /// Every move of a baseline.
    BaselineMove(crate::baseline::BaselineMove) = 5, "baseline_move";
    /// Gapless ticket numbers.
    Counter(crate::ticket::Counter) = 6, "counter";
    /// How far a reader of events has come.
    Cursor(crate::event::Cursor) = 7, "cursor";
    /// Enrollment tokens.
    EnrollmentToken(crate::agent::EnrollmentTokenRecord) = 8, "enrollment_token";
    /// The outbox: what happened, in order.
    Event(crate::event::EventRecord) = 9, "event";
    /// Drift findings.
    Finding(crate::finding::Finding) = 10, "finding";
    /// The history of items.
    History(crate::history::HistoryEntry) = 11, "history";
    /// Hosts.
    Host(crate::host::Host) = 12, "host";
    /// Answers kept for repeated requests.
    Idempotency(crate::account::IdempotencyRecord) = 13, "idempotency";
    /// What is known of a host's inventory as a whole.
    Inventory(crate::inventory::Inventory) = 14, "inventory";
    /// When a host was last heard.
    LastSeen(crate::host::LastSeen) = 15, "last_seen";
    /// The latest metrics of a section.
    Metrics(crate::inventory::SectionMetrics) = 16, "metrics";
    /// The items of a section.
    Section(crate::inventory::SectionBody) = 17, "section";
    /// Sessions of people.
    Session(crate::account::Session) = 18, "session";
    /// One-time sign-in links.
    SignInLink(crate::account::SignInLink) = 19, "sign_in_link";
    /// Tickets of all kinds.
    Ticket(crate::ticket::Ticket) = 20, "ticket";
    /// What happened to a ticket.
    Timeline(crate::ticket::TimelineEntry) = 21, "timeline";
    /// People and scripts.
    User(crate::account::User) = 22, "user";
    /// Reports of agents in quarantine.
    Aside(crate::agent::AsideReport) = 23, "aside";
    /// What was said of hosts before.
    HostPast(crate::host::HostPast) = 24, "host_past";
    /// Why reports belong to their hosts.
    Decision(crate::identification::decision::Decision) = 50, "decision";
    /// The versions of the rules of identification.
    IdentificationRules(crate::identification::ladder::Rules) = 51, "identification_rules";
    /// Questions of identity that a person answers.
    Review(crate::identification::review::Review) = 52, "review";
    /// Merges and splits of hosts.
    HostMerge(crate::alias::HostMerge) = 53, "host_merge";
    /// What owners say of classes.
    Class(crate::class::ClassDefinition) = 34, "class";
    /// Every version of that.
    ClassVersion(crate::class::ClassVersion) = 35, "class_version";
    /// What people declare of nodes.
    Declared(crate::declared::Declared) = 36, "declared";
    /// Every change of that.
    DeclaredChange(crate::declared::DeclaredChange) = 37, "declared_change";
    /// Relations between nodes.
    Relation(crate::relation::Relation) = 38, "relation";
    /// Which host had which address, and when.
    Address(crate::relation::address::Address) = 39, "address";
    /// What sources besides the agent told of hosts.
    SourceHead(crate::source::SourceHead) = 40, "source_head";
    /// When sources were last heard.
    SourceSeen(crate::source::SourceSeen) = 41, "source_seen";
    /// What sources sent and was not taken.
    SourceErrors(crate::source::SourceErrors) = 42, "source_errors";
    /// Values that people pinned.
    Pin(crate::reconcile::pin::Pin) = 43, "pin";
    /// Which source is believed, as owners set it.
    Reconciliation(crate::reconcile::rule::Reconciliation) = 44, "reconciliation";
    /// Files of facts that were imported.
    Import(crate::import::Import) = 60, "import";
    /// The files themselves, as long as they are needed.
    ImportFile(crate::import::ImportFile) = 61, "import_file";
    /// Rows of files that were not taken.
    ImportNote(crate::import::ImportNote) = 62, "import_note";
    /// Which source was believed before.
    FormerReconciliation(crate::reconcile::rule::FormerReconciliation) = 68, "former_reconciliation";
    /// For how long what is kept.
    RetentionSet(crate::retention::RetentionSet) = 65, "retention_set";
    /// Who watches hosts and items.
    ItemWatchers(crate::notification::ItemWatchers) = 66, "item_watchers";
    /// Questions that people keep.
    SavedSearch(crate::saved_search::SavedSearch) = 64, "saved_search";
    /// Files on tickets.
    Attachment(crate::ticket::attachment::Attachment) = 170, "attachment";
    /// Articles of knowledge.
    Article(crate::knowledge::Article) = 171, "article";
    /// Every version of them.
    ArticleVersion(crate::knowledge::ArticleVersion) = 172, "article_version";
    /// What can be asked for.
    CatalogueItem(crate::catalogue::CatalogueItem) = 173, "catalogue_item";
    /// Every version of that.
    CatalogueVersion(crate::catalogue::CatalogueVersion) = 174, "catalogue_version";
    /// Policies that owners made.
    Policy(crate::policy::own::OwnPolicy) = 110, "policy";
    /// What owners set of policies that are shipped.
    PolicySetting(crate::policy::own::PolicySetting) = 111, "policy_setting";
    /// Policies that are to be asked about every host.
    Sweep(crate::policy::sweep::Sweep) = 112, "sweep";
    /// How fast things may come.
    Bucket(crate::storm::Bucket) = 113, "bucket";
    /// What may stand for a time.
    Waiver(crate::waiver::Waiver) = 114, "waiver";
    /// Who deals with incidents of drift.
    Routing(crate::routing::rule::Routing) = 115, "routing";
    /// What hosts of a kind must be like.
    Profile(crate::profile::Profile) = 165, "profile";
    /// Every version of that.
    ProfileVersion(crate::profile::ProfileVersion) = 168, "profile_version";
    /// What may be volatile.
    Proposal(crate::learner::Proposal) = 169, "proposal";
    /// Hosts among their peers.
    Peer(crate::peer::Peer) = 166, "peer";
    /// New values that several peers came to.
    Rollout(crate::peer::Rollout) = 167, "rollout";
    /// Agents that came in by enrollment tokens.
    AdmittedKey(crate::agent::AdmittedKey) = 150, "admitted_key";
    /// What accounts are allowed on hosts.
    Grant(crate::grant::Grant) = 190, "grant";
    /// What nobody may have together.
    Separation(crate::grant::separation::Separation) = 191, "separation";
    /// Rounds in which people look over who has access.
    Campaign(crate::grant::recertification::Campaign) = 192, "campaign";
    /// The grants in them.
    ReviewItem(crate::grant::recertification::ReviewItem) = 193, "review_item";
    /// Times in which nothing is changed.
    Blackout(crate::blackout::Blackout) = 194, "blackout";
    /// Templates of standard changes.
    Template(crate::ticket::change::template::Template) = 251, "template";
    /// Every edition of them.
    TemplateEdition(crate::ticket::change::template::TemplateEdition) = 252, "template_edition";
    /// Who votes in whose place.
    Delegation(crate::approval::delegation::Delegation) = 195, "delegation";
    /// The versions of the rules of priorities.
    PriorityVersion(crate::ticket::priority::rules::PriorityVersion) = 245, "priority_version";
    /// Whose votes tickets ask for.
    ApprovalRules(crate::approval::rule::ApprovalRules) = 243, "approval_rules";
    /// Teams.
    Team(crate::team::Team) = 250, "team";
    /// Meetings of the board.
    Meeting(crate::approval::meeting::Meeting) = 244, "meeting";
    /// What findings know of changes.
    Rematch(crate::drift::rematch::Rematch) = 180, "rematch";
    /// How services did over time.
    Track(crate::availability::Track) = 210, "service_track";
    /// What hosts have and use, a point a day.
    CapacityTrack(crate::capacity::CapacityTrack) = 211, "capacity_track";
    /// From what use on somebody should look.
    CapacityThreshold(crate::capacity::Threshold) = 212, "capacity_threshold";
    /// What is to become better.
    Improvement(crate::improvement::Improvement) = 213, "improvement";
    /// Reports that come by themselves.
    ReportPlan(crate::report_plan::ReportPlan) = 214, "report_plan";
    /// Those that came.
    ReportRun(crate::report_plan::ReportRun) = 215, "report_run";
    /// What may be a problem.
    ProblemProposal(crate::problem_proposal::ProblemProposal) = 181, "problem_proposal";
    /// What monitoring systems say is wrong.
    Alert(crate::alert::Alert) = 120, "alert";
    /// Which alert a key means now.
    AlertKey(crate::alert::AlertKey) = 121, "alert_key";
    /// The events of alerts, as they came.
    AlertEvent(crate::alert::event::Received) = 122, "alert_event";
    /// Which alerts make incidents.
    AlertRule(crate::alert::rule::AlertRule) = 123, "alert_rule";
    /// Alerts that nobody wants to hear of for a time.
    Silence(crate::alert::silence::Silence) = 124, "silence";
    /// Times in which alerts of items are expected.
    Maintenance(crate::alert::maintenance::Maintenance) = 125, "maintenance";
    /// Tickets that are kept alike with one of another desk.
    Twin(crate::bridge::Twin) = 230, "twin";
    /// Channels that notifications go out by.
    Channel(crate::notification::channel::Channel) = 130, "channel";
    /// Who is told of what.
    Subscription(crate::notification::subscription::Subscription) = 131, "subscription";
    /// How people wish to be told.
    Preference(crate::notification::preference::Preference) = 132, "preference";
    /// Messages on their way.
    Delivery(crate::notification::delivery::Delivery) = 133, "delivery";
    /// How far each ticket's timeline was told.
    Told(crate::notification::Told) = 134, "told";
    /// Who watches which ticket.
    Watchers(crate::notification::Watchers) = 135, "watchers";
    /// Who is on call, in turns.
    Rota(crate::on_call::Rota) = 136, "rota";
    /// Who stands in.
    Override(crate::on_call::Override) = 137, "override";
    /// Whom to call when nobody takes a ticket.
    EscalationPolicy(crate::on_call::escalation::EscalationPolicy) = 138, "escalation_policy";
    /// Tickets that nobody took yet, and whom that was told.
    Escalation(crate::on_call::escalation::Escalation) = 139, "escalation";
    /// Rounds of votes.
    Approval(crate::approval::Approval) = 100, "approval";
    /// When somebody works.
    Calendar(crate::calendar::Calendar) = 140, "calendar";
    /// Every version of that.
    CalendarVersion(crate::calendar::CalendarVersion) = 141, "calendar_version";
    /// What is promised for tickets.
    LevelPolicy(crate::level::Policy) = 142, "level_policy";
    /// Every version of that.
    LevelPolicyVersion(crate::level::PolicyVersion) = 143, "level_policy_version";
    /// The clocks of tickets.
    LevelClock(crate::level::clock::Clock) = 144, "level_clock";
    /// By which rules the clocks of a ticket were reckoned anew.
    LevelBook(crate::level::Book) = 145, "level_book";
    /// That all of it is made up.
    Demo(crate::demo::Demo) = 240, "demo";
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Implements [`Record`] for a document whose key is an expression over it.
macro_rules! record {
    ($ty:ty, $collection:ident, |$document:ident| $key:expr) => {
        impl $crate::record::Record for $ty {
            const COLLECTION: $crate::record::Collection = $crate::record::Collection::$collection;

            fn key(&self) -> String {
                let $document = self;
                $key
            }
        }
    };
}
pub(crate) use record;
