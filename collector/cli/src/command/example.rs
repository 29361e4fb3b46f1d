//! What stands at the end of `muster --help`.

/// Examples, and what exit codes mean.
pub(super) const EXAMPLES: &str = "Examples:
  muster quickstart                         collector and agent for this machine
  muster host list                          what is known, and how fresh it is
  muster item list --filter 'class:package name:openssl version<3.0.14'
  muster query hosts 'site:fra status:stale,missing'
  muster search 'disk full' web-1
  muster saved-search save 'old openssl' items 'class:package name:openssl version<3.0.14'
  muster diff --from 2026-11-20 --filter 'class:package host.site:fra'
  muster export sbom web-1 > web-1.cdx.json
  muster import racks.csv --class rack --map Team=owner --dry-run
  muster item create application shop owner=web port=443
  muster finding list                       what differs from what is authorised
  muster finding accept FINDING --reason 'ordered by CHG-12'
  muster profile create web 'web servers' --scope site:fra --layer 10 'package openssl version >= 3.0.14' --enable
  muster incident list
  muster event send disk_full critical --ci web-1 --resource /var
  muster silence create 'ci:web-* kind:load' --reason 'load test'
  muster on-call now                        who is on call, and until when
  muster channel create ops slack https://hooks.slack.com/services/… && muster channel test ops
  muster identify reviews                   machines of which it is not clear which host they are
  muster incident do INC-000001 assign assignment_group=linux
  muster incident attach INC-000001 syslog.log && muster incident download INC-000001 syslog.log
  muster change create 'openssl 3.0.15'
  muster change set CHG-000001 details.plan.reason='CVE-2026-0001' details.plan.scope.hosts=site:fra
  muster approve vote CHG-000001 approve
  muster change verify CHG-000001           what agents see of it
  muster token create 'web servers' --uses 20 | ssh web-1 sudo muster-agent enroll --token-file -

Exit codes: 0 done, 1 failed, 2 usage, 3 configuration, 4 not authorised, 5 unreachable, 6 conflict, 70 internal";
