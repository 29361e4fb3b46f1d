# Words: the names of closed sets (states, severities, fields, sections) and of columns.

nav = Main navigation
nav-overview = Overview
nav-incident = Incidents
nav-finding = Findings
nav-host = Hosts
nav-agent = Agents
nav-audit = Audit log
nav-user = Users
nav-account = Account

severity-critical = critical
severity-major = major
severity-minor = minor
severity-warning = warning
severity-info = info

state-new = new
state-in-progress = in progress
state-on-hold = on hold
state-resolved = resolved
state-closed = closed
state-cancelled = cancelled

finding-state-pending = pending
finding-state-open = open
finding-state-waived = waived
finding-state-suppressed = suppressed
finding-state-resolved = resolved

resolution-reverted = reverted
resolution-accepted = accepted
resolution-item-gone = item gone

host-status-up = up
host-status-unknown = silent

lifecycle-discovered = discovered
lifecycle-active = in service
lifecycle-maintenance = in maintenance
lifecycle-retired = retired

criticality-low = low
criticality-normal = normal
criticality-high = high
criticality-critical = critical

section-status-ok = complete
section-status-partial = partial
section-status-denied = no permission
section-status-failed = failed
section-status-unsupported = no source on this system

actor-command = Muster, command line
actor-router = Muster, drift routing
actor-clock = Muster, timed step
actor-drift = Muster, drift detection
actor-first-report = Muster, first report
actor-clone-detection = Muster, clone detection
actor-enrollment = Muster, enrollment

token-state-active = active
token-state-used = used up
token-state-expired = expired
token-state-revoked = revoked
token-state-locked = locked

agent-state-active = active
agent-state-expired = certificate expired
agent-state-pending = waits for approval
agent-state-quarantined = in quarantine
agent-state-revoked = revoked

user-state-active = active
user-state-disabled = disabled

operation-added = added
operation-removed = removed
operation-modified = changed

role-cause = confirmed cause
role-affected = affected
role-suspected = suspected cause

role-name-administrator = Administrator
role-name-cmdb-owner = CMDB owner
role-name-responder = Responder
role-name-change-approver = Change approver
role-name-viewer = Viewer
role-name-auditor = Auditor

scope-read = Read
scope-work = Work on tickets and findings
scope-all = Everything the account may do

visibility-public = public
visibility-internal = internal

impact-1 = 1 – wide
impact-2 = 2 – limited
impact-3 = 3 – small
urgency-1 = 1 – now
urgency-2 = 2 – soon
urgency-3 = 3 – can wait
priority-1 = P1
priority-2 = P2
priority-3 = P3
priority-4 = P4
priority-5 = P5

hold-reason-caller = waits for the caller
hold-reason-vendor = waits for a vendor
hold-reason-change = waits for a change
hold-reason-problem = waits for a problem
hold-reason-evidence = waits for evidence
hold-reason-scheduled = waits for a time

close-code-fixed = fixed
close-code-workaround = workaround
close-code-no-fault = no fault found
close-code-config-reverted = configuration reverted
close-code-change-rolled-back = change rolled back
close-code-known-error = known error
close-code-user-error = user error
close-code-vendor-fixed = fixed by the vendor
close-code-auto-cleared = cleared by itself
close-code-duplicate = duplicate

cancel-reason-duplicate = duplicate
cancel-reason-false-alarm = false alarm
cancel-reason-not-reproducible = cannot be reproduced

event-assign = assigned
event-start = work started
event-hold = put on hold
event-resume = resumed
event-resolve = resolved
event-auto-resolve = resolved by itself
event-reopen = reopened
event-confirm = confirmed
event-auto-close = closed by itself
event-cancel = cancelled

do-assign = Assign to a group
do-start = Start work
do-hold = Put on hold
do-resume = Resume
do-resolve = Resolve
do-reopen = Reopen
do-confirm = Confirm and close
do-cancel = Cancel the incident

finding-do-accept = Accept as authorised
finding-do-waive = Waive until a day
finding-do-suppress = Suppress for a time
finding-note-accept = What was found becomes the authorised state.
finding-note-waive = The difference stands, with a justification, until the day you name; then it comes back.
finding-note-suppress = Nobody is bothered until then. The difference itself stays on record.

field-name = Name
field-display-name = Display name
field-title = Title
field-description = Description
field-item = Host or item
field-impact = Impact
field-urgency = Urgency
field-priority = Priority
field-override-reason = Reason for the priority
field-assignment-group = Group
field-assignee = Assignee
field-category = Category
field-state = State
field-reason = Reason
field-justification = Justification
field-expires-at = Until
field-until = Until
field-comment = Comment
field-wake-at = Resume at
field-close-code = Resolution
field-close-notes = What was done
field-cause-item = Cause
field-text = Comment
field-visibility = Visible to
field-owner = Owner
field-site = Site
field-criticality = Criticality
field-lifecycle = Lifecycle
field-os = System
field-kernel = Kernel
field-architecture = Architecture
field-virtualization = Virtualisation
field-cpu = Processors
field-memory = Memory
field-addresses = Addresses
field-locale = Language
field-old-password = Present password
field-new-password = New password
field-password = Password
field-roles = Roles
field-scopes = May do
field-days = Days
field-max-uses = Hosts
field-minutes = Minutes

section-host = Host
section-cpu = Processor
section-memory = Memory
section-firmware = Firmware
section-disk = Disk
section-partition = Partition
section-filesystem = File system
section-mount = Mount
section-lvm = LVM
section-raid = RAID
section-interface = Interface
section-route = Route
section-dns = DNS
section-listener = Listener
section-connection = Connection
section-package = Package
section-repository = Repository
section-service = Service
section-timer = Timer
section-cron = Cron entry
section-user = Account
section-group = Group
section-sudo-rule = Sudo rule
section-authorized-key = Authorised key
section-login-policy = Login policy
section-kernel = Kernel
section-sysctl = Kernel parameter
section-module = Kernel module
section-firewall = Firewall
section-certificate = Certificate
section-container = Container
section-image = Image
section-virtual-machine = Virtual machine
section-pci = PCI device
section-usb = USB device
section-monitor = Monitor
section-battery = Battery
section-sensor = Sensor
section-file = File
section-process = Process
section-time-sync = Time sync
section-agent = Agent

policy-account-power = an account or group that gains power
policy-account = an account or group that appears or vanishes
policy-account-change = an account with another shell, home or password state
policy-sudo-rule = a sudo rule that appears, vanishes or changes
policy-authorized-key = a key that may log in, or may not any more
policy-login-policy = an sshd setting that changes
policy-firewall = a packet filter rule set that changes
policy-kernel-command-line = another kernel command line
policy-listener = a new listener outside the ephemeral port range
policy-unit-state = a unit that is enabled, disabled or masked
policy-mount = a mount that appears or vanishes
policy-mount-options = a mount with other options or another source
policy-serial = another device under a known name
policy-hardware = hardware that appears, vanishes or changes size
policy-package = a package that was installed or removed outside a change
policy-package-downgrade = a package with an older version than before
policy-package-upgrade = a package with a newer version
policy-kernel-release = another kernel is running
policy-cron = a new cron entry

col-severity = Severity
col-finding = Finding
col-host = Host
col-state = State
col-policy = Policy
col-last-seen = Last seen
col-priority = Priority
col-incident = Incident
col-item = Item
col-assignee = Assignee
col-opened = Opened
col-name = Name
col-status = Status
col-findings = Findings
col-os = System
col-addresses = Addresses
col-owner = Owner
col-lifecycle = Lifecycle
col-section = Section
col-items = Items
col-collected = Collected
col-problems = Problems
col-key = Key
col-attribute = Attribute
col-seen = Seen
col-authorised = Authorised
col-hour = Hour
col-total = Total
col-number = No.
col-when = When
col-who = Who
col-action = Action
col-object = Record
col-what = What
col-hash = Hash
col-created = Created
col-expires = Ends
col-uses = Used
col-browser = Browser
col-begun = Begun
col-used = Last used

time-now = just now
time-seconds-ago = { $n } s ago
time-minutes-ago = { $n } min ago
time-hours-ago = { $n } h ago
time-days-ago = { $n } d ago
time-seconds-ahead = in { $n } s
time-minutes-ahead = in { $n } min
time-hours-ahead = in { $n } h
time-days-ahead = in { $n } d
unit-hour = { " " }h
unit-day = { " " }d

range-24h = 24 h
range-48h = 48 h
range-7d = 7 d
