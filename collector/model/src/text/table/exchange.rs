//! Sentences of tickets that come from other desks and go there.

/// Key and sentence.
pub(super) const ENGLISH: &[(&str, &str)] = &[
    ("desk_needs", "no column gives the {field}; name one with column={field}"),
    ("desk_needs_kind", "no column says of which kind the tickets are; say it with kind, one of {kinds}"),
    ("desk_access", "access is not imported: grants come of votes here"),
    (
        "desk_value",
        "'{value}' is no {field} that is known: one of {known}; or say what it is with value={field}:{value}=…",
    ),
    ("desk_time", "'{value}' is no time; write it as 2024-03-12 09:41:00, or with an offset"),
    ("desk_remarks", "this is no list of remarks: each is an object with at, by and text"),
    ("desk_many_remarks", "at most {max} remarks on a ticket are taken"),
    ("desk_other_long", "what has no field here has at most {max} bytes together; leave this column out with column=-"),
    ("desk_before", "this is before the ticket was opened ({opened})"),
    ("desk_worked_on", "{number} was worked on here since it was imported; told otherwise: {fields}"),
    ("desk_native", "{number} is a ticket of this collector and moves by its own events; told otherwise: {fields}"),
    ("desk_parent", "no ticket {parent} of this source is here, or stands before this row"),
    ("desk_parent_kind", "a part is of the kind of the whole, or a task; {parent} is of kind {kind}"),
    ("desk_other_kind", "{number} is of kind {kind}; a ticket keeps its kind"),
    ("desk_source", "letters, digits, '.', '-' and '_', at most {max}"),
    ("desk_only_tickets", "only files of tickets have this: class=ticket"),
    ("desk_value_form", "a value is said as field:theirs=ours"),
    ("desk_value_field", "'{field}' has no values that could be said; one of {known}"),
    // Bridges.
    ("bridge_only", "only channels to another desk have this: servicenow or jira"),
    ("bridge_project", "the key of a project: capital letters, digits and '_'"),
    ("bridge_jira_body", "an event of Jira is an object with issue.key and issue.fields"),
    ("bridge_servicenow_body", "an event of ServiceNow is an object with record, and in it sys_id and number"),
    (
        "bridge_signature",
        "the event is not signed with the secret of this channel, or its time is more than five minutes off",
    ),
    ("bridge_login", "user:password, or a token, of at most {max} characters"),
    ("bridge_none", "this channel leads to no other desk"),
    ("notice_disputed", "{by} has it otherwise, and it stays: {fields}"),
    ("bridge_says", "so says {desk}"),
    ("bridge_no_way", "no way leads from {from} to {to} here; the ticket stays as it is"),
];
