//! The keywords of `sshd_config(5)`: what each is told as, what sshd takes for its value, and where it may stand.
//!
//! sshd refuses to start with a configuration in which anything is wrong, so what it refuses is in force nowhere.

use serde_json::Value;

use crate::redact;
use crate::section::oddity;

/// How a value is told.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// `yes`, `no` or one of these.
    Switch(&'static [&'static str]),
    /// As it is written: one word.
    Word,
    /// As it is written: several words.
    Text,
    /// A sorted list.
    List,
    /// A sorted list of ports, or of services that have one.
    Ports,
    /// A sorted list of addresses, with ports maybe.
    Addresses,
    /// Names of algorithms, which begin with one of these words.
    Algorithms(&'static str),
    /// The same, and patterns of them.
    KeyTypes,
    /// Lists of ways to log in.
    Methods,
    /// How many may be about to log in.
    Startups,
    /// How much is logged.
    Level,
    Number,
    /// A time such as `2m`, in seconds.
    Seconds,
    /// A command line.
    Command,
    /// The same with the path of its program.
    Program,
}

use Form::{
    Addresses, Algorithms, Command, KeyTypes, Level, List, Methods, Number, Ports, Program, Seconds, Startups, Switch,
    Text, Word,
};

/// Levels of `LogLevel`.
const LEVELS: &[&str] = &["QUIET", "FATAL", "ERROR", "INFO", "VERBOSE", "DEBUG", "DEBUG1", "DEBUG2", "DEBUG3"];

/// How the names of algorithms begin, of every version: what an older sshd takes and a newer one refuses is worth telling.
const CIPHERS: Form =
    Algorithms("3des- aes128- aes192- aes256- arcfour blowfish- camellia cast128- chacha20- rijndael- serpent twofish");
const MACS: Form = Algorithms("hmac- umac-");
const EXCHANGES: Form = Algorithms("curve25519- curve448- diffie-hellman- ecdh- gss- kexguess mlkem sntrup");
const KEY_TYPES: &str = "ecdsa- rsa-sha2- sk- spi- ssh- webauthn- x509v3-";

/// Ways to log in, for `AuthenticationMethods`.
const METHODS: &str = "gssapi-keyex gssapi-with-mic hostbased keyboard-interactive none password publickey";

const SWITCH: Form = Switch(&[]);
const FORWARDING: Form = Switch(&["all", "local", "remote"]);

/// A keyword in lower case, the attribute, its form, and OpenSSH's default (none where that depends on the version).
type Row = (&'static str, &'static str, Form, &'static str);

pub(super) const KEYWORDS: &[Row] = &[
    ("allowagentforwarding", "allow_agent_forwarding", SWITCH, "yes"),
    ("allowgroups", "allow_groups", List, ""),
    ("allowstreamlocalforwarding", "allow_stream_local_forwarding", FORWARDING, "yes"),
    ("allowtcpforwarding", "allow_tcp_forwarding", FORWARDING, "yes"),
    ("allowusers", "allow_users", List, ""),
    ("authenticationmethods", "authentication_methods", Methods, "any"),
    ("authorizedkeyscommand", "authorized_keys_command", Program, "none"),
    ("authorizedkeyscommanduser", "authorized_keys_command_user", Word, "none"),
    ("authorizedkeysfile", "authorized_keys_file", Text, ".ssh/authorized_keys .ssh/authorized_keys2"),
    ("authorizedprincipalsfile", "authorized_principals_file", Word, "none"),
    ("banner", "banner", Word, "none"),
    ("chrootdirectory", "chroot_directory", Word, "none"),
    ("ciphers", "ciphers", CIPHERS, ""),
    ("clientalivecountmax", "client_alive_count_max", Number, "3"),
    ("clientaliveinterval", "client_alive_interval_seconds", Seconds, "0"),
    ("denygroups", "deny_groups", List, ""),
    ("denyusers", "deny_users", List, ""),
    ("disableforwarding", "disable_forwarding", SWITCH, "no"),
    ("forcecommand", "force_command", Command, "none"),
    ("gatewayports", "gateway_ports", Switch(&["clientspecified"]), "no"),
    ("gssapiauthentication", "gssapi_authentication", SWITCH, "no"),
    ("hostbasedauthentication", "hostbased_authentication", SWITCH, "no"),
    ("hostkeyalgorithms", "host_key_algorithms", KeyTypes, ""),
    ("ignorerhosts", "ignore_rhosts", Switch(&["shosts-only"]), "yes"),
    ("kbdinteractiveauthentication", "kbd_interactive_authentication", SWITCH, "yes"),
    ("kerberosauthentication", "kerberos_authentication", SWITCH, "no"),
    ("kexalgorithms", "kex_algorithms", EXCHANGES, ""),
    ("listenaddress", "listen_addresses", Addresses, ""),
    ("logingracetime", "login_grace_seconds", Seconds, "120"),
    ("loglevel", "log_level", Level, "INFO"),
    ("macs", "macs", MACS, ""),
    ("maxauthtries", "max_auth_tries", Number, "6"),
    ("maxsessions", "max_sessions", Number, "10"),
    ("maxstartups", "max_startups", Startups, "10:30:100"),
    ("passwordauthentication", "password_authentication", SWITCH, "yes"),
    ("permitemptypasswords", "permit_empty_passwords", SWITCH, "no"),
    ("permitlisten", "permit_listen", Text, "any"),
    ("permitopen", "permit_open", Text, "any"),
    (
        "permitrootlogin",
        "permit_root_login",
        Switch(&["prohibit-password", "forced-commands-only"]),
        "prohibit-password",
    ),
    ("permittty", "permit_tty", SWITCH, "yes"),
    ("permittunnel", "permit_tunnel", Switch(&["point-to-point", "ethernet"]), "no"),
    ("permituserenvironment", "permit_user_environment", Word, "no"),
    ("port", "ports", Ports, "22"),
    ("pubkeyacceptedalgorithms", "pubkey_accepted_algorithms", KeyTypes, ""),
    ("pubkeyauthentication", "pubkey_authentication", SWITCH, "yes"),
    ("revokedkeys", "revoked_keys", Word, "none"),
    ("strictmodes", "strict_modes", SWITCH, "yes"),
    ("trustedusercakeys", "trusted_user_ca_keys", Word, "none"),
    ("usedns", "use_dns", SWITCH, "no"),
    ("usepam", "use_pam", SWITCH, "no"),
    ("x11forwarding", "x11_forwarding", SWITCH, "no"),
    ("x11uselocalhost", "x11_use_localhost", SWITCH, "yes"),
];

/// Keywords that may not stand below a `Match`.
const GLOBAL: &str = "addressfamily ciphers compression debianbanner fingerprinthash gssapikeyexchange gssapicleanupcredentials \
    gssapistrictacceptorcheck hostcertificate hostdsakey hostkey hostkeyagent hostkeyalgorithms ignoreuserknownhosts \
    kerberosgetafstoken kerberosorlocalpasswd kerberosticketcleanup kexalgorithms keepalive listenaddress logingracetime macs \
    maxstartups modulifile persourcemaxstartups persourcenetblocksize persourcepenalties persourcepenaltyexemptlist \
    permituserenvironment pidfile port printlastlog printmotd requiredrsasize securitykeyprovider sshdauthpath sshdsessionpath \
    strictmodes subsystem syslogfacility tcpkeepalive usedns usepam versionaddendum xauthlocation";

/// Keywords that sshd takes and nothing is told of: those that may stand anywhere, those that it passes over since they are of the
/// past, and those of vendors.
const OTHERS: &str = "acceptenv authorizedprincipalscommand authorizedprincipalscommanduser casignaturealgorithms channeltimeout \
    exposeauthinfo hostbasedacceptedalgorithms hostbasedacceptedkeytypes hostbasedusesnamefrompacketonly ipqos logverbose \
    permituserrc pubkeyauthoptions rdomain refuseconnection rekeylimit setenv streamlocalbindmask streamlocalbindunlink \
    unusedconnectiontimeout x11displayoffset \
    afstokenpassing authorizedkeysfile2 checkmail gssapicleanupcreds gssapienablek5users gssapikexalgorithms \
    gssapistorecredentialsonrekey gssapiusesessioncredcache gssusesessionccache kerberostgtpassing keyregenerationinterval \
    pamauthenticationviakbdint protocol reversemappingcheck rhostsauthentication rhostsrsaauthentication rsaauthentication \
    serverkeybits uselogin useprivilegeseparation verifyreversemapping \
    authorizedkeyscommandrunas disablemtaes hpnbuffersize hpndisabled kerberosuniqueccache kerberosusekuserok noneenabled \
    nonemacenabled permitblacklistedkeys requiredauthentications1 requiredauthentications2 rsaminsize showpatchlevel \
    tcprcvbufpoll useblacklist useblocklist";

/// Whether one of the words is this one.
fn has(words: &str, wanted: &str) -> bool {
    words.split_ascii_whitespace().any(|word| word == wanted)
}

/// Whether it may not stand below a `Match`.
pub(super) fn is_global(keyword: &str) -> bool {
    has(GLOBAL, keyword)
}

/// Whether any sshd knows it.
pub(super) fn is_known(keyword: &str) -> bool {
    KEYWORDS.iter().any(|(known, ..)| *known == keyword) || has(OTHERS, keyword) || is_global(keyword)
}

/// The value as it is told; `None` of what sshd refuses. Of a list what it refuses is left out and said to `refused`.
pub(super) fn value(form: Form, words: &[String], refused: &mut dyn FnMut(&str)) -> Option<Value> {
    let text = words.join(" ");
    let of_one = |is_sound: bool| (is_sound && words.len() == 1).then(|| Value::from(text.as_str()));
    let mut sorted = |is_sound: fn(&str) -> bool| {
        let (mut list, odd): (Vec<&str>, Vec<&str>) = words.iter().map(String::as_str).partition(|word| is_sound(word));
        odd.into_iter().for_each(&mut *refused);
        list.sort_unstable();
        list.dedup();
        (!list.is_empty()).then(|| Value::from(list))
    };
    match form {
        Text => Some(text.into()),
        Word => of_one(true),
        Methods => words.iter().all(|list| list == "any" || list.split(',').all(is_method)).then(|| text.into()),
        Algorithms(starts) => of_one(are_algorithms(starts, &text, false)),
        KeyTypes => of_one(are_algorithms(KEY_TYPES, &text, true)),
        Startups => of_one(is_startups(&text)),
        Program if text != "none" && !text.starts_with(['/', '%']) => None,
        Command | Program => Some(redact::command_line(&text).into()),
        Switch(more) => {
            let word = text.to_ascii_lowercase().replace("without-password", "prohibit-password");
            (matches!(word.as_str(), "yes" | "no") || more.contains(&word.as_str())).then(|| word.into())
        }
        Number => text.parse::<u32>().ok().filter(|number| i32::try_from(*number).is_ok()).map(Value::from),
        Seconds => seconds(&text).map(Value::from),
        Level => of_one(LEVELS.contains(&text.to_ascii_uppercase().as_str())),
        List => sorted(|_| true),
        Ports => sorted(is_port),
        Addresses => sorted(is_listen_address),
    }
}

/// Whether sshd may listen there: a number, or the name of a service.
fn is_port(word: &str) -> bool {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'.');
    if is_number { word.parse::<u16>().is_ok_and(|port| port > 0) } else { word.bytes().all(is_name) }
}

/// `ADDRESS`, `HOST`, `HOST:PORT`, `[IPV6]:PORT`, with a routing domain maybe.
fn is_listen_address(line: &str) -> bool {
    let mut words = line.split(' ');
    let Some(address) = words.next() else { return false };
    let is_domain = match (words.next(), words.next(), words.next()) {
        (None, ..) => true,
        (Some(word), Some(_), None) => word.eq_ignore_ascii_case("rdomain"),
        _ => false,
    };
    let (host, port) = match address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, Some(port.strip_prefix(':').unwrap_or_default())),
        None if address.matches(':').count() == 1 => {
            address.split_once(':').map_or((address, None), |(host, port)| (host, Some(port)))
        }
        None => (address, None),
    };
    let is_host = oddity::is_address(host) || oddity::is_host_name(host) || host == "*";
    is_domain && is_host && port.is_none_or(|port| !port.is_empty() && is_port(port))
}

/// `publickey`, `keyboard-interactive:pam`.
fn is_method(written: &str) -> bool {
    has(METHODS, written.split(':').next().unwrap_or_default())
}

/// Names with commas between them, each of a family that there is. What takes away may name anything; only key types are written as
/// patterns.
fn are_algorithms(starts: &str, written: &str, may_be_patterns: bool) -> bool {
    let written = match written.strip_prefix('-') {
        Some(_) => return true,
        None => written.strip_prefix(['+', '^']).unwrap_or(written),
    };
    let is_one = |name: &str| {
        let is_pattern = may_be_patterns && name.contains(['*', '?']);
        let fixed = if is_pattern { name.split(['*', '?']).next().unwrap_or_default() } else { name };
        starts.split(' ').any(|start| fixed.starts_with(start) || is_pattern && start.starts_with(fixed))
            && name.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let mut names = written.split(',').filter(|name| !name.is_empty()).peekable();
    names.peek().is_some() && names.all(is_one)
}

/// `10` or `10:30:100`: from, chance in percent, all. Each number ends where it is none any more, as sshd reads it.
fn is_startups(text: &str) -> bool {
    let number = |part: &str| part.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok().filter(|n| *n > 0);
    let numbers: Option<Vec<u32>> = text.split(':').map(number).collect();
    match numbers.as_deref() {
        Some([_]) => true,
        Some([begin, rate, full]) => *rate <= 100 && begin <= full,
        _ => false,
    }
}

/// A time of `sshd_config(5)`: `90`, `2m`, `1h30m`.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let mut total = 0_u64;
    let mut number = None;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            number = Some(number.unwrap_or(0_u64).checked_mul(10)?.checked_add(u64::from(digit))?);
            continue;
        }
        let unit = match c.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    (!text.is_empty()).then_some(())?;
    total.checked_add(number.unwrap_or(0))
}
