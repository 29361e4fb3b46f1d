//! How good the CMDB is, in numbers that open their lists.

use muster_model::health::{CHECKS, Check, Dimension};
use muster_model::query::{Query, fields};
use muster_model::right::{Action, Resource};

use super::host::HostView;
use super::{Call, Service, ServiceError, Window};

/// A check with the number of hosts that fail it.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// The check.
    pub check: &'static Check,
    /// How many hosts fail it.
    pub failing: usize,
}

/// A dimension with its checks.
#[derive(Clone, Debug)]
pub struct Score {
    /// Which.
    pub dimension: Dimension,
    /// Share of the hosts that fail none of its checks; nothing when there are no hosts.
    pub percent: Option<f64>,
    /// Its checks.
    pub outcomes: Vec<Outcome>,
}

/// The health of the CMDB.
#[derive(Clone, Debug)]
pub struct Health {
    /// Hosts that count.
    pub hosts: usize,
    /// The dimensions.
    pub scores: Vec<Score>,
}

impl Service {
    /// Asks every check of every host.
    pub async fn health(&self, call: &Call) -> Result<Health, ServiceError> {
        call.authorize(Action::ItemRead, Resource::All)?;
        let all = Window { limit: usize::MAX, cursor: None };
        let hosts = self.list_hosts(call, &Query::default(), &all).await?.items;
        let counted = hosts.iter().filter(|host| !host.lifecycle.is_over() || host.is_zombie()).count();
        let mut scores = Vec::new();
        for dimension in Dimension::ALL {
            scores.push(score(*dimension, &hosts, counted)?);
        }
        Ok(Health { hosts: counted, scores })
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of hosts")]
fn score(dimension: Dimension, hosts: &[HostView], counted: usize) -> Result<Score, ServiceError> {
    let mut failing_any = vec![false; hosts.len()];
    let mut outcomes = Vec::new();
    for check in CHECKS.iter().filter(|check| check.dimension == dimension) {
        let query = Query::parse(check.query, &fields::HOST)?;
        let mut failing = 0;
        for (host, fails) in hosts.iter().zip(&mut failing_any) {
            if query.matches(&host.entry()) {
                failing += 1;
                *fails = true;
            }
        }
        outcomes.push(Outcome { check, failing });
    }
    let sound = counted.saturating_sub(failing_any.iter().filter(|fails| **fails).count());
    let percent = (counted > 0).then(|| (sound as f64 / counted as f64 * 1_000.0).round() / 10.0);
    Ok(Score { dimension, percent, outcomes })
}
