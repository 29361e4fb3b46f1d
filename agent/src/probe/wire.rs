//! The language of agent and probe: frames of a length and JSON.

use std::io::{self, ErrorKind, Read, Write};

use muster_shared::SectionName;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::section::Section;

/// The longest question, in bytes: what is remembered stands in it, every character of it perhaps escaped.
pub(super) const QUESTION_CAP: usize = 96 << 10;
/// The longest answer: one section, in bytes.
pub(super) const ANSWER_CAP: usize = 32 << 20;

/// What the agent asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Question {
    /// Read these sections.
    Look {
        /// Which.
        sections: Vec<SectionName>,
        /// What the probe said at the end of the look before: each look has a probe of its own, which remembers nothing.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        owned: String,
        /// Files that the collector wants to be watched.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<String>,
    },
    /// Say what changes, until I hang up.
    Watch {
        /// Files that the collector wants to be watched.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<String>,
    },
    /// Watch what has come into being since: on a connection that watches.
    Refresh {
        /// Files that the collector wants to be watched by now.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<String>,
    },
}

/// What the probe says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", try_from = "Fields")]
pub(super) enum Answer {
    /// A section that was asked for.
    Section {
        /// Which.
        name: SectionName,
        /// What was found.
        section: Section,
    },
    /// That was all.
    Done {
        /// What to remember until the next look.
        #[serde(skip_serializing_if = "String::is_empty")]
        owned: String,
    },
    /// These have changed.
    Changed {
        /// Which.
        sections: Vec<SectionName>,
    },
}

/// An answer as it is read: a choice by its tag would have all of it in memory twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    is: Kind,
    name: Option<SectionName>,
    section: Option<Section>,
    owned: Option<String>,
    sections: Option<Vec<SectionName>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Section,
    Done,
    Changed,
}

impl TryFrom<Fields> for Answer {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        match fields {
            Fields { is: Kind::Section, name: Some(name), section: Some(section), owned: None, sections: None } => {
                Ok(Self::Section { name, section })
            }
            Fields { is: Kind::Done, name: None, section: None, owned, sections: None } => {
                Ok(Self::Done { owned: owned.unwrap_or_default() })
            }
            Fields { is: Kind::Changed, name: None, section: None, owned: None, sections: Some(sections) } => {
                Ok(Self::Changed { sections })
            }
            _ => Err("an answer with other fields"),
        }
    }
}

fn invalid(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

/// A message as a frame.
pub(super) fn encode(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, message)?;
    let length = u32::try_from(frame.len() - 4).map_err(invalid)?;
    if let Some(head) = frame.first_chunk_mut::<4>() {
        *head = length.to_be_bytes();
    }
    Ok(frame)
}

/// Sends a message.
pub(super) fn write(out: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    out.write_all(&encode(message)?)?;
    out.flush()
}

/// The length of a frame, when it is one that is taken.
fn length(head: [u8; 4], cap: usize) -> io::Result<usize> {
    let length = usize::try_from(u32::from_be_bytes(head)).map_err(invalid)?;
    if length > cap { Err(invalid(format!("a frame of {length} bytes is too long"))) } else { Ok(length) }
}

/// The message of a frame's bytes.
fn decode<T: DeserializeOwned>(bytes: &[u8]) -> io::Result<T> {
    serde_json::from_slice(bytes).map_err(invalid)
}

/// Takes a short message without blocking a thread.
pub(super) async fn receive<T: DeserializeOwned>(input: &mut (impl AsyncRead + Unpin)) -> io::Result<T> {
    let mut head = [0; 4];
    input.read_exact(&mut head).await?;
    let mut bytes = vec![0; length(head, QUESTION_CAP)?];
    input.read_exact(&mut bytes).await?;
    decode(&bytes)
}

/// Takes a message; `None` when the other side has hung up. Memory grows with what really comes, not with what is announced.
pub(super) fn read<T: DeserializeOwned>(input: &mut impl Read, cap: usize) -> io::Result<Option<T>> {
    let mut head = [0; 4];
    match input.read_exact(&mut head) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = length(head, cap)?;
    let mut bytes = Vec::new();
    let read = input.take(u64::try_from(length).map_err(invalid)?).read_to_end(&mut bytes)?;
    if read < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    decode(&bytes).map(Some)
}
