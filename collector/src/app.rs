//! What request handlers share, and what every request carries.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::service::{Call, Service};

/// Shared by all handlers of both listeners.
#[derive(Debug)]
pub struct App {
    /// The use cases.
    pub service: Arc<Service>,
    /// Whether the console speaks TLS: then cookies are `Secure` with the `__Host-` prefix.
    pub is_secure: bool,
}

/// The state of every router.
pub type Shared = Arc<App>;

/// The address of the other side, as an extension of each request. Forwarding headers are not believed.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Who asks, as an extension of a request that this process makes itself: no request from outside has it.
#[derive(Clone, Debug)]
pub struct Local(pub(crate) Call);

impl App {
    /// The name of the session cookie.
    pub const fn cookie_name(&self) -> &'static str {
        if self.is_secure { "__Host-muster-session" } else { "muster-session" }
    }
}
