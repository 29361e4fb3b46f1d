//! The one fuzz target: gives what the fuzzer makes up to the parser that `MUSTER_PARSER` names. The parsers stand in the
//! tables of agent and collector (`foreign`), which `cargo test` replays the corpus through.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

type Run = Box<dyn Fn(&[u8], &Path) -> usize + Send + Sync>;

static PARSER: LazyLock<(Run, tempfile::TempDir)> = LazyLock::new(|| {
    let name = std::env::var("MUSTER_PARSER").expect("MUSTER_PARSER names the parser: see tests/fuzz/run");
    let agent = muster_agent::foreign::parsers().find(|parser| parser.name == name).map(|parser| -> Run {
        Box::new(move |bytes, scratch| parser.run(bytes, scratch).expect("the scratch folder can be written"))
    });
    let collector = || muster_collector::foreign::PARSERS.iter().find(|parser| parser.name == name).map(|parser| -> Run {
        Box::new(move |bytes, scratch| parser.run(bytes, scratch).expect("the scratch folder can be written"))
    });
    let run = agent.or_else(collector).unwrap_or_else(|| panic!("there is no parser '{name}'"));
    (run, tempfile::tempdir().expect("a folder for the parser's files"))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (run, scratch) = &*PARSER;
    run(bytes, scratch.path());
});
