//! Opening the data: for `serve`, and for commands that run while no collector does.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use muster_shared::{Clock, SystemClock};
use muster_store_sled::{Options, SledStore};

use super::admin::{self, Answer, Request};
use super::backup;
use crate::authority::Authority;
use crate::config::Config;
use crate::service::notification::{Keyring, Post};
use crate::service::{Policy, Service};

/// The use cases over the data directory. `console` and `agents` are the addresses as they are reached.
pub(crate) fn open(config: &Config, console: SocketAddr, agents: SocketAddr) -> anyhow::Result<Service> {
    let clock = SystemClock;
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("making the data directory {}", config.data_dir.display()))?;
    backup::check_whole(&config.data_dir)?;
    let store = SledStore::open(&store_options(config))?;
    let authority = Authority::open(&config.data_dir.join("pki"), clock.now())?;
    let keyring = Keyring::open(&config.data_dir.join("pki").join("notification.key"))?;
    let post = Post::new(keyring, config.post.clone())?;
    let scheme = if config.console_tls.is_some() { "https" } else { "http" };
    let policy = Policy {
        agents: config.settings.clone(),
        windows: config.windows,
        retention: config.retention.clone(),
        agents_url: config.agents_url.clone().unwrap_or_else(|| format!("https://{}", reachable(agents, config))),
        console_url: config.console_url.clone().unwrap_or_else(|| format!("{scheme}://{console}")),
    };
    Ok(Service::new(Arc::new(store), Arc::new(clock), authority, policy).with_post(post))
}

/// Where the store is and how it is kept.
pub(crate) fn store_options(config: &Config) -> Options {
    let keep_journal = Duration::from_secs(u64::from(config.journal_days) * 86_400);
    Options { keep_journal, ..Options::new(config.data_dir.join("store")) }
}

/// How others reach the agent listener: its address, or the first name when it listens everywhere.
fn reachable(agents: SocketAddr, config: &Config) -> String {
    if !agents.ip().is_unspecified() {
        return agents.to_string();
    }
    let name = names(agents.ip(), config).into_iter().next();
    format!("{}:{}", name.unwrap_or_else(|| "127.0.0.1".into()), agents.port())
}

/// Names and addresses for the agent listener's certificate.
pub(crate) fn names(agents: IpAddr, config: &Config) -> Vec<String> {
    let mut names = config.names.clone();
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
    let url_host = config.agents_url.as_deref().and_then(|url| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.rsplit_once(':').map_or(Some(rest), |(host, _)| Some(host))
    });
    names.extend(url_host.map(|host| host.trim_matches(['[', ']']).to_owned()));
    if agents.is_unspecified() {
        names.push(host);
    } else {
        names.push(agents.to_string());
    }
    names.extend(["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()]);
    names.retain(|name| !name.is_empty());
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// Asks the running collector, or does it itself when none runs.
pub(crate) async fn ask(config: &Config, request: Request) -> anyhow::Result<Answer> {
    if let Some(answer) = admin::ask(&config.data_dir, &request).await? {
        return Ok(answer);
    }
    must_exist(config)?;
    let service = open(config, config.console, config.agents)?;
    Ok(admin::answer(&service, request).await?)
}

/// A command that asks must not make what it asks about: a wrong path would look like an empty, healthy store.
pub(crate) fn must_exist(config: &Config) -> anyhow::Result<()> {
    backup::check_whole(&config.data_dir)?;
    anyhow::ensure!(
        config.data_dir.join("store").is_dir(),
        "there is no collector's data in {}: is that the right --data-dir? It is made when the collector is first started",
        config.data_dir.display()
    );
    Ok(())
}
