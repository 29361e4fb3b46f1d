# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_muster_collector_global_optspecs
    string join \n config= data-dir= log-format= h/help V/version
end

function __fish_muster_collector_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_muster_collector_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_muster_collector_using_subcommand
    set -l cmd (__fish_muster_collector_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c muster-collector -n "__fish_muster_collector_needs_command" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_needs_command" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_needs_command" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_needs_command" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -s V -l version -d 'Print version'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "serve" -d 'Serve agents and people until it is told to stop'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "check-config" -d 'Check the configuration and print what it comes to'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "user" -d 'Make accounts'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "token" -d 'Make enrollment tokens'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "ca" -d 'The CA that agents believe: how it stands, and another one in its place'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "backup" -d 'Copy everything that is stored into a folder, while the collector runs; again into the same folder copies what is new'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "restore" -d 'Bring back a backup; the collector must be stopped'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "migrate" -d 'Bring the data of an older version to the form of this one; the collector must be stopped'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "mend" -d 'Mend a damaged journal from the index, if that has what is damaged; the collector must be stopped'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "verify" -d 'Read everything that is stored again and tell what is damaged: journal, checkpoint, index, audit trail'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "doctor" -d 'Tell how the collector and its data are'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "demo" -d 'Make a made-up fleet with a past, in a data directory that is not there yet'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "export" -d 'Write a whole list to standard output, as `/api/v1/export/…` does'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "import" -d 'Take in a file of hosts, items, relations or tickets, as `POST /api/v1/imports` does'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "audit" -d 'The audit trail'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "openapi" -d 'Print the OpenAPI description of the REST API'
complete -c muster-collector -n "__fish_muster_collector_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand serve" -l console -d 'Address of console and REST; port 0 picks a free one' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand serve" -l agents -d 'Address of the agent listener; port 0 picks a free one' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand serve" -l ready-file -d 'File to write a JSON object to when ready, with the addresses' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand serve" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand serve" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand serve" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand serve" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand check-config" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand check-config" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand check-config" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand check-config" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and not __fish_seen_subcommand_from add link help" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and not __fish_seen_subcommand_from add link help" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and not __fish_seen_subcommand_from add link help" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and not __fish_seen_subcommand_from add link help" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and not __fish_seen_subcommand_from add link help" -f -a "add" -d 'Make an account; prints a one-time sign-in link'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and not __fish_seen_subcommand_from add link help" -f -a "link" -d 'Print a one-time sign-in link for an account'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and not __fish_seen_subcommand_from add link help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from add" -l role -d 'What it may do; may be given several times' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from add" -l display-name -d 'Name for people' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from add" -l password-file -d 'Read the password from this file (`-` is standard input)' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from add" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from add" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from add" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from link" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from link" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from link" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from link" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "add" -d 'Make an account; prints a one-time sign-in link'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "link" -d 'Print a one-time sign-in link for an account'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and not __fish_seen_subcommand_from create help" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and not __fish_seen_subcommand_from create help" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and not __fish_seen_subcommand_from create help" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and not __fish_seen_subcommand_from create help" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and not __fish_seen_subcommand_from create help" -f -a "create" -d 'Make an enrollment token; prints it once'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and not __fish_seen_subcommand_from create help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and __fish_seen_subcommand_from create" -l uses -d 'How many agents it lets in' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and __fish_seen_subcommand_from create" -l minutes -d 'How long it lives' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and __fish_seen_subcommand_from create" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and __fish_seen_subcommand_from create" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and __fish_seen_subcommand_from create" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make an enrollment token; prints it once'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand token; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and not __fish_seen_subcommand_from show rotate switch drop help" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and not __fish_seen_subcommand_from show rotate switch drop help" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and not __fish_seen_subcommand_from show rotate switch drop help" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and not __fish_seen_subcommand_from show rotate switch drop help" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and not __fish_seen_subcommand_from show rotate switch drop help" -f -a "show" -d 'Tell the CAs, and which agents do not know the newest one yet'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and not __fish_seen_subcommand_from show rotate switch drop help" -f -a "rotate" -d 'Make the next CA: agents get to know it with a certificate that they are asked to take'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and not __fish_seen_subcommand_from show rotate switch drop help" -f -a "switch" -d 'Show agents a certificate of the next CA'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and not __fish_seen_subcommand_from show rotate switch drop help" -f -a "drop" -d 'Believe the old CA no more'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and not __fish_seen_subcommand_from show rotate switch drop help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from show" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from show" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from show" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from rotate" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from rotate" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from rotate" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from switch" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from switch" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from switch" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from switch" -l force -d 'Although agents that do not know it are locked out: they have to enroll anew'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from switch" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from drop" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from drop" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from drop" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from drop" -l force -d 'Although agents that were signed by it are locked out: they have to enroll anew'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from help" -f -a "show" -d 'Tell the CAs, and which agents do not know the newest one yet'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from help" -f -a "rotate" -d 'Make the next CA: agents get to know it with a certificate that they are asked to take'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from help" -f -a "switch" -d 'Show agents a certificate of the next CA'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from help" -f -a "drop" -d 'Believe the old CA no more'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand ca; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand backup" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand backup" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand backup" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand backup" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand restore" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand restore" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand restore" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand restore" -l keep-tokens -d 'Keep API tokens although the data that is replaced is lost, and with it which were revoked since'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand restore" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand migrate" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand migrate" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand migrate" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand migrate" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand mend" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand mend" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand mend" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand mend" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand verify" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand verify" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand verify" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand verify" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand doctor" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand doctor" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand doctor" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand demo" -l seed -d 'What chance is drawn from: the same seed makes the same fleet' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand demo" -l days -d 'Days of history' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand demo" -l hosts -d 'Hosts' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand demo" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand demo" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand demo" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand demo" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand export" -l format -d 'json, ndjson or csv' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand export" -l filter -d 'What is wanted, in the query language, such as \'class:package name:openssl\'' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand export" -l columns -d 'Columns of a CSV, with commas between' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand export" -l as-of -d 'As it was at a moment, such as 2026-11-01T12:00:00Z' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand export" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand export" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand export" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand export" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand import" -l class -d 'What the rows are: host, relation, ticket, or a class whose items people declare' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand import" -l map -d 'Which field a column is, `column=field`; may be given several times' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand import" -l reason -d 'Why it is imported' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand import" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand import" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand import" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand import" -l dry-run -d 'Only tell what would happen'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand import" -l all-or-nothing -d 'Take nothing when one row cannot be taken'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand import" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and not __fish_seen_subcommand_from verify help" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and not __fish_seen_subcommand_from verify help" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and not __fish_seen_subcommand_from verify help" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and not __fish_seen_subcommand_from verify help" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and not __fish_seen_subcommand_from verify help" -f -a "verify" -d 'Check that no entry was altered, removed or put in between'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and not __fish_seen_subcommand_from verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and __fish_seen_subcommand_from verify" -l anchors -d 'Ends that the trail had once, `number:hash`, between commas: this command prints them, and the log has one every five minutes. Without one nothing shows that the end was cut off or all of it written anew' -r
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and __fish_seen_subcommand_from verify" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and __fish_seen_subcommand_from verify" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and __fish_seen_subcommand_from verify" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Check that no entry was altered, removed or put in between'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand openapi" -l config -d 'Configuration file [default: /etc/muster/collector.toml, if it is there]' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand openapi" -l data-dir -d 'Folder of all data' -r -F
complete -c muster-collector -n "__fish_muster_collector_using_subcommand openapi" -l log-format -d 'How log lines are written' -r -f -a "text\t''
json\t''"
complete -c muster-collector -n "__fish_muster_collector_using_subcommand openapi" -s h -l help -d 'Print help'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "serve" -d 'Serve agents and people until it is told to stop'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "check-config" -d 'Check the configuration and print what it comes to'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "user" -d 'Make accounts'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "token" -d 'Make enrollment tokens'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "ca" -d 'The CA that agents believe: how it stands, and another one in its place'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "backup" -d 'Copy everything that is stored into a folder, while the collector runs; again into the same folder copies what is new'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "restore" -d 'Bring back a backup; the collector must be stopped'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "migrate" -d 'Bring the data of an older version to the form of this one; the collector must be stopped'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "mend" -d 'Mend a damaged journal from the index, if that has what is damaged; the collector must be stopped'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "verify" -d 'Read everything that is stored again and tell what is damaged: journal, checkpoint, index, audit trail'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "doctor" -d 'Tell how the collector and its data are'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "demo" -d 'Make a made-up fleet with a past, in a data directory that is not there yet'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "export" -d 'Write a whole list to standard output, as `/api/v1/export/…` does'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "import" -d 'Take in a file of hosts, items, relations or tickets, as `POST /api/v1/imports` does'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "audit" -d 'The audit trail'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "openapi" -d 'Print the OpenAPI description of the REST API'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and not __fish_seen_subcommand_from serve check-config user token ca backup restore migrate mend verify doctor demo export import audit openapi help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "add" -d 'Make an account; prints a one-time sign-in link'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "link" -d 'Print a one-time sign-in link for an account'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and __fish_seen_subcommand_from token" -f -a "create" -d 'Make an enrollment token; prints it once'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and __fish_seen_subcommand_from ca" -f -a "show" -d 'Tell the CAs, and which agents do not know the newest one yet'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and __fish_seen_subcommand_from ca" -f -a "rotate" -d 'Make the next CA: agents get to know it with a certificate that they are asked to take'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and __fish_seen_subcommand_from ca" -f -a "switch" -d 'Show agents a certificate of the next CA'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and __fish_seen_subcommand_from ca" -f -a "drop" -d 'Believe the old CA no more'
complete -c muster-collector -n "__fish_muster_collector_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Check that no entry was altered, removed or put in between'
