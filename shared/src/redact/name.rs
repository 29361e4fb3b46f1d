//! Names that announce secrets: of options, variables, parameters and of the programs whose short options take one.

use super::Expect;

/// What the name of a value says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// Nothing.
    Plain,
    /// A secret if it looks random.
    KeyLike,
    /// A secret.
    Secret,
}

/// Parts of names whose value is always a secret; case, `-`, `_` and `.` do not count.
const SECRET_PARTS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "passwort",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "authkey",
    "accountkey",
    "encryptionkey",
    "masterkey",
    "sharedkey",
    "licensekey",
    "signingkey",
    "credential",
    "authorization",
    "cookie",
    "bearer",
    "storagekey",
    "authpass",
    "privpass",
    "rootpw",
    "connectionstring",
];

/// Words of names whose value is always a secret, as a whole word: `DB_PASS`, `-pwd`.
const SECRET_WORDS: &[&str] = &["pass", "pwd", "pw", "psk", "passin", "passout", "pat", "otp", "totp"];

/// Words of names whose value is a secret when it looks like one.
const KEY_WORDS: &[&str] = &[
    "key",
    "auth",
    "sig",
    "signature",
    "session",
    "sessionid",
    "sid",
    "code",
    "nonce",
    "sas",
    "jwt",
    "salt",
    "creds",
    "dsn",
];

/// Last words of names that speak about a secret and hold none: `--password-file`, `--token-ttl`.
const HARMLESS_ENDS: &[&str] = &[
    "file",
    "path",
    "dir",
    "directory",
    "policy",
    "length",
    "min",
    "max",
    "type",
    "url",
    "uri",
    "name",
    "stdin",
    "fd",
    "env",
    "store",
    "prompt",
    "timeout",
    "ttl",
    "age",
    "expiry",
    "command",
    "cmd",
    "socket",
    "id",
    "size",
    "count",
    "format",
    "endpoint",
    "enabled",
    "required",
    "authentication",
    "hash-algorithm",
];

/// First words of options that ask for a secret or do without: `--no-password`, `--ask-password`.
const HARMLESS_STARTS: &[&str] = &["no", "ask", "without", "prompt", "require", "allow", "show"];

/// A program whose options take secrets under names that say nothing.
#[derive(Debug)]
pub(super) struct Program {
    names: &'static [&'static str],
    /// Whether the options mean that only after the word `login`.
    pub(super) needs_login: bool,
    /// Whether `-b` says that a password is the last of its arguments, as htpasswd has it.
    pub(super) has_bare_password: bool,
    /// The separator in an argument that holds a name and a secret: `system/secret@db`.
    pub(super) argument: Option<char>,
    /// Words behind which so many arguments are followed by secrets; no word stands for the program itself.
    after: &'static [(&'static str, u8)],
    pub(super) options: &'static [OptionRule],
}

impl Program {
    /// What follows a word of the program.
    pub(super) fn after(&self, word: &str) -> Option<Expect> {
        let (_, shown) = self.after.iter().find(|(name, _)| word.eq_ignore_ascii_case(name))?;
        Some(Expect::Rest(*shown))
    }
}

/// An option with a secret.
#[derive(Debug)]
pub(super) struct OptionRule {
    pub(super) option: &'static str,
    /// `-psecret`.
    pub(super) takes_attached: bool,
    /// `-p secret`.
    pub(super) takes_next: bool,
    /// The separator of a name and the secret: `user:secret`.
    pub(super) pair: Option<char>,
}

const fn both(option: &'static str) -> OptionRule {
    OptionRule { option, takes_attached: true, takes_next: true, pair: None }
}

const fn attached(option: &'static str) -> OptionRule {
    OptionRule { option, takes_attached: true, takes_next: false, pair: None }
}

const fn next(option: &'static str) -> OptionRule {
    OptionRule { option, takes_attached: false, takes_next: true, pair: None }
}

const fn pair(option: &'static str, separator: char) -> OptionRule {
    OptionRule { option, takes_attached: true, takes_next: true, pair: Some(separator) }
}

const fn of(names: &'static [&'static str], options: &'static [OptionRule]) -> Program {
    Program { names, options, ..NOTHING }
}

const fn behind(names: &'static [&'static str], after: &'static [(&'static str, u8)]) -> Program {
    Program { names, after, ..NOTHING }
}

const NOTHING: Program =
    Program { names: &[], needs_login: false, has_bare_password: false, argument: None, after: &[], options: &[] };

const PROGRAMS: &[Program] = &[
    of(
        &[
            "mysql",
            "mysqldump",
            "mysqladmin",
            "mysqlcheck",
            "mysqlimport",
            "mysqlshow",
            "mysqlbinlog",
            "mariadb",
            "mariadb-dump",
            "mariadb-admin",
            "mariadb-backup",
            "xtrabackup",
            "innobackupex",
            "mydumper",
            "7z",
            "7za",
            "7zr",
        ],
        &[attached("-p")],
    ),
    of(
        &["sshpass", "mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "xfreerdp", "rdesktop"],
        &[both("-p"), attached("/p:")],
    ),
    of(&["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami"], &[both("-w")]),
    of(&["ldappasswd"], &[both("-w"), both("-s"), both("-a")]),
    Program { names: &["redis-cli", "valkey-cli"], after: &[("auth", 0)], options: &[both("-a")], ..NOTHING },
    of(&["ipmitool", "sqlcmd", "bcp", "tsql", "zip", "unzip"], &[both("-P")]),
    of(
        &["curl"],
        &[
            pair("-u", ':'),
            pair("-U", ':'),
            pair("-E", ':'),
            pair("--user", ':'),
            pair("--proxy-user", ':'),
            pair("--cert", ':'),
            both("-b"),
        ],
    ),
    of(&["ab", "http", "https", "check_http"], &[pair("-A", ':'), pair("-a", ':'), pair("-P", ':')]),
    of(&["rabbitmqadmin", "ncftpput", "ncftpget", "racadm", "check_mysql"], &[both("-p")]),
    of(&["certbot"], &[next("--eab-hmac-key")]),
    of(&["smbclient", "rpcclient", "smbget", "net"], &[pair("-U", '%')]),
    of(&["snmpget", "snmpwalk", "snmpbulkwalk", "snmpset", "snmptrap"], &[both("-c"), both("-A"), both("-X")]),
    of(&["openssl"], &[next("-k"), next("-K")]),
    of(&["ssh-keygen"], &[both("-N"), both("-P")]),
    of(&["mosquitto_pub", "mosquitto_sub", "mosquitto_rr"], &[next("-P")]),
    of(&["useradd", "usermod", "groupadd", "groupmod", "twine", "cqlsh"], &[both("-p")]),
    of(&["swaks"], &[next("-ap")]),
    of(&["sendemail", "sendEmail"], &[next("-xp")]),
    of(&["rar", "unrar"], &[attached("-hp"), attached("-p")]),
    of(&["lftp", "open"], &[pair("-u", ',')]),
    of(&["ncat"], &[pair("--proxy-auth", ':')]),
    of(&["etcdctl"], &[pair("--user", ':')]),
    Program { names: &["htpasswd"], has_bare_password: true, ..NOTHING },
    Program { names: &["sqlplus", "rman", "exp", "imp", "expdp", "impdp", "sqlldr"], argument: Some('/'), ..NOTHING },
    behind(&["rabbitmqctl"], &[("add_user", 1), ("change_password", 1), ("authenticate_user", 1)]),
    behind(&["vault"], &[("login", 0)]),
    behind(&["mc"], &[("set", 2)]),
    behind(&["b2"], &[("authorize-account", 1)]),
    behind(&["grafana-cli"], &[("reset-admin-password", 0)]),
    behind(&["ngrok"], &[("add-authtoken", 0), ("authtoken", 0)]),
    behind(&["aws"], &[("aws_secret_access_key", 0), ("aws_session_token", 0)]),
    behind(&["nmcli"], &[("wifi-sec.psk", 0), ("802-11-wireless-security.psk", 0)]),
    behind(&["db2"], &[("using", 0)]),
    behind(&["wpa_passphrase", "radtest"], &[("", 1)]),
    Program { names: &["isql", "iusql"], after: &[("", 2)], options: &[both("-P")], ..NOTHING },
    Program {
        names: &["docker", "podman", "buildah", "skopeo", "nerdctl", "helm", "az", "oc"],
        needs_login: true,
        options: &[both("-p")],
        ..NOTHING
    },
];

/// The program that a word names, with or without its path, also right behind what ends another command: `cd /tmp;mysql`, `$(mysql`.
pub(super) fn program(word: &str) -> Option<&'static Program> {
    let name = word.rsplit(['/', ';', '&', '|', '(', '`']).next().filter(|name| !name.starts_with('-'))?;
    PROGRAMS.iter().find(|program| program.names.contains(&name))
}

/// Whether a word is a scheme of the `Authorization` header.
pub(super) fn is_scheme(word: &str) -> bool {
    ["basic", "bearer", "digest", "negotiate", "token", "apikey", "ntlm", "aws4-hmac-sha256"]
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// What a name says of its value.
pub(super) fn strength(name: &str) -> Strength {
    let words = words(name);
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Strength::Plain };
    if HARMLESS_ENDS.contains(&last.as_str()) || words.len() > 1 && HARMLESS_STARTS.contains(&first.as_str()) {
        return Strength::Plain;
    }
    let joined = words.concat();
    if SECRET_PARTS.iter().any(|part| joined.contains(part))
        || words.iter().any(|word| SECRET_WORDS.contains(&word.as_str()))
        || joined.ends_with("pass")
        || joined.ends_with("pwd")
    {
        Strength::Secret
    } else if words.iter().any(|word| KEY_WORDS.contains(&word.as_str())) || joined.ends_with("key") {
        Strength::KeyLike
    } else {
        Strength::Plain
    }
}

/// What follows a name whose value is in the next word.
pub(super) fn announces(name: &str, strength: Strength) -> Expect {
    let name = name.to_ascii_lowercase();
    match strength {
        Strength::Secret if name.ends_with("authorization") => Expect::Scheme,
        Strength::Secret if name.ends_with("cookie") => Expect::Rest(0),
        Strength::Secret => Expect::Secret,
        Strength::KeyLike => Expect::Key,
        Strength::Plain => Expect::Anything,
    }
}

/// The words of a name in lower case: `dbPassword`, `DB_PASSWORD` and `--db-password` are all `db`, `password`.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && was_lower {
            words.push(std::mem::take(&mut word));
        }
        was_lower = c.is_lowercase();
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}
