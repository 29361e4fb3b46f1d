# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_muster_agent_global_optspecs
    string join \n state-dir= config= log-format= h/help V/version
end

function __fish_muster_agent_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_muster_agent_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_muster_agent_using_subcommand
    set -l cmd (__fish_muster_agent_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c muster-agent -n "__fish_muster_agent_needs_command" -l state-dir -d 'Keys, spool and what was told [default: /var/lib/muster-agent]' -r -F
complete -c muster-agent -n "__fish_muster_agent_needs_command" -l config -d 'Configuration file [default: /etc/muster/agent.toml]' -r -F
complete -c muster-agent -n "__fish_muster_agent_needs_command" -l log-format -d 'How log lines look' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c muster-agent -n "__fish_muster_agent_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster-agent -n "__fish_muster_agent_needs_command" -s V -l version -d 'Print version'
complete -c muster-agent -n "__fish_muster_agent_needs_command" -f -a "inventory" -d 'Print the inventory of this host; no collector, no state'
complete -c muster-agent -n "__fish_muster_agent_needs_command" -f -a "record" -d 'Make a scrubbed copy of what collectors read here, to send with a bug report'
complete -c muster-agent -n "__fish_muster_agent_needs_command" -f -a "enroll" -d 'Get an identity from a collector'
complete -c muster-agent -n "__fish_muster_agent_needs_command" -f -a "run" -d 'Scan, watch and deliver until told to stop'
complete -c muster-agent -n "__fish_muster_agent_needs_command" -f -a "once" -d 'Scan, deliver, exit'
complete -c muster-agent -n "__fish_muster_agent_needs_command" -f -a "probe" -d 'Read for the agent what only root may: started by its socket unit, never by hand'
complete -c muster-agent -n "__fish_muster_agent_needs_command" -f -a "status" -d 'Show how the agent is doing'
complete -c muster-agent -n "__fish_muster_agent_needs_command" -f -a "check-config" -d 'Check the configuration and print what counts'
complete -c muster-agent -n "__fish_muster_agent_needs_command" -f -a "sections" -d 'List the sections: what each collects, the privilege it needs, what is watched'
complete -c muster-agent -n "__fish_muster_agent_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand inventory" -l format -d 'How to print it' -r -f -a "json\t'One JSON object'
table\t'A short table for people'"
complete -c muster-agent -n "__fish_muster_agent_using_subcommand inventory" -l only -d 'Only these sections, separated by commas' -r
complete -c muster-agent -n "__fish_muster_agent_using_subcommand inventory" -l root -d 'Inventory a recorded tree instead of this system' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand inventory" -l state-dir -d 'Keys, spool and what was told [default: /var/lib/muster-agent]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand inventory" -l config -d 'Configuration file [default: /etc/muster/agent.toml]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand inventory" -l log-format -d 'How log lines look' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c muster-agent -n "__fish_muster_agent_using_subcommand inventory" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand record" -l out -d 'The directory that is made; it must not be there or be empty' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand record" -l state-dir -d 'Keys, spool and what was told [default: /var/lib/muster-agent]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand record" -l config -d 'Configuration file [default: /etc/muster/agent.toml]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand record" -l log-format -d 'How log lines look' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c muster-agent -n "__fish_muster_agent_using_subcommand record" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand enroll" -l token-file -d 'File that holds the enrollment token; - reads standard input. Never on the command line, where every user sees it' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand enroll" -l url -d 'The collector\'s agent address, instead of the one in the token' -r
complete -c muster-agent -n "__fish_muster_agent_using_subcommand enroll" -l state-dir -d 'Keys, spool and what was told [default: /var/lib/muster-agent]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand enroll" -l config -d 'Configuration file [default: /etc/muster/agent.toml]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand enroll" -l log-format -d 'How log lines look' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c muster-agent -n "__fish_muster_agent_using_subcommand enroll" -l force -d 'Give up the identity that this machine has and become a new agent'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand enroll" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand run" -l root -d 'Inventory a recorded tree instead of this machine' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand run" -l state-dir -d 'Keys, spool and what was told [default: /var/lib/muster-agent]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand run" -l config -d 'Configuration file [default: /etc/muster/agent.toml]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand run" -l log-format -d 'How log lines look' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c muster-agent -n "__fish_muster_agent_using_subcommand run" -l single -d 'One process: read everything with this process\'s own privileges, although a probe is there'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand once" -l root -d 'Inventory a recorded tree instead of this machine' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand once" -l state-dir -d 'Keys, spool and what was told [default: /var/lib/muster-agent]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand once" -l config -d 'Configuration file [default: /etc/muster/agent.toml]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand once" -l log-format -d 'How log lines look' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c muster-agent -n "__fish_muster_agent_using_subcommand once" -l single -d 'One process: read everything with this process\'s own privileges, although a probe is there'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand once" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand probe" -l root -d 'Inventory a recorded tree instead of this machine' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand probe" -l state-dir -d 'Keys, spool and what was told [default: /var/lib/muster-agent]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand probe" -l config -d 'Configuration file [default: /etc/muster/agent.toml]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand probe" -l log-format -d 'How log lines look' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c muster-agent -n "__fish_muster_agent_using_subcommand probe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand status" -l state-dir -d 'Keys, spool and what was told [default: /var/lib/muster-agent]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand status" -l config -d 'Configuration file [default: /etc/muster/agent.toml]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand status" -l log-format -d 'How log lines look' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c muster-agent -n "__fish_muster_agent_using_subcommand status" -l json -d 'As JSON'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand check-config" -l state-dir -d 'Keys, spool and what was told [default: /var/lib/muster-agent]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand check-config" -l config -d 'Configuration file [default: /etc/muster/agent.toml]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand check-config" -l log-format -d 'How log lines look' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c muster-agent -n "__fish_muster_agent_using_subcommand check-config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand sections" -l state-dir -d 'Keys, spool and what was told [default: /var/lib/muster-agent]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand sections" -l config -d 'Configuration file [default: /etc/muster/agent.toml]' -r -F
complete -c muster-agent -n "__fish_muster_agent_using_subcommand sections" -l log-format -d 'How log lines look' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c muster-agent -n "__fish_muster_agent_using_subcommand sections" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand help; and not __fish_seen_subcommand_from inventory record enroll run once probe status check-config sections help" -f -a "inventory" -d 'Print the inventory of this host; no collector, no state'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand help; and not __fish_seen_subcommand_from inventory record enroll run once probe status check-config sections help" -f -a "record" -d 'Make a scrubbed copy of what collectors read here, to send with a bug report'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand help; and not __fish_seen_subcommand_from inventory record enroll run once probe status check-config sections help" -f -a "enroll" -d 'Get an identity from a collector'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand help; and not __fish_seen_subcommand_from inventory record enroll run once probe status check-config sections help" -f -a "run" -d 'Scan, watch and deliver until told to stop'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand help; and not __fish_seen_subcommand_from inventory record enroll run once probe status check-config sections help" -f -a "once" -d 'Scan, deliver, exit'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand help; and not __fish_seen_subcommand_from inventory record enroll run once probe status check-config sections help" -f -a "probe" -d 'Read for the agent what only root may: started by its socket unit, never by hand'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand help; and not __fish_seen_subcommand_from inventory record enroll run once probe status check-config sections help" -f -a "status" -d 'Show how the agent is doing'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand help; and not __fish_seen_subcommand_from inventory record enroll run once probe status check-config sections help" -f -a "check-config" -d 'Check the configuration and print what counts'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand help; and not __fish_seen_subcommand_from inventory record enroll run once probe status check-config sections help" -f -a "sections" -d 'List the sections: what each collects, the privilege it needs, what is watched'
complete -c muster-agent -n "__fish_muster_agent_using_subcommand help; and not __fish_seen_subcommand_from inventory record enroll run once probe status check-config sections help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
