//! Tests of the order of the sources and of what is refused.

use super::*;

fn from_toml(text: &str) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    apply_file(&mut config, Path::new("agent.toml"), &text.parse().unwrap()).map(|()| config)
}

fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn flag_beats_environment_beats_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("agent.toml");
    std::fs::write(
        &path,
        "state_dir = '/file'\nscan_seconds = 10\nproxy = 'http://p:1'\n[sections]\nexclude = ['package']",
    )
    .unwrap();
    let mut flags = Flags { config: Some(path), state_dir: None };
    let environment = variables(&[("MUSTER_STATE_DIR", "/general"), ("MUSTER_AGENT_STATE_DIR", "/environment")]);
    let config = load(&flags, &environment).unwrap();
    assert_eq!(config.state_dir, Path::new("/environment"));
    assert_eq!((config.scan_seconds, config.heartbeat_seconds), (Some(10), None));
    assert_eq!((config.proxy.as_deref(), config.exclude.as_slice()), (Some("http://p:1"), &[SectionName::Package][..]));
    flags.state_dir = Some("/flag".into());
    assert_eq!(load(&flags, &environment).unwrap().state_dir, Path::new("/flag"));
    let lists = variables(&[("MUSTER_SECTIONS_EXCLUDE", "user, group"), ("MUSTER_SCAN_SECONDS", "7")]);
    let config = load(&flags, &lists).unwrap();
    assert_eq!((config.exclude, config.scan_seconds), (vec![SectionName::User, SectionName::Group], Some(7)));
}

#[test]
fn a_file_may_be_missing_unless_it_is_named() {
    assert!(read(Path::new("/nowhere/agent.toml"), false).unwrap().is_none());
    assert!(matches!(read(Path::new("/nowhere/agent.toml"), true), Err(ConfigError::Read { .. })));
}

#[test]
fn what_is_wrong_is_refused_and_what_would_be_right_is_said() {
    let cases = [
        ("scan_second = 1", "did you mean 'scan_seconds'?"),
        ("xyz = 1", "known are state_dir"),
        ("scan_seconds = 0", "from 1 to 86400"),
        ("scan_seconds = '5'", "from 1 to 86400"),
        ("state_dir = 'relative'", "an absolute path"),
        ("spool_max_bytes = 1", "at least 1048576"),
        ("[sections]\nexclude = ['packages']", "did you mean 'package'?"),
        ("[sections]\nexcluded = []", "did you mean 'sections.exclude'?"),
        ("sections = 1", "a table with exclude"),
        ("[kollect]", "no key 'kollect'"),
        ("[collect]\nfiles = ['etc/passwd']", "a list of absolute paths"),
        ("[collect]\nfiles = ['/etc/../etc/passwd']", "without '//'"),
        ("[collect]\nfiles = ['/etc//passwd']", "without '//'"),
        ("[collect]\nfiles = ['/']", "a list of absolute paths"),
        ("[collect]\ncertificates = [\"/etc/\\u0000\"]", "a list of absolute paths"),
        ("[collect]\nprocesses = 'yes'", "true or false"),
        ("[collect]\ncertificate = []", "did you mean 'collect.certificates'?"),
        ("log = ''", "not empty"),
        ("log = 'loud'", "'log' must be a level (off, error"),
        ("metrics = '0.0.0.0:9777'", "an address of loopback"),
        ("metrics = 9777", "not empty"),
        ("metrics = 'localhost'", "127.0.0.1:9777"),
    ];
    for (text, expected) in cases {
        let error = from_toml(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
    let right = "[collect]\ncertificates = ['/etc/nginx/tls/', '/srv/*/tls.pem']\nfiles = ['/etc/motd']";
    assert_eq!(from_toml(right).unwrap().collect.certificates, ["/etc/nginx/tls/", "/srv/*/tls.pem"]);
    let error = load(&Flags::default(), &variables(&[("MUSTER_AGENT_SCAN_SECOND", "1")])).unwrap_err().to_string();
    assert!(error.contains("did you mean SCAN_SECONDS"), "{error}");
    assert!(load(&Flags::default(), &variables(&[("MUSTER_SCAN_SECONDS", "soon")])).is_err());
}
