//! A network link between agent and collector that a test can cut and whose traffic it can count: a TCP proxy on loopback.
//!
//! Cut means what a pulled cable means: bytes on the way are lost without a word, connections stay open and silent, new
//! ones get no answer. Mended means that new connections work; the old ones are closed, as by a firewall that forgot them.

use std::net::SocketAddr;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What went over a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// Connections made.
    pub connections: u64,
    /// How often the near end spoke after the far end had: on an open connection, requests.
    pub exchanges: u64,
    /// Bytes both ways, TLS included, TCP and IP not.
    pub bytes: u64,
}

#[derive(Debug, Default)]
struct Counts {
    connections: AtomicU64,
    exchanges: AtomicU64,
    bytes: AtomicU64,
}

/// A link; dropping it ends it.
#[derive(Debug)]
pub struct Link {
    address: SocketAddr,
    is_up: watch::Sender<bool>,
    traffic: Arc<Counts>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Link {
    /// A link to `target` (`host:port`).
    pub async fn to(target: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (is_up, state) = watch::channel(true);
        let target = target.to_owned();
        let traffic = Arc::<Counts>::default();
        let counts = Arc::clone(&traffic);
        let accepting = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, target.clone(), state.clone(), Arc::clone(&counts)));
            }
        });
        Ok(Self { address, is_up, traffic, accepting })
    }

    /// Where to connect to instead.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What went over it so far.
    pub fn traffic(&self) -> Traffic {
        Traffic {
            connections: self.traffic.connections.load(Ordering::Relaxed),
            exchanges: self.traffic.exchanges.load(Ordering::Relaxed),
            bytes: self.traffic.bytes.load(Ordering::Relaxed),
        }
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

async fn carry(near: TcpStream, target: String, mut state: watch::Receiver<bool>, counts: Arc<Counts>) {
    let is_up = *state.borrow();
    if is_up {
        let Ok(far) = TcpStream::connect(target).await else { return };
        counts.connections.fetch_add(1, Ordering::Relaxed);
        let ((mut near_in, mut near_out), (mut far_in, mut far_out)) = (near.into_split(), far.into_split());
        let near_spoke = Mutex::new(false);
        let tell = |is_near: bool, bytes: usize| {
            let mut spoke = near_spoke.lock().unwrap_or_else(PoisonError::into_inner);
            counts.exchanges.fetch_add(u64::from(is_near && !*spoke), Ordering::Relaxed);
            counts.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
            *spoke = is_near;
        };
        let (out, back) = (|bytes| tell(true, bytes), |bytes| tell(false, bytes));
        tokio::select! {
            _ = async { tokio::join!(pass(&mut near_in, &mut far_out, out), pass(&mut far_in, &mut near_out, back)) } => return,
            _ = state.wait_for(|is_up| !is_up) => {}
        }
    }
    // Silence: neither end is told anything until the link is mended or gone.
    drop(state.wait_for(|is_up| *is_up).await);
}

/// Passes bytes on until their source ends, and ends their target then.
async fn pass(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin), tell: impl Fn(usize)) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        tell(count);
        let Some(bytes) = buffer.get(..count) else { break };
        if to.write_all(bytes).await.is_err() {
            break;
        }
    }
    drop(to.shutdown().await);
}
