//! A network of its own for an agent: a namespace in which nothing is but a loopback, and on that, at the collector's address, a way
//! out to the collector. The way is this test program once more, started in the namespace; what it takes goes over a socket in the file
//! system, which no network parts. No privilege is needed, and nothing is left behind.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::task::JoinHandle;

use crate::wait::until;

/// Tells the program in the namespace where to listen, and which socket leads out.
const ADDRESS: &str = "MUSTER_TEST_NETWORK";
const WAY_OUT: &str = "MUSTER_TEST_WAY_OUT";

/// A network; dropping it ends it.
#[derive(Debug)]
pub struct Network {
    holder: Child,
    carrying: JoinHandle<()>,
}

impl Network {
    /// One whose `target` (`127.0.0.1:port`) leads to that address of this network. `test` is the name of the test that asks: it has to
    /// begin with [`serve`].
    pub async fn of(test: &str, dir: &Path, target: &str) -> anyhow::Result<Self> {
        let way_out: PathBuf = dir.join("way-out.sock");
        let listener = UnixListener::bind(&way_out).context("binding the way out")?;
        let far = target.to_owned();
        let carrying = tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let far = far.clone();
                tokio::spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(far).await {
                        drop(copy_bidirectional(&mut near, &mut far).await);
                    }
                });
            }
        });
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"]);
        command.arg(std::env::current_exe()?).args(["--exact", test, "--nocapture"]);
        command.env(ADDRESS, target).env(WAY_OUT, &way_out).stdout(Stdio::null());
        let holder = command.spawn().context("starting unshare")?;
        let network = Self { holder, carrying };
        // A file beside the socket says that it listens there.
        until("the network is there", async || Ok(ready(&way_out).exists().then_some(()))).await?;
        Ok(network)
    }

    /// A program in that network.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--preserve-credentials", "--user", "--net", "--target"]).arg(self.holder.id().to_string());
        command.arg(program);
        command
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.carrying.abort();
        drop(self.holder.kill());
        drop(self.holder.wait());
    }
}

fn ready(way_out: &Path) -> PathBuf {
    way_out.with_extension("ready")
}

/// In a network that [`Network::of`] made: serves there until it is ended. Elsewhere: nothing.
pub async fn serve() -> anyhow::Result<()> {
    let (Ok(address), Some(way_out)) = (std::env::var(ADDRESS), std::env::var_os(WAY_OUT)) else { return Ok(()) };
    let way_out = PathBuf::from(way_out);
    let listener = TcpListener::bind(address).await?;
    std::fs::write(ready(&way_out), "")?;
    loop {
        let (mut near, _) = listener.accept().await?;
        let way_out = way_out.clone();
        tokio::spawn(async move {
            if let Ok(mut far) = UnixStream::connect(way_out).await {
                drop(copy_bidirectional(&mut near, &mut far).await);
            }
        });
    }
}
