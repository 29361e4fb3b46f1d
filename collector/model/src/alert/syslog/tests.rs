//! Messages are read as RFC 5424 shows them, and become the events that the tables say.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::frame::{Broken, Frames, MAX_BYTES, read_all};
use super::*;

const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 7));

/// The examples of RFC 5424, section 6.5.
#[test]
fn the_examples_of_the_rfc_are_read() {
    let first = read("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \u{feff}'su root' failed for lonvick on /dev/pts/8".as_bytes()).unwrap();
    assert_eq!((first.facility(), first.severity()), ("auth", ("crit", Level::Critical)));
    assert_eq!(first.timestamp, Some("2003-10-11T22:14:15.003Z".parse().unwrap()));
    assert_eq!((first.hostname.as_deref(), first.app_name.as_deref()), (Some("mymachine.example.com"), Some("su")));
    assert_eq!((first.proc_id.as_deref(), first.msg_id.as_deref()), (None, Some("ID47")));
    assert_eq!(first.text, "'su root' failed for lonvick on /dev/pts/8");
    let second =
        read(b"<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.")
            .unwrap();
    assert_eq!((second.facility(), second.severity().0, second.proc_id.as_deref()), ("local4", "notice", Some("8710")));
    assert_eq!(second.timestamp, Some("2003-08-24T12:14:15Z".parse().unwrap()));
    let fourth = b"<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut=\"3\" eventSource=\"Application\" eventID=\"1011\"][examplePriority@32473 class=\"high\"]";
    let fourth = read(fourth).unwrap();
    assert_eq!((fourth.data.len(), fourth.data[1].id.as_str(), fourth.text.as_str()), (2, "examplePriority@32473", ""));
    let event = fourth.event(PEER);
    assert_eq!(
        (event.ci_ref.as_str(), event.kind.as_str(), event.resource.as_str()),
        ("mymachine.example.com", "ID47", "evntslog")
    );
    assert_eq!(event.attrs["exampleSDID@32473.eventSource"], "Application");
    assert_eq!(event.check(), []);
}

#[test]
fn what_is_no_message_is_refused_with_the_reason() {
    for (text, why) in [
        ("", Unreadable::Priority),
        ("hello", Unreadable::Priority),
        ("<192>1 - - - - - -", Unreadable::Priority),
        ("<01>1 - - - - - -", Unreadable::Priority),
        ("<>1 - - - - - -", Unreadable::Priority),
        ("<34>Oct 11 22:14:15 mymachine su: 'su root' failed", Unreadable::Version),
        ("<34>2 - - - - - -", Unreadable::Version),
        ("<34>1 yesterday - - - - -", Unreadable::Timestamp),
        ("<34>1 - - - - -", Unreadable::Header("MSGID")),
        ("<34>1 - a\tb - - - -", Unreadable::Header("HOSTNAME")),
        ("<34>1 - - - - - ", Unreadable::Data),
        ("<34>1 - - - - - [a b=\"c]\"]", Unreadable::Data),
        ("<34>1 - - - - - [a b=\"c\"", Unreadable::Data),
        ("<34>1 - - - - - -x", Unreadable::Data),
    ] {
        assert_eq!(read(text.as_bytes()), Err(why), "{text}");
    }
}

#[test]
fn a_sender_may_say_the_fields_of_the_event_itself() {
    let text = b"<13>1 - - backup - - [muster@32473 kind=\"backup_failed\" severity=\"clear\" resource=\"nightly\" ci_ref=\"db-1\"] over";
    let message = read(text).unwrap();
    let event = message.event(PEER);
    assert_eq!(
        (event.kind.as_str(), event.resource.as_str(), event.ci_ref.as_str()),
        ("backup_failed", "nightly", "db-1")
    );
    assert_eq!((event.severity, event.attrs.len()), (Level::Clear, 4));
    assert!(message.is_at_least("emerg"), "what speaks to us is taken however mild it is");
    let plain = read(b"<13>1 - - - - - -").unwrap();
    assert_eq!((plain.event(PEER).ci_ref.as_str(), plain.event(PEER).kind.as_str()), ("10.0.0.7", "user"));
    assert!(plain.is_at_least("notice") && !plain.is_at_least("warning"));
}

#[test]
fn lengths_and_lines_may_take_turns_and_what_is_too_long_ends_it() {
    let message = "<13>1 - - - - - - a b";
    let both = format!("{message}\n{} {message}\n\n{message}\r\n", message.len());
    let (messages, broken) = read_all(both.as_bytes());
    assert_eq!((messages.len(), broken), (3, None));
    assert!(messages.iter().all(|message| message.as_ref().unwrap().text == "a b"));
    assert_eq!(read_all(b"12x").1, Some(Broken::Length));
    assert_eq!(read_all(b"0 ").1, Some(Broken::Length));
    assert_eq!(read_all(b"999999999 ").1, Some(Broken::TooLong));
    assert_eq!(read_all(format!("{} ", MAX_BYTES + 1).as_bytes()).1, Some(Broken::TooLong));
    assert_eq!(read_all(&vec![b'<'; MAX_BYTES + 1]).1, Some(Broken::TooLong));
    let mut half = Frames::default();
    half.push(b"21 <13>1 - -");
    assert_eq!((half.next_message(), half.is_open()), (Ok(None), true));
    half.push(b" - - - - a b");
    assert_eq!((half.next_message(), half.is_open()), (Ok(Some(message.into())), false));
}

/// A message as a sender writes it.
fn written(message: &Message) -> String {
    let or_nil = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace(']', "\\]");
    let mut data = String::new();
    for element in &message.data {
        write!(data, "[{}", element.id).unwrap();
        for (name, value) in &element.params {
            write!(data, " {name}=\"{}\"", escaped(value)).unwrap();
        }
        data.push(']');
    }
    format!(
        "<{}>1 {} {} {} {} {} {}{}{}",
        u16::from(message.facility) * 8 + u16::from(message.severity),
        message.timestamp.map_or_else(|| "-".to_owned(), |at| at.to_string()),
        or_nil(&message.hostname),
        or_nil(&message.app_name),
        or_nil(&message.proc_id),
        or_nil(&message.msg_id),
        if data.is_empty() { "-" } else { &data },
        if message.text.is_empty() { "" } else { " " },
        message.text,
    )
}

fn any_message() -> impl Strategy<Value = Message> {
    let name = || proptest::option::of("[!-,.-~][!-~]{0,20}");
    let sd = || "[a-zA-Z@.0-9]{1,32}";
    let element = (sd(), proptest::collection::vec((sd(), "[^\u{0}]{0,20}"), 0..4));
    let element = element.prop_map(|(id, params)| Element { id, params });
    let head = (0u8..24, 0u8..8, proptest::option::of(0i64..4_000_000_000_000));
    (
        head,
        (name(), name(), name(), name()),
        proptest::collection::vec(element, 0..4),
        "[a-z]{0,1}[^\u{feff}\n]{0,40}[a-z]",
    )
        .prop_map(|((facility, severity, at), (hostname, app_name, proc_id, msg_id), data, text)| Message {
            facility,
            severity,
            timestamp: at.map(Time::from_millis),
            hostname,
            app_name,
            proc_id,
            msg_id,
            data,
            text,
        })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(message in any_message()) {
        let text = written(&message);
        prop_assert_eq!(read(text.as_bytes()), Ok(message));
    }

    #[test]
    fn every_message_is_an_event_that_may_be_taken(message in any_message()) {
        prop_assert_eq!(message.event(PEER).check(), []);
    }

    #[test]
    fn however_bytes_come_they_are_the_same_messages(
        messages in proptest::collection::vec(any_message(), 1..5),
        cuts in proptest::collection::vec(1usize..40, 1..40),
    ) {
        let texts: Vec<String> = messages.iter().map(written).collect();
        let bytes: Vec<u8> = texts.iter().flat_map(|text| format!("{} {text}", text.len()).into_bytes()).collect();
        let (mut frames, mut found, mut rest) = (Frames::default(), Vec::new(), bytes.as_slice());
        for cut in cuts.iter().cycle() {
            let (now, later) = rest.split_at((*cut).min(rest.len()));
            frames.push(now);
            while let Some(message) = frames.next_message().unwrap() {
                found.push(String::from_utf8(message).unwrap());
            }
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(found, texts);
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let (messages, _) = read_all(&bytes);
        for message in messages.into_iter().flatten() {
            prop_assert_eq!(message.event(PEER).check(), []);
        }
    }
}
