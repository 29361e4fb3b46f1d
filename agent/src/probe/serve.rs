//! The probe's side: one question, its answer, the end.

use std::io::{self, BufWriter};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use muster_shared::SectionName;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::OwnedReadHalf;
use tokio::sync::mpsc::Sender;

use super::wire::{self, Answer, Question};
use crate::inventory;
use crate::root::Root;
use crate::section::{Collectors, Memory, Options, Owned, collectors, remembering};
use crate::watch::{Subjects, Watch};

/// So long the agent may take for its question, and for taking an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves the connection that is this process's standard input, until it ends.
pub fn serve(options: &Options, base: &Path) -> anyhow::Result<()> {
    let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    // Anything but a socket says so here.
    stream.local_addr().context(
        "the probe serves the socket that is its standard input: muster-agent-probe.socket starts it, nobody else",
    )?;
    converse(stream, options, base).context("the agent's question to the probe cannot be answered")
}

/// Answers what is asked on one connection.
pub(super) fn converse(mut stream: UnixStream, options: &Options, base: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    match wire::read(&mut stream, wire::QUESTION_CAP)? {
        None | Some(Question::Refresh { .. }) => Ok(()),
        Some(Question::Look { sections, owned, files }) => {
            options.wished.set(&files);
            let memory = Memory::new(Mutex::new(Owned::of_text(&owned)));
            look(&stream, &remembering(options, &memory), &Root::at(base), sections)?;
            let owned = memory.lock().unwrap_or_else(PoisonError::into_inner).to_text();
            wire::write(&mut stream, &Answer::Done { owned })
        }
        Some(Question::Watch { files }) => {
            options.wished.set(&files);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(watch(stream, options, base))
        }
    }
}

fn look(stream: &UnixStream, collectors: &Collectors, root: &Root, mut sections: Vec<SectionName>) -> io::Result<()> {
    sections.sort_unstable();
    sections.dedup();
    let mut out = BufWriter::new(stream);
    let mut told = Ok(());
    inventory::look(collectors, root, &sections, &mut |name, section| {
        if told.is_ok() {
            told = wire::write(&mut out, &Answer::Section { name, section });
        }
    });
    told
}

async fn watch(stream: UnixStream, options: &Options, base: &Path) -> io::Result<()> {
    let collectors = &collectors(options);
    stream.set_nonblocking(true)?;
    let (input, mut output) = tokio::net::UnixStream::from_std(stream)?.into_split();
    let mut watch = Watch::new(Subjects::of(collectors, &Root::at(base), base))?;
    // Says that the watches stand: what happens from now on is told.
    output.write_all(&wire::encode(&Answer::Done { owned: String::new() })?).await?;
    let (tell, mut asked) = tokio::sync::mpsc::channel(1);
    // Reads on while a change settles: a question that has half come is never lost.
    let mut reading = std::pin::pin!(listen(input, tell));
    loop {
        let sections = tokio::select! {
            changed = watch.first() => changed?,
            Some(files) = asked.recv() => {
                options.wished.set(&files);
                watch.refresh(&Subjects::of(collectors, &Root::at(base), base))
            }
            // The agent has hung up.
            _ended = &mut reading => return Ok(()),
        };
        let sections = if sections.is_empty() { sections } else { watch.settle(sections).await };
        if sections.is_empty() {
            continue;
        }
        let changed = Answer::Changed { sections: sections.into_iter().collect() };
        output.write_all(&wire::encode(&changed)?).await?;
    }
}

/// Hands on each wish for a look at what is new, until the agent hangs up or says anything else.
async fn listen(mut input: OwnedReadHalf, tell: Sender<Vec<String>>) -> io::Result<()> {
    while let Question::Refresh { files } = wire::receive(&mut input).await?
        && tell.send(files).await.is_ok()
    {}
    Ok(())
}
