//! A link in bad weather, in front of a listener: slow, late, and cut off in the middle (case 101). Netem needs a kernel module that is not
//! everywhere; this needs none, and a seed makes it the same each time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Bytes that go over in one piece.
const PIECE: usize = 512;

/// How bad it is.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// Each piece comes this late, each way.
    pub delay: Duration,
    /// What goes over in a second, each way.
    pub bytes_per_second: u32,
    /// Each connection is cut off in its middle: so many bytes go over before ...
    pub cut_from: u64,
    /// ... and at most so many more.
    pub cut_within: u64,
}

/// A proxy in it. Connections end when it is dropped.
#[derive(Debug)]
pub struct BadLink {
    address: SocketAddr,
    cuts: Arc<AtomicU64>,
    accepting: JoinHandle<()>,
}

impl BadLink {
    /// In front of `target`; `seed` decides where connections are cut off.
    pub async fn to(target: &str, weather: Weather, seed: u64) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("binding a proxy")?;
        let address = listener.local_addr()?;
        let (target, cuts) = (target.to_owned(), Arc::new(AtomicU64::new(0)));
        let counted = Arc::clone(&cuts);
        let accepting = tokio::spawn(async move {
            let mut state = seed;
            while let Ok((near, _)) = listener.accept().await {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let most = weather.cut_from + (state >> 33) % weather.cut_within.max(1);
                let (target, cuts) = (target.clone(), Arc::clone(&counted));
                tokio::spawn(async move {
                    if let Ok(far) = TcpStream::connect(target).await {
                        carry(near, far, weather, most, &cuts).await;
                    }
                });
            }
        });
        Ok(Self { address, cuts, accepting })
    }

    /// Where to connect to instead.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connections that were cut off so far.
    pub fn cuts(&self) -> u64 {
        self.cuts.load(Ordering::Relaxed)
    }
}

impl Drop for BadLink {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Carries both ways until an end is reached, or so many bytes went over.
async fn carry(near: TcpStream, far: TcpStream, weather: Weather, most: u64, cuts: &AtomicU64) {
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    let passed = AtomicU64::new(0);
    let is_over = tokio::select! {
        () = async { tokio::join!(pass(near_in, far_out, weather, most, &passed), pass(far_in, near_out, weather, most, &passed)); } => false,
        () = cut_off(most, &passed) => true,
    };
    // Both ends are dropped without a word of TLS: for each of them the other one broke off.
    cuts.fetch_add(u64::from(is_over), Ordering::Relaxed);
}

async fn cut_off(most: u64, passed: &AtomicU64) {
    while passed.load(Ordering::Relaxed) < most {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    weather: Weather,
    most: u64,
    passed: &AtomicU64,
) {
    let mut piece = [0; PIECE];
    while let Ok(count @ 1..) = from.read(&mut piece).await {
        let bytes = u32::try_from(count).unwrap_or(u32::MAX);
        let on_the_way = Duration::from_secs(1) * bytes / weather.bytes_per_second.max(1);
        tokio::time::sleep(weather.delay + on_the_way).await;
        let left = most.saturating_sub(passed.load(Ordering::Relaxed));
        let count = count.min(usize::try_from(left).unwrap_or(usize::MAX));
        let Some(bytes) = piece.get(..count) else { break };
        if to.write_all(bytes).await.is_err() {
            break;
        }
        passed.fetch_add(count as u64, Ordering::Relaxed);
    }
    drop(to.shutdown().await);
}
