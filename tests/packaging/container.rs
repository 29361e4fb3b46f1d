//! The collector's container: built from `packaging/Containerfile` and the package of this tree, on the Debian tree of the other
//! tests, and what it would start is started in what was built.
//!
//! Images are kept in a folder of the test and not among the user's own. The container's program runs in a plain chroot: engines
//! ask for more of the kernel than a machine for tests has to give.

use std::process::Stdio;

use crate::machine::{as_root, can_boot_for, folder, remove_tree, tree};
use crate::package::PACKAGES;
use crate::{project, said};

/// `$1` folder of the images, `$2` Debian's tree, `$3` Containerfile, `$4` packages, `$5` their version.
const SCRIPT: &str = r#"set -eu
engine() { podman --root "$folder/images" --runroot /mnt/run --storage-driver vfs --cgroup-manager cgroupfs "$@"; }
folder=$1
# Its own way for what runs must be short, and ends with this namespace.
mount -t tmpfs none /mnt
zstd -dc "$2" | engine import --quiet - docker.io/library/debian:bookworm-slim >/dev/null
mkdir "$folder/context"
cp "$4/muster-collector_$5"-*.deb "$folder/context"
engine build --quiet --layers=false --isolation=chroot --network=host --pull=never --file "$3" --tag muster-collector "$folder/context" >/dev/null
engine image inspect --format '{{.Config.User}} {{.Config.Entrypoint}} {{.Config.Cmd}}' muster-collector
root=$(engine image mount muster-collector)
stat --format '%a' "$root/var/lib/muster-collector"
inside() { chroot --userspec=muster-collector:muster-collector "$root" "$@"; }
inside muster-collector --version
mount -t proc proc "$root/proc"
inside muster-collector check-config --config /etc/muster/collector.toml >/dev/null
# On a network of its own with nothing on it: `serve` as the image starts it, until it says that it is ready.
unshare --net sh -c 'ip link set lo up && exec "$@"' sh timeout 60 chroot --userspec=muster-collector:muster-collector "$root" \
    muster-collector serve --config /etc/muster/collector.toml >"$folder/log" 2>&1 &
serve=$!
for _ in $(seq 120); do
    if inside test -S /var/lib/muster-collector/admin.sock; then break; fi
    kill -0 "$serve" || { cat "$folder/log"; exit 1; }
    sleep 0.5
done
inside muster-collector token create first --config /etc/muster/collector.toml | cut -c 1-8
kill -TERM "$serve"
wait "$serve" || { cat "$folder/log"; exit 1; }
"#;

#[test]
fn the_container_is_built_and_serves() {
    if !can_boot_for("the container") {
        return;
    }
    let folder = folder();
    let mut shell = as_root("unshare");
    shell.args(["--mount", "--pid", "--fork", "--kill-child", "timeout", "400", "sh", "-c", SCRIPT, "sh"]);
    shell
        .arg(folder.path())
        .arg(tree())
        .arg(project("packaging/Containerfile"))
        .arg(&*PACKAGES)
        .arg(env!("CARGO_PKG_VERSION"));
    let output = shell.stdin(Stdio::null()).output().unwrap();
    remove_tree(folder.path().to_str().unwrap());
    assert!(output.status.success(), "{}", said(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let [config, mode, version, token] = lines[..] else { panic!("{text}") };
    assert_eq!(config, "muster-collector [muster-collector] [serve --config /etc/muster/collector.toml]");
    assert_eq!(mode, "700");
    assert!(version.starts_with("muster-collector "), "{version}");
    assert_eq!(token, "muster1.");
}
