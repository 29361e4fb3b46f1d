//! The rules of Muster as pure functions: facts in, changes out.
//!
//! No clock, no I/O, no async, no store: `(current, input, now) -> ChangeSet`. Everything that one decision writes stands in
//! one [`ChangeSet`], which a store commits as a whole or not at all.
//!
//! The one idea: two ledgers and the difference between them. *Discovered* is what agents report ([`inventory`],
//! [`history`]); *authorised* is what somebody approved ([`baseline`]); the difference that nobody approved is a
//! [`finding`], and findings become tickets ([`routing`], [`ticket`]).

pub mod account;
pub mod agent;
pub mod alert;
pub mod alias;
pub mod approval;
pub mod audit;
pub mod availability;
pub mod baseline;
pub mod blackout;
pub mod bridge;
pub mod calendar;
pub mod capacity;
pub mod catalogue;
pub mod change_set;
pub mod class;
pub mod declared;
pub mod demo;
pub mod drift;
pub mod event;
pub mod evidence;
pub mod exchange;
pub mod export;
pub mod facet;
pub mod finding;
pub mod grant;
pub mod health;
pub mod history;
pub mod host;
pub mod identification;
pub mod import;
pub mod improvement;
pub mod inventory;
pub mod knowledge;
pub mod kpi;
pub mod learner;
pub mod level;
pub mod merge;
pub mod notification;
pub mod on_call;
pub mod package;
pub mod peer;
pub mod policy;
pub mod problem_proposal;
pub mod profile;
pub mod query;
pub mod reconcile;
pub mod record;
pub mod relation;
pub mod report_plan;
pub mod restore;
pub mod retention;
pub mod right;
pub mod routing;
pub mod saved_search;
pub mod schedule;
pub mod schema;
pub mod search;
pub mod skew;
pub mod source;
pub mod storm;
pub mod team;
pub mod text;
pub mod ticket;
pub mod version;
pub mod waiver;
pub mod weekday;
pub mod zone;

pub use change_set::{ChangeSet, Expected};
pub use record::{Collection, Document, Record, Versioned};
