//! Every sentence that the collector itself writes into records and answers, in English. A word's place is `{name}`.

mod access;
mod alert;
mod desk;
mod drift;
mod exchange;
mod level;
mod notification;
mod search;
mod ticket;

/// Key and sentence.
const ENGLISH: &[(&str, &str)] = &[
    // Findings and the incidents made of them.
    ("on_host", "{host}: {what}"),
    ("and_more", "{first} (+{count} more)"),
    ("finding_added", "{noun} {key} added"),
    ("finding_added_with", "{noun} {key} added, {details}"),
    ("finding_removed", "{noun} {key} removed"),
    ("finding_removed_with", "{noun} {key} removed, {details}"),
    ("finding_replaced", "{noun} {key} replaced"),
    ("finding_replaced_with", "{noun} {key} replaced, {details}"),
    ("finding_changed", "{noun} {key}, {attribute} {from} -> {to}"),
    ("detail", "{name} {value}"),
    ("none", "none"),
    ("section_replaced", "replaced as a whole, {count} differences at once"),
    ("host_rebuilt", "looks rebuilt, {count} findings in ten minutes"),
    ("on_hosts", "{count} hosts: {what}"),
    ("on_hosts_of", "{count} hosts, {place}: {what}"),
    ("or_more", "{count} or more"),
    ("gathered", "{place}: {what}"),
    ("place_anywhere", "all hosts"),
    ("place_service", "service {name}"),
    ("place_no_service", "hosts that no service depends on"),
    ("place_site", "site {name}"),
    ("place_no_site", "hosts without a site"),
    (
        "grouped",
        "The same difference came up on three hosts or more within a day ({place}): that is one incident for all of them. Others join it for 30 minutes after the last one.",
    ),
    (
        "grouped_mass",
        "The same difference came up on so many hosts within ten minutes that it is one incident for the whole fleet.",
    ),
    ("grouped_policy", "The policy {policy} makes one incident for all that it finds ({place})."),
    ("grouped_digest", "Incidents came faster than anybody reads them: what came after the limit stands here."),
    ("mass_drift", "mass drift on {count} hosts: {what}"),
    ("drift_digest", "{count} findings that came faster than incidents can be read"),
    ("folded_upstream", "something that it depends on is in trouble: it goes on in {number}"),
    ("folded_into", "the same is on {count} hosts: it goes on in {number}"),
    ("finding_says", "{noun} {key}: {says}"),
    ("was_explained", "{what}: {number} explains it"),
    ("went_back", "{what}: went back to what is authorised"),
    ("was_accepted", "{what}: accepted by {by}: {reason}"),
    ("item_gone", "{what}: the item is gone"),
    ("host_gone", "{what}: the host is out of service"),
    ("policy_gone", "{what}: no policy minds it any more"),
    ("came_back", "came back: {what}"),
    // Agents.
    ("agent_superseded", "{agent} took over its host while it was silent, and now both speak for it"),
    ("boots_take_turns", "two boot ids take turns: two machines speak as this agent"),
    ("sequences_overtake", "two sequences of reports overtake each other: two machines speak as this agent"),
    ("report_refused", "reports refused: {why} (since {at})"),
    (
        "not_understood",
        "agent {agent} says {count} things that collector {collector} does not know; the rest is taken. Update the collector: {names}",
    ),
    ("older_certificate", "an older certificate was used after the one of generation {generation}"),
    ("clone_title", "Two seem to speak as the agent of {host}"),
    (
        "clone_story",
        "{sign}. Agent {agent} is in quarantine: reports under its name are set aside, not merged. A machine was cloned with its \
         agent's state, a snapshot was restored, or the state was stolen. Release it when only one machine is left, split it \
         when both shall stay, revoke it when the key was stolen.",
    ),
    ("token_asks_approval", "the token asks for approval of each agent"),
    ("outside_networks", "{address} is outside the token's networks"),
    ("same_identifier", "its {kind} is the one of {host}, for which {agent} speaks and is alive"),
    ("recovered_often", "it recovered {times} times by its last key"),
    ("not_in_quarantine", "this agent is not in quarantine"),
    ("not_waiting", "this agent does not wait for approval"),
    ("never_heard", "the host has never been heard; there is nobody to ask"),
    // Identity.
    (
        "identity_conflict",
        "this machine's identifiers belong to {hosts}; nothing was stored. A person decides: review {review} in the console",
    ),
    (
        "identity_taken",
        "{hosts} is spoken for by another agent that is alive: a clone? Nothing was stored. A person decides: review {review} in \
         the console",
    ),
    ("identity_title", "Which host is {host}? Its reports wait for an answer"),
    (
        "identity_conflict_story",
        "The identifiers of this machine belong to several hosts: {hosts}. Nothing that agent {agent} reports is stored until \
         somebody answers review {review}: it is one of them, it is a machine of its own, or the question is dismissed.",
    ),
    (
        "identity_told_story",
        "The identifiers of this machine, which {source} calls '{device}', belong to several hosts: {hosts}. Nothing that \
         {source} tells of it is stored until somebody answers review {review}: it is one of them, it is a machine of its own, \
         or the question is dismissed.",
    ),
    (
        "identity_taken_story",
        "This machine shows what {hosts} is recognised by, and another agent speaks for that host and is alive. Nothing that \
         agent {agent} reports is stored until somebody answers review {review}: the machine was set up anew and its agent \
         takes the other one's place, it is a copy and a machine of its own, or the question is dismissed.",
    ),
    ("identity_settled", "the question of identity is settled"),
    ("review_over", "this review is over; nothing is left to decide"),
    ("one_answer", "give exactly one answer: same with the id of a host, new, or dismiss"),
    ("merge_itself", "a host cannot be merged with itself"),
    ("merge_alias", "{host} is merged into another host; take that back first, or name the other host"),
    (
        "merge_two_living",
        "both hosts have an agent that is alive ({one}, {other}): two that speak for one host would take turns. Revoke one first",
    ),
    ("merge_undone", "this was taken back already"),
    ("merge_moved_on", "these hosts were merged further since; take that back first"),
    ("split_nothing", "say what leaves the host: agents, identifiers or both"),
    ("split_not_its", "the host is not recognised by this"),
    ("split_not_its_agent", "this agent does not speak for the host"),
    ("rules_all_once", "every one of the {count} rules stands here once; turn one off by its effect"),
    ("rules_agent_first", "the agent of the certificate is always asked first"),
    ("rules_name_never", "a name is never more than a hint: its effect is review or off"),
    ("placeholder_form", "a placeholder has at least two letters or digits, and a * at one end at most"),
    // Who may what.
    ("denied", "{actor} may not {action}: it takes one of the roles {roles}"),
    (
        "denied_by_scope",
        "{actor} may not {action}: it takes one of the roles {roles}, and a token scope that covers it",
    ),
    (
        "denied_by_reach",
        "{actor} may {action} in a part of the organisation, and this lies beyond it: no role of the account that gives it reaches so far",
    ),
    ("not_found", "there is no {kind} {id}"),
    ("too_many_attempts", "too many attempts; try again in {seconds} s"),
    (
        "stale",
        "the record was changed by somebody else since you read it; read it again (its version is now {version})",
    ),
    ("at_the_same_moment", "somebody else changed the record at the same moment; read it again"),
    ("keeps_changing", "others keep changing the same record; try again"),
    ("store_busy", "the store takes nothing just now ({cause})"),
    ("hashing_busy", "the password could not be hashed; try again"),
    // Fields.
    ("characters", "{min} to {max} characters"),
    ("at_most_characters", "at most {max} characters are possible"),
    ("unseen_character", "the character {code} cannot be seen and is not taken"),
    ("number_from_to", "a number from {min} to {max}"),
    ("date_and_time", "a date and a time"),
    ("date_alone", "a date, such as 2026-12-01"),
    ("say_why", "say why, in 1 to 2000 characters"),
    ("time_ahead", "give a time to come, at most a year ahead, such as 2027-01-31T00:00:00Z"),
    ("date_ahead", "give a date to come"),
    ("is_needed", "this is needed"),
    ("person_unknown", "nobody is called '{name}'"),
    ("person_near", "nobody is called '{name}'; near: {near}"),
    ("sign_in_reserved", "'{name}' means somebody else in queries; take another name"),
    ("may_not_work", "{user} has no role that is for this work; one of {roles} is"),
    ("no_active_user", "there is no active user {user}"),
    ("not_an_id", "'{id}' is no id of a host or an item, such as host_… or item_…"),
    ("token_purpose", "say in 1 to 100 characters what the token is for"),
    ("token_uses", "a token lets in 1 to {max} agents"),
    ("token_minutes", "a token lives 1 to {max} minutes (30 days)"),
    ("token_days", "a token lives 1 to {max} days"),
    ("network_form", "a network has the form 10.1.0.0/16 or 2001:db8::/32"),
    ("at_most_networks", "at most {max} networks are possible"),
    ("at_most_items", "at most {max} items are possible"),
    ("scope_needed", "at least one scope is needed, of {all}"),
    ("language_choice", "en or zh-CN"),
    // Accounts.
    (
        "sign_in_name",
        "a sign-in name has 1 to 64 characters out of a-z, 0-9, '.', '_', '-', '@' and begins with a letter or digit",
    ),
    ("user_exists", "there is a user {name} already"),
    ("reach_empty", "a name is needed: a site, a team or a service"),
    ("reach_of_no_role", "the account has no role {role}: where a role counts is said of those that it has, {roles}"),
    (
        "reach_no_service",
        "there is no service {name}: give the id or the name of an item of class `business_service` or `application`",
    ),
    (
        "reach_line",
        "line {number}: say it as `role: site=berlin, team=db, service=Shop`, one role a line; `{line}` is none",
    ),
    ("reach_no_role", "line {number}: there is no role {name}; did you mean {near}? The roles are {roles}"),
    ("role_needed", "at least one role is needed, of {all}"),
    ("role_needed_or_disable", "at least one role is needed; to shut an account out, disable it"),
    ("last_administrator", "this is the last administrator; make another one first"),
    ("other_password", "the present password is another one"),
    ("password_weak", "the password is not good enough: {why}"),
    ("password_short", "it has {length} characters; at least {min} are needed (any characters, a sentence is fine)"),
    ("password_long", "it has {length} characters; at most {max} are possible"),
    ("password_repeats", "it repeats the same few characters"),
    ("password_easy", "it is too easy to guess"),
    // Tickets and findings.
    ("finding_over", "the finding is resolved already; nothing is left to decide"),
    ("ticket_over", "a ticket in state {state} is not changed; reopen it first"),
    ("event_illegal", "'{event}' is not possible in state {state}: possible are {allowed}"),
    ("event_needs", "'{event}' still needs {missing}"),
    ("no_choice", "'{value}' is no {field}: it is one of {choices}"),
    ("event_refused", "'{event}' is refused: {why}"),
    ("guard_auto_close", "it was resolved less than 7 days ago"),
    ("guard_auto_resolve", "a person is assigned and decides"),
    ("guard_wake_at", "wake_at is in the past; give a time to come"),
    ("nothing_allowed", "nothing"),
    (
        "guard_seats",
        "nobody may fill the seat {seat} but those who ask or do it; give somebody else one of the roles {roles}",
    ),
    ("guard_template", "the template {number} is {state}; changes may follow it when it is approved"),
    (
        "guard_template_differs",
        "a standard change is what the template {number} says, but for when and by whom; it differs in {fields}",
    ),
    ("guard_voted", "you voted on it; somebody else makes it"),
    ("linked_over", "{number} is over"),
    ("line_facts", "a line does not fit; write for example: package openssl version"),
    ("line_packages", "a line does not fit; write the name and the version: openssl 3.0.15"),
    (
        "line_waves",
        "a line does not fit; write a name, a colon and a query, and perhaps: first: site:berlin | soak 60 | stop 5 % | stop incident",
    ),
    ("whole_number", "write a whole number"),
    ("whole_number_or_more", "write a whole number, 0 or more"),
    ("link_self", "a ticket is not linked to itself"),
    ("link_there", "this link is there already"),
    ("plan_locked", "in state {state} it stays as it was approved"),
    ("task_parent", "a task is a part of another ticket: name it"),
    ("no_ticket", "'{id}' is no {kind}"),
    // Filters.
    ("at_column", "column {column}: {what}"),
    ("at_line", "line {line}, column {column}: {what}"),
    ("quote_open", "a quotation mark is not closed"),
    ("no_term", "'{word}' is no term; terms are field:value, such as {field}:…"),
    ("no_field", "there is no field '{field}'; did you mean '{near}'? The fields are {fields}"),
    ("never_value", "{field} is never '{value}'; it is one of {choices}"),
    (
        "no_field_nor_attribute",
        "there is no field '{field}'; did you mean '{near}'? The fields are {fields} and the attributes of the classes; to look \
         for a text with such a sign in it, put it in quotation marks",
    ),
    ("no_column", "there is no column '{column}'; did you mean '{near}'? There are {columns}, and attributes of items"),
    ("no_fields", "this list cannot be filtered, also not by '{field}'"),
    (
        "query_value",
        "a value, a word or a bracket was expected here; what has blanks, commas or brackets in it stands in quotation marks",
    ),
    ("query_nothing", "'{word}' still needs what it is about; to look for the word itself, put it in quotation marks"),
    ("query_bracket_open", "this bracket is not closed"),
    ("query_bracket_closed", "no bracket was opened before this one"),
    ("query_deep", "brackets and negations go at most {max} deep"),
    (
        "query_moment",
        "{field} stands for the whole query, once and with one time; it cannot be denied or be one of several ways",
    ),
    ("query_no_order", "{field} has no order; ask for it with {field}:…"),
    ("query_blank", "what {field} is to be compared with is missing"),
    ("query_time", "{field} is a time and '{value}' is none; write 2026-11-24 or 2026-11-24T10:00:00Z"),
    ("query_ahead", "{value} lies ahead: of what comes nothing is known, and now it is {now}"),
    (
        "cursor_made_up",
        "this is no cursor that a list gave; take `next_cursor` as it came, or leave it out to begin anew",
    ),
    ("query_number", "{field} is a number and '{value}' is none; sizes may be written as 10GiB"),
    ("query_boolean", "{field} is true or false, never '{value}'"),
    // Classes and what is declared.
    ("at_most_entries", "at most {max} entries are possible"),
    ("class_name", "a name has 1 to {max} characters out of a-z, 0-9 and '_' and begins with a letter"),
    ("class_exists", "there is a class {class} already"),
    ("class_shipped", "{class} is shipped: attributes can be added to it, and it cannot be retired"),
    ("class_shipped_identity", "a shipped class keeps what tells its items apart"),
    ("class_twice", "there is an attribute of this name in the list already"),
    ("class_has_it", "the shipped class has an attribute of this name already"),
    ("class_reserved", "'{attribute}' is a field of every item; take another name"),
    ("class_any", "take one of the other kinds"),
    ("class_rule_of_texts", "this rule is for texts and lists of texts"),
    ("class_rule_of_numbers", "this rule is for numbers"),
    ("class_bounds", "the least is more than the greatest"),
    ("class_pattern_wrong", "this is no regular expression: {cause}"),
    ("class_identity_required", "what tells items apart is a required attribute of the class"),
    ("class_rules_of_declared", "rules are for items that people declare"),
    ("class_rule_place", "{name} in curly brackets is no attribute of the class"),
    ("class_rule_class", "the query says which class is meant (class:…), and no as_of"),
    ("class_in_use", "{count} items have the class: {items}"),
    ("query_twice", "stands twice; several demands are one filter, with `or` or a blank between them"),
    ("class_break", "{count} items would not fit any more, such as {items}; give a default that makes them fit"),
    ("class_break_one", "{item} ({attribute}: {why})"),
    ("class_break_many", "more than {max} items would have to be changed at once; change the class in smaller steps"),
    ("class_default", "no attribute of the class has this name, and none had it"),
    ("class_is_retired", "the class {class} is retired and takes no new items"),
    ("class_is_discovered", "agents discover items of the class {class}; nobody declares them"),
    ("class_unknown", "there is no class '{class}'; did you mean '{near}'?"),
    ("class_discovered", "agents discover {attribute}; nobody declares it"),
    ("class_no_attribute", "the class {class} has no attribute {attribute}; did you mean {near}? It has {all}"),
    ("class_no_attributes", "the class {class} has no attributes of its own, also not {attribute}"),
    ("class_required", "this attribute is required"),
    ("class_kind", "this is not of the kind {kind}"),
    ("class_too_long", "a value has at most {max} bytes"),
    ("class_time", "a time such as 2026-11-24T10:00:00Z, or a day such as 2026-11-24"),
    ("class_choice", "'{value}' is none of the choices {choices}"),
    ("class_minimum", "the least is {min}"),
    ("class_maximum", "the most is {max}"),
    ("class_pattern", "this does not fit the pattern {pattern}"),
    (
        "declared_attributes_only",
        "of what agents discover only attributes can be declared that an owner added to the class",
    ),
    ("declared_twice", "{item} is the same already: it is told apart by {by}"),
    ("lifecycle_choice", "this is seen, not said; it is one of {choices}"),
    ("no_group", "there is no redundancy group {group}; name it in redundancy, with how many must work"),
    ("group_line", "a line says how many of a group must work, such as web=2"),
    ("group_needs_one", "at least one must work"),
    ("relation_to_itself", "nothing has a relation to itself"),
    ("relation_contains", "what a host contains is discovered; declare what an item of people contains"),
    (
        "relation_not_declared",
        "only what people declared can be taken back; this is discovered, or follows from a rule",
    ),
    ("undo_moved", "changed again since: {fields}; take back the later change first"),
    ("undo_nothing", "nothing is different from before that change"),
    // Sources.
    ("no_such_attribute", "items of the class {class} have no attribute {attribute}"),
    ("value_of_kind", "the value has to be of the kind {kind}"),
    ("at_most_bytes", "at most {max} bytes are taken"),
    ("pin_gone", "the item is gone: there is nothing to pin"),
    ("pin_ahead", "the end has to lie ahead"),
    ("rule_needs_class", "an attribute belongs to a class"),
    ("rule_twice", "there is a rule for the same before"),
    ("rule_empty", "a rule says an order or for how long a word counts"),
    ("retention_line", "'{line}' is no class of what agents report with a number of days, such as process = 7"),
    ("import_relation_column", "a file of relations has the columns {columns}; `-` leaves a column out"),
    ("import_relation_needs", "every relation has two ends and a type: columns from, type and to"),
    ("import_relation_text", "write the name or the id as text"),
    ("rule_class_unknown", "there is no class '{class}'; near is {near}"),
    ("pin_value", "this is no value of {field}"),
    ("rule_person", "what a person pinned always comes first"),
    ("rule_source_twice", "a source stands twice"),
    ("rule_level_empty", "a level without a source"),
    // Many at once.
    ("bulk_nothing", "say what is to change"),
    ("bulk_nobody", "choose whom it is to change"),
    ("host_nameless", "a machine without a name is no host"),
    ("fact_unknown", "sources tell no attribute {attribute} of the class {class}; did you mean {near}?"),
    ("fact_twice", "an item of this key stands in the list already"),
    ("no_identifier", "'{value}' is no {kind}"),
];

/// All sentences: key and English.
pub fn all() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    const PARTS: [&[(&str, &str)]; 8] = [
        exchange::ENGLISH,
        ticket::ENGLISH,
        access::ENGLISH,
        drift::ENGLISH,
        level::ENGLISH,
        alert::ENGLISH,
        search::ENGLISH,
        desk::ENGLISH,
    ];
    [ENGLISH, notification::ENGLISH].into_iter().chain(PARTS).flatten()
}

/// The English sentence of a key; a key that a later version wrote stands for itself.
pub fn english(key: &str) -> &str {
    all().find(|(known, _)| *known == key).map_or(key, |(_, sentence)| *sentence)
}

/// Sets whose values are sent back as they are: a machine that reads the sentence has to find them spelled exactly.
const SPELLED: &[&str] = &["event", "field", "role-name", "state", "scope", "action", "identifier"];

/// Whether values of a set are written exactly.
pub fn is_spelled(set: &str) -> bool {
    SPELLED.contains(&set)
}

#[cfg(test)]
mod tests {

    #[test]
    fn keys_are_unique_and_places_are_closed() {
        let mut keys: Vec<&str> = super::all().map(|(key, _)| *key).collect();
        keys.sort_unstable();
        let all = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), all);
        for (key, sentence) in super::all() {
            assert_eq!(sentence.matches('{').count(), sentence.matches('}').count(), "{key}");
            assert!(!sentence.trim().is_empty(), "{key}");
        }
    }
}
