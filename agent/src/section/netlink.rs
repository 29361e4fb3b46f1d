//! Asking the kernel over netlink: one request, all answers. Only on the running system.

use std::fmt::Debug;

use muster_shared::Problem;
use netlink_packet_core::{
    NLM_F_DUMP, NLM_F_REQUEST, NetlinkDeserializable, NetlinkHeader, NetlinkMessage, NetlinkPayload,
    NetlinkSerializable,
};
use netlink_sys::{Socket, SocketAddr};

pub(super) mod attribute;

/// The kernel fills at most 32 KiB per datagram of a dump.
const BUFFER_BYTES: usize = 64 << 10;
/// Set by the kernel on an answer that a change interrupted: some of it may be missing or twice.
const NLM_F_DUMP_INTR: u16 = 0x10;
/// How often an interrupted dump is asked again.
const ATTEMPTS: u32 = 5;

/// All answers to a dump request, and how many of them could not be understood.
#[derive(Debug)]
pub(super) struct Answers<M> {
    pub(super) messages: Vec<M>,
    pub(super) unreadable: usize,
}

impl<M> Default for Answers<M> {
    fn default() -> Self {
        Self { messages: Vec::new(), unreadable: 0 }
    }
}

impl<M> Answers<M> {
    /// A problem when something could not be understood.
    pub(super) fn problem(&self, what: &str) -> Option<Problem> {
        let message = format!("{} answers could not be understood", self.unreadable);
        (self.unreadable > 0).then(|| Problem { source: format!("netlink {what}"), message })
    }
}

/// Asks for everything of a kind; `what` names it in problems.
pub(super) fn dump<M>(protocol: isize, request: &M, what: &str) -> Result<Answers<M>, Problem>
where
    M: NetlinkSerializable + NetlinkDeserializable + Clone + Debug,
{
    try_dump(protocol, request)
        .map_err(|error| Problem { source: format!("netlink {what}"), message: error.to_string() })
}

/// Like [`dump`], for those who tell errors apart.
pub(super) fn try_dump<M>(protocol: isize, request: &M) -> std::io::Result<Answers<M>>
where
    M: NetlinkSerializable + NetlinkDeserializable + Clone + Debug,
{
    for _ in 0..ATTEMPTS {
        if let Some(answers) = dump_once(protocol, request)? {
            return Ok(answers);
        }
    }
    Err(std::io::Error::other("changed all the time while it was read"))
}

/// `None` when the dump was interrupted by a change.
fn dump_once<M>(protocol: isize, request: &M) -> std::io::Result<Option<Answers<M>>>
where
    M: NetlinkSerializable + NetlinkDeserializable + Clone + Debug,
{
    let mut socket = Socket::new(protocol)?;
    socket.bind_auto()?;
    socket.connect(&SocketAddr::new(0, 0))?;
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_DUMP | NLM_F_REQUEST;
    header.sequence_number = 1;
    let mut message = NetlinkMessage::new(header, NetlinkPayload::InnerMessage(request.clone()));
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    socket.send(&bytes, 0)?;

    let mut answers = Answers::default();
    let mut buffer = Vec::with_capacity(BUFFER_BYTES);
    loop {
        buffer.clear();
        socket.recv(&mut buffer, 0)?;
        match answers.take(&buffer)? {
            Step::More => {}
            Step::Done => return Ok(Some(answers)),
            Step::Interrupted => return Ok(None),
        }
    }
}

/// What a datagram means for the dump that it belongs to.
pub(super) enum Step {
    /// More follows.
    More,
    /// That was all.
    Done,
    /// A change came between: it has to be asked again.
    Interrupted,
}

impl<M: NetlinkDeserializable> Answers<M> {
    /// Takes the messages of a datagram.
    pub(super) fn take(&mut self, datagram: &[u8]) -> std::io::Result<Step> {
        let mut rest = datagram;
        while let Some((message, remainder)) = split_message(rest) {
            rest = remainder;
            let Ok(message) = NetlinkMessage::<M>::deserialize(message) else {
                self.unreadable += 1;
                continue;
            };
            if message.header.flags & NLM_F_DUMP_INTR != 0 {
                return Ok(Step::Interrupted);
            }
            match message.payload {
                NetlinkPayload::InnerMessage(inner) => self.messages.push(inner),
                NetlinkPayload::Done(_) => return Ok(Step::Done),
                // Its own `to_io` overflows on the lowest number.
                NetlinkPayload::Error(error) => {
                    return Err(std::io::Error::from_raw_os_error(error.raw_code().saturating_abs()));
                }
                _ => {}
            }
        }
        Ok(Step::More)
    }
}

/// The first message and what follows it: each begins with its length and ends on a multiple of four.
pub(crate) fn split_message(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u32::from_ne_bytes(*bytes.first_chunk::<4>()?);
    let length = usize::try_from(length).ok().filter(|length| *length >= 16)?;
    let message = bytes.get(..length)?;
    Some((message, bytes.get(length.next_multiple_of(4)..).unwrap_or_default()))
}
