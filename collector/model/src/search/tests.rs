//! The index against the obvious: reading every text.

use proptest::prelude::*;

use super::*;

fn doc(names: &[&str], texts: &[&str]) -> Doc {
    Doc { names: names.iter().map(|text| fold(text)).collect(), texts: texts.iter().map(|text| fold(text)).collect() }
}

fn rank(asked: &str, names: &[&str], texts: &[&str]) -> Option<Rank> {
    doc(names, texts).rank(&Asked::parse(asked).unwrap())
}

#[test]
fn case_width_and_forms_do_not_count() {
    assert_eq!(fold("  Ｗｅｂ－１\t\n STRASSE "), "web-1 strasse");
    assert_eq!(fold("Straße"), "strasse");
    assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
    assert_eq!(fold("οδοσ"), fold("οδος"));
    assert_eq!(fold("ｶﾞ"), "ガ");
}

#[test]
fn the_better_fit_has_the_better_rank() {
    assert_eq!(rank("OpenSSL", &["openssl"], &[]), Some(Rank::Exact));
    assert_eq!(rank("web-1", &["db-1", "web-1"], &[]), Some(Rank::Exact));
    assert_eq!(rank("open", &["openssl"], &[]), Some(Rank::Prefix));
    assert_eq!(rank("disk full", &["Disk full on web-1"], &[]), Some(Rank::Prefix));
    assert_eq!(rank("full disk", &["Disk full on web-1"], &[]), Some(Rank::Word));
    assert_eq!(rank("ssl", &["openssl"], &["ssl is here"]), Some(Rank::Word));
    assert_eq!(rank("ssl", &["openssl"], &[]), Some(Rank::Part));
    assert_eq!(rank("ssl tls", &["openssl"], &[]), None);
    assert_eq!(rank("\"full on\"", &["Disk full on web-1"], &[]), Some(Rank::Word));
    assert_eq!(rank("\"on full\"", &["Disk full on web-1"], &[]), None);
    assert_eq!(rank("数据库", &["备份"], &["MySQL数据库连接失败"]), Some(Rank::Word));
    assert_eq!(rank("aa", &["b"], &["aaa aa"]), Some(Rank::Word));
}

#[test]
fn a_question_without_a_letter_is_none() {
    for text in ["", "  ", "\"\"", "-- ..", "\" - \""] {
        assert_eq!(Asked::parse(text), Err(Phrase::new("search_nothing")), "{text}");
    }
    assert!(Asked::parse(&"x".repeat(201)).is_err());
    assert_eq!(Asked::parse("a \"b c").unwrap().needles, ["a", "b c"]);
    assert_eq!(Asked::parse("“b c” A a").unwrap().needles, ["b c", "a"]);
}

/// Texts of few letters, so that much is found and much is nearly found.
fn text() -> impl Strategy<Value = String> {
    "[abßA1. \\-库数据ｂก]{0,9}"
}

proptest! {
    #[test]
    fn the_index_finds_what_reading_everything_finds(
        steps in prop::collection::vec((0_u8..12, prop::collection::vec(text(), 0..3), text(), any::<bool>()), 1..40),
        asked in prop::collection::vec("[abß1.\\-库数据]{1,3}|\"[ab1\\- 库数据]{1,4}\"", 1..3),
    ) {
        let Ok(asked) = Asked::parse(&asked.join(" ")) else { return Ok(()) };
        let mut index = Index::default();
        let mut obvious = std::collections::BTreeMap::new();
        for (key, texts, name, is_gone) in steps {
            if is_gone {
                index.remove(&key);
                obvious.remove(&key);
            } else {
                let doc = Doc { names: vec![fold(&name)], texts: texts.iter().map(|text| fold(text)).collect() };
                obvious.insert(key, doc.clone());
                index.put(key, doc, true);
            }
        }
        for clears in [false, true] {
            if clears {
                index.clear_away();
            }
            let found = index.ranked(&asked);
            prop_assert!(found.is_sorted_by_key(|(rank, _)| *rank));
            let mut found: Vec<(u8, Rank)> =
                found.into_iter().map(|(rank, number)| (*index.key(number).unwrap(), rank)).collect();
            found.sort_unstable();
            let expected: Vec<(u8, Rank)> =
                obvious.iter().filter_map(|(key, doc)| Some((*key, doc.rank(&asked)?))).collect();
            prop_assert_eq!(&found, &expected);
            // Where the words alone are certain, they are right without the texts.
            let candidates = index.candidates(&asked);
            if candidates.is_certain {
                prop_assert_eq!(candidates.all.len(), expected.len() as u64);
                for number in &candidates.all {
                    let rank = index.doc(number).unwrap().rank(&asked).unwrap();
                    let (has_words, is_word) = (candidates.words.contains(number), rank == Rank::Word);
                    prop_assert!(has_words && rank <= Rank::Word || !has_words && !is_word);
                }
            }
        }
    }
}

#[test]
fn what_was_forgotten_is_cleared_away() {
    let mut index = Index::default();
    for turn in 0..25_000_u32 {
        index.put(turn % 10, doc(&[&format!("host-{turn}")], &[]), false);
    }
    assert_eq!(index.len(), 10);
    assert!(index.terms() < 12_000, "{}", index.terms());
    let found = index.candidates(&Asked::parse("24999").unwrap());
    assert_eq!(found.all.iter().filter_map(|number| index.key(number)).collect::<Vec<_>>(), [&9]);
}
