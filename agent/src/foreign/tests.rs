//! The corpus of every parser of the agent, replayed with mutations; and that the table says what is there.

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_parser_survives_its_corpus_and_its_mutations() {
    let scratch = tempfile::tempdir().unwrap();
    for parser in parsers() {
        muster_replay::replay(parser.name, |bytes| parser.run(bytes, scratch.path()).unwrap());
    }
}

#[test]
fn every_parser_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = parsers().map(|parser| parser.name).collect();
    assert_eq!(names.len(), parsers().count());
}

/// A row with a wrong path would try nothing: every parser must make something of at least one seed.
#[test]
fn every_parser_reads_at_least_one_of_its_seeds() {
    let scratch = tempfile::tempdir().unwrap();
    let made = |parser: &Parser, bytes: &[u8]| parser.run(bytes, scratch.path()).unwrap();
    let blind = parsers().filter(|parser| {
        let nothing = made(parser, b"");
        muster_replay::seeds(parser.name).iter().all(|(_, seed)| made(parser, seed) == nothing)
    });
    let blind: Vec<&str> = blind.map(|parser| parser.name).collect();
    assert!(blind.is_empty(), "these make nothing of any seed: {blind:?}");
}
