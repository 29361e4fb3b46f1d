# Forms and errors: hints beside fields, what is wrong, and what to do.

choose = choose…
cause-none = no item
full-stop = .
form-needed = This is needed.
form-invalid = Nothing was saved: something is missing or wrong below.
form-stale = Nothing was saved: somebody else changed this meanwhile. The page shows the present state; your entries are still in the form. Check them and send again.

hint-owner = A person or a team
hint-into = Name or id of the host that stays
hint-item = Name of a host or item, or an id such as host_… or item_…
hint-about = One on each line: the name of a host or item, or an id, and what it has to do with it when that is more than being affected, such as: db-1 (cause)
hint-requester = The sign-in name of whom it is for; empty is you
step-missing = Still empty: { $fields }.
step-refused = Not now: { $why }
hint-hold = Waiting for the caller needs a comment, waiting for a time needs that time.
hint-utc = Time in UTC
hint-year = At most a year ahead; ends at 00:00 UTC
hint-priority = Against impact and urgency; needs a reason.
hint-days = 1 to 366
hint-minutes = 1 to 43200 (30 days)
hint-networks = Such as 10.1.0.0/16, 2001:db8::/32; empty is everywhere. From elsewhere an agent waits for approval.
hint-token-name = What it is for, such as “backup script”
hint-enrollment-name = What it is for, such as “web servers in Berlin”
hint-user-name = a-z, 0-9, dot, dash, underscore, @
hint-reaches = Where roles count, one role a line: responder: site=berlin, team=db, service=Shop. A role without a line counts everywhere; one with nothing behind it for own tickets only.
hint-password = At least 15 characters; a sentence is good.
hint-password-optional = At least 15 characters; empty: sign-in by link or token only.
hint-password-keep = Empty: stays as it is.

error-not-authenticated = You are not signed in
error-not-authorised = You may not do this
error-not-found = There is no such page
error-no-route = There is no such page
error-no-route-detail = Nothing is at this address.
error-invalid = Something is wrong with the input
error-conflict = This does not fit what is stored
error-too-large = That is too much
error-busy = Not just now
error-too-many = Too many attempts
error-internal = Something failed here
error-internal-detail = The collector could not do this. Its log names the cause under the request below. Nothing was changed halfway.
error-malformed = The request is malformed
error-media-type = The request is of another kind
error-too-slow = The request did not come in time
error-cross-site = The request comes from another site
error-cross-site-detail = Forms are taken from the console's own pages only. Nothing was changed.
error-forged-title = This form could not be verified
error-forged-detail = It was sent without this session's token: it is from an old session, or from another site. Nothing was changed. Open the page again and repeat what you did.

error-next-sign-in = Sign in and try again.
error-next-rights = If you need this, ask an administrator for the right role.
error-next-not-found = Check the address, or search for what you are after.
error-next-retry = Try again in a moment. If it goes on, give an administrator the request below.
error-next-back = Go back, check what was sent, and try again.

hint-group = Of the item that depends; empty for none
hint-class-name = a-z, 0-9 and underscore, beginning with a letter
hint-choices = Between commas; empty: any
hint-pattern = Regular expression that texts must match
hint-default = For items that need it: value of items that are there already
hint-list = One a line
hint-table = name=value, one a line
hint-time = 2026-11-24, or 2026-11-24T10:00:00Z
hint-tags = Between commas

hint-import-file = CSV with a header, a JSON list, or a JSON object on each line; UTF-8, at most 32 MiB.
hint-import-map = Where the name of a column does not say what it is: one line each, such as Team = owner. A - leaves the column out.
hint-columns = Fields of the list with commas between, such as name, version, host_name; empty shows what is usual
hint-sort = A column; with a - before it from the last to the first
hint-filter = In the query language, as it stands in the query line of the list

hint-bulk = Empty: stays as it is; a dash (-) takes it away
hint-until = Time in UTC; empty: until it is taken back
hint-rule-attribute = Of this class only; empty: all attributes
hint-placeholders = one a line, such as To be filled* or system_serial=12345

hint-channel-url = For all but e-mail; begins with https://. PagerDuty has a usual one.
hint-channel-addresses = For e-mail; with commas between
hint-channel-secret = For PagerDuty. The secret of a webhook is drawn and shown once.
hint-topics = All of one kind: tickets, drift, agents or identity
hint-wish-channel = Such as a webhook to a chat of your own
hint-wish-digest = Empty: at once
hint-wish-daily = In your zone
hint-wish-quiet = What is urgent comes all the same
hint-wish-zone = Such as Europe/Berlin
hint-wish-groups = With commas between
# Policies.
field-severity = Severity
field-outcome = Outcome
field-debounce-seconds = Seconds that something has to stand
hint-policy-debounce = Empty is the usual way: what concerns security at once, anything else after a second look or 90 seconds.
field-condition = What must not be
field-purpose = Purpose
field-id = Name
field-section = Class
field-intent = What to do
hint-scope = A query over hosts, such as site:fra. Empty means all.
hint-policy-condition = A condition in CEL over item, key and host. Functions besides those of CEL: { $helpers }.
hint-policy-id = Small letters, digits and dashes. It never changes.
field-selector = Findings it means
field-place = Place
hint-selector = A query over findings, such as policy:package host_name:lab-*.
hint-route = A query, such as policy:account* service:shop. Empty means all.
field-layer = Layer
field-expectations = What must be
hint-layer = 0 to 99. Of two profiles that speak of the same thing, the higher layer counts.
hint-expectations = A line each: have package auditd; not package telnetd; package openssl version >= 3.0.14; memory total total_bytes in 4e9..8e9; user deploy groups lacks sudo.
