//! The collector: takes reports, keeps the CMDB, sees drift, routes it into tickets, serves REST and console.
//!
//! Every write goes one way: `http | console | job -> service (authorise, read, decide, commit) -> store`; what is decided
//! stands in `muster_model`, which knows nothing of this crate.

pub mod app;
pub mod authority;
pub mod command;
pub mod config;
pub mod console;
pub mod demo;
pub mod foreign;
pub mod http;
pub mod job;
pub mod listener;
pub mod measure;
mod notify;
pub mod password;
mod peer;
pub mod report;
pub mod service;
