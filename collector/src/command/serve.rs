//! `serve`: binds, opens the data, runs listeners and jobs, and stops cleanly when told.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use muster_shared::{Clock, SystemClock};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{admin, data};
use crate::app::App;
use crate::authority::{self, write_private};
use crate::config::{Config, SyslogSettings};
use crate::service::Service;
use crate::{http, job, listener, notify};

async fn bind(what: &str, key: &str, address: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let why = || {
        format!("{what} cannot listen on {address}; give another address with --{key} or `{key}` in the configuration")
    };
    let listener = TcpListener::bind(address).await.with_context(why)?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn serve(config: Config, ready_file: Option<PathBuf>) -> anyhow::Result<()> {
    let (console_listener, console) = bind("the console", "console", config.console).await?;
    let (agent_listener, agents) = bind("the agent listener", "agents", config.agents).await?;
    let syslog = match &config.syslog {
        Some(settings) => Some((settings.clone(), bind_syslog(settings).await?)),
        None => None,
    };
    let opening = config.clone();
    let service = tokio::task::spawn_blocking(move || data::open(&opening, console, agents)).await??;
    let service = Arc::new(service);
    let names = data::names(agents.ip(), &config);
    let (shown, agent_tls) = watch::channel(own_tls(&service, &names)?);
    let console_tls = match &config.console_tls {
        Some((cert, key)) => {
            let (chain, key) = authority::read_pem(cert, key)?;
            Some(watch::channel(listener::console_tls(chain, key)?).1)
        }
        None => None,
    };
    let app = Arc::new(App { service: Arc::clone(&service), is_secure: console_tls.is_some() });
    let (stop, stopped) = watch::channel(false);
    admin::listen(Arc::clone(&service), &config.data_dir, stopped.clone())?;
    // Nobody is accepted before it is known who is shut out (case 44).
    service.load_revoked().await?;
    begin_demo(&service).await?;
    let (people, gate) = (http::people(Arc::clone(&app)), Some(Arc::clone(&service)));
    let syslog_address = syslog.as_ref().map(|(_, (_, _, address))| *address);
    let senders = syslog.map(|(settings, (listener, tls, _))| {
        tokio::spawn(listener::syslog::serve(listener, tls, settings, Arc::clone(&service), stopped.clone()))
    });
    let tasks = [
        tokio::spawn(listener::serve(console_listener, console_tls, people, stopped.clone(), None)),
        tokio::spawn(listener::serve(agent_listener, Some(agent_tls), http::agents(app), stopped.clone(), gate)),
        tokio::spawn(keep_certificate(Arc::clone(&service), names, shown, stopped.clone())),
        tokio::spawn(job::keep_lookup(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::keep_relations(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::keep_levels(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::keep_availability(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::keep_releases(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::keep_reports(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::keep_majority(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::keep_alerts(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::keep_problems(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::anchor::tell(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::forget_past(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::post::run(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::demo::run(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::keep_pulses(Arc::clone(&service), stopped.clone())),
        tokio::spawn(job::engine::run(Arc::clone(&service), stopped)),
    ];
    tracing::info!(console = service.policy().console_url, agents = service.policy().agents_url, "ready");
    if let Some(path) = ready_file {
        tell_ready(&path, &service, &config.data_dir, syslog_address)?;
    }
    notify::ready();
    tokio::select! {
        told = wait_for_signal() => told?,
        never = notify::keep_alive() => match never {},
    }
    notify::stopping();
    tracing::info!("stopping");
    stop.send_replace(true);
    service.stop_waiting();
    for task in senders.into_iter().chain(tasks) {
        task.await?;
    }
    // The store's writer ends with the last owner of the service: nothing that was acknowledged waits any more.
    drop(service);
    Ok(())
}

/// The TLS of the agents' listener by the CAs as they are now.
fn own_tls(service: &Service, names: &[String]) -> anyhow::Result<Arc<rustls::ServerConfig>> {
    let authority = service.authority();
    let (chain, key) = authority.issue_server(names, SystemClock.now())?;
    listener::agent_tls(chain, key, authority.believed()?)
}

/// Shows agents another certificate when the CAs moved, and each month: it lives a year.
async fn keep_certificate(
    service: Arc<Service>,
    names: Vec<String>,
    shown: watch::Sender<Arc<rustls::ServerConfig>>,
    mut stop: watch::Receiver<bool>,
) {
    const MONTH: Duration = Duration::from_hours(30 * 24);
    let mut moved = service.authority().watch();
    loop {
        tokio::select! {
            _ = moved.changed() => {}
            () = tokio::time::sleep(MONTH) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match own_tls(&service, &names) {
            Ok(tls) => drop(shown.send_replace(tls)),
            Err(error) => tracing::error!(%error, "the agents' listener goes on with the certificate that it has"),
        }
    }
}

/// Learns whether this is a demo before anybody is served. Its made-up hosts are heard before anybody looks who is silent.
async fn begin_demo(service: &Service) -> anyhow::Result<()> {
    if let Some(demo) = service.load_demo().await? {
        anyhow::ensure!(demo.is_whole(), "the making of this demo was cut off; remove it and make it anew");
        let heard = service.beat_demo().await?;
        tracing::warn!(hosts = demo.hosts, heard, "this is a demo: everything in it is made up, and nothing leaves it");
    }
    Ok(())
}

/// The listener for syslog messages, its TLS, and where it is.
type Syslog = (TcpListener, Option<Arc<rustls::ServerConfig>>, SocketAddr);

async fn bind_syslog(settings: &SyslogSettings) -> anyhow::Result<Syslog> {
    let tls = match &settings.tls {
        Some((cert, key)) => Some(listener::syslog::tls(cert, key, settings.client_ca.as_deref())?),
        None => None,
    };
    let why = || format!("syslog cannot listen on {}; give another address as syslog.listen", settings.listen);
    let listener = TcpListener::bind(settings.listen).await.with_context(why)?;
    let address = listener.local_addr()?;
    Ok((listener, tls, address))
}

fn tell_ready(path: &Path, service: &Service, data_dir: &Path, syslog: Option<SocketAddr>) -> anyhow::Result<()> {
    let ready = serde_json::json!({
        "console_url": service.policy().console_url,
        "agents_url": service.policy().agents_url,
        "ca_file": data_dir.join("pki").join("ca.pem"),
        "syslog": syslog.map(|address| address.to_string()),
        "pid": std::process::id(),
    });
    write_private(path, ready.to_string().as_bytes())
        .with_context(|| format!("writing the ready file {}", path.display()))
}

async fn wait_for_signal() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
