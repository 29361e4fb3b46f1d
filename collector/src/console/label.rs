//! Whether what is shown is a demo. Every page has to say so, also those of which nobody but a browser's mistake is the reason
//! (errors, the sign-in): so it goes with the request and not from hand to hand through each handler.

tokio::task_local! {
    static IS_DEMO: bool;
}

/// Answers a request of an instance that is a demo, or is none.
pub(crate) async fn around<F: Future>(is_demo: bool, answer: F) -> F::Output {
    IS_DEMO.scope(is_demo, answer).await
}

/// The same for what is made at once.
pub(crate) fn during<T>(is_demo: bool, make: impl FnOnce() -> T) -> T {
    IS_DEMO.sync_scope(is_demo, make)
}

/// Whether the page that is being made belongs to a demo.
pub(crate) fn is_demo() -> bool {
    IS_DEMO.try_with(|is_demo| *is_demo).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_holds_for_the_request_and_nothing_else() {
        assert!(!is_demo());
        assert!(around(true, async { is_demo() }).await);
        assert!(!around(false, async { is_demo() }).await);
        assert!(during(true, is_demo) && !is_demo());
    }
}
