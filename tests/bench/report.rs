//! What a benchmark says at its end.

use serde_json::Value;

/// The one JSON line.
#[expect(clippy::print_stdout, reason = "the result of a benchmark is its output")]
pub(crate) fn print(figures: &Value) {
    println!("{figures}");
}

/// Why there is none.
#[expect(clippy::print_stderr, reason = "a benchmark complains to its caller")]
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("muster-bench: {error:#}");
}

/// The value below which a share of the samples lies.
pub(crate) fn percentile(sorted: &[f64], share: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index into samples"
    )]
    let place = (share * (sorted.len().saturating_sub(1)) as f64).round() as usize;
    sorted.get(place).copied().unwrap_or_default()
}
