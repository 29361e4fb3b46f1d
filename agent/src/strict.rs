//! What the agent goes by may be changed by nobody but root and itself, as ssh's `StrictModes` wants it of keys.
//!
//! Whoever can write into the state directory can put another identity there, or another collector; whoever can write the
//! configuration says what is left out and by which proxy reports go. Such a directory or file is refused with its path, its mode
//! or owner, and what would be right. Files with a secret may also be read by nobody else.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::root::Root;
use crate::section::account;

/// The user of the agent's unit: root works in its state directory when it enrolls it.
const AGENT_USER: &str = "muster-agent";
const WRITABLE: u32 = 0o022;
const WRITABLE_BY_ALL: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// Others may change or read what only the agent should.
#[derive(Debug, thiserror::Error)]
pub enum Loose {
    /// By the mode of a file or directory.
    #[error("{what} {} has mode {mode:04o}: {danger}; it should have mode {right}: `chmod {right} {}`", path.display(), path.display())]
    Mode {
        /// What it is.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// What others can do.
        danger: &'static str,
        /// The mode that would be right.
        right: &'static str,
    },
    /// By its owner.
    #[error(
        "{what} {} belongs to {owner}, who can change it, and this runs as {me}: it should belong to {right}, or run this as its owner",
        path.display()
    )]
    Owner {
        /// What it is.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Whose it is.
        owner: String,
        /// Who we are.
        me: String,
        /// Whose it should be.
        right: String,
    },
    /// It stands for something else.
    #[error(
        "{} is a link or no directory: what lies there would be taken for the agent's own, moved and removed; remove it, and \
         the agent makes the directory",
        .0.display()
    )]
    NoDirectory(PathBuf),
    /// It cannot be looked at.
    #[error("cannot look at {}", path.display())]
    Look {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The state directory: ours (for root also the agent's own user's), written by nobody else, on a way that nobody else can turn.
pub fn check_state_dir(dir: &Path) -> Result<(), Loose> {
    const WHAT: &str = "the state directory";
    let failed = |source| Loose::Look { path: dir.to_owned(), source };
    let real = std::fs::canonicalize(dir).map_err(failed)?;
    let meta = std::fs::metadata(&real).map_err(failed)?;
    let me = rustix::process::geteuid();
    let is_agents = |uid: u32| me.is_root() && user_name(uid).as_deref() == Some(AGENT_USER);
    if meta.uid() != me.as_raw() && meta.uid() != 0 && !is_agents(meta.uid()) {
        let right = if me.is_root() { format!("root or {AGENT_USER}") } else { named(me.as_raw()) };
        let (owner, me) = (named(meta.uid()), named(me.as_raw()));
        return Err(Loose::Owner { what: WHAT, path: dir.to_owned(), owner, me, right });
    }
    let danger = "other users can put another identity there";
    check_mode(WHAT, dir, &meta, WRITABLE, (danger, "0700"))?;
    for above in real.ancestors().skip(1) {
        let meta = std::fs::metadata(above).map_err(|source| Loose::Look { path: above.to_owned(), source })?;
        if meta.mode() & STICKY == 0 {
            let danger = "other users can put another state directory in the place of the agent's";
            check_mode("the directory", above, &meta, WRITABLE_BY_ALL, (danger, "0755"))?;
        }
    }
    Ok(())
}

/// A directory of the state directory whose files the agent moves and removes: itself, and no link to another one, which the
/// agent's user could have put there for root to clear away.
pub fn check_inner_dir(dir: &Path) -> Result<(), Loose> {
    match dir.symlink_metadata() {
        Ok(meta) if meta.is_dir() => Ok(()),
        Ok(_) => Err(Loose::NoDirectory(dir.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Loose::Look { path: dir.to_owned(), source }),
    }
}

/// A file that says what to do: written by root and us only.
pub fn check_file(what: &'static str, path: &Path, meta: &Metadata) -> Result<(), Loose> {
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() != 0 && meta.uid() != me {
        let right = if me == 0 { "root".to_owned() } else { format!("root or {}", named(me)) };
        return Err(Loose::Owner { what, path: path.to_owned(), owner: named(meta.uid()), me: named(me), right });
    }
    check_mode(what, path, meta, WRITABLE, ("other users can change it", "0644"))
}

/// A file that holds a secret: read by nobody else. A group may, for it was given on purpose.
pub fn check_secret(what: &'static str, path: &Path, meta: &Metadata) -> Result<(), Loose> {
    check_mode(what, path, meta, 0o027, ("other users can read or change the secret that it holds", "0600"))
}

fn check_mode(
    what: &'static str,
    path: &Path,
    meta: &Metadata,
    forbidden: u32,
    (danger, right): (&'static str, &'static str),
) -> Result<(), Loose> {
    let mode = meta.mode() & 0o7777;
    if mode & forbidden == 0 { Ok(()) } else { Err(Loose::Mode { what, path: path.to_owned(), mode, danger, right }) }
}

fn user_name(uid: u32) -> Option<String> {
    account::user_names(&Root::live()).get(&uid).cloned()
}

fn named(uid: u32) -> String {
    user_name(uid).map_or_else(|| format!("user {uid}"), |name| format!("{name} (user {uid})"))
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_state_directory_that_others_can_write_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("above/state");
        std::fs::create_dir_all(&state).unwrap();
        for good in [0o700, 0o750, 0o755] {
            set_mode(&state, good);
            check_state_dir(&state).unwrap();
        }
        for bad in [0o777, 0o1777, 0o770, 0o702] {
            set_mode(&state, bad);
            let error = check_state_dir(&state).unwrap_err().to_string();
            let expected = format!("{} has mode {bad:04o}", state.display());
            assert!(error.contains(&expected) && error.contains("`chmod 0700 "), "{error}");
        }
        set_mode(&state, 0o700);
        let above = state.parent().unwrap();
        set_mode(above, 0o777);
        let link = dir.path().join("link");
        symlink(&state, &link).unwrap();
        for path in [&state, &link] {
            let error = check_state_dir(path).unwrap_err().to_string();
            assert!(error.contains(&format!("{} has mode 0777", above.display())), "{error}");
        }
        set_mode(above, 0o1777);
        check_state_dir(&link).unwrap();
        let error = check_state_dir(&dir.path().join("none")).unwrap_err();
        assert!(matches!(error, Loose::Look { .. }), "{error}");
    }

    #[test]
    fn what_belongs_to_others_is_refused() {
        if !rustix::process::geteuid().is_root() {
            println!("only root can give a file away: other owners were not tried");
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("agent.toml");
        std::fs::write(&file, "").unwrap();
        set_mode(&file, 0o644);
        check_file("the configuration", &file, &std::fs::metadata(&file).unwrap()).unwrap();
        for path in [&file, dir.path()] {
            chown(path, Some(65_534), None).unwrap();
        }
        let state = check_state_dir(dir.path()).unwrap_err().to_string();
        assert!(state.contains("(user 65534)") && state.contains("root or muster-agent"), "{state}");
        let error = check_file("the configuration", &file, &std::fs::metadata(&file).unwrap()).unwrap_err().to_string();
        assert!(error.contains("(user 65534)") && error.contains("should belong to root"), "{error}");
    }

    #[test]
    fn a_secret_is_for_few_and_a_configuration_is_written_by_few() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, "").unwrap();
        for (mode, is_file_good, is_secret_good) in [
            (0o600, true, true),
            (0o640, true, true),
            (0o644, true, false),
            (0o660, false, false),
            (0o602, false, false),
        ] {
            set_mode(&path, mode);
            let meta = std::fs::metadata(&path).unwrap();
            assert_eq!(check_file("the file", &path, &meta).is_ok(), is_file_good, "{mode:o}");
            assert_eq!(check_secret("the file", &path, &meta).is_ok(), is_secret_good, "{mode:o}");
        }
    }
}
