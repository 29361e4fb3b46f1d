# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_muster_global_optspecs
    string join \n url= token-file= ca-file= o/output= h/help V/version
end

function __fish_muster_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_muster_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_muster_using_subcommand
    set -l cmd (__fish_muster_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c muster -n "__fish_muster_needs_command" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_needs_command" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_needs_command" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_needs_command" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_needs_command" -s V -l version -d 'Print version'
complete -c muster -n "__fish_muster_needs_command" -f -a "quickstart" -d 'Start collector and agent for this machine; stays until Ctrl-C'
complete -c muster -n "__fish_muster_needs_command" -f -a "login" -d 'Remember a collector and an API token'
complete -c muster -n "__fish_muster_needs_command" -f -a "host" -d 'Hosts'
complete -c muster -n "__fish_muster_needs_command" -f -a "item" -d 'Items of all classes'
complete -c muster -n "__fish_muster_needs_command" -f -a "class" -d 'Classes: which attributes items have'
complete -c muster -n "__fish_muster_needs_command" -f -a "service" -d 'Business services and applications'
complete -c muster -n "__fish_muster_needs_command" -f -a "source" -d 'Who says something of hosts'
complete -c muster -n "__fish_muster_needs_command" -f -a "finding" -d 'Drift: what differs from what is authorised'
complete -c muster -n "__fish_muster_needs_command" -f -a "policy" -d 'Policies: what is minded, and how badly'
complete -c muster -n "__fish_muster_needs_command" -f -a "profile" -d 'Profiles: what hosts of a kind must be like'
complete -c muster -n "__fish_muster_needs_command" -f -a "retention" -d 'How long the past is kept'
complete -c muster -n "__fish_muster_needs_command" -f -a "priority" -d 'Which priority impact and urgency make, and what makes an incident a major one'
complete -c muster -n "__fish_muster_needs_command" -f -a "volatility" -d 'What moves by itself, and what the learner proposes'
complete -c muster -n "__fish_muster_needs_command" -f -a "waiver" -d 'Waivers: what may stand for a time'
complete -c muster -n "__fish_muster_needs_command" -f -a "routing" -d 'Who deals with incidents of drift'
complete -c muster -n "__fish_muster_needs_command" -f -a "why" -d 'Why a change of a host alerted somebody, or nobody; its number is in `muster host history`'
complete -c muster -n "__fish_muster_needs_command" -f -a "ticket" -d 'Tickets of other service desks: import them, write ours in their words'
complete -c muster -n "__fish_muster_needs_command" -f -a "incident" -d 'Incidents: something is not as it should be'
complete -c muster -n "__fish_muster_needs_command" -f -a "problem" -d 'Problems: the causes of incidents'
complete -c muster -n "__fish_muster_needs_command" -f -a "change" -d 'Changes: plans, votes, and what agents saw of them'
complete -c muster -n "__fish_muster_needs_command" -f -a "release" -d 'Releases: changes and versions that go out together'
complete -c muster -n "__fish_muster_needs_command" -f -a "request" -d 'Service requests'
complete -c muster -n "__fish_muster_needs_command" -f -a "access" -d 'Access: who wants into what, for how long'
complete -c muster -n "__fish_muster_needs_command" -f -a "blackout" -d 'Times in which nothing is changed, and the change calendar'
complete -c muster -n "__fish_muster_needs_command" -f -a "bulk" -d 'Move many tickets at once, or change them with `set`: `muster bulk set INC-000001 INC-000002 assignee=ann`'
complete -c muster -n "__fish_muster_needs_command" -f -a "grant" -d 'Grants: what accounts are allowed, and what agents see beside that'
complete -c muster -n "__fish_muster_needs_command" -f -a "task" -d 'Tasks: pieces of the work on a ticket'
complete -c muster -n "__fish_muster_needs_command" -f -a "catalogue" -d 'The catalogue: what can be asked for'
complete -c muster -n "__fish_muster_needs_command" -f -a "article" -d 'Articles of knowledge, in versions'
complete -c muster -n "__fish_muster_needs_command" -f -a "known-error" -d 'Known errors: problems whose cause is known, and incidents that are like them'
complete -c muster -n "__fish_muster_needs_command" -f -a "approve" -d 'Votes: what waits for yours'
complete -c muster -n "__fish_muster_needs_command" -f -a "level" -d 'Service levels: clocks of tickets, policies, how often promises were kept'
complete -c muster -n "__fish_muster_needs_command" -f -a "capacity" -d 'Capacity: what runs out of space, memory or processors, and when'
complete -c muster -n "__fish_muster_needs_command" -f -a "improvement" -d 'Improvements: what is to become better, by which figure, and whether it did'
complete -c muster -n "__fish_muster_needs_command" -f -a "report" -d 'Reports that come by themselves, by mail or to a channel'
complete -c muster -n "__fish_muster_needs_command" -f -a "kpi" -d 'Figures of a period: how soon, how often again, what waits, how sound the CMDB is'
complete -c muster -n "__fish_muster_needs_command" -f -a "calendar" -d 'Calendars: when somebody works'
complete -c muster -n "__fish_muster_needs_command" -f -a "event" -d 'Send events, as a monitoring system does'
complete -c muster -n "__fish_muster_needs_command" -f -a "alert" -d 'Alerts: what monitoring systems say is wrong'
complete -c muster -n "__fish_muster_needs_command" -f -a "silence" -d 'Alerts that nobody wants to hear of for a time'
complete -c muster -n "__fish_muster_needs_command" -f -a "maintenance" -d 'Times in which alerts of items are expected'
complete -c muster -n "__fish_muster_needs_command" -f -a "alert-rule" -d 'Which alerts make incidents'
complete -c muster -n "__fish_muster_needs_command" -f -a "identify" -d 'Which host a machine is: reasons, questions, merging and splitting'
complete -c muster -n "__fish_muster_needs_command" -f -a "agent" -d 'Agents'
complete -c muster -n "__fish_muster_needs_command" -f -a "token" -d 'Enrollment tokens'
complete -c muster -n "__fish_muster_needs_command" -f -a "user" -d 'Accounts'
complete -c muster -n "__fish_muster_needs_command" -f -a "team" -d 'Teams: people who work together'
complete -c muster -n "__fish_muster_needs_command" -f -a "audit" -d 'The audit trail'
complete -c muster -n "__fish_muster_needs_command" -f -a "diff" -d 'What differs between two times, on a host, a group of hosts or all'
complete -c muster -n "__fish_muster_needs_command" -f -a "query" -d 'Ask any list: `muster query items \'class:package version<3.0.14\'`'
complete -c muster -n "__fish_muster_needs_command" -f -a "search" -d 'Find hosts, items, tickets and accounts by words, best first'
complete -c muster -n "__fish_muster_needs_command" -f -a "saved-search" -d 'Questions that you keep, and those that are shared'
complete -c muster -n "__fish_muster_needs_command" -f -a "channel" -d 'Where notifications go'
complete -c muster -n "__fish_muster_needs_command" -f -a "subscription" -d 'Who is told of what'
complete -c muster -n "__fish_muster_needs_command" -f -a "delivery" -d 'Messages that went out, that wait, and that were given up'
complete -c muster -n "__fish_muster_needs_command" -f -a "preference" -d 'How you wish to be told'
complete -c muster -n "__fish_muster_needs_command" -f -a "on-call" -d 'Who is on call, and who stands in'
complete -c muster -n "__fish_muster_needs_command" -f -a "escalation" -d 'Whom to call when nobody takes a ticket'
complete -c muster -n "__fish_muster_needs_command" -f -a "export" -d 'Whole lists, and hosts in the forms of other tools'
complete -c muster -n "__fish_muster_needs_command" -f -a "import" -d 'Import a file of items or of facts about hosts'
complete -c muster -n "__fish_muster_needs_command" -f -a "imports" -d 'What became of files that were imported'
complete -c muster -n "__fish_muster_needs_command" -f -a "open" -d 'Print the address of a console page'
complete -c muster -n "__fish_muster_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c muster -n "__fish_muster_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l data-dir -d 'Folder of all data [default: muster/ in the user\'s state folder]' -r -F
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l console -d 'Address of the console; port 0 picks a free one [default: 127.0.0.1:8080, later the one of the first start]' -r
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l agents -d 'Address for agents; port 0 picks a free one [default: 127.0.0.1:8443, later the one of the first start]' -r
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l ready-file -d 'File to write a JSON object to when ready: addresses, tokens, process ids' -r -F
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l demo-days -d 'Days of made-up history, 7 to 360 [default: 90]' -r
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l demo-hosts -d 'Made-up hosts, 40 to 400 [default: 60]' -r
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l demo-seed -d 'What chance is drawn from: the same seed makes the same fleet' -r
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand quickstart" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l once -d 'Stop and exit when ready'
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l demo -d 'Make and serve a made-up fleet in a directory of its own [default: muster-demo/ in the user\'s state folder]'
complete -c muster -n "__fish_muster_using_subcommand quickstart" -l remove -d 'Remove the demo with all that is in it'
complete -c muster -n "__fish_muster_using_subcommand quickstart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand login" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand login" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand login" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand login" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -f -a "list" -d 'List hosts'
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -f -a "show" -d 'Show a host, by name or id, with its coverage and what is said of it'
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -f -a "history" -d 'What changed on a host'
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -f -a "versions" -d 'What people said of a host before, newest first'
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -f -a "undo" -d 'Say again what people said in a past version'
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -f -a "set" -d 'Set owner, site, criticality or lifecycle'
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -f -a "recheck" -d 'Ask the agent for a fresh look'
complete -c muster -n "__fish_muster_using_subcommand host; and not __fish_seen_subcommand_from list show history versions undo set recheck help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from list" -l sort -d 'A column by which they are sorted, with `-` before it from the last to the first: `--sort=-version`' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from show" -l as-of -d 'As it was at this time (RFC 3339, or a day)' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from show" -l known-at -d 'As far as it was known at this time' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from history" -l limit -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from history" -l as-of -d 'As it was at this time (RFC 3339, or a day)' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from history" -l known-at -d 'As far as it was known at this time' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from history" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from history" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from history" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from history" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from versions" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from versions" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from versions" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from versions" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from versions" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from versions" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from versions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from undo" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from undo" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from undo" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from undo" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from undo" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from recheck" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from recheck" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from recheck" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from recheck" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from recheck" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from help" -f -a "list" -d 'List hosts'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a host, by name or id, with its coverage and what is said of it'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from help" -f -a "history" -d 'What changed on a host'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from help" -f -a "versions" -d 'What people said of a host before, newest first'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from help" -f -a "undo" -d 'Say again what people said in a past version'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set owner, site, criticality or lifecycle'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from help" -f -a "recheck" -d 'Ask the agent for a fresh look'
complete -c muster -n "__fish_muster_using_subcommand host; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "list" -d 'List items that are there now'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "show" -d 'Show an item'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "history" -d 'What changed on an item'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "diff" -d 'What differs between two times on a host or an item, or with `--filter` on all that it means'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "pin" -d 'Pin a value of an item: it counts before what sources say'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "unpin" -d 'Take a pin back'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "watch" -d 'Be told of every change of a host or an item; `--stop`: no more'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "create" -d 'Declare an item: `muster item create application shop owner=web port=443`'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "edit" -d 'Change what is declared of an item, or of a host or an item of one: `field=value`; `field=null` takes away'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "bulk" -d 'Change many declared items of a class at once: `muster item bulk rack --filter \'owner:web*\' owner=dc`; shows what would change, and with `--yes` changes it'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "retire" -d 'Retire an item that people declared'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "relate" -d 'Declare a relation, such as `depends_on`, `runs_on`, `needed_by`; without one list those of an item'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "unrelate" -d 'Take back a relation that people declared'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "impact" -d 'What is hit when a host or item fails; `--down`: what it depends on'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "undo" -d 'Take a change back: its number in the history'
complete -c muster -n "__fish_muster_using_subcommand item; and not __fish_seen_subcommand_from list show history diff pin unpin watch create edit bulk retire relate unrelate impact undo help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from list" -l sort -d 'A column by which they are sorted, with `-` before it from the last to the first: `--sort=-version`' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from show" -l as-of -d 'As it was at this time (RFC 3339, or a day)' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from show" -l known-at -d 'As far as it was known at this time' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from history" -l limit -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from history" -l as-of -d 'As it was at this time (RFC 3339, or a day)' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from history" -l known-at -d 'As far as it was known at this time' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from history" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from history" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from history" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from history" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from diff" -l from -d 'The earlier time, RFC 3339 or a day; a day ago without it' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from diff" -l to -d 'The later time; now without it' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from diff" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from diff" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from diff" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from diff" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from diff" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from diff" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from pin" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from pin" -l until -d 'RFC 3339 time at which it ends; without one it holds until it is taken back' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from pin" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from pin" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from pin" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from pin" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from pin" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from unpin" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from unpin" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from unpin" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from unpin" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from unpin" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from watch" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from watch" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from watch" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from watch" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from watch" -l stop -d 'Be told of it no more'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from create" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from edit" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from edit" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from edit" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from edit" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from edit" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from bulk" -l filter -d 'Which of them, in the query language; all without it' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from bulk" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from bulk" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from bulk" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from bulk" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from bulk" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from bulk" -l yes -d 'Change them'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from bulk" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from retire" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from retire" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from retire" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from retire" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from retire" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from retire" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from relate" -l group -d 'The redundancy group of the item that depends' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from relate" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from relate" -l as-of -d 'As it was at this time (RFC 3339, or a day)' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from relate" -l known-at -d 'As far as it was known at this time' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from relate" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from relate" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from relate" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from relate" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from relate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from unrelate" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from unrelate" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from unrelate" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from unrelate" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from unrelate" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from unrelate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from impact" -l depth -d 'Steps that are followed' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from impact" -l as-of -d 'As it was at this time (RFC 3339, or a day)' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from impact" -l known-at -d 'As far as it was known at this time' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from impact" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from impact" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from impact" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from impact" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from impact" -l down -d 'What it depends on'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from impact" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from undo" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from undo" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from undo" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from undo" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from undo" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "list" -d 'List items that are there now'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show an item'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "history" -d 'What changed on an item'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "diff" -d 'What differs between two times on a host or an item, or with `--filter` on all that it means'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "pin" -d 'Pin a value of an item: it counts before what sources say'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "unpin" -d 'Take a pin back'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "watch" -d 'Be told of every change of a host or an item; `--stop`: no more'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "create" -d 'Declare an item: `muster item create application shop owner=web port=443`'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "edit" -d 'Change what is declared of an item, or of a host or an item of one: `field=value`; `field=null` takes away'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "bulk" -d 'Change many declared items of a class at once: `muster item bulk rack --filter \'owner:web*\' owner=dc`; shows what would change, and with `--yes` changes it'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "retire" -d 'Retire an item that people declared'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "relate" -d 'Declare a relation, such as `depends_on`, `runs_on`, `needed_by`; without one list those of an item'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "unrelate" -d 'Take back a relation that people declared'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "impact" -d 'What is hit when a host or item fails; `--down`: what it depends on'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "undo" -d 'Take a change back: its number in the history'
complete -c muster -n "__fish_muster_using_subcommand item; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand class; and not __fish_seen_subcommand_from list show create replace retire help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand class; and not __fish_seen_subcommand_from list show create replace retire help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and not __fish_seen_subcommand_from list show create replace retire help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and not __fish_seen_subcommand_from list show create replace retire help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand class; and not __fish_seen_subcommand_from list show create replace retire help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand class; and not __fish_seen_subcommand_from list show create replace retire help" -f -a "list" -d 'List classes'
complete -c muster -n "__fish_muster_using_subcommand class; and not __fish_seen_subcommand_from list show create replace retire help" -f -a "show" -d 'Show a class with its attributes; `--output json` has its JSON Schema'
complete -c muster -n "__fish_muster_using_subcommand class; and not __fish_seen_subcommand_from list show create replace retire help" -f -a "create" -d 'Define a class from a JSON file (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand class; and not __fish_seen_subcommand_from list show create replace retire help" -f -a "replace" -d 'Replace what owners say of a class, or add attributes to a shipped one, from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand class; and not __fish_seen_subcommand_from list show create replace retire help" -f -a "retire" -d 'Retire a class that no item has'
complete -c muster -n "__fish_muster_using_subcommand class; and not __fish_seen_subcommand_from list show create replace retire help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from replace" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from replace" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from replace" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from replace" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from replace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from retire" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from retire" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from retire" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from retire" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from retire" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from help" -f -a "list" -d 'List classes'
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a class with its attributes; `--output json` has its JSON Schema'
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from help" -f -a "create" -d 'Define a class from a JSON file (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from help" -f -a "replace" -d 'Replace what owners say of a class, or add attributes to a shipped one, from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from help" -f -a "retire" -d 'Retire a class that no item has'
complete -c muster -n "__fish_muster_using_subcommand class; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand service; and not __fish_seen_subcommand_from list show agreements availability help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand service; and not __fish_seen_subcommand_from list show agreements availability help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand service; and not __fish_seen_subcommand_from list show agreements availability help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand service; and not __fish_seen_subcommand_from list show agreements availability help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand service; and not __fish_seen_subcommand_from list show agreements availability help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand service; and not __fish_seen_subcommand_from list show agreements availability help" -f -a "list" -d 'List business services and applications with how they do, the worst first'
complete -c muster -n "__fish_muster_using_subcommand service; and not __fish_seen_subcommand_from list show agreements availability help" -f -a "show" -d 'Show a service and what it depends on'
complete -c muster -n "__fish_muster_using_subcommand service; and not __fish_seen_subcommand_from list show agreements availability help" -f -a "agreements" -d 'The agreements of a service (SLA and OLA), and how they were kept'
complete -c muster -n "__fish_muster_using_subcommand service; and not __fish_seen_subcommand_from list show agreements availability help" -f -a "availability" -d 'How available services were, or one with its outages'
complete -c muster -n "__fish_muster_using_subcommand service; and not __fish_seen_subcommand_from list show agreements availability help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from show" -l as-of -d 'As it was at this time (RFC 3339, or a day)' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from show" -l known-at -d 'As far as it was known at this time' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from agreements" -l from -d 'From this time on [default: four weeks before the end]' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from agreements" -l to -d 'Before this time [default: now]' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from agreements" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from agreements" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from agreements" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from agreements" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from agreements" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from availability" -l from -d 'From this time on [default: four weeks before the end]' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from availability" -l to -d 'Before this time [default: now]' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from availability" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from availability" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from availability" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from availability" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from availability" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from help" -f -a "list" -d 'List business services and applications with how they do, the worst first'
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a service and what it depends on'
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from help" -f -a "agreements" -d 'The agreements of a service (SLA and OLA), and how they were kept'
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from help" -f -a "availability" -d 'How available services were, or one with its outages'
complete -c muster -n "__fish_muster_using_subcommand service; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand source; and not __fish_seen_subcommand_from list help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand source; and not __fish_seen_subcommand_from list help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand source; and not __fish_seen_subcommand_from list help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand source; and not __fish_seen_subcommand_from list help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand source; and not __fish_seen_subcommand_from list help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand source; and not __fish_seen_subcommand_from list help" -f -a "list" -d 'List who says something of hosts, and when each was last heard'
complete -c muster -n "__fish_muster_using_subcommand source; and not __fish_seen_subcommand_from list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand source; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand source; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand source; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand source; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand source; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "list" -d 'List who says something of hosts, and when each was last heard'
complete -c muster -n "__fish_muster_using_subcommand source; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -f -a "list" -d 'List findings that stand; `--filter state:resolved` for those that are over'
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -f -a "show" -d 'Show a finding with its evidence'
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -f -a "confirm" -d 'Say which of the changes that may explain it does'
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -f -a "confirm-all" -d 'Say of all that a change may explain that it does'
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -f -a "evidence" -d 'What it takes to judge it: peers, blast radius, the last changes, where it was read'
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -f -a "accept" -d 'Accept what was found: the baseline moves'
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -f -a "waive" -d 'Let it stand until a day'
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -f -a "suppress" -d 'Silence it for a time'
complete -c muster -n "__fish_muster_using_subcommand finding; and not __fish_seen_subcommand_from list show confirm confirm-all evidence accept waive suppress help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from confirm" -l change -d 'Number of the change' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from confirm" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from confirm" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from confirm" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from confirm" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from confirm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from confirm-all" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from confirm-all" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from confirm-all" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from confirm-all" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from confirm-all" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from evidence" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from evidence" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from evidence" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from evidence" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from evidence" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from accept" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from accept" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from accept" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from accept" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from accept" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from accept" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from waive" -l justification -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from waive" -l expires-at -d 'RFC 3339 time' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from waive" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from waive" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from waive" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from waive" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from waive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from suppress" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from suppress" -l until -d 'RFC 3339 time' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from suppress" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from suppress" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from suppress" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from suppress" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from suppress" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from help" -f -a "list" -d 'List findings that stand; `--filter state:resolved` for those that are over'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a finding with its evidence'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from help" -f -a "confirm" -d 'Say which of the changes that may explain it does'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from help" -f -a "confirm-all" -d 'Say of all that a change may explain that it does'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from help" -f -a "evidence" -d 'What it takes to judge it: peers, blast radius, the last changes, where it was read'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from help" -f -a "accept" -d 'Accept what was found: the baseline moves'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from help" -f -a "waive" -d 'Let it stand until a day'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from help" -f -a "suppress" -d 'Silence it for a time'
complete -c muster -n "__fish_muster_using_subcommand finding; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -f -a "list" -d 'List policies: what is shipped, and those of owners'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -f -a "show" -d 'Show a policy'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -f -a "library" -d 'Examples to start from, and what conditions may use'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -f -a "preview" -d 'Try a policy: what breaks it now, and what it would have made of the last 30 days'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -f -a "create" -d 'Make a policy: `muster policy create no-telnet \'telnet is not allowed\' package "item.name == \'telnetd\'" --enable`'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -f -a "set" -d 'Change a policy: `purpose=…`, `scope=…`, `condition=…`, `severity=…`, `class=…`, `outcome=…`, `debounce_seconds=…`, `group_by=…`'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -f -a "enable" -d 'Ask a policy from now on'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -f -a "disable" -d 'Ask a policy no more; what it found ends'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -f -a "remove" -d 'Remove a policy that an owner made'
complete -c muster -n "__fish_muster_using_subcommand policy; and not __fish_seen_subcommand_from list show library preview create set enable disable remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from library" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from library" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from library" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from library" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from library" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from preview" -l scope -d 'Which hosts it means, in the query language; all without it' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from preview" -l severity -d 'How bad' -r -f -a "info\t''
warning\t''
minor\t''
major\t''
critical\t''"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from preview" -l class -d '`security` opens at once, `critical` waits for a second look' -r -f -a "security\t''
critical\t''"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from preview" -l outcome -d 'What comes of it' -r -f -a "incident\t''
finding\t''"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from preview" -l debounce-seconds -d 'For how many seconds something has to stand before it counts; without it until a second look or for 90 s' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from preview" -l group-by -d 'What is told as one incident: the same difference on hosts of a service or site, or all on a host, of a service, at a site, of the policy' -r -f -a "difference\t''
host\t''
service\t''
site\t''
policy\t''"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from preview" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from preview" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from preview" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from preview" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from preview" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -l scope -d 'Which hosts it means, in the query language; all without it' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -l severity -d 'How bad' -r -f -a "info\t''
warning\t''
minor\t''
major\t''
critical\t''"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -l class -d '`security` opens at once, `critical` waits for a second look' -r -f -a "security\t''
critical\t''"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -l outcome -d 'What comes of it' -r -f -a "incident\t''
finding\t''"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -l debounce-seconds -d 'For how many seconds something has to stand before it counts; without it until a second look or for 90 s' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -l group-by -d 'What is told as one incident: the same difference on hosts of a service or site, or all on a host, of a service, at a site, of the policy' -r -f -a "difference\t''
host\t''
service\t''
site\t''
policy\t''"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -l enable -d 'Ask it from now on'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from enable" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from enable" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from enable" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from enable" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from disable" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from disable" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from disable" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from disable" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "list" -d 'List policies: what is shipped, and those of owners'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a policy'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "library" -d 'Examples to start from, and what conditions may use'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "preview" -d 'Try a policy: what breaks it now, and what it would have made of the last 30 days'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a policy: `muster policy create no-telnet \'telnet is not allowed\' package "item.name == \'telnetd\'" --enable`'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change a policy: `purpose=…`, `scope=…`, `condition=…`, `severity=…`, `class=…`, `outcome=…`, `debounce_seconds=…`, `group_by=…`'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "enable" -d 'Ask a policy from now on'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "disable" -d 'Ask a policy no more; what it found ends'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a policy that an owner made'
complete -c muster -n "__fish_muster_using_subcommand policy; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "list" -d 'List profiles, the least specific first'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "show" -d 'Show a profile'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "preview" -d 'Try a profile: what breaks it now, and what it would have made of the last 30 days'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "create" -d 'Make a profile: `muster profile create web \'web servers\' --scope role:web --layer 10 \'have package nginx\' --enable`'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "set" -d 'Change a profile: `purpose=…`, `scope=…`, `layer=…`, `severity=…`, `class=…`, `outcome=…`'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "demand" -d 'Say anew what must be'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "host" -d 'What profiles demand of a host: what counts, what does not and why, and how it stands'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "take" -d 'What is there on a golden host now, as lines for the profile of its kind: `muster profile take web-1 --section package,service > web.txt`'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "versions" -d 'All versions of a profile, the newest first'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "enable" -d 'Ask a profile from now on'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "disable" -d 'Ask a profile no more; what it found ends'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "remove" -d 'Remove a profile; what it found ends'
complete -c muster -n "__fish_muster_using_subcommand profile; and not __fish_seen_subcommand_from list show preview create set demand host take versions enable disable remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from preview" -l file -d 'A file with a line each (`-` is standard input); `#` begins a remark' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from preview" -l scope -d 'Which hosts it means, in the query language; all without it' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from preview" -l layer -d 'How specific it is, 0 to 99: of two that speak of the same thing, the higher layer counts' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from preview" -l severity -d 'How bad it is when something is not so' -r -f -a "info\t''
warning\t''
minor\t''
major\t''
critical\t''"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from preview" -l class -d '`security` opens at once, `critical` waits for a second look' -r -f -a "security\t''
critical\t''"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from preview" -l outcome -d 'What comes of it' -r -f -a "incident\t''
finding\t''"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from preview" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from preview" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from preview" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from preview" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from preview" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -l file -d 'A file with a line each (`-` is standard input); `#` begins a remark' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -l scope -d 'Which hosts it means, in the query language; all without it' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -l layer -d 'How specific it is, 0 to 99: of two that speak of the same thing, the higher layer counts' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -l severity -d 'How bad it is when something is not so' -r -f -a "info\t''
warning\t''
minor\t''
major\t''
critical\t''"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -l class -d '`security` opens at once, `critical` waits for a second look' -r -f -a "security\t''
critical\t''"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -l outcome -d 'What comes of it' -r -f -a "incident\t''
finding\t''"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -l enable -d 'Ask it from now on'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from demand" -l file -d 'A file with a line each (`-` is standard input); `#` begins a remark' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from demand" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from demand" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from demand" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from demand" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from demand" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from host" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from host" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from host" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from host" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from host" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from take" -l section -d 'Which sections, with commas between; all that can be taken without it' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from take" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from take" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from take" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from take" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from take" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from versions" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from versions" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from versions" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from versions" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from versions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from enable" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from enable" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from enable" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from enable" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from disable" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from disable" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from disable" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from disable" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "list" -d 'List profiles, the least specific first'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a profile'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "preview" -d 'Try a profile: what breaks it now, and what it would have made of the last 30 days'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a profile: `muster profile create web \'web servers\' --scope role:web --layer 10 \'have package nginx\' --enable`'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change a profile: `purpose=…`, `scope=…`, `layer=…`, `severity=…`, `class=…`, `outcome=…`'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "demand" -d 'Say anew what must be'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "host" -d 'What profiles demand of a host: what counts, what does not and why, and how it stands'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "take" -d 'What is there on a golden host now, as lines for the profile of its kind: `muster profile take web-1 --section package,service > web.txt`'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "versions" -d 'All versions of a profile, the newest first'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "enable" -d 'Ask a profile from now on'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "disable" -d 'Ask a profile no more; what it found ends'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a profile; what it found ends'
complete -c muster -n "__fish_muster_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand retention; and not __fish_seen_subcommand_from show set help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand retention; and not __fish_seen_subcommand_from show set help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand retention; and not __fish_seen_subcommand_from show set help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand retention; and not __fish_seen_subcommand_from show set help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand retention; and not __fish_seen_subcommand_from show set help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand retention; and not __fish_seen_subcommand_from show set help" -f -a "show" -d 'Show the windows, and since when what is kept'
complete -c muster -n "__fish_muster_using_subcommand retention; and not __fish_seen_subcommand_from show set help" -f -a "set" -d 'Set windows in days: `history=400`, `alerts=30`, or a class: `process=7`; 0 is for ever, an empty value is as configured'
complete -c muster -n "__fish_muster_using_subcommand retention; and not __fish_seen_subcommand_from show set help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the windows, and since when what is kept'
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set windows in days: `history=400`, `alerts=30`, or a class: `process=7`; 0 is for ever, an empty value is as configured'
complete -c muster -n "__fish_muster_using_subcommand retention; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand priority; and not __fish_seen_subcommand_from show set follow help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand priority; and not __fish_seen_subcommand_from show set follow help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand priority; and not __fish_seen_subcommand_from show set follow help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand priority; and not __fish_seen_subcommand_from show set follow help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand priority; and not __fish_seen_subcommand_from show set follow help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand priority; and not __fish_seen_subcommand_from show set follow help" -f -a "show" -d 'Show the rules; `-o json` gives what `set` takes'
complete -c muster -n "__fish_muster_using_subcommand priority; and not __fish_seen_subcommand_from show set follow help" -f -a "set" -d 'Set the rules from a JSON file (`-` is standard input); what is left out is as shipped. No ticket moves: see `follow`'
complete -c muster -n "__fish_muster_using_subcommand priority; and not __fish_seen_subcommand_from show set follow help" -f -a "follow" -d 'Let open tickets have the priority that the rules give them now; those that a person set stay'
complete -c muster -n "__fish_muster_using_subcommand priority; and not __fish_seen_subcommand_from show set follow help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from show" -l version -d 'Those of a version that a ticket names' -r
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from follow" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from follow" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from follow" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from follow" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from follow" -l dry-run -d 'Only say which would follow'
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from follow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the rules; `-o json` gives what `set` takes'
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set the rules from a JSON file (`-` is standard input); what is left out is as shipped. No ticket moves: see `follow`'
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from help" -f -a "follow" -d 'Let open tickets have the priority that the rules give them now; those that a person set stay'
complete -c muster -n "__fish_muster_using_subcommand priority; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand volatility; and not __fish_seen_subcommand_from list accept reject help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand volatility; and not __fish_seen_subcommand_from list accept reject help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand volatility; and not __fish_seen_subcommand_from list accept reject help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand volatility; and not __fish_seen_subcommand_from list accept reject help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand volatility; and not __fish_seen_subcommand_from list accept reject help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand volatility; and not __fish_seen_subcommand_from list accept reject help" -f -a "list" -d 'List what the learner proposes, what people decided, and the table that is shipped'
complete -c muster -n "__fish_muster_using_subcommand volatility; and not __fish_seen_subcommand_from list accept reject help" -f -a "accept" -d 'Say that an attribute is volatile: its changes are recorded and make no finding'
complete -c muster -n "__fish_muster_using_subcommand volatility; and not __fish_seen_subcommand_from list accept reject help" -f -a "reject" -d 'Say that an attribute is a fact: it is not proposed again for 30 days'
complete -c muster -n "__fish_muster_using_subcommand volatility; and not __fish_seen_subcommand_from list accept reject help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from accept" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from accept" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from accept" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from accept" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from accept" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from accept" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from reject" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from reject" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from reject" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from reject" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from reject" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from reject" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from help" -f -a "list" -d 'List what the learner proposes, what people decided, and the table that is shipped'
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from help" -f -a "accept" -d 'Say that an attribute is volatile: its changes are recorded and make no finding'
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from help" -f -a "reject" -d 'Say that an attribute is a fact: it is not proposed again for 30 days'
complete -c muster -n "__fish_muster_using_subcommand volatility; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand waiver; and not __fish_seen_subcommand_from list show create end help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand waiver; and not __fish_seen_subcommand_from list show create end help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand waiver; and not __fish_seen_subcommand_from list show create end help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand waiver; and not __fish_seen_subcommand_from list show create end help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand waiver; and not __fish_seen_subcommand_from list show create end help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand waiver; and not __fish_seen_subcommand_from list show create end help" -f -a "list" -d 'List waivers, newest first'
complete -c muster -n "__fish_muster_using_subcommand waiver; and not __fish_seen_subcommand_from list show create end help" -f -a "show" -d 'Show a waiver'
complete -c muster -n "__fish_muster_using_subcommand waiver; and not __fish_seen_subcommand_from list show create end help" -f -a "create" -d 'Let findings stand: `muster waiver create \'policy:package host_name:lab-*\' --justification \'a lab\' --owner ann --expires 2026-12-31T00:00:00Z`'
complete -c muster -n "__fish_muster_using_subcommand waiver; and not __fish_seen_subcommand_from list show create end help" -f -a "end" -d 'End a waiver before its time: what it let stand comes back'
complete -c muster -n "__fish_muster_using_subcommand waiver; and not __fish_seen_subcommand_from list show create end help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from create" -l justification -d 'Why they may stand' -r
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from create" -l owner -d 'Who answers for it' -r
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from create" -l expires -d 'When it ends' -r
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from end" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from end" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from end" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from end" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from end" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from help" -f -a "list" -d 'List waivers, newest first'
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a waiver'
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from help" -f -a "create" -d 'Let findings stand: `muster waiver create \'policy:package host_name:lab-*\' --justification \'a lab\' --owner ann --expires 2026-12-31T00:00:00Z`'
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from help" -f -a "end" -d 'End a waiver before its time: what it let stand comes back'
complete -c muster -n "__fish_muster_using_subcommand waiver; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -f -a "show" -d 'Show the rules, in the order in which they are tried'
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -f -a "set" -d 'Set the rules from a JSON file (`-` is standard input): `{"rules": [{"name": …, "about": "findings" or "tickets", "filter": …, "group": …}]}`'
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -f -a "add" -d 'Add a rule, at the end or in a place: `muster routing add shop --about tickets --filter \'category:shop\' --group shop`'
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -f -a "edit" -d 'Change a rule or move it: what is not said stays as it is'
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -f -a "remove" -d 'Take a rule away'
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -f -a "explain" -d 'What the rules say of a finding'
complete -c muster -n "__fish_muster_using_subcommand routing; and not __fish_seen_subcommand_from show set add edit remove explain help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from add" -l about -d 'What it is about' -r -f -a "findings\t''
tickets\t''"
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from add" -l filter -d 'Which of them it means, in the query language' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from add" -l group -d 'Which group deals with them; an empty one is none' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from add" -l assignee -d 'Who deals with them, by sign-in name or id; an empty one is nobody' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from add" -l place -d 'Its place, counted from 1: rules are tried in order' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from add" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from add" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from add" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from add" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from edit" -l rename -d 'Another name' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from edit" -l about -d 'What it is about' -r -f -a "findings\t''
tickets\t''"
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from edit" -l filter -d 'Which of them it means, in the query language' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from edit" -l group -d 'Which group deals with them; an empty one is none' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from edit" -l assignee -d 'Who deals with them, by sign-in name or id; an empty one is nobody' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from edit" -l place -d 'Its place, counted from 1: rules are tried in order' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from edit" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from edit" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from edit" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from edit" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from explain" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from explain" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from explain" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from explain" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the rules, in the order in which they are tried'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set the rules from a JSON file (`-` is standard input): `{"rules": [{"name": …, "about": "findings" or "tickets", "filter": …, "group": …}]}`'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add a rule, at the end or in a place: `muster routing add shop --about tickets --filter \'category:shop\' --group shop`'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from help" -f -a "edit" -d 'Change a rule or move it: what is not said stays as it is'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Take a rule away'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from help" -f -a "explain" -d 'What the rules say of a finding'
complete -c muster -n "__fish_muster_using_subcommand routing; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand why" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand why" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand why" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand why" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand ticket; and not __fish_seen_subcommand_from import export help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and not __fish_seen_subcommand_from import export help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand ticket; and not __fish_seen_subcommand_from import export help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand ticket; and not __fish_seen_subcommand_from import export help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand ticket; and not __fish_seen_subcommand_from import export help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand ticket; and not __fish_seen_subcommand_from import export help" -f -a "import" -d 'Import a file of tickets of another desk, or say what it would do'
complete -c muster -n "__fish_muster_using_subcommand ticket; and not __fish_seen_subcommand_from import export help" -f -a "export" -d 'Write tickets in the words of another desk to standard output'
complete -c muster -n "__fish_muster_using_subcommand ticket; and not __fish_seen_subcommand_from import export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l preset -d 'Whose names of fields and values it has' -r -f -a "muster\t'Our own'
servicenow\t'ServiceNow'
jira\t'Jira Service Management'
glpi\t'GLPI'
itop\t'iTop'"
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l source -d 'Which desk it is, where there are several of a product [default: the preset]' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l kind -d 'The kind of all tickets, where no column says it' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l zone -d 'The zone of times that have none' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l value -d 'What a value is that the preset does not know' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l map -d 'What a column is, where its name does not say it; \'column=-\' leaves it out' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l format -d 'How the file is written [default: found out]' -r -f -a "csv\t'A header and values with a delimiter between'
json\t'A list of objects'
ndjson\t'An object on each line'"
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l delimiter -d 'What stands between the values of a CSV, such as \';\' or \'tab\' [default: found out]' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l reason -d 'Why it is imported' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l dry-run -d 'Only say what would happen'
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -l all-or-nothing -d 'Take nothing when one row cannot be taken'
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from export" -l preset -d 'Whose names of fields and values it has' -r -f -a "muster\t'Our own'
servicenow\t'ServiceNow'
jira\t'Jira Service Management'
glpi\t'GLPI'
itop\t'iTop'"
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from export" -l source -d 'The desk by whose numbers its own tickets are named [default: the preset]' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from export" -l zone -d 'By whose clocks times are written' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from export" -l filter -d 'Which tickets, in the query language, such as \'kind:incident active:true\'' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from export" -l format -d 'The form' -r -f -a "csv\t'For spreadsheets and other desks'
json\t'One JSON list'
ndjson\t'A JSON record on each line'"
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from export" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from export" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from export" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from export" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from help" -f -a "import" -d 'Import a file of tickets of another desk, or say what it would do'
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write tickets in the words of another desk to standard output'
complete -c muster -n "__fish_muster_using_subcommand ticket; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand incident; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from count" -l by -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from count" -l filter -d 'Which of them, such as `active:true`' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from count" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from count" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from count" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from count" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from count" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -l description -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -l impact -d '1 (wide) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -l urgency -d '1 (now) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -l item -d 'Host or item that it is about; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -l parent -d 'Number of the ticket that it is a part of; a task needs one' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -l for -d 'For whom it is, by sign-in name, when not for you' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -l channel -d 'How somebody asked for it' -r -f -a "phone\t''
email\t''
chat\t''
manual\t''"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -l details -d 'What only this kind has, as JSON: \'{"plan": {"reason": "…"}}\'' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from do" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from do" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from do" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from do" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from do" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from events" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from events" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from events" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from events" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from comment" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from comment" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from comment" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from comment" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from comment" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from comment" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from link" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from link" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from link" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from link" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from link" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from again" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from again" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from again" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from again" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from again" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from aftermath" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from aftermath" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from aftermath" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from aftermath" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from aftermath" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from major" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from major" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from major" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from major" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from major" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from files" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from files" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from files" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from files" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from files" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from attach" -l name -d 'What it is called, when not by its own name' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from attach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from attach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from attach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from attach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from attach" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from download" -l out -d 'Where it is written; by its name into this folder without it, and `-` is standard output' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from download" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from download" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from download" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from download" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from download" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from detach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from detach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from detach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from detach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from detach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from verify" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from verify" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from verify" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from verify" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from acknowledge" -l reason -d 'Why it may go on all the same' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from acknowledge" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from acknowledge" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from acknowledge" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from acknowledge" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from acknowledge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from check" -l note -d 'What was seen' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from check" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from check" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from check" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from check" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from check" -l failed -d 'It is not as it should be'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand incident; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "proposals" -d 'Proposals: what came so often that it may be a problem'
complete -c muster -n "__fish_muster_using_subcommand problem; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check proposals help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from count" -l by -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from count" -l filter -d 'Which of them, such as `active:true`' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from count" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from count" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from count" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from count" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from count" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -l description -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -l impact -d '1 (wide) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -l urgency -d '1 (now) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -l item -d 'Host or item that it is about; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -l parent -d 'Number of the ticket that it is a part of; a task needs one' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -l for -d 'For whom it is, by sign-in name, when not for you' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -l channel -d 'How somebody asked for it' -r -f -a "phone\t''
email\t''
chat\t''
manual\t''"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -l details -d 'What only this kind has, as JSON: \'{"plan": {"reason": "…"}}\'' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from do" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from do" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from do" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from do" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from do" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from events" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from events" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from events" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from events" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from comment" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from comment" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from comment" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from comment" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from comment" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from comment" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from link" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from link" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from link" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from link" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from link" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from again" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from again" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from again" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from again" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from again" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from aftermath" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from aftermath" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from aftermath" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from aftermath" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from aftermath" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from major" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from major" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from major" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from major" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from major" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from files" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from files" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from files" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from files" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from files" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from attach" -l name -d 'What it is called, when not by its own name' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from attach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from attach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from attach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from attach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from attach" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from download" -l out -d 'Where it is written; by its name into this folder without it, and `-` is standard output' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from download" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from download" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from download" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from download" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from download" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from detach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from detach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from detach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from detach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from detach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from verify" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from verify" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from verify" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from verify" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from acknowledge" -l reason -d 'Why it may go on all the same' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from acknowledge" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from acknowledge" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from acknowledge" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from acknowledge" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from acknowledge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from check" -l note -d 'What was seen' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from check" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from check" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from check" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from check" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from check" -l failed -d 'It is not as it should be'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from proposals" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from proposals" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from proposals" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from proposals" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from proposals" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from proposals" -f -a "list" -d 'List proposals, what was seen last first'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from proposals" -f -a "show" -d 'Show a proposal with what made it'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from proposals" -f -a "accept" -d 'Make a problem of it, linked to the tickets that were counted'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from proposals" -f -a "reject" -d 'Say that it is no problem: it is not proposed again for 30 days'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from proposals" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "proposals" -d 'Proposals: what came so often that it may be a problem'
complete -c muster -n "__fish_muster_using_subcommand problem; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "template" -d 'Templates: what standard changes follow, approved once'
complete -c muster -n "__fish_muster_using_subcommand change; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check template help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from count" -l by -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from count" -l filter -d 'Which of them, such as `active:true`' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from count" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from count" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from count" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from count" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from count" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -l description -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -l impact -d '1 (wide) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -l urgency -d '1 (now) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -l item -d 'Host or item that it is about; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -l parent -d 'Number of the ticket that it is a part of; a task needs one' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -l for -d 'For whom it is, by sign-in name, when not for you' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -l channel -d 'How somebody asked for it' -r -f -a "phone\t''
email\t''
chat\t''
manual\t''"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -l details -d 'What only this kind has, as JSON: \'{"plan": {"reason": "…"}}\'' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from do" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from do" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from do" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from do" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from do" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from events" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from events" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from events" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from events" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from comment" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from comment" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from comment" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from comment" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from comment" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from comment" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from link" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from link" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from link" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from link" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from link" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from again" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from again" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from again" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from again" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from again" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from aftermath" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from aftermath" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from aftermath" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from aftermath" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from aftermath" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from major" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from major" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from major" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from major" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from major" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from files" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from files" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from files" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from files" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from files" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from attach" -l name -d 'What it is called, when not by its own name' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from attach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from attach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from attach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from attach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from attach" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from download" -l out -d 'Where it is written; by its name into this folder without it, and `-` is standard output' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from download" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from download" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from download" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from download" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from download" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from detach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from detach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from detach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from detach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from detach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from verify" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from verify" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from verify" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from verify" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from acknowledge" -l reason -d 'Why it may go on all the same' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from acknowledge" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from acknowledge" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from acknowledge" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from acknowledge" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from acknowledge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from check" -l note -d 'What was seen' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from check" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from check" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from check" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from check" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from check" -l failed -d 'It is not as it should be'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -f -a "list" -d 'List templates'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -f -a "show" -d 'Show a template with what was done with it'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -f -a "propose" -d 'Propose a template: `muster change template propose \'openssl fixes\' --from CHG-000012`'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -f -a "edit" -d 'Write a template anew: what is not said stays; another plan or review waits for approval'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -f -a "do" -d 'Vote on a template, suspend it, withdraw it, or propose it again'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -f -a "versions" -d 'List all editions of a template'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -f -a "changes" -d 'List the last changes that followed a template'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from template" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "template" -d 'Templates: what standard changes follow, approved once'
complete -c muster -n "__fish_muster_using_subcommand change; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand release; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from count" -l by -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from count" -l filter -d 'Which of them, such as `active:true`' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from count" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from count" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from count" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from count" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from count" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -l description -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -l impact -d '1 (wide) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -l urgency -d '1 (now) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -l item -d 'Host or item that it is about; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -l parent -d 'Number of the ticket that it is a part of; a task needs one' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -l for -d 'For whom it is, by sign-in name, when not for you' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -l channel -d 'How somebody asked for it' -r -f -a "phone\t''
email\t''
chat\t''
manual\t''"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -l details -d 'What only this kind has, as JSON: \'{"plan": {"reason": "…"}}\'' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from do" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from do" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from do" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from do" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from do" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from events" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from events" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from events" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from events" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from comment" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from comment" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from comment" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from comment" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from comment" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from comment" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from link" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from link" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from link" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from link" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from link" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from again" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from again" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from again" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from again" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from again" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from aftermath" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from aftermath" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from aftermath" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from aftermath" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from aftermath" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from major" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from major" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from major" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from major" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from major" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from files" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from files" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from files" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from files" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from files" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from attach" -l name -d 'What it is called, when not by its own name' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from attach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from attach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from attach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from attach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from attach" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from download" -l out -d 'Where it is written; by its name into this folder without it, and `-` is standard output' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from download" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from download" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from download" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from download" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from download" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from detach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from detach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from detach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from detach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from detach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from verify" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from verify" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from verify" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from verify" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from acknowledge" -l reason -d 'Why it may go on all the same' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from acknowledge" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from acknowledge" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from acknowledge" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from acknowledge" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from acknowledge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from check" -l note -d 'What was seen' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from check" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from check" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from check" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from check" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from check" -l failed -d 'It is not as it should be'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand release; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand request; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from count" -l by -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from count" -l filter -d 'Which of them, such as `active:true`' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from count" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from count" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from count" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from count" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from count" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -l description -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -l impact -d '1 (wide) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -l urgency -d '1 (now) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -l item -d 'Host or item that it is about; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -l parent -d 'Number of the ticket that it is a part of; a task needs one' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -l for -d 'For whom it is, by sign-in name, when not for you' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -l channel -d 'How somebody asked for it' -r -f -a "phone\t''
email\t''
chat\t''
manual\t''"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -l details -d 'What only this kind has, as JSON: \'{"plan": {"reason": "…"}}\'' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from do" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from do" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from do" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from do" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from do" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from events" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from events" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from events" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from events" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from comment" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from comment" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from comment" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from comment" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from comment" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from comment" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from link" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from link" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from link" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from link" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from link" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from again" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from again" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from again" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from again" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from again" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from aftermath" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from aftermath" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from aftermath" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from aftermath" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from aftermath" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from major" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from major" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from major" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from major" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from major" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from files" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from files" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from files" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from files" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from files" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from attach" -l name -d 'What it is called, when not by its own name' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from attach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from attach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from attach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from attach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from attach" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from download" -l out -d 'Where it is written; by its name into this folder without it, and `-` is standard output' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from download" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from download" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from download" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from download" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from download" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from detach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from detach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from detach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from detach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from detach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from verify" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from verify" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from verify" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from verify" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from acknowledge" -l reason -d 'Why it may go on all the same' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from acknowledge" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from acknowledge" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from acknowledge" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from acknowledge" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from acknowledge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from check" -l note -d 'What was seen' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from check" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from check" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from check" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from check" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from check" -l failed -d 'It is not as it should be'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand request; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand access; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from count" -l by -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from count" -l filter -d 'Which of them, such as `active:true`' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from count" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from count" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from count" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from count" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from count" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -l description -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -l impact -d '1 (wide) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -l urgency -d '1 (now) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -l item -d 'Host or item that it is about; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -l parent -d 'Number of the ticket that it is a part of; a task needs one' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -l for -d 'For whom it is, by sign-in name, when not for you' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -l channel -d 'How somebody asked for it' -r -f -a "phone\t''
email\t''
chat\t''
manual\t''"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -l details -d 'What only this kind has, as JSON: \'{"plan": {"reason": "…"}}\'' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from do" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from do" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from do" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from do" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from do" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from events" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from events" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from events" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from events" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from comment" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from comment" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from comment" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from comment" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from comment" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from comment" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from link" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from link" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from link" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from link" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from link" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from again" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from again" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from again" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from again" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from again" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from aftermath" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from aftermath" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from aftermath" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from aftermath" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from aftermath" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from major" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from major" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from major" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from major" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from major" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from files" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from files" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from files" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from files" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from files" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from attach" -l name -d 'What it is called, when not by its own name' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from attach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from attach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from attach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from attach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from attach" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from download" -l out -d 'Where it is written; by its name into this folder without it, and `-` is standard output' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from download" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from download" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from download" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from download" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from download" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from detach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from detach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from detach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from detach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from detach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from verify" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from verify" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from verify" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from verify" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from acknowledge" -l reason -d 'Why it may go on all the same' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from acknowledge" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from acknowledge" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from acknowledge" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from acknowledge" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from acknowledge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from check" -l note -d 'What was seen' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from check" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from check" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from check" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from check" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from check" -l failed -d 'It is not as it should be'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand access; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand blackout; and not __fish_seen_subcommand_from list create remove calendar help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and not __fish_seen_subcommand_from list create remove calendar help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand blackout; and not __fish_seen_subcommand_from list create remove calendar help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand blackout; and not __fish_seen_subcommand_from list create remove calendar help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand blackout; and not __fish_seen_subcommand_from list create remove calendar help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand blackout; and not __fish_seen_subcommand_from list create remove calendar help" -f -a "list" -d 'List blackouts'
complete -c muster -n "__fish_muster_using_subcommand blackout; and not __fish_seen_subcommand_from list create remove calendar help" -f -a "create" -d 'Make a blackout: `muster blackout create \'year end\' --everything --from 2026-12-24T00:00:00Z --until 2027-01-02T00:00:00Z --reason \'…\'`'
complete -c muster -n "__fish_muster_using_subcommand blackout; and not __fish_seen_subcommand_from list create remove calendar help" -f -a "remove" -d 'Take a blackout away'
complete -c muster -n "__fish_muster_using_subcommand blackout; and not __fish_seen_subcommand_from list create remove calendar help" -f -a "calendar" -d 'What is planned and was made: changes, blackouts, maintenance windows'
complete -c muster -n "__fish_muster_using_subcommand blackout; and not __fish_seen_subcommand_from list create remove calendar help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -l item -d 'Of an item, host or service; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -l hosts -d 'Of the hosts that a query means' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -l from -d 'From when, RFC 3339' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -l until -d 'Until when, RFC 3339' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -l schedule -d 'A JSON file with a schedule that comes again, in place of `--from` and `--until`' -r -F
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -l everything -d 'Of everything'
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from calendar" -l from -d 'From when: a day or RFC 3339; now without it' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from calendar" -l to -d 'Until when; 30 days later without it' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from calendar" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from calendar" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from calendar" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from calendar" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from calendar" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from help" -f -a "list" -d 'List blackouts'
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a blackout: `muster blackout create \'year end\' --everything --from 2026-12-24T00:00:00Z --until 2027-01-02T00:00:00Z --reason \'…\'`'
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Take a blackout away'
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from help" -f -a "calendar" -d 'What is planned and was made: changes, blackouts, maintenance windows'
complete -c muster -n "__fish_muster_using_subcommand blackout; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand bulk" -s f -l field -d 'What the event takes, as `field=value`' -r
complete -c muster -n "__fish_muster_using_subcommand bulk" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand bulk" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand bulk" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand bulk" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand bulk" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -f -a "list" -d 'List grants that are not over; `--filter status:expired` for the others'
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -f -a "show" -d 'Show a grant, by its id or the number of its ticket'
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -f -a "revoke" -d 'Take a grant back: a task has it taken off the hosts, and agents prove that'
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -f -a "suspend" -d 'Let a grant not hold for now'
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -f -a "resume" -d 'Let a suspended grant hold again'
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -f -a "observed" -d 'What accounts have on hosts beside what grants allow: `--filter standing:orphan`'
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -f -a "separation" -d 'What nobody may have together'
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -f -a "review" -d 'Rounds in which people look over who has access'
complete -c muster -n "__fish_muster_using_subcommand grant; and not __fish_seen_subcommand_from list show revoke suspend resume observed separation review help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from revoke" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from revoke" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from revoke" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from revoke" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from revoke" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from suspend" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from suspend" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from suspend" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from suspend" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from suspend" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from suspend" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from resume" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from resume" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from resume" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from resume" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from observed" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from observed" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from observed" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from observed" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from observed" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from observed" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from observed" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from separation" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from separation" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from separation" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from separation" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from separation" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from separation" -f -a "list" -d 'List the rules'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from separation" -f -a "create" -d 'Keep two kinds of access apart: `muster grant separation create payments sudo group:auditor --hosts site:fra`'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from separation" -f -a "remove" -d 'Take a rule away'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from separation" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -f -a "list" -d 'List campaigns, newest first'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -f -a "show" -d 'Show a campaign'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -f -a "create" -d 'Make a campaign, still a draft'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -f -a "open" -d 'Open a campaign: each grant gets those who are to look over it'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -f -a "remove" -d 'Take a draft away'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -f -a "items" -d 'List the grants of a campaign'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -f -a "answer" -d 'Say whether a grant stays'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from review" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "list" -d 'List grants that are not over; `--filter status:expired` for the others'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a grant, by its id or the number of its ticket'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Take a grant back: a task has it taken off the hosts, and agents prove that'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "suspend" -d 'Let a grant not hold for now'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Let a suspended grant hold again'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "observed" -d 'What accounts have on hosts beside what grants allow: `--filter standing:orphan`'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "separation" -d 'What nobody may have together'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "review" -d 'Rounds in which people look over who has access'
complete -c muster -n "__fish_muster_using_subcommand grant; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand task; and not __fish_seen_subcommand_from list count show create do events set comment link again aftermath major files attach download detach verify acknowledge check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from count" -l by -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from count" -l filter -d 'Which of them, such as `active:true`' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from count" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from count" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from count" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from count" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from count" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -l description -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -l impact -d '1 (wide) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -l urgency -d '1 (now) to 3' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -l item -d 'Host or item that it is about; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -l parent -d 'Number of the ticket that it is a part of; a task needs one' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -l for -d 'For whom it is, by sign-in name, when not for you' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -l channel -d 'How somebody asked for it' -r -f -a "phone\t''
email\t''
chat\t''
manual\t''"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -l details -d 'What only this kind has, as JSON: \'{"plan": {"reason": "…"}}\'' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from do" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from do" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from do" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from do" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from do" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from events" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from events" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from events" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from events" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from comment" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from comment" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from comment" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from comment" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from comment" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from comment" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from link" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from link" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from link" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from link" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from link" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from again" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from again" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from again" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from again" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from again" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from aftermath" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from aftermath" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from aftermath" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from aftermath" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from aftermath" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from major" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from major" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from major" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from major" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from major" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from files" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from files" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from files" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from files" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from files" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from attach" -l name -d 'What it is called, when not by its own name' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from attach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from attach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from attach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from attach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from attach" -l internal -d 'Only for those who work on it'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from download" -l out -d 'Where it is written; by its name into this folder without it, and `-` is standard output' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from download" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from download" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from download" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from download" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from download" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from detach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from detach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from detach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from detach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from detach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from verify" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from verify" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from verify" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from verify" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from acknowledge" -l reason -d 'Why it may go on all the same' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from acknowledge" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from acknowledge" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from acknowledge" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from acknowledge" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from acknowledge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from check" -l note -d 'What was seen' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from check" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from check" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from check" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from check" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from check" -l failed -d 'It is not as it should be'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand task; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -f -a "list" -d 'List what can be asked for'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -f -a "show" -d 'Show an item with its form'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -f -a "create" -d 'Put an item into the catalogue, from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -f -a "replace" -d 'Write the next version of an item, from a JSON file; requests that were made keep theirs'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -f -a "versions" -d 'List the versions of an item'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -f -a "order" -d 'Ask for an item: answers to its form as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and not __fish_seen_subcommand_from list show create replace versions order help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from replace" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from replace" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from replace" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from replace" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from replace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from versions" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from versions" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from versions" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from versions" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from versions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from order" -l beneficiary -d 'For whom, when it is not you' -r
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from order" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from order" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from order" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from order" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from order" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from help" -f -a "list" -d 'List what can be asked for'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show an item with its form'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from help" -f -a "create" -d 'Put an item into the catalogue, from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from help" -f -a "replace" -d 'Write the next version of an item, from a JSON file; requests that were made keep theirs'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from help" -f -a "versions" -d 'List the versions of an item'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from help" -f -a "order" -d 'Ask for an item: answers to its form as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand catalogue; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -f -a "list" -d 'List articles; plain words of `--filter` are looked for in title, text and keywords'
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -f -a "search" -d 'Find articles by words of title, text and keywords: `muster article search backup failed`'
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -f -a "show" -d 'Show an article, by its number or id'
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -f -a "create" -d 'Write an article; it is a draft'
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -f -a "set" -d 'Change an article: `title=…`, `body=…`, `visibility=public|internal`, `review_at=…`'
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -f -a "publish" -d 'Publish an article until somebody looks at it again'
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -f -a "retire" -d 'Retire an article that does not hold any more'
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -f -a "versions" -d 'List the versions of an article'
complete -c muster -n "__fish_muster_using_subcommand article; and not __fish_seen_subcommand_from list search show create set publish retire versions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from search" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from search" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from search" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from search" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from search" -l overdue -d 'Only those whose review is overdue'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from create" -l body -d 'The text' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from create" -l keyword -d 'A word that it is found by besides; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from create" -l internal -d 'Only for those who work on tickets'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from set" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from publish" -l review-at -d 'When somebody looks at it again, RFC 3339, at most two years away' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from publish" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from publish" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from publish" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from publish" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from publish" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from retire" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from retire" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from retire" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from retire" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from retire" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from retire" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from versions" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from versions" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from versions" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from versions" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from versions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from help" -f -a "list" -d 'List articles; plain words of `--filter` are looked for in title, text and keywords'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from help" -f -a "search" -d 'Find articles by words of title, text and keywords: `muster article search backup failed`'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show an article, by its number or id'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from help" -f -a "create" -d 'Write an article; it is a draft'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change an article: `title=…`, `body=…`, `visibility=public|internal`, `review_at=…`'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from help" -f -a "publish" -d 'Publish an article until somebody looks at it again'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from help" -f -a "retire" -d 'Retire an article that does not hold any more'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from help" -f -a "versions" -d 'List the versions of an article'
complete -c muster -n "__fish_muster_using_subcommand article; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -f -a "list" -d 'List known errors; `--filter state:published` for those that are suggested'
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -f -a "show" -d 'Show a known error with how many items have it now, by the number of its problem'
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -f -a "publish" -d 'Publish a known error: it is suggested, whatever its problem says'
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -f -a "withdraw" -d 'Take a known error back: it is a draft and suggested no more'
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -f -a "retire" -d 'Retire a known error that does not hold any more'
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -f -a "suggest" -d 'Show what is like a ticket: known errors and articles'
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -f -a "accept" -d 'Resolve an incident as a known error'
complete -c muster -n "__fish_muster_using_subcommand known-error; and not __fish_seen_subcommand_from list show publish withdraw retire suggest accept help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from publish" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from publish" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from publish" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from publish" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from publish" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from publish" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from withdraw" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from withdraw" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from withdraw" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from withdraw" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from withdraw" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from withdraw" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from retire" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from retire" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from retire" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from retire" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from retire" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from retire" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from suggest" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from suggest" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from suggest" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from suggest" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from suggest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from accept" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from accept" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from accept" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from accept" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from accept" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from help" -f -a "list" -d 'List known errors; `--filter state:published` for those that are suggested'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a known error with how many items have it now, by the number of its problem'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from help" -f -a "publish" -d 'Publish a known error: it is suggested, whatever its problem says'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from help" -f -a "withdraw" -d 'Take a known error back: it is a draft and suggested no more'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from help" -f -a "retire" -d 'Retire a known error that does not hold any more'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from help" -f -a "suggest" -d 'Show what is like a ticket: known errors and articles'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from help" -f -a "accept" -d 'Resolve an incident as a known error'
complete -c muster -n "__fish_muster_using_subcommand known-error; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "list" -d 'List what waits for your vote'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "show" -d 'Show the rounds of votes on a ticket'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "vote" -d 'Vote on a ticket that waits for your vote'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "delegations" -d 'List who votes in your place, and in whose place you vote'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "delegate" -d 'Let somebody vote in your place'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "undelegate" -d 'Take a delegation back'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "rules" -d 'Show whose votes tickets ask for: rules of the organisation, then those that come with Muster'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "add-rule" -d 'Add a rule of whose votes tickets ask for, before the others'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "edit-rule" -d 'Change a rule of the organisation: what is not said stays as it is'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "remove-rule" -d 'Remove a rule of the organisation'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "board" -d 'Show what the board has before it'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "meetings" -d 'List meetings of the board'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "meeting" -d 'Write a meeting of the board down: those present vote as it decided'
complete -c muster -n "__fish_muster_using_subcommand approve; and not __fish_seen_subcommand_from list show vote delegations delegate undelegate rules add-rule edit-rule remove-rule board meetings meeting help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from vote" -l comment -d 'Why; `reject` and `need_info` ask for it' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from vote" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from vote" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from vote" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from vote" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from vote" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegations" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegations" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegations" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegations" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegations" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegate" -l until -d 'Until when, RFC 3339' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegate" -l from -d 'From when; now without it' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegate" -l kind -d 'Only on tickets of this kind' -r -f -a "change\t''
request\t''
access\t''"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegate" -l service -d 'Only on tickets about this service and what it stands on, by name or id' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegate" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegate" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegate" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegate" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegate" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from delegate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from undelegate" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from undelegate" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from undelegate" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from undelegate" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from undelegate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from rules" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from rules" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from rules" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from rules" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from rules" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from add-rule" -l filter -d 'Which tickets it means, in the query language; without it all that wait for votes' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from add-rule" -l stage -d 'A stage: `name | approvers | rule | hours | then | options`, such as `security | role:access_reviewer, user:ann | 2 | 48`; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from add-rule" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from add-rule" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from add-rule" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from add-rule" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from add-rule" -l auto -d 'Approve such tickets without votes'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from add-rule" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from edit-rule" -l name -d 'Another name' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from edit-rule" -l filter -d 'Which tickets it means, in the query language' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from edit-rule" -l stage -d 'Its stages, all of them: one line each' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from edit-rule" -l place -d 'Its place among the rules of the organisation, from 1: the first that means a ticket counts' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from edit-rule" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from edit-rule" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from edit-rule" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from edit-rule" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from edit-rule" -l auto -d 'Approve such tickets without votes'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from edit-rule" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from remove-rule" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from remove-rule" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from remove-rule" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from remove-rule" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from remove-rule" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from board" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from board" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from board" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from board" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from board" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meetings" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meetings" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meetings" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meetings" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meetings" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meeting" -l present -d 'Who was there, by name or id; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meeting" -l at -d 'When it was, RFC 3339; now without it' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meeting" -l minutes -d 'What was said' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meeting" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meeting" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meeting" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meeting" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from meeting" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "list" -d 'List what waits for your vote'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the rounds of votes on a ticket'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "vote" -d 'Vote on a ticket that waits for your vote'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "delegations" -d 'List who votes in your place, and in whose place you vote'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "delegate" -d 'Let somebody vote in your place'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "undelegate" -d 'Take a delegation back'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "rules" -d 'Show whose votes tickets ask for: rules of the organisation, then those that come with Muster'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "add-rule" -d 'Add a rule of whose votes tickets ask for, before the others'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "edit-rule" -d 'Change a rule of the organisation: what is not said stays as it is'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "remove-rule" -d 'Remove a rule of the organisation'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "board" -d 'Show what the board has before it'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "meetings" -d 'List meetings of the board'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "meeting" -d 'Write a meeting of the board down: those present vote as it decided'
complete -c muster -n "__fish_muster_using_subcommand approve; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "list" -d 'List the clocks of all tickets: `muster level list \'outcome:breached open:true\'`'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "show" -d 'Show the clocks of a ticket'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "explain" -d 'Show every stretch of time of a ticket\'s clocks, and why it counted or not'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "what-if" -d 'Show where a ticket\'s clocks would stand under other terms'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "recompute" -d 'Reckon the clocks of a ticket anew by the rules of now; what was said before is kept'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "attainment" -d 'Show how often promises were kept, of the clocks that ended in a period'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "policies" -d 'List policies: what is promised for which tickets'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "policy" -d 'Show a policy; `--output json` is what `set` takes, with what the collector adds'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "create" -d 'Make a policy from a JSON file (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "set" -d 'Change a policy to what a JSON file says'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "enable" -d 'Switch a policy on'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "disable" -d 'Switch a policy off'
complete -c muster -n "__fish_muster_using_subcommand level; and not __fish_seen_subcommand_from list show explain what-if recompute attainment policies policy create set enable disable help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from explain" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from explain" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from explain" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from explain" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from what-if" -l priority -d 'Another priority, 1 to 5' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from what-if" -l policy -d 'This policy for its target, whether it fits or not' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from what-if" -l calendar -d 'Another calendar' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from what-if" -l minutes -d 'Another time, in minutes' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from what-if" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from what-if" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from what-if" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from what-if" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from what-if" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from recompute" -l reason -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from recompute" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from recompute" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from recompute" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from recompute" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from recompute" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from attainment" -l from -d 'From this time on [default: four weeks before the end]' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from attainment" -l to -d 'Before this time [default: now]' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from attainment" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from attainment" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from attainment" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from attainment" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from attainment" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from policies" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from policies" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from policies" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from policies" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from policies" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from policy" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from policy" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from policy" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from policy" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from policy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from enable" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from enable" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from enable" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from enable" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from disable" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from disable" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from disable" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from disable" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the clocks of all tickets: `muster level list \'outcome:breached open:true\'`'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the clocks of a ticket'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Show every stretch of time of a ticket\'s clocks, and why it counted or not'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "what-if" -d 'Show where a ticket\'s clocks would stand under other terms'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "recompute" -d 'Reckon the clocks of a ticket anew by the rules of now; what was said before is kept'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "attainment" -d 'Show how often promises were kept, of the clocks that ended in a period'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "policies" -d 'List policies: what is promised for which tickets'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "policy" -d 'Show a policy; `--output json` is what `set` takes, with what the collector adds'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a policy from a JSON file (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change a policy to what a JSON file says'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "enable" -d 'Switch a policy on'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "disable" -d 'Switch a policy off'
complete -c muster -n "__fish_muster_using_subcommand level; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -l filter -d 'Which hosts, in the query language: `site:berlin`' -r
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -l service -d 'Only the hosts that this service stands on' -r
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -l resource -r -f -a "filesystem\t''
memory\t''
cpu\t''
disk\t''"
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -l standing -r -f -a "critical\t''
warn\t''
fine\t''
unknown\t''"
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -l limit -d 'At most so many rows' -r
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -f -a "host" -d 'What a host has and uses'
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -f -a "thresholds" -d 'List the thresholds'
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -f -a "threshold" -d 'Set the threshold of a resource'
complete -c muster -n "__fish_muster_using_subcommand capacity; and not __fish_seen_subcommand_from host thresholds threshold help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from host" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from host" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from host" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from host" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from host" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from thresholds" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from thresholds" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from thresholds" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from thresholds" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from thresholds" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from threshold" -l warn -r
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from threshold" -l critical -r
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from threshold" -l days -d 'So many days before it is full it is a warning' -r
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from threshold" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from threshold" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from threshold" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from threshold" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from threshold" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from help" -f -a "host" -d 'What a host has and uses'
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from help" -f -a "thresholds" -d 'List the thresholds'
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from help" -f -a "threshold" -d 'Set the threshold of a resource'
complete -c muster -n "__fish_muster_using_subcommand capacity; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand improvement; and not __fish_seen_subcommand_from list show create set do help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand improvement; and not __fish_seen_subcommand_from list show create set do help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and not __fish_seen_subcommand_from list show create set do help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and not __fish_seen_subcommand_from list show create set do help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand improvement; and not __fish_seen_subcommand_from list show create set do help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand improvement; and not __fish_seen_subcommand_from list show create set do help" -f -a "list" -d 'List improvements, newest first'
complete -c muster -n "__fish_muster_using_subcommand improvement; and not __fish_seen_subcommand_from list show create set do help" -f -a "show" -d 'Show an improvement with what happened'
complete -c muster -n "__fish_muster_using_subcommand improvement; and not __fish_seen_subcommand_from list show create set do help" -f -a "create" -d 'Write one into the register: `kpi=mttr`, `days=28`, `target=3600`, `baseline=…`, `owner=user_…`, `due_at=…`, `measure=…`'
complete -c muster -n "__fish_muster_using_subcommand improvement; and not __fish_seen_subcommand_from list show create set do help" -f -a "set" -d 'Change fields'
complete -c muster -n "__fish_muster_using_subcommand improvement; and not __fish_seen_subcommand_from list show create set do help" -f -a "do" -d 'Move it: the collector measures its own figures at `start` and `review`'
complete -c muster -n "__fish_muster_using_subcommand improvement; and not __fish_seen_subcommand_from list show create set do help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from list" -l state -r -f -a "proposed\t''
approved\t''
in_progress\t''
review\t''
closed\t''
cancelled\t''"
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from do" -l note -d '`continue`, `close` and `cancel` ask for one' -r
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from do" -l value -d 'What was measured, where it is no figure of the collector' -r
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from do" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from do" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from do" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from do" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from do" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from help" -f -a "list" -d 'List improvements, newest first'
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show an improvement with what happened'
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from help" -f -a "create" -d 'Write one into the register: `kpi=mttr`, `days=28`, `target=3600`, `baseline=…`, `owner=user_…`, `due_at=…`, `measure=…`'
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change fields'
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from help" -f -a "do" -d 'Move it: the collector measures its own figures at `start` and `review`'
complete -c muster -n "__fish_muster_using_subcommand improvement; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -f -a "list" -d 'List them, by name'
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -f -a "show" -d 'Show one'
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -f -a "create" -d 'Have one come by itself, from a JSON file: `name`, `subject`, `schedule`, `recipients`, `channels`'
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -f -a "set" -d 'Replace what is written of one, from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -f -a "remove" -d 'End one; those that came go with it'
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -f -a "run" -d 'Make and send one now'
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -f -a "runs" -d 'List those that came'
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -f -a "fetch" -d 'Print one that came as CSV'
complete -c muster -n "__fish_muster_using_subcommand report; and not __fish_seen_subcommand_from list show create set remove run runs fetch help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from run" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from run" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from run" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from run" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from runs" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from runs" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from runs" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from runs" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from runs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from fetch" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from fetch" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from fetch" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from fetch" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from fetch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "list" -d 'List them, by name'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "create" -d 'Have one come by itself, from a JSON file: `name`, `subject`, `schedule`, `recipients`, `channels`'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "set" -d 'Replace what is written of one, from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "remove" -d 'End one; those that came go with it'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "run" -d 'Make and send one now'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "runs" -d 'List those that came'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "fetch" -d 'Print one that came as CSV'
complete -c muster -n "__fish_muster_using_subcommand report; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand kpi" -l from -d 'From this time on [default: four weeks before the end]' -r
complete -c muster -n "__fish_muster_using_subcommand kpi" -l to -d 'Before this time [default: now]' -r
complete -c muster -n "__fish_muster_using_subcommand kpi" -l calendar -d 'The calendar by which business time is counted [default: business-hours]' -r
complete -c muster -n "__fish_muster_using_subcommand kpi" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand kpi" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand kpi" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand kpi" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand kpi" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand calendar; and not __fish_seen_subcommand_from list show create set help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand calendar; and not __fish_seen_subcommand_from list show create set help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand calendar; and not __fish_seen_subcommand_from list show create set help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand calendar; and not __fish_seen_subcommand_from list show create set help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand calendar; and not __fish_seen_subcommand_from list show create set help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand calendar; and not __fish_seen_subcommand_from list show create set help" -f -a "list" -d 'List calendars'
complete -c muster -n "__fish_muster_using_subcommand calendar; and not __fish_seen_subcommand_from list show create set help" -f -a "show" -d 'Show a calendar'
complete -c muster -n "__fish_muster_using_subcommand calendar; and not __fish_seen_subcommand_from list show create set help" -f -a "create" -d 'Make a calendar from a JSON file (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand calendar; and not __fish_seen_subcommand_from list show create set help" -f -a "set" -d 'Change a calendar to what a JSON file says: a new version, for clocks that begin from now on'
complete -c muster -n "__fish_muster_using_subcommand calendar; and not __fish_seen_subcommand_from list show create set help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from help" -f -a "list" -d 'List calendars'
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a calendar'
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a calendar from a JSON file (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change a calendar to what a JSON file says: a new version, for clocks that begin from now on'
complete -c muster -n "__fish_muster_using_subcommand calendar; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand event; and not __fish_seen_subcommand_from send help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand event; and not __fish_seen_subcommand_from send help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand event; and not __fish_seen_subcommand_from send help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand event; and not __fish_seen_subcommand_from send help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand event; and not __fish_seen_subcommand_from send help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand event; and not __fish_seen_subcommand_from send help" -f -a "send" -d 'Send an event, or a file of them'
complete -c muster -n "__fish_muster_using_subcommand event; and not __fish_seen_subcommand_from send help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -l ci -d 'What it is about: id, name, FQDN or address' -r
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -l resource -d 'Which part of it' -r
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -l summary -d 'One line for people' -r
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -l source -d 'Who sends it' -r
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -l id -d 'What the sender calls it: what comes twice under one name is one event' -r
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -l occurred-at -d 'When it occurred, RFC 3339; now without it' -r
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -l attr -d 'What else is known of it, as `name=value`; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -l file -d 'File with events as JSON, one a line (`-` is standard input)' -r -F
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from send" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "send" -d 'Send an event, or a file of them'
complete -c muster -n "__fish_muster_using_subcommand event; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand alert; and not __fish_seen_subcommand_from list show ack close help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert; and not __fish_seen_subcommand_from list show ack close help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert; and not __fish_seen_subcommand_from list show ack close help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert; and not __fish_seen_subcommand_from list show ack close help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert; and not __fish_seen_subcommand_from list show ack close help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert; and not __fish_seen_subcommand_from list show ack close help" -f -a "list" -d 'List alerts that are not closed; `--filter state:all` for all of them'
complete -c muster -n "__fish_muster_using_subcommand alert; and not __fish_seen_subcommand_from list show ack close help" -f -a "show" -d 'Show an alert with its events'
complete -c muster -n "__fish_muster_using_subcommand alert; and not __fish_seen_subcommand_from list show ack close help" -f -a "ack" -d 'Take an alert: you look at it'
complete -c muster -n "__fish_muster_using_subcommand alert; and not __fish_seen_subcommand_from list show ack close help" -f -a "close" -d 'Close an alert by hand'
complete -c muster -n "__fish_muster_using_subcommand alert; and not __fish_seen_subcommand_from list show ack close help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from ack" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from ack" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from ack" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from ack" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from ack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from close" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from close" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from close" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from close" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from close" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from close" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from help" -f -a "list" -d 'List alerts that are not closed; `--filter state:all` for all of them'
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show an alert with its events'
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from help" -f -a "ack" -d 'Take an alert: you look at it'
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from help" -f -a "close" -d 'Close an alert by hand'
complete -c muster -n "__fish_muster_using_subcommand alert; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand silence; and not __fish_seen_subcommand_from list create end help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand silence; and not __fish_seen_subcommand_from list create end help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand silence; and not __fish_seen_subcommand_from list create end help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand silence; and not __fish_seen_subcommand_from list create end help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand silence; and not __fish_seen_subcommand_from list create end help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand silence; and not __fish_seen_subcommand_from list create end help" -f -a "list" -d 'List silences that are not over; `--filter state:expired` for the others'
complete -c muster -n "__fish_muster_using_subcommand silence; and not __fish_seen_subcommand_from list create end help" -f -a "create" -d 'Silence alerts: `muster silence create \'ci:web-* kind:load\' --until 2026-12-01T08:00:00Z --reason \'load test\'`'
complete -c muster -n "__fish_muster_using_subcommand silence; and not __fish_seen_subcommand_from list create end help" -f -a "end" -d 'End a silence now'
complete -c muster -n "__fish_muster_using_subcommand silence; and not __fish_seen_subcommand_from list create end help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from create" -l until -d 'Until when, RFC 3339; an hour without it' -r
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from create" -l from -d 'From when, RFC 3339; now without it' -r
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from create" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from end" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from end" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from end" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from end" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from end" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from help" -f -a "list" -d 'List silences that are not over; `--filter state:expired` for the others'
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from help" -f -a "create" -d 'Silence alerts: `muster silence create \'ci:web-* kind:load\' --until 2026-12-01T08:00:00Z --reason \'load test\'`'
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from help" -f -a "end" -d 'End a silence now'
complete -c muster -n "__fish_muster_using_subcommand silence; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and not __fish_seen_subcommand_from list create remove help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and not __fish_seen_subcommand_from list create remove help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand maintenance; and not __fish_seen_subcommand_from list create remove help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand maintenance; and not __fish_seen_subcommand_from list create remove help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand maintenance; and not __fish_seen_subcommand_from list create remove help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and not __fish_seen_subcommand_from list create remove help" -f -a "list" -d 'List maintenance windows that are not over'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and not __fish_seen_subcommand_from list create remove help" -f -a "create" -d 'Make a window: once (`--from`, `--until`), or every week (`--day`, `--at`, `--minutes`, `--zone`)'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and not __fish_seen_subcommand_from list create remove help" -f -a "remove" -d 'Remove a window; it is over at once'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and not __fish_seen_subcommand_from list create remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l item -d 'Host or item that it is of, by name or id; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l hosts -d 'Hosts that it is of, in the query language' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l from -d 'From when, RFC 3339' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l until -d 'Until when, RFC 3339; of a weekly window, when it begins no more' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l day -d 'Day of the week; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l at -d 'When it begins: 22:30' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l minutes -d 'How long it lasts' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l zone -d 'Time zone' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from help" -f -a "list" -d 'List maintenance windows that are not over'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a window: once (`--from`, `--until`), or every week (`--day`, `--at`, `--minutes`, `--zone`)'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a window; it is over at once'
complete -c muster -n "__fish_muster_using_subcommand maintenance; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -f -a "list" -d 'List alert rules in the order in which they are tried'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -f -a "show" -d 'Show an alert rule'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -f -a "create" -d 'Make an alert rule: `name=…`, `filter=…`, `min_count=…`, `hold_seconds=…`, `group_by=ci,kind`, …'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -f -a "set" -d 'Change an alert rule'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -f -a "preview" -d 'What a rule would have done with the alerts of the last 30 days'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -f -a "remove" -d 'Remove an alert rule'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and not __fish_seen_subcommand_from list show create set preview remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from preview" -l rule -d 'The rule that would be changed' -r
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from preview" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from preview" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from preview" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from preview" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from preview" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from help" -f -a "list" -d 'List alert rules in the order in which they are tried'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show an alert rule'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make an alert rule: `name=…`, `filter=…`, `min_count=…`, `hold_seconds=…`, `group_by=ci,kind`, …'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change an alert rule'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from help" -f -a "preview" -d 'What a rule would have done with the alerts of the last 30 days'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove an alert rule'
complete -c muster -n "__fish_muster_using_subcommand alert-rule; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -f -a "explain" -d 'Say why a report belongs to its host'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -f -a "reviews" -d 'List questions that wait for a person'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -f -a "decide" -d 'Answer a question'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -f -a "merge" -d 'Merge a host into another one: its id becomes an alias'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -f -a "split" -d 'Make a host of its own out of agents and identifiers of another one'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -f -a "merges" -d 'List merges and splits'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -f -a "undo" -d 'Take a merge or a split back'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -f -a "rules" -d 'Show the rules, strongest first'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -f -a "try" -d 'Try rules on the decisions of the last 30 days; changes nothing'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -f -a "set-rules" -d 'Make the next version of the rules'
complete -c muster -n "__fish_muster_using_subcommand identify; and not __fish_seen_subcommand_from explain reviews decide merge split merges undo rules try set-rules help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from explain" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from explain" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from explain" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from explain" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from reviews" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from reviews" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from reviews" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from reviews" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from reviews" -l all -d 'Those that are over too'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from reviews" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from decide" -l same -d 'It is this host, by name or id' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from decide" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from decide" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from decide" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from decide" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from decide" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from decide" -l new -d 'It is a machine of its own'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from decide" -l dismiss -d 'Put the question aside'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from decide" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merge" -l into -d 'The host that stays, by name or id' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merge" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merge" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merge" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merge" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merge" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merge" -l dry-run -d 'Say what would happen, and change nothing'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from split" -l agent -d 'Agent that leaves; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from split" -l identifier -d 'Identifier that leaves, as `kind=value`; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from split" -l name -d 'What the new host is called until it says so itself' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from split" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from split" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from split" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from split" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from split" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from split" -l dry-run -d 'Say what would happen, and change nothing'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from split" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merges" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merges" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merges" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merges" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from merges" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from undo" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from undo" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from undo" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from undo" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from undo" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from rules" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from rules" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from rules" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from rules" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from rules" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from try" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from try" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from try" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from try" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from try" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from set-rules" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from set-rules" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from set-rules" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from set-rules" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from set-rules" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from set-rules" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Say why a report belongs to its host'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from help" -f -a "reviews" -d 'List questions that wait for a person'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from help" -f -a "decide" -d 'Answer a question'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from help" -f -a "merge" -d 'Merge a host into another one: its id becomes an alias'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from help" -f -a "split" -d 'Make a host of its own out of agents and identifiers of another one'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from help" -f -a "merges" -d 'List merges and splits'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from help" -f -a "undo" -d 'Take a merge or a split back'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from help" -f -a "rules" -d 'Show the rules, strongest first'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from help" -f -a "try" -d 'Try rules on the decisions of the last 30 days; changes nothing'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from help" -f -a "set-rules" -d 'Make the next version of the rules'
complete -c muster -n "__fish_muster_using_subcommand identify; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand agent; and not __fish_seen_subcommand_from list approve reject release revoke help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand agent; and not __fish_seen_subcommand_from list approve reject release revoke help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and not __fish_seen_subcommand_from list approve reject release revoke help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and not __fish_seen_subcommand_from list approve reject release revoke help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand agent; and not __fish_seen_subcommand_from list approve reject release revoke help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand agent; and not __fish_seen_subcommand_from list approve reject release revoke help" -f -a "list" -d 'List agents, newest first'
complete -c muster -n "__fish_muster_using_subcommand agent; and not __fish_seen_subcommand_from list approve reject release revoke help" -f -a "approve" -d 'Let in an agent that waits for approval'
complete -c muster -n "__fish_muster_using_subcommand agent; and not __fish_seen_subcommand_from list approve reject release revoke help" -f -a "reject" -d 'Turn away an agent that waits for approval'
complete -c muster -n "__fish_muster_using_subcommand agent; and not __fish_seen_subcommand_from list approve reject release revoke help" -f -a "release" -d 'End a quarantine: the machine with the newest certificate goes on as this agent'
complete -c muster -n "__fish_muster_using_subcommand agent; and not __fish_seen_subcommand_from list approve reject release revoke help" -f -a "revoke" -d 'Shut an agent out, at once'
complete -c muster -n "__fish_muster_using_subcommand agent; and not __fish_seen_subcommand_from list approve reject release revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from approve" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from approve" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from approve" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from approve" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from approve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from reject" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from reject" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from reject" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from reject" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from reject" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from reject" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from release" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from release" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from release" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from release" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from release" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from release" -l split -d 'Both machines stay: the copy becomes an agent of its own'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from revoke" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from revoke" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from revoke" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from revoke" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from revoke" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "list" -d 'List agents, newest first'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "approve" -d 'Let in an agent that waits for approval'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "reject" -d 'Turn away an agent that waits for approval'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "release" -d 'End a quarantine: the machine with the newest certificate goes on as this agent'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Shut an agent out, at once'
complete -c muster -n "__fish_muster_using_subcommand agent; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand token; and not __fish_seen_subcommand_from list create revoke help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand token; and not __fish_seen_subcommand_from list create revoke help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand token; and not __fish_seen_subcommand_from list create revoke help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand token; and not __fish_seen_subcommand_from list create revoke help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand token; and not __fish_seen_subcommand_from list create revoke help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand token; and not __fish_seen_subcommand_from list create revoke help" -f -a "list" -d 'List enrollment tokens'
complete -c muster -n "__fish_muster_using_subcommand token; and not __fish_seen_subcommand_from list create revoke help" -f -a "create" -d 'Make an enrollment token; prints its text, once'
complete -c muster -n "__fish_muster_using_subcommand token; and not __fish_seen_subcommand_from list create revoke help" -f -a "revoke" -d 'Take an enrollment token back'
complete -c muster -n "__fish_muster_using_subcommand token; and not __fish_seen_subcommand_from list create revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from create" -l uses -d 'How many agents it lets in' -r
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from create" -l minutes -d 'How long it lives' -r
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from create" -l network -d 'Network (CIDR) from which it lets agents in at once; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from create" -l needs-approval -d 'Whether each agent waits for approval [default: for several agents over more than an hour]' -r -f -a "true\t''
false\t''"
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from revoke" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from revoke" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from revoke" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from revoke" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "list" -d 'List enrollment tokens'
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make an enrollment token; prints its text, once'
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Take an enrollment token back'
complete -c muster -n "__fish_muster_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand user; and not __fish_seen_subcommand_from list add set reach help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand user; and not __fish_seen_subcommand_from list add set reach help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand user; and not __fish_seen_subcommand_from list add set reach help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand user; and not __fish_seen_subcommand_from list add set reach help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand user; and not __fish_seen_subcommand_from list add set reach help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand user; and not __fish_seen_subcommand_from list add set reach help" -f -a "list" -d 'List accounts'
complete -c muster -n "__fish_muster_using_subcommand user; and not __fish_seen_subcommand_from list add set reach help" -f -a "add" -d 'Make an account'
complete -c muster -n "__fish_muster_using_subcommand user; and not __fish_seen_subcommand_from list add set reach help" -f -a "set" -d 'Shut an account out, or let it in again'
complete -c muster -n "__fish_muster_using_subcommand user; and not __fish_seen_subcommand_from list add set reach help" -f -a "reach" -d 'Say where a role of an account counts: what is in none of these is not there for it'
complete -c muster -n "__fish_muster_using_subcommand user; and not __fish_seen_subcommand_from list add set reach help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from add" -l role -d 'What it may do; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from add" -l password-file -d 'File with its password (`-` is standard input); without one it signs in by token only' -r -F
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from add" -l manager -d 'Whom they report to, by name or id' -r
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from add" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from add" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from add" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from add" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from reach" -l site -d 'A site of hosts and items; may be given several times, as may the others' -r
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from reach" -l team -d 'An owner of hosts and items, and a group of tickets' -r
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from reach" -l service -d 'A service, by name or id, with what people say that it depends on' -r
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from reach" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from reach" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from reach" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from reach" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from reach" -l everywhere -d 'The role counts everywhere'
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from reach" -l own -d 'The role counts for what the account itself asked for, and for nothing else'
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from reach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "list" -d 'List accounts'
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "add" -d 'Make an account'
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "set" -d 'Shut an account out, or let it in again'
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "reach" -d 'Say where a role of an account counts: what is in none of these is not there for it'
complete -c muster -n "__fish_muster_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand team; and not __fish_seen_subcommand_from list create edit remove help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand team; and not __fish_seen_subcommand_from list create edit remove help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand team; and not __fish_seen_subcommand_from list create edit remove help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand team; and not __fish_seen_subcommand_from list create edit remove help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand team; and not __fish_seen_subcommand_from list create edit remove help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand team; and not __fish_seen_subcommand_from list create edit remove help" -f -a "list" -d 'List teams'
complete -c muster -n "__fish_muster_using_subcommand team; and not __fish_seen_subcommand_from list create edit remove help" -f -a "create" -d 'Make a team: `muster team create linux --member ann --member ben --lead ann`'
complete -c muster -n "__fish_muster_using_subcommand team; and not __fish_seen_subcommand_from list create edit remove help" -f -a "edit" -d 'Change a team: what is not said stays as it is'
complete -c muster -n "__fish_muster_using_subcommand team; and not __fish_seen_subcommand_from list create edit remove help" -f -a "remove" -d 'Remove a team: what names it keeps the name'
complete -c muster -n "__fish_muster_using_subcommand team; and not __fish_seen_subcommand_from list create edit remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from create" -l member -d 'Who is in it, by sign-in name or id; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from create" -l lead -d 'Who leads it, one of them' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from create" -l description -d 'What it is there for' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from edit" -l name -d 'Another name' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from edit" -l member -d 'Who is in it, by sign-in name or id; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from edit" -l lead -d 'Who leads it, one of them' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from edit" -l description -d 'What it is there for' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from edit" -l without -d 'Who is in it no more, by sign-in name or id; may be given several times' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from edit" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from edit" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from edit" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from edit" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from help" -f -a "list" -d 'List teams'
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a team: `muster team create linux --member ann --member ben --lead ann`'
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from help" -f -a "edit" -d 'Change a team: what is not said stays as it is'
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a team: what names it keeps the name'
complete -c muster -n "__fish_muster_using_subcommand team; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand audit; and not __fish_seen_subcommand_from list verify help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand audit; and not __fish_seen_subcommand_from list verify help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand audit; and not __fish_seen_subcommand_from list verify help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand audit; and not __fish_seen_subcommand_from list verify help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand audit; and not __fish_seen_subcommand_from list verify help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand audit; and not __fish_seen_subcommand_from list verify help" -f -a "list" -d 'List entries, newest first'
complete -c muster -n "__fish_muster_using_subcommand audit; and not __fish_seen_subcommand_from list verify help" -f -a "verify" -d 'Check that the trail is whole'
complete -c muster -n "__fish_muster_using_subcommand audit; and not __fish_seen_subcommand_from list verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from verify" -l anchors -d 'Ends that the trail had once, `number:hash`, between commas: this command prints them, and the collector\'s log has them. Without one nothing shows that the end was cut off or all of it written anew' -r
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from verify" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from verify" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from verify" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from verify" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "list" -d 'List entries, newest first'
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check that the trail is whole'
complete -c muster -n "__fish_muster_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand diff" -l from -d 'The earlier time, RFC 3339 or a day; a day ago without it' -r
complete -c muster -n "__fish_muster_using_subcommand diff" -l to -d 'The later time; now without it' -r
complete -c muster -n "__fish_muster_using_subcommand diff" -l filter -d 'What is wanted, in the query language, such as \'name:web* site:fra\'; `as_of:2026-11-01` looks back' -r
complete -c muster -n "__fish_muster_using_subcommand diff" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand diff" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand diff" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand diff" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand diff" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand query" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand query" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand query" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand query" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand query" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand query" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand search" -l kind -d 'Only these' -r -f -a "host\t''
item\t''
ticket\t''
user\t''"
complete -c muster -n "__fish_muster_using_subcommand search" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand search" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand search" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand search" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand search" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -f -a "list" -d 'List your saved searches and those that are shared'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -f -a "show" -d 'Show a saved search, by name or id'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -f -a "run" -d 'Ask a saved search: its columns in its order'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -f -a "save" -d 'Save a search: `muster saved-search save \'old openssl\' items \'class:package name:openssl version<3.0.14\'`'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -f -a "set" -d 'Change a saved search'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -f -a "remove" -d 'Remove a saved search'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and not __fish_seen_subcommand_from list show run save set remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from run" -l columns -d 'Other columns, with commas between' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from run" -l sort -d 'Another order: a column, with `-` before it from the last to the first' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from run" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from run" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from run" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from run" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from run" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from save" -l columns -d 'What is shown of each record, with commas between: fields, and attributes of items' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from save" -l sort -d 'The column by which the records are sorted; with `-` before it from the last to the first' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from save" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from save" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from save" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from save" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from save" -l shared -d 'Everybody sees it'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from save" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from help" -f -a "list" -d 'List your saved searches and those that are shared'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a saved search, by name or id'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from help" -f -a "run" -d 'Ask a saved search: its columns in its order'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from help" -f -a "save" -d 'Save a search: `muster saved-search save \'old openssl\' items \'class:package name:openssl version<3.0.14\'`'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change a saved search'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a saved search'
complete -c muster -n "__fish_muster_using_subcommand saved-search; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -f -a "list" -d 'List channels'
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -f -a "show" -d 'Show a channel, by name or id'
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -f -a "create" -d 'Make a channel; the secret of a webhook is printed once'
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -f -a "set" -d 'Change a channel'
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -f -a "test" -d 'Send a test'
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -f -a "renew-secret" -d 'Draw another secret for a webhook; the one before ends at once'
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -f -a "remove" -d 'Remove a channel that nothing names'
complete -c muster -n "__fish_muster_using_subcommand channel; and not __fish_seen_subcommand_from list show create set test renew-secret remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from create" -l secret-file -d 'File with the routing key of `PagerDuty`, or the login of a bridge as `user:password` or a token (`-` is standard input)' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from create" -l desk -d 'Of a bridge, in JSON: `{"project": "IT", "takes_new": true, "owners": {"state": "ours"}}`' -r
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from test" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from test" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from test" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from test" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from renew-secret" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from renew-secret" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from renew-secret" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from renew-secret" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from renew-secret" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from help" -f -a "list" -d 'List channels'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a channel, by name or id'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a channel; the secret of a webhook is printed once'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from help" -f -a "set" -d 'Change a channel'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from help" -f -a "test" -d 'Send a test'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from help" -f -a "renew-secret" -d 'Draw another secret for a webhook; the one before ends at once'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a channel that nothing names'
complete -c muster -n "__fish_muster_using_subcommand channel; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand subscription; and not __fish_seen_subcommand_from list create remove help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand subscription; and not __fish_seen_subcommand_from list create remove help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand subscription; and not __fish_seen_subcommand_from list create remove help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand subscription; and not __fish_seen_subcommand_from list create remove help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand subscription; and not __fish_seen_subcommand_from list create remove help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand subscription; and not __fish_seen_subcommand_from list create remove help" -f -a "list" -d 'List subscriptions'
complete -c muster -n "__fish_muster_using_subcommand subscription; and not __fish_seen_subcommand_from list create remove help" -f -a "create" -d 'Tell a channel, a person or whoever is on call: `muster subscription create \'p1 to ops\' ops ticket.opened --filter priority:1`'
complete -c muster -n "__fish_muster_using_subcommand subscription; and not __fish_seen_subcommand_from list create remove help" -f -a "remove" -d 'Remove a subscription'
complete -c muster -n "__fish_muster_using_subcommand subscription; and not __fish_seen_subcommand_from list create remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from create" -l filter -d 'Which of those, in the query language' -r
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from create" -l urgent -d 'It may wake people'
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from help" -f -a "list" -d 'List subscriptions'
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from help" -f -a "create" -d 'Tell a channel, a person or whoever is on call: `muster subscription create \'p1 to ops\' ops ticket.opened --filter priority:1`'
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a subscription'
complete -c muster -n "__fish_muster_using_subcommand subscription; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand delivery; and not __fish_seen_subcommand_from list show retry help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand delivery; and not __fish_seen_subcommand_from list show retry help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand delivery; and not __fish_seen_subcommand_from list show retry help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand delivery; and not __fish_seen_subcommand_from list show retry help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand delivery; and not __fish_seen_subcommand_from list show retry help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand delivery; and not __fish_seen_subcommand_from list show retry help" -f -a "list" -d 'List messages, newest first; `--filter state:dead` are those that were given up'
complete -c muster -n "__fish_muster_using_subcommand delivery; and not __fish_seen_subcommand_from list show retry help" -f -a "show" -d 'Show a message'
complete -c muster -n "__fish_muster_using_subcommand delivery; and not __fish_seen_subcommand_from list show retry help" -f -a "retry" -d 'Send a message again that was given up'
complete -c muster -n "__fish_muster_using_subcommand delivery; and not __fish_seen_subcommand_from list show retry help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from list" -l filter -d 'What is wanted, in the query language' -r
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from retry" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from retry" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from retry" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from retry" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from help" -f -a "list" -d 'List messages, newest first; `--filter state:dead` are those that were given up'
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a message'
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from help" -f -a "retry" -d 'Send a message again that was given up'
complete -c muster -n "__fish_muster_using_subcommand delivery; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand preference; and not __fish_seen_subcommand_from show set help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand preference; and not __fish_seen_subcommand_from show set help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand preference; and not __fish_seen_subcommand_from show set help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand preference; and not __fish_seen_subcommand_from show set help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand preference; and not __fish_seen_subcommand_from show set help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand preference; and not __fish_seen_subcommand_from show set help" -f -a "show" -d 'Show how you wish to be told'
complete -c muster -n "__fish_muster_using_subcommand preference; and not __fish_seen_subcommand_from show set help" -f -a "set" -d 'Say how you wish to be told: `muster preference set email=ann@example.com digest_minutes=30 zone=Europe/Berlin`'
complete -c muster -n "__fish_muster_using_subcommand preference; and not __fish_seen_subcommand_from show set help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from set" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from set" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from set" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from set" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show how you wish to be told'
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from help" -f -a "set" -d 'Say how you wish to be told: `muster preference set email=ann@example.com digest_minutes=30 zone=Europe/Berlin`'
complete -c muster -n "__fish_muster_using_subcommand preference; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -f -a "now" -d 'Who is on call now, or at another time'
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -f -a "rotas" -d 'List rotas'
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -f -a "shifts" -d 'The turns of a rota in the next days'
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -f -a "create" -d 'Make a rota from a JSON file, as docs/notifications.md says (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -f -a "replace" -d 'Replace a rota from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -f -a "remove" -d 'Remove a rota'
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -f -a "overrides" -d 'Who stands in, now and later'
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -f -a "stand-in" -d 'Let somebody stand in'
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -f -a "stand-down" -d 'Nobody stands in any more'
complete -c muster -n "__fish_muster_using_subcommand on-call; and not __fish_seen_subcommand_from now rotas shifts create replace remove overrides stand-in stand-down help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from now" -l group -d 'Only rotas of this assignment group' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from now" -l at -d 'When (RFC 3339, or a day)' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from now" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from now" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from now" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from now" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from now" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from rotas" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from rotas" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from rotas" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from rotas" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from rotas" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from shifts" -l to -d 'Until when (RFC 3339, or a day); two weeks without it' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from shifts" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from shifts" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from shifts" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from shifts" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from shifts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from replace" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from replace" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from replace" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from replace" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from replace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from overrides" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from overrides" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from overrides" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from overrides" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from overrides" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-in" -l from -d 'From when on (RFC 3339)' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-in" -l to -d 'Until when (RFC 3339)' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-in" -l reason -d 'Why' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-in" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-in" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-in" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-in" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-in" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-down" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-down" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-down" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-down" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from stand-down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from help" -f -a "now" -d 'Who is on call now, or at another time'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from help" -f -a "rotas" -d 'List rotas'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from help" -f -a "shifts" -d 'The turns of a rota in the next days'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a rota from a JSON file, as docs/notifications.md says (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from help" -f -a "replace" -d 'Replace a rota from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a rota'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from help" -f -a "overrides" -d 'Who stands in, now and later'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from help" -f -a "stand-in" -d 'Let somebody stand in'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from help" -f -a "stand-down" -d 'Nobody stands in any more'
complete -c muster -n "__fish_muster_using_subcommand on-call; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -f -a "list" -d 'List escalations, newest first'
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -f -a "show" -d 'Show the escalation of a ticket'
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -f -a "acknowledge" -d 'Take it: nobody else is called'
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -f -a "policies" -d 'List the plans of whom to call'
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -f -a "create" -d 'Make a plan from a JSON file, as docs/notifications.md says (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -f -a "replace" -d 'Replace a plan from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -f -a "remove" -d 'Remove a plan; what runs goes on'
complete -c muster -n "__fish_muster_using_subcommand escalation; and not __fish_seen_subcommand_from list show acknowledge policies create replace remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from acknowledge" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from acknowledge" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from acknowledge" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from acknowledge" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from acknowledge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from policies" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from policies" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from policies" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from policies" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from policies" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from create" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from create" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from create" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from create" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from replace" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from replace" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from replace" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from replace" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from replace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from remove" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from remove" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from remove" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from remove" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from help" -f -a "list" -d 'List escalations, newest first'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the escalation of a ticket'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from help" -f -a "acknowledge" -d 'Take it: nobody else is called'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from help" -f -a "policies" -d 'List the plans of whom to call'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a plan from a JSON file, as docs/notifications.md says (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from help" -f -a "replace" -d 'Replace a plan from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a plan; what runs goes on'
complete -c muster -n "__fish_muster_using_subcommand escalation; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -f -a "hosts" -d 'Hosts'
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -f -a "items" -d 'Items of all classes'
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -f -a "findings" -d 'Findings'
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -f -a "tickets" -d 'Tickets'
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -f -a "sbom" -d 'The software of a host, or of all hosts on which a service depends, as a bill of materials (CycloneDX 1.6)'
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -f -a "glpi" -d 'A host as an inventory of GLPI\'s'
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -f -a "prometheus" -d 'Targets for Prometheus\' HTTP service discovery'
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -f -a "ansible" -d 'A dynamic inventory for Ansible: takes the options that Ansible gives to an inventory script'
complete -c muster -n "__fish_muster_using_subcommand export; and not __fish_seen_subcommand_from hosts items findings tickets sbom glpi prometheus ansible help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from hosts" -l filter -d 'What is wanted, in the query language, such as \'class:package name:openssl\'' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from hosts" -l format -d 'The form' -r -f -a "json\t'One JSON list'
ndjson\t'A JSON record on each line'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from hosts" -l columns -d 'Columns of a CSV, with commas between' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from hosts" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from hosts" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from hosts" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from hosts" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from hosts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from items" -l filter -d 'What is wanted, in the query language, such as \'class:package name:openssl\'' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from items" -l format -d 'The form' -r -f -a "json\t'One JSON list'
ndjson\t'A JSON record on each line'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from items" -l columns -d 'Columns of a CSV, with commas between' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from items" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from items" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from items" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from items" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from items" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from findings" -l filter -d 'What is wanted, in the query language, such as \'class:package name:openssl\'' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from findings" -l format -d 'The form' -r -f -a "json\t'One JSON list'
ndjson\t'A JSON record on each line'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from findings" -l columns -d 'Columns of a CSV, with commas between' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from findings" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from findings" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from findings" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from findings" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from findings" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from tickets" -l filter -d 'What is wanted, in the query language, such as \'class:package name:openssl\'' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from tickets" -l format -d 'The form' -r -f -a "json\t'One JSON list'
ndjson\t'A JSON record on each line'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from tickets" -l columns -d 'Columns of a CSV, with commas between' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from tickets" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from tickets" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from tickets" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from tickets" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from tickets" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from sbom" -l service -d 'Name or id of a service' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from sbom" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from sbom" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from sbom" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from sbom" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from sbom" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from glpi" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from glpi" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from glpi" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from glpi" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from glpi" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from prometheus" -l filter -d 'Which hosts' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from prometheus" -l port -d 'The port that is scraped' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from prometheus" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from prometheus" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from prometheus" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from prometheus" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from prometheus" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from ansible" -l filter -d 'Which hosts' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from ansible" -l host -d 'Only the variables of this host' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from ansible" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from ansible" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from ansible" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from ansible" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from ansible" -l list -d 'The whole inventory (what is done anyway)'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from ansible" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "hosts" -d 'Hosts'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "items" -d 'Items of all classes'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "findings" -d 'Findings'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "tickets" -d 'Tickets'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "sbom" -d 'The software of a host, or of all hosts on which a service depends, as a bill of materials (CycloneDX 1.6)'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "glpi" -d 'A host as an inventory of GLPI\'s'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "prometheus" -d 'Targets for Prometheus\' HTTP service discovery'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "ansible" -d 'A dynamic inventory for Ansible: takes the options that Ansible gives to an inventory script'
complete -c muster -n "__fish_muster_using_subcommand export; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand import" -l class -d 'The class of its items: one of people, \'host\', or a class that hosts have items of, such as \'package\'; \'relation\' for relations' -r
complete -c muster -n "__fish_muster_using_subcommand import" -l recognise-by -d 'How hosts without an id are recognised' -r -f -a "identifiers\t'By serial, UUID, machine id, network cards: a name alone never says which host'
name\t'By the name, because names are unique in this file'"
complete -c muster -n "__fish_muster_using_subcommand import" -l map -d 'What a column is, where its name does not say it; \'column=-\' leaves it out' -r
complete -c muster -n "__fish_muster_using_subcommand import" -l format -d 'How the file is written [default: found out]' -r -f -a "csv\t'A header and values with a delimiter between'
json\t'A list of objects'
ndjson\t'An object on each line'"
complete -c muster -n "__fish_muster_using_subcommand import" -l delimiter -d 'What stands between the values of a CSV, such as \';\' or \'tab\' [default: found out]' -r
complete -c muster -n "__fish_muster_using_subcommand import" -l reason -d 'Why it is imported' -r
complete -c muster -n "__fish_muster_using_subcommand import" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand import" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand import" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand import" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand import" -l dry-run -d 'Only say what would happen'
complete -c muster -n "__fish_muster_using_subcommand import" -l all-or-nothing -d 'Take nothing when one row cannot be taken'
complete -c muster -n "__fish_muster_using_subcommand import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand imports; and not __fish_seen_subcommand_from list show resume help" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand imports; and not __fish_seen_subcommand_from list show resume help" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand imports; and not __fish_seen_subcommand_from list show resume help" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand imports; and not __fish_seen_subcommand_from list show resume help" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand imports; and not __fish_seen_subcommand_from list show resume help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand imports; and not __fish_seen_subcommand_from list show resume help" -f -a "list" -d 'List imports, newest first'
complete -c muster -n "__fish_muster_using_subcommand imports; and not __fish_seen_subcommand_from list show resume help" -f -a "show" -d 'Show an import and what is wrong with its rows'
complete -c muster -n "__fish_muster_using_subcommand imports; and not __fish_seen_subcommand_from list show resume help" -f -a "resume" -d 'Go on with an import that was interrupted, or import a file that waits'
complete -c muster -n "__fish_muster_using_subcommand imports; and not __fish_seen_subcommand_from list show resume help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from list" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from list" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from list" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from list" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from show" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from show" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from show" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from show" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from resume" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from resume" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from resume" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from resume" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from help" -f -a "list" -d 'List imports, newest first'
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show an import and what is wrong with its rows'
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Go on with an import that was interrupted, or import a file that waits'
complete -c muster -n "__fish_muster_using_subcommand imports; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand open" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand open" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand open" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand open" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand open" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand completions" -l url -d 'Base URL of the collector\'s console' -r
complete -c muster -n "__fish_muster_using_subcommand completions" -l token-file -d 'File with the API token [or `MUSTER_TOKEN`]' -r -F
complete -c muster -n "__fish_muster_using_subcommand completions" -l ca-file -d 'CA certificate of the console, PEM [default: the system\'s]' -r -F
complete -c muster -n "__fish_muster_using_subcommand completions" -s o -l output -d 'How answers are printed' -r -f -a "table\t'For people'
json\t'For machines'
csv\t'For spreadsheets'"
complete -c muster -n "__fish_muster_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "quickstart" -d 'Start collector and agent for this machine; stays until Ctrl-C'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "login" -d 'Remember a collector and an API token'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "host" -d 'Hosts'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "item" -d 'Items of all classes'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "class" -d 'Classes: which attributes items have'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "service" -d 'Business services and applications'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "source" -d 'Who says something of hosts'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "finding" -d 'Drift: what differs from what is authorised'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "policy" -d 'Policies: what is minded, and how badly'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "profile" -d 'Profiles: what hosts of a kind must be like'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "retention" -d 'How long the past is kept'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "priority" -d 'Which priority impact and urgency make, and what makes an incident a major one'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "volatility" -d 'What moves by itself, and what the learner proposes'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "waiver" -d 'Waivers: what may stand for a time'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "routing" -d 'Who deals with incidents of drift'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "why" -d 'Why a change of a host alerted somebody, or nobody; its number is in `muster host history`'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "ticket" -d 'Tickets of other service desks: import them, write ours in their words'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "incident" -d 'Incidents: something is not as it should be'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "problem" -d 'Problems: the causes of incidents'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "change" -d 'Changes: plans, votes, and what agents saw of them'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "release" -d 'Releases: changes and versions that go out together'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "request" -d 'Service requests'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "access" -d 'Access: who wants into what, for how long'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "blackout" -d 'Times in which nothing is changed, and the change calendar'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "bulk" -d 'Move many tickets at once, or change them with `set`: `muster bulk set INC-000001 INC-000002 assignee=ann`'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "grant" -d 'Grants: what accounts are allowed, and what agents see beside that'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "task" -d 'Tasks: pieces of the work on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "catalogue" -d 'The catalogue: what can be asked for'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "article" -d 'Articles of knowledge, in versions'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "known-error" -d 'Known errors: problems whose cause is known, and incidents that are like them'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "approve" -d 'Votes: what waits for yours'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "level" -d 'Service levels: clocks of tickets, policies, how often promises were kept'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "capacity" -d 'Capacity: what runs out of space, memory or processors, and when'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "improvement" -d 'Improvements: what is to become better, by which figure, and whether it did'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "report" -d 'Reports that come by themselves, by mail or to a channel'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "kpi" -d 'Figures of a period: how soon, how often again, what waits, how sound the CMDB is'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "calendar" -d 'Calendars: when somebody works'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "event" -d 'Send events, as a monitoring system does'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "alert" -d 'Alerts: what monitoring systems say is wrong'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "silence" -d 'Alerts that nobody wants to hear of for a time'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "maintenance" -d 'Times in which alerts of items are expected'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "alert-rule" -d 'Which alerts make incidents'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "identify" -d 'Which host a machine is: reasons, questions, merging and splitting'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "agent" -d 'Agents'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "token" -d 'Enrollment tokens'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "user" -d 'Accounts'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "team" -d 'Teams: people who work together'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "audit" -d 'The audit trail'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "diff" -d 'What differs between two times, on a host, a group of hosts or all'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "query" -d 'Ask any list: `muster query items \'class:package version<3.0.14\'`'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "search" -d 'Find hosts, items, tickets and accounts by words, best first'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "saved-search" -d 'Questions that you keep, and those that are shared'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "channel" -d 'Where notifications go'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "subscription" -d 'Who is told of what'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "delivery" -d 'Messages that went out, that wait, and that were given up'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "preference" -d 'How you wish to be told'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "on-call" -d 'Who is on call, and who stands in'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "escalation" -d 'Whom to call when nobody takes a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "export" -d 'Whole lists, and hosts in the forms of other tools'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "import" -d 'Import a file of items or of facts about hosts'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "imports" -d 'What became of files that were imported'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "open" -d 'Print the address of a console page'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "completions" -d 'Print completions for a shell'
complete -c muster -n "__fish_muster_using_subcommand help; and not __fish_seen_subcommand_from quickstart login host item class service source finding policy profile retention priority volatility waiver routing why ticket incident problem change release request access blackout bulk grant task catalogue article known-error approve level capacity improvement report kpi calendar event alert silence maintenance alert-rule identify agent token user team audit diff query search saved-search channel subscription delivery preference on-call escalation export import imports open completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from host" -f -a "list" -d 'List hosts'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from host" -f -a "show" -d 'Show a host, by name or id, with its coverage and what is said of it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from host" -f -a "history" -d 'What changed on a host'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from host" -f -a "versions" -d 'What people said of a host before, newest first'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from host" -f -a "undo" -d 'Say again what people said in a past version'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from host" -f -a "set" -d 'Set owner, site, criticality or lifecycle'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from host" -f -a "recheck" -d 'Ask the agent for a fresh look'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "list" -d 'List items that are there now'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "show" -d 'Show an item'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "history" -d 'What changed on an item'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "diff" -d 'What differs between two times on a host or an item, or with `--filter` on all that it means'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "pin" -d 'Pin a value of an item: it counts before what sources say'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "unpin" -d 'Take a pin back'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "watch" -d 'Be told of every change of a host or an item; `--stop`: no more'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "create" -d 'Declare an item: `muster item create application shop owner=web port=443`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "edit" -d 'Change what is declared of an item, or of a host or an item of one: `field=value`; `field=null` takes away'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "bulk" -d 'Change many declared items of a class at once: `muster item bulk rack --filter \'owner:web*\' owner=dc`; shows what would change, and with `--yes` changes it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "retire" -d 'Retire an item that people declared'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "relate" -d 'Declare a relation, such as `depends_on`, `runs_on`, `needed_by`; without one list those of an item'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "unrelate" -d 'Take back a relation that people declared'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "impact" -d 'What is hit when a host or item fails; `--down`: what it depends on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from item" -f -a "undo" -d 'Take a change back: its number in the history'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from class" -f -a "list" -d 'List classes'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from class" -f -a "show" -d 'Show a class with its attributes; `--output json` has its JSON Schema'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from class" -f -a "create" -d 'Define a class from a JSON file (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from class" -f -a "replace" -d 'Replace what owners say of a class, or add attributes to a shipped one, from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from class" -f -a "retire" -d 'Retire a class that no item has'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from service" -f -a "list" -d 'List business services and applications with how they do, the worst first'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from service" -f -a "show" -d 'Show a service and what it depends on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from service" -f -a "agreements" -d 'The agreements of a service (SLA and OLA), and how they were kept'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from service" -f -a "availability" -d 'How available services were, or one with its outages'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from source" -f -a "list" -d 'List who says something of hosts, and when each was last heard'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from finding" -f -a "list" -d 'List findings that stand; `--filter state:resolved` for those that are over'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from finding" -f -a "show" -d 'Show a finding with its evidence'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from finding" -f -a "confirm" -d 'Say which of the changes that may explain it does'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from finding" -f -a "confirm-all" -d 'Say of all that a change may explain that it does'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from finding" -f -a "evidence" -d 'What it takes to judge it: peers, blast radius, the last changes, where it was read'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from finding" -f -a "accept" -d 'Accept what was found: the baseline moves'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from finding" -f -a "waive" -d 'Let it stand until a day'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from finding" -f -a "suppress" -d 'Silence it for a time'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "list" -d 'List policies: what is shipped, and those of owners'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "show" -d 'Show a policy'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "library" -d 'Examples to start from, and what conditions may use'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "preview" -d 'Try a policy: what breaks it now, and what it would have made of the last 30 days'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "create" -d 'Make a policy: `muster policy create no-telnet \'telnet is not allowed\' package "item.name == \'telnetd\'" --enable`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "set" -d 'Change a policy: `purpose=…`, `scope=…`, `condition=…`, `severity=…`, `class=…`, `outcome=…`, `debounce_seconds=…`, `group_by=…`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "enable" -d 'Ask a policy from now on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "disable" -d 'Ask a policy no more; what it found ends'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from policy" -f -a "remove" -d 'Remove a policy that an owner made'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "list" -d 'List profiles, the least specific first'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "show" -d 'Show a profile'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "preview" -d 'Try a profile: what breaks it now, and what it would have made of the last 30 days'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "create" -d 'Make a profile: `muster profile create web \'web servers\' --scope role:web --layer 10 \'have package nginx\' --enable`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "set" -d 'Change a profile: `purpose=…`, `scope=…`, `layer=…`, `severity=…`, `class=…`, `outcome=…`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "demand" -d 'Say anew what must be'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "host" -d 'What profiles demand of a host: what counts, what does not and why, and how it stands'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "take" -d 'What is there on a golden host now, as lines for the profile of its kind: `muster profile take web-1 --section package,service > web.txt`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "versions" -d 'All versions of a profile, the newest first'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "enable" -d 'Ask a profile from now on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "disable" -d 'Ask a profile no more; what it found ends'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "remove" -d 'Remove a profile; what it found ends'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from retention" -f -a "show" -d 'Show the windows, and since when what is kept'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from retention" -f -a "set" -d 'Set windows in days: `history=400`, `alerts=30`, or a class: `process=7`; 0 is for ever, an empty value is as configured'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from priority" -f -a "show" -d 'Show the rules; `-o json` gives what `set` takes'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from priority" -f -a "set" -d 'Set the rules from a JSON file (`-` is standard input); what is left out is as shipped. No ticket moves: see `follow`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from priority" -f -a "follow" -d 'Let open tickets have the priority that the rules give them now; those that a person set stay'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from volatility" -f -a "list" -d 'List what the learner proposes, what people decided, and the table that is shipped'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from volatility" -f -a "accept" -d 'Say that an attribute is volatile: its changes are recorded and make no finding'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from volatility" -f -a "reject" -d 'Say that an attribute is a fact: it is not proposed again for 30 days'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from waiver" -f -a "list" -d 'List waivers, newest first'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from waiver" -f -a "show" -d 'Show a waiver'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from waiver" -f -a "create" -d 'Let findings stand: `muster waiver create \'policy:package host_name:lab-*\' --justification \'a lab\' --owner ann --expires 2026-12-31T00:00:00Z`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from waiver" -f -a "end" -d 'End a waiver before its time: what it let stand comes back'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from routing" -f -a "show" -d 'Show the rules, in the order in which they are tried'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from routing" -f -a "set" -d 'Set the rules from a JSON file (`-` is standard input): `{"rules": [{"name": …, "about": "findings" or "tickets", "filter": …, "group": …}]}`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from routing" -f -a "add" -d 'Add a rule, at the end or in a place: `muster routing add shop --about tickets --filter \'category:shop\' --group shop`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from routing" -f -a "edit" -d 'Change a rule or move it: what is not said stays as it is'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from routing" -f -a "remove" -d 'Take a rule away'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from routing" -f -a "explain" -d 'What the rules say of a finding'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from ticket" -f -a "import" -d 'Import a file of tickets of another desk, or say what it would do'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from ticket" -f -a "export" -d 'Write tickets in the words of another desk to standard output'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from incident" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from problem" -f -a "proposals" -d 'Proposals: what came so often that it may be a problem'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from change" -f -a "template" -d 'Templates: what standard changes follow, approved once'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from release" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from request" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from access" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from blackout" -f -a "list" -d 'List blackouts'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from blackout" -f -a "create" -d 'Make a blackout: `muster blackout create \'year end\' --everything --from 2026-12-24T00:00:00Z --until 2027-01-02T00:00:00Z --reason \'…\'`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from blackout" -f -a "remove" -d 'Take a blackout away'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from blackout" -f -a "calendar" -d 'What is planned and was made: changes, blackouts, maintenance windows'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "list" -d 'List grants that are not over; `--filter status:expired` for the others'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "show" -d 'Show a grant, by its id or the number of its ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "revoke" -d 'Take a grant back: a task has it taken off the hosts, and agents prove that'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "suspend" -d 'Let a grant not hold for now'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "resume" -d 'Let a suspended grant hold again'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "observed" -d 'What accounts have on hosts beside what grants allow: `--filter standing:orphan`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "separation" -d 'What nobody may have together'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from grant" -f -a "review" -d 'Rounds in which people look over who has access'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "list" -d 'List tickets of this kind, newest first; `--filter active:true` for those to work on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "count" -d 'Count tickets of this kind by a field: `state`, `priority`, `assignment_group`, `assignee`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "show" -d 'Show a ticket with its timeline'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "create" -d 'Open a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "do" -d 'Move a ticket: the event, and what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "events" -d 'List the events that are possible now, with what each asks for'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "set" -d 'Change fields: `title=…`, `impact=…`, `assignee=NAME`, `details.plan.reason=…`, ...'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "comment" -d 'Say something'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "link" -d 'Link a ticket to another one'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "again" -d 'Say that what a closed incident was about is back: a new incident follows it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "aftermath" -d 'List the incidents that may have come of a change: link those that did with `link NUMBER causes INCIDENT`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "major" -d 'Propose, accept, reject or stand down a major incident, or tell how it stands: what it asks for as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "files" -d 'List the files on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "attach" -d 'Put a file on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "download" -d 'Fetch a file of a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "detach" -d 'Take a file off a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "verify" -d 'Show what agents see of a change or release now'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "acknowledge" -d 'Take notice of a ticket; with OTHER, take on what blocks a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from task" -f -a "check" -d 'Note what was found at a check of a change'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from catalogue" -f -a "list" -d 'List what can be asked for'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from catalogue" -f -a "show" -d 'Show an item with its form'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from catalogue" -f -a "create" -d 'Put an item into the catalogue, from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from catalogue" -f -a "replace" -d 'Write the next version of an item, from a JSON file; requests that were made keep theirs'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from catalogue" -f -a "versions" -d 'List the versions of an item'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from catalogue" -f -a "order" -d 'Ask for an item: answers to its form as `field=value`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from article" -f -a "list" -d 'List articles; plain words of `--filter` are looked for in title, text and keywords'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from article" -f -a "search" -d 'Find articles by words of title, text and keywords: `muster article search backup failed`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from article" -f -a "show" -d 'Show an article, by its number or id'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from article" -f -a "create" -d 'Write an article; it is a draft'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from article" -f -a "set" -d 'Change an article: `title=…`, `body=…`, `visibility=public|internal`, `review_at=…`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from article" -f -a "publish" -d 'Publish an article until somebody looks at it again'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from article" -f -a "retire" -d 'Retire an article that does not hold any more'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from article" -f -a "versions" -d 'List the versions of an article'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from known-error" -f -a "list" -d 'List known errors; `--filter state:published` for those that are suggested'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from known-error" -f -a "show" -d 'Show a known error with how many items have it now, by the number of its problem'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from known-error" -f -a "publish" -d 'Publish a known error: it is suggested, whatever its problem says'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from known-error" -f -a "withdraw" -d 'Take a known error back: it is a draft and suggested no more'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from known-error" -f -a "retire" -d 'Retire a known error that does not hold any more'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from known-error" -f -a "suggest" -d 'Show what is like a ticket: known errors and articles'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from known-error" -f -a "accept" -d 'Resolve an incident as a known error'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "list" -d 'List what waits for your vote'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "show" -d 'Show the rounds of votes on a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "vote" -d 'Vote on a ticket that waits for your vote'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "delegations" -d 'List who votes in your place, and in whose place you vote'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "delegate" -d 'Let somebody vote in your place'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "undelegate" -d 'Take a delegation back'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "rules" -d 'Show whose votes tickets ask for: rules of the organisation, then those that come with Muster'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "add-rule" -d 'Add a rule of whose votes tickets ask for, before the others'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "edit-rule" -d 'Change a rule of the organisation: what is not said stays as it is'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "remove-rule" -d 'Remove a rule of the organisation'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "board" -d 'Show what the board has before it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "meetings" -d 'List meetings of the board'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from approve" -f -a "meeting" -d 'Write a meeting of the board down: those present vote as it decided'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "list" -d 'List the clocks of all tickets: `muster level list \'outcome:breached open:true\'`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "show" -d 'Show the clocks of a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "explain" -d 'Show every stretch of time of a ticket\'s clocks, and why it counted or not'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "what-if" -d 'Show where a ticket\'s clocks would stand under other terms'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "recompute" -d 'Reckon the clocks of a ticket anew by the rules of now; what was said before is kept'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "attainment" -d 'Show how often promises were kept, of the clocks that ended in a period'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "policies" -d 'List policies: what is promised for which tickets'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "policy" -d 'Show a policy; `--output json` is what `set` takes, with what the collector adds'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "create" -d 'Make a policy from a JSON file (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "set" -d 'Change a policy to what a JSON file says'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "enable" -d 'Switch a policy on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from level" -f -a "disable" -d 'Switch a policy off'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from capacity" -f -a "host" -d 'What a host has and uses'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from capacity" -f -a "thresholds" -d 'List the thresholds'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from capacity" -f -a "threshold" -d 'Set the threshold of a resource'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from improvement" -f -a "list" -d 'List improvements, newest first'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from improvement" -f -a "show" -d 'Show an improvement with what happened'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from improvement" -f -a "create" -d 'Write one into the register: `kpi=mttr`, `days=28`, `target=3600`, `baseline=…`, `owner=user_…`, `due_at=…`, `measure=…`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from improvement" -f -a "set" -d 'Change fields'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from improvement" -f -a "do" -d 'Move it: the collector measures its own figures at `start` and `review`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "list" -d 'List them, by name'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "show" -d 'Show one'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "create" -d 'Have one come by itself, from a JSON file: `name`, `subject`, `schedule`, `recipients`, `channels`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "set" -d 'Replace what is written of one, from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "remove" -d 'End one; those that came go with it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "run" -d 'Make and send one now'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "runs" -d 'List those that came'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from report" -f -a "fetch" -d 'Print one that came as CSV'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from calendar" -f -a "list" -d 'List calendars'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from calendar" -f -a "show" -d 'Show a calendar'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from calendar" -f -a "create" -d 'Make a calendar from a JSON file (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from calendar" -f -a "set" -d 'Change a calendar to what a JSON file says: a new version, for clocks that begin from now on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from event" -f -a "send" -d 'Send an event, or a file of them'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from alert" -f -a "list" -d 'List alerts that are not closed; `--filter state:all` for all of them'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from alert" -f -a "show" -d 'Show an alert with its events'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from alert" -f -a "ack" -d 'Take an alert: you look at it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from alert" -f -a "close" -d 'Close an alert by hand'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from silence" -f -a "list" -d 'List silences that are not over; `--filter state:expired` for the others'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from silence" -f -a "create" -d 'Silence alerts: `muster silence create \'ci:web-* kind:load\' --until 2026-12-01T08:00:00Z --reason \'load test\'`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from silence" -f -a "end" -d 'End a silence now'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from maintenance" -f -a "list" -d 'List maintenance windows that are not over'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from maintenance" -f -a "create" -d 'Make a window: once (`--from`, `--until`), or every week (`--day`, `--at`, `--minutes`, `--zone`)'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from maintenance" -f -a "remove" -d 'Remove a window; it is over at once'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from alert-rule" -f -a "list" -d 'List alert rules in the order in which they are tried'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from alert-rule" -f -a "show" -d 'Show an alert rule'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from alert-rule" -f -a "create" -d 'Make an alert rule: `name=…`, `filter=…`, `min_count=…`, `hold_seconds=…`, `group_by=ci,kind`, …'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from alert-rule" -f -a "set" -d 'Change an alert rule'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from alert-rule" -f -a "preview" -d 'What a rule would have done with the alerts of the last 30 days'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from alert-rule" -f -a "remove" -d 'Remove an alert rule'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from identify" -f -a "explain" -d 'Say why a report belongs to its host'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from identify" -f -a "reviews" -d 'List questions that wait for a person'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from identify" -f -a "decide" -d 'Answer a question'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from identify" -f -a "merge" -d 'Merge a host into another one: its id becomes an alias'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from identify" -f -a "split" -d 'Make a host of its own out of agents and identifiers of another one'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from identify" -f -a "merges" -d 'List merges and splits'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from identify" -f -a "undo" -d 'Take a merge or a split back'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from identify" -f -a "rules" -d 'Show the rules, strongest first'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from identify" -f -a "try" -d 'Try rules on the decisions of the last 30 days; changes nothing'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from identify" -f -a "set-rules" -d 'Make the next version of the rules'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "list" -d 'List agents, newest first'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "approve" -d 'Let in an agent that waits for approval'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "reject" -d 'Turn away an agent that waits for approval'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "release" -d 'End a quarantine: the machine with the newest certificate goes on as this agent'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from agent" -f -a "revoke" -d 'Shut an agent out, at once'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "list" -d 'List enrollment tokens'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "create" -d 'Make an enrollment token; prints its text, once'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "revoke" -d 'Take an enrollment token back'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "list" -d 'List accounts'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "add" -d 'Make an account'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "set" -d 'Shut an account out, or let it in again'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "reach" -d 'Say where a role of an account counts: what is in none of these is not there for it'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from team" -f -a "list" -d 'List teams'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from team" -f -a "create" -d 'Make a team: `muster team create linux --member ann --member ben --lead ann`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from team" -f -a "edit" -d 'Change a team: what is not said stays as it is'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from team" -f -a "remove" -d 'Remove a team: what names it keeps the name'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "list" -d 'List entries, newest first'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Check that the trail is whole'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from saved-search" -f -a "list" -d 'List your saved searches and those that are shared'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from saved-search" -f -a "show" -d 'Show a saved search, by name or id'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from saved-search" -f -a "run" -d 'Ask a saved search: its columns in its order'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from saved-search" -f -a "save" -d 'Save a search: `muster saved-search save \'old openssl\' items \'class:package name:openssl version<3.0.14\'`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from saved-search" -f -a "set" -d 'Change a saved search'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from saved-search" -f -a "remove" -d 'Remove a saved search'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from channel" -f -a "list" -d 'List channels'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from channel" -f -a "show" -d 'Show a channel, by name or id'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from channel" -f -a "create" -d 'Make a channel; the secret of a webhook is printed once'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from channel" -f -a "set" -d 'Change a channel'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from channel" -f -a "test" -d 'Send a test'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from channel" -f -a "renew-secret" -d 'Draw another secret for a webhook; the one before ends at once'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from channel" -f -a "remove" -d 'Remove a channel that nothing names'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from subscription" -f -a "list" -d 'List subscriptions'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from subscription" -f -a "create" -d 'Tell a channel, a person or whoever is on call: `muster subscription create \'p1 to ops\' ops ticket.opened --filter priority:1`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from subscription" -f -a "remove" -d 'Remove a subscription'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from delivery" -f -a "list" -d 'List messages, newest first; `--filter state:dead` are those that were given up'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from delivery" -f -a "show" -d 'Show a message'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from delivery" -f -a "retry" -d 'Send a message again that was given up'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from preference" -f -a "show" -d 'Show how you wish to be told'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from preference" -f -a "set" -d 'Say how you wish to be told: `muster preference set email=ann@example.com digest_minutes=30 zone=Europe/Berlin`'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from on-call" -f -a "now" -d 'Who is on call now, or at another time'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from on-call" -f -a "rotas" -d 'List rotas'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from on-call" -f -a "shifts" -d 'The turns of a rota in the next days'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from on-call" -f -a "create" -d 'Make a rota from a JSON file, as docs/notifications.md says (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from on-call" -f -a "replace" -d 'Replace a rota from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from on-call" -f -a "remove" -d 'Remove a rota'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from on-call" -f -a "overrides" -d 'Who stands in, now and later'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from on-call" -f -a "stand-in" -d 'Let somebody stand in'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from on-call" -f -a "stand-down" -d 'Nobody stands in any more'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from escalation" -f -a "list" -d 'List escalations, newest first'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from escalation" -f -a "show" -d 'Show the escalation of a ticket'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from escalation" -f -a "acknowledge" -d 'Take it: nobody else is called'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from escalation" -f -a "policies" -d 'List the plans of whom to call'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from escalation" -f -a "create" -d 'Make a plan from a JSON file, as docs/notifications.md says (`-` is standard input)'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from escalation" -f -a "replace" -d 'Replace a plan from a JSON file'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from escalation" -f -a "remove" -d 'Remove a plan; what runs goes on'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "hosts" -d 'Hosts'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "items" -d 'Items of all classes'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "findings" -d 'Findings'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "tickets" -d 'Tickets'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "sbom" -d 'The software of a host, or of all hosts on which a service depends, as a bill of materials (CycloneDX 1.6)'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "glpi" -d 'A host as an inventory of GLPI\'s'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "prometheus" -d 'Targets for Prometheus\' HTTP service discovery'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from export" -f -a "ansible" -d 'A dynamic inventory for Ansible: takes the options that Ansible gives to an inventory script'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from imports" -f -a "list" -d 'List imports, newest first'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from imports" -f -a "show" -d 'Show an import and what is wrong with its rows'
complete -c muster -n "__fish_muster_using_subcommand help; and __fish_seen_subcommand_from imports" -f -a "resume" -d 'Go on with an import that was interrupted, or import a file that waits'
