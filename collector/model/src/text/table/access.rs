//! Sentences of access: grants, what agents see of them, what must be separate, rounds in which people look over them.

/// Key and sentence.
pub(super) const ENGLISH: &[(&str, &str)] = &[
    ("policy_orphan_access", "an account has what no grant allows, on a host with grants"),
    ("policy_orphan_everywhere", "accounts of hosts without grants are compared with them too"),
    ("access_orphan", "no grant allows {what}"),
    ("access_left_over", "no grant allows {what}; {number} did until {at}"),
    ("access_removal", "take {right} of {account} off its hosts: {number} is over"),
    ("access_removal_proof", "agents see it on none of its hosts any more, last on {host} at {at}"),
    ("access_review", "look over how {account} was let in without votes: {number}"),
    ("grant_over", "the grant is {status}"),
    ("grant_not_suspended", "the grant is not suspended"),
    ("separation_group", "a group is named where the entitlement is group"),
    ("separation_same", "the two sides are the same"),
    ("access_review_over", "the campaign takes no answers now"),
    ("review_answered", "it was answered already"),
    ("review_ended", "the access has ended: there is nothing to look over any more"),
    (
        "review_empty",
        "there is no grant to look over: none fits the scope, or all that do are in another review, have ended or came in an emergency",
    ),
    ("review_not_asked", "somebody else looks over it"),
    ("review_own", "nobody looks over their own access"),
    ("review_comment", "revoke, modify and delegate say why"),
    ("review_end", "modify names an end to come, before the one that there is"),
    ("review_to", "delegate names somebody else who may look over it"),
    ("review_state", "that is not possible while it is {state}"),
    ("campaign_privileged", "access that gives power, {month}"),
    ("campaign_rest", "all other access, {month}"),
    ("campaign_revoked", "{by} in the review {name}: {comment}"),
    ("campaign_unanswered", "nobody answered in the review {name}"),
];
