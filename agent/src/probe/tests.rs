//! Agent and probe over a real socket, and an agent against a probe that says anything.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use muster_shared::{SectionName, SectionStatus};
use proptest::prelude::*;

use super::serve::converse;
use super::wire::{self, Answer, Question};
use super::*;
use crate::root::Root;
use crate::section::{Options, Section};

fn tree(dir: &Path) -> PathBuf {
    let tree = dir.join("tree");
    std::fs::create_dir_all(tree.join("etc")).unwrap();
    std::fs::write(tree.join("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n").unwrap();
    std::fs::write(tree.join("etc/group"), "root:x:0:\n").unwrap();
    tree
}

/// A probe behind a socket: one thread for each connection, as the socket unit starts one process.
fn socket(dir: &Path, answer: impl Fn(UnixStream) + Clone + Send + 'static) -> Probe {
    let socket = dir.join("probe.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let answer = answer.clone();
            std::thread::spawn(move || answer(stream));
        }
    });
    Probe::at(socket, crate::section::Wished::default())
}

/// Everything that these eyes see, which comes piece by piece.
fn look(eyes: &Eyes, root: &Root, names: &[SectionName]) -> BTreeMap<SectionName, Section> {
    let mut found = BTreeMap::new();
    eyes.look(root, names, &mut |name, section| assert_eq!(found.insert(name, section), None, "{name} twice"));
    found
}

fn ask(probe: &Probe, names: &[SectionName]) -> BTreeMap<SectionName, Section> {
    look(&Eyes::Probe(probe.clone()), &Root::live(), names)
}

fn real(dir: &Path) -> Probe {
    let tree = tree(dir);
    socket(dir, move |stream| drop(converse(stream, &Options::default(), &tree)))
}

#[test]
fn what_the_probe_sees_is_what_our_own_eyes_see() {
    let dir = tempfile::tempdir().unwrap();
    let probe = real(dir.path());
    let names = [SectionName::User, SectionName::Group, SectionName::Raid];
    let theirs = ask(&probe, &names);
    let own = Eyes::Own(crate::section::collectors(&Options::default()));
    assert_eq!(theirs, look(&own, &Root::at(dir.path().join("tree")), &names));
    assert_eq!(theirs[&SectionName::User].items.len(), 1);
}

/// Each look has a probe of its own: what one has learnt reaches the next one through the agent, within bounds.
#[test]
fn what_a_probe_has_learnt_is_told_to_the_next_one_within_bounds() {
    let dir = tempfile::tempdir().unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let owned = |length: usize| format!("5\n/usr/bin/x\t{}\n", "y".repeat(length));
    let probe = socket(dir.path(), move |mut stream| {
        let asked: serde_json::Value = wire::read(&mut stream, wire::QUESTION_CAP).unwrap().unwrap();
        let length = if asked["sections"][0] == "user" { 10 } else { 100_000 };
        tell.send(asked).unwrap();
        drop(wire::write(&mut stream, &serde_json::json!({"is": "done", "owned": owned(length)})));
    });
    ask(&probe, &[SectionName::User]);
    assert_eq!(told.recv().unwrap()["owned"], serde_json::Value::Null, "nothing was learnt yet");
    let found = ask(&probe, &[SectionName::Group]);
    assert_eq!(told.recv().unwrap()["owned"], owned(10));
    assert!(found[&SectionName::Group].problems[0].message.contains("too much to remember"), "{found:?}");
    ask(&probe, &[SectionName::User]);
    assert_eq!(told.recv().unwrap()["owned"], owned(10), "what is too large is not taken");
}

#[test]
fn a_probe_that_is_not_there_fails_the_sections_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let probe = Probe::at(dir.path().join("none.sock"), crate::section::Wished::default());
    let found = ask(&probe, &[SectionName::User]);
    assert_eq!(found[&SectionName::User].status, SectionStatus::Failed);
    assert!(found[&SectionName::User].problems[0].message.contains("No such file"), "{found:?}");
}

#[test]
fn what_was_not_asked_is_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let probe = socket(dir.path(), |mut stream| {
        let _asked: Option<Question> = wire::read(&mut stream, wire::QUESTION_CAP).unwrap();
        let section = Section::unsupported();
        drop(wire::write(&mut stream, &Answer::Section { name: SectionName::Kernel, section }));
    });
    let found = ask(&probe, &[SectionName::User]);
    assert!(!found.contains_key(&SectionName::Kernel));
    assert!(found[&SectionName::User].problems[0].message.contains("what was not asked"));
}

#[test]
fn an_answer_has_its_own_fields_and_no_others() {
    let read = |json: &str| {
        let frame = [&u32::try_from(json.len()).unwrap().to_be_bytes(), json.as_bytes()].concat();
        wire::read::<Answer>(&mut frame.as_slice(), wire::ANSWER_CAP)
    };
    let section = r#"{"status":"ok","items":[],"problems":[]}"#;
    for (json, is_one) in [
        (format!(r#"{{"is":"section","name":"user","section":{section}}}"#), true),
        (format!(r#"{{"section":{section},"name":"user","is":"section"}}"#), true),
        (r#"{"is":"done"}"#.to_owned(), true),
        (r#"{"is":"done","owned":"x"}"#.to_owned(), true),
        (r#"{"is":"changed","sections":["user"]}"#.to_owned(), true),
        (r#"{"is":"section","name":"user"}"#.to_owned(), false),
        (format!(r#"{{"is":"section","name":"user","section":{section},"owned":"x"}}"#), false),
        (r#"{"is":"changed"}"#.to_owned(), false),
        (r#"{"is":"done","sections":[]}"#.to_owned(), false),
        (r#"{"is":"done","else":1}"#.to_owned(), false),
        (r#"{"owned":"x"}"#.to_owned(), false),
    ] {
        let answer = read(&json);
        assert_eq!(answer.is_ok(), is_one, "{json}: {answer:?}");
        if let Ok(Some(answer)) = answer {
            let again = wire::encode(&answer).unwrap();
            assert_eq!(wire::read(&mut again.as_slice(), wire::ANSWER_CAP).unwrap(), Some(answer));
        }
    }
}

#[test]
fn a_change_is_told_with_its_sections() {
    let dir = tempfile::tempdir().unwrap();
    let eyes = Eyes::Probe(real(dir.path()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut watching = Watching::new(&eyes, &Root::live(), Path::new("/")).unwrap();
        let all: BTreeSet<SectionName> = watching.first().await.unwrap();
        assert_eq!(all.len(), SectionName::ALL.len(), "what changed before is not known");
        assert!(watching.refresh().await.is_empty(), "the probe tells what it newly watches");
        std::fs::write(dir.path().join("tree/etc/passwd"), "x:x:1:1::/:/bin/sh\n").unwrap();
        let changed = watching.first().await.unwrap();
        assert!(changed.contains(&SectionName::User) && !changed.contains(&SectionName::Group), "{changed:?}");
    });
}

proptest! {
    /// Case 113: garbage from the probe is refused, bounded, and no panic.
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let read = wire::read::<Answer>(&mut bytes.as_slice(), wire::ANSWER_CAP);
        let is_section = matches!(read, Ok(Some(Answer::Section { .. })));
        prop_assert!(!is_section);
        drop(wire::read::<Question>(&mut bytes.as_slice(), wire::QUESTION_CAP));
    }
}

#[test]
fn a_frame_that_is_too_long_is_refused_before_it_is_read() {
    let mut huge = u32::MAX.to_be_bytes().to_vec();
    huge.extend([b' '; 64]);
    let error = wire::read::<Answer>(&mut huge.as_slice(), wire::ANSWER_CAP).unwrap_err();
    assert!(error.to_string().contains("too long"), "{error}");
}
