//! Tells the program which commit it was built from.

fn main() {
    println!("cargo::rerun-if-env-changed=MUSTER_COMMIT");
    println!("cargo::rerun-if-changed=../.git/HEAD");
    let given = std::env::var("MUSTER_COMMIT").ok().filter(|commit| !commit.is_empty());
    let asked = || {
        let output = std::process::Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = given.or_else(asked).unwrap_or_else(|| "unknown".into());
    println!("cargo::rustc-env=MUSTER_COMMIT={commit}");
}
