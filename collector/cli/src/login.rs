//! Where the collector is and with which token: flags and environment, else what `muster login` or quickstart wrote down.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// Access to a collector.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Login {
    /// Base URL of the console.
    pub(crate) url: String,
    /// API token.
    pub(crate) token: String,
    /// CA certificate to trust besides, PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<PathBuf>,
}

fn folder(variable: &str, fallback: &str) -> Option<PathBuf> {
    let set = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    set.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(fallback)))
}

/// The folder in which quickstart keeps its data unless told.
pub(crate) fn state_folder() -> Option<PathBuf> {
    folder("XDG_STATE_HOME", ".local/state").map(|path| path.join("muster"))
}

/// The folder in which a demo is kept unless told.
pub(crate) fn demo_folder() -> Option<PathBuf> {
    folder("XDG_STATE_HOME", ".local/state").map(|path| path.join("muster-demo"))
}

fn config_file() -> Option<PathBuf> {
    folder("XDG_CONFIG_HOME", ".config").map(|path| path.join("muster/login.json"))
}

/// What was written down: by `muster login`, else by a quickstart of this user.
pub(crate) fn find() -> anyhow::Result<Option<Login>> {
    let kept = |folder: Option<PathBuf>| folder.map(|path| path.join("login.json"));
    let places = [config_file(), kept(state_folder()), kept(demo_folder())];
    for path in places.into_iter().flatten() {
        match fs::read_to_string(&path) {
            Ok(text) => {
                let login = serde_json::from_str(&text);
                return login
                    .map(Some)
                    .with_context(|| format!("{} is damaged; run `muster login` anew", path.display()));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }
    Ok(None)
}

/// Writes it down for the next commands; gives the file.
pub(crate) fn save(login: &Login) -> anyhow::Result<PathBuf> {
    let path = config_file().context("there is no home folder; set MUSTER_URL and MUSTER_TOKEN instead")?;
    write(&path, login)?;
    Ok(path)
}

/// Writes a login, or anything else that holds secrets, to a file that only its owner reads.
pub(crate) fn write(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    let draft = path.with_extension("new");
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)
        .with_context(|| format!("writing {}", draft.display()))?;
    file.write_all(&serde_json::to_vec_pretty(value)?)?;
    file.sync_all()?;
    fs::rename(&draft, path).with_context(|| format!("writing {}", path.display()))
}
