# Pages: headings, notes, empty states, and what was just done.

skip = Skip to the content
demo-mark = Demo
demo-banner = Everything here is made up, and nothing leaves this instance: no mail, no webhook.
search = Search
search-hint = Hosts, items, incidents: words or ids
live = Live
sign-out = Sign out
open = open
on-this-page = On this page
pages = Pages
page-first = First page
page-next = Next page
filter = Filter
filter-help = Filter syntax
collected = collected
filter-fields = Words or field:value; value* is a prefix. Fields:
apply = Apply
clear = Clear
any = Any
me = me
nobody = nobody
yes = yes
no = no
none-set = none
not-known = not known
never = never
nothing-fits = Nothing fits this filter.
show = Show
show-open = Open
show-all = All
version = Version
since = Since
since-word = since
by = By
until = Until
ended = Ended
and-more = and { $n } more
n-open = { $n } open
n-explained = { $n } explained
n-drift = { $n ->
    [0] none of them counts as drift
    [one] { $n } of them counts as drift
   *[other] { $n } of them count as drift
}
n-items = { $n ->
    [one] { $n } item
   *[other] { $n } items
}
n-odd = { $n ->
    [one] differs from its peers in one fact
   *[other] differs from its peers in { $n } facts
}
n-findings = { $n ->
    [one] { $n } finding
   *[other] { $n } findings
}
n-problems = { $n ->
    [one] { $n } problem
   *[other] { $n } problems
}
n-times = { $n ->
    [one] once
   *[other] { $n } times
}
n-returned = { $n ->
    [one] came back once
   *[other] came back { $n } times
}

overview-title = Overview
range = Range
range-note = All hosts, last { $range }
tile-incidents = Open incidents
tile-incidents-note = { $n } with priority 1 or 2
tile-findings = Findings
tile-findings-note = differ from what is authorised
tile-drifted = Drifted hosts
tile-drifted-note = of { $n }
tile-hosts = Hosts
tile-hosts-note = { $n } silent
first-host-title = No hosts yet
first-host = Hosts appear here as soon as an agent reports.
first-host-do = Enroll the first agent
drift-title = Drift per hour (UTC)
drift-empty = No drift in this range.
as-table = Show as table
first-title = Needs attention first
first-empty = Nothing is open.
all-incidents = All incidents
owner-title = Findings by owner
owner-empty = No findings stand.
age-title = Open incidents by age
age-empty = No incidents are open.

hosts-title = Hosts
hosts-filter = name, or os:debian* owner:ops status:stale
with-findings = With drift
recheck = Recheck now
recheck-waiting = A fresh look was asked for; the agent takes it at once, or as soon as it can reach the collector again.
skew = The host's clock differs from the collector's by
known-since = Known since
host-no-findings = This host is as it is authorised to be.
all-findings = Past findings too
host-no-incidents = No incidents are about this host.
sections-title = Inventory
host-edit = Edit owner and lifecycle
sections-unsupported = { $n ->
    [one] { $n } section without a source on this system
   *[other] { $n } sections without a source on this system
}
sections-empty = The agent has not reported yet.
sections-unread = { $n ->
    [one] { $n } section could not be read completely
   *[other] { $n } sections could not be read completely
}
not-collected = not collected
old = older
history-title = History
history-empty = Nothing has changed since it was first seen.
baseline-title = Baseline
baseline-none = There is no baseline before the first report.
baseline-no-moves = Nothing was accepted since the first report.
approved-by = Approved by
agent-title = Agent
agent-none = No agent speaks for this host.
enrolled = Enrolled
certificate = Certificate ends
section-filter = text in any column
section-unknown = This section was never collected. That does not mean that there is nothing.
section-empty = It was collected, and there is nothing.
columns-more = { $n ->
    [one] { $n } more attribute is on the item's page.
   *[other] { $n } more attributes are on the item's page.
}

attributes-title = Attributes
metrics-title = Measurements
metrics-note = last value, never compared
as-seen = as seen
not-there = not there
item-gone = gone
item-gone-since = Gone since
item-foreign = not authorised
item-whole = Whole item

findings-title = Findings
findings-note = Last seen first
findings-filter = host name, or section:user policy:account*
findings-standing = Standing
findings-empty = Everything is as it is authorised to be.
what-changed = What changed
diff-old = Authorised line
diff-new = Seen line
diff-line = Text
diff-cut = { $n } more lines are not shown.
finding-history = Last changes of this item
elsewhere = Same drift elsewhere
evidence = Evidence
happened = Happened
happened-before = before { $at }
opens = Opens
seen-changing = Seen changing
detected-by = Detected by
decide = Decide

incidents-title = Incidents
incidents-note = First things first
incidents-newest = Newest first
incidents-filter = words of the title, or item:host_… channel:agent
incidents-empty = No incidents are open.
incident-new = New incident
incident-open = Open incident
ticket-open = Open
acknowledge = I have seen it
priority-pin = keep it when impact or urgency change
done-acknowledged = You took notice.
incident-edit = Edit
incident-comment = Add a comment
comment = Comment
take = Assign to me
accept-all = { $n ->
    [one] Accept the finding
   *[other] Accept all { $n } findings
}
timeline = Timeline
timeline-opened = opened
timeline-comment = comment
timeline-changed = edited
timeline-finding = finding { $state }
timeline-more = Later entries
handling = Handling
because = Because
wakes = resumes
reopened = Reopened
next-steps = Next steps
affected-items = Hosts and items
affected-planned = The plan says what it touches.
affected-none = No item is named.
priority-matrix = from impact { $impact } and urgency { $urgency }
priority-matrix-of = from impact { $impact } and urgency { $urgency }, by version { $version } of the rules
priority-override = set by hand: { $reason }
priority-as-is = leave as it is

audit-title = Audit log
audit-note = Every change, chained by hashes; newest first

agents-title = Agents
agents-waiting = { $n ->
    [one] { $n } agent waits for a decision
   *[other] { $n } agents wait for a decision
}
agents-enrolled = Enrolled agents
agents-filter = state:quarantined last_seen<2026-11-01 version:1.*
col-lag = Looked before
agents-empty = No agent is enrolled yet. Create an enrollment token and use it on a host.
not-reported = has not reported yet
agent-approve = Approve
agent-approve-note = From now on its reports are taken.
agent-reject = Reject
agent-reject-note = The agent is turned away and has to enroll again.
agent-release = Release
agent-release-note = Only one machine is left: the one with the newest certificate goes on as this agent.
agent-split = Split
agent-split-note = Both machines stay: the copy becomes an agent of its own, by itself.
agent-revoke-note = The agent is shut out at once and has to enroll again. Its host stays on record.
enrollment-title = Enrollment tokens
enrollment-empty = There are no enrollment tokens.
enrollment-note = A token lets agents in. It is shown once.
enrollment-create = Create enrollment token
enroll-how = On the host, run this, paste the token, and end with Ctrl-D:
revoke = Revoke
secret-title = Copy it now
secret-note = This text is shown this once and cannot be shown again.
copy = Copy
copied = Copied

account-title = Account
account-language = Language
account-password = Change password
account-password-note = All your sessions end; sign in again with the new password.
account-token = Create API token
language-browser = as the browser asks
tokens-title = API tokens
tokens-empty = You have no API tokens.
sessions-title = Sessions
session-this = this one
session-end = End
unknown-browser = unknown browser
teams-title = Teams
teams-note = People who work together. Tickets, owners, rotas and stages of votes name a team by its name.
teams-none = There is no team yet.
team-new = Make a team
team-remove = Remove the team
team-members = Members
team-lead = Lead
users-title = Users
user-add = Add user
user-edit = Edit
user-edit-note = Every change here ends the sessions of this account.
no-password = no password
save = Save

sign-in = Sign in
sign-in-title = Sign in
sign-in-note = Muster: what is there, what should be, and what differs.
sign-in-name = User name
sign-in-help = No account? An administrator can add one. On the collector's host, a command gives a one-time link.
sign-in-wrong = User name or password is wrong.
sign-in-wait = Too many attempts. Try again in { $n } s.
link-title = Sign in by link
link-note = The link works once and for 15 minutes.
link-code = Code
link-code-hint = Paste the link, or what stands after # in it.
link-gone = The link was used, has expired, or is incomplete. Ask for a new one.
link-password = Sign in with a password instead

done-saved = Saved.
done-recheck = A fresh look was asked for.
done-accept = Accepted: what was found is authorised now.
done-waive = Waived.
done-suppress = Suppressed.
done-opened = The incident is open.
done-taken = It is assigned to you.
done-moved = Done.
done-commented = Your comment is in the timeline.
done-revoked = Revoked.
done-approved = The agent is approved.
done-rejected = The agent is turned away.
done-released = The quarantine is over.
done-shut-out = The agent is shut out.
done-decided = The question is answered.
done-undone = It is as it was before.
done-merged = The hosts are one now.
done-ended = The session is over.
done-password = Your password is changed. Sign in with the new one.
done-signed-out = You are signed out.

to-overview = To the overview
request-id = Request

identity-title = Identity
identity-note = Which host a machine is, and why
identity-decide = Decide
identity-undo = Undo
identity-undo-note = Identifiers, agents and findings go back to where they were.
reviews-title = Questions that wait for a person
reviews-empty = No machine is in doubt.
review-own-host = Its own host
is-same = same
answer-same = It is
answer-choose = Choose an answer
merges-title = Merges and splits
merges-empty = No hosts were merged or split.
was-undone = Undone
rules-title = Rules, strongest first
rules-note = The first rule that fits decides. Owners change them through the API, and try a change on the last 30 days first.
recognised-title = Recognised by
recognised-none = Nothing that this host shows tells it apart.
recognised-claims = It also shows what another host is recognised by:
recognised-why = What else was looked at
host-alias = This host was merged into the one shown here:
host-merge = Merge into another host
host-merge-note = This host's id will answer with the other host. Identifiers, agents and findings move; its history stays. This can be undone.
items-title = Items
items-note = everything that is known of any host
items-ask = Ask for something: the class, then what is known of it.
query = Query
query-help = Words, field:value, <, >, and, or, not, brackets; as_of:2026-11-01 looks back. Attributes of each class are fields too, and:
narrow-down = Narrow down
items-total = { $count } items
facet-class = Class
facet-host-site = Site of the host
facet-host-criticality = Criticality of the host
facet-host-lifecycle = Lifecycle of the host
facet-host-status = Status of the host
facet-lifecycle = Lifecycle
facet-criticality = Criticality
facet-status = Status
facet-host-name = Host
facet-manager = Package manager
facet-version = Version
col-class = Class
col-details = Details
health-title = Health
health-hosts = { $n ->
    [one] { $n } host counts
   *[other] { $n } hosts count
}
health-items = { $n ->
    [one] { $n } declared item
   *[other] { $n } declared items
}
col-check = Check
col-failing = Failing
compare-title = Compare
compare-note = two hosts or two items, or one at two times; only what differs
compare-left = Host, or id of an item
compare-right = with
as-of = As it was (UTC)
compare-usual = What hosts have in common
compare-do = Compare
compare-count = { $n ->
    [one] { $n } difference
   *[other] { $n } differences
}
compare-alike = Both are alike.
compare-since-finding = What changed since before it
compare-since-yesterday = What changed since yesterday
look-back = Look back
past-note = You see how it was
past-end = Back to now
sources-title = Sources
sources-note = Who says what is there, best believed first
col-source = Source
col-hosts = Hosts
col-last-report = Last report
col-refused = Not taken
col-clients = What reports
col-covers = Tells
col-device = Device
col-why = Why
col-believed = Believed
left-out = left out:
refused-title = Reports that were not taken
refused-none = Every report was taken.
also-said = also:
said-expired = too old to count

map-title = Service map
bill-of-materials = Bill of materials
map-item = From
map-direction = Way
map-both = both ways
map-depth = Steps
map-as-of = As of
map-open = Its page
map-picture = What depends on it, above; what it depends on, below
map-reached = What is reached
map-effect = Effect
map-way = Way
map-alone = Nothing depends on it, and it depends on nothing that is known.
map-down = { $n } down
map-at-risk = { $n } at risk
map-needed = { $n } needed
services-title = Business services and applications
services-empty = No service is declared yet.
service-new = New business service
relations-title = Relations
relations-empty = No relation is known.
relation-add = Declare a relation
relation-retract = Take back
classes-title = Classes
classes-note = What items have; owners define more
class-add = Define a class
class-retire = Retire the class
class-empty = No item of this class is declared yet.
attributes-none = There are no attributes.
attribute-add = Add an attribute
attribute-added = added
attribute-change = Change { $name }
attribute-remove = Remove { $name }
item-new = New item
item-declare = Declare the item
item-edit = Edit
item-retire = Retire
undo = Undo
undo-of = undoes

imports-title = Imports
imports-note = Files of items and of facts about hosts, newest first
imports-none = No file was imported yet.
import-new = Import a file
import-upload = Look at it first
import-apply = Import it
import-discard = Give it up
import-resume = Go on
import-all-or-nothing = take nothing when one row cannot be taken
import-preview-note = Nothing is written yet. This is what the file would do now.
import-interrupted-note = This import was interrupted. It goes on with the next row, and nothing is done twice.
import-refused-note = Nothing was taken, because some rows cannot be and all or nothing was wanted.
import-not-taken = Not taken
import-counts = Rows
import-notes = What is to be said of rows
import-changes = What would change, the first rows
import-columns-title = What the columns are
col-line = Line
col-column = Column
col-before = Before
col-after = After
col-by = By
searches-title = Saved searches
searches-note = Yours, and those that are shared.
searches-empty = No search is saved yet. Ask a list for something, then save it there.
searches-manage = Saved searches
search-save = Save this search
search-edit = Change the search
search-remove = Remove the search
search-shared = shared
search-shared-all = Everybody sees it
search-broken = does not hold
edit = Edit
search-words = Words to look for
search-ask = Looked for are names of hosts and items, and all that is said in incidents. Several words must all be there; a phrase stands in quotation marks.
search-none = Nothing has all of these words.
search-cut = There may be more than is shown: add a word.
search-by = found by
n-hosts = { $n ->
    [one] on { $n } host
   *[other] on { $n } hosts
}
done-search-saved = The search is saved.
done-search-removed = The search is removed.

bulk-title = Change several hosts
bulk-preview = Preview
bulk-apply = Change these
bulk-stays = stays as it is
bulk-same = nothing changes
bulk-changed = changed
bulk-cut = More fit than are changed at once: these are the first 500.
n-would-change = { $n ->
    [one] { $n } host would change.
   *[other] { $n } hosts would change.
}
n-changed = { $n ->
    [one] { $n } host was changed.
   *[other] { $n } hosts were changed.
}
cancel = Cancel
bulk-items-title = Change several items
bulk-choose = Choose
bulk-chosen = Change the chosen ones
n-items-would-change = { $n ->
    [one] { $n } item would change.
   *[other] { $n } items would change.
}
n-items-changed = { $n ->
    [one] { $n } item was changed.
   *[other] { $n } items were changed.
}
split-preview = Preview the split
split-preview-title = What the split would do
split-stays = Stays on this host
split-goes = Goes to the new host
split-nothing = nothing
split-apply = Split
n-split-tickets = { $n ->
    [one] { $n } ticket names this host; it is found on both.
   *[other] { $n } tickets name this host; they are found on both.
}
own-attributes = Attributes that people add
own-attributes-edit = Change these attributes
said-title = What is said of this host
said-before = What people said before
pins-title = Pinned values
pin-add = Pin a value
pin-note = It counts before what sources say, until it ends or is taken back.
pin-until = until
unpin = Take back
done-pinned = The value is pinned.
done-unpinned = The pin is taken back.
done-split = The host is split; this is the new one.
host-split = Split this host
host-split-note = What is chosen leaves this host and makes a new one. This can be taken back on the page Identity.
reconciliation-title = Which source is believed
reconciliation-note = The narrowest rule counts: of an attribute, of a class, of everything.
rules-own = Rules that were set here
rules-own-none = No rule was set; those that are shipped count.
rules-shipped = Shipped rules
rule-all = everything
rule-set = Set a rule
rule-note = A rule for the same class and attribute is replaced. Sources on one place are believed alike: the newest word counts. A source without a place comes last.
rule-place = place
rule-hours = hours that its word counts
rule-remove = Remove
rule-limit = most hosts that may show one value
rules-edit = Change the rules
rules-go = Go
rules-edit-note = Try them first: nothing is written, and the page shows which decisions of the last 30 days would have been others. Saved rules count for reports to come.
trial-title = What these rules would have made of the last 30 days
trial-new = a new host
n-decisions = { $n ->
    [one] { $n } decision was made again.
   *[other] { $n } decisions were made again.
}
n-differences = { $n ->
    [0] None would have been another.
    [one] { $n } would have been another.
   *[other] { $n } would have been others.
}
# Policies.
policies-title = Policies
policies-note = What is minded, and what comes of it.
policies-own = Policies of owners
policies-state = Shipped: how things are
policies-change = Shipped: what changes
policies-none = None yet.
policy-name = Policy
policy-new = New policy
policy-edit = Change the policy
policy-remove = Remove the policy
policy-shipped = Comes with Muster
policy-own = Made by an owner
policy-fixed-note = The rule of a shipped policy is fixed. Whether it is asked, how bad it is, how long it waits and what comes of it is yours to say.
policy-form-note = A policy says what must not be. Try it first: what breaks it now, and what it would have made of the last 30 days.
policy-examples = Start from an example
policy-condition = What must not be
policy-basis = Looks at
policy-outcome = Outcome
policy-group = One incident for
policy-debounce-usual = the usual way
policy-class = When it opens
policy-state = State
policy-problem = Problem
policy-changed = Changed
policy-rows = What it minds
col-purpose = Purpose
go-on = Go on
preview-done = This is what the policy would do. Nothing was saved.
preview-hosts = Hosts looked at
preview-in-scope = Hosts it means
preview-items = Items asked about
preview-broken = Items that break it now
preview-broken-hosts = Hosts with such items
preview-past-findings = Findings in the last 30 days
preview-past-incidents = Incidents in the last 30 days
preview-complete = All hosts looked at
preview-hits = What breaks it now
preview-none = Nothing breaks it now.
# Waivers, routing, reasons.
waivers-title = Waivers
waivers-note = What may stand for a time, because somebody answers for it.
waivers-none = Nothing is waived.
waiver-new = New waiver
waiver-end = End the waiver
waiver-means = Means
waiver-because = Because
routing-title = Routing
routing-note = Who deals with incidents of drift, and with tickets that say nothing of it.
routing-none = No rules yet: incidents of drift have no group.
route-new = New rule
route-note = Rules are tried in order; the first that fits decides. Without a filter a rule fits everything.
route-remove = Remove the rule
route-place = Place
route-name = Rule
route-group = Group
why-link = why?
why-title = Why somebody was told, or nobody
why-alerted = It is in an incident.
why-not-alerted = Nobody was told.
why-steps = The way of the change
why-step = Step
why-because = What was so
why-outcome = It went
col-operation = Change
fingerprints = Fingerprints
fingerprint-own = this
fingerprint-group = elsewhere
fingerprint-problem = problem

# Service levels.
levels-title = Service levels
levels-note = how often promises were kept, of the clocks that ended in the period
levels-none = No clock ended in this period.
level-period = Period
last-days = { $n ->
    [one] last day
   *[other] last { $n } days
}
level-attainment = Kept
level-open = Still open
level-clocks-title = Clocks
level-policies-title = Policies
level-policies-note = of several that fit a ticket, the first one counts
level-policy-add = New policy
level-policy-edit = Change the policy
level-policy-edit-note = Makes a new version. Clocks that run keep the one that they have.
level-time = Time
level-over = Time is over
level-stopped = Stopped
level-used = Used
level-version = version
level-explain = Every stretch of time
level-late-pause = late pause
level-late-pauses = { $n ->
    [one] A person paused it once in the last tenth of its time.
   *[other] A person paused it { $n } times in the last tenth of its time.
}
level-left = { $time } left
level-over-by = over by { $time }
level-breached = Out of time: { $target }
level-warned = { $percent } % of the time used: { $target }
calendars-title = Calendars
calendars-note = when somebody works; clocks run only while their calendar is open
calendar-add = New calendar
calendar-edit = Change the calendar
calendar-edit-note = Makes a new version, for clocks that begin from now on.
holidays-none = No day is otherwise.
closed-word = closed
as-usual = as usual for the target
span-days = { $n } d
span-hours = { $n } h
span-minutes = { $n } min
hint-hours = Such as 09:00-12:00, 13:00-18:00. Empty is closed.
hint-holidays = One a line: 2026-12-25 Christmas, or with hours: 2026-12-24 09:00-12:00 Christmas Eve.
hint-level-name = Small letters, digits and hyphens. It stays.
hint-level-filter = In the query language; empty is every ticket.
hint-condition = States, such as resolved or on_hold:vendor; responded; acknowledged. Empty is as usual in a new policy.
hint-level-actions = One a line: 90 group duty, or 100 urgency 1.
hint-max-pause = One a line: a reason and minutes, such as vendor 480.
hint-level-order = The lowest number comes first.

kpi-title = Figures
kpi-note = cancelled incidents and duplicates count nowhere
kpi-figure = Figure
kpi-value = Value or mean
kpi-median = Median
kpi-p90 = 90 %
kpi-count = Made of
notify-title = Notifications
notify-channels = Channels
notify-channels-empty = No channel yet. Add one, and send a test.
notify-channel-new = Add a channel
notify-subscriptions = Subscriptions
notify-subscriptions-empty = Nobody subscribed. People are told of their own tickets without it.
notify-subscription-new = Add a subscription
notify-no-mail = No mail server is configured: e-mail cannot be sent.
notify-test = Send a test
notify-on = Switch on
notify-off = Switch off
notify-renew = New secret
notify-remove = Remove
notify-to = To
notify-url = Address (URL)
notify-addresses = E-mail addresses
notify-secret = Routing key
notify-topics = Topics
notify-target = Whom
notify-urgent = Urgent
notify-urgent-yes = It may wake people, whatever it is about
notify-channel = Channel
notify-rota = On call
notify-person = Person
n-messages-waiting = { $n ->
    [one] { $n } message waits
   *[other] { $n } messages wait
}
n-messages-dead = { $n ->
    [one] { $n } dead letter
   *[other] { $n } dead letters
}
twins-behind = That desk does not have what stands here.
notify-no-channel = no channel
notify-all = All
deliveries-title = Messages
deliveries-empty = No message here.
deliveries-about = About
deliveries-tries = Tries
deliveries-again = Send again
on-call-title = On call
on-call-note = Turns of the next two weeks, where each rota is at home
on-call-empty = There is no rota yet.
on-call-now = now:
on-call-nobody = nobody
on-call-turn = Turn
on-call-who = Who
on-call-layer = Layer
on-call-begins = Begins
on-call-stand-in = Let somebody stand in
on-call-stands-in = stands in
on-call-overrides = Who stands in
on-call-user = Who
on-call-from = From
on-call-to = Until
on-call-after = { $n ->
    [0] at once
    [one] after 1 minute
   *[other] after { $n } minutes
}
escalations-title = Escalations
escalations-empty = Nobody was called.
escalation-ticket = Ticket
escalation-policy = Plan
escalation-policies = Plans of escalation
escalation-steps = Steps
escalation-next = Next step
escalation-told = Called
escalation-take = Take it
wish-title = My notifications
wish-note = You are told of your own tickets: those that you asked for, work on or watch, and those of your groups.
wish-open = Where and when
wish-email = By e-mail to
wish-channel = Or by a channel
wish-digest-minutes = One message every so many minutes
wish-daily-at = Or one message a day, at
wish-quiet-from = Quiet from
wish-quiet-to = Quiet until
wish-zone = Your zone
wish-groups = Groups whose tickets you follow
wish-own-tickets = Own tickets
wish-own-yes = Tell me of my tickets
wish-muted = Never tell me of
done-test-sent = The test is on its way.
done-sent-again = It is sent again.
done-removed = Removed.
done-escalation-taken = You took it; nobody else is called.
# Profiles.
profiles-title = Profiles
profiles-note = What hosts of a kind must be like. The more specific one wins.
profiles-none = None yet.
profile-new = New profile
profile-edit = Change the profile
profile-remove = Remove the profile
profile-name = Profile
profile-means = Hosts
profile-layer = Layer
profile-demands = What must be
profile-demand = Line
profile-kind = Kind
profile-actual = Is
profile-form-note = A profile says what must be, a line each. Try it first: what breaks it now, and what it would have made of the last 30 days.
profile-link = What profiles demand of it
profile-of-host = Profiles of { $host }
profile-of-host-note = What counts on this host, what does not and why, and how it stands.
profile-of-host-none = No profile means this host.
# Evidence.
evidence-source = Read from
evidence-package = Package
evidence-peers = Peers
evidence-impact = What depends on it
evidence-suppressions = Quiet because
evidence-expected = Expected
evidence-actual = Found
evidence-share = { $count } of { $of } have { $value }
evidence-there = it
evidence-not-there = it not
evidence-until = until { $at }
# What moves by itself.
volatility-title = Volatility
volatility-note = What moves by itself is recorded and alerts nobody. The learner proposes, a person decides.
volatility-proposals = What the learner proposes
volatility-none = Nothing moves so often on so many hosts.
volatility-shipped = Shipped: left out by the agent, or shown only
volatility-hosts = Hosts
volatility-times = Times a day
volatility-share = { $hosts } of { $of }
volatility-accept = It is volatile
volatility-reject = It is a fact

availability-title = Availability
availability-note = of services that are offered, in the hours in which they are needed
availability-percent = Available
availability-at-worst = At worst
availability-target = Target
availability-kept = kept
availability-missed = missed
availability-down = Down
availability-unknown = Not known
availability-planned = Announced maintenance
availability-failures = Failures
availability-sum = What was counted
availability-always = always needed
availability-restore = Mean time to restore
availability-between = Mean time between failures
availability-since = Looked at since
availability-outages = Outages
availability-none = No outage in this time.
availability-from = Began
availability-length = Lasted
availability-counted = Counts
availability-because = Because of
availability-announced = announced
rota-new = New rota
rota-home = Name and home
rota-layer = Name of the layer
rota-members = Who takes turns
rota-every = A turn lasts
rota-unit = Of
rota-unit-hour = hours
rota-unit-day = days
rota-unit-week = weeks
rota-starts-on = First handover on
rota-handover = Handed over at
rota-hours-from = Only from
rota-hours-to = to
rota-days = On the days
rota-zone = Time zone
rota-layer-of = Layer { $name }
rota-layer-new = Another layer
rota-layer-note = A later layer counts before an earlier one, while it has somebody.
rota-layer-remove = Remove the layer { $name }
rota-remove = Remove the rota
hint-members = One a line, in the order of their turns: { $names }
hint-rota-hours = Without it the layer counts all day. It may go over midnight.
hint-rota-zone = Such as Europe/Berlin
plan-new = New plan
plan-title = Whom to call when nobody takes a ticket
plan-steps = Steps
plan-order = Place among the plans
plan-repeat = Gone through again so often
plan-repeat-after-minutes = Minutes until then
plan-remove = Remove the plan
hint-steps = A line for each: the minutes after the step before, a colon, and who is called, set apart by commas. There is { $names }

priorities-title = Priorities
priorities-note = Which priority impact and urgency make, and what makes an incident a major one.
priorities-matrix = Matrix
priorities-matrix-title = Matrix of all kinds that have none of their own
priorities-matrix-of = Matrix of the kind { $kind }
priorities-kinds = Matrices of single kinds
priorities-floor = Impact at least, by criticality of host or service
priorities-floor-down = The same while it is down
priorities-urgency = Urgency of what machines open, by severity
priorities-major = Rules of major incidents
priorities-no-major = No rules: people alone say what is a major incident.
priorities-makes = What comes of it
priorities-proposes = It is proposed.
priorities-accepts = It is a major incident, led by { $who }; a word is due after { $minutes } minutes: { $what }
priorities-shipped = as shipped
priorities-version = { $version }, set by { $by }, { $at }
priorities-version-title = Version
priorities-before = Version before
priorities-set = Set the rules
priorities-set-note = No ticket moves by this: what is over stays as it was, open tickets follow when their impact or urgency is set next, or when you let them.
priorities-follow = Let open tickets follow
priorities-follow-note = { $n ->
    [one] One open ticket has another priority by these rules. Those that a person set stay.
   *[other] { $n } open tickets have another priority by these rules. Those that a person set stay.
}
hint-priorities-matrix = a line for each impact, 1 to 3; in it a priority for each urgency, 1 to 3
hint-priorities-kinds = a line for each kind: incident = 1 1 2 / 2 3 4 / 3 4 5
hint-priorities-floor = a line for each: critical = 2; 3 asks for nothing
hint-priorities-urgency = a line for each: critical = 1
hint-priorities-major = a line for each rule: name: priority:1. What is to be one at once: name: priority:1 | who leads | minutes | what it means
retention-title = How long the past is kept
retention-says = what is older goes; everything since is answered exactly
retention-windows = Windows
retention-what = What
retention-window = Kept for
retention-since = Kept since
retention-is-set = set here
retention-configured = as configured
retention-for-ever = for ever
retention-commits = { $count } commits
retention-set = Set the windows
retention-note = A longer window begins to count now: what is gone does not come back. What is older than a shorter one goes within hours.
hint-retention = 0 is for ever; empty is as configured
hint-retention-classes = a line for each class: process = 7
retention-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
map-overlays = Lay over
map-legend = What the colours say
map-overlay-past = What is laid over shows the present only; take the date away for it.
map-overlay-health = Health
map-overlay-findings = Findings
map-overlay-criticality = Criticality
agreements = Agreements
agreements-none = Nothing is agreed for this service.
agreement-kept = Kept
agreement-begin = Begin with:
