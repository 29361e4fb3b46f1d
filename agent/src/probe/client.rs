//! The agent's side: whose eyes it sees with, its own or the probe's.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use muster_shared::SectionName;
use muster_shared::mapping::Distinct as _;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream as UnixStreamAsync;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::wire::{self, Answer, Question};
use crate::inventory::{self, Take};
use crate::root::Root;
use crate::section::{self, Collectors, MEMORY_BYTES, Section, Wished};
use crate::watch::{Subjects, Watch};

/// So long a single section may take to come: its own time box, and a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// So long the agent waits before it asks a probe again that has gone.
const AGAIN: Duration = Duration::from_secs(10);

/// The other process.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Where its socket unit listens.
    pub socket: PathBuf,
    /// What the last look has learnt, for the next one.
    memory: Arc<Mutex<String>>,
    /// What the collector wants to be watched.
    wished: Wished,
}

impl Probe {
    /// The one behind this socket.
    pub fn at(socket: impl Into<PathBuf>, wished: Wished) -> Self {
        Self { socket: socket.into(), memory: Arc::default(), wished }
    }

    /// Asks for sections, and hands each on as it comes. One that does not come is failed, with the reason; the items known
    /// before stay.
    pub fn look(&self, names: &[SectionName], take: &mut Take<'_>) {
        let mut missing = names.iter().copied().into_set();
        let ended = self.ask(names, &mut missing, take);
        let why = match &ended {
            Ok(()) => "the probe left it out".to_owned(),
            Err(error) => {
                tracing::warn!(socket = %self.socket.display(), %error, "the probe does not answer as it should");
                format!("the probe: {error}")
            }
        };
        let source = self.socket.display().to_string();
        for name in missing {
            take(name, Section::failed(source.as_str(), why.as_str()));
        }
    }

    fn ask(&self, names: &[SectionName], missing: &mut BTreeSet<SectionName>, take: &mut Take<'_>) -> io::Result<()> {
        let mut stream = UnixStream::connect(&self.socket)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let owned = self.memory.lock().unwrap_or_else(PoisonError::into_inner).clone();
        wire::write(&mut stream, &Question::Look { sections: names.to_vec(), owned, files: self.wished.files() })?;
        let mut stream = io::BufReader::new(stream);
        loop {
            match wire::read(&mut stream, wire::ANSWER_CAP)? {
                Some(Answer::Section { name, section }) if missing.remove(&name) => {
                    take(name, section.without_nul().within_bounds(name));
                }
                Some(Answer::Done { owned }) if owned.len() <= MEMORY_BYTES => {
                    *self.memory.lock().unwrap_or_else(PoisonError::into_inner) = owned;
                    return Ok(());
                }
                Some(Answer::Done { .. }) => return Err(io::Error::other("has too much to remember")),
                Some(Answer::Section { .. } | Answer::Changed { .. }) => {
                    return Err(io::Error::other("said what was not asked"));
                }
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }
}

/// By whose eyes the host is seen.
#[derive(Clone)]
pub enum Eyes {
    /// Our own: one process.
    Own(Collectors),
    /// The probe's.
    Probe(Probe),
}

impl Eyes {
    /// Looks at sections, and hands each on as soon as it is there.
    pub fn look(&self, root: &Root, names: &[SectionName], take: &mut Take<'_>) {
        match self {
            Self::Own(collectors) => inventory::look(collectors, root, names, take),
            Self::Probe(probe) => probe.look(names, &mut |name, mut section| {
                section::complete(name, &mut section);
                take(name, section);
            }),
        }
    }
}

/// What tells of changes.
pub enum Watching {
    /// Our own watches.
    Own(Box<Own>),
    /// The probe's: what it tells, and the wish that it look for what is new.
    Probe(Receiver<BTreeSet<SectionName>>, Sender<()>),
}

/// The watches of an agent that reads by itself.
pub struct Own {
    watch: Watch,
    /// Finds what is to be watched.
    find: Arc<dyn Fn() -> Subjects + Send + Sync>,
}

impl Watching {
    /// Watches with these eyes.
    pub fn new(eyes: &Eyes, root: &Root, base: &Path) -> io::Result<Self> {
        match eyes {
            Eyes::Own(collectors) => {
                let (collectors, root, base) = (collectors.clone(), root.clone(), base.to_owned());
                let find = Arc::new(move || Subjects::of(&collectors, &root, &base));
                let watch = Watch::new(find())?;
                Ok(Self::Own(Box::new(Own { watch, find })))
            }
            Eyes::Probe(probe) => {
                let (tell, changes) = channel(1);
                let (wish, wishes) = channel(1);
                tokio::spawn(attend(probe.clone(), tell, wishes));
                Ok(Self::Probe(changes, wish))
            }
        }
    }

    /// Watches what counts now. Names the sections of what is newly watched; a probe tells them itself.
    pub async fn refresh(&mut self) -> BTreeSet<SectionName> {
        match self {
            Self::Own(own) => {
                let find = Arc::clone(&own.find);
                // A disk that hangs keeps no heartbeat waiting.
                let found = tokio::task::spawn_blocking(move || find()).await;
                found.map(|subjects| own.watch.refresh(&subjects)).unwrap_or_default()
            }
            Self::Probe(_, wish) => {
                // One wish that waits is enough.
                let _waits = wish.try_send(());
                BTreeSet::new()
            }
        }
    }

    /// Waits for a change that counts. Nothing is lost when the wait is given up.
    pub async fn first(&mut self) -> io::Result<BTreeSet<SectionName>> {
        match self {
            Self::Own(own) => own.watch.first().await,
            Self::Probe(changes, _) => changes.recv().await.ok_or_else(|| io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Waits for the quiet after a change of these sections; names what may be looked at now, which may be nothing.
    pub async fn settle(&mut self, sections: BTreeSet<SectionName>) -> BTreeSet<SectionName> {
        match self {
            Self::Own(own) => own.watch.settle(sections).await,
            // The probe has done so before it spoke.
            Self::Probe(..) => sections,
        }
    }
}

/// Keeps a connection to a probe that watches, and hands on what it tells.
async fn attend(probe: Probe, tell: Sender<BTreeSet<SectionName>>, mut wishes: Receiver<()>) {
    while !tell.is_closed() {
        match connect(&probe).await {
            Ok(stream) => {
                let (mut input, mut output) = stream.into_split();
                // Nobody knows what changed while nobody watched.
                let hear = async {
                    let mut sections = SectionName::ALL.to_vec();
                    while tell.send(sections.drain(..).into_set()).await.is_ok()
                        && let Ok(Answer::Changed { sections: changed }) = wire::receive(&mut input).await
                    {
                        sections = changed;
                    }
                };
                let speak = async {
                    while wishes.recv().await.is_some()
                        && let Ok(frame) = wire::encode(&Question::Refresh { files: probe.wished.files() })
                        && output.write_all(&frame).await.is_ok()
                    {}
                };
                tokio::select! {
                    () = hear => {}
                    () = speak => {}
                }
            }
            Err(error) => tracing::warn!(%error, socket = %probe.socket.display(), "the probe does not watch"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn connect(probe: &Probe) -> io::Result<UnixStreamAsync> {
    let mut stream = UnixStreamAsync::connect(&probe.socket).await?;
    stream.write_all(&wire::encode(&Question::Watch { files: probe.wished.files() })?).await?;
    match tokio::time::timeout(PATIENCE, wire::receive(&mut stream)).await {
        Ok(Ok(Answer::Done { .. })) => Ok(stream),
        Ok(Ok(_)) => Err(io::Error::other("said what was not asked")),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}
