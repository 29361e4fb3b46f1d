//! Lets everything happen that a running collector does by itself, as far as the clock has come: the same steps as the jobs take, one
//! after the other. What notifications tell is written down and given up at once, for nothing leaves a demo.

use std::collections::HashSet;

use crate::job::engine;
use crate::report;
use crate::service::{Service, ServiceError};

/// Messages that are looked at together.
const MESSAGES: usize = 64;

/// Drift, routing, what changes explain, votes, access, alerts and clocks: what follows at once.
async fn at_once(service: &Service) -> Result<bool, ServiceError> {
    let mut worked = engine::what_happened(service).await?;
    worked |= engine::what_is_due(service).await?;
    while service.alert_step().await? || service.alert_due_step().await? || service.alert_route_step().await? {
        worked = true;
    }
    while service.level_step().await? || service.level_due().await? {
        worked = true;
    }
    Ok(worked)
}

/// What people are told.
async fn notifications(service: &Service) -> Result<(), ServiceError> {
    while service.notify_step().await? || service.escalation_step().await? {}
    loop {
        let due = service.due_deliveries(&HashSet::new(), MESSAGES, MESSAGES).await?;
        if due.ready.is_empty() {
            return Ok(());
        }
        for message in due.ready {
            service.deliver(message).await?;
        }
    }
}

/// Everything that follows at once.
pub(super) async fn settle(service: &Service) -> Result<(), ServiceError> {
    while Box::pin(at_once(service)).await? {}
    Ok(())
}

/// What happens every hour: who is silent, how services do, how far releases are, what relates, what is a problem, what people are told.
pub(super) async fn hour(service: &Service) -> Result<(), ServiceError> {
    loop {
        let mut worked = engine::walks(service).await?;
        worked |= service.availability_step().await?;
        worked |= Box::pin(service.follow_grants_step()).await?;
        Box::pin(service.release_step()).await?;
        while Box::pin(service.problem_step()).await? {
            worked = true;
        }
        while service.relation_step().await? || service.relation_due().await? {
            worked = true;
        }
        worked |= Box::pin(at_once(service)).await?;
        if !worked {
            break;
        }
    }
    Box::pin(notifications(service)).await
}

/// What happens a few times a day: hosts are compared, what they use is looked at, reports are made.
pub(super) async fn rounds(service: &Service) -> Result<(), ServiceError> {
    while Box::pin(service.majority_step()).await? || service.learn_step().await? {}
    while service.capacity_step().await? {}
    while Box::pin(report::step(service)).await? {}
    service.store_pulses().await?;
    service.forget_deliveries().await?;
    Ok(())
}
