//! How the system was booted: by UEFI or not, and whether the firmware checked signatures.

use muster_shared::{Item, Problem};

use crate::root::Root;

const EFI: &str = "/sys/firmware/efi";

/// Variables of the UEFI specification (3.3) and the attributes they become.
const VARIABLES: &[(&str, &str)] = &[
    ("SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", "secure_boot"),
    ("SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c", "secure_boot_setup_mode"),
];

/// Whether the kernel was booted by UEFI.
pub(super) fn is_efi(root: &Root) -> bool {
    root.exists(EFI)
}

/// Sets what is known. A variable that is not there says nothing: the firmware may lack it, the file system of variables
/// may not be mounted.
pub(super) fn describe(root: &Root, item: &mut Item, problems: &mut Vec<Problem>) {
    item.set("uefi", is_efi(root));
    item.set("uefi_platform_bits", root.number::<u64>(&format!("{EFI}/fw_platform_size")));
    for (variable, attribute) in VARIABLES {
        match root.read(&format!("{EFI}/efivars/{variable}")) {
            Ok(bytes) => item.set(attribute, switch(&bytes)),
            Err(error) if error.is_absent() => {}
            Err(error) => problems.push(error.problem()),
        }
    }
}

/// A variable of one byte behind the four bytes of its attributes.
fn switch(bytes: &[u8]) -> Option<bool> {
    match bytes {
        [_, _, _, _, 0] => Some(false),
        [_, _, _, _, 1] => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secure_boot_is_on_off_or_unknown_never_guessed() {
        assert_eq!(switch(&[6, 0, 0, 0, 1]), Some(true));
        assert_eq!(switch(&[6, 0, 0, 0, 0]), Some(false));
        for unknown in [&[6, 0, 0, 0][..], &[], &[6, 0, 0, 0, 7], &[6, 0, 0, 0, 1, 1]] {
            assert_eq!(switch(unknown), None);
        }
    }
}
