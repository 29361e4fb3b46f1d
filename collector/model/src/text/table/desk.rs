//! What is said of votes, of what can be asked for, and of reports that come by themselves.

/// Key and sentence.
pub(super) const ENGLISH: &[(&str, &str)] = &[
    ("approval_over", "this was decided already"),
    ("approval_no_seat", "you have no open seat here"),
    ("approval_voted", "you have voted here already"),
    ("approval_reason", "say why"),
    ("ballot_damaged", "this link is not whole; open it as it stands in the mail"),
    ("ballot_expired", "the time of this link is over; the next reminder brings another, or sign in and vote there"),
    ("ballot_voided", "what this link votes on was changed or taken back since; a new vote is another mail"),
    ("ballot_used", "this link has voted already"),
    ("ballot_decision", "choose one: approve, reject, abstain or need_info"),
    ("ballot_no_seat", "the seat of this link was filled by somebody else meanwhile"),
    ("aftermath_change", "{number} is no change; only of a change something may have come"),
    ("follow_up_past", "a follow-up is in the future"),
    ("grant_no_group", "only the entitlement 'group' names a group"),
    (
        "grant_account",
        "name a field of the form that is a text, has to be filled in and takes at most 64 characters, or leave it empty",
    ),
    ("grant_reason", "{number}: {name}"),
    ("form_line", "line {line} does not fit; write for example: model* | one of: small, large | Which model"),
    ("task_line", "line {line} does not fit; write for example: order | Order it | purchasing | after: check"),
    ("cost_form", "write an amount and a currency, for example 12.50 EUR"),
    (
        "no_level_policy",
        "there is no service level policy '{name}' that is switched on and promises something for requests",
    ),
];
