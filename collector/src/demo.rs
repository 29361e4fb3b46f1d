//! A made-up fleet with a past, for those who want to see pages with life in them: `muster quickstart --demo`.
//!
//! Nothing is written by hand. The clock of a service is walked from the first day to now, and on the way agents enroll and report,
//! people open, move, vote and comment by the REST API, and the jobs of the collector draw their conclusions, as they would have. So
//! whatever a page of a demo shows can happen, and a demo that cannot be made has found a bug.
//!
//! The same seed and the same last day make the same fleet, the same tickets and the same findings; ids and keys are drawn anew.

mod agenda;
mod chance;
mod desk;
mod fleet;
mod inventory;
mod machine;
mod people;
mod pump;
mod software;
mod story;
mod tally;
mod world;

use std::sync::Arc;

use muster_model::demo::{Demo, FEWEST_HOSTS, MOST_DAYS, MOST_HOSTS};
use muster_shared::protocol::Settings;
use muster_shared::{ManualClock, Time};

use self::desk::MAKER;
pub use self::tally::Tally;
use self::world::World;
use crate::app::Shared;
use crate::service::ServiceError;

/// Tokens of the people live as long as the longest demo.
const TOKEN_DAYS: u32 = 366;
/// Days of a demo at the least: some of the story takes that long.
pub const FEWEST_DAYS: u16 = 7;
/// How often the made-up agents speak while a demo is made: the clock walks by the hour.
pub const AGENTS: Settings =
    Settings { heartbeat_seconds: 3_600, scan_seconds: 86_400, renew: false, exclude: Vec::new(), files: Vec::new() };
const DAY_MS: i64 = 86_400_000;

/// What is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What chance is drawn from.
    pub seed: u64,
    /// Days of history.
    pub days: u16,
    /// Hosts.
    pub hosts: u16,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { seed: 1, days: 90, hosts: 60 }
    }
}

/// Why a demo was not made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// So many are not made.
    #[error("a demo has {what} between {least} and {most}")]
    Size {
        /// What of.
        what: &'static str,
        /// At the least.
        least: u16,
        /// At the most.
        most: u16,
    },
    /// The collector refused what one of the made-up people asked for.
    #[error("making the demo, {who} was refused ({status}): {what}: {detail}")]
    Refused {
        /// Who asked.
        who: String,
        /// What for.
        what: String,
        /// The status of the answer.
        status: u16,
        /// What it said.
        detail: String,
    },
    /// The story speaks of something that is not there.
    #[error("making the demo, the story names {0}, which is not there")]
    Unknown(String),
    /// A key, certificate or report could not be made.
    #[error("making the demo, a made-up agent's key or report: {0}")]
    Key(String),
    /// A use case failed.
    #[error("making the demo: {0}")]
    Service(#[from] ServiceError),
}

impl Wanted {
    fn check(self) -> Result<(), DemoError> {
        let within = |what, is: u16, least: u16, most: u16| {
            if (least..=most).contains(&is) { Ok(()) } else { Err(DemoError::Size { what, least, most }) }
        };
        within("days", self.days, FEWEST_DAYS, MOST_DAYS)?;
        within("hosts", self.hosts, FEWEST_HOSTS, MOST_HOSTS)
    }

    /// When it begins, so that it ends at `until`: at midnight of its first day.
    pub fn begins(self, until: Time) -> Time {
        let midnight = until.millis().div_euclid(DAY_MS) * DAY_MS;
        Time::from_millis(midnight - i64::from(self.days) * DAY_MS)
    }
}

/// Is told of each day that went by, from 1 on.
pub type Tell = Box<dyn FnMut(u16) + Send + Sync>;

/// Makes a demo in the empty store of `app`, whose service goes by `clock`, from [`Wanted::begins`] to `until`.
pub async fn make(app: Shared, clock: Arc<ManualClock>, wanted: Wanted, until: Time) -> Result<Tally, DemoError> {
    Box::pin(make_telling(app, clock, wanted, until, Box::new(|_| {}))).await
}

/// Makes a demo, and tells how far it is.
pub async fn make_telling(
    app: Shared,
    clock: Arc<ManualClock>,
    wanted: Wanted,
    until: Time,
    tell: Tell,
) -> Result<Tally, DemoError> {
    wanted.check()?;
    let service = Arc::clone(&app.service);
    let Wanted { seed, days, hosts } = wanted;
    let demo = Demo { seed, days, hosts, begun_at: until, made_at: None, agents: Vec::new() };
    service.begin_demo(&MAKER, demo).await?;
    let begins = service.now();
    let mut world = Box::pin(World::new(app, clock, wanted)).await?;
    world.tell = tell;
    let mut agenda = story::write(&world, wanted, begins, until);
    Box::pin(world.live(&mut agenda, until)).await?;
    let refused = world.refused;
    let agents = Box::pin(world.end()).await?;
    service.end_demo(&MAKER, &agents).await?;
    Ok(Tally::of(&service, refused).await?)
}
