//! The agent on a host that somebody makes difficult: file systems that hang, pipes in the place of files, processes with
//! hostile names, processes that come and go, too little privilege, very many of everything (cases 109 to 111, 114, 115).

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test, with functions that are no tests themselves"
)]

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .env("MUSTER_COLLECT_PROCESSES", "true")
        .output()
        .unwrap_or_else(|e| panic!("{program}: {e}"))
}

fn inventory(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn section<'a>(inventory: &'a Value, name: &str) -> &'a Value {
    &inventory["sections"][name]
}

/// Case 109: a FUSE file system whose server never answers, in the place of a folder that is read and at a place of its own;
/// a pipe in the place of a file. The sections that need them fail in their time box, the others do not notice.
#[test]
fn a_file_system_that_hangs_takes_one_section_with_it() {
    if !Path::new("/dev/fuse").exists() {
        assert!(std::env::var_os("CI").is_none(), "the kernel has no FUSE");
        println!("skipped: the kernel has no FUSE");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let dead = directory.path().join("dead");
    std::fs::create_dir(&dead).unwrap();
    // The descriptor stays open and nobody reads requests from it.
    let script = format!(
        "set -e; exec 3<>/dev/fuse
        options=fd=3,rootmode=40000,user_id=0,group_id=0
        mount -i -n -t fuse -o $options dead '{dead}'
        mount --bind '{dead}' /etc/sudoers.d 2>/dev/null || mount -t tmpfs tmpfs /etc/cron.d
        mount -t tmpfs tmpfs /etc/ssh; mkfifo /etc/ssh/sshd_config
        exec {AGENT} inventory --only host,mount,filesystem,sudo_rule,login_policy,user,group",
        dead = dead.display()
    );
    let found = inventory(&run(
        "unshare",
        &["--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c", &script],
    ));
    for name in ["host", "user", "group", "mount"] {
        let status = section(&found, name)["status"].as_str().unwrap();
        assert!(matches!(status, "ok" | "partial"), "{name}: {}", section(&found, name)["problems"]);
    }
    let mounts = section(&found, "mount")["items"].as_array().unwrap();
    assert!(mounts.iter().any(|item| item["key"] == dead.to_str().unwrap()), "the dead mount is told");
    let pipe = section(&found, "login_policy")["problems"].to_string();
    assert!(pipe.contains("not a regular file"), "{pipe}");
    assert_ne!(section(&found, "filesystem")["status"], "failed", "{}", section(&found, "filesystem")["problems"]);
}

/// What a service unit hides (`InaccessiblePaths`) has an empty node of systemd's in its place: that is no file of the host.
#[test]
fn a_file_that_the_unit_hides_is_not_told_as_empty() {
    let directory = tempfile::tempdir().unwrap();
    let script = format!(
        "set -e; mount -t tmpfs tmpfs '{blank}'; : >'{blank}/reg'; chmod 000 '{blank}/reg'
        mount --bind '{blank}/reg' /etc/hosts; exec {AGENT} inventory --only file",
        blank = directory.path().display()
    );
    let found = inventory(&run("unshare", &["--user", "--map-root-user", "--mount", "sh", "-c", &script]));
    let items = section(&found, "file")["items"].as_array().unwrap();
    assert!(!items.is_empty() && items.iter().all(|item| item["key"] != "/etc/hosts"));
    let problems = section(&found, "file")["problems"].to_string();
    assert!(problems.contains("hidden from this process"), "{problems}");
}

/// Case 110: names and arguments that would break a table.
#[test]
fn a_process_with_a_hostile_name_is_one_process() {
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("a) S 1 (b\n99");
    std::os::unix::fs::symlink("/bin/sleep", &program).unwrap();
    let long = "0".repeat(100_000);
    let mut hostile = Command::new(&program)
        .arg0("x\n1 (init) S\u{1b}[2J\u{202e}")
        .args(["60", &long, "0\n0"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // Until it runs what we mean, its command line is ours.
    while !std::fs::read_to_string(format!("/proc/{}/stat", hostile.id())).unwrap().contains("(a) S 1 (b\n99)") {
        std::thread::yield_now();
    }
    let output = run(AGENT, &["inventory", "--only", "process"]);
    hostile.kill().unwrap();
    hostile.wait().unwrap();
    let found = inventory(&output);
    let items = section(&found, "process")["items"].as_array().unwrap();
    let ours: Vec<&Value> = items.iter().filter(|item| item.to_string().contains("a) S 1 (b")).collect();
    assert_eq!(ours.len(), 1, "{ours:?} of {}: {}", items.len(), section(&found, "process")["problems"]);
    assert_eq!(ours[0]["attributes"]["name"], "a) S 1 (b?99", "no control character comes through");
    assert!(ours[0].to_string().len() < 20_000, "{} bytes", ours[0].to_string().len());
}

/// Case 111: processes that end while they are read are no problem of anything.
#[test]
fn processes_that_come_and_go_are_no_problem() {
    let stop = AtomicBool::new(false);
    let (mut looks, mut wrong) = (0, Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                // Bounded, whatever happens to the looks.
                for _ in 0..3_000 {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    Command::new("/bin/true").status().unwrap();
                }
            });
        }
        while looks < 5 {
            let found = inventory(&run(AGENT, &["inventory", "--only", "process,listener,connection"]));
            for name in ["process", "listener", "connection"] {
                let problems = section(&found, name)["problems"].to_string();
                let gone = ["No such process", "not there", "No such file"].iter().any(|word| problems.contains(word));
                let failed = section(&found, name)["status"] == "failed";
                wrong.extend((gone || failed).then(|| format!("{name}: {problems}")));
            }
            looks += 1;
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(wrong, Vec::<String>::new());
}

/// Case 114: without privilege what cannot be read is denied or partial with the reason, never an empty list that is `ok`.
#[test]
fn what_a_user_may_not_read_is_not_said_to_be_none() {
    let mut arguments = vec!["inventory", "--only", "sudo_rule,user,firmware,firewall,listener,agent,group"];
    let own = [
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--bounding-set=-all",
        "--inh-caps=-all",
        "--no-new-privs",
        AGENT,
    ];
    let is_root = rustix::process::geteuid().is_root();
    // The folder of the build may be root's alone: the program is where everybody may run it.
    let directory =
        tempfile::Builder::new().permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755)).tempdir().unwrap();
    let program = directory.path().join("muster-agent");
    // Not copied by this process: a child of another test could hold it open for writing.
    assert!(run("cp", &[AGENT, program.to_str().unwrap()]).status.success());
    let output = if is_root {
        let mut all = own[..6].to_vec();
        all.push(program.to_str().unwrap());
        all.append(&mut arguments);
        run("setpriv", &all)
    } else {
        run(AGENT, &arguments)
    };
    let found = inventory(&output);
    for (name, source) in
        [("sudo_rule", "/etc/sudoers"), ("user", "/etc/shadow"), ("firmware", "/sys/class/dmi/id/product_serial")]
    {
        if !Path::new(source).exists() {
            continue;
        }
        let status = section(&found, name)["status"].as_str().unwrap();
        assert!(matches!(status, "denied" | "partial"), "{name} is {status}");
        assert!(section(&found, name)["problems"].to_string().contains("denied"), "{name}");
    }
    assert!(!section(&found, "user")["items"].as_array().unwrap().is_empty(), "what everybody may read is there");
    assert_eq!(section(&found, "group")["status"], "ok");
}

/// Case 115: five thousand processes and three thousand packages, in little memory.
#[test]
fn very_many_of_everything_fits_in_little_memory() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let package = |n: u32| {
        format!(
            "Package: package-{n}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.{n}\nDescription: {}\n\n",
            "text ".repeat(60)
        )
    };
    write("var/lib/dpkg/status", &(0..3_000).map(package).collect::<String>());
    write("proc/stat", "btime 1700000000\n");
    for pid in 1..=5_000 {
        write(
            &format!("proc/{pid}/stat"),
            &format!("{pid} (name-{pid}) S 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 {pid} 0 0\n"),
        );
        write(&format!("proc/{pid}/status"), "Name:\tx\nUid:\t0\t0\t0\t0\n");
        write(&format!("proc/{pid}/cmdline"), &format!("/usr/bin/name-{pid}\0--option\0"));
    }
    let limits = ["--data=67108864", AGENT, "inventory", "--only", "package,process", "--root", root.to_str().unwrap()];
    let found = inventory(&run("prlimit", &limits));
    assert_eq!(section(&found, "package")["items"].as_array().unwrap().len(), 3_000);
    let processes = section(&found, "process");
    let told = processes["items"].as_array().unwrap().len();
    assert!(told == 5_000 || processes["status"] == "partial" && told >= 1_000, "{told}: {}", processes["problems"]);
}
