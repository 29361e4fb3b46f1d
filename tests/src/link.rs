//! A network link between agent and collector that a test can cut: a TCP proxy on loopback.
//!
//! Cut means what a pulled cable means: bytes on the way are lost without a word, connections stay open and silent, new
//! ones get no answer. Mended means that new connections work; the old ones are closed, as by a firewall that forgot them.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A link; dropping it ends it.
#[derive(Debug)]
pub struct Link {
    address: SocketAddr,
    is_up: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Link {
    /// A link to `target` (`host:port`).
    pub async fn to(target: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (is_up, state) = watch::channel(true);
        let target = target.to_owned();
        let accepting = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, target.clone(), state.clone()));
            }
        });
        Ok(Self { address, is_up, accepting })
    }

    /// Where to connect to instead.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Pulls the cable.
    pub fn cut(&self) {
        self.is_up.send_replace(false);
    }

    /// Plugs it in again.
    pub fn mend(&self) {
        self.is_up.send_replace(true);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(mut near: TcpStream, target: String, mut state: watch::Receiver<bool>) {
    let is_up = *state.borrow();
    if is_up {
        let Ok(mut far) = TcpStream::connect(target).await else { return };
        tokio::select! {
            _ = copy_bidirectional(&mut near, &mut far) => return,
            _ = state.wait_for(|is_up| !is_up) => {}
        }
    }
    // Silence: neither end is told anything until the link is mended or gone.
    drop(state.wait_for(|is_up| *is_up).await);
}
