//! What taints the kernel, in words (Documentation/admin-guide/tainted-kernels).

/// Letter and word by the number of the bit.
const TAINTS: &[(char, &str)] = &[
    ('P', "proprietary"),
    ('F', "forced_load"),
    ('S', "out_of_specification"),
    ('R', "forced_unload"),
    ('M', "machine_check"),
    ('B', "bad_page"),
    ('U', "requested_by_user"),
    ('D', "died"),
    ('A', "acpi_table_overridden"),
    ('W', "warned"),
    ('C', "staging"),
    ('I', "firmware_workaround"),
    ('O', "out_of_tree"),
    ('E', "unsigned"),
    ('L', "soft_lockup"),
    ('K', "live_patched"),
    ('X', "auxiliary"),
    ('T', "randomized_structures"),
    ('N', "in_kernel_test"),
    ('J', "firmware_control"),
];

/// The word of a letter such as those in `/proc/modules`.
pub(in super::super) fn taint(letter: char) -> Option<&'static str> {
    TAINTS.iter().find(|(known, _)| *known == letter).map(|(_, word)| *word)
}

/// The words of the bits of `/proc/sys/kernel/tainted`, sorted.
pub(super) fn words(bits: u64) -> Vec<String> {
    let mut words: Vec<String> = (0..64_usize)
        .filter(|bit| bits & (1 << bit) != 0)
        .map(|bit| TAINTS.get(bit).map_or_else(|| format!("bit_{bit}"), |(_, word)| (*word).to_owned()))
        .collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_and_letters_have_the_same_words() {
        assert_eq!(words(0), Vec::<String>::new());
        // 12289 = P, O, E: what an out-of-tree proprietary driver leaves.
        assert_eq!(words(12_289), ["out_of_tree", "proprietary", "unsigned"]);
        assert_eq!(words(1 << 40), ["bit_40"]);
        assert_eq!(taint('E'), Some("unsigned"));
    }
}
