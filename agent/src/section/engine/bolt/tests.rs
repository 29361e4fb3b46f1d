//! Databases made here page by page, whole and damaged. Those that podman and containerd themselves wrote are read in
//! `tests/live_containers.rs`.

use proptest::prelude::*;

use super::*;

const PAGE: usize = 1_024;

/// A page with its head.
fn page(number: u64, kind: u16, count: usize, content: &[u8]) -> Vec<u8> {
    let more = u32::try_from((HEAD_BYTES + content.len()).div_ceil(PAGE) - 1).unwrap();
    let mut bytes = number.to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(u16::try_from(count).unwrap().to_ne_bytes());
    bytes.extend(more.to_ne_bytes());
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(PAGE), 0);
    bytes
}

/// The content of a leaf: whether it is a bucket, key, value.
fn leaves(rows: &[(bool, &str, Vec<u8>)]) -> Vec<u8> {
    let (mut heads, mut rest) = (Vec::new(), Vec::new());
    for (index, (is_bucket, key, value)) in rows.iter().enumerate() {
        let place = (rows.len() - index) * ELEMENT_BYTES + rest.len();
        for number in [usize::from(*is_bucket), place, key.len(), value.len()] {
            heads.extend(u32::try_from(number).unwrap().to_ne_bytes());
        }
        rest.extend(key.bytes());
        rest.extend(value);
    }
    [heads, rest].concat()
}

fn branches(children: &[u64]) -> Vec<u8> {
    children.iter().flat_map(|child| [[0; 8], child.to_ne_bytes()].concat()).collect()
}

/// The value of a bucket that has a tree, or a page within itself.
fn bucket(root: u64, inline: &[u8]) -> Vec<u8> {
    [&root.to_ne_bytes()[..], &[0; 8], inline].concat()
}

fn meta(number: u64, root: u64, pages: u64, commit: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in [MAGIC, VERSION, u32::try_from(PAGE).unwrap(), 0] {
        bytes.extend(number.to_ne_bytes());
    }
    for number in [root, 0, 2, pages, commit] {
        bytes.extend(number.to_ne_bytes());
    }
    bytes.extend(fnv(&bytes).to_ne_bytes());
    page(number, 4, 0, &bytes)
}

/// Two headers, of which the second is newer, and what both lead to.
fn database() -> Vec<u8> {
    let small = leaves(&[(false, "digest", b"sha256:aa".to_vec()), (false, "size", vec![7])]);
    let inline = [&page(0, LEAF, 2, &small)[..HEAD_BYTES], &small].concat();
    // The inner page says that it is none of its own.
    let old = leaves(&[(false, "old", b"x".to_vec())]);
    let first = leaves(&[(true, "a", bucket(0, &inline)), (false, "b", vec![b'y'; 2 * PAGE + 100])]);
    let second = leaves(&[(true, "c", bucket(7, &[]))]);
    [
        meta(0, 2, 9, 5),
        meta(1, 3, 9, 6),
        page(2, LEAF, 1, &old),
        page(3, BRANCH, 2, &branches(&[4, 8])),
        page(4, LEAF, 2, &first),
        page(7, LEAF, 2, &small),
        page(8, LEAF, 1, &second),
    ]
    .concat()
}

fn open(bytes: &[u8]) -> (tempfile::TempDir, Root) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("x.db"), bytes).unwrap();
    let root = Root::at(directory.path());
    (directory, root)
}

/// All that stands in a database, as text.
fn dump(bytes: &[u8]) -> Result<Vec<String>, ReadError> {
    fn walk(bolt: &Bolt, bucket: &Bucket, before: &str, found: &mut Vec<String>) -> Result<(), ReadError> {
        let mut inner = Vec::new();
        bolt.each(bucket, &mut |key, value| match value {
            Value::Bytes(value) => found.push(format!("{before}{} {}", String::from_utf8_lossy(key), value.len())),
            Value::Bucket(bucket) => inner.push((format!("{before}{}/", String::from_utf8_lossy(key)), bucket)),
        })?;
        // A damaged database may lead in circles through buckets, which no reader of ours follows.
        inner.iter().take(8).try_for_each(
            |(name, bucket)| {
                if name.len() > 400 { Ok(()) } else { walk(bolt, bucket, name, found) }
            },
        )
    }
    let (_directory, root) = open(bytes);
    with(&root, "/x.db", |bolt| {
        let mut found = Vec::new();
        walk(bolt, &bolt.top(), "", &mut found).map(|()| found)
    })
}

#[test]
fn buckets_are_read_through_branches_and_within_their_elements() {
    let bytes = database();
    assert_eq!(bytes.len(), 9 * PAGE, "the page with the long value goes on over two more");
    let told = dump(&bytes).unwrap();
    assert_eq!(told, ["b 2148", "a/digest 9", "a/size 1", "c/digest 9", "c/size 1"]);
    let (_directory, root) = open(&bytes);
    let digest = with(&root, "/x.db", |bolt| {
        let Some(inner) = bolt.bucket(&bolt.top(), b"a")? else { return Ok(None) };
        assert_eq!(bolt.buckets(&bolt.top())?.into_iter().map(|(key, _)| key).collect::<Vec<_>>(), ["a", "c"]);
        assert!(bolt.bucket(&bolt.top(), b"b")?.is_none(), "bytes are no bucket");
        bolt.get(&inner, b"digest")
    });
    assert_eq!(digest.unwrap().as_deref(), Some(b"sha256:aa".as_slice()));
    // The newer header was not finished: what was before counts.
    let mut torn = bytes.clone();
    torn[PAGE + HEAD_BYTES + 20] ^= 1;
    assert_eq!(dump(&torn).unwrap(), ["old 1"]);
    // The first is gone: the second is found without it.
    let mut torn = bytes.clone();
    torn[..PAGE].fill(0);
    assert_eq!(dump(&torn).unwrap(), told);
    torn[PAGE..2 * PAGE].fill(0);
    assert!(dump(&torn).unwrap_err().message().contains("no header of bbolt"));
    assert!(dump(&bytes[..5 * PAGE]).unwrap_err().message().contains("ends too early"));
    // A branch that is its own child.
    let mut circle = bytes;
    let at = 3 * PAGE + HEAD_BYTES + 8;
    circle[at..at + 8].copy_from_slice(&3_u64.to_ne_bytes());
    assert!(dump(&circle).unwrap_err().message().contains("circles"));
}

proptest! {
    #[test]
    fn any_damage_is_survived(at in proptest::collection::vec((0_usize..9 * PAGE, any::<u8>()), 1..40), length in 0_usize..9 * PAGE) {
        let mut bytes = database();
        for (at, byte) in at {
            // The checksum would keep out all damage of headers.
            if at >= 2 * PAGE {
                bytes[at] = byte;
            }
        }
        let _ = dump(&bytes);
        bytes.truncate(length);
        let _ = dump(&bytes);
    }
}
