//! Finds the programs under test: those that this build made.

use std::path::PathBuf;
use std::sync::OnceLock;

/// The folder with the programs: `MUSTER_BIN_DIR`, else beside the test binary. They are built if they are not there.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        if let Some(given) = std::env::var_os("MUSTER_BIN_DIR") {
            return PathBuf::from(given);
        }
        let own = std::env::current_exe().unwrap_or_default();
        let folder = own.ancestors().find(|path| path.ends_with("debug") || path.ends_with("release"));
        let folder = folder.map(PathBuf::from).unwrap_or_default();
        let programs = ["muster", "muster-agent", "muster-collector"];
        if !programs.iter().all(|name| folder.join(name).exists()) {
            let mut build = std::process::Command::new(env!("CARGO"));
            build.args(["build", "--workspace", "--bins", "--locked"]).current_dir(env!("CARGO_MANIFEST_DIR"));
            if folder.ends_with("release") {
                build.arg("--release");
            }
            drop(build.status());
        }
        folder
    })
}

/// The path of a program.
pub fn path(name: &str) -> PathBuf {
    folder().join(name)
}
